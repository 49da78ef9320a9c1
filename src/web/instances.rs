//! Instances that broke down say so and can be freed: see `instances.js`.

use wasm_bindgen::prelude::*;

use super::playground::Playground;
use super::trials::VoteTrials;

#[wasm_bindgen(module = "/src/web/instances.js")]
extern "C" {
    fn panicked(why: &str);
    fn guard(sample: &JsValue, name: &str);
}

/// Called once when the module is loaded: a panic of ours then says where it was.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        panicked(&info.to_string());
    }));
    guard(&Playground::new().into(), "playground");
    if let Some(sample) = VoteTrials::sample() {
        guard(&sample.into(), "vote");
    }
}

//! The playground's engine with the front page's protocol besides its own, as an author's own crate makes it: nothing in the
//! library and nothing in the page names it.

#[path = "../protocol.rs"]
mod protocol;

/// Called once when the module is loaded.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen(start))]
pub fn register() {
    consensus_playground::protocols::register::<protocol::Gossip>();
}

//! The crate in a real browser. Run by `wasm-pack test --headless --chrome`.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn runs_in_a_browser() {
    let document = js_sys::Reflect::get(&js_sys::global(), &"document".into()).expect("a global object");
    assert!(document.is_object(), "there is no document: this is not a browser's page");
}

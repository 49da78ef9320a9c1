//! The engine with the specification of two-phase commit, so that a search in wasm can be measured on what is published.

#[path = "../../explore/two_phase/specification.rs"]
mod specification;

/// Called once when the module is loaded.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen(start))]
pub fn register() {
    consensus_playground::protocols::register::<specification::TwoPhase>();
}

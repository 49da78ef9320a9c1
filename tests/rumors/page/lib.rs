//! The playground's engine with protocols besides its own, the front page's and one that builds a tree, as an author's own
//! crate makes it: nothing in the library and nothing in the page names them.

#[path = "../../chain/protocol.rs"]
mod chain;
#[path = "../protocol.rs"]
mod rumors;

use consensus_playground::protocols;

/// Called once when the module is loaded.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen(start))]
pub fn register() {
    protocols::register::<rumors::Rumors>();
    protocols::register::<chain::Chain>();
}

//! The boundary to the browser and to Node: the only room that knows them. What is shown is put together in [`show`],
//! in the forms of [`types`]; the class that JavaScript sees stands in `playground`.

#[cfg(target_arch = "wasm32")]
mod arguments;
pub mod clients;
pub mod editing;
pub mod folds;
mod glyphs;
#[cfg(target_arch = "wasm32")]
mod instances;
pub mod lessons;
#[cfg(target_arch = "wasm32")]
mod library;
#[cfg(target_arch = "wasm32")]
mod playground;
pub mod population;
mod progress;
#[cfg(target_arch = "wasm32")]
mod search;
pub mod show;
#[cfg(target_arch = "wasm32")]
mod trials;
pub mod types;
mod votes;

//! A run at one moment: it can be copied, stepped, acted upon and looked at.

pub mod dyn_world;
mod narration;
pub mod outlines;
pub mod parts;
pub mod typed_world;

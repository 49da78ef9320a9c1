//! Plain data that everything else is made of; it knows neither nodes nor protocols.

pub mod delay;
pub mod duration;
pub(crate) mod graph;
pub mod hash;
pub mod ids;
pub mod in_order;
pub mod keyframes;
pub mod limits;
pub mod names;
pub mod paged_vec;
pub mod persistent_map;
pub mod persistent_vec;
pub mod random;
pub mod regions;
pub mod script;
pub mod short_word;
pub mod signature;
pub mod topology;

//! What a protocol implements, what its handlers are given and what they want done, and the adapter to a simulation, which
//! knows none of its types.

pub mod adapter;
pub mod algorithm;
pub mod bench;
pub mod cluster;
pub mod context;
mod described;
pub mod effects;
pub mod lies;
pub mod replica;

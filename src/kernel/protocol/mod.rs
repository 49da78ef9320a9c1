//! What a protocol implements, what its handlers are given and what they want done, and the adapter to a simulation, which
//! knows none of its types.

pub mod adapter;
pub mod algorithm;
pub mod bench;
pub mod by_hand;
pub mod check;
pub mod cluster;
pub mod context;
pub mod described;
pub mod effects;
pub mod explain;
pub mod family;
pub mod lies;
pub mod replica;

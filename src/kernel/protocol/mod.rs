//! The trait that every protocol implements, what its handlers are given and what they want done.

pub mod adapter;
pub mod algorithm;
pub mod cluster;
mod described;
pub mod effects;
pub mod quorum;

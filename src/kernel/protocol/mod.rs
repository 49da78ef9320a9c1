//! The trait that every protocol implements, what its handlers are given and what they want done.

pub mod adapter;
pub mod cluster;
pub mod effects;
pub mod protocol;
pub mod quorum;

//! Consensus Playground.

pub mod faults;
pub mod kernel;
pub mod protocols;

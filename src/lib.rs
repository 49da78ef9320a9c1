//! Consensus Playground.

pub mod challenge;
pub mod faults;
pub mod kernel;
pub mod protocols;

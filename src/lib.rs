//! Consensus Playground.

pub mod challenge;
pub mod faults;
pub mod kernel;
pub mod lab;
pub mod protocols;
pub mod scenario;
pub mod web;

//! Measurements over many runs.

pub mod speed;

//! Measurements over many runs.

pub mod costs;
pub mod elections;
pub mod speed;
pub mod splits;
pub mod statistics;

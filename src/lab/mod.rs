//! Measurements over many runs.

pub mod elections;
pub mod messages;
pub mod speed;
pub mod splits;
pub mod statistics;

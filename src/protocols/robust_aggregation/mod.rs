//! Robust aggregation.

mod aggregation;
mod attack;
mod krum;
mod problem;
#[cfg(test)]
mod tests;
mod vector;

pub use aggregation::{Aggregation, Chooser, median, plain_mean};
pub use attack::{Attack, Attacker};
pub use krum::Krum;
pub use problem::{Problem, step};
pub use vector::{UNIT, Vector};

//! Vectors of two numbers, in steps of 1/65536: gradients, and the models that they change.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::descriptor::fields::one_word;

/// How many steps make a whole unit.
pub const UNIT: i64 = 1 << 16;
/// No coordinate is farther from 0, in steps: what is told is brought back to it, so that no sum runs over.
pub const FARTHEST: i64 = 1 << 40;

/// A gradient or a model, in steps of 1/65536 of a unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Vector {
    /// The slope, or its change.
    pub a: i64,
    /// The height at 0, or its change.
    pub b: i64,
}

impl Vector {
    /// Both coordinates, in steps.
    pub const fn new(a: i64, b: i64) -> Self {
        Vector { a, b }
    }

    /// Both coordinates, changed alike.
    pub fn map(self, change: impl Fn(i64) -> i64) -> Self {
        Vector { a: change(self.a), b: change(self.b) }
    }

    /// Each coordinate with the same of another.
    pub fn with(self, other: Vector, both: impl Fn(i64, i64) -> i64) -> Self {
        Vector { a: both(self.a, other.a), b: both(self.b, other.b) }
    }

    /// The nearest one that is not too far out: what a liar shows besides is none.
    pub fn admitted(self) -> Self {
        self.map(|at| at.clamp(-FARTHEST, FARTHEST))
    }

    /// Each coordinate of many, made one by the same function.
    pub fn each(of: &[Vector], one: impl Fn(Vec<i64>) -> i64) -> Self {
        Vector { a: one(of.iter().map(|at| at.a).collect()), b: one(of.iter().map(|at| at.b).collect()) }
    }

    /// The square of the distance, in steps.
    pub fn distance_squared(self, other: Vector) -> u128 {
        let square = |one: i64, two: i64| u128::from(one.abs_diff(two)).pow(2);
        square(self.a, other.a) + square(self.b, other.b)
    }

    /// The distance, in steps, rounded down.
    pub fn distance(self, other: Vector) -> i64 {
        i64::try_from(self.distance_squared(other).isqrt()).unwrap_or(i64::MAX)
    }
}

/// The mean of some numbers, rounded down; 0 of none.
pub fn mean(numbers: &[i64]) -> i64 {
    numbers.iter().sum::<i64>().div_euclid(numbers.len().max(1) as i64)
}

impl fmt::Display for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = |value: i64| {
            let hundredths = (value.unsigned_abs() * 100 + UNIT as u64 / 2) / UNIT as u64;
            let sign = if value < 0 && hundredths > 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
        };
        write!(f, "{},{}", decimal(self.a), decimal(self.b))
    }
}

one_word!(Vector);

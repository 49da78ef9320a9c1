//! What replicas hold: a number, or a point in the plane, in steps of 1/65536.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::descriptor::fields::one_word;

/// How many steps make a whole unit.
pub const UNIT: i64 = 1 << 16;
/// Where the range of inputs ends, in units; it begins with 0.
pub const RANGE: i64 = 1_000;

/// A point in the plane; a number where `y` is `None`. In steps of 1/65536 of a unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Point {
    /// Across.
    pub x: i64,
    /// Upwards, in the plane.
    pub y: Option<i64>,
}

impl Point {
    /// On the line, in steps.
    pub const fn line(x: i64) -> Self {
        Point { x, y: None }
    }

    /// In the plane, in steps.
    pub const fn plane(x: i64, y: i64) -> Self {
        Point { x, y: Some(y) }
    }

    /// Each coordinate, changed alike.
    pub fn map(self, change: impl Fn(i64) -> i64) -> Self {
        Point { x: change(self.x), y: self.y.map(change) }
    }

    /// The nearest one that is in the range of inputs, with as many coordinates as `like`: what a liar shows besides is no point.
    pub fn admitted(self, like: Point) -> Self {
        let within = |value: i64| value.clamp(0, RANGE * UNIT);
        Point { x: within(self.x), y: like.y.map(|_| within(self.y.unwrap_or(0))) }
    }

    /// The square of the distance, in steps.
    pub fn distance_squared(self, other: Point) -> u128 {
        let square = |one: i64, two: i64| u128::from(one.abs_diff(two)).pow(2);
        square(self.x, other.x) + square(self.y.unwrap_or(0), other.y.unwrap_or(0))
    }

    /// The mean of some points, each coordinate rounded down to a step; `None` of none.
    pub fn mean(points: &[Point]) -> Option<Point> {
        let count = i64::try_from(points.len()).ok().filter(|count| *count > 0)?;
        let mean = |each: &dyn Fn(&Point) -> i64| points.iter().map(each).sum::<i64>().div_euclid(count);
        Some(Point { x: mean(&|point| point.x), y: points[0].y.map(|_| mean(&|point| point.y.unwrap_or(0))) })
    }
}

/// The greatest distance between two of them, in steps, rounded down.
pub fn spread(points: &[Point]) -> u64 {
    let pairs = points.iter().enumerate().flat_map(|(at, one)| points[at..].iter().map(move |other| (one, other)));
    let most = pairs.map(|(one, other)| one.distance_squared(*other)).max().unwrap_or(0);
    u64::try_from(most.isqrt()).unwrap_or(u64::MAX)
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = |value: i64| {
            let hundredths = (value * 100 + UNIT / 2).div_euclid(UNIT);
            let (whole, rest) = (hundredths / 100, hundredths % 100);
            if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}") }
        };
        f.write_str(&decimal(self.x))?;
        self.y.map_or(Ok(()), |y| write!(f, ",{}", decimal(y)))
    }
}

one_word!(Point);

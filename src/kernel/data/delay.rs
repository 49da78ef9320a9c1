//! How long something takes when chance decides: a timer, or a message's way. Integers only.

use std::ops::RangeInclusive;

use super::ids::Time;
use super::random::{between, exponential, mix};

/// How delays are spread.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Shape {
    /// Every delay of the range is as likely as every other.
    #[default]
    Uniform,
    /// Around the middle of the range: the mean of three draws.
    Bell,
    /// Mostly near the lower end, seldom near the upper: the cube of a draw.
    Tail,
    /// Exponential: it has a mean and no range. However long it has taken, as much again is to be expected.
    Exponential,
}

impl Shape {
    /// The shapes of a range, with their words.
    pub const ALL: [(&'static str, Shape); 3] =
        [("uniform", Shape::Uniform), ("bell", Shape::Bell), ("tail", Shape::Tail)];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Shape::Uniform => "uniform",
            Shape::Bell => "bell",
            Shape::Tail => "tail",
            Shape::Exponential => "exponential",
        }
    }
}

/// A span of virtual time that is drawn: fixed, from a range, or exponential.
///
/// ```
/// # use consensus_playground::kernel::{Delay, MS};
/// assert_eq!(Delay::from(20 * MS).drawn_from(7), 20 * MS);
/// assert!((150 * MS..=300 * MS).contains(&Delay::from(150 * MS..=300 * MS).drawn_from(7)));
/// assert_eq!(Delay::exponential(20 * MS).mean(), 20 * MS);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Delay {
    /// The ends of its range; of an exponential delay, both are its mean.
    ends: (Time, Time),
    shape: Shape,
}

impl Delay {
    /// Always the same.
    pub const fn fixed(span: Time) -> Self {
        Delay::uniform(span, span)
    }

    /// Anything from `lo` to `hi`, both included. An empty range gives `lo`.
    pub const fn uniform(lo: Time, hi: Time) -> Self {
        Delay { ends: (lo, hi), shape: Shape::Uniform }
    }

    /// Exponential, with this mean.
    pub const fn exponential(mean: Time) -> Self {
        Delay { ends: (mean, mean), shape: Shape::Exponential }
    }

    /// From a range with a shape; an exponential delay takes the middle of the range as its mean.
    pub const fn shaped((lo, hi): (Time, Time), shape: Shape) -> Self {
        match shape {
            Shape::Exponential => Delay::exponential(u64::midpoint(lo, hi)),
            _ => Delay { ends: (lo, hi), shape },
        }
    }

    /// How it is spread.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// The least and the most; of an exponential delay, both are its mean.
    pub const fn range(&self) -> (Time, Time) {
        self.ends
    }

    /// The least that it takes.
    pub const fn least(&self) -> Time {
        if let Shape::Exponential = self.shape { 0 } else { self.ends.0 }
    }

    /// What it takes on average; where the ends of the range or the shape leave a fraction, rounded down.
    pub const fn mean(&self) -> Time {
        let (lo, hi) = self.ends;
        // The cube of an even draw is a quarter on average.
        if let Shape::Tail = self.shape { lo + hi.saturating_sub(lo) / 4 } else { u64::midpoint(lo, hi) }
    }

    /// What it takes this time. The same 64 bits give the same span on every machine.
    #[inline]
    pub fn drawn_from(&self, draw: u64) -> Time {
        let (lo, hi) = self.ends;
        match self.shape {
            Shape::Uniform => between(draw, lo, hi),
            Shape::Bell => (between(draw, lo, hi) + between(mix(draw), lo, hi) + between(mix(draw ^ 7), lo, hi)) / 3,
            Shape::Tail => {
                let u = (draw >> 48) as u128; // 16 bits: its cube fits, and is exact
                lo + ((u * u * u * u128::from(hi - lo)) >> 48) as u64
            }
            Shape::Exponential => exponential(draw, lo),
        }
    }
}

impl From<Time> for Delay {
    fn from(span: Time) -> Self {
        Delay::fixed(span)
    }
}

impl From<RangeInclusive<Time>> for Delay {
    fn from(range: RangeInclusive<Time>) -> Self {
        Delay::uniform(*range.start(), *range.end())
    }
}

impl From<(Time, Time)> for Delay {
    fn from((lo, hi): (Time, Time)) -> Self {
        Delay::uniform(lo, hi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::data::hash::stable_hash;
    use crate::kernel::data::random::draw;

    #[test]
    fn every_shape_of_a_range_keeps_to_it_and_meets_its_mean() {
        for (word, shape) in Shape::ALL {
            let delay = Delay::shaped((5_000, 15_000), shape);
            let all: Vec<_> = (0..100_000).map(|i| delay.drawn_from(draw(1, 1, i))).collect();
            assert!(all.iter().all(|span| (5_000..=15_000).contains(span)), "{word}");
            let mean = all.iter().sum::<Time>() / 100_000;
            assert!(mean.abs_diff(delay.mean()) < 50, "{word}: {mean} for {}", delay.mean());
            assert_eq!(shape.word(), word);
        }
    }

    #[test]
    fn a_fixed_delay_is_the_range_of_one_and_takes_no_chance() {
        let fixed = Delay::from(7_000);
        assert_eq!(fixed, Delay::from(7_000..=7_000));
        assert!((0..100).all(|i| fixed.drawn_from(draw(1, 1, i)) == 7_000));
        assert_eq!((fixed.least(), fixed.mean(), fixed.range()), (7_000, 7_000, (7_000, 7_000)));
    }

    #[test]
    fn an_exponential_delay_has_a_mean_and_no_range() {
        let delay = Delay::exponential(20_000);
        assert_eq!(delay, Delay::shaped((5_000, 35_000), Shape::Exponential));
        assert_eq!((delay.least(), delay.mean()), (0, 20_000));
        assert!((0..1_000).any(|i| delay.drawn_from(draw(1, 1, i)) > 60_000));
        assert!((0..1_000).any(|i| delay.drawn_from(draw(1, 1, i)) < 200));
    }

    #[test]
    fn its_hash_is_that_of_the_range_and_the_shape() {
        // Trace hashes of runs that had a range and a shape apart rest on it.
        assert_eq!(stable_hash(&Delay::shaped((3, 9), Shape::Tail)), stable_hash(&((3u64, 9u64), 2isize)));
        assert_eq!(stable_hash(&Delay::from(3..=9)), stable_hash(&(3u64, 9u64, 0isize)));
    }
}

//! The rules of aggregation: one vector from many, of which f may be lies. Pure functions of integers, rounded down; of two that
//! are equally good, the first counts.

use super::krum::{Krum, best_of};
use super::vector::{UNIT, Vector, mean};
use crate::kernel::Choice;

/// How many steps the geometric median takes, and clipping.
const STEPS: [usize; 2] = [16, 3];
/// How far clipping lets one vector pull: a whole unit.
const REACH: i64 = UNIT;

/// A rule.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Aggregation {
    /// All are averaged.
    Mean,
    /// Coordinate by coordinate, the one in the middle.
    Median,
    /// Coordinate by coordinate, the mean without the f lowest and the f highest (Yin et al. 2018).
    Trimmed,
    /// The vector whose nearest others are nearest (Blanchard et al. 2017).
    Krum,
    /// The mean of the n − f best by Krum.
    MultiKrum,
    /// The point whose distances add up to the least (Pillutla et al. 2019).
    Geometric,
    /// The best n − 2f by Krum, one after the other; then, coordinate by coordinate, the mean of what is nearest their median
    /// (El Mhamdi et al. 2018).
    Bulyan,
    /// From the last choice on, nobody pulls farther than a unit (Karimireddy et al. 2021).
    Clipping,
    /// The mean, weighted by how well each has done so far.
    Trust,
}

impl Aggregation {
    /// How many liars of so many it bears.
    pub fn bears(self, count: usize) -> usize {
        match self {
            Aggregation::Mean | Aggregation::Trust => 0,
            Aggregation::Median | Aggregation::Trimmed | Aggregation::Geometric | Aggregation::Clipping => {
                count.saturating_sub(1) / 2
            }
            Aggregation::Krum | Aggregation::MultiKrum => count.saturating_sub(3) / 2,
            Aggregation::Bulyan => count.saturating_sub(3) / 4,
        }
    }
}

/// A rule, and what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub struct Chooser<'a> {
    /// The rule.
    pub rule: Aggregation,
    /// How many may be lies.
    pub f: usize,
    /// What Krum does wrong.
    pub krum: Krum,
    /// Trims f in all and not f at each end.
    pub trims_in_all: bool,
    /// The last choice, from which clipping goes on.
    pub last: Vector,
    /// How much each is trusted, in steps.
    pub trust: &'a [i64],
}

impl Chooser<'_> {
    /// The choice, of at least one vector, in the order of the workers.
    pub fn choose(&self, of: &[Vector]) -> Vector {
        match self.rule {
            Aggregation::Mean => plain_mean(of),
            Aggregation::Median => median(of),
            Aggregation::Trimmed => self.trimmed(of),
            Aggregation::Krum => of[best_of(&self.krum.scores(of, self.f))],
            Aggregation::MultiKrum => self.multi_krum(of),
            Aggregation::Geometric => geometric(of),
            Aggregation::Bulyan => self.bulyan(of),
            Aggregation::Clipping => clipping(of, self.last),
            Aggregation::Trust => weighted(of, self.trust),
        }
    }

    fn trimmed(&self, of: &[Vector]) -> Vector {
        let f = self.f.min(of.len().saturating_sub(1) / 2);
        let (low, high) = if self.trims_in_all { (f / 2, f - f / 2) } else { (f, f) };
        Vector::each(of, |mut at| {
            at.sort_unstable();
            mean(&at[low..at.len() - high])
        })
    }

    fn multi_krum(&self, of: &[Vector]) -> Vector {
        let scores = self.krum.scores(of, self.f);
        let mut places: Vec<_> = (0..of.len()).collect();
        places.sort_by_key(|place| scores[*place]);
        places.truncate(of.len().saturating_sub(self.f).max(1));
        plain_mean(&places.into_iter().map(|place| of[place]).collect::<Vec<_>>())
    }

    fn bulyan(&self, of: &[Vector]) -> Vector {
        let count = of.len().saturating_sub(2 * self.f).max(1);
        let chosen: Vec<_> = self.krum.one_by_one(of, self.f, count).into_iter().map(|place| of[place]).collect();
        let nearest = count.saturating_sub(2 * self.f).max(1);
        Vector::each(&chosen, |mut at| {
            let middle = middle(at.clone());
            at.sort_by_key(|one| one.abs_diff(middle));
            mean(&at[..nearest])
        })
    }
}

/// The mean, coordinate by coordinate.
pub fn plain_mean(of: &[Vector]) -> Vector {
    Vector::each(of, |at| mean(&at))
}

/// The median, coordinate by coordinate.
pub fn median(of: &[Vector]) -> Vector {
    Vector::each(of, middle)
}

/// The number in the middle; of two, their mean.
fn middle(mut of: Vec<i64>) -> i64 {
    of.sort_unstable();
    let upper = of.len() / 2;
    if of.len().is_multiple_of(2) { mean(&of[upper - 1..=upper]) } else { of[upper] }
}

/// Weiszfeld's steps from the mean on: each counts by the inverse of its distance.
fn geometric(of: &[Vector]) -> Vector {
    let weight = |at: Vector, from: Vector| ((1 << 32) / at.distance(from).max(64)).max(1);
    (0..STEPS[0]).fold(plain_mean(of), |from, _| {
        let weights: Vec<_> = of.iter().map(|at| weight(*at, from)).collect();
        weighted(of, &weights)
    })
}

/// The mean by weights; where all weights are 0, without.
fn weighted(of: &[Vector], weights: &[i64]) -> Vector {
    let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if total == 0 {
        return plain_mean(of);
    }
    Vector::each(of, |at| {
        let sum: i128 = at.iter().zip(weights).map(|(at, weight)| i128::from(*at) * i128::from(*weight)).sum();
        sum.div_euclid(total) as i64
    })
}

/// Clipping alone rounds towards zero: it is the same whichever way a vector points.
fn clipping(of: &[Vector], last: Vector) -> Vector {
    (0..STEPS[1]).fold(last, |from, _| {
        let clipped = |at: &Vector| {
            let (far, pull) = (at.distance(from), at.with(from, |at, from| at - from));
            if far <= REACH {
                pull
            } else {
                pull.map(|pull| (i128::from(pull) * i128::from(REACH) / i128::from(far)) as i64)
            }
        };
        let pulls: Vec<_> = of.iter().map(clipped).collect();
        from.with(Vector::each(&pulls, |at| at.iter().sum::<i64>() / at.len() as i64), |from, pull| from + pull)
    })
}

//! What liars send in place of their gradients. They know all data and act together: the worst that can be assumed.

use super::aggregation::{median, plain_mean};
use super::problem::Problem;
use super::vector::{UNIT, Vector};
use crate::kernel::Choice;
use crate::kernel::data::random::{between, draw};

/// The stream of draws for noise, the worker's place added.
const NOISE: u64 = 0x300;

/// An attack.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Attack {
    /// The own gradient, ten times as long and backwards.
    SignFlip,
    /// 1000 in both coordinates.
    Thousand,
    /// Any vector, up to 16 units long in either coordinate.
    Noise,
    /// The honest mean, shifted by a little less than their spread (Baruch et al. 2019).
    Little,
    /// Half of the honest mean, backwards (Xie et al. 2019).
    InnerProduct,
    /// Five times the honest mean, backwards.
    InnerProductFive,
    /// What follows from wrong labels: −y for y.
    Labels,
    /// The first worker's gradient once more.
    Copy,
    /// The honest median, so as to be trusted; later, ten times the honest mean, backwards.
    EarnTrust,
}

/// Who attacks what.
pub struct Attacker<'a> {
    /// The data of all.
    pub problem: &'a Problem,
    /// How many workers there are.
    pub workers: usize,
    /// How many of them, the last ones, act together.
    pub liars: usize,
    /// The noise's seed.
    pub seed: u64,
    /// In which round those that have earned trust strike.
    pub strike: u64,
}

impl Attacker<'_> {
    /// What the worker in this place, from 0, sends in this round.
    pub fn sends(&self, attack: Attack, place: usize, round: u64, model: Vector) -> Vector {
        let own = self.problem.gradient(place, model);
        let vector = match attack {
            Attack::SignFlip => own.map(|at| -10 * at),
            Attack::Thousand => Vector::new(1000 * UNIT, 1000 * UNIT),
            Attack::Noise => self.noise(place, round),
            Attack::Little => self.little(&self.honest(model)),
            Attack::InnerProduct => plain_mean(&self.honest(model)).map(|at| -at.div_euclid(2)),
            Attack::InnerProductFive => plain_mean(&self.honest(model)).map(|at| -5 * at),
            Attack::Labels => self.problem.mislabelled(place, model),
            Attack::Copy => self.problem.gradient(0, model),
            Attack::EarnTrust if round < self.strike => median(&self.honest(model)),
            Attack::EarnTrust => plain_mean(&self.honest(model)).map(|at| -10 * at),
        };
        vector.admitted()
    }

    fn honest(&self, model: Vector) -> Vec<Vector> {
        let honest = self.workers.saturating_sub(self.liars).max(1);
        (0..honest).map(|place| self.problem.gradient(place, model)).collect()
    }

    fn noise(&self, place: usize, round: u64) -> Vector {
        let drawn = |at| between(draw(self.seed, NOISE + place as u64, 2 * round + at), 0, 32 * UNIT as u64) as i64;
        Vector::new(drawn(0), drawn(1)).map(|at| at - 16 * UNIT)
    }

    /// The mean less z standard deviations. z is the most at which, if the honest ones are normally distributed, enough of them
    /// are still farther out for the liars to make a majority with them.
    fn little(&self, honest: &[Vector]) -> Vector {
        let (mean, z) = (plain_mean(honest), self.deviations());
        let squares = |of: fn(&Vector) -> i64, middle: i64| {
            honest.iter().map(|at| i128::from(of(at) - middle).pow(2)).sum::<i128>() / honest.len() as i128
        };
        let spread = Vector::new(squares(|at| at.a, mean.a).isqrt() as i64, squares(|at| at.b, mean.b).isqrt() as i64);
        mean.with(spread, |mean, spread| mean - ((z * spread) >> 16))
    }

    /// z, in steps: Φ(z) = (n − f − s)/(n − f), where s = ⌊n/2⌋ + 1 − f honest ones are needed as supporters.
    pub(super) fn deviations(&self) -> i64 {
        let (n, f) = (self.workers as i64, self.liars as i64);
        let (honest, supporters) = ((n - f).max(1), (n / 2 + 1 - f).max(0));
        quantile((i128::from(honest - supporters) << 40) / i128::from(honest))
    }
}

/// The place up to which so much of a normal distribution lies, from its middle on, in steps; at most 3 units. `share` is in 2⁻⁴⁰.
fn quantile(share: i128) -> i64 {
    let (mut low, mut high) = (0, 3 * UNIT);
    while low + 1 < high {
        let middle = (low + high) / 2;
        if share_up_to(middle) <= share { low = middle } else { high = middle }
    }
    low
}

/// Φ by its power series, in 2⁻⁴⁰.
fn share_up_to(z: i64) -> i128 {
    /// 1/√(2π), in 2⁻⁴⁰.
    const HEIGHT: i128 = 438641676113;
    let z = i128::from(z) << 24;
    let mut term = z;
    let sum = (1..60).fold(z, |sum, k| {
        term = -((term * ((z * z) >> 40) / (2 * k)) >> 40);
        sum + term / (2 * k + 1)
    });
    (1 << 39) + ((sum * HEIGHT) >> 40)
}

//! What many trials come to.

use crate::kernel::Time;
use crate::kernel::data::in_order::InOrder;

/// Trials' times, in virtual microseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    sorted: Vec<Time>,
}

impl Distribution {
    /// Of these times; there must be one at least.
    pub fn of(mut times: Vec<Time>) -> Self {
        times.put_in_order();
        Distribution { sorted: times }
    }

    /// The time that so many parts of a thousand of the trials do not pass.
    pub fn part(&self, thousandths: usize) -> Time {
        let place = (self.sorted.len() * thousandths).div_ceil(1_000).max(1) - 1;
        self.sorted.get(place).copied().unwrap_or_default()
    }

    /// The mean.
    pub fn mean(&self) -> Time {
        self.sorted.iter().sum::<Time>() / (self.sorted.len() as Time).max(1)
    }

    /// The longest.
    pub fn worst(&self) -> Time {
        self.sorted.last().copied().unwrap_or_default()
    }

    /// How many trials took at least so long.
    pub fn at_least(&self, time: Time) -> usize {
        self.sorted.iter().filter(|&&took| took >= time).count()
    }
}

/// Whether a rate seen in `trials` lies in the 99 % interval round a probability (normal approximation).
pub fn within_99_percent(hits: u64, trials: u64, probability: f64) -> bool {
    let (rate, spread) = (hits as f64 / trials as f64, probability * (1.0 - probability) / trials as f64);
    (rate - probability).abs() <= 2.575_83 * spread.sqrt()
}

/// The probability of at least `least` hits in `trials`, each of this probability.
pub fn binomial_tail(trials: u32, probability: f64, least: u32) -> f64 {
    let ways = |hits: u32| (0..hits).fold(1.0, |ways, i| ways * f64::from(trials - i) / f64::from(i + 1));
    let one = |hits: u32| ways(hits) * probability.powi(hits as i32) * (1.0 - probability).powi((trials - hits) as i32);
    (least..=trials).map(one).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_knows_its_parts() {
        let times = Distribution::of((1..=1_000).rev().collect());
        assert_eq!((times.part(500), times.part(990), times.worst(), times.mean()), (500, 990, 1_000, 500));
        assert_eq!(times.at_least(991), 10);
        assert_eq!(Distribution::of(vec![7]).part(1), 7);
    }

    #[test]
    fn tails_and_intervals_are_those_of_the_books() {
        assert!((binomial_tail(4, 0.1, 2) - 0.0523).abs() < 1e-9);
        assert!((binomial_tail(5, 0.5, 0) - 1.0).abs() < 1e-9);
        assert!(within_99_percent(5_230, 100_000, 0.0523) && within_99_percent(5_400, 100_000, 0.0523));
        assert!(!within_99_percent(5_500, 100_000, 0.0523) && !within_99_percent(5_000, 100_000, 0.0523));
    }
}

//! How often votes split: measured in simulated elections beside the formula of Ongaro's thesis.

use super::elections::{options, world};
use super::statistics::binomial_tail;
use crate::kernel::{Action, MS, NodeId, Selector, Setup, Time, Trace};

/// How wide the range of timeouts is, in virtual microseconds.
const RANGE: Time = 100 * MS;
/// Its lower end: long against every latency here, so that nobody who has voted stands for election soon.
const LEAST: Time = 300 * MS;

/// A cluster whose first election is watched.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// How many servers there are.
    pub servers: usize,
    /// How many of them run.
    pub live: usize,
    /// The latency of one way in hundredths of the range of timeouts.
    pub percent: u32,
}

const fn course(servers: usize, live: usize, percent: u32) -> Course {
    Course { servers, live, percent }
}

/// The cases of the thesis.
pub const COURSES: [Course; 5] =
    [course(5, 4, 1), course(5, 4, 10), course(5, 4, 20), course(5, 3, 20), course(9, 5, 10)];

impl Course {
    /// The thesis's formula: P[Binomial(s, l) ≥ s − ⌊n/2⌋].
    pub fn formula(&self) -> f64 {
        binomial_tail(self.live as u32, f64::from(self.percent) / 100.0, (self.live - self.servers / 2) as u32)
    }

    /// Whether the votes of the first term split: a second term comes before a leader. Errors: a sentence.
    pub fn splits(&self, seed: u64) -> Result<bool, String> {
        let setup =
            Setup { replicas: self.servers, seed, options: options((LEAST, LEAST + RANGE)), ..Setup::default() };
        let latency = RANGE * Time::from(self.percent) / 100;
        let mut trace = Trace::kept();
        let mut world = world(&setup, (latency, latency), &mut trace)?;
        for number in self.live + 1..=self.servers {
            world.act(&Action::Crash(Selector::Node(NodeId::replica(number))), &mut trace)?;
        }
        while world.leader().is_none() {
            world.step(&mut trace).ok_or("nothing moves")?;
            if trace.events.last().is_some_and(|event| event.epoch > 1) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::super::statistics::within_99_percent;
    use super::*;

    #[test]
    fn the_formula_gives_the_figures_of_the_thesis() {
        let per_mille: Vec<_> = COURSES.iter().map(|course| (course.formula() * 1_000.0).round() as u32).collect();
        assert_eq!(per_mille, [1, 52, 181, 488, 410]);
    }

    /// Fewer trials than `bench` makes.
    #[test]
    fn votes_split_as_often_as_the_thesis_says() {
        for course in COURSES {
            let trials = 2_000;
            let hits = (0..trials).filter(|&seed| course.splits(seed) == Ok(true)).count() as u64;
            assert!(within_99_percent(hits, trials, course.formula()), "{course:?}: {hits} of {trials}");
        }
    }
}

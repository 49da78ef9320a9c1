//! What a scenario expects.

use super::condition::Claim;
use crate::kernel::{Time, show_time};

/// An expectation.
#[derive(Clone, PartialEq, Debug)]
pub struct Expect {
    /// When it should hold.
    pub mode: Mode,
    /// What should.
    pub claim: Claim,
    /// The run goes on until it holds, at most so long; only with [`Mode::Now`].
    pub within: Option<Time>,
    /// In how many runs with other seeds; where nothing is said, in this run.
    pub seeds: Option<Seeds>,
}

/// When a claim should hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Now.
    Now,
    /// At least once so far: after an event or a line.
    Ever,
    /// Not once so far.
    Never,
    /// From now on for so long. In a goal: for so long at a stretch.
    Always(Time),
}

/// In how many of how many runs, whose seeds follow one another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seeds {
    /// In so many at least.
    pub least: u32,
    /// Of so many.
    pub of: u32,
}

impl Expect {
    /// What to say when the time is over.
    pub fn too_late(&self, saw: &str) -> String {
        match self.within {
            Some(within) => format!("{saw}, not within {}", show_time(within)),
            None => saw.to_string(),
        }
    }
}

//! What a seed draws.

use consensus_playground::kernel::data::hash::stable_hash;
use consensus_playground::kernel::data::random::{below, draw_key, drawn};

/// Draws in a row. Those under another name go on undisturbed where one is drawn more or less: a new option or a new kind of
/// trouble changes no other.
pub struct Draws {
    key: u64,
    count: u64,
}

impl Draws {
    /// The draws of a seed under a name.
    pub fn of(seed: u64, name: &str) -> Draws {
        Draws { key: draw_key(seed, stable_hash(name)), count: 0 }
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.count += 1;
        below(drawn(self.key, self.count), bound as u64) as usize
    }

    /// A number from `lo` to `hi`, both included.
    pub fn between(&mut self, lo: usize, hi: usize) -> usize {
        lo + self.below(hi.saturating_sub(lo) + 1)
    }

    /// Whether one chance of so many comes up.
    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// One of a list that is not empty.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// The numbers from 1 to `most`, each with an even chance.
    pub fn subset(&mut self, most: usize) -> Vec<usize> {
        (1..=most).filter(|_| self.one_in(2)).collect()
    }
}

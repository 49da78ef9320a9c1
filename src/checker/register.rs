//! One register as an object with a sequential specification, its values numbered so that states are cheap to compare.

use std::collections::BTreeMap;

use crate::kernel::{RegisterOp, Word};

use super::operation::{Operation, State};

/// The number of a value that nobody knows.
pub const UNKNOWN: u32 = 0;

/// An operation with numbers for its values.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Read, and was told this.
    Read(u32),
    /// Wrote this.
    Write(u32),
    /// Added, and was told this sum, where it has its answer.
    Add(i64, Option<u32>),
    /// Swapped one for the other, and was told so (`true`), or that it was this value; or has no answer yet.
    Swap(u32, u32, Option<Swapped>),
}

impl Step {
    /// Whether it changes nothing, wherever it stands.
    pub fn only_looks(self) -> bool {
        matches!(self, Step::Read(_) | Step::Swap(_, _, Some(Swapped::No(_))))
    }
}

/// What an operation that swaps was told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Swapped {
    /// That it did.
    Yes,
    /// That the value was another.
    No(u32),
}

/// The values by number; the first is the unknown one.
#[derive(Default)]
pub struct Values {
    words: Vec<Word>,
    numbers: BTreeMap<Word, u32>,
    wild: bool,
}

impl Values {
    /// The number of a value.
    pub fn number(&mut self, word: &Word) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        // Amounts have 32 bits, and there are fewer than 2^30 of them.
        self.wild |= word.parse::<i64>().is_ok_and(|number| number.unsigned_abs() >= 1 << 62);
        self.words.push(word.clone());
        self.numbers.insert(word.clone(), self.words.len() as u32);
        self.words.len() as u32
    }

    /// The number of a state.
    pub fn state(&mut self, state: &State) -> u32 {
        state.as_ref().map_or(UNKNOWN, |word| self.number(word))
    }

    /// Whether sums come out the same in any order: no value is so large that an addition could stop at the largest number.
    pub fn tame(&self) -> bool {
        !self.wild
    }

    fn sum(&mut self, state: u32, amount: i64) -> u32 {
        let old: i64 = self.words.get(state as usize - 1).and_then(|word| word.parse().ok()).unwrap_or(0);
        let sum: Word = old.saturating_add(amount).to_string().into();
        self.number(&sum)
    }

    /// An operation with numbers; `None` for a read without an answer, which constrains nothing.
    pub fn step(&mut self, operation: &Operation) -> Option<Step> {
        let told = operation.told.as_ref();
        Some(match &operation.touch {
            RegisterOp::Read => Step::Read(self.number(told?)),
            RegisterOp::Write(value) => Step::Write(self.number(value)),
            RegisterOp::Add(amount) => Step::Add(*amount, told.map(|told| self.number(told))),
            RegisterOp::Swap(from, to) => {
                let answer =
                    told.map(|told| if &**told == "ok" { Swapped::Yes } else { Swapped::No(self.number(told)) });
                Step::Swap(self.number(from), self.number(to), answer)
            }
        })
    }

    /// The state after an operation; `None` where the operation would have been told something else.
    pub fn apply(&mut self, step: Step, state: u32) -> Option<u32> {
        match step {
            Step::Read(told) => (state == told || state == UNKNOWN).then_some(told),
            Step::Write(value) => Some(value),
            Step::Add(_, told) if state == UNKNOWN => Some(told.unwrap_or(UNKNOWN)),
            Step::Add(amount, told) => {
                let sum = self.sum(state, amount);
                told.is_none_or(|told| told == sum).then_some(sum)
            }
            Step::Swap(from, to, Some(Swapped::Yes)) => (state == from || state == UNKNOWN).then_some(to),
            Step::Swap(from, _, Some(Swapped::No(told))) => {
                (told != from && (state == told || state == UNKNOWN)).then_some(told)
            }
            Step::Swap(_, _, None) if state == UNKNOWN => Some(UNKNOWN),
            Step::Swap(from, to, None) => Some(if state == from { to } else { state }),
        }
    }
}

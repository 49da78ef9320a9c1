//! The search for an order: Wing and Gong (1993) with Lowe's memory of what was tried (2016), for one register.
//!
//! An operation can come next if no other one that is still to be placed had its answer before this one began. Some things
//! are never a choice, and that is what keeps crowds of clients cheap: an operation that only looks is placed as soon as it
//! fits; writes of values that nobody was told go right before another write, where nobody sees them; what may not have
//! happened at all has not, where the next thing overwrites it; and additions of that kind in a row come in one order only.
//!
//! The work is counted, not timed: a step is one operation that is looked at.

use super::operation::{Operation, State};
use super::register::{Step, UNKNOWN, Values};
use super::seen::Seen;
use crate::kernel::data::in_order::InOrder;
use crate::kernel::{RegisterOp, Word};

/// What a search comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// There is an order: these operations, one after the other.
    Linearizable(Vec<usize>),
    /// There is none.
    Broken {
        /// The longest order that could be begun.
        longest: Vec<usize>,
        /// The operation that has no place in it.
        stuck: usize,
    },
    /// The steps were used up.
    Undecided,
}

/// Looks for an order of the operations that begins in one of the states, takes as many `steps` at most, and leaves what
/// it did not use.
pub fn search(from: &[State], operations: &[Operation], steps: &mut u32) -> Verdict {
    Search::new(operations, None).run(from, steps)
}

/// The states that the register may be in when all operations are done, from these ones; that there is an order is known,
/// and perhaps in what state it ends. `None` where it was not decided within the steps.
pub fn finals(from: &[State], operations: &[Operation], known: Option<&State>, steps: &mut u32) -> Option<Vec<State>> {
    let candidates = candidates(from, operations);
    // Of writes alone, each that may be the last can be.
    let writes = operations.iter().all(|operation| operation.needed && matches!(operation.touch, RegisterOp::Write(_)));
    if writes || candidates.len() == 1 {
        return Some(candidates);
    }
    let mut found = Vec::new();
    for state in candidates {
        if known == Some(&state) {
            found.push(state);
            continue;
        }
        match Search::new(operations, Some(&state)).run(from, steps) {
            Verdict::Linearizable(_) => found.push(state),
            Verdict::Broken { .. } => {}
            Verdict::Undecided => return None,
        }
    }
    Some(found)
}

/// The states that may be the last ones, and perhaps some that may not.
fn candidates(from: &[State], operations: &[Operation]) -> Vec<State> {
    // What is written before another write begins is not the last value.
    let writes =
        operations.iter().filter(|operation| operation.needed && matches!(operation.touch, RegisterOp::Write(_)));
    let last = writes.map(|operation| operation.start).max();
    let late = || operations.iter().filter(|operation| last.is_none_or(|last| operation.end > last));
    let written = |told: &Word| late().any(|late| matches!(&late.touch, RegisterOp::Write(value) if value == told));
    // Where there are writes and reads alone, what was read last was written.
    let plain = |operation: &Operation| matches!(operation.touch, RegisterOp::Write(_) | RegisterOp::Read);
    let plain = last.is_some() && operations.iter().all(plain);
    let mut candidates: Vec<State> = Vec::new();
    let mut add = |state: State| {
        if !candidates.contains(&state) {
            candidates.push(state);
        }
    };
    from.iter().filter(|_| last.is_none()).for_each(|state| add(state.clone()));
    for operation in late() {
        match &operation.touch {
            RegisterOp::Write(value) | RegisterOp::Swap(_, value) => add(Some(value.clone())),
            RegisterOp::Add(_) | RegisterOp::Read => {}
        }
        if !matches!(operation.touch, RegisterOp::Write(_)) {
            operation.told.iter().filter(|told| !plain || written(told)).for_each(|told| add(Some(told.clone())));
        }
    }
    candidates
}

/// An operation as the search handles it.
struct Move {
    start: u32,
    end: u32,
    step: Step,
    /// Its place in the caller's list.
    place: usize,
    /// Whether it writes what nobody was told.
    dead: bool,
}

/// A point of the search where there is a choice.
struct Level {
    /// How many operations are placed here.
    placed: usize,
    state: u32,
    /// The choices that are left: a part of the list of all choices, from here to its end.
    choices: usize,
}

struct Search {
    /// Those that need a place, by their beginnings; behind them those that may have one.
    moves: Vec<Move>,
    needed: usize,
    values: Values,
    cares: Cares,
    /// How many operations were looked at, and are not paid for yet.
    looks: u32,
    /// What the register must hold in the end.
    last: Option<u32>,
    done: Vec<u64>,
    first: usize,
    order: Vec<usize>,
    left: usize,
    choices: Vec<usize>,
    longest: Vec<usize>,
    furthest: usize,
}

/// Instead of a move: all dead writes that can come next.
const DEAD: usize = usize::MAX;
/// What a choice costs beside the operations that it looks at, in steps.
const A_STEP: u32 = 16;

impl Search {
    fn new(operations: &[Operation], last: Option<&State>) -> Self {
        let mut values = Values::default();
        let last = last.map(|state| values.state(state));
        let mut moves = Vec::new();
        for needed in [true, false] {
            for (place, operation) in operations.iter().enumerate().filter(|(_, operation)| operation.needed == needed)
            {
                if let Some(step) = values.step(operation).filter(|step| needed || !matches!(step, Step::Read(_))) {
                    moves.push(Move { start: operation.start, end: operation.end, step, place, dead: false });
                }
            }
        }
        let needed = moves.iter().filter(|found| operations[found.place].needed).count();
        moves[..needed].put_in_order_by_key(|found| (found.start, found.place));
        mark_dead(&mut moves, last);
        let mut place = 0;
        moves.retain(|found| {
            place += 1;
            place <= needed || !found.dead
        });
        Search {
            done: vec![0; moves.len().div_ceil(64)],
            cares: Cares::of(&moves),
            looks: 0,
            moves,
            needed,
            values,
            last,
            first: 0,
            order: Vec::new(),
            left: needed,
            choices: Vec::new(),
            longest: Vec::new(),
            furthest: 0,
        }
    }

    fn run(mut self, from: &[State], steps: &mut u32) -> Verdict {
        let mut seen = Seen::new();
        let mut row = Vec::new();
        for state in from {
            let state = self.values.state(state);
            let mut levels = Vec::new();
            let mut next = Some(state);
            loop {
                if let Some(state) = next.take() {
                    self.settle(state);
                    if self.left == 0 && self.last.is_none_or(|last| last == state) {
                        *steps = steps.saturating_sub(self.looks);
                        return Verdict::Linearizable(self.told(&self.order));
                    }
                    let choices = self.choices.len();
                    self.describe(state, &mut row);
                    if seen.insert(&row) {
                        self.choose(state);
                    }
                    levels.push(Level { placed: self.order.len(), state, choices });
                }
                let Some(level) = levels.last() else { break };
                let (placed, state, choices) = (level.placed, level.state, level.choices);
                self.undo(placed);
                if self.choices.len() == choices {
                    levels.pop();
                    continue;
                }
                let looks = std::mem::take(&mut self.looks).saturating_add(A_STEP);
                let Some(left) = steps.checked_sub(looks) else { return Verdict::Undecided };
                *steps = left;
                let choice = self.choices.pop().unwrap_or(DEAD);
                next = self.place(choice, state);
            }
            self.undo(0);
        }
        *steps = steps.saturating_sub(self.looks);
        self.broken()
    }

    /// Where the search is, as a row of words: what follows depends on nothing else.
    fn describe(&mut self, state: u32, row: &mut Vec<u64>) {
        row.clear();
        // All values that nobody asks for any more are alike.
        let wanted = self.last.is_some() || self.cares.about(state);
        let unseen = self.unseen().map_or(u64::from(u32::MAX), |number| number as u64);
        row.push(unseen << 32 | if wanted { u64::from(state) } else { u64::from(u32::MAX) });
        // Of those that need a place, all before the first are placed, and none that began after its answer.
        row.push(self.first as u64);
        let end = self.moves[..self.needed].get(self.first).map_or(0, |first| first.end);
        let beyond = self.moves[self.first..self.needed].partition_point(|later| later.start < end) + self.first;
        row.extend_from_slice(&self.done[self.first / 64..beyond.div_ceil(64).max(self.first / 64)]);
        row.extend_from_slice(&self.done[self.needed / 64..]);
        self.looks = self.looks.saturating_add(row.len() as u32);
    }

    /// What was placed last, where it may not have happened at all and nothing has seen it yet.
    fn unseen(&self) -> Option<usize> {
        self.order.last().copied().filter(|&number| number >= self.needed)
    }

    fn told(&self, order: &[usize]) -> Vec<usize> {
        order.iter().map(|&number| self.moves[number].place).collect()
    }

    fn broken(&self) -> Verdict {
        let rest = self.moves[..self.needed].iter().enumerate();
        let rest = rest.filter(|(number, _)| !self.longest.contains(number));
        let stuck = rest.min_by_key(|(_, found)| found.end).map_or(0, |(_, found)| found.place);
        Verdict::Broken { longest: self.told(&self.longest), stuck }
    }

    fn is_done(&self, number: usize) -> bool {
        self.done[number / 64] >> (number % 64) & 1 == 1
    }

    fn take(&mut self, number: usize) {
        self.done[number / 64] |= 1 << (number % 64);
        self.cares.count(self.moves[number].step, false);
        self.order.push(number);
        if number < self.needed {
            self.left -= 1;
            while self.first < self.needed && self.is_done(self.first) {
                self.first += 1;
            }
        }
    }

    fn undo(&mut self, placed: usize) {
        while self.order.len() > placed {
            let Some(number) = self.order.pop() else { return };
            self.done[number / 64] &= !(1 << (number % 64));
            self.cares.count(self.moves[number].step, true);
            if number < self.needed {
                self.left += 1;
                self.first = self.first.min(number);
            }
        }
    }

    /// Those that can come next.
    fn enabled(&mut self, found: &mut Vec<usize>) {
        let mut bound = u32::MAX;
        for number in self.first..self.needed {
            self.looks = self.looks.saturating_add(1);
            let next = &self.moves[number];
            if next.start >= bound {
                break;
            }
            if !self.is_done(number) {
                found.push(number);
                bound = bound.min(next.end);
            }
        }
        let optional = self.needed..self.moves.len();
        self.looks = self.looks.saturating_add(optional.len() as u32);
        found.extend(optional.filter(|&number| !self.is_done(number) && self.moves[number].start < bound));
    }

    /// Places whatever only looks and fits. The state stays as it is.
    fn settle(&mut self, state: u32) {
        let mut enabled = Vec::new();
        loop {
            enabled.clear();
            self.enabled(&mut enabled);
            let before = self.order.len();
            for &number in &enabled {
                let step = self.moves[number].step;
                // Not so a write of what is there already: it may be wanted later, when something else is there.
                if number < self.needed && step.only_looks() && self.values.apply(step, state) == Some(state) {
                    self.take(number);
                }
            }
            if self.order.len() == before {
                break;
            }
        }
        let placed = self.needed - self.left;
        if placed > self.furthest || self.longest.is_empty() {
            (self.furthest, self.longest) = (placed, self.order.clone());
        }
    }

    /// Writes down the choices; the last is taken first, so that those who began first come first.
    fn choose(&mut self, state: u32) {
        let mut enabled = Vec::new();
        self.enabled(&mut enabled);
        let unseen = self.unseen();
        if unseen.is_none() && enabled.iter().any(|&number| self.moves[number].dead) {
            self.choices.push(DEAD);
        }
        for &number in enabled.iter().rev().filter(|&&number| !self.moves[number].dead) {
            if unseen.is_some_and(|unseen| !self.may_follow(number, unseen)) {
                continue;
            }
            let after = self.values.apply(self.moves[number].step, state);
            // What may have happened and would change nothing did not happen.
            if after.is_some_and(|after| number < self.needed || after != state) {
                self.choices.push(number);
            }
        }
    }

    /// Whether a move may come right after one that need not have happened. What overwrites that one may as well come in
    /// its place; and of two additions without an answer the one further behind comes second.
    fn may_follow(&self, number: usize, unseen: usize) -> bool {
        match (self.moves[unseen].step, self.moves[number].step) {
            (_, Step::Write(_)) => false,
            (Step::Add(_, None), Step::Add(_, None)) if number >= self.needed => number > unseen || !self.values.tame(),
            _ => true,
        }
    }

    /// Places a choice, and before a write all dead ones; gives the state afterwards.
    fn place(&mut self, choice: usize, state: u32) -> Option<u32> {
        let mut state = state;
        if choice == DEAD || matches!(self.moves[choice].step, Step::Write(_)) {
            let mut enabled = Vec::new();
            self.enabled(&mut enabled);
            for number in enabled {
                if !self.moves[number].dead {
                    continue;
                }
                state = self.values.apply(self.moves[number].step, state)?;
                self.take(number);
            }
        }
        if choice != DEAD {
            state = self.values.apply(self.moves[choice].step, state)?;
            self.take(choice);
        }
        Some(state)
    }
}

/// On what values the moves depend that are still to be placed.
struct Cares {
    /// For each value, how many were told it.
    told: Vec<u32>,
    /// How many were told any value.
    readers: u32,
    /// How many depend on every value.
    all: u32,
}

impl Cares {
    /// All moves are still to be placed.
    fn of(moves: &[Move]) -> Self {
        let highest = moves.iter().map(|found| if let Step::Read(told) = found.step { told } else { 0 }).max();
        let mut cares = Cares { told: vec![0; highest.unwrap_or(0) as usize + 1], readers: 0, all: 0 };
        moves.iter().for_each(|found| cares.count(found.step, true));
        cares
    }

    /// A move is still to be placed, or no longer.
    fn count(&mut self, step: Step, open: bool) {
        let change = |count: &mut u32| if open { *count += 1 } else { *count -= 1 };
        match step {
            Step::Read(told) => {
                change(&mut self.told[told as usize]);
                change(&mut self.readers);
            }
            Step::Write(_) => {}
            Step::Add(..) | Step::Swap(..) => change(&mut self.all),
        }
    }

    /// Whether anything may depend on the register holding this.
    fn about(&self, state: u32) -> bool {
        let told = self.told.get(state as usize).copied().unwrap_or(0);
        self.all > 0 || told > 0 || (state == UNKNOWN && self.readers > 0)
    }
}

/// A write is dead if nobody was told its value and it is not wanted in the end. Where something adds or swaps, every
/// value may matter.
fn mark_dead(moves: &mut [Move], last: Option<u32>) {
    let mut wanted: Vec<u32> = last.into_iter().collect();
    for found in moves.iter() {
        match found.step {
            Step::Read(told) => wanted.push(told),
            Step::Write(_) => {}
            Step::Add(..) | Step::Swap(..) => return,
        }
    }
    for found in moves {
        found.dead = matches!(found.step, Step::Write(value) if !wanted.contains(&value));
    }
}

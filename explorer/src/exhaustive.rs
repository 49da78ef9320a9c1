//! Breadth- and depth-first search, to the end or to a bound, in slices.

use std::collections::VecDeque;

use crate::visited::{Place, Visited};

/// What is searched.
pub trait Model {
    /// A state, with all that its future depends on.
    type State;
    /// A fingerprint: equal where two states have the same future.
    fn print(&self, state: &Self::State) -> u64;
    /// What is to be said of a state.
    fn look(&self, state: &Self::State) -> Look;
    /// Gives the states that can come next.
    fn next(&self, state: &Self::State, each: &mut dyn FnMut(Self::State));
}

/// What is to be said of a state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// The search goes on beyond it.
    On,
    /// The search does not go beyond it, for it lies at a bound.
    Bound,
    /// It is what is looked for.
    Found,
}

/// In which order states are gone on from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Those that were met first, so that what is found is found in the fewest steps.
    Breadth,
    /// Those that were met last.
    Depth,
}

/// How far a search is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stand {
    /// There is more to be seen.
    Open,
    /// This state is what was looked for.
    Found(Place),
    /// All states were seen within the bounds.
    Complete,
    /// The memory is full.
    Full,
}

/// A search over the states of a model.
pub struct Exhaustive<S> {
    order: Order,
    /// States are met up to so many steps from the first.
    most_depth: u16,
    /// So many bytes may be taken.
    most_bytes: usize,
    /// About how many bytes a state takes that waits.
    state_bytes: usize,
    visited: Visited,
    waiting: VecDeque<(Place, S)>,
    stand: Stand,
    deepest: u16,
    transitions: u64,
    bounded: u64,
}

impl<S> Exhaustive<S> {
    /// A search that begins at a state.
    pub fn new<M: Model<State = S>>(model: &M, first: S, order: Order, most_depth: u16, bytes: (usize, usize)) -> Self {
        let (most_bytes, state_bytes) = bytes;
        let mut search = Exhaustive {
            order,
            most_depth,
            most_bytes,
            state_bytes,
            visited: Visited::default(),
            waiting: VecDeque::new(),
            stand: Stand::Open,
            deepest: 0,
            transitions: 0,
            bounded: 0,
        };
        search.meet(model, first, None);
        search
    }

    /// Goes on from so many more states.
    pub fn run_for<M: Model<State = S>>(&mut self, model: &M, states: u64) -> Stand {
        for _ in 0..states {
            if self.stand != Stand::Open {
                break;
            }
            let next = match self.order {
                Order::Breadth => self.waiting.pop_front(),
                Order::Depth => self.waiting.pop_back(),
            };
            let Some((place, state)) = next else {
                self.stand = Stand::Complete;
                break;
            };
            model.next(&state, &mut |state| self.meet(model, state, Some(place)));
            if self.stand == Stand::Open && self.bytes() > self.most_bytes {
                self.stand = Stand::Full;
            }
        }
        self.stand
    }

    fn meet<M: Model<State = S>>(&mut self, model: &M, state: S, parent: Option<Place>) {
        if matches!(self.stand, Stand::Found(_)) {
            return;
        }
        self.transitions += u64::from(parent.is_some());
        let depth = parent.map_or(0, |parent| self.visited.depth(parent).saturating_add(1));
        let place = match (self.visited.insert(model.print(&state), parent, depth), parent) {
            (Ok(place), _) => place,
            // What was met at the bound, and can be met sooner, has a future within the bound.
            (Err(place), Some(parent)) if self.most_depth < u16::MAX && depth < self.visited.depth(place) => {
                self.visited.shorten(place, parent, depth);
                place
            }
            (Err(_), _) => return,
        };
        self.deepest = self.deepest.max(depth);
        match model.look(&state) {
            Look::Found => self.stand = Stand::Found(place),
            Look::On if depth < self.most_depth => self.waiting.push_back((place, state)),
            Look::On | Look::Bound => self.bounded += 1,
        }
    }

    /// How far it is.
    pub fn stand(&self) -> Stand {
        self.stand
    }

    /// What was met.
    pub fn visited(&self) -> &Visited {
        &self.visited
    }

    /// How many states wait to be gone on from.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many steps the state that lies deepest is from the first.
    pub fn deepest(&self) -> u16 {
        self.deepest
    }

    /// How many steps were taken, to new states and to known ones.
    pub fn transitions(&self) -> u64 {
        self.transitions
    }

    /// At how many states it did not go on, for they lie at a bound.
    pub fn bounded(&self) -> u64 {
        self.bounded
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.visited.bytes() + self.waiting.len() * self.state_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two counters up to a bound each.
    struct Counters(u64);

    impl Model for Counters {
        type State = (u64, u64);

        fn print(&self, state: &Self::State) -> u64 {
            state.0 << 32 | state.1
        }

        fn look(&self, state: &Self::State) -> Look {
            if *state == (3, 4) { Look::Found } else { Look::On }
        }

        fn next(&self, &(one, other): &Self::State, each: &mut dyn FnMut(Self::State)) {
            if one < self.0 {
                each((one + 1, other));
            }
            if other < self.0 {
                each((one, other + 1));
            }
        }
    }

    fn search(most: u64, order: Order, depth: u16) -> Exhaustive<(u64, u64)> {
        let mut search = Exhaustive::new(&Counters(most), (0, 0), order, depth, (usize::MAX, 16));
        while search.run_for(&Counters(most), 3) == Stand::Open {}
        search
    }

    #[test]
    fn all_states_are_met_once_in_either_order() {
        for order in [Order::Breadth, Order::Depth] {
            let search = search(2, order, u16::MAX);
            assert_eq!((search.stand(), search.visited().len(), search.transitions()), (Stand::Complete, 9, 12));
        }
    }

    #[test]
    fn a_bound_on_the_depth_is_kept_in_either_order() {
        for order in [Order::Breadth, Order::Depth] {
            // All with a sum of at most 3: 1 + 2 + 3 + 4.
            assert_eq!(search(9, order, 3).visited().len(), 10, "{order:?}");
        }
    }

    #[test]
    fn breadth_first_finds_it_in_the_fewest_steps() {
        let search = search(9, Order::Breadth, u16::MAX);
        let Stand::Found(place) = search.stand() else { panic!("it is there") };
        assert_eq!(search.visited().way_to(place).len(), 7);
    }

    #[test]
    fn a_search_that_is_full_says_so() {
        let mut search = Exhaustive::new(&Counters(1_000_000), (5, 0), Order::Breadth, u16::MAX, (60_000, 16));
        while search.run_for(&Counters(1_000_000), 10) == Stand::Open {}
        assert_eq!(search.stand(), Stand::Full);
    }
}

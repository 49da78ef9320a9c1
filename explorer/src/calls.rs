//! What was carried out already: what comes of an input at a node, by the numbers of the parts that it depends on.

use crate::system::{Call, Input, NONE, Outcome, State, Tables};

/// No call: the end of a list.
const END: u32 = u32::MAX;

/// Numbers that lie together in a store.
type Range = (u32, u32);

/// An input at a node with a rest, and on which other nodes it depends what comes of it.
#[derive(Clone, Copy)]
struct Shape {
    input: u64,
    rest: u32,
    node: u32,
    nodes: u32,
    /// The places of the other nodes.
    others: Range,
    /// Where there are none, what comes of it.
    outcomes: Range,
    /// Another shape with the same input, rest and node.
    next: u32,
}

/// What comes of it with these other nodes.
#[derive(Clone, Copy)]
struct Case {
    shape: u32,
    /// The other nodes.
    others: Range,
    outcomes: Range,
}

/// One way in which it turns out, as it is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// What is added to the sum of all fingerprints.
    pub delta: u64,
    /// The rest afterwards.
    pub rest: u32,
    /// Pairs of place and number.
    pub nodes: Range,
    /// Messages.
    pub sent: Range,
    /// Whether one of the changed nodes lies at a bound.
    pub bound: bool,
}

/// All calls so far.
pub struct Calls {
    /// Open addressing with linear probing, for both.
    shape_slots: Vec<u32>,
    case_slots: Vec<u32>,
    shapes: Vec<Shape>,
    cases: Vec<Case>,
    turns: Vec<Turn>,
    numbers: Vec<u32>,
}

impl Default for Calls {
    fn default() -> Self {
        Calls {
            shape_slots: vec![END; 1024],
            case_slots: vec![END; 1024],
            shapes: Vec::new(),
            cases: Vec::new(),
            turns: Vec::new(),
            numbers: Vec::new(),
        }
    }
}

/// Input, rest, node, how many nodes there are.
type Key = (u64, u32, u32, u32);

fn whole(range: Range) -> std::ops::Range<usize> {
    range.0 as usize..range.1 as usize
}

fn mixed(word: u64, more: u64) -> u64 {
    let word = (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ more).wrapping_mul(0xff51_afd7_ed55_8ccd);
    word ^ word >> 32
}

fn key(state: &State, place: u32, input: Input) -> Key {
    let node = state.nodes.get(place as usize).copied().unwrap_or(NONE);
    (input.code(), state.rest, node, state.nodes.len() as u32)
}

impl Calls {
    /// How many bytes they take.
    pub fn bytes(&self) -> usize {
        (self.shape_slots.len() + self.case_slots.len() + self.numbers.capacity()) * 4
            + self.shapes.capacity() * size_of::<Shape>()
            + self.cases.capacity() * size_of::<Case>()
            + self.turns.capacity() * size_of::<Turn>()
    }

    /// In how many ways this turns out, if that is known: the places of these among all ways.
    pub fn find(&self, state: &State, place: u32, input: Input) -> Option<std::ops::Range<usize>> {
        let mut at = self.shape_slots[self.shape_slot(key(state, place, input))];
        while at != END {
            let shape = &self.shapes[at as usize];
            if shape.others.0 == shape.others.1 {
                return Some(whole(shape.outcomes));
            }
            let case = self.case_slots[self.case_slot(at, |place| state.nodes[place as usize])];
            if case != END {
                return Some(whole(self.cases[case as usize].outcomes));
            }
            at = shape.next;
        }
        None
    }

    /// One of the ways.
    pub fn turn(&self, at: usize) -> Turn {
        self.turns[at]
    }

    /// The nodes that are others afterwards: place and number.
    pub fn nodes(&self, turn: &Turn) -> impl Iterator<Item = (u32, u32)> {
        self.numbers[whole(turn.nodes)].chunks_exact(2).map(|pair| (pair[0], pair[1]))
    }

    /// What was sent.
    pub fn sent(&self, turn: &Turn) -> &[u32] {
        &self.numbers[whole(turn.sent)]
    }

    /// Keeps a call.
    pub fn add(&mut self, state: &State, place: u32, input: Input, call: &Call, tables: &Tables) {
        let changed = call.outcomes.iter().flat_map(|outcome| &outcome.nodes).map(|(place, _)| *place);
        let there = |other: &u32| *other != place && (*other as usize) < state.nodes.len();
        let mut others: Vec<_> = call.looked_at.iter().copied().chain(changed).filter(there).collect();
        others.sort_unstable();
        others.dedup();
        let first = self.turns.len() as u32;
        call.outcomes.iter().for_each(|outcome| self.add_turn(state, outcome, tables));
        let outcomes = (first, self.turns.len() as u32);
        let shape = self.shape(key(state, place, input), &others, outcomes);
        if others.is_empty() {
            return;
        }
        let others = self.keep(others.iter().map(|&place| state.nodes[place as usize]));
        self.cases.push(Case { shape, others, outcomes });
        if self.cases.len() * 2 > self.case_slots.len() {
            self.grow_cases();
        } else {
            let slot = self.case_slot(shape, |place| state.nodes[place as usize]);
            self.case_slots[slot] = self.cases.len() as u32 - 1;
        }
    }

    fn add_turn(&mut self, state: &State, outcome: &Outcome, tables: &Tables) {
        let print = |number: u32| tables.nodes[number as usize].print;
        let mut delta = tables.rests[outcome.rest as usize].print;
        delta = delta.wrapping_sub(tables.rests[state.rest as usize].print);
        for &(place, number) in &outcome.nodes {
            let before = state.nodes.get(place as usize).map_or(0, |before| print(*before));
            delta = delta.wrapping_add(print(number)).wrapping_sub(before);
        }
        for &message in &outcome.sent {
            delta = delta.wrapping_add(tables.messages[message as usize].print);
        }
        let bound = outcome.nodes.iter().any(|(_, number)| tables.nodes[*number as usize].bound);
        let nodes = self.keep(outcome.nodes.iter().flat_map(|(place, number)| [*place, *number]));
        let sent = self.keep(outcome.sent.iter().copied());
        self.turns.push(Turn { delta, rest: outcome.rest, nodes, sent, bound });
    }

    fn keep(&mut self, numbers: impl Iterator<Item = u32>) -> Range {
        let first = self.numbers.len() as u32;
        self.numbers.extend(numbers);
        (first, self.numbers.len() as u32)
    }

    /// The shape of a call, which may be a new one.
    fn shape(&mut self, key: Key, others: &[u32], outcomes: Range) -> u32 {
        let slot = self.shape_slot(key);
        let first = self.shape_slots[slot];
        let mut at = first;
        while let Some(shape) = self.shapes.get(at as usize) {
            if self.numbers[whole(shape.others)] == *others {
                return at;
            }
            at = shape.next;
        }
        let others = self.keep(others.iter().copied());
        let (input, rest, node, nodes) = key;
        self.shapes.push(Shape { input, rest, node, nodes, others, outcomes, next: first });
        let shape = self.shapes.len() as u32 - 1;
        self.shape_slots[slot] = shape;
        if self.shapes.len() * 2 > self.shape_slots.len() {
            self.grow_shapes();
        }
        shape
    }

    /// Where the list of shapes with this key stands, or would stand.
    fn shape_slot(&self, (input, rest, node, nodes): Key) -> usize {
        let mask = self.shape_slots.len() - 1;
        let mut slot = mixed(mixed(input, nodes.into()), u64::from(rest) << 32 | u64::from(node)) as usize & mask;
        while let Some(shape) = self.shapes.get(self.shape_slots[slot] as usize) {
            if (shape.input, shape.rest, shape.node, shape.nodes) == (input, rest, node, nodes) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// Where the case of a shape with these nodes in the places that matter stands, or would stand.
    fn case_slot(&self, shape: u32, node: impl Fn(u32) -> u32) -> usize {
        let places = &self.numbers[whole(self.shapes[shape as usize].others)];
        let mask = self.case_slots.len() - 1;
        let hash = places.iter().fold(u64::from(shape), |hash, &place| mixed(hash, node(place).into()));
        let mut slot = mixed(hash, 0) as usize & mask;
        while let Some(case) = self.cases.get(self.case_slots[slot] as usize) {
            let others = &self.numbers[whole(case.others)];
            if case.shape == shape && places.iter().zip(others).all(|(place, other)| node(*place) == *other) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow_shapes(&mut self) {
        self.shape_slots = vec![END; self.shape_slots.len() * 2];
        for at in 0..self.shapes.len() {
            let Shape { input, rest, node, nodes, .. } = self.shapes[at];
            let slot = self.shape_slot((input, rest, node, nodes));
            // Later ones lead to earlier ones.
            self.shape_slots[slot] = at as u32;
        }
    }

    fn grow_cases(&mut self) {
        self.case_slots = vec![END; self.case_slots.len() * 2];
        for at in 0..self.cases.len() {
            let Case { shape, others, .. } = self.cases[at];
            let places = whole(self.shapes[shape as usize].others);
            let pairs: Vec<_> =
                self.numbers[places].iter().copied().zip(self.numbers[whole(others)].iter().copied()).collect();
            let node = |place| pairs.iter().find(|(of, _)| *of == place).map_or(NONE, |(_, node)| *node);
            let slot = self.case_slot(shape, node);
            self.case_slots[slot] = at as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::{NodeInfo, RestInfo};

    fn tables() -> Tables {
        let node = |print| NodeInfo { print, timers: Box::default(), bound: print == 107 };
        let rest = |print| RestInfo { print, found: false };
        Tables { nodes: (100..200).map(node).collect(), rests: (0..50).map(rest).collect(), ..Tables::default() }
    }

    fn state(rest: u32, nodes: [u32; 3]) -> State {
        State { rest, nodes: nodes.to_vec(), ..State::default() }
    }

    fn leads_to(node: u32, looked_at: &[u32]) -> Call {
        let outcome = Outcome { rest: 1, nodes: vec![(0, node)], sent: Vec::new() };
        Call { looked_at: looked_at.to_vec(), outcomes: vec![outcome] }
    }

    #[test]
    fn a_call_is_known_where_all_that_it_looked_at_is_the_same() {
        let (mut calls, tables, input) = (Calls::default(), tables(), Input::Deliver(4));
        calls.add(&state(0, [1, 2, 3]), 0, input, &leads_to(7, &[0, 2]), &tables);
        let found = calls.find(&state(0, [1, 9, 3]), 0, input).expect("only the second node is another");
        let turn = calls.turn(found.start);
        assert_eq!(
            (calls.nodes(&turn).collect::<Vec<_>>(), turn.delta, turn.bound),
            (vec![(0, 7)], 1 + 107 - 101, true)
        );
        for (state, input) in [
            (state(0, [1, 2, 4]), input),
            (state(1, [1, 2, 3]), input),
            (state(0, [5, 2, 3]), input),
            (state(0, [1, 2, 3]), Input::Fire(4)),
        ] {
            assert_eq!(calls.find(&state, 0, input), None);
        }
        assert_eq!(calls.find(&State { nodes: vec![1, 2, 3, 4], ..state(0, [1, 2, 3]) }, 0, input), None);
    }

    #[test]
    fn many_calls_are_all_known_again() {
        let (mut calls, tables, input) = (Calls::default(), tables(), Input::Crash);
        let all = || (0..40).flat_map(|rest| (0..90).map(move |node| (rest, node)));
        for (rest, node) in all() {
            // What is looked at depends on the node; with the first ten it is the second one, too, in many forms.
            let looked_at: &[u32] = if node % 9 == 0 { &[1] } else { &[] };
            for other in if node % 9 == 0 { 0..40 } else { 0..1 } {
                calls.add(&state(rest, [node, other, 0]), 0, input, &leads_to((node + other) % 90, looked_at), &tables);
            }
        }
        for (rest, node) in all() {
            let other = if node % 9 == 0 { (rest + node) % 40 } else { 0 };
            let found = calls.find(&state(rest, [node, other, 5]), 0, input).expect("it was added");
            let turn = calls.turn(found.start);
            assert_eq!(calls.nodes(&turn).next(), Some((0, (node + other) % 90)));
        }
    }
}

//! Breadth- and depth-first search over the states of a system, to the end or to a bound, in slices.

use crate::calls::{Calls, Turn};
use crate::frontier::Frontier;
use crate::system::{Input, NONE, Spending, State, System, Tables};
use crate::visited::{Place, Visited};

/// What calls may take, as a part of all bytes; beyond that they are forgotten, and carried out again.
const CALLS_PART: usize = 4;
/// What is not known yet, and what the bounds don't allow.
const UNKNOWN: u32 = u32::MAX;
const NEVER: u32 = u32::MAX - 1;

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

/// What a search is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// In which order states are gone on from.
    pub order: Order,
    /// States are met up to so many steps from the first.
    pub depth: u16,
    /// So many bytes may be taken.
    pub bytes: usize,
    /// So many messages may be in flight.
    pub messages: usize,
    /// Whether what was sent stays in flight for good: messages are a set then.
    pub any_copies: bool,
    /// Whether [`System::holds`] is asked of each state.
    pub asks: bool,
}

/// A step on the way to a state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The state before.
    pub before: State,
    /// The place of the node whom it concerns.
    pub place: u32,
    /// What happened.
    pub input: Input,
    /// Whether the message stays in flight.
    pub stays: bool,
    /// In which of the possible ways it turned out, from 0.
    pub turn: usize,
}

/// A step, before it is taken.
#[derive(Clone, Copy)]
struct Move {
    place: u32,
    input: Input,
    stays: bool,
    spent: u32,
}

/// A state that a step leads to.
#[derive(Clone, Copy)]
struct Next {
    print: u64,
    step: Move,
    turn: Turn,
}

/// A search over the states of a system.
pub struct Exhaustive {
    limits: Limits,
    tables: Tables,
    calls: Calls,
    spendings: Vec<Vec<u32>>,
    visited: Visited,
    frontier: Frontier,
    first: State,
    stand: Stand,
    deepest: u16,
    transitions: u64,
    bounded: u64,
    called: u64,
    /// For what comes next, so that no memory is asked for each time: a state, and sums under all names.
    after: State,
    sums: Vec<u64>,
}

impl Exhaustive {
    /// A search that begins at a state, whose parts stand in the tables.
    pub fn new(system: &mut dyn System, first: State, tables: Tables, limits: Limits) -> Self {
        let mut search = Exhaustive {
            limits,
            tables,
            calls: Calls::default(),
            spendings: Vec::new(),
            visited: Visited::default(),
            frontier: Frontier::default(),
            first: first.clone(),
            stand: Stand::Open,
            deepest: 0,
            transitions: 0,
            bounded: 0,
            called: 0,
            after: State::default(),
            sums: Vec::new(),
        };
        let print =
            if search.tables.names.count > 0 { search.least(&first) } else { search.finish(search.sum(&first)) };
        if let Ok(place) = search.visited.insert(print, None, 0) {
            let bound = first.nodes.iter().any(|&node| search.tables.nodes[node as usize].bound);
            search.look(system, place, &first, bound);
        }
        search
    }

    /// Goes on from so many more states.
    pub fn run_for(&mut self, system: &mut dyn System, states: u64) -> Stand {
        let (mut state, mut next, mut all) = (State::default(), State::default(), Vec::new());
        for _ in 0..states {
            if self.stand != Stand::Open {
                break;
            }
            let waits = match self.limits.order {
                Order::Breadth => self.frontier.pop_front(&mut state),
                Order::Depth => self.frontier.pop_back(&mut state),
            };
            let Some(place) = waits else {
                self.stand = Stand::Complete;
                break;
            };
            all.clear();
            self.all_next(system, &state, &mut all);
            self.visited.fetch(all.iter().map(|next| next.print));
            for after in &all {
                self.meet(system, (place, &state), after, &mut next);
            }
            if self.calls.bytes() > self.limits.bytes / CALLS_PART {
                self.calls = Calls::default();
            }
            if self.stand == Stand::Open && self.bytes() + system.bytes() > self.limits.bytes {
                self.stand = Stand::Full;
            }
        }
        self.stand
    }

    /// All states that can come next.
    fn all_next(&mut self, system: &mut dyn System, state: &State, all: &mut Vec<Next>) {
        let sum = self.sum(state);
        self.each_move(system, state, &mut |search, system, step| {
            for at in search.turns(system, state, step) {
                let turn = search.calls.turn(at);
                if state.messages.len() + search.calls.sent(&turn).len() <= search.limits.messages {
                    all.push(Next { print: search.print_after(state, sum, step, &turn), step, turn });
                }
            }
        });
    }

    /// The fingerprint of the state after a step: where nodes can be exchanged, the least under all names.
    fn print_after(&mut self, state: &State, sum: u64, step: Move, turn: &Turn) -> u64 {
        if self.tables.names.count == 0 {
            return self.finish(self.sum_after(state, sum, step, turn));
        }
        let mut after = std::mem::take(&mut self.after);
        self.state_after(state, step, turn, &mut after);
        let print = self.least(&after);
        self.after = after;
        print
    }

    fn least(&mut self, state: &State) -> u64 {
        let mut sums = std::mem::take(&mut self.sums);
        self.tables.names.sum(state, &mut sums);
        let spent = self.tables.spent[state.spent as usize];
        let least = sums.iter().map(|sum| self.finish(sum.wrapping_add(spent))).min().unwrap_or_default();
        self.sums = sums;
        least
    }

    /// The sum of the fingerprints of all parts: a sum does not know in which order it was made.
    fn sum(&self, state: &State) -> u64 {
        let tables = &self.tables;
        let nodes = state.nodes.iter().map(|&node| tables.nodes[node as usize].print);
        let messages = state.messages.iter().map(|&message| tables.messages[message as usize].print);
        let rest = tables.rests[state.rest as usize].print.wrapping_add(tables.spent[state.spent as usize]);
        nodes.chain(messages).fold(rest, u64::wrapping_add)
    }

    /// The fingerprint of a state with this sum.
    fn finish(&self, sum: u64) -> u64 {
        let mixed = (sum ^ sum >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
        mixed ^ mixed >> 32
    }

    /// What is spent afterwards, if the bounds allow it.
    fn spend(&mut self, system: &mut dyn System, spent: u32, what: Spending) -> Option<u32> {
        let (spent_at, code) = (spent as usize, what.code());
        if self.spendings.len() <= spent_at {
            self.spendings.resize(spent_at + 1, Vec::new());
        }
        let row = &mut self.spendings[spent_at];
        if row.len() <= code {
            row.resize(code + 1, UNKNOWN);
        }
        if row[code] == UNKNOWN {
            row[code] = system.spend(spent, what, &mut self.tables).unwrap_or(NEVER);
        }
        Some(row[code]).filter(|&after| after != NEVER)
    }

    /// All that can happen next.
    fn each_move(
        &mut self,
        system: &mut dyn System,
        state: &State,
        each: &mut dyn FnMut(&mut Self, &mut dyn System, Move),
    ) {
        let mut last = NONE;
        for &message in &state.messages {
            if message != last {
                last = message;
                self.each_arrival(system, state, message, each);
            }
        }
        for (place, &node) in (0..).zip(&state.nodes) {
            for at in 0..self.tables.nodes[node as usize].timers.len() {
                let (timer, kind) = self.tables.nodes[node as usize].timers[at];
                if let Some(spent) = self.spend(system, state.spent, Spending::Fire(kind)) {
                    each(self, system, Move { place, input: Input::Fire(timer), stays: true, spent });
                }
            }
        }
        for (input, what) in [(Input::Crash, Spending::Crash), (Input::LoseDisk, Spending::LoseDisk)] {
            if let Some(spent) = self.spend(system, state.spent, what) {
                for place in 0..system.replicas() {
                    each(self, system, Move { place, input, stays: true, spent });
                }
            }
        }
        if let Some(spent) = self.spend(system, state.spent, Spending::Ask) {
            for (request, place, to) in system.requests(state.spent) {
                each(self, system, Move { place, input: Input::Ask(request, to), stays: true, spent });
            }
        }
    }

    /// A message arrives, once or twice, or its sender lies about it.
    fn each_arrival(
        &mut self,
        system: &mut dyn System,
        state: &State,
        message: u32,
        each: &mut dyn FnMut(&mut Self, &mut dyn System, Move),
    ) {
        let (info, input) = (self.tables.messages[message as usize], Input::Deliver(message));
        let (place, spent, any_copies) = (info.to, state.spent, self.limits.any_copies);
        each(self, system, Move { place, input, stays: any_copies, spent });
        if !any_copies && let Some(spent) = self.spend(system, spent, Spending::Duplicate) {
            each(self, system, Move { place, input, stays: true, spent });
        }
        if let Some(place) = info.liar
            && let Some(spent) = self.spend(system, spent, Spending::Lie)
        {
            each(self, system, Move { place, input: Input::Lie(message), stays: true, spent });
        }
    }

    /// In how many ways a step can turn out; it is carried out where nobody has done so before.
    fn turns(&mut self, system: &mut dyn System, state: &State, step: Move) -> std::ops::Range<usize> {
        if let Some(turns) = self.calls.find(state, step.place, step.input) {
            return turns;
        }
        self.called += 1;
        let call = system.call(state, step.place, step.input, &mut self.tables);
        self.calls.add(state, step.place, step.input, &call, &self.tables);
        self.calls.find(state, step.place, step.input).unwrap_or_default()
    }

    /// Meets a state that comes after another.
    fn meet(&mut self, system: &mut dyn System, before: (Place, &State), after: &Next, next: &mut State) {
        if matches!(self.stand, Stand::Found(_)) {
            return;
        }
        let (parent, state) = before;
        self.transitions += 1;
        let depth = self.visited.depth(parent).saturating_add(1);
        let place = match self.visited.insert(after.print, Some(parent), depth) {
            Ok(place) => place,
            // What was met at the bound, and can be met sooner, has a future within the bound.
            Err(place) if self.limits.depth < u16::MAX && depth < self.visited.depth(place) => {
                self.visited.shorten(place, parent, depth);
                place
            }
            Err(_) => return,
        };
        self.state_after(state, after.step, &after.turn, next);
        self.look(system, place, next, after.turn.bound);
    }

    fn sum_after(&self, state: &State, sum: u64, step: Move, turn: &Turn) -> u64 {
        let print = |message: u32| self.tables.messages[message as usize].print;
        let mut sum = sum.wrapping_add(turn.delta);
        if step.spent != state.spent {
            let spent = |number: u32| self.tables.spent[number as usize];
            sum = sum.wrapping_add(spent(step.spent)).wrapping_sub(spent(state.spent));
        }
        if let (Input::Deliver(message), false) = (step.input, step.stays) {
            sum = sum.wrapping_sub(print(message));
        }
        if self.limits.any_copies {
            for (at, message) in self.calls.sent(turn).iter().enumerate() {
                if state.messages.binary_search(message).is_ok() || self.calls.sent(turn)[..at].contains(message) {
                    sum = sum.wrapping_sub(print(*message));
                }
            }
        }
        sum
    }

    fn state_after(&self, state: &State, step: Move, turn: &Turn, next: &mut State) {
        (next.rest, next.spent) = (turn.rest, step.spent);
        next.nodes.clone_from(&state.nodes);
        for (place, node) in self.calls.nodes(turn) {
            if place as usize >= next.nodes.len() {
                next.nodes.resize(place as usize + 1, NONE);
            }
            next.nodes[place as usize] = node;
        }
        next.messages.clone_from(&state.messages);
        if let (Input::Deliver(message), false) = (step.input, step.stays)
            && let Ok(at) = next.messages.binary_search(&message)
        {
            next.messages.remove(at);
        }
        for message in self.calls.sent(turn) {
            match next.messages.binary_search(message) {
                Ok(_) if self.limits.any_copies => {}
                Ok(at) | Err(at) => next.messages.insert(at, *message),
            }
        }
    }

    /// Looks at a state that was met.
    fn look(&mut self, system: &mut dyn System, place: Place, state: &State, bound: bool) {
        let depth = self.visited.depth(place);
        self.deepest = self.deepest.max(depth);
        if self.tables.rests[state.rest as usize].found || (self.limits.asks && system.holds(state)) {
            self.stand = Stand::Found(place);
        } else if bound || depth >= self.limits.depth {
            self.bounded += 1;
        } else {
            self.frontier.push(place, state);
        }
    }

    /// The steps on the way to a state; `None` where a step leads elsewhere than it did before.
    pub fn way_to(&mut self, system: &mut dyn System, place: Place) -> Option<Vec<Taken>> {
        let (mut state, mut way) = (self.first.clone(), Vec::new());
        for print in self.visited.way_to(place) {
            let mut all = Vec::new();
            self.all_next(system, &state, &mut all);
            let Next { step, turn, .. } = *all.iter().find(|next| next.print == print)?;
            let turns = self.turns(system, &state, step);
            let turn_at = turns.clone().position(|at| self.calls.turn(at) == turn)?;
            let mut next = State::default();
            self.state_after(&state, step, &turn, &mut next);
            let Move { place, input, stays, .. } = step;
            way.push(Taken { before: std::mem::replace(&mut state, next), place, input, stays, turn: turn_at });
        }
        Some(way)
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
        self.frontier.len()
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

    /// How many inputs were carried out; all others were looked up.
    pub fn called(&self) -> u64 {
        self.called
    }

    /// About how many bytes it takes, without what the system takes.
    pub fn bytes(&self) -> usize {
        self.visited.bytes() + self.frontier.bytes() + self.calls.bytes()
    }
}

//! The search on a system that is small enough to count by hand.

use crate::exhaustive::{Exhaustive, Limits, Order, Stand};
use crate::system::{Call, Input, MessageInfo, Names, NodeInfo, Outcome, RestInfo, Spending, State, System, Tables};

/// Two counters, each counted up by a timer to a bound. The other one may send, once, a message that sets the first to 9.
struct Counters {
    most: u32,
    wanted: Option<(u32, u32)>,
    calls: u32,
}

/// How many values a counter has at most.
const VALUES: u32 = 2_000;

impl Counters {
    fn value(state: &State, place: u32) -> u32 {
        state.nodes[place as usize] % VALUES
    }
}

impl System for Counters {
    fn call(&mut self, state: &State, place: u32, input: Input, _: &mut Tables) -> Call {
        self.calls += 1;
        let value = if input == Input::Deliver(0) { 9 } else { Counters::value(state, place) + 1 };
        let sent = if input == Input::Fire(0) && place == 1 && value == 1 { vec![0] } else { Vec::new() };
        Call {
            looked_at: vec![place],
            outcomes: vec![Outcome { rest: 0, nodes: vec![(place, place * VALUES + value)], sent }],
        }
    }

    fn spend(&mut self, spent: u32, what: Spending, _: &mut Tables) -> Option<u32> {
        matches!(what, Spending::Fire(_)).then_some(spent)
    }

    fn requests(&self, _: u32) -> Vec<(u16, u32, u16)> {
        Vec::new()
    }

    fn replicas(&self) -> u32 {
        2
    }

    fn holds(&mut self, state: &State) -> bool {
        self.wanted == Some((Counters::value(state, 0), Counters::value(state, 1)))
    }

    fn bytes(&self) -> usize {
        0
    }
}

fn counters(most: u32, wanted: Option<(u32, u32)>, order: Order, depth: u16, bytes: usize) -> (Counters, Exhaustive) {
    let mut system = Counters { most, wanted, calls: 0 };
    let limits = Limits { order, depth, bytes, messages: 9, any_copies: false, asks: true };
    let node = |number: u32| {
        let timers: Box<[_]> = if number % VALUES < system.most { Box::new([(0, 0)]) } else { Box::default() };
        NodeInfo { print: u64::from(number + 1).pow(3).wrapping_mul(0x9e37_79b9_7f4a_7c15), timers, bound: false }
    };
    let tables = Tables {
        nodes: (0..2 * VALUES).map(node).collect(),
        messages: vec![MessageInfo { print: 77, to: 0, liar: None }],
        rests: vec![RestInfo { print: 1, found: false }],
        spent: vec![0],
        names: Names::default(),
    };
    let first = State { nodes: vec![0, VALUES], ..State::default() };
    let mut search = Exhaustive::new(&mut system, first, tables, limits);
    while search.run_for(&mut system, 3) == Stand::Open {}
    (system, search)
}

const ORDERS: [Order; 2] = [Order::Breadth, Order::Depth];

#[test]
fn all_states_are_met_once_in_either_order_and_each_input_is_carried_out_once() {
    for order in ORDERS {
        let (system, search) = counters(2, None, order, u16::MAX, usize::MAX);
        // Nothing sent: 3 values; in flight: 3 × 2; arrived: 1 × 2.
        assert_eq!((search.stand(), search.visited().len()), (Stand::Complete, 11), "{order:?}");
        // Two firings of each, and the message at three values.
        assert_eq!((system.calls, search.called()), (7, 7), "{order:?}");
    }
}

#[test]
fn a_bound_on_the_depth_is_kept_in_either_order() {
    for order in ORDERS {
        let (_, search) = counters(9, None, order, 2, usize::MAX);
        // (0, 0); (1, 0), (0, 1); (2, 0), (1, 1), (0, 2), (9, 1).
        assert_eq!((search.visited().len(), search.deepest()), (7, 2), "{order:?}");
    }
}

#[test]
fn breadth_first_finds_it_in_the_fewest_steps() {
    let (mut system, mut search) = counters(20, Some((10, 1)), Order::Breadth, u16::MAX, usize::MAX);
    let Stand::Found(place) = search.stand() else { panic!("it is there") };
    let way = search.way_to(&mut system, place).expect("it was gone");
    let inputs: Vec<_> = way.iter().map(|taken| (taken.place, taken.input)).collect();
    assert_eq!(inputs, [(1, Input::Fire(0)), (0, Input::Deliver(0)), (0, Input::Fire(0))]);
}

#[test]
fn a_search_that_is_full_says_so() {
    let (_, search) = counters(1_900, None, Order::Breadth, u16::MAX, 900_000);
    assert_eq!(search.stand(), Stand::Full);
}

//! How many states the shipped two-phase commit has, under bounds: messages are delivered once, in any order, or never;
//! timers fire so often, replicas crash and come back so often.

use consensus_playground::kernel::{Action, Moves, NodeId, Trace, World};
use consensus_playground::protocols::two_phase_commit::TwoPhaseCommit;

use crate::breadth_first::{Explored, explore};
use crate::fields::spelled_out;
use crate::two_phase::still;

/// How often timers may fire.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
enum Fires {
    /// All of them together.
    Together(u8),
    /// Those of each kind, in the order of the protocol's list.
    OfAKind([u8; 4]),
}

impl Fires {
    /// What is left after one of this kind has fired; `None` where it may not.
    fn after(mut self, timer: u8) -> Option<Fires> {
        let left = match &mut self {
            Fires::Together(left) => left,
            Fires::OfAKind(left) => &mut left[timer as usize],
        };
        *left = left.checked_sub(1)?;
        Some(self)
    }
}

/// How often things may happen, all nodes together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
struct Bounds {
    /// Timers fire.
    fires: Fires,
    /// Replicas crash; each comes back when it likes.
    crashes: u8,
}

impl Bounds {
    /// What is left after an action; `None` where it is one too many.
    fn after(self, action: &Action) -> Option<Bounds> {
        match *action {
            Action::Fire { timer, .. } => Some(Bounds { fires: self.fires.after(timer)?, ..self }),
            Action::Crash(_) => Some(Bounds { crashes: self.crashes.checked_sub(1)?, ..self }),
            _ => Some(self),
        }
    }
}

/// A world, and what is left of the bounds.
#[derive(Clone)]
struct Bounded {
    world: World<TwoPhaseCommit>,
    left: Bounds,
}

impl Bounded {
    fn next(&self) -> Vec<Bounded> {
        let moves = Moves { crash: true, restart: true, ..Moves::CALM };
        let mut all = Vec::new();
        for action in self.world.enabled(&moves) {
            let Some(left) = self.left.after(&action) else { continue };
            // Two-phase commit makes no choices: there is one branch.
            let mut world = self.world.clone();
            world.act(&action, &mut Trace::forgetful()).expect("what is enabled is possible");
            all.push(Bounded { world, left });
        }
        all
    }
}

/// One transaction, asked for by one client; the request is in flight.
fn asked(participants: usize) -> World<TwoPhaseCommit> {
    let mut world = still::<TwoPhaseCommit>(participants + 1, 1);
    let words = ["transaction".to_string(), "trip".to_string()].to_vec();
    let request = Action::Request { client: NodeId::client(1), to: None, words };
    // Where nothing moves by itself, what is asked by hand would arrive at once.
    for action in [Action::Manual(false), request, Action::Manual(true)] {
        world.act(&action, &mut Trace::forgetful()).expect("it fits");
    }
    world
}

/// The same, and the request has reached the coordinator.
fn begun(participants: usize) -> World<TwoPhaseCommit> {
    let mut world = asked(participants);
    let request = world.enabled(&Moves { deliver: true, ..Moves::default() });
    world.act(&request[0], &mut Trace::forgetful()).expect("it is in flight");
    world
}

#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn count<K: Ord>(world: World<TwoPhaseCommit>, bounds: Bounds, key: fn(&World<TwoPhaseCommit>) -> K) -> Explored {
    let participants = world.size() - 1;
    let root = Bounded { world, left: bounds };
    let begun = std::time::Instant::now();
    let found = explore(
        root,
        |state| (key(&state.world), state.left),
        |state| {
            assert_eq!(state.world.violations(), [], "two-phase commit is correct");
            state.next()
        },
    );
    println!(
        "two-phase commit, {participants} participants, {bounds:?}: {} states, {} levels, {:.1?}",
        found.states,
        found.depth,
        begun.elapsed()
    );
    found
}

/// Participants, bounds, and how many states there are.
type Counted = (usize, (u8, u8), usize);

/// These numbers are measured here, under the bounds of this file: they are pinned, so that a change of them is seen.
/// Each change of a handler, a property's memory or the fingerprint can be one.
const QUICK: &[Counted] = &[(2, (0, 0), 26), (2, (0, 1), 808), (2, (2, 0), 5_470), (3, (1, 0), 5_758)];
/// With optimisation.
const LONGER: &[Counted] = &[(3, (0, 1), 7_071), (2, (1, 1), 15_023)];
/// With `STATES=all`, as `cargo xtask bench` has it.
const LONG: &[Counted] = &[(4, (1, 0), 63_128), (3, (2, 0), 89_995), (2, (2, 1), 101_762), (3, (1, 1), 341_935)];

#[test]
fn the_shipped_two_phase_commit_has_as_many_states_as_it_had() {
    let longer = if cfg!(debug_assertions) { &[][..] } else { LONGER };
    let long = if std::env::var("STATES").is_ok_and(|which| which == "all") { LONG } else { &[] };
    for &(participants, (fires, crashes), states) in [QUICK, longer, long].into_iter().flatten() {
        let bounds = Bounds { fires: Fires::Together(fires), crashes };
        let found = count(begun(participants), bounds, |world| world.fingerprint());
        assert_eq!(found.states, states, "{participants} participants, {bounds:?}");
    }
}

/// By what replicas, clients and the network hold alone, to the last field: where nothing fails, what the properties
/// remember follows from that.
#[test]
fn as_many_states_can_be_told_apart_by_all_that_they_hold() {
    for participants in 2..=5 {
        let bounds = Bounds { fires: Fires::Together(0), crashes: 0 };
        let printed = count(begun(participants), bounds, |world| world.fingerprint());
        assert_eq!(count(begun(participants), bounds, spelled_out), printed, "{participants} participants");
    }
}

/// What an earlier search over the same core counted, from the request in flight on: each of the replicas' three timers
/// fires at most once, whosever it is; the client asks once; nobody crashes. 3 participants with `STATES=all`, 4 with
/// `STATES=more`, which takes minutes and some gigabytes.
#[test]
fn as_many_states_as_another_search_has_counted() {
    let most = match std::env::var("STATES").as_deref() {
        Ok("more") => 3,
        Ok("all") => 2,
        _ => 1,
    };
    for (participants, states) in [(2, 7_723), (3, 238_045), (4, 7_615_555)].into_iter().take(most) {
        let bounds = Bounds { fires: Fires::OfAKind([1, 1, 1, 0]), crashes: 0 };
        let found = count(asked(participants), bounds, |world| world.fingerprint());
        assert_eq!(found.states, states, "{participants} participants");
    }
}

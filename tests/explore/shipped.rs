//! How many states the shipped two-phase commit has, under bounds: messages are delivered once, in any order, or never;
//! timers fire so often, replicas crash and come back so often.

use consensus_playground::kernel::{Action, Moves, NodeId, Trace, World};
use consensus_playground::protocols::two_phase_commit::TwoPhaseCommit;

use crate::breadth_first::{Explored, explore};
use crate::fields::spelled_out;
use crate::two_phase::still;

/// How often things may happen, all nodes together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
struct Bounds {
    /// Timers fire.
    fires: u8,
    /// Replicas crash; each comes back when it likes.
    crashes: u8,
}

/// A world, and what is left of the bounds.
#[derive(Clone)]
struct Bounded {
    world: World<TwoPhaseCommit>,
    left: Bounds,
}

impl Bounded {
    fn next(&self) -> Vec<Bounded> {
        let Bounds { fires, crashes } = self.left;
        let moves = Moves { fire: fires > 0, crash: crashes > 0, restart: true, ..Moves::CALM };
        let mut all = Vec::new();
        for action in self.world.enabled(&moves) {
            let left = match action {
                Action::Fire { .. } => Bounds { fires: fires - 1, crashes },
                Action::Crash(_) => Bounds { fires, crashes: crashes - 1 },
                _ => self.left,
            };
            // Two-phase commit makes no choices: there is one branch.
            let mut world = self.world.clone();
            world.act(&action, &mut Trace::forgetful()).expect("what is enabled is possible");
            all.push(Bounded { world, left });
        }
        all
    }
}

/// One transaction, asked for by one client, which reaches the coordinator.
#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn count<K: Ord>(participants: usize, bounds: Bounds, key: fn(&World<TwoPhaseCommit>) -> K) -> Explored {
    let mut world = still::<TwoPhaseCommit>(participants + 1, 1);
    let words = ["transaction".to_string(), "trip".to_string()].to_vec();
    let request = Action::Request { client: NodeId::client(1), to: None, words };
    world.act(&request, &mut Trace::forgetful()).expect("the request fits");
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
        let bounds = Bounds { fires, crashes };
        let found = count(participants, bounds, |world| world.fingerprint());
        assert_eq!(found.states, states, "{participants} participants, {bounds:?}");
    }
}

/// By what replicas, clients and the network hold alone, to the last field: where nothing fails, what the properties
/// remember follows from that.
#[test]
fn as_many_states_can_be_told_apart_by_all_that_they_hold() {
    for participants in 2..=5 {
        let bounds = Bounds { fires: 0, crashes: 0 };
        let printed = count(participants, bounds, |world| world.fingerprint());
        assert_eq!(count(participants, bounds, spelled_out), printed, "{participants} participants");
    }
}

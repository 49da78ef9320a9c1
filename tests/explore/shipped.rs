//! How many states the shipped two-phase commit has, under bounds: messages are delivered once, in any order, or never;
//! timers fire so often, replicas crash and come back so often.

use std::time::Instant;

use consensus_playground::kernel::{Action, DynWorld, Moves, NodeId, Trace};
use consensus_playground::protocols::two_phase_commit::TwoPhaseCommit;

use crate::breadth_first::{Explored, explore};
use crate::two_phase::still;

/// How often things may happen, all nodes together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Bounds {
    /// Timers fire.
    fires: u8,
    /// Replicas crash; each comes back when it likes.
    crashes: u8,
}

/// A world, and what is left of the bounds.
#[derive(Clone)]
struct Bounded {
    world: DynWorld,
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
            let branches = self.world.branches(&action).expect("what is enabled is possible");
            all.extend(branches.into_iter().map(|(_, world)| Bounded { world, left }));
        }
        all
    }
}

/// One transaction, asked for by one client, which reaches the coordinator.
fn count(participants: usize, bounds: Bounds) -> Explored {
    let mut world = DynWorld::clone(&still::<TwoPhaseCommit>(participants + 1, 1));
    let words = ["transaction".to_string(), "trip".to_string()].to_vec();
    let request = Action::Request { client: NodeId::client(1), to: None, words };
    world.act(&request, &mut Trace::forgetful()).expect("the request fits");
    let root = Bounded { world, left: bounds };
    let begun = Instant::now();
    let found = explore(
        root,
        |state| (state.world.fingerprint(), state.left),
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

#[test]
fn probe() {
    for (participants, fires, crashes) in
        [(2, 0, 0), (2, 1, 1), (2, 2, 0), (3, 1, 0), (3, 0, 1), (3, 2, 0), (3, 1, 1), (4, 1, 0), (2, 2, 1)]
    {
        count(participants, Bounds { fires, crashes });
    }
}

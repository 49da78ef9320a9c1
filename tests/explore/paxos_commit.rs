//! How many states the shipped Paxos Commit has, under bounds: messages are delivered once, in any order, or never; timers fire
//! so often, replicas crash and come back so often. None of them breaks a property.
//!
//! The specification (PaxosCommit.tla; 1,321,761 states with 2 resource managers, 3 acceptors and ballots 0 and 1) is another
//! model. There acceptors are no resource managers, each instance has messages of its own, a leader may propose in one of them
//! and not in another, and nobody begins a ballot because it has waited. Here a replica is both, a message carries all
//! instances, and a timer begins a ballot. So the numbers can't be the same, and ours are pinned instead.

use consensus_playground::kernel::{Action, Moves, NodeId, Options, Setup, Trace, World};
use consensus_playground::protocols::paxos_commit::PaxosCommit;

use crate::breadth_first::{Explored, explore};

/// A world, and how often timers may still fire and replicas crash.
#[derive(Clone)]
struct Bounded {
    world: World<PaxosCommit>,
    fires: u8,
    crashes: u8,
}

impl Bounded {
    fn next(&self) -> Vec<Bounded> {
        let mut all = Vec::new();
        for action in self.world.enabled(&Moves { crash: true, restart: true, ..Moves::CALM }) {
            let (mut fires, mut crashes) = (self.fires, self.crashes);
            let left = match action {
                Action::Fire { .. } => &mut fires,
                Action::Crash(_) => &mut crashes,
                _ => &mut 1,
            };
            let Some(less) = left.checked_sub(1) else { continue };
            *left = less;
            // Paxos Commit makes no choices: there is one branch.
            let mut world = self.world.clone();
            world.act(&action, &mut Trace::forgetful()).expect("what is enabled is possible");
            all.push(Bounded { world, fires, crashes });
        }
        all
    }
}

/// One transaction, which has reached the leader.
fn begun(failures: &str, tell: &str) -> World<PaxosCommit> {
    let options: Options = [("failures", failures), ("acceptors-tell", tell)].into_iter().collect();
    let setup = Setup { replicas: 3, seed: 1, options, ..Setup::default() };
    let trace = &mut Trace::forgetful();
    let mut world = World::<PaxosCommit>::new(&setup, trace).expect("the set-up fits");
    let words = ["transaction".to_string(), "trip".to_string()].to_vec();
    // What is asked by hand arrives at once.
    for action in [Action::Manual(true), Action::Request { client: NodeId::client(1), to: None, words }] {
        world.act(&action, trace).expect("it fits");
    }
    world
}

#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn count(failures: &str, tell: &str, fires: u8, crashes: u8) -> Explored {
    let since = std::time::Instant::now();
    let root = Bounded { world: begun(failures, tell), fires, crashes };
    let found = explore(
        root,
        |state| (state.world.fingerprint(), state.fires, state.crashes),
        |state| {
            assert_eq!(state.world.violations(), [], "Paxos Commit is correct");
            state.next()
        },
    );
    let (states, depth, took) = (found.states, found.depth, since.elapsed());
    println!(
        "Paxos Commit, F = {failures}, {tell} told, {fires} fires, {crashes} crashes: {states} states, {depth} levels, {took:.1?}"
    );
    found
}

/// F, whom acceptors tell, how often timers fire and replicas crash, and how many states there are.
type Counted = (&'static str, &'static str, u8, u8, usize);

const QUICK: &[Counted] = &[
    ("0", "leader", 0, 0, 16),
    ("1", "leader", 0, 0, 41),
    ("1", "all", 0, 0, 71),
    ("0", "leader", 1, 1, 5_699),
    ("1", "leader", 0, 1, 456),
];
/// With `STATES=all`, as `cargo xtask bench` has it.
const LONG: &[Counted] = &[("1", "leader", 1, 0, 426_415)];
/// With `STATES=more`, which takes minutes and some gigabytes.
const MORE: &[Counted] = &[("1", "leader", 1, 1, 3_770_860)];

#[test]
fn the_shipped_paxos_commit_has_as_many_states_as_it_had() {
    let (long, more) = match std::env::var("STATES").as_deref() {
        Ok("more") => (LONG, MORE),
        Ok("all") => (LONG, &[][..]),
        _ => (&[][..], &[][..]),
    };
    let mut wrong = Vec::new();
    for &(failures, tell, fires, crashes, states) in [QUICK, long, more].into_iter().flatten() {
        let found = count(failures, tell, fires, crashes);
        if found.states != states {
            wrong.push((failures, tell, fires, crashes, found.states));
        }
    }
    assert_eq!(wrong, [], "other numbers than before");
}

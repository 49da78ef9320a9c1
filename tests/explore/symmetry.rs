//! Replicas that are alike are exchanged for one another: a search meets one of the states that differ in nothing but names, and
//! finds what it would find without.

use std::collections::{BTreeMap, BTreeSet};

use consensus_playground::explorer::{Phase, Plan, Root, Search};
use consensus_playground::kernel::{DynWorld, Names, NodeId};
use consensus_playground::protocols;
use consensus_playground::scenario::parse;

use crate::interned::{Whole, next};
use crate::search::{found, search};
use crate::two_phase::specification::TwoPhase;

/// States of TwoPhase up to the names of the resource managers, of so many of these.
const ORBITS: [(usize, u64); 4] = [(3, 80), (4, 166), (5, 314), (6, 553)];

#[test]
fn as_many_states_are_met_as_there_are_up_to_names() {
    protocols::register::<TwoPhase>();
    let most = if cfg!(debug_assertions) { 4 } else { 6 };
    for (managers, states) in ORBITS.into_iter().filter(|(many, _)| *many <= most) {
        for (strategy, watched) in [("breadth", "off"), ("depth", "off"), ("breadth", "on"), ("depth", "on")] {
            let text = format!("protocol two-phase\nreplicas {}\nset watched {watched}\n", managers + 1);
            let bounds = "crashes=0 requests=0 duplicates=any timers=any symmetry=on";
            let progress = search(&text, strategy, "any", bounds, 100).1;
            assert_eq!(
                (progress.phase, progress.states),
                (Phase::Complete, states),
                "{managers}, {strategy}, watched {watched}"
            );
        }
    }
}

/// A scenario, its bounds besides one crash and each timer once, and how many names its replicas can have.
type Case = (&'static str, &'static str, usize);

/// All that protocols say of themselves. With requests that nobody else is asked for, or is about.
const CASES: &[Case] = &[
    ("protocol raft\nreplicas 3\n", "", 3),
    ("protocol raft\nreplicas 3\n", "retry=0", 6),
    ("protocol raft\nreplicas 3\nset no-op on\nset check-quorum on\nset pre-vote on\n", "retry=0", 6),
    ("protocol raft\nreplicas 3\nset members 1,3\nrequest add 2\n", "retry=0", 2),
    ("protocol raft\nreplicas 3\nset snapshot-every 1\nset reads read-index\nrequest put x 1\n", "retry=0", 6),
    ("protocol raft\nreplicas 3\nrequest put x 1 to 2\n", "retry=0", 2),
    ("protocol ben-or\nreplicas 4\n", "", 4),
    ("protocol ben-or\nreplicas 3\nset common-coin on\n", "", 2),
    ("protocol two-phase-commit\nreplicas 4\nrequest transaction trip\n", "", 6),
    ("protocol two-phase-commit\nreplicas 4\nset cooperative on\nrequest transaction trip\n", "", 6),
    ("protocol two-phase-commit\nreplicas 4\nset vote 3 no\nrequest transaction trip\n", "", 2),
    ("protocol two-phase-commit\nreplicas 4\nrequest transaction trip refused-by 4\n", "", 2),
];

/// The names that replicas can have, by way of the states that are met.
fn names(root: &Root, retries: bool) -> Vec<Names> {
    let world = root.world(root.seed()).expect("it can be opened");
    let words: Vec<_> = root.requests.iter().map(|request| request.words.clone()).collect();
    let asked = |node: NodeId| {
        root.requests.iter().any(|one| one.to == Some(consensus_playground::kernel::Selector::Node(node)))
    };
    let kept = |names: &Names| NodeId::replicas(world.size()).all(|node| !asked(node) || names.keep(node));
    let all: Vec<_> = NodeId::replicas(world.size()).collect();
    let fires = |kind: u8| retries || world.descriptor().timers[usize::from(kind)].name != "retry";
    Names::all(&all).into_iter().filter(|names| kept(names) && world.alike(*names, &fires, &words)).collect()
}

/// Goes through whole worlds, all of them: for each state up to names, to which such states it leads; all of its states must lead to
/// the same ones. Gives how many there are, and how many without names.
fn orbits(root: &Root, names: &[Names], retries: bool, steps: usize, most: usize) -> (Vec<u64>, usize) {
    let first = Whole::first(root.world(root.seed()).expect("it can be opened"));
    let retry = first.world.descriptor().timers.iter().position(|timer| timer.name == "retry");
    let orbit = |state: &Whole| (state.world.fingerprint_under(names), state.spent.clone());
    let mut leads: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let (mut met, mut counts) = (BTreeSet::from([first.key()]), vec![1]);
    let (mut orbits, mut level) = (BTreeSet::from([orbit(&first)]), vec![first]);
    while counts.len() <= steps && met.len() < most {
        let mut below = Vec::new();
        for state in &level {
            let mut all = next(state, &root.requests, false);
            all.retain(|after| retries || retry.is_none_or(|kind| after.spent.3[kind] == 0));
            let after: BTreeSet<_> = all.iter().map(&orbit).collect();
            if let Some(others) = leads.insert(orbit(state), after.clone()) {
                assert_eq!(others, after, "two states that differ in nothing but names lead to different ones");
            }
            below.extend(all);
        }
        orbits.extend(below.iter().map(&orbit));
        below.retain(|state| met.insert(state.key()));
        level = below;
        counts.push(orbits.len() as u64);
    }
    (counts, met.len())
}

/// Compares whole worlds with a search, where replicas can have other names. Gives how many names they can have.
fn compare(text: &str, bounds: &str, most: usize) -> usize {
    let scenario = parse(text).expect("it can be read");
    let (root, retries) = (Root::of(&scenario), !bounds.contains("retry=0"));
    let names = names(&root, retries);
    if names.len() <= 1 {
        return 1;
    }
    let (counts, states) = orbits(&root, &names, retries, 12, most);
    let steps = counts.len() - 1;
    assert!(states as u64 > counts[steps], "{text}: {counts:?}, {states}");
    for strategy in ["breadth", "depth"] {
        let bounds = format!("crashes=1 requests=2 timers=1 steps={steps} symmetry=on {bounds}");
        let plan = Plan::read(&root, strategy, "any", &bounds).expect("it is a plan");
        let mut search = Search::new(&scenario, plan).expect("it can be opened");
        while search.run_for(1_000).phase == Phase::Searching {}
        let progress = search.progress();
        let met = (progress.phase, progress.states);
        assert_eq!(met, (Phase::Complete, counts[steps]), "{text}, {strategy}: {counts:?} of {states}");
    }
    println!("{text:?}: {} names, {} of {states} states in {steps} steps", names.len(), counts[steps]);
    names.len()
}

#[test]
fn states_that_differ_in_nothing_but_names_have_the_same_futures_and_are_met_once() {
    let most = if cfg!(debug_assertions) { 200 } else { 6_000 };
    for &(text, bounds, group) in CASES {
        assert_eq!(compare(text, bounds, most), group, "{text}");
    }
    // And whatever a protocol says of itself.
    for entry in protocols::ALL {
        let about = entry.descriptor;
        compare(&format!("protocol {}\nreplicas {}\n", about.id, about.replicas.0.max(4)), "", most / 3);
    }
}

#[test]
fn what_is_found_without_is_found_with_names_exchanged_in_as_many_steps() {
    let raft = |size, switch| format!("protocol raft\nreplicas {size}\nset {switch} on\nrequest put x 1\n");
    let bounds = "timers=0 election-timeout=2 epochs=2 crashes=1";
    for (text, wanted) in [
        (raft(4, "quorum-of-half"), "any"),
        (raft(3, "vote-not-durable"), "election-safety"),
        (raft(3, "vote-without-log-check"), "leader-completeness"),
    ] {
        let without = found(&text, "breadth", wanted, bounds);
        let with = found(&text, "breadth", wanted, &format!("{bounds} symmetry=on"));
        assert_eq!((without.0, without.1), (with.0, with.1), "{text}");
    }
}

#[test]
fn where_replicas_are_not_alike_it_says_why() {
    for (text, strategy, wanted, bounds, why) in [
        ("protocol raft\n", "swarm", "any", "", "random schedules"),
        ("protocol raft\n", "breadth", "2.role = leader", "", "a condition"),
        ("protocol two-phase-commit\n", "breadth", "any", "liars=1", "liars"),
        ("protocol raft\nnetwork topology ring\n", "breadth", "any", "", "links"),
        ("protocol pbft\n", "breadth", "any", "", "no two replicas"),
        ("protocol two-phase-commit\nset pre-commit on\n", "breadth", "any", "", "no two replicas"),
    ] {
        let root = Root::of(&parse(text).expect("it can be read"));
        let told = Plan::read(&root, strategy, wanted, &format!("{bounds} symmetry=on")).expect_err("it is refused");
        assert!(told.contains(why), "{told}");
    }
    let root = Root::of(&parse("protocol raft\n").expect("it can be read"));
    assert!(Plan::read(&root, "breadth", "any", "symmetry=1").is_err());
}

/// A world under no other names than its own has the fingerprint of its own kind, and another one under others.
#[test]
fn a_world_in_which_somebody_stands_out_is_another_under_other_names() {
    let root = Root::of(&parse("protocol raft\nreplicas 3\n").expect("it can be read"));
    let mut world = root.world(1).expect("it can be opened");
    let names = Names::all(&NodeId::replicas(3).collect::<Vec<_>>());
    let prints =
        |world: &DynWorld| names.iter().map(|one| world.fingerprint_under(&[*one])).collect::<BTreeSet<_>>().len();
    assert_eq!((names.len(), prints(&world)), (6, 1));
    let crash =
        consensus_playground::kernel::Action::Crash(consensus_playground::kernel::Selector::Node(NodeId::replica(2)));
    world.act(&crash, &mut consensus_playground::kernel::Trace::forgetful()).expect("it runs");
    assert_eq!(prints(&world), 3);
}

//! A fingerprint knows what is, and not how it came about.

use std::collections::{BTreeMap, VecDeque};

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::{
    Action, DynWorld, LinkChange, Moves, NodeId, Pick, Protocol, SECOND, Selector, Trace,
};
use consensus_playground::protocols::raft::Raft;

use crate::two_phase::still;
use crate::walk::{Walk, all_protocols, walks};

fn done(world: &DynWorld, actions: &[&Action]) -> DynWorld {
    let mut world = world.clone();
    for action in actions {
        world.act(action, &mut Trace::forgetful()).unwrap_or_else(|why| panic!("{action:?}: {why}"));
    }
    world
}

/// Every state on a walk is come to in other ways as well.
fn come_to_in_other_ways<P: Protocol>(replicas: usize) {
    let mut crossed = 0;
    for seed in 0..walks() {
        let mut walk = Walk::<P>::new(replicas, seed);
        for _ in 0..150 {
            walk.step();
            let world = DynWorld::clone(&walk.world);
            let print = world.fingerprint();
            // Later.
            let mut later = world.clone();
            later.advance(later.now() + SECOND);
            assert!(later.now() > world.now());
            assert_eq!(later.fingerprint(), print, "time has passed");
            // With a message that was there for a while.
            let doubled = world.enabled(&Moves { duplicate: true, ..Moves::default() });
            if let Some(Action::Duplicate(pick)) = doubled.first() {
                let twice = done(&world, &[&doubled[0]]);
                assert_ne!(twice.fingerprint(), print, "a message more is in flight");
                let once = done(&twice, &[&Action::Drop(pick.clone())]);
                assert_eq!(once.fingerprint(), print, "of two equal messages the older was dropped");
            }
            crossed += deliver_crosswise(&world);
        }
    }
    assert!(crossed > 100, "{}: only {crossed} pairs of messages were delivered in both orders", P::DESCRIPTOR.id);
}

/// Two messages to different nodes arrive in either order, and it comes to the same.
fn deliver_crosswise(world: &DynWorld) -> usize {
    let arriving = world.enabled(&Moves { deliver: true, ..Moves::default() });
    let to = |action: &Action| {
        let Action::Deliver(Pick::Id(id)) = action else { panic!("{action:?} is none that was asked for") };
        world.flights().into_iter().find(|flight| flight.id == *id).map(|flight| flight.to)
    };
    let Some(first) = arriving.first() else { return 0 };
    let Some(second) = arriving.iter().find(|action| to(action) != to(first)) else { return 0 };
    let (one, other) = (done(world, &[first, second]), done(world, &[second, first]));
    // Of two decisions that contradict each other the first one stands: then the order matters.
    if !one.violations().is_empty() {
        return 0;
    }
    assert_eq!(one.fingerprint(), other.fingerprint(), "{first:?} and {second:?} in both orders");
    1
}

#[test]
fn times_numbers_and_orders_leave_no_mark() {
    all_protocols!(come_to_in_other_ways);
}

/// All worlds that a move leads to, by their fingerprints.
fn futures(world: &DynWorld, moves: &Moves) -> Vec<(u64, DynWorld)> {
    let branches = |action| world.branches(action).expect("what is enabled is possible");
    let mut all: Vec<_> = world.enabled(moves).iter().flat_map(branches).map(|(_, world)| world).collect();
    let mut all: Vec<_> = all.drain(..).map(|world| (world.fingerprint(), world)).collect();
    all.sort_by_key(|(print, _)| *print);
    all
}

/// Whatever leads to a fingerprint, the same comes of it: breadth first, with a replica that lies in each of the ways.
fn come_to_the_same<P: Protocol>(replicas: usize) {
    let most = if cfg!(debug_assertions) { 60 } else { 250 };
    for way in byzantine::ALL {
        let mut walk = Walk::<P>::new(replicas, 1);
        let liar = Selector::Node(NodeId::replica(2));
        walk.act(&Action::Byzantine { replica: liar, behaviour: way.into() });
        walk.request();
        let root = DynWorld::clone(&walk.world);
        let moves = Moves { drop: true, ..Moves::CALM };
        let (mut known, mut again) = (BTreeMap::<u64, Vec<u64>>::new(), 0);
        let mut queue = VecDeque::from([(root.fingerprint(), root)]);
        while let Some((print, world)) = queue.pop_front() {
            if known.len() == most && !known.contains_key(&print) {
                continue;
            }
            let futures = futures(&world, &moves);
            let prints: Vec<_> = futures.iter().map(|(print, _)| *print).collect();
            if let Some(first) = known.get(&print) {
                assert_eq!(&prints, first, "{}, {}: another future", P::DESCRIPTOR.id, way.name());
                again += 1;
            } else {
                known.insert(print, prints);
                queue.extend(futures);
            }
        }
        assert!(again > 10, "{}, {}: only {again} were come to twice", P::DESCRIPTOR.id, way.name());
    }
}

#[test]
fn equal_fingerprints_have_equal_futures_whoever_lies() {
    all_protocols!(come_to_the_same);
}

/// A leader is elected, however long that takes, and answers a client.
fn elected(seed: u64, idle: u64) -> DynWorld {
    let mut world = DynWorld::clone(&still::<Raft>(3, seed));
    let fire = Action::Fire { timer: 0, about: None, node: Selector::Node(NodeId::replica(2)) };
    let all = Action::Deliver(Pick::Matching {
        which: consensus_playground::kernel::Which::All,
        kind: None,
        from: None,
        to: None,
    });
    for action in [&fire, &all, &all, &all, &all] {
        world.advance(world.now() + idle);
        world = done(&world, &[action]);
    }
    assert_eq!(world.leader(), Some(NodeId::replica(2)));
    world
}

#[test]
fn another_seed_and_other_times_lead_to_the_same_fingerprint() {
    let print = elected(1, 0).fingerprint();
    assert_eq!([elected(2, 0), elected(1, 7), elected(3, SECOND)].map(|world| world.fingerprint()), [print; 3]);
}

#[test]
fn whatever_is_done_to_a_run_changes_its_fingerprint_and_what_takes_it_back_changes_it_back() {
    let world = elected(1, 0);
    let print = world.fingerprint();
    let (one, two) = (Selector::Node(NodeId::replica(1)), Selector::Node(NodeId::replica(2)));
    let (latency, words) = (Some((1, 2)), vec!["put".to_string(), "x".into(), "1".into()]);
    let liar = |way: &str| *byzantine::ALL.iter().find(|known| known.name() == way).expect("a way to misbehave");
    let twins = Action::Byzantine { replica: one, behaviour: liar("twins").into() };
    let silent = Action::Byzantine { replica: one, behaviour: byzantine::ALL[0].into() };
    let restart = |disk_lost| Action::Restart { replica: one, disk_lost };
    let link = |change| Action::Network { link: Some((NodeId::replica(1).into(), NodeId::replica(2).into())), change };
    let group = |numbers: &[usize]| numbers.iter().map(|&number| NodeId::replica(number).into()).collect::<Vec<_>>();
    let single = [
        Action::Crash(one),
        Action::CrashAfter { replica: one, sends: 2 },
        Action::CrashAfter { replica: one, sends: 3 },
        Action::Pause(one),
        Action::Pause(two),
        Action::Clock { replica: one, rate: (2, 1) },
        Action::Partition(vec![group(&[1]), group(&[2, 3])]),
        Action::Partition(vec![group(&[1, 2]), group(&[3])]),
        Action::Cut { from: one, to: two },
        Action::Cut { from: two, to: one },
        link(LinkChange { latency, ..LinkChange::default() }),
        link(LinkChange { loss: Some(5), ..LinkChange::default() }),
        Action::Network { link: None, change: LinkChange { latency, ..LinkChange::default() } },
        Action::Manual(false),
        twins,
        silent.clone(),
        Action::Request { client: NodeId::client(1), to: None, words: words.clone() },
        Action::Request { client: NodeId::client(2), to: None, words },
        Action::Workload { clients: 1, rate: 5, keys: 1 },
        Action::Workload { clients: 1, rate: 6, keys: 1 },
        Action::Fire { timer: 0, about: None, node: one },
    ];
    let mut prints: Vec<_> = single.iter().map(|action| done(&world, &[action]).fingerprint()).collect();
    for actions in [
        // Something of it stays: it was a traitor, it has forgotten, its disk was lost.
        &[&silent, &Action::Honest(one)][..],
        &[&Action::Crash(one), &restart(false)],
        &[&Action::Crash(one), &restart(true)],
    ] {
        prints.push(done(&world, actions).fingerprint());
    }
    prints.push(print);
    let all = prints.len();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), all, "two of these have the same fingerprint");

    for actions in [
        [&single[3], &Action::Resume(one)],
        [&single[5], &Action::Clock { replica: one, rate: (100, 100) }],
        [&single[6], &Action::Heal],
        [&single[8], &Action::Mend { from: one, to: two }],
        [&single[13], &Action::Manual(true)],
    ] {
        assert_eq!(done(&world, &actions).fingerprint(), print, "{actions:?}");
    }
    let turned = Action::Partition(vec![group(&[2, 3]), group(&[1])]);
    assert_eq!(done(&world, &[&turned]).fingerprint(), done(&world, &[&single[6]]).fingerprint());
}

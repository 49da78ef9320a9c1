//! Pipelining (thesis §10.2.1) on a network that lets messages overtake each other: a follower that missed some hundred
//! entries catches up at least as fast as without.

use std::sync::Mutex;

use consensus_playground::kernel::{Action, LinkChange, MS, NodeId, SECOND, Selector, Setup, Time, Trace, World};
use consensus_playground::protocols::raft::Raft;

use crate::threads::{first, setting};

/// How many seeds, unless `SEEDS` says otherwise.
const SEEDS: u64 = if cfg!(debug_assertions) { 20 } else { 300 };
/// More seeds than these move no median.
const MOST_SEEDS: u64 = 1_000;
const LAGGARD: NodeId = NodeId::replica(3);
/// How many entries it has missed.
const MISSED: u32 = 300;

fn act(world: &mut World<Raft>, trace: &mut Trace, act: &Action) {
    world.act(act, trace).expect("an act that fits");
}

/// How long the laggard takes to apply what it missed, in virtual microseconds. Errors: a sentence, where it never does.
fn catch_up(seed: u64, pipeline: u64, latency: (Time, Time)) -> Result<Time, String> {
    let mut setup = Setup { replicas: 3, seed, ..Setup::default() };
    for (name, value) in [("no-op", "on"), ("batch", "1"), ("pipeline", &pipeline.to_string())] {
        setup.options.set(name, 0, value);
    }
    let mut trace = Trace::forgetful();
    let mut world = World::new(&setup, &mut trace).expect("the set-up fits");
    let calm = LinkChange { latency: Some((MS, 2 * MS)), loss: Some(0), ..LinkChange::default() };
    act(&mut world, &mut trace, &Action::Network { link: None, change: calm });
    act(&mut world, &mut trace, &Action::Crash(Selector::Node(LAGGARD)));
    for number in 1..=MISSED {
        let words = ["put", "x", &number.to_string()].map(String::from).to_vec();
        act(&mut world, &mut trace, &Action::Request { client: NodeId::client(1), to: None, words });
    }
    let done = |world: &World<Raft>| world.counts().completed == MISSED;
    while !done(&world) && world.now() < 60 * SECOND {
        world.step(&mut trace);
    }
    let rough = LinkChange { latency: Some(latency), reorder: Some(true), ..LinkChange::default() };
    act(&mut world, &mut trace, &Action::Network { link: None, change: rough });
    act(&mut world, &mut trace, &Action::Restart { replica: Selector::Node(LAGGARD), disk_lost: false });
    let start = world.now();
    while world.now() < start + 120 * SECOND {
        world.step(&mut trace);
        if world.cluster().state(LAGGARD).is_some_and(|state| state.applied > u64::from(MISSED)) {
            return Ok(world.now() - start);
        }
    }
    Err(format!("seed {seed}: with pipeline {pipeline} it never catches up"))
}

fn median(pipeline: u64, latency: (Time, Time)) -> Time {
    let times = Mutex::new(Vec::new());
    let stuck = first(setting("SEEDS", SEEDS).min(MOST_SEEDS), |seed| match catch_up(seed, pipeline, latency) {
        Ok(took) => {
            times.lock().expect("no other seed panicked").push(took);
            None
        }
        Err(why) => Some(why),
    });
    assert_eq!(stuck, None);
    let mut times = times.into_inner().expect("no seed panicked");
    times.sort_unstable();
    times[times.len() / 2]
}

#[test]
fn t10_2_1_catching_up_is_no_slower_with_a_pipeline_than_without() {
    for latency in [(MS, 9 * MS), (MS, 50 * MS)] {
        let without = median(1, latency);
        for pipeline in [2, 4, 32] {
            let with = median(pipeline, latency);
            println!("latency {latency:?} us: {without} us without, {with} us with pipeline {pipeline}");
            assert!(with <= without, "latency {latency:?}: {with} us with pipeline {pipeline}, {without} us without");
        }
    }
}

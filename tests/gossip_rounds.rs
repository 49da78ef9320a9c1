//! How fast an update spreads and what a round costs, measured beside the formulas; and the laws of merging.
#![cfg(not(target_arch = "wasm32"))]

use consensus_playground::kernel::{Action, MS, NodeId, Options, Setup, Time, TopologyKind, Trace, World};
use consensus_playground::protocols::gossip::{Gossip, Name, Part, Place, Stamp, Tag, Value, Written};
use proptest::prelude::*;

const ROUND: Time = 200 * MS;

fn open(replicas: usize, seed: u64, topology: TopologyKind, set: &[(&str, &str)]) -> World<Gossip> {
    let mut options = Options::default();
    set.iter().for_each(|(name, value)| options.set(name, 0, value));
    let setup = Setup { replicas, seed, topology, options, ..Setup::default() };
    World::new(&setup, &mut Trace::forgetful()).expect("the set-up fits")
}

fn write(world: &mut World<Gossip>) {
    let words = ["write", "x", "1"].map(String::from).to_vec();
    let request = Action::Request { client: NodeId::client(1), to: None, words };
    world.act(&request, &mut Trace::forgetful()).expect("the request fits");
}

fn informed(world: &World<Gossip>) -> usize {
    world.cluster().nodes().filter(|node| !world.cluster().disk(*node).value.is_empty()).count()
}

fn run_until(world: &mut World<Gossip>, time: Time) {
    while world.step_until(time, &mut Trace::forgetful()).is_some() {}
    world.advance(time);
}

/// After how many rounds all have heard. Messages are much quicker than rounds, so that rounds follow each other.
fn rounds(replicas: usize, seed: u64, topology: TopologyKind, mode: &str) -> u64 {
    let mut world = open(replicas, seed, topology, &[("mode", mode)]);
    write(&mut world);
    run_until(&mut world, ROUND - MS);
    assert_eq!(informed(&world), 1, "the first round is not yet");
    (1..1_000)
        .find(|round| {
            run_until(&mut world, (round + 1) * ROUND - MS);
            informed(&world) == replicas
        })
        .expect("it ends")
}

fn average(replicas: usize, runs: u64, topology: TopologyKind, mode: &str) -> f64 {
    let all: u64 = (1..=runs).map(|seed| rounds(replicas, seed, topology, mode)).sum();
    all as f64 / runs as f64
}

/// Pittel, On spreading a rumor, 1987: log₂ n + ln n + O(1) rounds by push. Demers et al. 1987, §1.3: pull is quicker at the end.
#[test]
fn push_reaches_all_in_as_many_rounds_as_the_formula_says() {
    for (replicas, runs) in [(10, 200), (30, 100), (100, 40), (300, 16), (1_000, 6)] {
        let n = replicas as f64;
        let formula = n.log2() + n.ln();
        let [push, pull, both] =
            ["push", "pull", "push-pull"].map(|mode| average(replicas, runs, TopologyKind::Full, mode));
        println!(
            "n = {replicas:4}, full: push {push:5.1} (log₂ n + ln n = {formula:4.1}), pull {pull:5.1}, push-pull {both:5.1}"
        );
        assert!(push <= formula + 3.0, "{replicas} replicas: {push} rounds");
        assert!(push >= n.log2(), "{replicas} replicas: {push} rounds, and no round can more than double them");
        assert!(both < push, "{replicas} replicas: push-pull takes {both} rounds, push {push}");
    }
}

#[test]
fn sparse_graphs_take_longer_and_a_few_shortcuts_help() {
    let world = |rewired| TopologyKind::SmallWorld { degree: 4, rewired };
    for (replicas, runs, columns, rows) in [(16, 40, 4, 4), (64, 12, 8, 8), (144, 6, 12, 12)] {
        let of = |topology| average(replicas, runs, topology, "push");
        let (full, ring, grid) =
            (of(TopologyKind::Full), of(TopologyKind::Ring), of(TopologyKind::Grid { columns, rows }));
        let (random, lattice, small) = (of(TopologyKind::Random { degree: 4 }), of(world(0)), of(world(200_000)));
        println!(
            "n = {replicas:4}, push: full {full:5.1}, random 4 {random:5.1}, small-world 4 20% {small:5.1}, the same without shortcuts {lattice:5.1}, grid {grid:5.1}, ring {ring:5.1}"
        );
        assert!(full < random && random < ring, "{replicas}: {full} {random} {ring}");
        assert!(replicas < 64 || small < lattice, "{replicas}: {small} {lattice}");
        // It goes both ways, and each step takes two rounds on average: as far as n / 2.
        let n = replicas as f64;
        assert!((0.8 * n..=1.4 * n).contains(&ring), "{replicas}: {ring}");
    }
}

/// Whoever hears a rumor passes it on to k others, once: the share that never hears is s = e^(−k(1−s)).
#[test]
fn rumors_leave_as_many_out_as_the_formula_says() {
    for (fan_out, left_out) in [(2, 0.2032), (3, 0.0595), (4, 0.0198)] {
        let fan_out = fan_out.to_string();
        let shares = (1..=12).filter_map(|seed| {
            let mut world = open(1_000, seed, TopologyKind::Full, &[("spread", "rumors"), ("fan-out", &fan_out)]);
            write(&mut world);
            while world.step(&mut Trace::forgetful()).is_some() {}
            // Now and then one dies at the very beginning.
            Some(1.0 - informed(&world) as f64 / 1_000.0).filter(|share| *share < 0.9)
        });
        let shares: Vec<_> = shares.collect();
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        println!("fan-out {fan_out}: {:.2} % never hear, {:.2} % by the formula", 100.0 * mean, 100.0 * left_out);
        assert!((mean - left_out).abs() < 0.2 * left_out, "fan-out {fan_out}: {mean} and not {left_out}");
    }
}

/// A round with fan-out k: nk by push, 2nk by pull and push-pull; with checksums nk once all hold the same.
#[test]
fn a_round_costs_what_the_formulas_say() {
    for (mode, checksums, fan_out, each) in [
        ("push", "off", 1, 1),
        ("push", "off", 3, 3),
        ("pull", "off", 1, 2),
        ("pull", "off", 3, 6),
        ("push-pull", "off", 1, 2),
        ("push-pull", "off", 3, 6),
        ("push", "on", 2, 2),
        ("push-pull", "on", 2, 2),
    ] {
        let k = fan_out.to_string();
        let mut world = open(10, 1, TopologyKind::Full, &[("mode", mode), ("checksums", checksums), ("fan-out", &k)]);
        write(&mut world);
        run_until(&mut world, 20 * ROUND - MS);
        assert_eq!(informed(&world), 10);
        let before = world.counts().between_replicas;
        run_until(&mut world, 30 * ROUND - MS);
        let of_one = (world.counts().between_replicas - before) as f64 / 100.0;
        assert_eq!(of_one, f64::from(each), "{mode}, checksums {checksums}, fan-out {fan_out}");
    }
}

fn word(number: u8) -> Name {
    Name::try_from(format!("w{number}")).expect("it is short")
}

/// A part that replicas can hold: same stamp, same value.
fn parts() -> impl Strategy<Value = (Place, Part)> {
    let (node, small) = (1..=3_u16, 0..3_u8);
    (0..3_u8, node, small, 1..4_u32, any::<bool>()).prop_map(|(kind, node, key, number, removed)| {
        let by = NodeId::replica(node.into());
        match kind {
            0 => {
                let stamp = Stamp { time: number, writer: Some(by) };
                let written = Written { stamp, value: word(number as u8 * 4 + node as u8), knew: Vec::new() };
                (Place::Register(word(key)), Part::Written(written))
            }
            1 => (Place::Share(word(key), by), Part::Count(number)),
            _ => {
                let tag = Tag { by, number };
                (Place::Added(word(key), word(0), tag), if removed { Part::Removed } else { Part::Present })
            }
        }
    })
}

fn values() -> impl Strategy<Value = Value> {
    proptest::collection::vec(parts(), 0..12).prop_map(|parts| {
        let mut value = Value::default();
        for (place, part) in parts {
            let mut one = Value::default();
            one.put(place, part);
            value.merge(&one);
        }
        value
    })
}

fn merged(one: &Value, other: &Value) -> Value {
    let mut both = one.clone();
    both.merge(other);
    both
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Shapiro et al. 2011, §2.3: a least upper bound.
    #[test]
    fn merging_is_commutative_associative_and_idempotent(a in values(), b in values(), c in values()) {
        prop_assert_eq!(merged(&a, &b), merged(&b, &a));
        prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
        prop_assert_eq!(merged(&a, &a), a.clone());
        let both = merged(&a, &b);
        prop_assert_eq!(merged(&both, &a), both.clone());
        for (place, part) in a.iter() {
            prop_assert!(both.get(place) >= Some(part), "{:?} was lost", place);
        }
        prop_assert!(both.iter().all(|(place, part)| a.get(place) == Some(part) || b.get(place) == Some(part)));
    }
}

//! Flexible quorums, held to their papers: agreement breaks exactly where quorums of the two phases miss each other (Howard,
//! Malkhi, Spiegelman 2016), quorums are to be had as often as is reckoned, no weights are better than the log-odds (Amir, Wool
//! 1998), and weights that the log changes keep all of it.
#![cfg(not(target_arch = "wasm32"))]

#[path = "walk/walk.rs"]
mod walk;

use consensus_playground::kernel::World;
use consensus_playground::kernel::data::random::{below, draw_key, drawn};
use consensus_playground::kernel::descriptor::quorum::QuorumSystem;
use consensus_playground::kernel::prelude::*;
use consensus_playground::protocols::availability::ONE;
use consensus_playground::protocols::flexible::Quorums;
use consensus_playground::protocols::multi_paxos::MultiPaxos;
use consensus_playground::protocols::paxos::Paxos;
use consensus_playground::scenario::Session;
use walk::seeds;

/// The schedule that breaks agreement where anything can: the first `q1` promise and the first `q2` accept red, then the last `q1`
/// promise and the last `q2` accept blue.
fn first_and_last(n: usize, q1: usize, q2: usize) -> Session {
    let mut text = format!(
        "protocol paxos\nreplicas {n}\nset phase-1-quorum {q1}\nset phase-2-quorum {q2}\nset quorums-miss on\nnetwork manual\n"
    );
    for (value, proposer, first) in [("red", 1, true), ("blue", n, false)] {
        let others = |size: usize| {
            let all: Vec<_> = if first { (1..=size).collect() } else { (n - size + 1..=n).collect() };
            all.into_iter().filter(move |other| *other != proposer)
        };
        text += &format!("request propose {value} from c{} to {proposer}\n", if first { 1 } else { 2 });
        for other in others(q1) {
            text +=
                &format!("deliver prepare from {proposer} to {other}\ndeliver promise from {other} to {proposer}\n");
        }
        for other in others(q2) {
            text +=
                &format!("deliver accept from {proposer} to {other}\ndeliver accepted from {other} to {proposer}\n");
        }
    }
    let mut session = Session::open(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    session.finish();
    session
}

#[test]
fn agreement_breaks_exactly_where_a_quorum_misses_another() {
    let (mut safe, mut broken) = (0, 0);
    for n in 2..=6 {
        for (q1, q2) in (1..=n).flat_map(|q1| (1..=n).map(move |q2| (q1, q2))) {
            let misses = q1 + q2 <= n;
            let session = first_and_last(n, q1, q2);
            let agreement = session.world().violations().iter().any(|found| found.property == "agreement");
            assert_eq!(agreement, misses, "{q1} promises and {q2} votes of {n}, by hand");
            if misses {
                broken += 1;
                continue;
            }
            safe += 1;
            let (q1, q2) = (q1.to_string(), q2.to_string());
            let set = [("phase-1-quorum", q1.as_str()), ("phase-2-quorum", q2.as_str())];
            for seed in 0..seeds() / 20 {
                assert_eq!(paxos(n, &set, seed).violations(), [], "{q1} promises and {q2} votes of {n}, walk {seed}");
            }
        }
    }
    assert_eq!((safe, broken), (55, 35), "all pairs of sizes from 2 to 6");
}

/// Three clients ask for three colors.
fn paxos(replicas: usize, set: &[(&str, &str)], seed: u64) -> World<Paxos> {
    walk::walk(replicas, set, COLORS, 150, seed)
}

const COLORS: &[&str] = &["propose red", "propose blue", "propose green"];

#[test]
fn grids_and_weights_keep_one_value_and_decide() {
    let grid: &[(&str, &str)] = &[("quorums", "grid"), ("learners", "all")];
    let reliable: &[(&str, &str)] = &[("quorums", "reliability"), ("learners", "all")];
    let uneven: &[(&str, &str)] =
        &[("quorums", "weights"), ("phase-1-quorum", "4"), ("phase-2-quorum", "1"), ("learners", "all")];
    for (what, n, set) in [("grid", 4, grid), ("grid", 6, grid), ("reliability", 4, reliable), ("weights", 4, uneven)] {
        let mut decided = 0;
        for seed in 0..seeds() / 4 {
            let world: World<Paxos> = walk::walk(n, set, COLORS, 75 * n, seed);
            assert_eq!(world.violations(), [], "{what} of {n}, walk {seed}");
            decided += world.decided_slots() as u64;
        }
        // Whole lines of a larger grid are rarely had while replicas crash.
        assert!(
            decided > if n == 4 { seeds() / 100 } else { 0 },
            "{what} of {n}: a walk that decides nothing shows nothing: {decided}"
        );
    }
}

/// Quorums of so many replicas with these options and these thousandths of downtime.
fn quorums(down: &[u16], set: &[(&str, &str)]) -> Quorums {
    let mut options: Options = set.iter().copied().collect();
    for (place, down) in down.iter().enumerate() {
        options.set("downtime", place as u16 + 1, &down.to_string());
    }
    Paxos::configure(down.len(), &options).expect("it can be set up").quorums
}

/// All sets of replicas that can be up, each with its chance.
fn crash_sets(down: &[u16]) -> impl Iterator<Item = (u32, f64)> {
    let chance = |up: u32| {
        let of = |(place, &down): (usize, &u16)| {
            let down = f64::from(down) / 1_000.0;
            if up >> place & 1 == 1 { 1.0 - down } else { down }
        };
        down.iter().enumerate().map(of).product()
    };
    (0..1 << down.len()).map(move |up| (up, chance(up)))
}

fn is_quorum(system: &QuorumSystem, up: u32) -> bool {
    system.is_quorum(&|node| up >> node.index() & 1 == 1)
}

fn enumerated(system: &QuorumSystem, down: &[u16]) -> f64 {
    crash_sets(down).filter(|(up, _)| !is_quorum(system, *up)).map(|(_, chance)| chance).sum()
}

/// Of so many drawn crash sets, how many leave no quorum.
fn sampled(system: &QuorumSystem, down: &[u16], samples: u64) -> f64 {
    let key = draw_key(7, 1979);
    let mut count = 0;
    let mut blocked = 0;
    for _ in 0..samples {
        let up = down.iter().enumerate().fold(0, |up, (place, &down)| {
            count += 1;
            up | u32::from(below(drawn(key, count), 1_000) >= u64::from(down)) << place
        });
        blocked += u64::from(!is_quorum(system, up));
    }
    blocked as f64 / samples as f64
}

/// What is reckoned is what the paper says to its digits, what all crash sets add up to, and what a sample shows.
fn held(down: &[u16], set: &[(&str, &str)], phase: usize, paper: f64) {
    const SAMPLES: u64 = 100_000;
    let quorums = quorums(down, set);
    let system = [&quorums.phases().first, &quorums.phases().second][phase - 1];
    let reckoned = quorums.unavailable().expect("downtimes are set")[phase - 1] as f64 / ONE as f64;
    let what = format!("{down:?} {set:?}, phase {phase}: {reckoned} is reckoned");
    assert!((reckoned - paper).abs() <= 0.006 * paper, "{what}, {paper} is said");
    let all = enumerated(system, down);
    assert!((reckoned - all).abs() <= 1e-12, "{what}, {all} is what all crash sets add up to");
    let seen = sampled(system, down, SAMPLES);
    let spread = 2.576 * (reckoned * (1.0 - reckoned) / SAMPLES as f64).sqrt();
    assert!((seen - reckoned).abs() <= spread.max(2.0 / SAMPLES as f64), "{what}, {seen} ± {spread} is seen");
}

#[test]
fn quorums_are_to_be_had_as_often_as_is_said() {
    let best = [("quorums", "reliability")];
    for (down, usual, weighed) in [
        (&[100; 5][..], 0.00856, 0.00856),
        (&[10, 100, 100, 100, 100], 0.00419, 0.00354),
        (&[10, 10, 200, 200, 200], 0.00995, 0.00216),
        (&[10, 50, 100, 200, 300], 0.0117, 0.00414),
        (&[50, 100, 100, 100], 0.0402, 0.0145),
        (&[100; 4], 0.0523, 0.028),
        (&[1, 200, 200, 200, 200], 0.0274, 0.001),
    ] {
        held(down, &[], 1, usual);
        held(down, &best, 1, weighed);
    }
    let sizes = |q1, q2| [("phase-1-quorum", q1), ("phase-2-quorum", q2)];
    held(&[100; 6], &sizes("4", "4"), 1, 0.01585);
    held(&[100; 6], &sizes("5", "2"), 1, 0.114);
    held(&[100; 6], &sizes("5", "2"), 2, 0.000055);
    held(&[100; 10], &sizes("8", "3"), 1, 0.0702);
    held(&[100; 10], &sizes("8", "3"), 2, 3.736e-7);
    let grid = [("quorums", "grid"), ("columns", "5")];
    held(&[100; 20], &grid, 1, 0.0281);
    held(&[100; 20], &grid, 2, 0.00481);
}

#[test]
fn no_other_weights_are_better_than_the_log_odds() {
    for down in [
        &[100; 5][..],
        &[10, 10, 200, 200, 200],
        &[10, 50, 100, 200, 300],
        &[50, 100, 100, 100],
        &[1, 200, 200, 200, 200],
    ] {
        let best = enumerated(&quorums(down, &[("quorums", "reliability")]).phases().first, down);
        let n = down.len();
        let weights =
            |code: usize| -> Vec<u16> { (0..n as u32).map(|place| (code / 5_usize.pow(place) % 5) as u16).collect() };
        for weights in (1..5_usize.pow(n as u32)).map(weights) {
            let system = QuorumSystem::weighted(NodeId::replicas(n).zip(weights.iter().copied()));
            let other = enumerated(&system, down);
            assert!(other >= best - 1e-12, "{down:?}: {weights:?} leaves {other}, the log-odds {best}");
        }
    }
}

/// Clients ask for weights twice, and for something else.
fn weighed(replicas: usize, set: &[(&str, &str)], seed: u64) -> World<MultiPaxos> {
    let set: Vec<_> = [("quorums", "weights"), ("window", "2")].into_iter().chain(set.iter().copied()).collect();
    walk::walk(replicas, &set, &["weights 3", "put x 1", "weights 1,3", "add x 1", "put y 2"], 300, seed)
}

#[test]
fn weights_that_the_log_changes_keep_one_entry_a_slot() {
    let (mut changed, mut beyond) = (0, 0);
    for seed in 0..seeds() {
        let world = weighed(2 + (seed % 4) as usize, &[], seed);
        assert_eq!(world.violations(), [], "walk {seed}");
        for node in NodeId::replicas(2 + (seed % 4) as usize) {
            let cluster = world.cluster();
            let Some(state) = cluster.state(node) else { continue };
            let generations = &state.generations.0;
            changed += generations.len();
            beyond += usize::from(generations.iter().any(|generation| generation.from <= state.executed));
        }
    }
    assert!(changed as u64 > seeds() / 20 && beyond as u64 > seeds() / 100, "too little was seen: {changed}, {beyond}");
}

#[test]
#[cfg_attr(debug_assertions, ignore = "it takes many walks, which the sweep profile takes")]
fn weights_that_count_at_once_are_found_out() {
    let broken = |seed| !weighed(3, &[("weights-at-once", "on")], seed).violations().is_empty();
    let first = (0..4 * seeds()).find(|&seed| broken(seed));
    println!("first found in walk {:?}", first.expect("no walk shows it"));
}

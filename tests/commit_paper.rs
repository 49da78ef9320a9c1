//! Atomic commit without blocking, held to its papers: what three-phase commit and Paxos Commit cost beside two-phase commit,
//! which crashes each of them bears, and what it does not bear.
#![cfg(not(target_arch = "wasm32"))]

#[path = "walk/walk.rs"]
mod walk;

use consensus_playground::kernel::{Algorithm, MS, NodeId, Time, World};
use consensus_playground::protocols::paxos_commit::PaxosCommit;
use consensus_playground::protocols::two_phase_commit::TwoPhaseCommit;
use consensus_playground::scenario::Session;
use walk::seeds;

/// Every message takes so long.
const DELAY: Time = 10 * MS;

/// A transaction that all vote for and nothing disturbs: how many messages travel between replicas, and how many message delays
/// after the first of them the first and the last replica decide.
fn cost(protocol: &str, replicas: usize, set: &str) -> (u32, Time, Time) {
    let text = format!(
        "protocol {protocol}\nreplicas {replicas}\n{set}\nnetwork latency 10ms\nat 0s request transaction trip\nrun 1s\n\
         expect all.state = committed\nexpect all\n"
    );
    let mut session = Session::open(&text).expect("it can be read");
    session.finish();
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{text}: {:?}", session.outcomes());
    let decided: Vec<Time> =
        session.trace().events.iter().filter(|event| event.decided > 0).map(|event| event.at).collect();
    let delays = |at: Option<&Time>| at.expect("all have decided") / DELAY - 1;
    (session.world().counts().between_replicas, delays(decided.first()), delays(decided.last()))
}

#[test]
fn paxos_commit_costs_what_the_paper_says() {
    for n in 3..=9 {
        for f in 0..=((n - 1) / 2).min(3) {
            let usual = (n * (f + 3) - 3) as u32;
            assert_eq!(cost("paxos-commit", n, &format!("set failures {f}")).0, usual, "N = {n}, F = {f}");
            // Each acceptor that has all votes tells everybody: F+1 of them, since participants send votes to no more.
            let set = format!("set failures {f}\nset acceptors-tell all");
            let faster = ((n - 1) * (2 * f + 3)) as u32;
            let (messages, first, last) = cost("paxos-commit", n, &set);
            assert_eq!((messages, last), (faster, 3), "N = {n}, F = {f}, told by acceptors");
            assert!(first <= last);
        }
    }
    assert_eq!(cost("paxos-commit", 5, ""), (17, 3, 4));
    assert_eq!(cost("paxos-commit", 5, "set acceptors-tell all"), (20, 3, 3));
}

#[test]
fn two_and_three_phases_cost_three_and_five_messages_a_participant() {
    for n in 2..=7 {
        // The acknowledgements of the outcome are not counted, here as in two-phase commit.
        let acknowledged = n as u32 - 1;
        let (two, first, last) = cost("two-phase-commit", n, "");
        assert_eq!((two - acknowledged, first, last), (3 * (n as u32 - 1), 2, 3), "n = {n}");
        let (three, first, last) = cost("two-phase-commit", n, "set pre-commit on");
        assert_eq!((three - acknowledged, first, last), (5 * (n as u32 - 1), 4, 5), "n = {n}");
    }
    // With F = 0 Paxos Commit sends as much as two-phase commit.
    let (zero, ..) = cost("paxos-commit", 5, "set failures 0");
    assert_eq!(
        (zero, cost("two-phase-commit", 5, "").0 - 4, cost("two-phase-commit", 5, "set pre-commit on").0 - 4),
        (12, 12, 20)
    );
}

/// A number below `n` from a seed.
fn drawn(seed: u64, salt: u64, n: u64) -> u64 {
    let mixed = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (salt + 1).wrapping_mul(0xD1B5_4A32_D192_ED03);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 33) % n
}

/// A run in which replicas crash at any moment, also amid what they send, and messages take at most 20 ms. Some come back.
fn crashes(protocol: &str, replicas: usize, set: &str, most: u64, back: bool, seed: u64) -> Session {
    let mut text = format!(
        "protocol {protocol}\nreplicas {replicas}\nseed {seed}\n{set}\nnetwork latency 1ms..20ms\nat 0s request transaction trip\n"
    );
    let mut lines: Vec<(u64, String)> = Vec::new();
    let mut victims: Vec<u64> = (1..=replicas as u64).collect();
    for turn in 0..most {
        let victim = victims.remove(drawn(seed, 3 * turn, victims.len() as u64) as usize);
        // From the first vote on, and again while those who are left settle it.
        let at = drawn(seed, 3 * turn + 1, if turn == 0 { 110 } else { 420 });
        let sends = drawn(seed, 3 * turn + 2, 6);
        let how = if sends < 4 { format!(" after {sends} sends") } else { String::new() };
        lines.push((at, format!("crash {victim}{how}")));
        if back && sends.is_multiple_of(2) {
            lines.push((at + 40 + 300 * (sends / 2), format!("restart {victim}")));
        }
    }
    lines.sort();
    for (at, line) in lines {
        text += &format!("at {at}ms {line}\n");
    }
    text += "run 4s\n";
    let mut session = Session::open(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    session.finish();
    session
}

/// Whom a run leaves in doubt: up, asked, and without a decision.
fn in_doubt(session: &Session, replicas: usize) -> Vec<usize> {
    let state = |replica: usize| {
        let view = session.world().node(NodeId::replica(replica)).expect("there is such a replica");
        let up = view.field("status").is_none_or(|status| status.to_string() != "crashed");
        view.field("state").map(|state| state.to_string()).filter(|_| up).unwrap_or_default()
    };
    (2..=replicas).filter(|&replica| ["prepared", "pre-committed"].contains(&&*state(replica))).collect()
}

#[test]
fn three_phases_bear_crashes_and_leave_nobody_in_doubt_as_long_as_no_timeout_is_wrong() {
    let (mut committed, mut blocked) = (0, 0);
    for seed in 0..seeds() {
        let n = 3 + (seed % 3) as usize;
        let most = 1 + drawn(seed, 77, n as u64 - 1);
        let back = seed % 2 == 0;
        let session = crashes("two-phase-commit", n, "set pre-commit on", most, back, seed);
        assert_eq!(session.world().violations(), [], "{}", session.script());
        if !back {
            assert_eq!(in_doubt(&session, n), [0; 0], "{}", session.script());
            let two = crashes("two-phase-commit", n, "", most, false, seed);
            assert_eq!(two.world().violations(), [], "{}", two.script());
            blocked += in_doubt(&two, n).len();
        }
        committed += u64::from(session.world().decisions().iter().any(|one| one.value == "commit trip"));
    }
    assert!(committed > seeds() / 10, "a sweep that never commits shows little: {committed}");
    assert!(blocked > 0, "two-phase commit is blocked in some of these runs");
}

#[test]
fn the_same_crashes_break_three_phases_without_their_termination_protocol() {
    for bug in ["no-termination", "no-forwarding"] {
        let broken = |&seed: &u64| {
            let session = crashes("two-phase-commit", 4, &format!("set {bug} on"), 2, false, seed);
            session.world().violations().iter().any(|found| found.property == "ac1-agreement")
        };
        assert!((0..2_000).any(|seed| broken(&seed)), "{bug}");
    }
}

#[test]
fn paxos_commit_bears_f_crashes_and_leaves_nobody_in_doubt() {
    for seed in 0..seeds() / 2 {
        let f = 1 + (seed % 2) as usize;
        let n = 2 * f + 1 + drawn(seed, 78, 3) as usize;
        let session = crashes("paxos-commit", n, &format!("set failures {f}"), f as u64, seed % 3 == 0, seed);
        assert_eq!(session.world().violations(), [], "{}", session.script());
        assert_eq!(in_doubt(&session, n), [0; 0], "{}", session.script());
    }
}

/// Two clients ask for a transaction each, and everything may happen: losses, doubles, timers at any time, crashes.
fn walked(replicas: usize, set: &[(&str, &str)], seed: u64) -> World<PaxosCommit> {
    walk::walk(replicas, set, &["transaction trip", "transaction hotel refused-by 2"], 250, seed)
}

#[test]
fn each_instance_has_one_value_however_the_messages_fall() {
    let mut decided = 0;
    for seed in 0..seeds() {
        let set = [("acceptors-tell", ["leader", "all"][(seed / 2 % 2) as usize])];
        let world = walked(3 + (seed % 3) as usize, &set, seed);
        assert_eq!(world.violations(), [], "seed {seed}");
        decided += world.decided_slots();
    }
    assert!(decided as u64 > seeds() / 4, "a walk that decides nothing shows nothing: {decided}");
}

#[test]
fn every_bug_names_what_it_breaks_and_where_it_comes_from() {
    for (about, count) in [(PaxosCommit::DESCRIPTOR, 7), (TwoPhaseCommit::DESCRIPTOR, 6)] {
        let bugs: Vec<_> = about.options.iter().filter(|option| option.bug).collect();
        assert_eq!(bugs.len(), count, "the swarm finds each of them by its seed, or a scenario shows it");
        assert!(bugs.iter().all(|bug| !bug.breaks.is_empty() && !bug.source.is_empty()));
    }
}

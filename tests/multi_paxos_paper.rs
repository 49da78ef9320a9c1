//! Multi-Paxos, held to its papers: what a command costs, and that each slot has one entry, however its messages fall.
#![cfg(not(target_arch = "wasm32"))]

#[path = "walk/walk.rs"]
mod walk;

use consensus_playground::kernel::{Algorithm, World};
use consensus_playground::protocols::multi_paxos::MultiPaxos;
use consensus_playground::scenario::Session;
use walk::seeds;

/// A run without heartbeats in which replica 1 leads from the start, stopped before the first command.
fn led(replicas: usize) -> Session {
    carried_out(replicas, "log", "run 100ms\nexpect 1.role = leader")
}

/// A run in which replica 1 leads and these lines follow, and all that is expected holds.
fn carried_out(replicas: usize, reads: &str, lines: &str) -> Session {
    let mut session = Session::open(&format!(
        "protocol multi-paxos\nreplicas {replicas}\nset heartbeat 500s\nset leader-timeout 600s..600s\nset reads {reads}\nset lease 100ms\n\
         network latency 10ms\nat 900ms fire leader-timeout of 1\n{lines}\n"
    ))
    .expect("it can be read");
    session.finish();
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{lines}: {:?}", session.outcomes());
    session
}

fn sent(session: &Session) -> usize {
    session.world().counts().between_replicas as usize
}

#[test]
fn a_command_costs_what_the_paper_says() {
    for n in 1..=9 {
        let mut session = led(n);
        let others = n - 1;
        assert_eq!(sent(&session), 4 * others, "{n} replicas: prepare and promise, and one round of heartbeats");
        for command in 1..=3 {
            let before = sent(&session);
            session.act(&format!("request put x {command} from c1 to 1")).expect("it can be asked");
            session.run(31_000);
            assert_eq!(sent(&session) - before, 3 * others, "{n} replicas: 2(n−1), and decided");
            session.run(69_000);
            assert_eq!(sent(&session) - before, 3 * others, "{n} replicas: and no more");
        }
        assert_eq!(session.world().decided_slots(), 3);
    }
}

#[test]
fn a_command_takes_two_delays_and_three_for_the_last() {
    let lines = |expected| format!("at 1s request put x 1 from c1 to 1\n{expected}");
    // The request itself takes one.
    let leader = "at 1029ms expect 1.slot-out = 1\nat 1031ms expect 1.slot-out = 2\nexpect 2.slot-out = 1";
    carried_out(5, "log", &lines(leader));
    carried_out(5, "log", &lines("at 1039ms expect 2.slot-out = 1\nat 1041ms expect all.slot-out = 2"));
}

#[test]
fn a_read_by_quorum_takes_two_delays_and_no_slot_and_one_by_lease_none() {
    for (reads, answered) in [("quorum", 1_040), ("lease", 1_020)] {
        let (before, after) = (answered - 1, answered + 1);
        let lines = format!(
            "at 1s request get x from c1 to 1\nat {before}ms expect not completed 1\nat {after}ms expect completed 1\n\
             expect 1.slot-in = 1"
        );
        carried_out(5, reads, &lines);
    }
}

/// Three clients ask for one thing each.
fn walked(replicas: usize, set: &[(&str, &str)], seed: u64) -> World<MultiPaxos> {
    walk::walk(replicas, set, &["put x 1", "add x 1", "put y 2"], 200, seed)
}

#[test]
fn each_slot_has_one_entry_however_the_messages_fall() {
    let mut decided = 0;
    for seed in 0..seeds() {
        let reads = ["log", "quorum"][(seed % 2) as usize];
        let world = walked(1 + (seed % 5) as usize, &[("reads", reads)], seed);
        assert_eq!(world.violations(), [], "seed {seed}");
        decided += world.decided_slots();
    }
    assert!(decided as u64 > seeds() / 4, "a walk that decides nothing shows nothing: {decided}");
}

#[test]
fn quorums_that_miss_each_other_are_found_out() {
    // Howard, Malkhi, Spiegelman 2016: every quorum of phase 1 must meet every quorum of phase 2, and that is all.
    for (first, second, safe) in [(2, 2, true), (3, 1, true), (1, 3, true), (1, 2, false), (2, 1, false), (1, 1, false)]
    {
        let (one, two) = (first.to_string(), second.to_string());
        let set = [("phase-1-quorum", one.as_str()), ("phase-2-quorum", two.as_str()), ("quorums-miss", "on")];
        let broken = (0..400).any(|seed| !walked(3, &set, seed).violations().is_empty());
        assert_eq!(broken, !safe, "quorums of {first} and {second} of 3");
    }
}

#[test]
fn every_bug_names_what_it_breaks_and_where_it_comes_from() {
    let bugs: Vec<_> = MultiPaxos::DESCRIPTOR.options.iter().filter(|option| option.bug).collect();
    assert_eq!(bugs.len(), 9, "the swarm finds each of them by its seed");
    assert!(bugs.iter().all(|bug| !bug.breaks.is_empty() && !bug.source.is_empty()));
}

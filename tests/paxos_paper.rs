//! Paxos, held to its papers: what a decision costs, and that only one value is ever chosen, however its messages fall.
#![cfg(not(target_arch = "wasm32"))]

#[path = "walk/walk.rs"]
mod walk;

use consensus_playground::kernel::prelude::*;
use consensus_playground::kernel::{OptionInfo, What, World};
use consensus_playground::protocols::paxos::Paxos;
use consensus_playground::scenario::Session;
use walk::seeds;

/// A run in which one value is proposed and nothing fails, to its end.
fn calm(replicas: usize, learners: &str) -> Session {
    let mut session = Session::open(&format!(
        "protocol paxos\nreplicas {replicas}\nset learners {learners}\nset ballot-timeout 1s..1s\nnetwork latency 10ms\n\
         request propose red from c1 to 1\nrun 900ms\nexpect all\nexpect completed 1\n"
    ))
    .expect("the scenario can be read");
    session.finish();
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{replicas} replicas, {learners}");
    session
}

#[test]
fn a_decision_costs_what_the_paper_says() {
    for n in 1..=9 {
        let told = calm(n, "proposer");
        assert_eq!(told.world().counts().between_replicas as usize, 5 * (n - 1), "{n} replicas: 4(n−1) and decided");
        let heard = calm(n, "all");
        assert_eq!(heard.world().counts().between_replicas as usize, (n - 1) * (n + 3), "{n} replicas");
    }
}

#[test]
fn a_decision_takes_four_delays_and_five_for_the_last() {
    let learned = |text: &str| {
        let mut session = Session::open(&format!(
            "protocol paxos\nreplicas 5\nnetwork latency 10ms\nrequest propose red from c1 to 1\n{text}"
        ))
        .expect("the scenario can be read");
        session.finish();
        session.outcomes().iter().all(|outcome| outcome.ok)
    };
    // The request itself takes one.
    assert!(learned("at 49ms expect 1.learned = none\nat 51ms expect 1.learned = red\nexpect 2.learned = none"));
    assert!(learned("at 59ms expect 2.learned = none\nat 61ms expect 2.learned = red\nexpect 5.learned = red"));
}

#[test]
fn quorums_that_miss_each_other_are_found_out() {
    // Howard, Malkhi, Spiegelman 2016: every quorum of phase 1 must meet every quorum of phase 2, and that is all.
    for (first, second, safe) in [(2, 2, true), (3, 1, true), (1, 3, true), (1, 2, false), (2, 1, false), (1, 1, false)]
    {
        let set = [
            ("phase-1-quorum", first.to_string()),
            ("phase-2-quorum", second.to_string()),
            ("quorums-miss", "on".into()),
        ];
        let set: Vec<_> = set.iter().map(|(name, size)| (*name, size.as_str())).collect();
        let broken = (0..400).any(|seed| !walk(3, &set, seed).violations().is_empty());
        assert_eq!(broken, !safe, "quorums of {first} and {second} of 3");
    }
}

/// With a phase-2 quorum of one, a proposer chooses and learns in one step. Where it crashes amid that step, nothing of it
/// is durable and nobody was told: so nothing was chosen, and nothing learned.
#[test]
fn who_crashes_amid_learning_has_learned_nothing() {
    let text = "protocol paxos\nreplicas 2\nseed 20357\nset phase-2-quorum 1\nat 429ms request propose 0 to 1\n\
         at 429ms request propose red from c2\nat 429ms crash 2 after 3 sends\nrun 2s\nexpect learned-is-chosen\n";
    let mut session = Session::open(text).expect("the scenario opens");
    session.finish();
    assert!(session.trace().events.iter().any(|event| event.what == What::Crash), "nobody crashed");
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{:?}", session.outcomes());
}

/// Three clients ask for three colors.
fn walk(replicas: usize, set: &[(&str, &str)], seed: u64) -> World<Paxos> {
    walk::walk(replicas, set, &["propose red", "propose blue", "propose green"], 150, seed)
}

#[test]
fn one_value_is_chosen_however_the_messages_fall() {
    let mut decided = 0;
    for seed in 0..seeds() {
        let learners = if seed % 2 == 0 { "proposer" } else { "all" };
        let world = walk(1 + (seed % 7) as usize, &[("learners", learners)], seed);
        assert_eq!(world.violations(), [], "seed {seed}");
        decided += world.decided_slots();
    }
    assert!(decided as u64 > seeds() / 4, "a walk that decides nothing shows nothing: {decided}");
}

/// The walks in which a bug that is switched on breaks something.
fn catches(bug: &OptionInfo) -> impl Iterator<Item = u64> {
    let sizes = if ["half-quorum", "rows-for-both"].contains(&bug.name) { [4, 4] } else { [3, 4] };
    let quorums = match bug.name {
        "rows-for-both" => ("quorums", "grid"),
        "quorums-miss" => ("phase-2-quorum", "1"),
        _ => ("quorums", "size"),
    };
    let set = [(bug.name, "on"), ("learners", "all"), quorums];
    (0..).filter(move |&seed| !walk(sizes[(seed % 2) as usize], &set, seed).violations().is_empty())
}

#[test]
#[cfg_attr(debug_assertions, ignore = "some bugs need thousands of walks, which the sweep profile takes")]
fn every_bug_is_caught_by_a_walk() {
    let most = 4 * seeds();
    let bugs: Vec<_> = Paxos::DESCRIPTOR.options.iter().filter(|option| option.bug).collect();
    assert_eq!(bugs.len(), 15);
    for bug in bugs {
        let first = catches(bug).next().filter(|&first| first < most);
        let Some(first) = first else { panic!("{} is not caught in {most} walks", bug.name) };
        println!("{:<22} first caught in walk {first:>5}", bug.name);
    }
}

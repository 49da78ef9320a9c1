//! The search: it counts as others count, finds what is there, tells no false story, and shrinks what fails.

use consensus_playground::explorer::{Phase, Plan, Progress, Root, Search, Shrunk, keep_undecided, shrink_scenario};
use consensus_playground::protocols;
use consensus_playground::scenario::{Session, parse};

use crate::two_phase::specification::TwoPhase;

/// A search to its end, in slices of a size that must make no difference.
pub fn search(text: &str, strategy: &str, wanted: &str, bounds: &str, slice: u64) -> (Search, Progress) {
    let scenario = parse(text).expect("it can be read");
    let plan = Plan::read(&Root::of(&scenario), strategy, wanted, bounds).expect("it is a plan");
    let mut search = Search::new(&scenario, plan).expect("it can be opened");
    let mut steps = 0;
    loop {
        let progress = search.run_for(slice);
        steps += slice;
        let open = matches!(progress.phase, Phase::Searching | Phase::Shrinking);
        if !open || (progress.phase == Phase::Searching && steps > 3_000_000) {
            return (search, progress);
        }
    }
}

/// What was found, carried out in the ordinary player once more.
pub fn found(text: &str, strategy: &str, wanted: &str, bounds: &str) -> (usize, &'static str, String) {
    let (search, progress) = search(text, strategy, wanted, bounds, 500);
    let finding = search.finding().unwrap_or_else(|| panic!("{text}: {progress:?}"));
    assert_eq!(search.refused(), 0, "{text}: a finding did not come true");
    let mut session = Session::open(&finding.text).expect("it can be read");
    session.finish();
    let failed = session.outcomes().iter().find(|outcome| !outcome.ok);
    assert_eq!((failed, session.unreached().len()), (None, 0), "{}", finding.text);
    (finding.steps, finding.property.unwrap_or("reached"), finding.text.clone())
}

/// What is published: so many resource managers, so many states.
const PUBLISHED: [(usize, u64); 7] =
    [(2, 56), (3, 288), (4, 1_568), (5, 8_832), (6, 50_816), (7, 296_448), (8, 1_745_408)];

/// With optimisation up to 6 resource managers, with `STATES=all` up to 8.
#[test]
#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn every_complete_strategy_counts_the_published_states() {
    protocols::register::<TwoPhase>();
    let all = std::env::var("STATES").is_ok();
    let most = if all {
        8
    } else if cfg!(debug_assertions) {
        4
    } else {
        6
    };
    for (managers, states) in PUBLISHED.into_iter().filter(|(many, _)| *many <= most) {
        for (strategy, slice, watched) in
            [("breadth", 7, "off"), ("depth", 1_000, "off"), ("breadth", 100, "on"), ("depth", 10_000, "on")]
        {
            let text = format!("protocol two-phase\nreplicas {}\nset watched {watched}\n", managers + 1);
            let bounds = "crashes=0 requests=0 duplicates=any timers=any";
            let since = std::time::Instant::now();
            let (_, progress) = search(&text, strategy, "any", bounds, slice);
            assert_eq!((progress.phase, progress.states), (Phase::Complete, states), "{managers}, {strategy}");
            println!(
                "TwoPhase with {managers} resource managers, {strategy}, watched {watched}: {states} states in {:.2} s, {} bytes each",
                since.elapsed().as_secs_f64(),
                progress.bytes / states
            );
        }
    }
}

#[test]
fn a_bound_on_the_steps_gives_the_same_states_in_either_order() {
    protocols::register::<TwoPhase>();
    let bounds = "crashes=0 requests=0 duplicates=any timers=any steps=6";
    let states = |strategy| search("protocol two-phase\nreplicas 4\n", strategy, "any", bounds, 100).1;
    let (breadth, depth) = (states("breadth"), states("depth"));
    assert_eq!(breadth.states, depth.states);
    assert!(breadth.states < 288 && breadth.bounded > 0 && breadth.depth == 6, "{breadth:?}");
}

#[test]
fn breadth_first_finds_the_shortest() {
    let bounds = "timers=0 election-timeout=2 epochs=1 crashes=1";
    let raft = |size, switch| format!("protocol raft\nreplicas {size}\nset {switch} on\nrequest put x 1\n");
    assert_eq!(found(&raft(4, "quorum-of-half"), "breadth", "any", bounds).0, 6);
    assert_eq!(found(&raft(3, "vote-not-durable"), "breadth", "election-safety", bounds).0, 8);
}

#[test]
fn walks_find_bugs_and_shrink_them() {
    for (header, most) in [
        ("raft\nreplicas 3\nset vote-not-durable on\nrequest put x 1", 8),
        ("raft\nreplicas 3\nset read-without-round on\nrequest put x 1\nrequest get x from c2", 24),
        ("two-phase-commit\nreplicas 3\nset decision-not-durable on\nrequest transaction trip", 12),
    ] {
        let (steps, property, text) = found(&format!("protocol {header}\n"), "swarm", "any", "");
        assert!(steps <= most, "{property} in {steps} steps:\n{text}");
    }
}

#[test]
fn a_lie_is_found_and_told_by_hand() {
    let text = "protocol pbft\nreplicas 4\nset digest-not-compared on\nbyzantine 1 silent\nrequest put x 1\n";
    let (_, _, text) = found(text, "swarm", "any", "crashes=0");
    assert!(text.contains("\nlie "), "{text}");
}

#[test]
fn a_way_to_a_condition_is_found() {
    let text = "protocol raft\nreplicas 3\nrequest put x 1\n";
    let (_, what, text) = found(text, "swarm", "2 of all.commit-index >= 1", "");
    assert_eq!(what, "reached");
    assert!(text.ends_with("expect 2 of all.commit-index >= 1\n"), "{text}");
}

#[test]
fn the_same_search_finds_the_same_whatever_the_slices() {
    let text = "protocol raft\nreplicas 3\nset vote-not-durable on\nrequest put x 1\n";
    let [one, other] = [1, 3_000].map(|slice| search(text, "swarm", "any", "", slice).0.finding().cloned());
    assert!(one.is_some() && one == other);
}

#[test]
fn what_is_not_broken_is_complete_within_the_bounds() {
    let text = "protocol raft\nreplicas 3\nrequest put x 1 to 1\n";
    let (_, progress) = search(text, "breadth", "any", "timers=0 election-timeout=1 crashes=1", 1_000);
    assert_eq!(progress.phase, Phase::Complete);
    assert!(progress.states > 100 && progress.collisions < 1e-9, "{progress:?}");
}

#[test]
fn a_full_memory_is_told() {
    let scenario = parse("protocol raft\nreplicas 3\nrequest put x 1\n").expect("it can be read");
    let plan = Plan::read(&Root::of(&scenario), "breadth", "any", "memory=1").expect("it is a plan");
    let mut search = Search::new(&scenario, plan).expect("it can be opened");
    while search.run_for(10).phase == Phase::Searching {}
    assert_eq!(search.progress().phase, Phase::Full);
}

#[test]
fn figure_8_is_shrunk() {
    let text = include_str!("../scenarios/raft-figure-8-bug.scenario");
    let Ok(Shrunk::Schedule(finding)) = shrink_scenario(&parse(text).expect("it can be read")) else {
        panic!("it breaks a property whatever the times");
    };
    assert!(finding.steps <= 21, "{}", finding.text);
    assert_eq!(finding.property, Some("leader-completeness"));
}

/// Three replicas tolerate no liar: that he deceives two of them would be no bug.
#[test]
fn no_replica_is_left_out_that_it_takes_to_tolerate_the_liars() {
    let text = include_str!("../scenarios/pbft-bug-new-view-without-proof.scenario");
    let scenario = parse(text).expect("it can be read");
    for seed in [7, 9] {
        let plan = Plan::read(&Root::of(&scenario), "swarm", "any", "").expect("it is a plan");
        let mut search = Search::new(&scenario, Plan { seed, ..plan }).expect("it can be opened");
        while search.run_for(1_000).phase != Phase::Found {}
        let text = &search.finding().expect("it was found").text;
        assert!(text.contains("\nreplicas 4\n"), "{text}");
    }
}

/// A second proposal stands in no scenario here: without one, no two values could be chosen.
#[test]
fn two_clients_compete_where_a_scenario_asks_nothing() {
    let (_, property, text) = found("protocol paxos\nreplicas 4\nset half-quorum on\n", "swarm", "agreement", "");
    assert_eq!(property, "agreement");
    assert!(["propose red", "propose blue"].iter().all(|asked| text.contains(asked)), "{text}");
}

#[test]
fn a_run_with_times_is_shrunk_to_a_schedule() {
    let text = include_str!("../scenarios/two-phase-commit-bug-decision-not-durable.scenario");
    let shrunk = shrink_scenario(&parse(text).expect("it can be read")).expect("it fails");
    let Shrunk::Schedule(finding) = &shrunk else { panic!("{}", shrunk.into_text()) };
    assert!(finding.steps <= 16, "{}", finding.text);
}

#[test]
fn what_fails_by_its_times_keeps_the_lines_that_it_needs() {
    let text = "protocol raft\nreplicas 3\nrequest put x 1\nrun 10ms\ncrash 3\nexpect leader\nexpect 1.term = 0\n";
    let shrunk = shrink_scenario(&parse(text).expect("it can be read")).expect("it fails").into_text();
    assert_eq!(shrunk, "protocol raft\nexpect leader\n");
    assert!(shrink_scenario(&parse("protocol raft\nrun 1s\nexpect all\n").expect("it can be read")).is_err());
}

#[test]
fn raft_is_kept_undecided() {
    let scenario = parse("protocol raft\nreplicas 3\nrequest put x 1\n").expect("it can be read");
    let duties = if cfg!(debug_assertions) { 50 } else { 300 };
    let kept = keep_undecided(&Root::of(&scenario), duties).expect("it can be opened");
    assert_eq!(kept.duties, duties, "after {} states", kept.looks);
}

/// The same scheduler as Raft's, with as much patience; only the coins are not its own, though it knows them beforehand.
#[test]
fn random_coins_decide_whatever_the_adversary_does() {
    let runs = if cfg!(debug_assertions) { 3 } else { 100 };
    let mut longest = 0;
    for seed in 1..=runs {
        let scenario = parse(&format!("protocol ben-or\nreplicas 3\nseed {seed}\n")).expect("it can be read");
        let kept = keep_undecided(&Root::of(&scenario), 1_000).expect("it can be opened");
        assert!(kept.duties < 1_000, "seed {seed}: undecided after {} duties", kept.duties);
        longest = longest.max(kept.duties);
    }
    println!("Ben-Or decides in {runs} of {runs}, after {longest} duties at the latest");
}

#[test]
fn an_adversary_keeps_what_survives_a_crash_undecided_as_a_scenario() {
    for protocol in ["raft", "paxos", "multi-paxos", "pbft", "tendermint", "hotstuff"] {
        let text = format!("protocol {protocol}\nseed 1\n");
        let (steps, property, scenario) = found(&text, "swarm", "undecided", "duties=20");
        assert!(steps >= 20 && property == "reached", "{scenario}");
        assert!(scenario.ends_with("expect not decided 1\n"), "{scenario}");
    }
}

#[test]
fn what_a_crash_blocks_can_not_be_kept_undecided() {
    let (search, progress) = search("protocol two-phase-commit\nreplicas 2\n", "swarm", "undecided", "", 50);
    assert_eq!((progress.phase, search.finding()), (Phase::Complete, None));
}

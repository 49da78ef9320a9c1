//! Expectations that are tried with other seeds.

use consensus_playground::scenario::{Outcome, Session, Tick, parse, print};

const HEAD: &str = "protocol raft\nreplicas 3\nseed 5\nset election-timeout 150ms..170ms\nnetwork latency 10ms..20ms\n";

fn last(lines: &str) -> Outcome {
    let mut session = Session::open(&format!("{HEAD}{lines}")).unwrap_or_else(|error| panic!("{lines}: {error}"));
    session.finish();
    assert!(session.finished(), "{lines}");
    session.outcomes().last().expect("there is an outcome").clone()
}

/// In how many of ten runs, each with a seed of its own, an expectation holds.
fn counted(lines: &str, expect: &str) -> usize {
    let run = |seed: u64| {
        let head = HEAD.replace("seed 5", &format!("seed {seed}"));
        let mut session = Session::open(&format!("{head}{lines}expect {expect}\n")).unwrap();
        session.finish();
        session.outcomes().last().unwrap().ok
    };
    (5..15).filter(|seed| run(*seed)).count()
}

#[test]
fn it_is_tried_with_the_seeds_that_follow() {
    let run = "run 400ms\n";
    let held = counted(run, "leader");
    assert!((1..10).contains(&held), "some seeds and not all elect somebody so soon: {held}");
    let enough = last(&format!("{run}expect leader in {held} of 10 seeds\n"));
    assert!(
        enough.ok && enough.why.starts_with(&format!("it held in {held} of 10 runs, with seeds 5 to 14; with seed "))
    );
    let few = last(&format!("{run}expect leader in {} of 10 seeds\n", held + 1));
    assert!(!few.ok && few.why.ends_with(": nobody leads"), "{}", few.why);
    let not = counted(run, "not leader");
    assert_eq!(held + not, 10);
    assert!(last(&format!("{run}expect not leader in {not} of 10 seeds\n")).ok);
    // All forms can be tried.
    for form in
        ["ever any.role = candidate", "never violation agreement", "leader within 5s", "always for 1ms now > 0s"]
    {
        let outcome = last(&format!("{run}expect {form} in 10 of 10 seeds\n"));
        assert!(
            outcome.ok && &*outcome.why == "it held in 10 of 10 runs, with seeds 5 to 14",
            "{form}: {}",
            outcome.why
        );
    }
}

/// The run itself is not touched, and what lies behind the line goes on from where it was.
#[test]
fn the_run_is_the_same_with_and_without() {
    let with = format!("{HEAD}run 400ms\nexpect leader in 1 of 10 seeds\nrun 1s\n");
    let without = format!("{HEAD}run 400ms\nrun 1s\n");
    let hash = |text: &str| {
        let mut session = Session::open(text).unwrap();
        session.finish();
        (session.trace_hash(), session.world().now())
    };
    assert_eq!(hash(&with), hash(&without));
}

/// Runs with other seeds leave out the lines of this kind before theirs, else they would never end.
#[test]
fn several_lines_do_not_multiply() {
    let lines = "run 400ms\nexpect leader in 1 of 500 seeds\n".repeat(6);
    assert!(last(&lines).ok);
}

#[test]
fn a_run_that_does_not_come_to_the_line_does_not_count() {
    let text = "protocol restaurant-vote\nreplicas 5\nset strategy external\nrun 1s\nexpect all in 1 of 3 seeds\n";
    let scenario = parse(text).unwrap_or_else(|error| panic!("{error}"));
    let mut session = Session::of(scenario).unwrap();
    session.finish();
    // The run itself stops at the question as well.
    assert!(!session.finished() && session.unreached()[0].why.contains("nobody answers"));
}

/// A tick takes a bounded number of steps, a step by hand the whole line; going back and on again does not do it anew.
#[test]
fn it_is_carried_out_in_slices_and_once() {
    let text = format!("{HEAD}run 400ms\nexpect leader in 1 of 1000 seeds\nrun 1s\n");
    let mut session = Session::open(&text).unwrap();
    let mut slices = 0;
    while session.outcomes().is_empty() {
        session.run_slice(2_000_000, u32::MAX, 20);
        slices += 1;
        assert!(slices < 10_000);
    }
    assert!(slices > 2, "{slices}");
    let end = session.last();
    session.finish();
    let whole = session.trace_hash();
    for _ in 0..20 {
        session.seek(1);
        let before = session.outcomes().len();
        session.seek(end);
        assert_eq!((before, session.outcomes().len()), (0, 1));
    }
    session.finish();
    assert_eq!(session.trace_hash(), whole);
    let mut stepped = Session::open(&text).unwrap();
    while stepped.outcomes().is_empty() && stepped.step() != Tick::Idle {}
    assert_eq!(stepped.outcomes(), session.outcomes());
}

/// What is done by hand before the line is part of each of the runs.
#[test]
fn acts_by_hand_count() {
    let mut session = Session::open(&format!("{HEAD}at 1s expect leader in 10 of 10 seeds\n")).unwrap();
    session.finish();
    assert!(session.outcomes()[0].ok);
    session.seek(3);
    session.act("network latency 400ms").unwrap();
    session.finish();
    assert!(!session.outcomes()[0].ok, "{:?}", session.outcomes());
    assert!(session.undo());
    session.finish();
    assert!(session.outcomes()[0].ok);
}

#[test]
fn it_is_written_down_as_it_was_read_and_told_where_it_is_wrong() {
    for line in ["expect never leader in 3 of 5 seeds", "expect not leader within 1s in 1 of 1 seeds"] {
        let text = format!("{HEAD}{line}\n");
        assert_eq!(print(&parse(&text).unwrap()), text);
    }
    for (line, told) in [
        ("expect leader in 3 of 2 seeds", "line 6, column 23: the number of runs is between 3 and 1000"),
        ("expect leader in 0 of 2 seeds", "line 6, column 18: the number of runs is between 1 and 1000"),
        ("expect leader in 1 of 1001 seeds", "line 6, column 23: the number of runs is between 1 and 1000"),
        ("expect leader in 1 of 2 sedes", "did you mean `seeds`?"),
        ("expect leader in 1 of 2", "line 6, column 24: `seeds` is missing"),
        ("when leader in 1 of 2 seeds crash 1", "line 6, column 13: `in` is not known here"),
    ] {
        let error = parse(&format!("{HEAD}{line}\n")).err().unwrap_or_else(|| panic!("{line} was read")).to_string();
        assert!(error.contains(told), "{line}\nsays: {error}\nnot:  {told}");
    }
}

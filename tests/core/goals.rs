//! Goals are followed through a run that goes on live: by hand, back and forth, and in other futures.

use consensus_playground::protocols;
use consensus_playground::scenario::{Goal, GoalState, GoalStatus, Session, parse_goal};

const RUN: &str = "protocol raft\nreplicas 3\nseed 1\nnetwork latency 10ms\nrun 1s\n";

fn goal(text: &str) -> Goal {
    parse_goal(&protocols::ALL[0], 3, text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// At the end of the script, with these goals.
fn session(goals: &[&str]) -> Session {
    let mut session = Session::open(RUN).unwrap();
    session.finish();
    session.set_goals(goals.iter().map(|text| goal(text)).collect());
    session
}

fn states(session: &Session) -> Vec<GoalState> {
    session.goals().iter().map(|status| status.state).collect()
}

use GoalState::{Broken, Holds, NotYet};

#[test]
fn goals_are_followed_while_one_acts() {
    let mut session = session(&["leader", "ever not leader", "never any.status = crashed", "all"]);
    assert_eq!(states(&session), [Holds, NotYet, Holds, Holds]);
    assert!(!session.goals_hold());
    session.act("crash leader").unwrap();
    assert_eq!(states(&session), [NotYet, Holds, Broken, Holds]);
    session.run(1_000_000);
    assert_eq!(states(&session), [Holds, Holds, Broken, Holds]);
    let GoalStatus { saw, event, at, .. } = session.goals()[2].clone();
    assert!(saw.ends_with("status is crashed") && at == Some(1_000_000) && event > Some(1), "{saw} {event:?} {at:?}");
}

/// A goal is about what comes after it was set, not about how things came to be.
#[test]
fn what_was_before_does_not_count() {
    let mut session = Session::open(RUN).unwrap();
    session.finish();
    session.act("crash leader").unwrap();
    session.run(1_000_000);
    session.set_goals(vec![goal("never any.role = candidate"), goal("ever any.role = candidate")]);
    assert_eq!(states(&session), [Holds, NotYet]);
    // Not even after going back to before.
    let (here, now) = (session.event(), session.world().now());
    session.seek(3);
    session.seek(here);
    assert_eq!(states(&session), [Holds, NotYet]);
    session.seek(3);
    session.run_until(now);
    assert_eq!((session.event(), states(&session)), (here, vec![Holds, NotYet]));
}

#[test]
fn going_back_and_taking_back_take_back_what_was_seen() {
    let mut session = session(&["never any.status = crashed", "ever any.status = crashed"]);
    let before = session.event();
    session.run(500_000);
    session.act("crash 2").unwrap();
    session.run(2_000_000);
    assert_eq!(states(&session), [Broken, Holds]);
    let after = session.event();
    session.seek(before);
    assert_eq!(states(&session), [Holds, NotYet]);
    session.seek(after);
    assert_eq!(states(&session), [Broken, Holds]);
    assert!(session.undo());
    assert_eq!(states(&session), [Holds, NotYet]);
    assert!(session.redo());
    assert_eq!(states(&session), [Broken, Holds]);
    // Another future, and back to this one.
    session.seek(before);
    session.act("pause 1").unwrap();
    session.run(300_000);
    assert_eq!(states(&session), [Holds, NotYet]);
    let branch = session.branches()[0].id;
    assert!(session.switch(branch));
    assert_eq!(states(&session), [Broken, Holds]);
}

#[test]
fn what_should_come_soon_is_waited_for_from_the_last_act() {
    let mut session = session(&["not leader within 100ms", "any.status = crashed within 1s"]);
    assert_eq!(states(&session), [NotYet, NotYet]);
    session.run(500_000);
    assert_eq!(states(&session), [Broken, NotYet]);
    session.act("crash leader").unwrap();
    assert_eq!(states(&session), [Holds, Holds]);
    session.run(2_000_000);
    // It was so in time, whatever is now.
    assert_eq!(states(&session), [Holds, Holds]);
    session.act("pause all").unwrap();
    assert_eq!(states(&session)[0], NotYet);
}

#[test]
fn a_stretch_has_a_length() {
    let mut session = session(&["always for 300ms leader", "always for 300ms not leader"]);
    session.run(200_000);
    assert_eq!(states(&session), [NotYet, NotYet]);
    session.run(200_000);
    assert_eq!(states(&session), [Holds, NotYet]);
    // All but the one that can't be elected alone.
    session.act("crash 1").unwrap();
    session.act("crash 2").unwrap();
    session.act("restart 1").unwrap();
    session.act("pause 3").unwrap();
    session.run(1_000_000);
    assert_eq!(states(&session)[0], Holds);
}

/// Goals are no part of the run: it is the same with them and without.
#[test]
fn goals_change_nothing() {
    let (with, without) = (session(&["ever any.role = candidate", "never leader"]), session(&[]));
    assert_eq!((with.trace_hash(), with.script()), (without.trace_hash(), without.script()));
    assert!(without.goals_hold() && without.goals().is_empty());
}

#[test]
fn a_goal_is_told_wrong_with_its_column() {
    for (text, told) in [
        ("evr leader", "line 1, column 1: `evr` is not known here"),
        ("never 5.role = leader", "line 1, column 7: there is no replica `5`"),
        ("leader within", "line 1, column 14: a duration is missing"),
        ("leader now", "line 1, column 8: nothing more was expected here"),
        ("", "line 1, column 1: what is expected is missing"),
    ] {
        let error = parse_goal(&protocols::ALL[0], 3, text).expect_err(text).to_string();
        assert!(error.starts_with(told), "{text}: {error}");
    }
    assert_eq!(goal("never  violation  agreement").text, "never violation agreement");
}

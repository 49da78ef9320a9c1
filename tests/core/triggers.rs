//! Triggers: what is done as soon as a condition holds.

use consensus_playground::kernel::What;
use consensus_playground::scenario::{Session, parse, print};

const HEAD: &str = "protocol raft\nreplicas 5\nseed 1\nnetwork latency 10ms\n";

fn carried_out(lines: &str) -> Session {
    let mut session = Session::open(&format!("{HEAD}{lines}")).unwrap_or_else(|error| panic!("{lines}: {error}"));
    session.finish();
    session
}

/// The events of a kind: their numbers and the nodes they happened at.
fn events(session: &Session, what: What) -> Vec<(u32, usize)> {
    let all = session.trace().events.iter().filter(|event| event.what == what);
    all.map(|event| (event.id.0, event.node.map_or(0, |node| node.number()))).collect()
}

#[test]
fn a_trigger_acts_right_after_the_event_that_makes_its_condition_hold() {
    let plain = carried_out("run 1s\n");
    let leads = (1..=plain.last()).find(|&event| {
        let mut session = Session::open(&format!("{HEAD}run 1s\n")).unwrap();
        session.finish();
        session.seek(event);
        session.world().leader().is_some()
    });
    let session = carried_out("when leader crash leader\nrun 1s\nexpect ever any.status = crashed\n");
    let crashes = events(&session, What::Crash);
    assert_eq!(crashes.len(), 1, "once, though others lead later");
    assert_eq!(Some(crashes[0].0 - 1), leads);
    assert!(session.outcomes().iter().all(|outcome| outcome.ok) && session.unreached().is_empty());
    assert_ne!(session.world().leader().map(|node| node.number()), Some(crashes[0].1));
}

#[test]
fn a_condition_that_holds_already_is_not_waited_for() {
    let session = carried_out("run 1s\nwhen leader crash leader\n");
    assert!(session.finished() && session.unreached().is_empty());
    assert_eq!(events(&session, What::Crash).len(), 1);
}

#[test]
fn a_trigger_that_never_fired_is_told() {
    let session = carried_out("when committed 1 crash leader\nrun 1s\n");
    assert!(session.finished() && session.outcomes().is_empty());
    let unreached = session.unreached();
    assert_eq!(unreached.len(), 1);
    assert_eq!((unreached[0].line, unreached[0].ok), (5, false));
    assert_eq!(&*unreached[0].text, "when committed 1 crash leader");
    assert_eq!(&*unreached[0].why, "not reached: its condition never held");
}

#[test]
fn what_a_trigger_can_not_do_is_told() {
    let session = carried_out("crash 3\nwhen leader crash 3\nrun 1s\n");
    let outcomes = session.outcomes();
    assert_eq!((outcomes.len(), outcomes[0].line, outcomes[0].ok), (1, 6, false));
    assert_eq!(&*outcomes[0].why, "replica 3 is crashed already");
}

#[test]
fn triggers_follow_one_another() {
    let lines =
        "when any.status = crashed pause all\nwhen any.status = paused resume all\nrun 1s\ncrash leader\nrun 1s\n";
    let session = carried_out(lines);
    assert_eq!((events(&session, What::Pause).len(), events(&session, What::Resume).len()), (4, 4));
    assert!(session.unreached().is_empty());
    // One event at a time can be looked at, also of an act on several.
    let mut back = carried_out(lines);
    for (event, _) in events(&session, What::Pause) {
        back.seek(event);
        assert_eq!(back.event(), event);
    }
    back.finish();
    assert_eq!(back.trace_hash(), carried_out(lines).trace_hash());
}

/// One is set by hand, travels as text, and is taken back.
#[test]
fn triggers_are_set_by_hand_written_down_and_undone() {
    let mut session = carried_out("run 1s\n");
    let before = (session.trace_hash(), session.script());
    session.act("when any.status = crashed partition leader | followers").unwrap();
    assert!(session.script().contains("when any.status = crashed partition leader | followers\n"));
    assert!(session.undo());
    assert_eq!((session.trace_hash(), session.script()), before);
    session.act("crash leader").unwrap();
    session.run(1_000_000);
    assert!(session.world().network().groups().is_empty(), "what was taken back does nothing");
    assert!(session.undo() && session.redo() && session.undo());
    session.act("when any.status = crashed partition 1 2 | 3 4 5").unwrap();
    session.act("crash leader").unwrap();
    assert!(session.world().network().groups().is_empty());
    session.run(1_000_000);
    assert_eq!(session.world().network().groups().len(), 2);
    let mut again = Session::open(&session.script()).unwrap();
    again.finish();
    again.run_until(session.world().now());
    assert_eq!(again.trace_hash(), session.trace_hash(), "{}", session.script());
    assert!(session.undo() && session.undo());
    assert_eq!((session.trace_hash(), session.script()), before);
}

/// A trigger that is about to act is not outrun by what is done by hand, now and when it is read again.
#[test]
fn what_is_about_to_be_done_comes_before_what_is_done_by_hand() {
    let mut session = carried_out("run 1s\nwhen any.status = paused crash followers\n");
    session.act("pause leader").unwrap();
    assert!(events(&session, What::Crash).is_empty() && !session.finished());
    // What is refused does not even do that.
    let before = session.trace_hash();
    assert!(session.act("crash c1").is_err() && session.act("heal 1 -> 2").is_err());
    assert_eq!(session.trace_hash(), before);
    session.act("resume all").unwrap();
    assert_eq!(events(&session, What::Crash).len(), 4);
    assert!(events(&session, What::Resume)[0].0 > events(&session, What::Crash)[3].0);
    session.run(500_000);
    let mut again = Session::open(&session.script()).unwrap();
    again.finish();
    again.run_until(session.world().now());
    assert_eq!(again.trace_hash(), session.trace_hash(), "{}", session.script());
}

#[test]
fn triggers_are_written_down_as_they_were_read() {
    for line in [
        "when leader crash leader",
        "when not 2 of all.role = candidate delay all vote by 400ms",
        "at 2s when 1.store.x = 3 request put y 1 from c2 to 3",
        "when c1.answer = ok network manual",
    ] {
        let text = format!("{HEAD}{line}\n");
        assert_eq!(print(&parse(&text).unwrap_or_else(|error| panic!("{line}: {error}"))), text);
    }
}

#[test]
fn mistakes_in_triggers_are_told_with_place_and_the_nearest_word() {
    for (line, told) in [
        ("when", "line 5, column 5: a condition is missing"),
        ("when leader", "line 5, column 12: what is done then is missing"),
        ("when leadr crash 1", "did you mean `leader`?"),
        ("when leader crahs 1", "line 5, column 13: `crahs` is not known here"),
        ("when leader crahs 1", "did you mean `crash`?"),
        ("when leader run 1s", "line 5, column 13: `run` can't stand here: something to do was expected"),
        ("when now >= 3s crash 1", "line 5, column 6: `when` waits for what happens"),
        ("when ever leader crash 1", "line 5, column 6: `ever` can't stand here"),
        ("when leader request nonsense", "line 5, column 21: a request is "),
        ("whn leader crash 1", "did you mean `when`?"),
    ] {
        let error = parse(&format!("{HEAD}{line}\n")).err().unwrap_or_else(|| panic!("{line} was read")).to_string();
        assert!(error.contains(told), "{line}\nsays: {error}\nnot:  {told}");
    }
    let mut session = carried_out("run 1s\n");
    for (line, told) in
        [("when leader crash 9", "there is no replica"), ("when leader request nonsense", "a request is")]
    {
        let before = session.script();
        assert!(session.act(line).expect_err(line).to_string().contains(told), "{line}");
        assert_eq!(session.script(), before);
    }
}

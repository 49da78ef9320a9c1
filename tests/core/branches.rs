//! Futures that were left, and acts that are taken back.

use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::scenario::Session;
use consensus_playground::scenario::gallery::gallery;

/// Everything that tells one run from another.
fn print_of(session: &Session) -> (String, u64, u32, Vec<u32>) {
    let fates = session.trace().messages.iter().map(|message| message.due as u32).collect();
    (session.script(), session.trace_hash(), session.last(), fates)
}

fn played(text: &str) -> Session {
    let mut session = Session::open(text).expect("read before");
    session.run(900_000);
    session
}

#[test]
fn a_future_that_was_left_can_be_returned_to() {
    for exhibit in gallery() {
        let mut session = played(exhibit.text);
        let end = session.event();
        session.seek(0);
        session.seek(end);
        let before = print_of(&session);
        session.seek(end / 2);
        let fork = session.event();
        if fork >= end {
            continue;
        }
        session.act("network latency 1ms..2ms").expect("can always be done");
        session.run(300_000);
        let other = session.event();
        session.seek(0);
        session.seek(other);
        let after = print_of(&session);
        let branch = session.branches().last().expect("the old future is kept").clone();
        assert_eq!((branch.last, branch.fork, branch.name.as_str()), (end, fork, "as written"), "{}", exhibit.file);
        assert!(session.switch(branch.id));
        assert_eq!(print_of(&session), before, "{}: the old future is another now", exhibit.file);
        assert_eq!(session.branch_name(), "as written");
        let back = session.branches().last().expect("the other future is kept in turn").id;
        assert!(session.switch(back));
        assert_eq!(print_of(&session), after, "{}: the new future is another now", exhibit.file);
        assert!(!session.switch(back), "it is no longer a branch");
    }
}

#[test]
fn branches_can_be_named_and_given_up() {
    let mut session = played(gallery()[0].text);
    session.seek(session.event() / 2);
    session.act("network loss 10%").expect("can always be done");
    let id = session.branches()[0].id;
    assert!(session.rename(id, "before the loss") && session.rename(0, "lossy\n") && !session.rename(99, "none"));
    assert_eq!((session.branches()[0].name.as_str(), session.branch_name()), ("before the loss", "lossy"));
    assert!(session.discard(id) && !session.discard(id) && session.branches().is_empty());
}

#[test]
fn what_was_done_can_be_taken_back_and_done_again() {
    let acts = ["crash 2", "network loss 20%", "restart 2", "cut 1 -> 3", "heal", "pause 1", "resume 1"];
    for (number, exhibit) in gallery().into_iter().enumerate() {
        let mut session = Session::open(exhibit.text).expect("read before");
        let mut steps = Vec::new();
        for (count, act) in acts.iter().enumerate() {
            session.run(20_000 + below(draw(3, number as u64, count as u64), 150_000));
            let before = (session.script(), session.trace_hash());
            if session.act(act).is_ok() {
                steps.push((before, (session.script(), session.trace_hash())));
            }
        }
        let end = (session.script(), session.trace_hash());
        assert_eq!(session.undoable(), (steps.len(), 0));
        for (before, _) in steps.iter().rev() {
            assert!(session.undo());
            assert_eq!(&(session.script(), session.trace_hash()), before, "{}: taken back", exhibit.file);
        }
        assert!(!session.undo());
        for _ in 1..=steps.len() {
            assert!(session.redo());
        }
        assert!(!session.redo());
        assert_eq!((session.script(), session.trace_hash()), end, "{}: done again", exhibit.file);
        // And what was recorded on the way back and forth is the run that the script gives.
        let mut again = Session::open(&session.script()).expect("a script can be read");
        while again.event() < session.event() {
            again.step();
        }
        assert_eq!(again.trace().events, session.trace().events, "{}", exhibit.file);
        if again.world().now() == session.world().now() {
            assert_eq!(again.trace_hash(), session.trace_hash(), "{}", exhibit.file);
        }
    }
}

#[test]
fn the_exports_tell_every_event() {
    use consensus_playground::scenario::export::{SHIVIZ_PATTERN, ndjson, shiviz};
    for exhibit in gallery() {
        let session = played(exhibit.text);
        assert_eq!(ndjson(&session).lines().count() as u32, session.event());
        for line in ndjson(&session).lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        }
        let log = shiviz(&session);
        let mut lines = log.lines();
        assert_eq!((lines.next(), lines.next()), (Some(SHIVIZ_PATTERN), Some("")));
        let mut own = std::collections::BTreeMap::<String, u64>::new();
        while let (Some(head), Some(_)) = (lines.next(), lines.next()) {
            let (host, clock) = head.split_once(' ').expect("a host and a clock");
            let clock: serde_json::Value = serde_json::from_str(clock).expect("a clock is JSON");
            let count = own.entry(host.to_string()).or_default();
            *count += 1;
            assert_eq!(clock[host], *count, "{}: {head}", exhibit.file);
        }
    }
}

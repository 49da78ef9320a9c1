//! What a link does once it is unpacked: it opens a scenario, goes to an event and a time, and there a person goes on,
//! back and forth, undoing and doing again, and returns to other branches. The input is a scenario, so that the files of
//! `tests/scenarios` are seeds; its first line, a comment in them, says what is done, a letter each.
#![no_main]

use consensus_playground::scenario::{Session, parse};
use consensus_playground::web::show::{self, Shown};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let doings = text.lines().next().unwrap_or_default();
    let Ok(scenario) = parse(text) else { return };
    if scenario.setup().replicas > 9 || scenario.lines.len() > 80 {
        return;
    }
    let Ok(mut session) = Session::open(text) else { return };
    let mut shown = Shown::default();
    for doing in doings.bytes().take(40) {
        carry_out(&mut session, doing);
        show::frame(&mut session, &mut shown, doing & 1 == 0);
    }
    show::state(&session);
    let events: Vec<_> = (1..=session.last().min(8)).collect();
    for event in events {
        let found = session.explain(event).unwrap_or_else(|| panic!("event {event} can't be explained"));
        show::explanation(&session, event, found);
    }
    holds_again(&session);
});

/// What was done by hand is in the script: it gives the same run again.
fn holds_again(session: &Session) {
    let printed = session.script();
    let mut again = Session::open(&printed).unwrap_or_else(|error| panic!("{error}\n{printed}"));
    while again.event() < session.event() {
        let before = (again.event(), again.world().now(), again.next_line().map(|line| line.uid));
        again.step();
        if before == (again.event(), again.world().now(), again.next_line().map(|line| line.uid)) {
            break;
        }
    }
    let count = session.event() as usize;
    let ours: Vec<_> = session.trace().events.iter().take(count).collect();
    let theirs: Vec<_> = again.trace().events.iter().take(count).collect();
    let differ = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
    assert!(ours.len() == theirs.len() && differ.is_none(), "{} and {}: {differ:?}\n{printed}", ours.len(), theirs.len());
}

const ACTS: [&str; 12] = [
    "crash leader",
    "crash all",
    "restart all",
    "pause 1",
    "resume all",
    "partition 1 | 2",
    "heal",
    "byzantine 1 twins",
    "honest 1",
    "deliver all",
    "network manual",
    "network automatic",
];

/// One thing that a person can do. What does not fit the moment is refused, and changes nothing.
fn carry_out(session: &mut Session, doing: u8) {
    let (last, hash) = (session.last(), session.trace_hash());
    match doing {
        b'a'..=b'l' => {
            if session.act(ACTS[usize::from(doing - b'a')]).is_err() {
                assert_eq!(session.trace_hash(), hash, "a refusal changes something");
            }
        }
        b'0'..=b'9' => session.seek(last * u32::from(doing - b'0') / 9),
        b'A'..=b'F' => drop(session.run(1_000 << (2 * (doing - b'A')))),
        b'<' => drop(session.undo()),
        b'>' => drop(session.redo()),
        b'/' => drop(session.branches().first().map(|branch| branch.id).map(|id| session.switch(id))),
        b'-' => drop(session.branches().last().map(|branch| branch.id).map(|id| session.discard(id))),
        b'@' => session.seek_time(session.world().now() / 2),
        _ => drop(session.step()),
    }
}

//! Every scenario that comes with the playground: it holds, reads back as it was written, and runs the same at any pace.

use std::fmt::Write as _;

use consensus_playground::kernel::Time;
use consensus_playground::protocols;
use consensus_playground::scenario::gallery::{FILES, gallery};
use consensus_playground::scenario::{Session, parse, print};

/// The hashes that the browser is held to as well.
const HASHES: &str = include_str!("../scenario-hashes.txt");

fn finished(text: &str) -> Session {
    let mut session = Session::open(text).expect("the gallery's scenarios can be read");
    session.finish();
    session
}

#[test]
fn every_file_can_be_read() {
    for (file, text) in FILES {
        if let Err(error) = parse(text) {
            panic!("{file}: {error}");
        }
    }
    for entry in protocols::ALL {
        if let Err(error) = parse(entry.descriptor.first_scenario) {
            panic!("the first scenario of {}: {error}", entry.descriptor.id);
        }
    }
    assert_eq!(gallery().len(), FILES.len() + protocols::ALL.len());
}

#[test]
fn every_protocol_has_at_least_two_files_with_expectations() {
    for entry in protocols::ALL {
        let id = entry.descriptor.id;
        let files = FILES.iter().filter(|(_, text)| parse(text).is_ok_and(|s| s.entry.descriptor.id == id));
        assert!(files.clone().count() >= 2, "{id}");
        for (file, text) in files {
            assert!(file.starts_with(&format!("{id}-")), "{file} is not found by its name: it is about {id}");
            assert!(text.contains("\nexpect "), "{file} expects nothing");
        }
    }
}

#[test]
fn every_expectation_holds() {
    for exhibit in gallery() {
        let session = finished(exhibit.text);
        for outcome in session.outcomes() {
            assert!(outcome.ok, "{}, line {}: {}: {}", exhibit.file, outcome.line, outcome.text, outcome.why);
        }
        assert_ne!(exhibit.title, "Untitled", "{}", exhibit.file);
        assert!(session.event() > 0, "{}: nothing happens", exhibit.file);
    }
}

#[test]
fn every_scenario_reads_back_as_it_was_written() {
    for exhibit in gallery() {
        let scenario = parse(exhibit.text).expect("read before");
        let printed = print(&scenario);
        let again = parse(&printed).unwrap_or_else(|error| panic!("{}: {error}\n{printed}", exhibit.file));
        let bare = |lines: &[consensus_playground::scenario::Line]| {
            lines.iter().map(|line| (line.when, line.statement.clone(), line.beside.clone())).collect::<Vec<_>>()
        };
        assert_eq!(bare(&scenario.lines), bare(&again.lines), "{}", exhibit.file);
        assert_eq!(print(&again), printed, "{}", exhibit.file);
        assert_eq!((again.title(), again.about()), (scenario.title(), scenario.about()), "{}", exhibit.file);
    }
}

#[test]
fn the_pace_changes_nothing() {
    for exhibit in gallery() {
        let whole = finished(exhibit.text);
        let end = whole.world().now();
        for frame in [1_000, 16_700, 100_000] {
            let mut session = Session::open(exhibit.text).expect("read before");
            while session.world().now() < end {
                session.run(frame.min(end - session.world().now()));
            }
            session.run(0);
            let paces = format!("{} in frames of {frame} us", exhibit.file);
            assert_eq!(session.trace().events, whole.trace().events, "{paces}");
            assert_eq!(session.trace_hash(), whole.trace_hash(), "{paces}");
        }
    }
}

#[test]
fn a_record_changes_nothing() {
    for exhibit in gallery() {
        let mut bare = Session::open_forgetful(parse(exhibit.text).expect("read before")).expect("opens");
        bare.finish();
        assert_eq!(bare.trace_hash(), finished(exhibit.text).trace_hash(), "{}", exhibit.file);
    }
}

#[test]
fn another_seed_gives_another_run() {
    let text = gallery().remove(0).text;
    let (a, b) = (finished(text), finished(&reseeded(text)));
    assert_ne!(a.trace_hash(), b.trace_hash());
}

fn reseeded(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("seed "));
    let mut out = String::new();
    for line in lines {
        let _ = writeln!(out, "{line}");
        if line.starts_with("protocol ") {
            out.push_str("seed 987654321\n");
        }
    }
    out
}

/// Natively and in the browser the traces are held to one list of hashes. After a change that is meant to change them:
/// `BLESS=1 cargo test --test core hashes`.
#[test]
fn the_hashes_are_those_on_record() {
    let mut now = String::new();
    for exhibit in gallery() {
        let _ = writeln!(now, "{} {:016x}", exhibit.file, finished(exhibit.text).trace_hash());
    }
    if std::env::var_os("BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenario-hashes.txt");
        std::fs::write(path, &now).expect("the list can be written");
        return;
    }
    assert_eq!(now, HASHES, "a trace has changed: is it meant to?");
}

#[test]
fn events_come_in_order_and_after_their_causes() {
    for exhibit in gallery() {
        let session = finished(exhibit.text);
        let mut last: Time = 0;
        for (place, event) in session.trace().events.iter().enumerate() {
            assert_eq!(event.id.0 as usize, place + 1);
            assert!(event.at >= last && event.cause < event.id, "{} {:?}", exhibit.file, event);
            last = event.at;
        }
        for message in session.trace().messages.iter() {
            assert!(message.due >= message.sent && message.cause.0 > 0, "{} {:?}", exhibit.file, message);
        }
    }
}

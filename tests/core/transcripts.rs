//! What the scenarios do, as a person reads it: `tests/transcripts/NAME.txt`. The hashes say that a run has changed, these say
//! what: the event, the paper's lines, the fields before and after, the messages that were sent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use consensus_playground::scenario::Session;
use consensus_playground::scenario::export::Ndjson;
use consensus_playground::scenario::gallery::gallery;
use serde_json::{Map, Value};

/// How long a transcript is, in bytes, before it ends with the event at hand: all of them are to stay below 600 kB.
const LENGTH: usize = 5_200;

/// What is known of each node from its last event.
type Known = BTreeMap<String, BTreeMap<String, String>>;

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}

/// `vote m7 2→1 "yes t1"`.
fn message(of: &Value) -> String {
    let part = |name: &str| plain(&of[name]);
    let mut text = format!("{} m{} {}→{} \"{}\"", part("kind"), part("id"), part("from"), part("to"), part("label"));
    if let Some(lost) = of["lost"].as_str() {
        let _ = write!(text, ", lost: {lost}");
    }
    text
}

/// Role, fields and log of a node, by name.
fn fields(event: &Value) -> BTreeMap<String, String> {
    let state = &event["state"];
    let pairs = |map: &Map<String, Value>| map.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
    let mut all: BTreeMap<String, String> = state["fields"].as_object().map(pairs).unwrap_or_default();
    all.insert("role".into(), plain(&event["role"]));
    all.insert("committed".into(), plain(&state["committed"]));
    let cell = |cell: &Value| format!("{} {} {}", plain(&cell["slot"]), plain(&cell["entry"]), plain(&cell["is"]));
    let log: Vec<_> = state["log"].as_array().into_iter().flatten().map(cell).collect();
    all.insert("entries".into(), log.join(", "));
    all
}

/// What differs, line by line; all on one line where a node is new.
fn changes(before: Option<BTreeMap<String, String>>, now: &BTreeMap<String, String>, out: &mut String) {
    let Some(before) = before else {
        let all: Vec<_> =
            now.iter().filter(|(_, is)| !is.is_empty()).map(|(name, is)| format!("{name} {is}")).collect();
        let _ = writeln!(out, "  starts with {}", all.join(", "));
        return;
    };
    for name in before.keys().chain(now.keys()).collect::<BTreeSet<_>>() {
        let value = |of: &BTreeMap<String, String>| of.get(name).cloned().unwrap_or_default();
        if value(&before) != value(now) {
            let _ = writeln!(out, "  {name}: {} → {}", value(&before), value(now));
        }
    }
}

/// One event, each thing that it did on a line of its own.
fn told(event: &Value, known: &mut Known, out: &mut String) {
    let node = event["node"].as_str().unwrap_or("network");
    let _ = write!(out, "#{} {}us {node} {}", event["event"], event["at"], plain(&event["what"]));
    if event["message"].is_object() {
        let _ = write!(out, " {}", message(&event["message"]));
    }
    if let Some(timer) = event["timer"].as_str() {
        let _ = write!(out, " {timer}");
    }
    out.push('\n');
    for key in ["request", "answer"] {
        if let Some(call) = event[key].as_object() {
            let text = |name: &str| call.get(name).map(plain).unwrap_or_default();
            let _ = writeln!(out, "  {key}: {} {}", text("command"), text("result"));
        }
    }
    for rule in event["rules"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "  {}: {}", plain(&rule["rule"]), plain(&rule["sentence"]));
    }
    for note in event["notes"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "  note: {}", plain(note));
    }
    if event["state"].is_object() {
        let now = fields(event);
        changes(known.insert(node.to_string(), now.clone()), &now, out);
    }
    // A broadcast is one line.
    let mut sent: Vec<(String, Vec<String>)> = Vec::new();
    for one in event["sent"].as_array().into_iter().flatten() {
        let lost = one["lost"].as_str().map_or(String::new(), |lost| format!(" (lost: {lost})"));
        let to = format!("{}{lost}", plain(&one["to"]));
        let what = format!("{} \"{}\"", plain(&one["kind"]), plain(&one["label"]));
        match sent.iter_mut().find(|(known, _)| *known == what) {
            Some((_, all)) => all.push(to),
            None => sent.push((what, vec![to])),
        }
    }
    sent.iter().for_each(|(what, to)| out.push_str(&format!("  sends {what} to {}\n", to.join(", "))));
    for broken in event["broken"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "  BROKEN {}: {}", plain(&broken["property"]), plain(&broken["text"]));
    }
}

fn transcript(text: &str) -> String {
    let mut session = Session::open(text).expect("the gallery's scenarios can be read");
    session.finish();
    let mut lines = Ndjson::new(&session);
    let (mut out, mut known) = (String::new(), Known::new());
    while out.len() < LENGTH {
        let piece = lines.piece(&session, 1);
        if piece.is_empty() {
            return out;
        }
        told(&serde_json::from_str(&piece).expect("a line of JSON"), &mut known, &mut out);
    }
    let _ = writeln!(out, "… to #{}", session.last());
    out
}

/// After a change that is meant to change them: `BLESS=1 cargo test --test core transcripts`.
#[test]
fn the_transcripts_are_those_on_record() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let bless = std::env::var_os("BLESS").is_some();
    let mut names = BTreeSet::new();
    for exhibit in gallery() {
        let name = format!("{}.txt", exhibit.file);
        let (path, now) = (folder.join(&name), transcript(exhibit.text));
        names.insert(name);
        if bless {
            fs::write(path, now).expect("a transcript can be written");
            continue;
        }
        let record = fs::read_to_string(path).unwrap_or_default();
        let differs = now.lines().zip(record.lines()).enumerate().find(|(_, (now, then))| now != then);
        if let Some((place, (now, then))) = differs {
            panic!("{}, line {}:\n- {then}\n+ {now}\nIs it meant to change?", exhibit.file, place + 1);
        }
        assert_eq!(now.len(), record.len(), "{} ends elsewhere", exhibit.file);
    }
    let files = fs::read_dir(&folder).expect("the folder is there").map(|file| file.expect("a file"));
    let mut size = 0;
    for file in files {
        let name = file.file_name().into_string().expect("a name");
        size += file.metadata().expect("a size").len();
        assert!(names.contains(&name), "{name} is of no scenario");
    }
    let each = size / names.len() as u64;
    assert!(each < 6_000, "{each} bytes a transcript: nobody reads that");
}

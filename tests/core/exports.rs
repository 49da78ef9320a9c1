//! What a run leaves for other tools: each line of a trace is what the schema says, and tells the truth.

use consensus_playground::kernel::{MessageId, NodeId};
use consensus_playground::scenario::Session;
use consensus_playground::scenario::export::{history, ndjson};
use consensus_playground::scenario::gallery::gallery;
use serde_json::{Value, json};

fn schema() -> Value {
    serde_json::from_str(include_str!("../../src/scenario/trace.schema.json")).expect("the schema is JSON")
}

/// Where a value is not what a schema says, for the words of JSON Schema that ours uses. A word that is not known here is
/// an error, so that none goes unheard.
fn faults(root: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let rules = schema.as_object().expect("a schema is an object");
    for (word, rule) in rules {
        let holds = match word.as_str() {
            "$schema" | "title" | "description" | "$defs" | "properties" => true,
            "$ref" => {
                let place = rule.as_str().and_then(|rule| rule.strip_prefix('#')).expect("a place in the schema");
                faults(root, root.pointer(place).expect("it is there"), value, path, found);
                true
            }
            "type" => match rule {
                Value::Array(all) => all.iter().any(|one| is(value, one)),
                one => is(value, one),
            },
            "enum" => rule.as_array().expect("a list").contains(value),
            "const" => rule == value,
            "minimum" => value.as_u64() >= rule.as_u64(),
            "pattern" => node(value.as_str().unwrap_or_default()),
            "required" => rule.as_array().expect("a list").iter().all(|key| value.get(key.as_str().unwrap()).is_some()),
            "items" => {
                value.as_array().into_iter().flatten().for_each(|one| faults(root, rule, one, path, found));
                true
            }
            "additionalProperties" => {
                for (key, one) in value.as_object().into_iter().flatten() {
                    let path = format!("{path}/{key}");
                    match (schema.pointer(&format!("/properties/{key}")), rule) {
                        (Some(known), _) => faults(root, known, one, &path, found),
                        (None, Value::Bool(false)) => found.push(format!("{path} is unknown")),
                        (None, other) => faults(root, other, one, &path, found),
                    }
                }
                true
            }
            _ => panic!("`{word}` is not understood here"),
        };
        if !holds {
            found.push(format!("{path}: {value} against {word} {rule}"));
        }
    }
}

fn is(value: &Value, kind: &Value) -> bool {
    match kind.as_str().expect("a type's name") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        other => panic!("no type {other}"),
    }
}

/// The one pattern of the schema.
fn node(text: &str) -> bool {
    let digits = text.strip_prefix('c').unwrap_or(text);
    digits.parse::<u16>().is_ok_and(|number| number > 0) && !digits.starts_with('0')
}

fn lines(session: &Session) -> Vec<Value> {
    ndjson(session)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn finished(text: &str) -> Session {
    let mut session = Session::open(text).unwrap_or_else(|error| panic!("{error}"));
    session.finish();
    session
}

#[test]
fn every_trace_of_the_gallery_is_what_the_schema_says() {
    let schema = schema();
    for exhibit in gallery() {
        let session = finished(exhibit.text);
        let all = lines(&session);
        assert_eq!(all.len() as u32, session.event(), "{}", exhibit.file);
        for (place, line) in all.iter().enumerate() {
            assert_eq!(line["event"], place + 1);
            let mut found = Vec::new();
            faults(&schema, &schema, line, "", &mut found);
            assert!(found.is_empty(), "{}: {found:?}\n{line}", exhibit.file);
        }
        same_as_shown(&session, &all);
    }
}

/// A line's state, sentences and messages are those that the page shows of that event.
fn same_as_shown(session: &Session, all: &[Value]) {
    for line in all.iter().step_by(7) {
        let id = line["event"].as_u64().expect("a number") as u32;
        let explanation = session.explain(id).expect("every event can be explained");
        let sentences: Vec<_> =
            line["rules"].as_array().into_iter().flatten().map(|rule| rule["sentence"].clone()).collect();
        let told: Vec<_> = explanation.rules.iter().map(|(_, sentence)| json!(sentence)).collect();
        assert_eq!(sentences, told, "event {id}");
        let notes: Vec<_> = line["notes"].as_array().into_iter().flatten().cloned().collect();
        // What was done is the page's title of the event.
        let told = explanation.deed.iter().chain(&explanation.notes).map(|note| json!(note));
        assert_eq!(notes, told.collect::<Vec<_>>(), "event {id}");
    }
    let last = all.iter().rev().find(|line| line.get("state").is_some()).expect("somebody did something");
    let node = NodeId::replica(last["node"].as_str().expect("a node").parse().expect("a replica"));
    let view = session.world().node(node).and_then(|view| view.replica).expect("it shows something");
    assert_eq!((&last["role"], &last["state"]["committed"]), (&json!(view.role), &json!(view.committed)));
    for field in &view.fields {
        assert_eq!(last["state"]["fields"][field.name], json!(field.value), "{}", field.name);
    }
}

const LOSSES: &str = "protocol raft
replicas 3
seed 4
network latency 5ms
at 1s crash leader
restart all disk lost
at 2s partition 1 | 2 3
at 2.1s network loss 50%
at 2.5s heal
request put x 7 from c2
run 4s
network manual
fire heartbeat of leader
drop append-entries
network automatic
run 1s
";

#[test]
fn what_a_trace_validation_needs_is_there() {
    let session = finished(LOSSES);
    let all = lines(&session);
    let blank: Vec<_> = all.iter().filter(|line| line.get("disk").is_some()).map(|line| line["what"].clone()).collect();
    assert_eq!(blank, ["restart"]);
    // Every message is told where it was sent, with its contents and what became of it there.
    let sent: Vec<_> = all.iter().flat_map(|line| line["sent"].as_array().into_iter().flatten()).collect();
    assert_eq!(sent.len() as u32, session.world().counts().messages);
    let ids: Vec<_> = sent.iter().map(|message| message["id"].as_u64().unwrap()).collect();
    assert!(ids.is_sorted(), "in the order in which they were sent");
    for message in &sent {
        let record = session.trace().message(MessageId(message["id"].as_u64().unwrap() as u32)).unwrap();
        assert_eq!(message["sent"], record.sent);
        assert!(
            message["fields"].get("term").is_some()
                || message["from"].as_str().unwrap().starts_with('c')
                || message["to"].as_str().unwrap().starts_with('c'),
            "{message}"
        );
    }
    let lost = |how: &str| sent.iter().filter(|message| message["lost"] == how).count();
    assert!(lost("by chance") > 0 && lost("cut") > 0 && lost("dropped") == 0);
    let dropped: Vec<_> = all.iter().filter(|line| line["message"]["lost"] == "dropped").collect();
    assert_eq!((dropped.len(), &dropped[0]["message"]["kind"]), (1, &json!("append-entries")));
    assert!(dropped[0]["message"]["fields"].get("term").is_some());
    let asked: Vec<_> = all.iter().filter_map(|line| line.get("request")).collect();
    assert_eq!(asked, [&json!({"client": "c2", "number": 1, "command": "put x 7"})]);
    let answered: Vec<_> = all.iter().filter_map(|line| line.get("answer")).collect();
    assert_eq!(answered, [&json!({"client": "c2", "number": 1, "command": "put x 7", "result": "ok"})]);
    assert!(
        all.iter().any(|line| line["rules"].as_array().is_some_and(|rules| rules.len() > 1)),
        "all rules of an event"
    );
}

#[test]
fn a_history_is_a_line_for_each_operation() {
    let session = finished(
        "protocol raft\nreplicas 3\nseed 1\nat 1s request put x a\"b from c1\nat 1.5s request get x from c2\n\
         at 2s request add n 5 from c1\nat 2.5s crash all\nrequest get x from c3\nrun 1s\n",
    );
    let all: Vec<Value> = history(&session).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> =
        all.iter().map(|one| json!([one["client"], one["key"], one["op"], one["value"], one["result"]])).collect();
    assert_eq!(
        told,
        [
            json!(["c1", "x", "write", "a\"b", "ok"]),
            json!(["c2", "x", "read", null, "a\"b"]),
            json!(["c1", "n", "add", "5", "5"]),
            json!(["c3", "x", "read", null, null]),
        ]
    );
    assert_eq!((all[0]["call"].as_u64(), all[1]["call"].as_u64()), (Some(1_000_000), Some(1_500_000)));
    for one in &all[..3] {
        assert!(
            one["call"].as_u64() < one["return"].as_u64() && one["callEvent"].as_u64() < one["returnEvent"].as_u64()
        );
    }
    assert_eq!((&all[3]["return"], &all[3]["returnEvent"]), (&Value::Null, &Value::Null));
    assert_eq!((&all[2]["number"], &all[2]["command"]), (&json!(2), &json!("add n 5")));
}

/// What comes from a scenario can't break out of its quotes, nor steer a terminal.
#[test]
fn hostile_words_stay_words() {
    let session =
        finished("protocol raft\nreplicas 3\nseed 1\nat 1s request put \u{1b}[2J\"\\ \u{9b}31m\u{202e}\nrun 1s\n");
    let text = ndjson(&session) + &history(&session);
    assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control() && letter != '\u{202e}'));
    let first: Value = serde_json::from_str(history(&session).trim()).unwrap();
    assert_eq!((&first["key"], &first["value"]), (&json!("\u{1b}[2J\"\\"), &json!("\u{9b}31m\u{202e}")));
}

//! What a run leaves for other tools: a line of JSON for each event, the clients' operations, and a log for ShiViz with
//! vector clocks.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Session;
use super::json::Object;
use crate::checker::History;
use crate::kernel::{EventId, NodeId, Touch, What};

pub use super::ndjson::Ndjson;

/// The trace as one text; see [`Ndjson`].
pub fn ndjson(session: &Session) -> String {
    let mut lines = Ndjson::new(session);
    std::iter::from_fn(|| lines.next_part()).collect()
}

/// What clients asked and were told, a line of JSON for each operation, in the order in which they began: for a checker of
/// linearizability of one's own. The native command's help says what a line holds.
pub fn history(session: &Session) -> String {
    let at = |event: u32| session.trace().event(EventId(event)).map(|event| event.at);
    let mut out = String::new();
    for lane in History::of(session.world()).operations {
        let access = lane.access.as_ref();
        let (op, value) = match access.map(|access| &access.touch) {
            None => (None, None),
            Some(Touch::Read) => (Some("read"), None),
            Some(Touch::Write(value)) => (Some("write"), Some(value.to_string())),
            Some(Touch::Add(amount)) => (Some("add"), Some(amount.to_string())),
            Some(Touch::Swap(from, to)) => (Some("swap"), Some(format!("{from} {to}"))),
        };
        let mut line = Object::begin(&mut out);
        line.text("client", &lane.id.client.to_string()).number("number", lane.id.number.into());
        line.text("command", &lane.command);
        line.maybe("key", access.map(|access| &*access.key)).maybe("op", op).maybe("value", value.as_deref());
        line.maybe("result", lane.told.as_deref());
        line.maybe_number("call", at(lane.start)).maybe_number("return", at(lane.end));
        line.number("callEvent", lane.start.into());
        line.maybe_number("returnEvent", Some(lane.end).filter(|&end| end > 0).map(u64::from));
        line.end();
        out.push('\n');
    }
    out
}

/// The regular expression that ShiViz reads the log with.
pub const SHIVIZ_PATTERN: &str = r"(?<host>\S+) (?<clock>\{.*\})\n(?<event>.*)";

/// A log for ShiViz: each event with its vector clock. Events of the network as a whole happen nowhere and are left out.
pub fn shiviz(session: &Session) -> String {
    let (about, trace) = (session.world().descriptor(), session.trace());
    let mut clocks = BTreeMap::<NodeId, BTreeMap<NodeId, u32>>::new();
    let mut sent = BTreeMap::<u32, BTreeMap<NodeId, u32>>::new();
    let mut out = format!("{SHIVIZ_PATTERN}\n\n");
    for event in trace.events.iter() {
        let Some(node) = event.node else { continue };
        let clock = clocks.entry(node).or_default();
        if event.what == What::Deliver
            && let Some(theirs) = trace.message(event.message).and_then(|message| sent.get(&message.cause.0))
        {
            for (&other, &count) in theirs {
                let own = clock.entry(other).or_default();
                *own = count.max(*own);
            }
        }
        *clock.entry(node).or_default() += 1;
        sent.insert(event.id.0, clock.clone());
        let counts: Vec<_> = clock.iter().map(|(other, count)| format!(r#""{}":{count}"#, host(*other))).collect();
        let rule = event.rule.checked_sub(1).map_or("", |rule| about.rules[rule as usize].name);
        let kind = match event.what {
            What::Deliver | What::Lose => about.messages[event.kind as usize].name,
            What::Fire => about.timers[event.kind as usize].name,
            _ => "",
        };
        let words = [event.what.word(), kind, rule].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>();
        let _ = writeln!(
            out,
            "{} {{{}}}\n{} (event {}, {} us)",
            host(node),
            counts.join(","),
            words.join(" "),
            event.id.0,
            event.at
        );
    }
    out
}

fn host(node: NodeId) -> String {
    if node.is_client() { format!("client{}", node.number()) } else { format!("replica{node}") }
}

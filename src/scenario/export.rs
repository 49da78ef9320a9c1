//! What a run leaves for other tools: a line of JSON for each event, the clients' operations, and a log for ShiViz with
//! vector clocks.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Session;
use super::json::Object;
use crate::checker::History;
use crate::kernel::{Event, EventId, NodeId, RegisterOp, What};

pub use super::ndjson::Ndjson;

/// The trace as one text; see [`Ndjson`].
pub fn ndjson(session: &Session) -> String {
    Ndjson::new(session).piece(session, u32::MAX)
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
            Some(RegisterOp::Read) => (Some("read"), None),
            Some(RegisterOp::Write(value)) => (Some("write"), Some(value.to_string())),
            Some(RegisterOp::Add(amount)) => (Some("add"), Some(amount.to_string())),
            Some(RegisterOp::Swap(from, to)) => (Some("swap"), Some(format!("{from} {to}"))),
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
    Shiviz::default().piece(session, u32::MAX)
}

/// A vector clock: how many events each node had, by node.
type Counts = BTreeMap<NodeId, u32>;

/// A log for ShiViz that is written piece by piece, with the clocks that later pieces go on from.
#[derive(Default)]
pub struct Shiviz {
    /// How many events were written.
    done: u32,
    clocks: BTreeMap<NodeId, Counts>,
    /// The clocks of events in which messages were sent.
    sent: BTreeMap<u32, Counts>,
}

impl Shiviz {
    /// The number of the event that is written next.
    pub fn next(&self) -> u32 {
        self.done + 1
    }

    /// The log's next `count` events; before the first stands its head.
    pub fn piece(&mut self, session: &Session, count: u32) -> String {
        let first = self.done as usize;
        let mut out = if first == 0 { format!("{SHIVIZ_PATTERN}\n\n") } else { String::new() };
        for (place, event) in session.trace().events.range(first..first.saturating_add(count as usize)) {
            self.done = place as u32 + 1;
            self.entry(session, event, &mut out);
        }
        out
    }

    fn entry(&mut self, session: &Session, event: &Event, out: &mut String) {
        let Some(node) = event.node else { return };
        let (about, trace) = (session.world().descriptor(), session.trace());
        let clock = self.clocks.entry(node).or_default();
        if event.what == What::Deliver
            && let Some(theirs) = trace.message(event.message).and_then(|message| self.sent.get(&message.cause.0))
        {
            for (&other, &count) in theirs {
                let own = clock.entry(other).or_default();
                *own = count.max(*own);
            }
        }
        *clock.entry(node).or_default() += 1;
        self.sent.insert(event.id.0, clock.clone());
        let counts: Vec<_> = clock.iter().map(|(other, count)| format!(r#""{}":{count}"#, host(*other))).collect();
        let rule = event.rule.checked_sub(1).map_or("", |rule| about.rules[rule as usize].name);
        let kind = match event.what {
            What::Deliver | What::Lose => about.messages[event.kind as usize].name,
            What::Fire => about.timers[event.kind as usize].name,
            _ => "",
        };
        let words = [event.what.word(), kind, rule].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>();
        let (host, counts, words, id, at) = (host(node), counts.join(","), words.join(" "), event.id.0, event.at);
        let _ = writeln!(out, "{host} {{{counts}}}\n{words} (event {id}, {at} us)");
    }
}

fn host(node: NodeId) -> String {
    if node.is_client() { format!("client{}", node.number()) } else { format!("replica{node}") }
}

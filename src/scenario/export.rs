//! The trace for other tools: a line of JSON for each event, and a log for ShiViz with vector clocks.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Session;
use crate::kernel::{Event, NodeId, What};

/// Every event as a line of JSON. All words come from our own vocabulary, so that nothing needs to be escaped.
pub fn ndjson(session: &Session) -> String {
    ndjson_piece(session, 1, u32::MAX)
}

/// The lines of at most `count` events from number `from` on: a long trace passes the longest string that there is.
pub fn ndjson_piece(session: &Session, from: u32, count: u32) -> String {
    let first = from.max(1) as usize - 1;
    let mut out = String::new();
    for (_, event) in session.trace().events.range(first..first.saturating_add(count as usize)) {
        json_line(session, event, &mut out);
    }
    out
}

fn json_line(session: &Session, event: &Event, out: &mut String) {
    let (about, trace) = (session.world().descriptor(), session.trace());
    // Writing to a string can't fail.
    let _ = write!(out, r#"{{"event":{},"at":{},"cause":{}"#, event.id.0, event.at, event.cause.0);
    if let Some(node) = event.node {
        let _ = write!(out, r#","node":"{node}""#);
    }
    let _ = write!(out, r#","what":"{}""#, event.what.word());
    if let Some(message) = trace.message(event.message) {
        let kind = about.messages[message.kind as usize].name;
        let (id, from, to, sent) = (event.message.0, message.from, message.to, message.sent);
        let _ = write!(out, r#","message":{{"id":{id},"kind":"{kind}","from":"{from}","to":"{to}","sent":{sent}}}"#);
    }
    if event.what == What::Fire {
        let _ = write!(out, r#","timer":"{}""#, about.timers[event.kind as usize].name);
    }
    if let Some(rule) = event.rule.checked_sub(1) {
        let _ = write!(out, r#","rule":"{}""#, about.rules[rule as usize].name);
    }
    let _ = writeln!(out, r#","epoch":{},"decided":{},"violation":{}}}"#, event.epoch, event.decided, event.violation);
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

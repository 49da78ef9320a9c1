//! The trace as lines of JSON, one for each event: what `trace.schema.json` beside this file describes. Contents, sentences
//! and states are in no record: the run is replayed for them.

use std::collections::{BTreeMap, VecDeque};

use super::Session;
use super::json::{Object, list, string};
use super::moment::Moment;
use crate::checker;
use crate::kernel::{
    CellStatus, Contents, Detail, Event, EventId, Fate, HistoryEvent, MessageId, ReplicaView, RequestId, Structure,
    StructureKind, Time, Trace, What,
};

/// The lines of a trace, piece by piece, so that nobody has to hold all of them.
pub struct Ndjson {
    /// The run once more; `None` where it can't be opened or is over.
    moment: Option<Moment>,
    /// The words of the events since the last line.
    detail: Detail,
    /// Lines that are made and belong to a later piece.
    ready: VecDeque<String>,
    /// The last event that has its line.
    written: u32,
    /// What is on its way.
    flying: BTreeMap<MessageId, Contents>,
    /// How many records of the clients' history are told.
    calls: usize,
}

impl Ndjson {
    /// From the first event of a session on.
    pub fn new(session: &Session) -> Self {
        let (scenario, mut trace) = (session.scenario(), Trace::explaining());
        let setup = scenario.setup();
        let mut world = (scenario.entry.open)(&setup, &mut trace).ok();
        world.iter_mut().for_each(|world| checker::watch(world, !setup.disks.is_empty()));
        let detail = trace.detail.map(|detail| *detail).unwrap_or_default();
        let (moment, flying, ready) =
            (world.map(|world| Moment::new(world, scenario)), BTreeMap::new(), VecDeque::new());
        Ndjson { moment, detail, ready, written: 0, flying, calls: 0 }
    }

    /// The event whose line comes next.
    pub fn next(&self) -> u32 {
        self.written - self.ready.len() as u32 + 1
    }

    /// The lines of the next events of the session, at most `count`; empty when there are no more.
    pub fn piece(&mut self, session: &Session, count: u32) -> String {
        let mut out = String::new();
        for _ in 0..count {
            while self.ready.is_empty() && self.go_on(session) {}
            let Some(line) = self.ready.pop_front() else { break };
            out += &line;
            out.push('\n');
        }
        out
    }

    /// Makes the lines of one more tick; `false` when the run is over.
    fn go_on(&mut self, session: &Session) -> bool {
        self.lines(session);
        if self.written >= session.last() {
            return false;
        }
        let Some(moment) = &mut self.moment else { return false };
        let mut trace = Trace::explaining();
        if moment.tick(session.scenario(), Time::MAX, &mut trace).is_none() {
            self.moment = None;
        }
        self.detail = trace.detail.map(|detail| *detail).unwrap_or_default();
        true
    }

    /// The lines of the events that the replay has come to.
    fn lines(&mut self, session: &Session) {
        let reached = self.moment.as_ref().map_or(self.written, |moment| moment.world.counts().events);
        let detail = std::mem::take(&mut self.detail);
        // What a tick sent belongs to the event that sent it; a second copy that was made by hand, to the last one.
        let mut sent = BTreeMap::<EventId, Vec<MessageId>>::new();
        for message in detail.messages {
            let cause = session.trace().message(message.id).map_or(EventId(0), |record| record.cause);
            let event = if cause.0 > self.written { cause } else { EventId(reached) };
            sent.entry(event).or_default().push(message.id);
            self.flying.insert(message.id, message);
        }
        let detail = Detail { messages: Vec::new(), ..detail };
        for id in self.written + 1..=reached.min(session.last()) {
            let Some(event) = session.trace().event(EventId(id)) else { break };
            let mut line = String::new();
            self.line(session, event, &detail, sent.get(&event.id).map_or(&[], |sent| sent), &mut line);
            self.ready.push_back(line);
            self.written = id;
        }
    }

    fn line(&mut self, session: &Session, event: &Event, detail: &Detail, sent: &[MessageId], out: &mut String) {
        let about = session.world().descriptor();
        let mut line = Object::begin(out);
        line.number("event", event.id.0.into()).number("at", event.at).number("cause", event.cause.0.into());
        if let Some(node) = event.node {
            line.text("node", &node.to_string());
        }
        line.text("what", event.what.word());
        if detail.blank.contains(&event.id) {
            line.text("disk", "lost");
        }
        if event.message.0 > 0 {
            self.message(session, event, event.message, line.key("message"));
        }
        if event.what == What::Fire {
            line.text("timer", about.timers[event.kind as usize].name);
        }
        self.client(session, event.id, &mut line);
        Self::words(session, event, detail, &mut line);
        if !sent.is_empty() {
            list(line.key("sent"), sent, |out, id| self.message(session, event, *id, out));
        }
        if let Some((_, state)) = detail.states.iter().find(|(id, _)| *id == event.id) {
            line.text("role", state.role);
            write_state(state, line.key("state"));
        }
        line.number("epoch", event.epoch.into()).number("decided", event.decided.into());
        line.flag("violation", event.violation);
        let broken: Vec<_> = session.world().violations().iter().filter(|found| found.event == event.id).collect();
        if !broken.is_empty() {
            list(line.key("broken"), broken, |out, found| {
                let mut one = Object::begin(out);
                one.text("property", found.property).text("text", &found.text);
                one.end();
            });
        }
        line.end();
        for id in sent {
            if self.flying.get(id).is_some_and(|message| message.fate != Fate::Flying) {
                self.flying.remove(id);
            }
        }
        if matches!(event.what, What::Deliver | What::Lose) {
            self.flying.remove(&event.message);
        }
    }

    /// The rules that were carried out, and what else is told of an event.
    fn words(session: &Session, event: &Event, detail: &Detail, line: &mut Object<'_>) {
        let rules = session.world().descriptor().rules;
        if let Some(rule) = event.rule.checked_sub(1) {
            line.text("rule", rules[rule as usize].name);
        }
        let carried_out: Vec<_> = detail.rules.iter().filter(|(id, ..)| *id == event.id).collect();
        if !carried_out.is_empty() {
            list(line.key("rules"), carried_out, |out, (_, rule, sentence)| {
                let mut one = Object::begin(out);
                one.text("rule", rules[*rule as usize].name).text("sentence", sentence);
                one.end();
            });
        }
        let deeds = detail.deeds.iter().filter(|(id, _)| *id == event.id);
        let deeds = deeds.flat_map(|(_, deed)| std::iter::once(&deed.done).chain(&deed.means));
        let notes = detail.notes.iter().filter(|(id, _)| *id == event.id).map(|(_, note)| note);
        let notes: Vec<_> = deeds.chain(notes).filter(|note| !note.is_empty()).collect();
        if !notes.is_empty() {
            list(line.key("notes"), notes, |out, note| string(note, out));
        }
    }

    /// What a client was to ask, or was told.
    fn client(&mut self, session: &Session, event: EventId, line: &mut Object<'_>) {
        let world = session.world();
        while let Some(call) = world.history().get(self.calls).filter(|call| call.event <= event) {
            self.calls += 1;
            let Some(client) = call.node.filter(|_| call.event == event) else { continue };
            let (key, number) = match &call.what {
                HistoryEvent::Asked(number) => ("request", *number),
                HistoryEvent::Told(number, _) => ("answer", *number),
                HistoryEvent::Faults(_) => continue,
            };
            let mut one = Object::begin(line.key(key));
            one.text("client", &client.to_string()).number("number", number.into());
            one.text("command", &world.command(RequestId { client, number }));
            if let HistoryEvent::Told(_, told) = &call.what {
                one.text("result", told);
            }
            one.end();
        }
    }

    /// A message, as it is told in an event: the one that sent it, or in which it came to its end or was tampered with.
    fn message(&self, session: &Session, event: &Event, id: MessageId, out: &mut String) {
        let mut one = Object::begin(out);
        one.number("id", id.0.into());
        let contents = self.flying.get(&id);
        if let Some(message) = session.trace().message(id) {
            let kind = session.world().descriptor().messages[message.kind as usize].name;
            one.text("kind", kind).text("from", &message.from.to_string()).text("to", &message.to.to_string());
            one.number("sent", message.sent);
            let lost = match (event.message == id, event.what) {
                (true, What::Lose) => lost(message.fate),
                (true, _) => None,
                (false, _) => contents.and_then(|contents| lost(contents.fate)),
            };
            if let Some(lost) = lost {
                one.text("lost", lost);
            }
            if message.twin {
                one.flag("copy", true);
            }
        }
        if let Some(Contents { label, fields, .. }) = contents {
            one.text("label", label).fields("fields", fields);
        }
        one.end();
    }
}

/// How a message was lost, in a word; `None` while it is not.
fn lost(fate: Fate) -> Option<&'static str> {
    match fate {
        Fate::Flying | Fate::Delivered => None,
        Fate::Lost => Some("by chance"),
        Fate::Cut => Some("cut"),
        Fate::Dead => Some("crashed"),
        Fate::Dropped => Some("dropped"),
        Fate::Unlinked => Some("no link"),
    }
}

fn write_state(state: &ReplicaView, out: &mut String) {
    let mut one = Object::begin(out);
    one.number("committed", state.committed).fields("fields", &state.fields);
    for Structure { kind, cells, .. } in &state.structures {
        list(one.key(kind.word()), cells, |out, cell| {
            let mut entry = Object::begin(out);
            let reached = match cell.status {
                CellStatus::Pending => "pending",
                CellStatus::Prepared => "prepared",
                CellStatus::Committed => "committed",
            };
            let (number, label) = match kind {
                StructureKind::Log => ("slot", "entry"),
                StructureKind::Tree => ("block", "label"),
                StructureKind::Value => ("number", "value"),
                StructureKind::Grid => ("row", "label"),
                StructureKind::Points => ("round", "place"),
                StructureKind::Graph => ("vertex", "label"),
                StructureKind::Population => ("group", "label"),
            };
            entry.number(number, cell.id).number("epoch", cell.epoch).text(label, &cell.label).text("is", reached);
            if cell.lane > 0 {
                entry.number("lane", cell.lane.into());
            }
            if !cell.parents.is_empty() {
                list(entry.key("parents"), &cell.parents, |out, parent| out.push_str(&parent.to_string()));
            }
            entry.end();
        });
    }
    one.end();
}

//! A run at work: what happens in an event, from the queue to the record.

use std::rc::Rc;

use super::queue::{Due, Flight, TimerSlot};
use super::state::{Body, Question, Run};
use crate::kernel::data::ids::{EventId, MessageId, NodeId, RequestId, SECOND, Time};
use crate::kernel::data::limits::{Limit, MESSAGES_IN_FLIGHT, WAITING_REQUESTS};
use crate::kernel::data::random::{between, draw};
use crate::kernel::descriptor::rules::Told;
use crate::kernel::descriptor::view::{Fields, Health};
use crate::kernel::node::mailbox::Envelope;
use crate::kernel::node::nodes::{Agents, Call, Wish};
use crate::kernel::protocol::effects::stream_of;
use crate::kernel::record::client_history::{self as calls, HistoryEvent};
use crate::kernel::record::trace::{Contents, Event, Fate, MessageRecord, Trace, What, roll_event, roll_message};
use crate::kernel::record::verdicts::{Decision, Finding, Outcome, Shown, Violation};

/// How many requests that are left out one step passes over.
const MOST_PASSED: u32 = 10_000;

/// A run, its protocol's agents, and the record that is kept of it.
pub(crate) struct Execution<'a> {
    pub run: &'a mut Run,
    pub agents: &'a mut Agents,
    pub trace: &'a mut Trace,
}

/// What one event is about, before it is carried out.
#[derive(Clone, Copy)]
struct Cue {
    what: What,
    node: Option<NodeId>,
    kind: u8,
    message: MessageId,
    cause: EventId,
}

fn simple(what: What, node: NodeId) -> Cue {
    Cue { what, node: Some(node), kind: 0, message: MessageId(0), cause: EventId(0) }
}

impl Execution<'_> {
    /// Starts all replicas, in the order of their numbers.
    pub fn boot_all(&mut self) {
        for node in self.run.nodes() {
            self.boot(node, What::Boot);
        }
    }

    /// Carries out the next event and gives its number; `None` where none is due by `limit`. A request that a workload
    /// leaves out is no event: then the one after it is, unless nothing but such requests follows for long.
    pub fn step(&mut self, limit: Time) -> Option<EventId> {
        let before = self.run.counts.events;
        for passed in 0..MOST_PASSED {
            if self.run.peek().is_none_or(|due| due > limit) {
                return (passed > 0).then_some(EventId(before));
            }
            let entry = self.run.queue.pop()?;
            self.run.now = self.run.now.max(entry.at);
            match entry.due {
                Due::Flight(place) => self.arrive(place),
                Due::Timer(node, key) => self.fire(node, key),
                Due::Workload => self.work(),
            }
            if self.run.counts.events > before {
                break;
            }
        }
        Some(EventId(self.run.counts.events))
    }

    /// A message comes to its end: it is handled, or lost.
    pub fn arrive(&mut self, place: u32) {
        let Some(&Flight { from, to, .. }) = self.run.flights.get(place) else { return };
        if self.run.health(to) == Health::Crashed {
            self.lose(place, Fate::Dead);
        } else if let Some(fate) = self.run.network.barrier(from, to).filter(|_| from != to) {
            self.lose(place, fate);
        } else {
            self.end(place, What::Deliver, Fate::Delivered, Some(Call::Deliver(place, from)));
        }
    }

    /// A message is lost, on its way or at a crashed replica.
    pub fn lose(&mut self, place: u32, fate: Fate) {
        self.end(place, What::Lose, fate, None);
        self.agents.drop_message(place);
    }

    fn end(&mut self, place: u32, what: What, fate: Fate, call: Option<Call>) {
        let Some(flight) = self.run.flights.take(place) else { return };
        self.trace.ended(flight.id, fate, self.run.now);
        // What a person drops has no cause within the run.
        let cause = if fate == Fate::Dropped { EventId(0) } else { flight.cause };
        let cue = Cue { what, node: Some(flight.to), kind: flight.stamp.kind, message: flight.id, cause };
        let second = self.run.second_at(flight.to, flight.from, flight.stamp.second);
        self.at_incarnation(flight.to, second, |stage| stage.event(cue, call));
    }

    /// A timer fires: due or forced.
    pub fn fire(&mut self, node: NodeId, key: u32) {
        let second = !self.run.body_mut(node).timers.iter().any(|slot| slot.key == key);
        self.at_incarnation(node, second, |stage| {
            let timers = &mut stage.run.body_mut(node).timers;
            let Some(place) = timers.iter().position(|slot| slot.key == key) else { return };
            let cause = timers.remove(place).cause;
            let kind = stage.agents.timer_kind(node, place);
            stage.event(Cue { kind, cause, ..simple(What::Fire, node) }, Some(Call::Fire(place)));
        });
    }

    fn work(&mut self) {
        let Some(workload) = &mut self.run.workload else { return };
        let (count, keys) = (workload.count, workload.keys);
        let client = NodeId::client((count % u64::from(workload.clients)) as usize + 1);
        workload.count += 1;
        let due = self.run.now + SECOND / u64::from(workload.rate);
        workload.order = self.run.queue.order();
        self.run.queue.push(due, workload.order, Due::Workload);
        if self.run.body(client).is_some_and(|body| body.waiting >= WAITING_REQUESTS) {
            self.run.counts.dropped += 1;
            return;
        }
        let command = self.agents.work(count, draw(self.run.seed, 0x3_0000_0000, count), keys);
        self.request(client, command, None);
    }

    /// A client asks for something.
    pub fn request(&mut self, client: NodeId, command: Rc<dyn Shown>, to: Option<NodeId>) {
        while self.run.clients.len() < client.number() {
            self.run.clients.push(Body::default());
        }
        self.run.counts.requests += 1;
        self.run.body_mut(client).waiting += 1;
        let id = RequestId { client, number: self.agents.enlist(client, &command) };
        if self.trace.detail.is_some() {
            let text = format!("Client {client} asks for {command}.");
            self.note(EventId(self.run.counts.events + 1), text);
        }
        let event = EventId(self.run.counts.events + 1);
        self.run.calls.push(calls::HistoryRecord { event, node: Some(client), what: HistoryEvent::Asked(id.number) });
        if let Some(watch) = &mut self.run.watch {
            watch.asked(id, event, &|id| self.agents.access(id));
        }
        self.event(simple(What::Request, client), Some(Call::Request(id, command, to)));
    }

    /// A replica starts, or starts again, in both incarnations where it has two.
    pub fn boot(&mut self, node: NodeId, what: What) {
        self.run.body_mut(node).health = Health::Up;
        self.event(simple(what, node), Some(Call::Boot));
        if self.run.body_mut(node).other.is_some() {
            self.at_incarnation(node, true, |stage| stage.event(simple(what, node), Some(Call::Boot)));
        }
    }

    /// A replica crashes: its volatile state, its timers and what it had not persisted are gone.
    pub fn crash(&mut self, node: NodeId, cause: EventId) {
        self.agents.crash(node, false);
        let body = self.run.body_mut(node);
        body.timers.clear();
        body.other.iter_mut().for_each(Vec::clear);
        body.health = Health::Crashed;
        body.countdown = None;
        self.run.questions.retain(|question| question.node != node);
        self.release_held(node);
        self.event(Cue { cause, ..simple(What::Crash, node) }, None);
    }

    /// What waited at a paused replica comes up again now, in the order in which it came.
    pub fn release_held(&mut self, node: NodeId) {
        let run = &mut *self.run;
        // With the old times and orders, even if they have passed: whether anybody looked at the queue in the meantime
        // (and so took the entries out) must make no difference.
        for place in run.flights.places(&|flight| flight.held && flight.to == node) {
            let Some(flight) = run.flights.get_mut(place) else { continue };
            flight.held = false;
            run.queue.push(flight.due, flight.order, Due::Flight(place));
        }
        for slot in run.replicas[node.index()].all_timers() {
            if slot.queued == Time::MAX {
                slot.queued = slot.due;
                run.queue.push(slot.due, slot.order, Due::Timer(node, slot.key));
            }
        }
    }

    /// An answer from outside reaches the replica that asked.
    pub fn answer(&mut self, place: usize, answer: String) {
        let Question { node, text, event, second } = self.run.questions.remove(place);
        self.note(EventId(self.run.counts.events + 1), format!("Agent {node} answers: {answer}."));
        let cue = Cue { cause: event, ..simple(What::Answer, node) };
        self.at_incarnation(node, second, |stage| stage.event(cue, Some(Call::Answer(text, answer))));
    }

    /// An event that changes no replica from within.
    pub fn mark(&mut self, what: What, node: Option<NodeId>, message: MessageId) {
        self.event(Cue { what, node, kind: 0, message, cause: EventId(0) }, None);
    }

    /// The frame of every event: number it, carry it out, look at its node, check the properties, record it.
    fn event(&mut self, cue: Cue, call: Option<Call>) {
        self.run.counts.events += 1;
        let mut event = Event {
            at: self.run.now,
            id: EventId(self.run.counts.events),
            cause: cue.cause,
            message: cue.message,
            epoch: 0,
            node: cue.node,
            what: cue.what,
            kind: cue.kind,
            role: 0,
            rule: 0,
            decided: 0,
            violation: false,
        };
        let mut told = Vec::new();
        if let (Some(node), Some(call)) = (cue.node, call) {
            if self.run.body_mut(node).second {
                self.note(event.id, format!("This is the second incarnation of {node}."));
            }
            let (draws, aloud) = (self.run.body_mut(node).draws, self.trace.detail.is_some());
            self.run.body_mut(node).draws = self.agents.call(node, call, draws, aloud);
            self.carry_out(node, &mut event, &mut told);
        }
        let replica = cue.node.filter(|node| !node.is_client());
        if let Some(status) = replica.and_then(|node| self.agents.status(node)) {
            (event.role, event.epoch) = (status.role, crate::kernel::node::nodes::shown(status.epoch));
        }
        self.check(&mut event);
        roll_event(&mut self.run.hasher, &event);
        self.book(&mut event);
        self.tell(event.id, told);
        self.trace.push(event);
        if let (Some(detail), Some(node)) = (&mut self.trace.detail, replica) {
            detail.states.push((event.id, self.agents.view(node)));
        }
        // The crash that was ordered "after so many sends" comes when the last of them is out.
        if let Some(node) = replica.filter(|node| self.run.body_mut(*node).countdown == Some(0)) {
            self.crash(node, event.id);
        }
    }

    fn check(&mut self, event: &mut Event) {
        let run = &mut *self.run;
        if let Some(node) = event.node
            && (node.is_client() || !run.replicas.as_slice()[node.index()].traitor)
        {
            self.agents.observe(event, &mut run.report);
        }
        if !run.report.found.is_empty() {
            let found = std::mem::take(&mut run.report.found);
            self.broken(event, found);
        }
    }

    /// What needs no place in the hash: the record of faults, and what the watch has found.
    fn book(&mut self, event: &mut Event) {
        if matches!(event.what, What::Crash | What::Restart | What::Pause | What::Resume | What::Meddle | What::Network)
        {
            let what = HistoryEvent::Faults(self.run.faults(event.node));
            self.run.calls.push(calls::HistoryRecord { event: event.id, node: event.node, what });
        }
        if !self.run.aside.found.is_empty() {
            let found = std::mem::take(&mut self.run.aside.found);
            self.broken(event, found);
        }
    }

    fn broken(&mut self, event: &mut Event, found: Vec<Finding>) {
        let run = &mut *self.run;
        for finding in found {
            event.violation = true;
            // One of each property tells the story; a broken run would else fill the list.
            if run.violations.iter().filter(|v| v.property == finding.property).count() < 8 {
                run.violations.push(Violation {
                    property: finding.property,
                    event: event.id,
                    at: event.at,
                    text: finding.text,
                    evidence: finding.evidence,
                    nodes: finding.nodes,
                });
            }
        }
    }

    /// Carries out what a handler wanted, in order; a crash that is due cuts the list. Sentences are put aside.
    fn carry_out(&mut self, me: NodeId, event: &mut Event, aside: &mut Vec<(u8, Told)>) {
        let mut milestone = false;
        loop {
            if self.run.body_mut(me).countdown == Some(0) {
                return self.agents.stop();
            }
            let Some(wish) = self.agents.wish(me) else { return };
            match wish {
                Wish::Send(to, letter) => {
                    let envelope = Envelope::new(letter, self.run.body_mut(me).second);
                    match to {
                        Some(to) => self.send(me, to, &envelope, event.id),
                        None => self.broadcast(me, &envelope, event.id),
                    }
                }
                Wish::SetTimer(place, after) => self.set_timer(me, place, after, event.id),
                Wish::CancelTimer(place) => drop(self.run.body_mut(me).timers.remove(place)),
                Wish::Decide(slot, value) => self.decide(me, slot, value, event),
                Wish::Complete(request, told) => {
                    self.run.counts.completed += 1;
                    let client = self.run.body_mut(me);
                    client.waiting = client.waiting.saturating_sub(1);
                    self.told(request, told.into(), event.id);
                }
                Wish::Ask(text) => {
                    let second = self.run.body_mut(me).second;
                    self.run.questions.push(Question { node: me, text, event: event.id, second });
                }
                Wish::Rule(index, told) => {
                    if !milestone {
                        event.rule = index + 1;
                        milestone = self.agents.descriptor().rules[index as usize].milestone;
                    }
                    if self.trace.detail.is_some() {
                        aside.push((index, told));
                    }
                }
            }
        }
    }

    /// The client has this outcome of its request.
    fn told(&mut self, id: RequestId, told: calls::Word, event: EventId) {
        if self.trace.detail.is_some() {
            self.note(event, format!("Client {} has its answer to {id}: {told}.", id.client));
        }
        if let Some(watch) = &mut self.run.watch {
            watch.told(id, &told, (event, self.run.now), &|id| self.agents.access(id), &mut self.run.aside);
        }
        self.run.calls.push(calls::HistoryRecord {
            event,
            node: Some(id.client),
            what: HistoryEvent::Told(id.number, told),
        });
    }

    fn note(&mut self, event: EventId, text: String) {
        if let Some(detail) = &mut self.trace.detail {
            detail.notes.push((event, text));
        }
    }

    fn broadcast(&mut self, me: NodeId, envelope: &Envelope, cause: EventId) {
        let topology = self.run.network.topology().clone();
        for &to in topology.neighbours(me) {
            if self.run.body_mut(me).countdown == Some(0) {
                return;
            }
            self.send(me, to, envelope, cause);
        }
    }

    fn decide(&mut self, me: NodeId, slot: u64, value: Rc<dyn Shown>, event: &mut Event) {
        if self.run.body_mut(me).traitor {
            return;
        }
        let decision = Decision { value: value.clone(), by: me, event: event.id, at: event.at };
        let (valid, outcome) = self.agents.decide(slot, decision);
        event.decided = event.decided.saturating_add(1);
        if self.trace.detail.is_some() {
            let about = self.agents.descriptor();
            self.note(event.id, format!("{} decides on {} {slot}: {value}.", about.named(me), about.slot));
        }
        if !valid {
            let about = self.agents.descriptor();
            let (who, what) = (about.called(me), about.slot);
            let text = format_args!("On {what} {slot}, {who} decides {value}, but nobody asked for that.");
            self.run.report.broken("validity", text, &[me]);
        }
        match outcome {
            Outcome::First => self.run.counts.last_decision = self.run.now,
            Outcome::Same => {}
            Outcome::Conflict(was, first, when) => {
                let about = self.agents.descriptor();
                let (who, what) = (about.called(me), about.slot);
                let other = if first == me { "it".into() } else { about.called(first) };
                let before = match (first == me, self.run.body(me).is_some_and(|body| body.lost_disk)) {
                    (true, true) => " before it lost its disk",
                    (true, false) => " before",
                    _ => "",
                };
                let text = format_args!("On {what} {slot}, {who} decides {value}, but {other} decided {was}{before}.");
                let nodes = if first == me { &[me][..] } else { &[first, me] };
                self.run.report.broken_since("agreement", text, nodes, &[when]);
            }
        }
    }

    /// The one place where messages leave a node: here Byzantine behaviour acts, here the network takes over.
    fn send(&mut self, from: NodeId, to: NodeId, envelope: &Envelope, cause: EventId) {
        if self.run.hidden(from, to) {
            return;
        }
        let body = self.run.body_mut(from);
        if let Some(countdown) = &mut body.countdown {
            *countdown -= 1;
        }
        match &body.byzantine {
            Some(behaviour) if from != to => {
                let behaviour = behaviour.clone();
                self.betray(&behaviour, from, to, envelope, cause);
            }
            _ => self.hand_on(from, to, envelope, 0, cause),
        }
    }

    /// The network takes a message over.
    pub fn hand_on(&mut self, from: NodeId, to: NodeId, envelope: &Envelope, late: Time, cause: EventId) {
        let now = self.run.now;
        if from == to {
            self.launch(from, to, envelope, (now, Fate::Flying, false), cause);
        } else if let Some(fate) = self.run.network.barrier(from, to) {
            let due = now + self.run.network.link(from, to).latency.least();
            self.launch(from, to, envelope, (due, fate, false), cause);
        } else {
            self.pass(from, to, envelope, late, cause);
        }
    }

    fn pass(&mut self, from: NodeId, to: NodeId, envelope: &Envelope, late: Time, cause: EventId) {
        if self.run.network.manual {
            return self.launch(from, to, envelope, (Time::MAX, Fate::Flying, false), cause);
        }
        let passage = self.run.network.carry(from, to, self.run.now);
        let fate = if passage.lost { Fate::Lost } else { Fate::Flying };
        self.launch(from, to, envelope, (passage.due + late, fate, false), cause);
        if let Some(due) = passage.twin {
            self.launch(from, to, envelope, (due + late, fate, true), cause);
        }
    }

    /// A message gets its number, its record and, unless it is lost already, its place among the flights.
    pub fn launch(
        &mut self,
        from: NodeId,
        to: NodeId,
        Envelope { letter, stamp }: &Envelope,
        (due, fate, twin): (Time, Fate, bool),
        cause: EventId,
    ) {
        let (run, stamp) = (&mut *self.run, *stamp);
        run.counts.messages += 1;
        if !from.is_client() && !to.is_client() && from != to {
            run.counts.between_replicas += 1;
        }
        let (id, sent) = (MessageId(run.counts.messages), run.now);
        let record = MessageRecord { sent, due, cause, epoch: stamp.epoch, from, to, kind: stamp.kind, fate, twin };
        roll_message(&mut run.hasher, &record);
        self.trace.sent(record);
        if let Some(detail) = &mut self.trace.detail {
            let mut fields = Fields::default();
            letter.fields(&mut fields);
            detail.messages.push(Contents { id, label: letter.label(), fields: fields.0, fate });
        }
        if fate != Fate::Flying {
            return;
        }
        let order = run.queue.order();
        let place = run.flights.add(Flight { id, from, to, stamp, sent, due, cause, order, held: false });
        self.agents.post(place, letter);
        if run.flights.len() > MESSAGES_IN_FLIGHT {
            run.limit = Some(Limit::Messages);
        }
        if due != Time::MAX {
            run.queue.push(due, order, Due::Flight(place));
        }
    }

    fn set_timer(&mut self, node: NodeId, place: usize, (lo, hi): (Time, Time), cause: EventId) {
        let (now, seed) = (self.run.now, self.run.seed);
        let order = self.run.queue.order();
        let body = self.run.body_mut(node);
        body.draws += 1;
        let after = between(draw(seed, stream_of(node), u64::from(body.draws)), lo, hi);
        // At least a microsecond: a timer that is set again in its own handler must not stop time.
        let due = now + (after * u64::from(body.rate.1) / u64::from(body.rate.0)).max(1);
        if place == body.timers.len() {
            body.keys += 1;
            let slot = TimerSlot { key: body.keys, set: now, due, order, cause, queued: Time::MAX };
            body.timers.push(slot);
        }
        let slot = &mut body.timers.as_mut_slice()[place];
        (slot.set, slot.due, slot.order, slot.cause) = (now, due, order, cause);
        if due < slot.queued {
            slot.queued = due;
            let key = slot.key;
            self.run.queue.push(due, order, Due::Timer(node, key));
        }
    }
}

//! A run at work: what happens in an event, from the queue to the record.

use std::rc::Rc;

use super::flights::Flight;
use super::queue::Due;
use super::state::{Question, Run, access};
use crate::kernel::data::delay::Delay;
use crate::kernel::data::ids::{EventId, MessageId, NodeId, RequestId, SECOND, Time};
use crate::kernel::data::limits::WAITING_REQUESTS;
use crate::kernel::data::random::{draw, stream_of};
use crate::kernel::descriptor::node_view::Health;
use crate::kernel::descriptor::rules::Told;
use crate::kernel::descriptor::timers::TimerKey;
use crate::kernel::node::effect::{Effect, Input};
use crate::kernel::node::message::{Envelope, recorded_epoch};
use crate::kernel::node::nodes::{Node, RunningTimer};
use crate::kernel::node::types::Erased;
use crate::kernel::record::client_history::{HistoryEvent, HistoryRecord, Word};
use crate::kernel::record::trace::{Event, Fate, Trace, What, roll_event};
use crate::kernel::record::verdicts::{Finding, Shown, Violation};

/// How many requests that are left out one step passes over.
const MOST_PASSED: u32 = 10_000;

/// A run at work, and the record that is kept of it.
pub(crate) struct Execution<'a> {
    pub run: &'a mut Run,
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

/// What a node has to do in an event.
enum Task<'a> {
    /// A replica starts, from what is durable.
    Boot,
    /// It handles an input.
    Handle(Input<'a, Erased>),
}

fn simple(what: What, node: NodeId) -> Cue {
    Cue { what, node: Some(node), kind: 0, message: MessageId(0), cause: EventId(0) }
}

impl Execution<'_> {
    /// Starts all replicas, in the order of their numbers.
    pub fn boot_all(&mut self) {
        for node in self.run.replicas() {
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
            self.end(place, What::Lose, Fate::Dead);
        } else if let Some(fate) = self.run.network.barrier(from, to).filter(|_| from != to) {
            self.end(place, What::Lose, fate);
        } else {
            self.end(place, What::Deliver, Fate::Delivered);
        }
    }

    /// A message is lost, on its way or at a crashed replica.
    pub fn lose(&mut self, place: u32, fate: Fate) {
        self.end(place, What::Lose, fate);
    }

    fn end(&mut self, place: u32, what: What, fate: Fate) {
        let Some(flight) = self.run.flights.take(place) else { return };
        let Envelope { letter, stamp } = &flight.envelope;
        self.trace.ended(flight.id, fate, self.run.now);
        // What a person drops has no cause within the run.
        let cause = if fate == Fate::Dropped { EventId(0) } else { flight.cause };
        let cue = Cue { what, node: Some(flight.to), kind: stamp.kind, message: flight.id, cause };
        let handled = fate == Fate::Delivered;
        let task = handled.then_some(Task::Handle(Input::Deliver { from: flight.from, message: letter }));
        let second = self.run.second_at(flight.to, flight.from, stamp.second);
        self.at_incarnation(flight.to, second, |execution| execution.event(cue, task));
    }

    /// A timer fires: due or forced.
    pub fn fire(&mut self, node: NodeId, key: u32) {
        let second = self.run.nodes.at(node).incarnation.timers.iter().all(|running| running.key != key);
        self.at_incarnation(node, second, |execution| {
            let timers = &mut execution.run.node_mut(node).incarnation.timers;
            let Some(place) = timers.iter().position(|running| running.key == key) else { return };
            let RunningTimer { cause, timer, .. } = timers.remove(place);
            let cue = Cue { kind: timer.kind, cause, ..simple(What::Fire, node) };
            execution.event(cue, Some(Task::Handle(Input::Fire(timer))));
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
        if self.run.node(client).is_some_and(|client| client.waiting >= WAITING_REQUESTS) {
            self.run.counts.dropped += 1;
            return;
        }
        let draw = draw(self.run.seed, 0x3_0000_0000, count);
        // A workload that can't be had was refused when it was asked for.
        if let Some(command) = self.run.protocol.workload(count, draw, keys) {
            self.request(client, command, None);
        }
    }

    /// A client asks for something.
    pub fn request(&mut self, client: NodeId, command: Rc<dyn Shown>, to: Option<NodeId>) {
        self.meet(client);
        self.run.counts.requests += 1;
        let node = self.run.node_mut(client);
        node.waiting += 1;
        node.asked.push(command.clone());
        let id = RequestId { client, number: node.asked.len() as u32 };
        if self.trace.detail.is_some() {
            let text = format!("Client {client} asks for {command}.");
            self.note(EventId(self.run.counts.events + 1), text);
        }
        let event = EventId(self.run.counts.events + 1);
        self.run.history.push(HistoryRecord { event, node: Some(client), what: HistoryEvent::Asked(id.number) });
        let Run { observer, protocol, nodes, .. } = &mut *self.run;
        if let Some(observer) = observer {
            observer.asked(id, event, &|id| access(&**protocol, nodes, id));
        }
        let input = Input::Request { id, command: &command, to };
        self.event(simple(What::Request, client), Some(Task::Handle(input)));
    }

    /// A client is made where it was never heard of: somebody asks through it, or writes to it.
    pub(super) fn meet(&mut self, client: NodeId) {
        let clients = &mut self.run.nodes.clients;
        while clients.len() < client.number() {
            clients.push(Rc::new(Node::new(self.run.protocol.client(NodeId::client(clients.len() + 1)))));
        }
    }

    /// A replica starts, or starts again, in both incarnations where it has two.
    pub fn boot(&mut self, node: NodeId, what: What) {
        self.run.node_mut(node).health = Health::Up;
        self.event(simple(what, node), Some(Task::Boot));
        if self.run.nodes.at(node).other.is_some() {
            self.at_incarnation(node, true, |execution| execution.event(simple(what, node), Some(Task::Boot)));
        }
    }

    /// A replica crashes: its volatile state, its timers and what it had not persisted are gone.
    pub fn crash(&mut self, node: NodeId, cause: EventId) {
        let replica = self.run.node_mut(node);
        replica.crash(false);
        replica.health = Health::Crashed;
        replica.crash_after = None;
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
        for running in run.nodes.at_mut(node).all_timers() {
            if running.queued == Time::MAX {
                running.queued = running.due;
                run.queue.push(running.due, running.order, Due::Timer(node, running.key));
            }
        }
    }

    /// An answer from outside reaches the replica that asked.
    pub fn answer(&mut self, place: usize, answer: String) {
        let Question { node, text, event, second } = self.run.questions.remove(place);
        let told = format!("{} answers: {answer}.", self.run.descriptor.named(node));
        self.note(EventId(self.run.counts.events + 1), told);
        let cue = Cue { cause: event, ..simple(What::Answer, node) };
        let input = Input::Answer { question: &text, answer: &answer };
        self.at_incarnation(node, second, |execution| execution.event(cue, Some(Task::Handle(input))));
    }

    /// An event that changes no replica from within.
    pub fn mark(&mut self, what: What, node: Option<NodeId>, message: MessageId) {
        self.event(Cue { what, node, kind: 0, message, cause: EventId(0) }, None);
    }

    /// The frame of every event: number it, carry it out, look at its node, check the properties, record it.
    fn event(&mut self, cue: Cue, task: Option<Task<'_>>) {
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
        if let Some(node) = cue.node {
            self.run.nodes.looked_at.add(node);
        }
        if let (Some(node), Some(task)) = (cue.node, task) {
            let scripted = self.run.script.is_some();
            if scripted {
                self.swap_script(node);
            }
            let at = self.run.node_mut(node);
            at.draws = match task {
                Task::Boot => at.incarnation.actor.boot(at.draws),
                Task::Handle(input) => at.incarnation.actor.handle(input, at.draws),
            };
            let second = at.second;
            if scripted {
                self.swap_script(node);
            }
            if second {
                self.note(event.id, format!("This is the second incarnation of {node}."));
            }
            self.carry_out(node, &mut event, &mut told);
        }
        if let Some(node) = cue.node.and_then(|node| self.run.nodes.get(node)) {
            if let Some(status) = node.incarnation.actor.status() {
                (event.role, event.epoch) = (status.role, recorded_epoch(status.epoch));
            }
            if !node.traitor {
                self.run.protocol.observe(&event, &self.run.nodes, &mut self.run.report);
            }
        }
        if !self.run.report.found.is_empty() {
            let found = std::mem::take(&mut self.run.report.found);
            self.broken(&mut event, found);
        }
        roll_event(&mut self.run.hasher, &event);
        self.book(&mut event);
        self.tell(event.id, told);
        self.trace.push(event);
        let Some(node) = cue.node else { return };
        if let Some(detail) = &mut self.trace.detail
            && let Some(view) = self.run.node(node).and_then(|node| node.incarnation.actor.view())
        {
            detail.states.push((event.id, view));
        }
        // The crash that was ordered "after so many sends" comes when the last of them is out.
        if self.run.node(node).is_some_and(|node| node.crash_after == Some(0)) {
            self.crash(node, event.id);
        }
    }

    /// A handler has the script, if there is one, while it is at work.
    fn swap_script(&mut self, node: NodeId) {
        let script = self.run.nodes.at_mut(node).incarnation.actor.script();
        std::mem::swap(script, &mut self.run.script);
    }

    /// What needs no place in the hash: the record of faults, and what the watch has found.
    fn book(&mut self, event: &mut Event) {
        if matches!(event.what, What::Crash | What::Restart | What::Pause | What::Resume | What::Meddle | What::Network)
        {
            let what = HistoryEvent::Faults(self.run.faults(event.node));
            self.run.history.push(HistoryRecord { event: event.id, node: event.node, what });
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
        let told = self.trace.detail.is_some();
        let mut milestone = false;
        loop {
            let (node, decisions) = self.run.nodes.at_work(me);
            if node.crash_after == Some(0) {
                return node.incarnation.actor.cut();
            }
            let Some(effect) = node.incarnation.actor.next(decisions, told) else { return };
            match effect {
                Effect::Send { to, message } => {
                    let envelope = Envelope::new(message, node.second);
                    self.send(me, to, &envelope, event.id);
                }
                Effect::Broadcast(message) => {
                    let envelope = Envelope::new(message, node.second);
                    self.broadcast(me, &envelope, event.id);
                }
                Effect::SetTimer(timer, after) => self.set_timer(me, timer, after, event.id),
                Effect::CancelTimer(timer) => node.incarnation.timers.retain(|running| running.timer != timer),
                Effect::Decide { slot, value } => self.decide(me, slot, value, event),
                Effect::Complete { request, outcome } => {
                    node.waiting = node.waiting.saturating_sub(1);
                    self.run.counts.completed += 1;
                    self.told(request, outcome, event.id);
                }
                Effect::Ask { question: text } => {
                    let question = Question { node: me, text, event: event.id, second: node.second };
                    self.run.questions.push(question);
                }
                Effect::Rule((index, said)) => {
                    if !milestone {
                        event.rule = index + 1;
                        milestone = self.run.descriptor.rules[index as usize].milestone;
                    }
                    aside.extend(said.map(|said| (index, *said)));
                }
                Effect::Persist(never) => match never {},
            }
        }
    }

    /// The client has this outcome of its request.
    fn told(&mut self, id: RequestId, told: Word, event: EventId) {
        if self.trace.detail.is_some() {
            self.note(event, format!("Client {} has its answer to {id}: {told}.", id.client));
        }
        let Run { observer, protocol, nodes, aside, now, .. } = &mut *self.run;
        if let Some(observer) = observer {
            observer.told(id, &told, (event, *now), &|id| access(&**protocol, nodes, id), aside);
        }
        let what = HistoryEvent::Told(id.number, told);
        self.run.history.push(HistoryRecord { event, node: Some(id.client), what });
    }

    pub fn note(&mut self, event: EventId, text: String) {
        if let Some(detail) = &mut self.trace.detail {
            detail.notes.push((event, text));
        }
    }

    fn set_timer(&mut self, me: NodeId, timer: TimerKey, after: Delay, cause: EventId) {
        let (now, seed) = (self.run.now, self.run.seed);
        let order = self.run.queue.order();
        let node = self.run.nodes.at_mut(me);
        node.draws += 1;
        let after = after.drawn_from(draw(seed, stream_of(me), u64::from(node.draws)));
        // At least a microsecond: a timer that is set again in its own handler must not stop time.
        let due = now + (after * u64::from(node.rate.1) / u64::from(node.rate.0)).max(1);
        let timers = &mut node.incarnation.timers;
        let place = timers.iter().position(|running| running.timer == timer).unwrap_or(timers.len());
        if place == timers.len() {
            node.timer_keys += 1;
            let key = node.timer_keys;
            timers.push(RunningTimer { timer, key, set: now, due, order, cause, queued: Time::MAX });
        }
        let running = &mut timers[place];
        (running.set, running.due, running.order, running.cause) = (now, due, order, cause);
        if due < running.queued {
            running.queued = due;
            self.run.queue.push(due, order, Due::Timer(me, running.key));
        }
    }
}

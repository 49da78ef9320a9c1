//! The world of one protocol: its replicas and clients, the network between them, and what is due next.

use std::hash::{Hash, Hasher};

use super::act::Behaviour;
use super::effects::{Effect, Effects, stream_of};
use super::hash::{StableHasher, between, draw};
use super::ids::{EventId, MessageId, NodeId, RequestId, SECOND, Time};
use super::network::Network;
use super::properties::{Decision, Decisions, Report, Violation};
use super::protocol::{ClientInput, Input, Message, Options, Protocol, Rule};
use super::queue::{Due, Entry, Flight, Flights, Queue, TimerSlot};
use super::trace::{Event, Fate, MessageRecord, Trace, What, roll_event, roll_message};
use super::view::Health;

/// What a world is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// How many replicas.
    pub replicas: usize,
    /// All chance comes from it.
    pub seed: u64,
    /// `set …`, checked against the descriptor.
    pub options: Options,
    /// `disk N KEY=VALUE …`.
    pub disks: Vec<(NodeId, Vec<(String, String)>)>,
}

/// What replicas and clients have in common.
#[derive(Clone)]
pub(super) struct Body<T> {
    pub health: Health,
    pub timers: Vec<TimerSlot<T>>,
    pub keys: u32,
    pub draws: u32,
    pub rate: (u32, u32),
    pub countdown: Option<u32>,
    pub byzantine: Option<Behaviour>,
    pub traitor: bool,
}

impl<T> Default for Body<T> {
    fn default() -> Self {
        Body {
            health: Health::Up,
            timers: Vec::new(),
            keys: 0,
            draws: 0,
            rate: (1, 1),
            countdown: None,
            byzantine: None,
            traitor: false,
        }
    }
}

/// One replica.
pub struct Replica<P: Protocol> {
    pub(super) state: Option<P::State>,
    pub(super) disk: P::Disk,
    pub(super) durable: P::Disk,
    pub(super) body: Body<P::Timer>,
    /// What it sent since it turned Byzantine, oldest first, with the receivers; bounded.
    pub(super) said: Vec<(NodeId, P::Message)>,
}

impl<P: Protocol> Clone for Replica<P> {
    fn clone(&self) -> Self {
        Replica {
            state: self.state.clone(),
            disk: self.disk.clone(),
            durable: self.durable.clone(),
            body: self.body.clone(),
            said: self.said.clone(),
        }
    }
}

/// One client.
pub(super) struct ClientNode<P: Protocol> {
    pub client: P::Client,
    pub body: Body<P::Timer>,
    pub asked: rpds::Vector<P::Command>,
}

impl<P: Protocol> Clone for ClientNode<P> {
    fn clone(&self) -> Self {
        ClientNode { client: self.client.clone(), body: self.body.clone(), asked: self.asked.clone() }
    }
}

/// The replicas and clients, as properties may look at them.
pub struct Cluster<P: Protocol> {
    pub(super) config: P::Config,
    pub(super) replicas: Vec<Replica<P>>,
    pub(super) clients: Vec<ClientNode<P>>,
    pub(super) decisions: Decisions<P::Value>,
}

impl<P: Protocol> Clone for Cluster<P> {
    fn clone(&self) -> Self {
        Cluster {
            config: self.config.clone(),
            replicas: self.replicas.clone(),
            clients: self.clients.clone(),
            decisions: self.decisions.clone(),
        }
    }
}

impl<P: Protocol> Cluster<P> {
    /// The configuration.
    pub fn config(&self) -> &P::Config {
        &self.config
    }

    /// How many replicas there are.
    pub fn size(&self) -> usize {
        self.replicas.len()
    }

    /// The volatile state of a replica; `None` while it is crashed.
    pub fn state(&self, node: NodeId) -> Option<&P::State> {
        self.replicas[node.index()].state.as_ref()
    }

    /// What a replica's disk holds, written but not yet persisted things included.
    pub fn disk(&self, node: NodeId) -> &P::Disk {
        &self.replicas[node.index()].disk
    }

    /// Whether a replica was never Byzantine.
    pub fn correct(&self, node: NodeId) -> bool {
        node.is_client() || !self.replicas[node.index()].body.traitor
    }

    /// All replicas' names, in order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<P> {
        (1..=self.replicas.len()).map(NodeId::replica)
    }

    /// A client's state.
    pub fn client(&self, node: NodeId) -> Option<&P::Client> {
        self.clients.get(node.index()).map(|node| &node.client)
    }

    /// The command of a request, if it was made.
    pub fn asked(&self, id: RequestId) -> Option<&P::Command> {
        self.clients.get(id.client.index())?.asked.get((id.number as usize).checked_sub(1)?)
    }

    /// What correct replicas have decided.
    pub fn decisions(&self) -> &Decisions<P::Value> {
        &self.decisions
    }
}

/// A question that waits for an answer from outside.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Question {
    /// Who asks.
    pub node: NodeId,
    /// What.
    pub text: String,
    /// In which event it was asked.
    pub event: EventId,
}

/// Clients that keep asking.
#[derive(Clone, Hash, Debug)]
pub(super) struct Workload {
    pub clients: u16,
    pub rate: u32,
    pub keys: u32,
    pub count: u64,
    pub order: u64,
}

/// Counts that need no record.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Events so far.
    pub events: u32,
    /// Messages sent so far, of all nodes.
    pub messages: u32,
    /// Messages between different replicas: what the papers count.
    pub between_replicas: u32,
    /// Requests that clients made.
    pub requests: u32,
    /// Requests whose client has its answer.
    pub completed: u32,
    /// The time of the last first decision on a slot, in virtual microseconds.
    pub last_decision: Time,
}

/// A world: everything that a run is at one moment. Clones are cheap where the protocol's states are.
pub struct World<P: Protocol> {
    pub(super) cluster: Cluster<P>,
    pub(super) monitor: P::Monitor,
    pub(super) network: Network,
    pub(super) queue: Queue,
    pub(super) flights: Flights<P::Message>,
    pub(super) seed: u64,
    pub(super) now: Time,
    pub(super) counts: Counts,
    pub(super) hasher: StableHasher,
    pub(super) violations: Vec<Violation>,
    pub(super) questions: Vec<Question>,
    pub(super) workload: Option<Workload>,
    out: Effects<P>,
    report: Report,
}

impl<P: Protocol> Clone for World<P> {
    fn clone(&self) -> Self {
        World {
            cluster: self.cluster.clone(),
            monitor: self.monitor.clone(),
            network: self.network.clone(),
            queue: self.queue.clone(),
            flights: self.flights.clone(),
            seed: self.seed,
            now: self.now,
            counts: self.counts,
            hasher: self.hasher,
            violations: self.violations.clone(),
            questions: self.questions.clone(),
            workload: self.workload.clone(),
            out: Effects::new(NodeId::replica(1), self.cluster.size(), self.seed, 0),
            report: Report::default(),
        }
    }
}

/// What one event is about, before it is carried out.
struct Cue {
    what: What,
    node: Option<NodeId>,
    kind: u8,
    message: MessageId,
    cause: EventId,
}

impl<P: Protocol> World<P> {
    /// A world at time 0, with every replica booted in the order of their numbers. Errors: a sentence, where the set-up
    /// does not fit the protocol.
    pub fn new(setup: &Setup, trace: &mut Trace) -> Result<Self, String> {
        let config = P::configure(setup.replicas, &setup.options)?;
        let mut replicas = Vec::new();
        for number in 1..=setup.replicas {
            let me = NodeId::replica(number);
            let disk = match setup.disks.iter().find(|(node, _)| *node == me) {
                Some((_, pairs)) => P::preset(&config, me, pairs)?,
                None => P::Disk::default(),
            };
            replicas.push(Replica {
                state: None,
                durable: disk.clone(),
                disk,
                body: Body::default(),
                said: Vec::new(),
            });
        }
        let mut world = World {
            cluster: Cluster { config, replicas, clients: Vec::new(), decisions: Decisions::default() },
            monitor: P::Monitor::default(),
            network: Network::new(setup.seed),
            queue: Queue::default(),
            flights: Flights::default(),
            seed: setup.seed,
            now: 0,
            counts: Counts::default(),
            hasher: StableHasher::default(),
            violations: Vec::new(),
            questions: Vec::new(),
            workload: None,
            out: Effects::new(NodeId::replica(1), setup.replicas, setup.seed, 0),
            report: Report::default(),
        };
        for number in 1..=setup.replicas {
            world.boot(NodeId::replica(number), What::Boot, trace);
        }
        Ok(world)
    }

    /// The replicas and clients.
    pub fn cluster(&self) -> &Cluster<P> {
        &self.cluster
    }

    /// Virtual microseconds since the start.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Broken properties, in the order in which they broke.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// The counts.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// When the next event is due; `None` where nothing moves by itself or a question is open.
    pub fn peek(&mut self) -> Option<Time> {
        if self.network.manual || !self.questions.is_empty() {
            return None;
        }
        loop {
            let entry = self.queue.first()?;
            if self.holds(&entry) {
                return Some(entry.at.max(self.now));
            }
            self.queue.pop();
        }
    }

    /// Carries out the next event and gives its number; `None` where there is none.
    pub fn step(&mut self, trace: &mut Trace) -> Option<EventId> {
        self.peek()?;
        let entry = self.queue.first()?;
        self.queue.pop();
        self.now = self.now.max(entry.at);
        match entry.due {
            Due::Flight(place) => self.arrive(place, trace),
            Due::Timer(node, key) => self.fire(node, key, trace),
            Due::Workload => self.work(trace),
        }
        Some(EventId(self.counts.events))
    }

    /// Whether an entry of the queue still means something now; sees to it that what it stood for is not forgotten.
    fn holds(&mut self, entry: &Entry) -> bool {
        match entry.due {
            Due::Flight(place) => {
                let Some(flight) = self.flights.get_mut(place).filter(|flight| flight.order == entry.order) else {
                    return false;
                };
                let paused =
                    !flight.to.is_client() && self.cluster.replicas[flight.to.index()].body.health == Health::Paused;
                flight.held = paused;
                !paused
            }
            Due::Timer(node, key) => {
                let body = body_of(&mut self.cluster, node);
                let paused = body.health == Health::Paused;
                let Some(slot) = body.timers.iter_mut().find(|slot| slot.key == key) else { return false };
                if slot.queued != entry.at {
                    return false;
                }
                if slot.due != entry.at || slot.order != entry.order {
                    slot.queued = slot.due;
                    self.queue.push(slot.due, slot.order, entry.due);
                    return false;
                }
                if paused {
                    slot.queued = Time::MAX;
                }
                !paused
            }
            Due::Workload => self.workload.as_ref().is_some_and(|workload| workload.order == entry.order),
        }
    }

    /// A message comes to its end: it is handled, or lost.
    pub(super) fn arrive(&mut self, place: u32, trace: &mut Trace) {
        let Some(flight) = self.flights.take(place) else { return };
        let dead = !flight.to.is_client() && self.cluster.replicas[flight.to.index()].body.health == Health::Crashed;
        let fate = match (dead, flight.from == flight.to || self.network.connected(flight.from, flight.to)) {
            (true, _) => Fate::Dead,
            (false, false) => Fate::Cut,
            (false, true) => Fate::Delivered,
        };
        trace.ended(flight.id, fate, self.now);
        let (kind, message) = (flight.message.kind(), flight.id);
        let what = if fate == Fate::Delivered { What::Deliver } else { What::Lose };
        let cue = Cue { what, node: Some(flight.to), kind, message, cause: flight.cause };
        if fate != Fate::Delivered {
            return self.event(cue, trace, |_, _, _| ());
        }
        let Flight { from, to, message, .. } = flight;
        self.event(cue, trace, |world, event, trace| {
            if to.is_client() {
                world.run_client(to, ClientInput::Deliver { from, message }, event, trace);
            } else {
                world.run(to, Input::Deliver { from, message }, event, trace);
            }
        });
    }

    /// A message is lost by hand.
    pub(super) fn lose(&mut self, place: u32, fate: Fate, trace: &mut Trace) {
        let Some(flight) = self.flights.take(place) else { return };
        trace.ended(flight.id, fate, self.now);
        let (kind, message) = (flight.message.kind(), flight.id);
        let cue = Cue { what: What::Lose, node: Some(flight.to), kind, message, cause: EventId(0) };
        self.event(cue, trace, |_, _, _| ());
    }

    /// A timer fires: due or forced.
    pub(super) fn fire(&mut self, node: NodeId, key: u32, trace: &mut Trace) {
        let timers = &mut body_of(&mut self.cluster, node).timers;
        let Some(place) = timers.iter().position(|slot| slot.key == key) else { return };
        let slot = timers.remove(place);
        let kind = P::timer_kind(slot.timer);
        let cue = Cue { what: What::Fire, node: Some(node), kind, message: MessageId(0), cause: slot.cause };
        self.event(cue, trace, |world, event, trace| {
            if node.is_client() {
                world.run_client(node, ClientInput::Fire(slot.timer), event, trace);
            } else {
                world.run(node, Input::Fire(slot.timer), event, trace);
            }
        });
    }

    fn work(&mut self, trace: &mut Trace) {
        let Some(workload) = &mut self.workload else { return };
        let (count, keys) = (workload.count, workload.keys);
        let client = NodeId::client((count % u64::from(workload.clients)) as usize + 1);
        workload.count += 1;
        let due = self.now + SECOND / u64::from(workload.rate);
        workload.order = self.queue.order();
        self.queue.push(due, workload.order, Due::Workload);
        let command = P::workload(&self.cluster.config, count, draw(self.seed, 0x3_0000_0000, count), keys);
        self.request(client, None, command, trace);
    }

    /// A client asks for something.
    pub(super) fn request(&mut self, client: NodeId, to: Option<NodeId>, command: P::Command, trace: &mut Trace) {
        while self.cluster.clients.len() < client.number() {
            let asked = rpds::Vector::new();
            self.cluster.clients.push(ClientNode { client: P::Client::default(), body: Body::default(), asked });
        }
        self.counts.requests += 1;
        let node = &mut self.cluster.clients[client.index()];
        node.asked.push_back_mut(command.clone());
        let id = RequestId { client, number: node.asked.len() as u32 };
        self.event(simple(What::Request, client), trace, |world, event, trace| {
            if let Some(detail) = &mut trace.detail {
                detail.notes.push((event.id, format!("Client {client} asks for {command}.")));
            }
            world.run_client(client, ClientInput::Request { id, command, to }, event, trace);
        });
    }

    /// A replica starts, or starts again.
    pub(super) fn boot(&mut self, node: NodeId, what: What, trace: &mut Trace) {
        self.event(simple(what, node), trace, |world, event, trace| {
            let replica = &mut world.cluster.replicas[node.index()];
            replica.body.health = Health::Up;
            replica.disk = replica.durable.clone();
            world.out.reuse(node, replica.body.draws);
            replica.state = Some(P::boot(&world.cluster.config, node, &mut replica.disk, &mut world.out));
            replica.body.draws = world.out.draws;
            world.carry_out(node, event, trace);
        });
    }

    /// A replica crashes: its volatile state, its timers and what it had not persisted are gone.
    pub(super) fn crash(&mut self, node: NodeId, cause: EventId, trace: &mut Trace) {
        let replica = &mut self.cluster.replicas[node.index()];
        replica.state = None;
        replica.disk = replica.durable.clone();
        replica.body.timers.clear();
        replica.body.health = Health::Crashed;
        replica.body.countdown = None;
        self.questions.retain(|question| question.node != node);
        self.release_held(node);
        self.event(Cue { cause, ..simple(What::Crash, node) }, trace, |_, _, _| ());
    }

    /// What waited at a paused replica comes up again now, in the order in which it came.
    pub(super) fn release_held(&mut self, node: NodeId) {
        let mut held: Vec<_> = self
            .flights
            .iter()
            .filter(|(_, flight)| flight.held && flight.to == node)
            .map(|(place, flight)| (flight.due, flight.order, place))
            .collect();
        held.sort_unstable();
        for (_, _, place) in held {
            let order = self.queue.order();
            if let Some(flight) = self.flights.get_mut(place) {
                (flight.held, flight.order) = (false, order);
            }
            self.queue.push(self.now, order, Due::Flight(place));
        }
        for slot in &mut body_of(&mut self.cluster, node).timers {
            if slot.queued == Time::MAX {
                slot.queued = slot.due.max(self.now);
                slot.due = slot.queued;
                self.queue.push(slot.queued, slot.order, Due::Timer(node, slot.key));
            }
        }
    }

    /// The frame of every event: number it, carry it out, look at its node, check the properties, record it.
    fn event(&mut self, cue: Cue, trace: &mut Trace, body: impl FnOnce(&mut Self, &mut Event, &mut Trace)) {
        self.counts.events += 1;
        let mut event = Event {
            at: self.now,
            id: EventId(self.counts.events),
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
        body(self, &mut event, trace);
        if let Some(node) = cue.node.filter(|node| !node.is_client()) {
            let replica = &self.cluster.replicas[node.index()];
            if let Some(state) = &replica.state {
                let status = P::status(&self.cluster.config, node, state, &replica.disk);
                (event.role, event.epoch) = (status.role, status.epoch as u32);
            }
        }
        self.check(&mut event);
        roll_event(&mut self.hasher, &event);
        trace.push(event);
        self.crash_if_due(event.node, event.id, trace);
    }

    fn check(&mut self, event: &mut Event) {
        if let Some(node) = event.node
            && self.cluster.correct(node)
        {
            P::observe(&mut self.monitor, event, &self.cluster, &mut self.report);
        }
        for finding in self.report.found.drain(..) {
            event.violation = true;
            let (id, at) = (event.id, event.at);
            // One of each property tells the story; a broken run would else fill the list.
            if self.violations.iter().filter(|v| v.property == finding.property).count() < 8 {
                self.violations.push(Violation {
                    property: finding.property,
                    event: id,
                    at,
                    text: finding.text,
                    evidence: finding.evidence,
                    nodes: finding.nodes,
                });
            }
        }
    }

    /// The crash that was ordered "after so many sends" comes when the last of them is out.
    fn crash_if_due(&mut self, node: Option<NodeId>, cause: EventId, trace: &mut Trace) {
        if let Some(node) = node.filter(|node| !node.is_client())
            && self.cluster.replicas[node.index()].body.countdown == Some(0)
        {
            self.crash(node, cause, trace);
        }
    }

    /// One input to a replica.
    pub(super) fn run(&mut self, node: NodeId, input: Input<P>, event: &mut Event, trace: &mut Trace) {
        let replica = &mut self.cluster.replicas[node.index()];
        let Some(state) = &mut replica.state else { return };
        self.out.reuse(node, replica.body.draws);
        P::step(&self.cluster.config, node, state, &mut replica.disk, input, &mut self.out);
        replica.body.draws = self.out.draws;
        self.carry_out(node, event, trace);
    }

    fn run_client(&mut self, node: NodeId, input: ClientInput<P>, event: &mut Event, trace: &mut Trace) {
        let client = &mut self.cluster.clients[node.index()];
        self.out.reuse(node, client.body.draws);
        P::client_step(&self.cluster.config, node, &mut client.client, input, &mut self.out);
        client.body.draws = self.out.draws;
        self.carry_out(node, event, trace);
    }

    /// An answer from outside reaches the replica that asked.
    pub(super) fn answer(&mut self, place: usize, answer: String, trace: &mut Trace) {
        let question = self.questions.remove(place);
        let (node, text) = (question.node, question.text);
        self.event(Cue { cause: question.event, ..simple(What::Answer, node) }, trace, |world, event, trace| {
            if let Some(detail) = &mut trace.detail {
                detail.notes.push((event.id, format!("Agent {node} answers: {answer}.")));
            }
            world.run(node, Input::Answer { question: text, answer }, event, trace);
        });
    }

    /// An event that changes no replica from within.
    pub(super) fn mark(&mut self, what: What, node: Option<NodeId>, message: MessageId, trace: &mut Trace) {
        self.event(Cue { what, node, kind: 0, message, cause: EventId(0) }, trace, |_, _, _| ());
    }

    /// Carries out what a handler wanted, in order; a crash that is due cuts the list.
    fn carry_out(&mut self, me: NodeId, event: &mut Event, trace: &mut Trace) {
        let mut list = std::mem::take(&mut self.out.list);
        let mut milestone = false;
        for effect in list.drain(..) {
            if body_of(&mut self.cluster, me).countdown == Some(0) {
                break;
            }
            match effect {
                Effect::Send { to, message } => self.send(me, to, message, event.id, trace),
                Effect::Broadcast(message) => self.broadcast(me, message, event.id, trace),
                Effect::SetTimer(timer, after) => {
                    self.set_timer(me, timer, (*after.start(), *after.end()), event.id);
                }
                Effect::CancelTimer(timer) => {
                    body_of(&mut self.cluster, me).timers.retain(|slot| slot.timer != timer);
                }
                Effect::Persist(disk) => self.cluster.replicas[me.index()].durable = disk,
                Effect::Decide { slot, value } => self.decide(me, slot, value, event, trace),
                Effect::Complete { request, outcome } => {
                    self.counts.completed += 1;
                    if let Some(detail) = &mut trace.detail {
                        detail.notes.push((event.id, format!("Client {me} has its answer to {request}: {outcome}.")));
                    }
                }
                Effect::Ask { question } => self.questions.push(Question { node: me, text: question, event: event.id }),
                Effect::Rule(rule) => {
                    let index = rule.index();
                    let marks = P::DESCRIPTOR.rules[index as usize].milestone;
                    if !milestone {
                        event.rule = index + 1;
                        milestone = marks;
                    }
                    if let Some(detail) = &mut trace.detail {
                        detail.rules.push((event.id, index, rule.sentence(me)));
                    }
                }
            }
        }
        self.out.list = list;
    }

    fn broadcast(&mut self, me: NodeId, message: P::Message, cause: EventId, trace: &mut Trace) {
        for number in 1..=self.cluster.size() {
            let to = NodeId::replica(number);
            if to == me {
                continue;
            }
            if body_of(&mut self.cluster, me).countdown == Some(0) {
                return;
            }
            self.send(me, to, message.clone(), cause, trace);
        }
    }

    fn decide(&mut self, me: NodeId, slot: u64, value: P::Value, event: &mut Event, trace: &mut Trace) {
        if !self.cluster.correct(me) {
            return;
        }
        let cluster = &mut self.cluster;
        if !P::valid(&cluster.config, &value, &|id| cluster.asked(id).cloned()) {
            let text = format!("Replica {me} decides {value} on slot {slot}, but nobody asked for that.");
            self.report.broken("validity", text, &[me]);
        }
        if let Some(detail) = &mut trace.detail {
            detail.notes.push((event.id, format!("Replica {me} decides {value} on slot {slot}.")));
        }
        event.decided = event.decided.saturating_add(1);
        let commands = P::commands_in(&value);
        let decision = Decision { value, by: me, event: event.id, at: event.at };
        let outcome = cluster.decisions.add(slot, decision, commands, &mut self.report);
        if matches!(outcome, super::properties::Outcome::First) {
            self.counts.last_decision = self.now;
        }
    }

    /// The one place where messages leave a node: here Byzantine behaviour acts, here the network takes over.
    fn send(&mut self, from: NodeId, to: NodeId, message: P::Message, cause: EventId, trace: &mut Trace) {
        let body = body_of(&mut self.cluster, from);
        if let Some(countdown) = &mut body.countdown {
            *countdown -= 1;
        }
        if body.byzantine.is_some() && from != to {
            self.betray(from, to, message, cause, trace);
        } else {
            self.hand_on(from, to, message, 0, cause, trace);
        }
    }

    /// The network takes a message over.
    pub(super) fn hand_on(
        &mut self,
        from: NodeId,
        to: NodeId,
        message: P::Message,
        late: Time,
        cause: EventId,
        trace: &mut Trace,
    ) {
        if from == to {
            self.launch(from, to, message, (self.now, Fate::Flying, false), cause, trace);
        } else if !self.network.connected(from, to) {
            let due = self.now + self.network.link(from, to).latency.0;
            self.launch(from, to, message, (due, Fate::Cut, false), cause, trace);
        } else {
            self.pass(from, to, message, late, cause, trace);
        }
    }

    fn pass(&mut self, from: NodeId, to: NodeId, message: P::Message, late: Time, cause: EventId, trace: &mut Trace) {
        if self.network.manual {
            return self.launch(from, to, message, (Time::MAX, Fate::Flying, false), cause, trace);
        }
        let passage = self.network.carry(from, to, self.now);
        let fate = if passage.lost { Fate::Lost } else { Fate::Flying };
        if let Some(due) = passage.twin {
            self.launch(from, to, message.clone(), (passage.due + late, fate, false), cause, trace);
            self.launch(from, to, message, (due + late, fate, true), cause, trace);
        } else {
            self.launch(from, to, message, (passage.due + late, fate, false), cause, trace);
        }
    }

    /// A message gets its number, its record and, unless it is lost already, its place among the flights.
    pub(super) fn launch(
        &mut self,
        from: NodeId,
        to: NodeId,
        message: P::Message,
        (due, fate, twin): (Time, Fate, bool),
        cause: EventId,
        trace: &mut Trace,
    ) {
        self.counts.messages += 1;
        if !from.is_client() && !to.is_client() && from != to {
            self.counts.between_replicas += 1;
        }
        let id = MessageId(self.counts.messages);
        let epoch = message.epoch().map_or(u32::MAX, |epoch| epoch as u32);
        let sent = self.now;
        let record = MessageRecord { sent, due, id, cause, epoch, from, to, kind: message.kind(), fate, twin };
        roll_message(&mut self.hasher, &record);
        trace.sent(record);
        if let Some(detail) = &mut trace.detail {
            detail.messages.push((id, message.label()));
        }
        if fate != Fate::Flying {
            return;
        }
        let order = self.queue.order();
        let place = self.flights.add(Flight { id, from, to, message, sent, due, cause, order, held: false });
        if due != Time::MAX {
            self.queue.push(due, order, Due::Flight(place));
        }
    }

    fn set_timer(&mut self, node: NodeId, timer: P::Timer, (lo, hi): (Time, Time), cause: EventId) {
        let (now, seed) = (self.now, self.seed);
        let order = self.queue.order();
        let body = body_of(&mut self.cluster, node);
        body.draws += 1;
        let after = between(draw(seed, stream_of(node), u64::from(body.draws)), lo, hi);
        let due = now + after * u64::from(body.rate.1) / u64::from(body.rate.0);
        if let Some(slot) = body.timers.iter_mut().find(|slot| slot.timer == timer) {
            (slot.set, slot.due, slot.order, slot.cause) = (now, due, order, cause);
            if due < slot.queued {
                slot.queued = due;
                self.queue.push(due, order, Due::Timer(node, slot.key));
            }
            return;
        }
        body.keys += 1;
        let key = body.keys;
        body.timers.push(TimerSlot { timer, key, set: now, due, order, cause, queued: due });
        self.queue.push(due, order, Due::Timer(node, key));
    }

    /// A hash over everything that happened so far and everything that is: equal runs have equal hashes.
    pub fn trace_hash(&self) -> u64 {
        let mut hasher = self.hasher;
        hasher.write_u64(self.state_hash());
        hasher.finish()
    }

    /// A hash over everything that is now, ids and times included.
    pub fn state_hash(&self) -> u64 {
        let mut hasher = StableHasher::default();
        (self.now, self.counts.events, self.counts.messages).hash(&mut hasher);
        self.cluster.config.hash(&mut hasher);
        for (number, replica) in self.cluster.replicas.iter().enumerate() {
            (number, &replica.state, &replica.disk, &replica.durable).hash(&mut hasher);
            hash_body(&replica.body, &mut hasher);
            if !replica.said.is_empty() {
                replica.said.hash(&mut hasher);
            }
        }
        for client in &self.cluster.clients {
            (&client.client, client.asked.len()).hash(&mut hasher);
            hash_body(&client.body, &mut hasher);
        }
        let mut flights: Vec<_> = self.flights.iter().map(|(_, flight)| flight).collect();
        flights.sort_unstable_by_key(|flight| flight.id);
        for flight in flights {
            (flight.id, flight.from, flight.to, &flight.message, flight.due, flight.held).hash(&mut hasher);
        }
        self.network.hash(&mut hasher);
        self.questions.hash(&mut hasher);
        self.workload.hash(&mut hasher);
        hasher.finish()
    }
}

fn hash_body<T: Hash>(body: &Body<T>, hasher: &mut StableHasher) {
    (body.health, body.draws, body.rate, body.countdown, body.traitor).hash(hasher);
    body.byzantine.as_ref().map(Behaviour::name).hash(hasher);
    if let Some(behaviour) = body.byzantine.as_ref().filter(|behaviour| !behaviour.peers.is_empty()) {
        behaviour.peers.hash(hasher);
    }
    for slot in &body.timers {
        (&slot.timer, slot.due, slot.order).hash(hasher);
    }
}

fn simple(what: What, node: NodeId) -> Cue {
    Cue { what, node: Some(node), kind: 0, message: MessageId(0), cause: EventId(0) }
}

pub(super) fn body_of<P: Protocol>(cluster: &mut Cluster<P>, node: NodeId) -> &mut Body<P::Timer> {
    if node.is_client() { &mut cluster.clients[node.index()].body } else { &mut cluster.replicas[node.index()].body }
}

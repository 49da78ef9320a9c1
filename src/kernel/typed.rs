//! A protocol's agents with their types, behind the door of [`Agents`]. All that stands here is compiled once for each
//! protocol, so what can do without a type is elsewhere: messages that wait are in [`Mail`].

use std::hash::Hash;
use std::rc::Rc;

use super::act::Lie;
use super::agents::{Agents, Call, Part, Stamp, Wish};
use super::any::DecisionView;
use super::calls::Access;
use super::cluster::{Cluster, Replica};
use super::describe::Descriptor;
use super::effects::{Effect, Effects, Signer};
use super::hash::StableHasher;
use super::ids::{EventId, NodeId, RequestId, Time};
use super::mail::{Mail, letter, open};
use super::properties::{Decision, Outcome, Report};
use super::protocol::{ClientInput, Input, Protocol, Rule, Status};
use super::quorum::Count;
use super::run::Setup;
use super::trace::Event;
use super::view::{Field, ReplicaView};

/// Takes a thing into a hash: one copy of the code, wherever it is called from.
#[inline(never)]
fn take<T: Hash>(thing: &T, hasher: &mut StableHasher) {
    thing.hash(hasher);
}

/// What is at hand, where it is no message.
enum Hand<P: Protocol> {
    Nothing,
    Value(P::Value),
    Outcome(P::Outcome),
    Rule(P::Rule),
    Command(P::Command),
}

/// A protocol's agents with their types.
pub(super) struct Typed<P: Protocol> {
    pub cluster: Cluster<P>,
    monitor: Box<P::Monitor>,
    mail: Mail,
    out: Effects<P>,
    hand: Hand<P>,
}

impl<P: Protocol> Typed<P> {
    pub fn new(setup: &Setup) -> Result<Self, String> {
        let cluster = Cluster::new(setup)?;
        let out = Effects::new(NodeId::replica(1), setup.replicas, setup.seed, 0);
        Ok(Typed { cluster, monitor: Box::default(), mail: Mail::default(), out, hand: Hand::Nothing })
    }

    fn show(&self, node: NodeId, replica: &Replica<P>) -> ReplicaView {
        match &replica.state {
            Some(state) => P::view(&self.cluster.config, node, state, &replica.disk),
            None => P::view_disk(&self.cluster.config, node, &replica.disk),
        }
    }

    fn call_client(&mut self, node: NodeId, call: Call) {
        let cluster = &mut self.cluster;
        let client = &mut cluster.clients[node.index()];
        let input = match call {
            Call::Deliver(place, from) => match self.mail.collect(place).and_then(open) {
                Some(message) => ClientInput::Deliver { from, message },
                None => return,
            },
            Call::Fire(place) => ClientInput::Fire(client.timers.remove(place)),
            Call::Request(id, to) => match std::mem::replace(&mut self.hand, Hand::Nothing) {
                Hand::Command(command) => ClientInput::Request { id, command, to },
                _ => return,
            },
            Call::Boot | Call::Answer(..) => return,
        };
        P::client_step(&cluster.config, node, &mut client.client, input, &mut self.out);
    }

    fn call_replica(&mut self, node: NodeId, call: Call) {
        let cluster = &mut self.cluster;
        let replica = &mut cluster.replicas[node.index()];
        let input = match call {
            Call::Deliver(place, from) => match self.mail.collect(place).and_then(open) {
                Some(message) => Input::Deliver { from, message },
                None => return,
            },
            Call::Fire(place) => Input::Fire(replica.timers.remove(place)),
            Call::Answer(question, answer) => Input::Answer { question, answer },
            Call::Boot => {
                replica.disk = replica.durable.clone();
                replica.state = Some(Box::new(P::boot(&cluster.config, node, &mut replica.disk, &mut self.out)));
                return;
            }
            Call::Request(..) => return,
        };
        if let Some(state) = &mut replica.state {
            P::step(&cluster.config, node, state, &mut replica.disk, input, &mut self.out);
        }
    }
}

impl<P: Protocol> Clone for Typed<P> {
    fn clone(&self) -> Self {
        let (cluster, monitor) = (self.cluster.clone(), self.monitor.clone());
        Typed { cluster, monitor, mail: self.mail.copy(), out: self.out.fresh(), hand: Hand::Nothing }
    }
}

impl<P: Protocol> Agents for Typed<P> {
    fn clone_box(&self) -> Box<dyn Agents> {
        Box::new(self.clone())
    }

    fn descriptor(&self) -> &'static Descriptor {
        P::DESCRIPTOR
    }

    fn call(&mut self, node: NodeId, call: Call, draws: u32) -> u32 {
        self.out.reuse(node, draws);
        if node.is_client() {
            self.call_client(node, call);
        } else {
            self.call_replica(node, call);
        }
        self.out.draws
    }

    fn wish(&mut self, node: NodeId) -> Option<Wish> {
        loop {
            let (hand, wish) = match self.out.list.pop_front()? {
                Effect::Send { to, message } => return Some(Wish::Send(Some(to), self.mail.hold(letter(message)))),
                Effect::Broadcast(message) => return Some(Wish::Send(None, self.mail.hold(letter(message)))),
                Effect::SetTimer(timer, after) => {
                    let timers = self.cluster.timers(node);
                    let known = timers.iter().position(|other| *other == timer);
                    let place = known.unwrap_or_else(|| {
                        timers.push(timer);
                        timers.len() - 1
                    });
                    return Some(Wish::SetTimer(place, (*after.start(), *after.end())));
                }
                Effect::CancelTimer(timer) => {
                    let timers = self.cluster.timers(node);
                    let Some(place) = timers.iter().position(|other| *other == timer) else { continue };
                    timers.remove(place);
                    return Some(Wish::CancelTimer(place));
                }
                Effect::Persist(disk) => {
                    *self.cluster.replicas[node.index()].durable = disk;
                    continue;
                }
                Effect::Decide { slot, value } => (Hand::Value(value), Wish::Decide(slot)),
                Effect::Complete { request, outcome } => (Hand::Outcome(outcome), Wish::Complete(request)),
                Effect::Ask { question } => return Some(Wish::Ask(question)),
                Effect::Rule(rule) => (Hand::Rule(rule), Wish::Rule(rule.index())),
            };
            self.hand = hand;
            self.mail.lay_down();
            return Some(wish);
        }
    }

    fn stop(&mut self) {
        self.out.list.clear();
    }

    fn words(&self, node: NodeId) -> String {
        if let Some(message) = self.mail.spoken() {
            return message.label();
        }
        match &self.hand {
            Hand::Value(value) => value.to_string(),
            Hand::Outcome(outcome) => outcome.to_string(),
            Hand::Rule(rule) => rule.sentence(node),
            Hand::Command(command) => command.to_string(),
            Hand::Nothing => String::new(),
        }
    }

    fn lies(&mut self, from: NodeId, to: NodeId) -> Vec<Lie> {
        let config = &self.cluster.config;
        let lies = match (self.mail.held(), &self.cluster.replicas[from.index()].state) {
            (Some(message), Some(state)) => P::lies_in(config, state, Signer(from), to, message),
            (Some(message), None) => P::lies(config, Signer(from), to, message),
            (None, _) => Vec::new(),
        };
        let mut letters = Vec::with_capacity(lies.len());
        for (lie, message) in lies {
            letters.push((P::DESCRIPTOR.lies[lie as usize].sort, letter(message)));
        }
        self.mail.think_up(letters)
    }

    fn tell(&mut self, lie: usize) -> Option<Stamp> {
        self.mail.tell(lie)
    }

    fn past(&self, from: NodeId, to: NodeId) -> usize {
        self.cluster.replicas[from.index()].said.to(to).count()
    }

    fn repeat(&mut self, from: NodeId, to: NodeId, place: usize) -> Option<Stamp> {
        self.mail.repeat(&self.cluster.replicas[from.index()].said, to, place)
    }

    fn remember(&mut self, from: NodeId, to: NodeId) {
        self.mail.remember(&mut self.cluster.replicas[from.index()].said, to);
    }

    fn split(&mut self, node: NodeId) {
        let replica = &mut self.cluster.replicas[node.index()];
        if replica.other.is_none() {
            replica.other = Some(Box::new(replica.clone()));
        }
    }

    fn swap(&mut self, node: NodeId) {
        let replica = &mut self.cluster.replicas[node.index()];
        if let Some(mut other) = replica.other.take() {
            std::mem::swap(replica, &mut other);
            replica.other = Some(other);
        }
    }

    fn join(&mut self, node: NodeId) {
        self.cluster.replicas[node.index()].other = None;
    }

    fn other(&self, node: NodeId) -> Option<ReplicaView> {
        self.cluster.replicas[node.index()].other.as_ref().map(|other| self.show(node, other))
    }

    fn reform(&mut self, node: NodeId) {
        self.cluster.replicas[node.index()].said.forget();
    }

    fn post(&mut self, place: u32) {
        self.mail.post(place);
    }

    fn take(&mut self, place: u32) {
        self.mail.take(place);
    }

    fn drop_message(&mut self, place: u32) {
        self.mail.collect(place);
    }

    fn decide(&mut self, slot: u64, by: NodeId, event: EventId, at: Time) -> (bool, Outcome) {
        let Hand::Value(value) = &self.hand else { return (true, Outcome::Same) };
        let cluster = &mut self.cluster;
        let valid = P::valid(&cluster.config, value, &|id| cluster.asked(id).cloned());
        let outcome = cluster.decisions.add(slot, value, by, event, at);
        if matches!(outcome, Outcome::First) {
            cluster.decisions.commands += P::commands_in(value) as u64;
        }
        (valid, outcome)
    }

    fn status(&self, node: NodeId) -> Option<Status> {
        let replica = &self.cluster.replicas[node.index()];
        Some(P::status(&self.cluster.config, node, replica.state.as_deref()?, &replica.disk))
    }

    fn observe(&mut self, event: &Event, report: &mut Report) {
        P::observe(&mut self.monitor, event, &self.cluster, report);
    }

    fn crash(&mut self, node: NodeId, blank: bool) {
        self.cluster.replicas[node.index()].crash(blank);
    }

    fn betray(&mut self, node: NodeId) {
        if let Some(replica) = self.cluster.replicas.get_mut(node.index()).filter(|_| !node.is_client()) {
            replica.traitor = true;
        }
    }

    fn parse(&mut self, words: &[&str]) -> Result<(), String> {
        self.hand = Hand::Command(P::parse_command(&self.cluster.config, words)?);
        Ok(())
    }

    fn check(&self, words: &[&str]) -> Result<(), String> {
        P::parse_command(&self.cluster.config, words).map(drop)
    }

    fn work(&mut self, count: u64, draw: u64, keys: u32) {
        self.hand = Hand::Command(P::workload(&self.cluster.config, count, draw, keys));
    }

    fn enlist(&mut self, client: NodeId) -> u32 {
        let clients = &mut self.cluster.clients;
        while clients.len() < client.number() {
            clients.push(Default::default());
        }
        let asked = &mut clients[client.index()].asked;
        if let Hand::Command(command) = &self.hand {
            asked.push(Rc::new(command.clone()));
        }
        asked.len() as u32
    }

    fn access(&self, id: RequestId) -> Option<Access> {
        P::access(&self.cluster.config, self.cluster.asked(id)?)
    }

    fn command(&self, id: RequestId) -> String {
        self.cluster.asked(id).map(P::Command::to_string).unwrap_or_default()
    }

    fn timer_kind(&self, node: NodeId, place: usize) -> u8 {
        let timers = match node.is_client() {
            true => &self.cluster.clients[node.index()].timers,
            false => &self.cluster.replicas[node.index()].timers,
        };
        P::timer_kind(timers[place])
    }

    fn view(&self, node: NodeId) -> ReplicaView {
        self.show(node, &self.cluster.replicas[node.index()])
    }

    fn doing(&self, node: NodeId) -> String {
        P::view_client(&self.cluster.config, &self.cluster.clients[node.index()].client)
    }

    fn message(&self, place: u32) -> (Option<u64>, String, Vec<Field>) {
        self.mail.show(place)
    }

    fn decided(&self) -> (u64, usize) {
        (self.cluster.decisions.commands(), self.cluster.decisions.slots())
    }

    fn decisions(&self, tell: &mut dyn FnMut(DecisionView)) {
        for (&slot, Decision { value, by, event, at }) in self.cluster.decisions.iter() {
            tell(DecisionView { slot, value: value.to_string(), by: *by, event: *event, at: *at });
        }
    }

    fn count(&self, replica: NodeId, among: &dyn Fn(NodeId) -> bool) -> Count {
        let cluster = &self.cluster;
        P::count(&cluster.config, cluster.disk(replica), cluster.replicas.len(), among)
    }

    fn hash(&self, part: &Part, hasher: &mut StableHasher) {
        let cluster = &self.cluster;
        match *part {
            Part::Config => take(&cluster.config, hasher),
            Part::Node(node) if node.is_client() => {
                let node = &cluster.clients[node.index()];
                take(&node.client, hasher);
                take(&node.asked.len(), hasher);
            }
            Part::Node(node) => {
                let mut incarnation = Some(&cluster.replicas[node.index()]);
                while let Some(replica) = incarnation {
                    take(&node.index(), hasher);
                    take(&replica.state, hasher);
                    take(&replica.disk, hasher);
                    take(&replica.durable, hasher);
                    replica.said.hash(hasher);
                    incarnation = replica.other.as_deref();
                    if let Some(other) = incarnation {
                        take(&other.timers, hasher);
                    }
                }
            }
            Part::Timer(node, place) if node.is_client() => take(&cluster.clients[node.index()].timers[place], hasher),
            Part::Timer(node, place) => take(&cluster.replicas[node.index()].timers[place], hasher),
            Part::Message(place) => self.mail.hash(place, hasher),
        }
    }
}

//! The one door between a run, which is the same code for every protocol, and a protocol's own types. Whatever passes
//! through it is a number, a word or a name; what has a type of the protocol stays behind it, in numbered places.

use std::hash::Hash;

use super::act::Lie;
use super::any::DecisionView;
use super::calls::Access;
use super::cluster::{Cluster, Replica};
use super::describe::Descriptor;
use super::effects::{Effect, Effects, Signer};
use super::hash::StableHasher;
use super::ids::{EventId, NodeId, RequestId, Time};
use super::properties::{Decision, Outcome, Report};
use super::protocol::{ClientInput, Input, Message, Protocol, Rule, Status};
use super::run::Setup;
use super::trace::Event;
use super::view::{Field, ReplicaView};

/// What a handler wants, as far as a run must know it.
pub enum Wish {
    /// To send the message at hand, which has this stamp: to one node, or (`None`) to every other replica.
    Send(Option<NodeId>, Stamp),
    /// To start the timer in this place of the node's timers; it is new where the place is one behind the last.
    SetTimer(usize, (Time, Time)),
    /// To stop the timer in this place, which is gone now.
    CancelTimer(usize),
    /// To decide the value at hand in this slot.
    Decide(u64),
    /// To tell the client that it has its answer, the outcome at hand.
    Complete(RequestId),
    /// To ask the world outside.
    Ask(String),
    /// To say which line of the paper it carried out.
    Rule(u8),
}

/// Kind and epoch of a message, as the record has them.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// A place in the descriptor's list.
    pub kind: u8,
    /// Term, view or ballot; `u32::MAX` for none.
    pub epoch: u32,
    /// Whether the second of two incarnations of its sender says it.
    pub second: bool,
}

/// What an input is.
pub enum Call {
    /// A replica starts, from what is durable.
    Boot,
    /// The message in this place arrives from this node; the place is free afterwards.
    Deliver(u32, NodeId),
    /// The timer in this place has fired, and is gone.
    Fire(usize),
    /// The client is to ask the command at hand of this replica, where one is named.
    Request(RequestId, Option<NodeId>),
    /// A question is answered.
    Answer(String, String),
}

/// What a hash is taken over.
pub enum Part {
    /// The configuration.
    Config,
    /// A replica or client, without its timers.
    Node(NodeId),
    /// The timer in this place of a node's timers.
    Timer(NodeId, usize),
    /// The message in this place.
    Message(u32),
}

/// A protocol's replicas, clients, messages, timers, values and monitor, as a run handles them.
pub trait Agents {
    /// A copy of everything.
    fn clone_box(&self) -> Box<dyn Agents>;
    /// The protocol's vocabulary.
    fn descriptor(&self) -> &'static Descriptor;
    /// Lets a node handle an input, with this many draws behind it. Gives the new number of draws; what it wants comes
    /// by [`Agents::wish`]. A crashed replica does nothing.
    fn call(&mut self, node: NodeId, call: Call, draws: u32) -> u32;
    /// The next thing that `node` wants, its message, value or rule being at hand from then on. Durable writes are done
    /// in passing, for a crash may come before them.
    fn wish(&mut self, node: NodeId) -> Option<Wish>;
    /// Forgets what else was wanted.
    fn stop(&mut self);
    /// What is at hand, in words: a message's label, a value, an outcome, the sentence of a rule, a command.
    fn words(&self, node: NodeId) -> String;
    /// Makes up what could be sent to `to` instead of the message at hand.
    fn lies(&mut self, from: NodeId, to: NodeId) -> Vec<Lie>;
    /// Takes one of these lies in hand instead, until lies are made up again or something else is wanted. `None` where
    /// there is none in this place.
    fn tell(&mut self, lie: usize) -> Option<Stamp>;
    /// How many of its own old messages a Byzantine replica could send to `to`.
    fn past(&self, from: NodeId, to: NodeId) -> usize;
    /// Takes one of those in hand instead, as [`Agents::tell`] does.
    fn repeat(&mut self, from: NodeId, to: NodeId, place: usize) -> Option<Stamp>;
    /// A Byzantine replica remembers the message that it was to send to `to`.
    fn remember(&mut self, from: NodeId, to: NodeId);
    /// A replica gets a second incarnation, the same to the bit; where it has one, that stays.
    fn split(&mut self, node: NodeId);
    /// The other incarnation of a replica is at work from here on.
    fn swap(&mut self, node: NodeId);
    /// A replica's second incarnation is gone.
    fn join(&mut self, node: NodeId);
    /// What the incarnation shows that is not at work; `None` where there is none.
    fn other(&self, node: NodeId) -> Option<ReplicaView>;
    /// It is honest again and forgets what it said.
    fn reform(&mut self, node: NodeId);
    /// Puts a copy of the message at hand into a place.
    fn post(&mut self, place: u32);
    /// Takes the message in a place in hand.
    fn take(&mut self, place: u32);
    /// Empties a place.
    fn drop_message(&mut self, place: u32);
    /// Decides the value at hand, and says whether it was asked for, and what the record of decisions makes of it.
    fn decide(&mut self, slot: u64, by: NodeId, event: EventId, at: Time) -> (bool, Outcome);
    /// Role and epoch of a replica; `None` while it is crashed.
    fn status(&self, node: NodeId) -> Option<Status>;
    /// Checks the protocol's properties after an event.
    fn observe(&mut self, event: &Event, report: &mut Report);
    /// A replica loses what is volatile, and what it had not persisted; with `blank`, its disk too.
    fn crash(&mut self, node: NodeId, blank: bool);
    /// A replica is Byzantine from here on.
    fn betray(&mut self, node: NodeId);
    /// Takes a command in hand that is given in words. Errors: a sentence.
    fn parse(&mut self, words: &[&str]) -> Result<(), String>;
    /// Whether a command can be read. Errors: a sentence.
    fn check(&self, words: &[&str]) -> Result<(), String>;
    /// Takes the next command of a workload in hand.
    fn work(&mut self, count: u64, draw: u64, keys: u32);
    /// Writes down the command at hand as the next request of a client, and gives its number.
    fn enlist(&mut self, client: NodeId) -> u32;
    /// The command of a request as an operation on a register, where it is one.
    fn access(&self, id: RequestId) -> Option<Access>;
    /// The command of a request, in words.
    fn command(&self, id: RequestId) -> String;
    /// The kind of a timer.
    fn timer_kind(&self, node: NodeId, place: usize) -> u8;
    /// What a replica shows.
    fn view(&self, node: NodeId) -> ReplicaView;
    /// What a client is up to.
    fn doing(&self, node: NodeId) -> String;
    /// Epoch, label and fields of the message in a place.
    fn message(&self, place: u32) -> (Option<u64>, String, Vec<Field>);
    /// How many commands are decided, and on how many slots.
    fn decided(&self) -> (u64, usize);
    /// Tells all decisions, by slot.
    fn decisions(&self, tell: &mut dyn FnMut(DecisionView));
    /// How many replicas a decision needs.
    fn quorum(&self) -> usize;
    /// Takes a part into a hash.
    fn hash(&self, part: &Part, hasher: &mut StableHasher);
}

/// An epoch as records have it: past the highest that they can hold, that one. Only `disk` can put it there.
pub(super) fn shown(epoch: u64) -> u32 {
    epoch.min(u64::from(u32::MAX) - 1) as u32
}

fn stamp<M: Message>(message: &M) -> Stamp {
    Stamp { kind: message.kind(), epoch: message.epoch().map_or(u32::MAX, shown), second: false }
}

/// Takes a thing into a hash: one copy of the code, wherever it is called from.
#[inline(never)]
fn take<T: Hash>(thing: &T, hasher: &mut StableHasher) {
    thing.hash(hasher);
}

/// How many of its own messages a Byzantine replica remembers.
const MOST_SAID: usize = 32;

/// What could be sent again: to replicas what was sent to any replica, to a client what was sent to that one.
fn past<P: Protocol>(said: &[(NodeId, P::Message)], to: NodeId) -> impl Iterator<Item = &P::Message> {
    let fits = move |old: NodeId| if to.is_client() { old == to } else { !old.is_client() };
    said.iter().filter(move |said| fits(said.0)).map(|said| &said.1)
}

/// What is at hand.
enum Hand<P: Protocol> {
    Nothing,
    Message(P::Message),
    Value(P::Value),
    Outcome(P::Outcome),
    Rule(P::Rule),
    Command(P::Command),
}

/// A protocol's agents with their types.
pub(super) struct Typed<P: Protocol> {
    pub cluster: Cluster<P>,
    monitor: P::Monitor,
    messages: Vec<Option<P::Message>>,
    out: Effects<P>,
    hand: Hand<P>,
    lies: Vec<(u8, P::Message)>,
    lie: Option<usize>,
}

impl<P: Protocol> Typed<P> {
    pub fn new(setup: &Setup) -> Result<Self, String> {
        Ok(Typed::of(
            Cluster::new(setup)?,
            P::Monitor::default(),
            Vec::new(),
            Effects::new(NodeId::replica(1), setup.replicas, setup.seed, 0),
        ))
    }

    fn of(cluster: Cluster<P>, monitor: P::Monitor, messages: Vec<Option<P::Message>>, out: Effects<P>) -> Self {
        Typed { cluster, monitor, messages, out, hand: Hand::Nothing, lies: Vec::new(), lie: None }
    }

    /// The message at hand, or the lie in its stead.
    fn spoken(&self) -> Option<&P::Message> {
        match (&self.hand, self.lie) {
            (_, Some(place)) => Some(&self.lies[place].1),
            (Hand::Message(message), None) => Some(message),
            _ => None,
        }
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
            Call::Deliver(place, from) => match self.messages[place as usize].take() {
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
            Call::Deliver(place, from) => match self.messages[place as usize].take() {
                Some(message) => Input::Deliver { from, message },
                None => return,
            },
            Call::Fire(place) => Input::Fire(replica.timers.remove(place)),
            Call::Answer(question, answer) => Input::Answer { question, answer },
            Call::Boot => {
                replica.disk = replica.durable.clone();
                replica.state = Some(P::boot(&cluster.config, node, &mut replica.disk, &mut self.out));
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
        Typed::of(self.cluster.clone(), self.monitor.clone(), self.messages.clone(), self.out.fresh())
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
        self.out.list.reverse(); // so that the first can be taken from the end
        self.out.draws
    }

    fn wish(&mut self, node: NodeId) -> Option<Wish> {
        loop {
            let (hand, wish) = match self.out.list.pop()? {
                Effect::Send { to, message } => {
                    let stamp = stamp(&message);
                    (Hand::Message(message), Wish::Send(Some(to), stamp))
                }
                Effect::Broadcast(message) => {
                    let stamp = stamp(&message);
                    (Hand::Message(message), Wish::Send(None, stamp))
                }
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
                    self.cluster.replicas[node.index()].durable = disk;
                    continue;
                }
                Effect::Decide { slot, value } => (Hand::Value(value), Wish::Decide(slot)),
                Effect::Complete { request, outcome } => (Hand::Outcome(outcome), Wish::Complete(request)),
                Effect::Ask { question } => return Some(Wish::Ask(question)),
                Effect::Rule(rule) => (Hand::Rule(rule), Wish::Rule(rule.index())),
            };
            (self.hand, self.lie) = (hand, None);
            return Some(wish);
        }
    }

    fn stop(&mut self) {
        self.out.list.clear();
    }

    fn words(&self, node: NodeId) -> String {
        match &self.hand {
            Hand::Message(_) => self.spoken().map_or_else(String::new, Message::label),
            Hand::Value(value) => value.to_string(),
            Hand::Outcome(outcome) => outcome.to_string(),
            Hand::Rule(rule) => rule.sentence(node),
            Hand::Command(command) => command.to_string(),
            Hand::Nothing => String::new(),
        }
    }

    fn lies(&mut self, from: NodeId, to: NodeId) -> Vec<Lie> {
        self.lie = None;
        self.lies = match &self.hand {
            Hand::Message(message) => match &self.cluster.replicas[from.index()].state {
                Some(state) => P::lies_in(&self.cluster.config, state, Signer(from), to, message),
                None => P::lies(&self.cluster.config, Signer(from), to, message),
            },
            _ => Vec::new(),
        };
        let sort = |lie: u8| P::DESCRIPTOR.lies[lie as usize].sort;
        self.lies.iter().map(|lie| Lie { sort: sort(lie.0), kind: lie.1.kind() }).collect()
    }

    fn tell(&mut self, lie: usize) -> Option<Stamp> {
        let found = self.lies.get(lie).map(|lie| stamp(&lie.1));
        self.lie = found.map(|_| lie);
        found
    }

    fn past(&self, from: NodeId, to: NodeId) -> usize {
        past::<P>(&self.cluster.replicas[from.index()].said, to).count()
    }

    fn repeat(&mut self, from: NodeId, to: NodeId, place: usize) -> Option<Stamp> {
        let old = past::<P>(&self.cluster.replicas[from.index()].said, to).nth(place).cloned()?;
        self.lies.push((0, old));
        self.tell(self.lies.len() - 1)
    }

    fn remember(&mut self, from: NodeId, to: NodeId) {
        let Hand::Message(message) = &self.hand else { return };
        let said = &mut self.cluster.replicas[from.index()].said;
        // A broadcast is one thing to remember, not one for each receiver.
        if said.last().is_some_and(|last| last.0.is_client() == to.is_client() && last.1 == *message) {
            return;
        }
        if said.len() == MOST_SAID {
            said.remove(0);
        }
        said.push((to, message.clone()));
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
        self.cluster.replicas[node.index()].said.clear();
    }

    fn post(&mut self, place: u32) {
        let message = self.spoken().cloned();
        match self.messages.get_mut(place as usize) {
            Some(slot) => *slot = message,
            None => self.messages.push(message),
        }
    }

    fn take(&mut self, place: u32) {
        self.lie = None;
        self.hand = self.messages[place as usize].clone().map_or(Hand::Nothing, Hand::Message);
    }

    fn drop_message(&mut self, place: u32) {
        self.messages[place as usize] = None;
    }

    fn decide(&mut self, slot: u64, by: NodeId, event: EventId, at: Time) -> (bool, Outcome) {
        let Hand::Value(value) = &self.hand else { return (true, Outcome::Same) };
        let cluster = &mut self.cluster;
        let valid = P::valid(&cluster.config, value, &|id| cluster.asked(id).cloned());
        let commands = P::commands_in(value);
        (valid, cluster.decisions.add(slot, Decision { value: value.clone(), by, event, at }, commands))
    }

    fn status(&self, node: NodeId) -> Option<Status> {
        let replica = &self.cluster.replicas[node.index()];
        Some(P::status(&self.cluster.config, node, replica.state.as_ref()?, &replica.disk))
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
            asked.push(command.clone());
        }
        asked.len() as u32
    }

    fn access(&self, id: RequestId) -> Option<Access> {
        P::access(self.cluster.asked(id)?)
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
        match &self.messages[place as usize] {
            Some(message) => (message.epoch(), message.label(), message.fields()),
            None => (None, String::new(), Vec::new()),
        }
    }

    fn decided(&self) -> (u64, usize) {
        (self.cluster.decisions.commands(), self.cluster.decisions.slots())
    }

    fn decisions(&self, tell: &mut dyn FnMut(DecisionView)) {
        for (&slot, Decision { value, by, event, at }) in self.cluster.decisions.iter() {
            tell(DecisionView { slot, value: value.to_string(), by: *by, event: *event, at: *at });
        }
    }

    fn quorum(&self) -> usize {
        P::quorum(&self.cluster.config)
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
                    if !replica.said.is_empty() {
                        take(&replica.said, hasher);
                    }
                    incarnation = replica.other.as_deref();
                    if let Some(other) = incarnation {
                        take(&other.timers, hasher);
                    }
                }
            }
            Part::Timer(node, place) if node.is_client() => take(&cluster.clients[node.index()].timers[place], hasher),
            Part::Timer(node, place) => take(&cluster.replicas[node.index()].timers[place], hasher),
            Part::Message(place) => self.messages[place as usize].iter().for_each(|message| take(message, hasher)),
        }
    }
}

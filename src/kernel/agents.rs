//! The agents of a run, whatever their protocol. Whatever passes between them and the run is a number, a word or a name;
//! messages, timers and values lie here, in numbered places, and what has a type of the protocol is behind the doors of
//! [`typed`](super::typed).

use std::any::Any;
use std::hash::Hash;
use std::rc::Rc;

use super::act::Lie;
use super::any::DecisionView;
use super::calls::Access;
use super::cluster::{ClientNode, Crew, Replica};
use super::describe::Descriptor;
use super::effects::{Outbox, Signer, Want};
use super::hash::StableHasher;
use super::ids::{EventId, NodeId, RequestId, Time};
use super::log::Log;
use super::mail::{Mail, Said};
use super::properties::{Decision, Outcome, Report, Shown};
use super::protocol::Status;
use super::quorum::Count;
use super::run::Setup;
use super::timers::Alarm;
use super::trace::Event;
use super::typed::{Host, Stimulus};
use super::usage::understood;
use super::view::{Field, Fields, ReplicaView};

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

/// What is at hand, where it is no message.
enum Hand {
    Nothing,
    Text(String),
    Thing(Rc<dyn Shown>),
}

/// A protocol's replicas, clients, messages, timers, values and monitor, as a run handles them.
pub struct Agents {
    descriptor: &'static Descriptor,
    host: Box<dyn Host>,
    pub(super) crew: Crew,
    mail: Mail,
    /// `None` while it is in a handler's hands.
    out: Option<Box<Outbox>>,
    hand: Hand,
}

impl Clone for Agents {
    fn clone(&self) -> Self {
        Agents {
            descriptor: self.descriptor,
            host: self.host.copy(),
            crew: self.crew.clone(),
            mail: self.mail.copy(),
            out: self.out.as_ref().map(|out| Outbox::new(out.replicas, out.seed)),
            hand: Hand::Nothing,
        }
    }
}

impl Agents {
    /// Agents that have not started yet, with the disks of the set-up. Errors: a sentence, where it does not fit.
    pub(super) fn new(descriptor: &'static Descriptor, host: Box<dyn Host>, setup: &Setup) -> Result<Self, String> {
        let mut crew = Crew::default();
        for number in 1..=setup.replicas {
            let me = NodeId::replica(number);
            let disk: &[_] = setup.disks.iter().find(|(node, _)| *node == me).map_or(&[], |(_, pairs)| pairs);
            if let Some((key, _)) = disk.iter().find(|(key, _)| descriptor.disk.iter().all(|info| info.name != key)) {
                return Err(format!("`{key}` is no key of a disk of {}", descriptor.name));
            }
            let actor = host.replica(disk)?;
            let (timers, said) = (Vec::new(), Said::default());
            crew.replicas.push(Replica { actor, timers, traitor: false, said, other: None });
        }
        let out = Some(Outbox::new(setup.replicas, setup.seed));
        Ok(Agents { descriptor, host, crew, mail: Mail::default(), out, hand: Hand::Nothing })
    }

    #[inline(always)]
    fn replica(&self, node: NodeId) -> &Replica {
        &self.crew.replicas.as_slice()[node.index()]
    }

    #[inline(always)]
    fn replica_mut(&mut self, node: NodeId) -> &mut Replica {
        &mut self.crew.replicas.as_mut_slice()[node.index()]
    }

    /// The protocol's vocabulary.
    pub fn descriptor(&self) -> &'static Descriptor {
        self.descriptor
    }

    /// Lets a node handle an input, with this many draws behind it; with `told` somebody wants the sentences. Gives the
    /// new number of draws; what it wants comes by [`Agents::wish`]. A crashed replica does nothing.
    pub fn call(&mut self, node: NodeId, call: Call, draws: u32, told: bool) -> u32 {
        let Some(mut out) = self.out.take() else { return draws };
        out.list.clear();
        (out.me, out.draws, out.told) = (node, draws, told);
        let mut out = self.hand_over(node, call, out);
        out.list.reverse(); // What is wanted first is taken first, from the end.
        self.out.insert(out).draws
    }

    fn hand_over(&mut self, node: NodeId, call: Call, out: Box<Outbox>) -> Box<Outbox> {
        let input = match call {
            Call::Boot => return self.replica_mut(node).actor.boot(node, out),
            Call::Deliver(place, from) => match self.mail.collect(place) {
                Some(letter) => Stimulus::Deliver(from, letter),
                None => return out,
            },
            Call::Fire(place) => Stimulus::Fire(self.crew.timers(node).remove(place)),
            Call::Request(id, to) => match std::mem::replace(&mut self.hand, Hand::Nothing) {
                Hand::Thing(command) => Stimulus::Request(id, command, to),
                _ => return out,
            },
            Call::Answer(question, answer) => Stimulus::Answer(question, answer),
        };
        match node.is_client() {
            true => self.crew.clients[node.index()].patron.step(node, &input, out),
            false => self.replica_mut(node).actor.step(node, &input, out),
        }
    }

    /// The next thing that `node` wants, its message, value or rule being at hand from then on. Durable writes are done
    /// in passing, for a crash may come before them.
    pub fn wish(&mut self, node: NodeId) -> Option<Wish> {
        loop {
            let (hand, wish) = match self.out.as_mut()?.list.pop()? {
                Want::Send(to, letter) => return Some(Wish::Send(to, self.mail.hold(letter))),
                Want::SetTimer(alarm, after) => {
                    let timers = self.crew.timers(node);
                    let known = timers.iter().position(|other| *other == alarm);
                    let place = known.unwrap_or_else(|| {
                        timers.push(alarm);
                        timers.len() - 1
                    });
                    return Some(Wish::SetTimer(place, after));
                }
                Want::CancelTimer(alarm) => {
                    let timers = self.crew.timers(node);
                    let Some(place) = timers.iter().position(|other| *other == alarm) else { continue };
                    timers.remove(place);
                    return Some(Wish::CancelTimer(place));
                }
                Want::Persist(disk) => {
                    self.replica_mut(node).actor.harden(disk);
                    continue;
                }
                Want::Ask(question) => return Some(Wish::Ask(question)),
                Want::Decide(slot, value) => (Hand::Thing(value), Wish::Decide(slot)),
                Want::Complete(request, told) => (Hand::Text(told), Wish::Complete(request)),
                Want::Rule(index, sentence) => (Hand::Text(sentence), Wish::Rule(index)),
            };
            self.hand = hand;
            self.mail.lay_down();
            return Some(wish);
        }
    }

    /// Forgets what else was wanted.
    pub fn stop(&mut self) {
        if let Some(out) = &mut self.out {
            out.list.clear();
        }
    }

    /// What is at hand, in words: a message's label, a value, an outcome, the sentence of a rule, a command.
    pub fn words(&self) -> String {
        if let Some(message) = self.mail.spoken() {
            return message.label();
        }
        match &self.hand {
            Hand::Thing(thing) => thing.to_string(),
            Hand::Text(text) => text.clone(),
            Hand::Nothing => String::new(),
        }
    }

    /// What the message at hand carries.
    pub fn contents(&self) -> Vec<Field> {
        let mut fields = Fields::default();
        self.mail.spoken().into_iter().for_each(|message| message.fields(&mut fields));
        fields.0
    }

    /// Makes up what could be sent to `to` instead of the message at hand.
    pub fn lies(&mut self, from: NodeId, to: NodeId) -> Vec<Lie> {
        let mut letters = Vec::new();
        if let Some(letter) = self.mail.held() {
            for (lie, letter) in self.replica(from).actor.lies(Signer(from), to, letter) {
                letters.push((self.descriptor.lies[lie as usize].sort, letter));
            }
        }
        self.mail.think_up(letters)
    }

    /// Takes one of these lies in hand instead, until lies are made up again or something else is wanted. `None` where
    /// there is none in this place.
    pub fn tell(&mut self, lie: usize) -> Option<Stamp> {
        self.mail.tell(lie)
    }

    /// How many of its own old messages a Byzantine replica could send to `to`.
    pub fn past(&self, from: NodeId, to: NodeId) -> usize {
        self.replica(from).said.to(to).count()
    }

    /// Takes one of those in hand instead, as [`Agents::tell`] does.
    pub fn repeat(&mut self, from: NodeId, to: NodeId, place: usize) -> Option<Stamp> {
        self.mail.repeat(&self.crew.replicas[from.index()].said, to, place)
    }

    /// A Byzantine replica remembers the message that it was to send to `to`.
    pub fn remember(&mut self, from: NodeId, to: NodeId) {
        self.mail.remember(&mut self.crew.replicas[from.index()].said, to);
    }

    /// A replica gets a second incarnation, the same to the bit; where it has one, that stays.
    pub fn split(&mut self, node: NodeId) {
        let replica = self.replica_mut(node);
        if replica.other.is_none() {
            replica.other = Some(Box::new(replica.clone()));
        }
    }

    /// The other incarnation of a replica is at work from here on.
    pub fn swap(&mut self, node: NodeId) {
        let replica = self.replica_mut(node);
        if let Some(mut other) = replica.other.take() {
            std::mem::swap(replica, &mut other);
            replica.other = Some(other);
        }
    }

    /// A replica's second incarnation is gone.
    pub fn join(&mut self, node: NodeId) {
        self.replica_mut(node).other = None;
    }

    /// What the incarnation shows that is not at work; `None` where there is none.
    pub fn other(&self, node: NodeId) -> Option<ReplicaView> {
        self.replica(node).other.as_ref().map(|other| other.actor.view(node))
    }

    /// It is honest again and forgets what it said.
    pub fn reform(&mut self, node: NodeId) {
        self.replica_mut(node).said.forget();
    }

    /// Puts a copy of the message at hand into a place.
    pub fn post(&mut self, place: u32) {
        self.mail.post(place);
    }

    /// Takes the message in a place in hand.
    pub fn take(&mut self, place: u32) {
        self.mail.take(place);
    }

    /// Empties a place.
    pub fn drop_message(&mut self, place: u32) {
        self.mail.collect(place);
    }

    /// Decides the value at hand, and says whether it was asked for, and what the record of decisions makes of it.
    pub fn decide(&mut self, slot: u64, by: NodeId, event: EventId, at: Time) -> (bool, Outcome) {
        let Hand::Thing(value) = &self.hand else { return (true, Outcome::Same) };
        let (valid, commands) = self.host.judge(&**value as &dyn Any, &self.crew);
        (valid, self.crew.decisions.add(slot, Decision { value: value.clone(), by, event, at }, commands))
    }

    /// Role and epoch of a replica; `None` while it is crashed.
    pub fn status(&self, node: NodeId) -> Option<Status> {
        self.replica(node).actor.status(node)
    }

    /// Checks the protocol's properties after an event.
    pub fn observe(&mut self, event: &Event, report: &mut Report) {
        self.host.observe(event, &self.crew, report);
    }

    /// A replica loses what is volatile, and what it had not persisted; with `blank`, its disk too.
    pub fn crash(&mut self, node: NodeId, blank: bool) {
        self.replica_mut(node).crash(blank);
    }

    /// A replica is Byzantine from here on.
    pub fn betray(&mut self, node: NodeId) {
        if let Some(replica) = self.crew.replicas.get_mut(node.index()).filter(|_| !node.is_client()) {
            replica.traitor = true;
        }
    }

    /// Takes a command in hand that is given in words. Errors: a sentence.
    pub fn parse(&mut self, words: &[&str]) -> Result<(), String> {
        self.hand = Hand::Thing(self.read(words)?);
        Ok(())
    }

    fn read(&self, words: &[&str]) -> Result<Rc<dyn Shown>, String> {
        let (place, values) = understood(self.descriptor.commands, words)?;
        self.host.command(place, &values)
    }

    /// Whether a command can be read. Errors: a sentence.
    pub fn check(&self, words: &[&str]) -> Result<(), String> {
        self.read(words).map(drop)
    }

    /// Takes the next command of a workload in hand.
    pub fn work(&mut self, count: u64, draw: u64, keys: u32) {
        self.hand = Hand::Thing(self.host.work(count, draw, keys));
    }

    /// Writes down the command at hand as the next request of a client, and gives its number.
    pub fn enlist(&mut self, client: NodeId) -> u32 {
        while self.crew.clients.len() < client.number() {
            let patron = self.host.client();
            self.crew.clients.push(ClientNode { patron, asked: Log::new(), timers: Vec::new() });
        }
        let asked = &mut self.crew.clients[client.index()].asked;
        if let Hand::Thing(command) = &self.hand {
            asked.push(command.clone());
        }
        asked.len() as u32
    }

    /// The command of a request as an operation on a register, where it is one.
    pub fn access(&self, id: RequestId) -> Option<Access> {
        self.host.access(self.crew.asked(id)? as &dyn Any)
    }

    /// The command of a request, in words.
    pub fn command(&self, id: RequestId) -> String {
        self.crew.asked(id).map(|command| command.to_string()).unwrap_or_default()
    }

    fn alarm(&self, node: NodeId, place: usize) -> Alarm {
        match node.is_client() {
            true => self.crew.clients[node.index()].timers.as_slice()[place],
            false => self.replica(node).timers.as_slice()[place],
        }
    }

    /// The kind of a timer.
    pub fn timer_kind(&self, node: NodeId, place: usize) -> u8 {
        self.alarm(node, place).kind
    }

    /// What a replica shows.
    pub fn view(&self, node: NodeId) -> ReplicaView {
        self.replica(node).actor.view(node)
    }

    /// What a client is up to.
    pub fn doing(&self, node: NodeId) -> String {
        self.crew.clients[node.index()].patron.doing()
    }

    /// Epoch, label and fields of the message in a place.
    pub fn message(&self, place: u32) -> (Option<u64>, String, Vec<Field>) {
        self.mail.show(place)
    }

    /// How many commands are decided, and on how many slots.
    pub fn decided(&self) -> (u64, usize) {
        (self.crew.decisions.commands(), self.crew.decisions.slots())
    }

    /// All decisions, by slot.
    pub fn decisions(&self) -> Vec<DecisionView> {
        let mut all = Vec::with_capacity(self.crew.decisions.slots());
        for (&slot, Decision { value, by, event, at }) in self.crew.decisions.iter() {
            all.push(DecisionView { slot, value: value.to_string(), by: *by, event: *event, at: *at });
        }
        all
    }

    /// How many of those that a decision needs are among these, as far as a replica knows.
    pub fn count(&self, replica: NodeId, among: &dyn Fn(NodeId) -> bool) -> Count {
        self.replica(replica).actor.count(self.crew.replicas.len(), among)
    }

    /// Takes a part into a hash.
    pub fn hash(&self, part: &Part, hasher: &mut StableHasher) {
        match *part {
            Part::Config => self.host.hash(hasher),
            Part::Node(node) if node.is_client() => {
                let client = &self.crew.clients[node.index()];
                client.patron.hash(hasher);
                client.asked.len().hash(hasher);
            }
            Part::Node(node) => {
                let mut incarnation = Some(self.replica(node));
                while let Some(replica) = incarnation {
                    node.index().hash(hasher);
                    replica.actor.hash(hasher);
                    replica.said.hash(hasher);
                    incarnation = replica.other.as_deref();
                    if let Some(other) = incarnation {
                        other.timers.hash(hasher);
                    }
                }
            }
            Part::Timer(node, place) => self.alarm(node, place).hash(hasher),
            Part::Message(place) => self.mail.hash(place, hasher),
        }
    }
}

/// An epoch as records have it: past the highest that they can hold, that one. Only `disk` can put it there.
pub(super) fn shown(epoch: u64) -> u32 {
    epoch.min(u64::from(u32::MAX) - 1) as u32
}

//! The agents of a run, whatever their protocol. Whatever passes between them and the run is a number, a word or a name;
//! messages, timers and values lie here, in numbered places, and what has a type of the protocol is behind the doors of
//! [`typed`](crate::kernel::protocol::adapter).

use std::any::Any;
use std::hash::Hash;
use std::rc::Rc;

use super::mailbox::{Envelope, Letter, Mail, Said};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{NodeId, RequestId, Time};
use crate::kernel::data::persistent_vec::PersistentVec;
use crate::kernel::descriptor::rules::Told;
use crate::kernel::descriptor::timers::TimerKey;
use crate::kernel::descriptor::view::{Field, ReplicaView};
use crate::kernel::descriptor::vocabulary::{Descriptor, OptionInfo};
use crate::kernel::protocol::adapter::{Host, Stimulus};
use crate::kernel::protocol::algorithm::Status;
use crate::kernel::protocol::cluster::{ClientNode, Crew, Replica};
use crate::kernel::protocol::effects::{Outbox, Signer, Want};
use crate::kernel::protocol::quorum::Count;
use crate::kernel::record::client_history::Access;
use crate::kernel::record::trace::Event;
use crate::kernel::record::verdicts::{Decision, Outcome, Report, Shown};
use crate::kernel::simulation::action::Lie;
use crate::kernel::simulation::state::Setup;
use crate::kernel::world::dyn_world::DecisionView;

/// What a handler wants, as far as a run must know it. Each wish carries all that it is about, in words where the run
/// only tells it.
pub enum Wish {
    /// To send this message: to one node, or (`None`) to every other replica.
    Send(Option<NodeId>, Letter),
    /// To start the timer in this place of the node's timers; it is new where the place is one behind the last.
    SetTimer(usize, (Time, Time)),
    /// To stop the timer in this place, which is gone now.
    CancelTimer(usize),
    /// To decide this value in this slot.
    Decide(u64, Rc<dyn Shown>),
    /// To tell the client that it has its answer, and which.
    Complete(RequestId, String),
    /// To ask the world outside.
    Ask(String),
    /// To say which line of the paper it carried out, with its sentence.
    Rule(u8, Told),
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
    /// The client is to ask this of this replica, where one is named.
    Request(RequestId, Rc<dyn Shown>, Option<NodeId>),
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
pub struct Agents {
    descriptor: &'static Descriptor,
    host: Box<dyn Host>,
    pub(crate) crew: Crew,
    /// Which of the descriptor's options are bugs that are switched on, by place.
    bugs: Rc<[bool]>,
    mail: Mail,
    /// `None` while it is in a handler's hands.
    out: Option<Box<Outbox>>,
}

impl Clone for Agents {
    fn clone(&self) -> Self {
        Agents {
            descriptor: self.descriptor,
            host: self.host.copy(),
            crew: self.crew.clone(),
            bugs: self.bugs.clone(),
            mail: self.mail.clone(),
            out: self.out.as_ref().map(|out| Outbox::new(out.replicas, out.seed)),
        }
    }
}

impl Agents {
    /// Agents that have not started yet, with the disks of the set-up. Errors: a sentence, where it does not fit.
    pub(crate) fn new(descriptor: &'static Descriptor, host: Box<dyn Host>, setup: &Setup) -> Result<Self, String> {
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
        let bugs = descriptor.options.iter().map(|option| option.bug && setup.options.is_on(option)).collect();
        Ok(Agents { descriptor, host, crew, bugs, mail: Mail::default(), out })
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
            Call::Request(id, command, to) => Stimulus::Request(id, command, to),
            Call::Answer(question, answer) => Stimulus::Answer(question, answer),
        };
        match node.is_client() {
            true => self.crew.clients[node.index()].patron.step(node, &input, out),
            false => self.replica_mut(node).actor.step(node, &input, out),
        }
    }

    /// The next thing that `node` wants. Durable writes are done in passing, for a crash may come before them.
    pub fn wish(&mut self, node: NodeId) -> Option<Wish> {
        loop {
            return Some(match self.out.as_mut()?.list.pop()? {
                Want::Send(to, letter) => Wish::Send(to, letter),
                Want::SetTimer(alarm, after) => {
                    let timers = self.crew.timers(node);
                    let known = timers.iter().position(|other| *other == alarm);
                    let place = known.unwrap_or_else(|| {
                        timers.push(alarm);
                        timers.len() - 1
                    });
                    Wish::SetTimer(place, after)
                }
                Want::CancelTimer(alarm) => {
                    let timers = self.crew.timers(node);
                    let Some(place) = timers.iter().position(|other| *other == alarm) else { continue };
                    timers.remove(place);
                    Wish::CancelTimer(place)
                }
                Want::Persist(disk) => {
                    self.replica_mut(node).actor.harden(disk);
                    continue;
                }
                Want::Ask(question) => Wish::Ask(question),
                Want::Decide(slot, value) => Wish::Decide(slot, value),
                Want::Complete(request, told) => Wish::Complete(request, told),
                Want::Rule(index, told) => Wish::Rule(index, told),
            });
        }
    }

    /// Forgets what else was wanted.
    pub fn stop(&mut self) {
        if let Some(out) = &mut self.out {
            out.list.clear();
        }
    }

    /// What could be sent to `to` instead of a message: what it is, and the messages themselves.
    pub fn lies(&self, from: NodeId, to: NodeId, letter: &Letter) -> (Vec<Lie>, Vec<Letter>) {
        let made_up = self.replica(from).actor.lies(Signer(from), to, letter);
        let sort = |lie: u8| self.descriptor.lies[lie as usize].sort;
        made_up.into_iter().map(|(lie, letter)| (Lie { sort: sort(lie), kind: letter.kind() }, letter)).unzip()
    }

    /// How many of its own old messages a Byzantine replica could send to `to`.
    pub fn past(&self, from: NodeId, to: NodeId) -> usize {
        self.replica(from).said.to(to).count()
    }

    /// One of those.
    pub fn repeat(&self, from: NodeId, to: NodeId, place: usize) -> Option<Letter> {
        self.replica(from).said.to(to).nth(place).cloned()
    }

    /// A Byzantine replica remembers the message that it was to send to `to`.
    pub fn remember(&mut self, from: NodeId, to: NodeId, letter: &Letter) {
        self.replica_mut(from).said.remember(to, letter);
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

    /// Puts a message into a place.
    pub fn post(&mut self, place: u32, letter: &Letter) {
        self.mail.post(place, letter);
    }

    /// A copy of the message in a place, with the stamp that it has.
    pub fn copy_of(&self, place: u32, stamp: Stamp) -> Option<Envelope> {
        Some(Envelope { letter: self.mail.at(place)?.clone(), stamp })
    }

    /// Empties a place.
    pub fn drop_message(&mut self, place: u32) {
        self.mail.collect(place);
    }

    /// Takes a decision down, and says whether its value was asked for, and what the record of decisions makes of it.
    pub fn decide(&mut self, slot: u64, decision: Decision) -> (bool, Outcome) {
        let (valid, commands) = self.host.judge(&*decision.value as &dyn Any, &self.crew);
        (valid, self.crew.decisions.add(slot, decision, commands))
    }

    /// Role and epoch of a replica; `None` while it is crashed.
    pub fn status(&self, node: NodeId) -> Option<Status> {
        self.replica(node).actor.status(node)
    }

    /// How many replicas may lie or lose their disk, and the properties hold all the same.
    pub fn tolerated(&self) -> usize {
        self.host.tolerated()
    }

    /// The switches of known bugs that are on.
    pub fn bugs(&self) -> impl Iterator<Item = &'static OptionInfo> {
        let options = self.descriptor.options.iter();
        options.zip(self.bugs.iter()).filter(|(_, on)| **on).map(|(option, _)| option)
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

    /// Reads a command that is given in words. Errors: a sentence.
    pub fn read(&self, words: &[&str]) -> Result<Rc<dyn Shown>, String> {
        self.host.command(words)
    }

    /// Whether a command can be read. Errors: a sentence.
    pub fn check(&self, words: &[&str]) -> Result<(), String> {
        self.read(words).map(drop)
    }

    /// The next command of a workload.
    pub fn work(&self, count: u64, draw: u64, keys: u32) -> Rc<dyn Shown> {
        self.host.work(count, draw, keys)
    }

    /// Writes down a command as the next request of a client, and gives its number.
    pub fn enlist(&mut self, client: NodeId, command: &Rc<dyn Shown>) -> u32 {
        while self.crew.clients.len() < client.number() {
            let patron = self.host.client();
            self.crew.clients.push(ClientNode { patron, asked: PersistentVec::new(), timers: Vec::new() });
        }
        let asked = &mut self.crew.clients[client.index()].asked;
        asked.push(command.clone());
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

    fn alarm(&self, node: NodeId, place: usize) -> TimerKey {
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
pub(crate) fn shown(epoch: u64) -> u32 {
    epoch.min(u64::from(u32::MAX) - 1) as u32
}

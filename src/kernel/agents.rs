//! The one door between a run, which is the same code for every protocol, and a protocol's own types. Whatever passes
//! through it is a number, a word or a name; what has a type of the protocol stays behind it, in numbered places.

use super::act::Lie;
use super::any::DecisionView;
use super::calls::Access;
use super::describe::Descriptor;
use super::hash::StableHasher;
use super::ids::{EventId, NodeId, RequestId, Time};
use super::properties::{Outcome, Report};
use super::protocol::Status;
use super::quorum::Count;
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
    /// How many of those that a decision needs are among these, as far as a replica knows.
    fn count(&self, replica: NodeId, among: &dyn Fn(NodeId) -> bool) -> Count;
    /// Takes a part into a hash.
    fn hash(&self, part: &Part, hasher: &mut StableHasher);
}

/// An epoch as records have it: past the highest that they can hold, that one. Only `disk` can put it there.
pub(super) fn shown(epoch: u64) -> u32 {
    epoch.min(u64::from(u32::MAX) - 1) as u32
}

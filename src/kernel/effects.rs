//! What a handler wants done, in the order in which it wants it.

use std::collections::VecDeque;
use std::ops::RangeInclusive;

use super::hash;
use super::ids::{NodeId, RequestId, Time};
use super::protocol::Protocol;

/// One thing that a handler wants done.
pub enum Effect<P: Protocol> {
    /// Send a message to one node.
    Send {
        /// To whom.
        to: NodeId,
        /// What.
        message: P::Message,
    },
    /// Send a message to every other replica, in the order of their numbers.
    Broadcast(P::Message),
    /// Start a timer, or start it again, to fire after a time from this range (virtual microseconds, by the replica's own clock).
    SetTimer(P::Timer, RangeInclusive<Time>),
    /// Stop a timer. Stopping one that does not run does nothing.
    CancelTimer(P::Timer),
    /// Make durable what the disk holds at this point.
    Persist(P::Disk),
    /// Decide a slot. Slots count from 1.
    Decide {
        /// Which slot.
        slot: u64,
        /// What is decided.
        value: P::Value,
    },
    /// A client has the answer to its request.
    Complete {
        /// Which request.
        request: RequestId,
        /// What it was told.
        outcome: P::Outcome,
    },
    /// Ask the world outside (a student's code, a language model); the answer comes as an input.
    Ask {
        /// The question, in a form that the protocol describes.
        question: String,
    },
    /// A line of the paper was carried out.
    Rule(P::Rule),
}

/// Where a handler puts what it wants done. The world carries the list out in order, and a crash may cut it anywhere:
/// what stands after the cut, durable writes included, never happens.
pub struct Effects<P: Protocol> {
    me: NodeId,
    replicas: usize,
    pub(super) list: VecDeque<Effect<P>>,
    seed: u64,
    pub(super) draws: u32,
}

impl<P: Protocol> Effects<P> {
    /// An empty list for one node; `seed` and `draws` key the choices that the handler may make.
    pub fn new(me: NodeId, replicas: usize, seed: u64, draws: u32) -> Self {
        Effects { me, replicas, list: VecDeque::new(), seed, draws }
    }

    pub(super) fn fresh(&self) -> Self {
        Effects::new(self.me, self.replicas, self.seed, 0)
    }

    pub(super) fn reuse(&mut self, me: NodeId, draws: u32) {
        self.list.clear();
        self.me = me;
        self.draws = draws;
    }

    /// The node that the handler runs for.
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// How many replicas there are.
    pub fn replicas(&self) -> usize {
        self.replicas
    }

    /// What is on the list so far.
    pub fn list(&self) -> &[Effect<P>] {
        // It is emptied before it is filled again, so that it is in one piece.
        self.list.as_slices().0
    }

    /// Sends a message to one node.
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        self.list.push_back(Effect::Send { to, message });
    }

    /// Sends a message to every other replica.
    pub fn broadcast(&mut self, message: P::Message) {
        self.list.push_back(Effect::Broadcast(message));
    }

    /// Starts a timer, or starts it again, to fire after a time drawn from `after` (virtual microseconds).
    pub fn set_timer(&mut self, timer: P::Timer, after: RangeInclusive<Time>) {
        self.list.push_back(Effect::SetTimer(timer, after));
    }

    /// Stops a timer.
    pub fn cancel_timer(&mut self, timer: P::Timer) {
        self.list.push_back(Effect::CancelTimer(timer));
    }

    /// Makes durable what `disk` holds now. What is written to the disk and not persisted is gone after a crash.
    pub fn persist(&mut self, disk: &P::Disk) {
        self.list.push_back(Effect::Persist(disk.clone()));
    }

    /// Decides a slot; slots count from 1. Deciding the same again (after a restart) is harmless.
    pub fn decide(&mut self, slot: u64, value: P::Value) {
        self.list.push_back(Effect::Decide { slot, value });
    }

    /// Tells the world that a client has its answer.
    pub fn complete(&mut self, request: RequestId, outcome: P::Outcome) {
        self.list.push_back(Effect::Complete { request, outcome });
    }

    /// Asks the world outside.
    pub fn ask(&mut self, question: String) {
        self.list.push_back(Effect::Ask { question });
    }

    /// Says which line of the paper was carried out.
    pub fn rule(&mut self, rule: P::Rule) {
        self.list.push_back(Effect::Rule(rule));
    }

    /// A small choice, `0..n`, answered from the seed; `n` is at least 1.
    pub fn choose(&mut self, n: u64) -> u64 {
        self.draws += 1;
        hash::below(hash::draw(self.seed, stream_of(self.me), u64::from(self.draws)), n)
    }

    /// Signs a statement. Nobody else can sign in this replica's name.
    pub fn sign<T>(&self, body: T) -> Signed<T> {
        Signed { signer: self.me, body }
    }

    /// A signer for what this node might claim.
    pub fn signer(&self) -> Signer {
        Signer(self.me)
    }
}

pub(super) fn stream_of(node: NodeId) -> u64 {
    0x1_0000_0000 | u64::from(node.raw())
}

/// A statement with its signer's name. It can be copied and passed on by everybody, but made by its signer only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Signed<T> {
    signer: NodeId,
    body: T,
}

impl<T> Signed<T> {
    /// Who signed it.
    pub fn signer(&self) -> NodeId {
        self.signer
    }

    /// What was signed.
    pub fn body(&self) -> &T {
        &self.body
    }
}

/// The power to sign in one node's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signer(pub(super) NodeId);

impl Signer {
    /// Signs a statement.
    pub fn sign<T>(self, body: T) -> Signed<T> {
        Signed { signer: self.0, body }
    }

    /// In whose name.
    pub fn name(self) -> NodeId {
        self.0
    }
}

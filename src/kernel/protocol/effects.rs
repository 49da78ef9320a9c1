//! What a handler wants done, in the order in which it wants it.

use std::any::Any;
use std::fmt::Display;
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::rc::Rc;

use super::algorithm::{Protocol, Rule};
use crate::kernel::data::ids::{NodeId, RequestId, Time};
use crate::kernel::data::random;
use crate::kernel::descriptor::fields::{Fields, ShowField};
use crate::kernel::descriptor::rules::Told;
use crate::kernel::descriptor::timers::{Timer, TimerKey};
use crate::kernel::node::mailbox::{Letter, letter};
use crate::kernel::record::verdicts::Shown;

/// One thing that a handler wants done, for those who look at its list: tests.
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
        /// What it was told, in words.
        outcome: String,
    },
    /// Ask the world outside (a student's code, a language model); the answer comes as an input.
    Ask {
        /// The question, in a form that the protocol describes.
        question: String,
    },
    /// A line of the paper was carried out: its place in the descriptor's list, and its sentence.
    Rule(u8, String),
}

impl<P: Protocol> Effect<P> {
    fn of(want: &Want) -> Option<Self> {
        Some(match want {
            Want::Send(to, letter) => {
                let message = (&**letter as &dyn Any).downcast_ref::<P::Message>()?.clone();
                match *to {
                    Some(to) => Effect::Send { to, message },
                    None => Effect::Broadcast(message),
                }
            }
            Want::SetTimer(alarm, (lo, hi)) => Effect::SetTimer(P::Timer::of(*alarm)?, *lo..=*hi),
            Want::CancelTimer(alarm) => Effect::CancelTimer(P::Timer::of(*alarm)?),
            Want::Persist(disk) => Effect::Persist(disk.downcast_ref::<P::Disk>()?.clone()),
            Want::Decide(slot, value) => {
                Effect::Decide { slot: *slot, value: (&**value as &dyn Any).downcast_ref::<P::Value>()?.clone() }
            }
            Want::Complete(request, outcome) => Effect::Complete { request: *request, outcome: outcome.clone() },
            Want::Ask(question) => Effect::Ask { question: question.clone() },
            Want::Rule(index, told) => Effect::Rule(*index, told.sentence.clone()),
        })
    }
}

/// One thing that a handler wants done, for those who carry it out without the protocol's types.
pub(crate) enum Want {
    /// To one node, or to every other replica.
    Send(Option<NodeId>, Letter),
    SetTimer(TimerKey, (Time, Time)),
    CancelTimer(TimerKey),
    Persist(Box<dyn Any>),
    Decide(u64, Rc<dyn Shown>),
    Complete(RequestId, String),
    Ask(String),
    /// With its sentence, where that is told.
    Rule(u8, Told),
}

/// The list of one handler, and what its choices are keyed with.
pub(crate) struct Outbox {
    pub me: NodeId,
    pub replicas: usize,
    pub list: Vec<Want>,
    pub seed: u64,
    pub draws: u32,
    /// Whether somebody listens to the sentences.
    pub told: bool,
}

/// Where a handler puts what it wants done. The world carries the list out in order, and a crash may cut it anywhere:
/// what stands after the cut, durable writes included, never happens.
pub struct Effects<P: Protocol> {
    pub(crate) out: Box<Outbox>,
    pub(crate) types: PhantomData<P>,
}

impl<P: Protocol> Effects<P> {
    /// An empty list for one node; `seed` and `draws` key the choices that the handler may make.
    pub fn new(me: NodeId, replicas: usize, seed: u64, draws: u32) -> Self {
        let mut out = Outbox::new(replicas, seed);
        (out.me, out.draws, out.told) = (me, draws, true);
        Effects { out, types: PhantomData }
    }

    /// The node that the handler runs for.
    pub fn me(&self) -> NodeId {
        self.out.me
    }

    /// How many replicas there are.
    pub fn replicas(&self) -> usize {
        self.out.replicas
    }

    /// A copy of what is on the list so far.
    pub fn list(&self) -> Vec<Effect<P>> {
        self.out.list.iter().filter_map(Effect::of).collect()
    }

    /// Sends a message to one node.
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        self.out.list.push(Want::Send(Some(to), letter(message)));
    }

    /// Sends a message to every other replica.
    pub fn broadcast(&mut self, message: P::Message) {
        self.out.list.push(Want::Send(None, letter(message)));
    }

    /// Starts a timer, or starts it again, to fire after a time drawn from `after` (virtual microseconds).
    pub fn set_timer(&mut self, timer: P::Timer, after: RangeInclusive<Time>) {
        self.out.set_timer(timer.alarm(), *after.start(), *after.end());
    }

    /// The same for a time that is not drawn.
    pub fn wait(&mut self, timer: P::Timer, time: Time) {
        self.out.set_timer(timer.alarm(), time, time);
    }

    /// Stops a timer.
    pub fn cancel_timer(&mut self, timer: P::Timer) {
        self.out.list.push(Want::CancelTimer(timer.alarm()));
    }

    /// Makes durable what `disk` holds now. What is written to the disk and not persisted is gone after a crash.
    pub fn persist(&mut self, disk: &P::Disk) {
        self.out.list.push(Want::Persist(Box::new(disk.clone())));
    }

    /// Decides a slot; slots count from 1. Deciding the same again (after a restart) is harmless.
    pub fn decide(&mut self, slot: u64, value: P::Value) {
        self.out.list.push(Want::Decide(slot, Rc::new(value)));
    }

    /// Tells the world that a client has its answer, and how that reads.
    pub fn complete(&mut self, request: RequestId, outcome: &dyn Display) {
        self.out.list.push(Want::Complete(request, outcome.to_string()));
    }

    /// Asks the world outside.
    pub fn ask(&mut self, question: String) {
        self.out.list.push(Want::Ask(question));
    }

    /// Says which line of the paper was carried out.
    pub fn rule(&mut self, rule: P::Rule) {
        let told = if self.out.told { rule.told(P::DESCRIPTOR.rules, self.out.me) } else { Told::default() };
        self.out.list.push(Want::Rule(rule.index(), told));
    }

    /// A small choice, `0..n`, answered from the seed; `n` is at least 1.
    pub fn choose(&mut self, n: u64) -> u64 {
        self.out.draws += 1;
        random::below(random::draw(self.out.seed, stream_of(self.out.me), u64::from(self.out.draws)), n)
    }

    /// Signs a statement. Nobody else can sign in this replica's name.
    pub fn sign<T>(&self, body: T) -> Signed<T> {
        Signed { signer: self.out.me, body }
    }

    /// A signer for what this node might claim.
    pub fn signer(&self) -> Signer {
        Signer(self.out.me)
    }
}

impl Outbox {
    /// An empty one; whose it is, and the draws behind it, are still to be set.
    pub fn new(replicas: usize, seed: u64) -> Box<Self> {
        Box::new(Outbox { me: NodeId::replica(1), replicas, list: Vec::new(), seed, draws: 0, told: false })
    }

    fn set_timer(&mut self, alarm: TimerKey, lo: Time, hi: Time) {
        self.list.push(Want::SetTimer(alarm, (lo, hi)));
    }
}

pub(crate) fn stream_of(node: NodeId) -> u64 {
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

/// What was signed, and by whom.
impl<T: ShowField> ShowField for Signed<T> {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        self.body.show_field(name, fields);
        fields.show("signed-by", &self.signer);
    }
}

/// The power to sign in one node's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signer(pub(crate) NodeId);

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

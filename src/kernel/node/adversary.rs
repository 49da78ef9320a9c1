//! How a Byzantine node misbehaves: what it makes of a message that it was to send.

use std::fmt;

use crate::kernel::data::ids::{NodeId, Time};
use crate::kernel::descriptor::vocabulary::LieSort;

/// How a Byzantine replica misbehaves, and towards whom.
#[derive(Clone, PartialEq, Debug)]
pub struct Behaviour {
    /// The way.
    pub way: &'static dyn Adversary,
    /// Towards these only; none are named where the way itself knows whom it means.
    pub peers: Vec<NodeId>,
    /// Where there are two sides, `2 3 | 4 5`: who is on the second.
    pub others: Vec<NodeId>,
}

impl Behaviour {
    /// The word for it.
    pub fn name(&self) -> &'static str {
        self.way.name()
    }

    /// Whether the receiver is among the peers that were named; `None` where none was.
    pub fn chosen(&self, to: NodeId) -> Option<bool> {
        (!self.peers.is_empty()).then(|| self.peers.contains(&to))
    }

    /// Which of two incarnations this node sees: the second is shown to those behind the bar; where there is no bar, to
    /// those named; where nobody is named, to replicas with even numbers. All others, clients too, see the first.
    pub fn second_shown_to(&self, node: NodeId) -> bool {
        match (self.peers.as_slice(), self.others.as_slice()) {
            ([], []) => !node.is_client() && node.number().is_multiple_of(2),
            (named, []) | (_, named) => named.contains(&node),
        }
    }
}

impl From<&'static dyn Adversary> for Behaviour {
    fn from(way: &'static dyn Adversary) -> Self {
        Behaviour { way, peers: Vec::new(), others: Vec::new() }
    }
}

/// What could be said instead of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Alternative {
    /// Of which sort it is.
    pub sort: LieSort,
    /// Its kind, a place in the descriptor's list of messages.
    pub kind: u8,
}

/// A message that a Byzantine replica is about to send to another node.
pub struct Outgoing<'a> {
    /// Who sends it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// Its kind, a place in the descriptor's list.
    pub kind: u8,
    /// What could be sent instead, in the order in which the protocol names it.
    pub lies: &'a [Alternative],
    /// How many old messages of its own it could send to this receiver again.
    pub past: usize,
    /// Where the scenario names peers: whether the receiver is one of them.
    pub chosen: Option<bool>,
    /// Whether the receiver is Byzantine at present, too.
    pub accomplice: bool,
    /// 64 random bits for this message; 0 where the way does not act by chance.
    pub draw: u64,
}

/// What becomes of a message that a Byzantine replica was to send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is sent as it is.
    Pass,
    /// It is not sent.
    Withhold,
    /// It is sent later, by this many virtual microseconds.
    Late(Time),
    /// This one of the lies is sent instead (a place in [`Outgoing::lies`]).
    Lie(usize),
    /// It is sent, and this one of the lies after it.
    Both(usize),
    /// An old message is sent instead: 0 is the oldest of [`Outgoing::past`].
    Replay(usize),
    /// It is sent, and an old one after it.
    Again(usize),
}

/// A way to misbehave. It acts on outgoing messages at one place, and can't forge another's signature.
pub trait Adversary: Sync {
    /// The word after `byzantine N`.
    fn name(&self) -> &'static str;
    /// One sentence.
    fn about(&self) -> &'static str;
    /// Whether there are two incarnations from then on, each shown to its part of the network. `judge` is then asked what
    /// becomes of what each says to its own part.
    fn doubles(&self) -> bool {
        false
    }
    /// Whether what it makes of a message is left to chance. Only then are there random bits, and how many it has had is a
    /// part of what a run is: its future depends on it.
    fn by_chance(&self) -> bool;
    /// What becomes of a message.
    fn judge(&self, message: &Outgoing) -> Verdict;
}

impl PartialEq for dyn Adversary {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl fmt::Debug for dyn Adversary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

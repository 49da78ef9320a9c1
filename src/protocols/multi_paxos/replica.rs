//! What a replica keeps, and which handler an input goes to. Every replica is acceptor, learner and, if it must be, leader.

use serde::{Deserialize, Serialize};

use super::generation::Generation;
use super::message::{Entry, Message, Pvalue};
use super::rules::Rule;
use super::{Command, MultiPaxos, Reads, Timer};
use crate::kernel::prelude::*;
use crate::kernel::{Evidence, PersistentVec};
use crate::protocols::ballot::Ballot;
use crate::protocols::flexible::Unusual;
use crate::services::kv::Store;

/// What an acceptor must not forget (A1 to A5 of the paper).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Disk {
    /// The highest ballot that it has promised, for all slots (ballot_num).
    pub promised: Option<Ballot>,
    /// What it has accepted in each slot, in the highest ballot there.
    pub accepted: PersistentMap<u64, Pvalue>,
    /// Whether it ran before; only the bug asks.
    pub used: bool,
    /// The slots in the order in which it accepted something there, for those who watch, who read each once when it is new:
    /// an acceptor never looks back.
    #[serde(skip)]
    pub past: Evidence<PersistentVec<u64>>,
}

/// A replica that wants to lead, in phase 1: the paper's scout.
#[derive(Clone, Hash, Debug)]
pub struct Scout {
    /// Its ballot.
    pub ballot: Ballot,
    /// The first slot that it wants to hear of.
    pub slot: u64,
    /// Who has promised, in the order of their numbers.
    pub promises: Vec<NodeId>,
    /// By slot what matters among the pvalues that came with the promises: the one of the highest ballot.
    pub found: PersistentMap<u64, Pvalue>,
}

/// An entry in phase 2: the paper's commander.
#[derive(Clone, Hash, Debug)]
pub struct Commander {
    /// What is to be accepted.
    pub entry: Entry,
    /// Who has, in the order of their numbers.
    pub accepted: Vec<NodeId>,
    /// Whether it has been open for a heartbeat, so that something may have been lost.
    pub late: bool,
}

/// A read that waits for a round of heartbeats.
#[derive(Clone, Hash, Debug)]
pub struct Read {
    /// Whose.
    pub id: RequestId,
    /// What is read.
    pub command: Command,
    /// The round that must be confirmed.
    pub round: u64,
}

/// A leader, once enough have promised its ballot.
#[derive(Clone, Hash, Debug)]
pub struct Leading {
    /// Its ballot.
    pub ballot: Ballot,
    /// The next slot that it gives to a command (slot_in).
    pub next: u64,
    /// What it has proposed and not yet learned to be chosen, by slot.
    pub open: PersistentMap<u64, Commander>,
    /// The last slot that anything was found in, in phase 1.
    pub found: u64,
    /// The rounds of heartbeats that it has begun.
    pub round: u64,
    /// The last round that each replica has answered, by place.
    pub heard: Vec<u64>,
    /// The last round that is too long ago for a lease.
    pub expired: u64,
    /// Reads that wait.
    pub reads: Vec<Read>,
    /// Where votes weigh: who promised its ballot, in the order of their numbers.
    pub promises: Unusual<Vec<NodeId>>,
    /// What was found in slots that are not open yet.
    pub later: Unusual<PersistentMap<u64, Entry>>,
}

/// What a replica does about leading.
#[derive(Clone, Hash, Debug, Default)]
pub enum Part {
    /// It follows.
    #[default]
    Passive,
    /// It collects promises, phase 1.
    Preparing(Scout),
    /// It leads, phase 2.
    Leading(Leading),
}

/// What is lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// What it does about leading.
    pub part: Part,
    /// The highest round that it has heard of.
    pub highest: u32,
    /// The ballot of the leader that it follows.
    pub leader: Option<Ballot>,
    /// How many ballots it has started since it last heard from a leader.
    pub attempts: u32,
    /// Whether it owes the leader that it follows a lease.
    pub granted: bool,
    /// What clients have asked this replica for and is not executed yet: of each the last.
    pub requests: PersistentMap<NodeId, (RequestId, Command)>,
    /// What it knows to be chosen, and in which ballot it was told, by slot.
    pub learned: PersistentMap<u64, Pvalue>,
    /// How many slots it has executed: the next is slot_out.
    pub executed: u64,
    /// What came of that.
    pub store: Store,
    /// Of each client the last request that was executed, with its outcome.
    pub outcomes: PersistentMap<NodeId, (u32, crate::kernel::Word)>,
    /// The weights that the log has brought so far.
    pub generations: Unusual<Vec<Generation>>,
}

/// A replica at work on one input.
pub(super) type Turn<'a> = Context<'a, MultiPaxos>;

impl Turn<'_> {
    /// It starts, from its disk.
    pub fn boot(&mut self) {
        if self.config.diskless_rejoin {
            if self.disk.used {
                *self.disk = Disk::default();
                self.rule(Rule::LoseDisk);
            }
            self.disk.used = true;
            self.persist();
        }
        if self.config.reads == Reads::Lease {
            // It may have granted a lease right before it crashed.
            self.grant_lease();
        }
        let promised = self.disk.promised;
        self.rule(match promised {
            Some(promised) => Rule::Recover { promised, slots: self.disk.accepted.len() as u64 },
            None => Rule::Start,
        });
        self.await_leader();
    }

    /// One input, to the handler that it belongs to.
    pub fn step(&mut self, input: Input<'_, MultiPaxos>) {
        match input {
            Input::Deliver { from, message } => self.receive(from, message),
            Input::Fire(Timer::Leader) => self.start_ballot(),
            Input::Fire(Timer::Heartbeat) => self.on_heartbeat_due(),
            Input::Fire(Timer::Grant) => self.state.granted = false,
            Input::Fire(Timer::Lease(round)) => self.end_lease(round),
            Input::Fire(Timer::Retry) | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn receive(&mut self, from: NodeId, message: &Message) {
        match message {
            Message::Request { id, command } => self.on_request(from, *id, command),
            Message::Prepare { ballot, slot } => self.on_prepare(from, *ballot, *slot),
            Message::Promise { ballot, accepted } => self.on_promise(from, *ballot, accepted),
            Message::Nack { ballot, promised } => self.on_nack(from, *ballot, *promised),
            Message::Accept { ballot, slot, entry } => self.on_accept(from, *ballot, *slot, entry),
            Message::Accepted { ballot, slot } => self.on_accepted(from, *ballot, *slot),
            Message::Decided { decided, .. } => self.on_decided(from, decided),
            Message::Heartbeat { ballot, round, executed } => self.on_heartbeat(from, *ballot, *round, *executed),
            Message::Alive { ballot, round, lacks } => self.on_alive(from, *ballot, *round, *lacks),
            Message::Reply { .. } => {}
        }
    }

    /// Sends a message, or takes it at once where it is for this replica itself: that is part of the same step.
    pub fn tell(&mut self, to: NodeId, message: Message) {
        if to == self.me { self.receive(to, &message) } else { self.send(to, message) }
    }

    /// The same, to all replicas.
    pub fn tell_all(&mut self, message: Message) {
        self.broadcast(message.clone());
        self.receive(self.me, &message);
    }
}

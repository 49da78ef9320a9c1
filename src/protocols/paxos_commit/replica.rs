//! What a replica keeps, and which handler an input goes to. Every replica is a participant and can take over the lead; the
//! first 2F+1 are acceptors.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::message::{Ballot, Decision, Message, Transaction, Value, Vote, Votes, number};
use super::{AcceptorsTell, LEADER, PaxosCommit, Timer};
use crate::kernel::Evidence;
use crate::kernel::prelude::*;

/// What must not be forgotten of one transaction.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// What the transaction is.
    pub what: Rc<Transaction>,
    /// The participant's: whether it is prepared, once it has voted.
    pub vote: Option<bool>,
    /// The acceptor's: the highest ballot that it has promised, in all instances together.
    pub promised: Option<Ballot>,
    /// The acceptor's: what it has accepted in the highest ballot, in each participant's instance, by place.
    pub accepted: Vec<Option<Vote>>,
    /// The leader's: the last round in which it led a ballot, so that it uses none twice.
    pub round: u32,
    /// What was decided, once it knows.
    pub decision: Option<Decision>,
}

impl Entry {
    /// What the acceptor tells.
    pub fn votes(&self) -> Votes {
        let by_place = self.accepted.iter().enumerate();
        Votes::new(by_place.filter_map(|(place, vote)| Some((NodeId::replica(place + 1), (*vote)?))))
    }
}

/// What happened to a disk, for those who watch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The participant has voted.
    Voted,
    /// It has waited long enough and takes over.
    TookOver,
    /// The acceptor has accepted in this participant's instance.
    Accepted(NodeId, Vote),
    /// It was decided.
    Decided(Decision),
}

/// What survives a crash.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Disk {
    /// By the transactions' numbers.
    pub entries: PersistentMap<u64, Entry>,
    /// What has happened, with the number of the transaction, for those who watch.
    #[serde(skip)]
    pub deeds: Evidence<PersistentVec<(u64, Deed)>>,
}

/// How far a ballot has come.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Phase {
    /// Phase 1: it collects promises.
    Preparing {
        /// Who has promised, in the order of their numbers.
        promises: Vec<NodeId>,
        /// The vote of the highest ballot among those that came with them, in each instance, by place.
        found: Vec<Option<Vote>>,
    },
    /// Phase 2: it has proposed.
    Proposing,
}

/// Of a transaction that is not decided here, what is lost in a crash.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Open {
    /// The ballot that it has started last, and how far that has come.
    pub ballot: Option<(Ballot, Phase)>,
    /// The highest round that it has heard of.
    pub highest: u32,
    /// How many ballots it has started.
    pub attempts: u32,
    /// The learner: which acceptors have accepted what in whose instance, in the order of their numbers.
    pub accepted: PersistentMap<(NodeId, Vote), Vec<NodeId>>,
    /// Whether a client waits for this replica's answer.
    pub asked: bool,
}

/// What is lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// The transactions that it has heard of and that are not decided here.
    pub open: PersistentMap<u64, Open>,
    /// How many transactions it knows the outcome of.
    pub decided: u64,
}

/// A replica at work on one input.
pub(super) type Turn<'a> = Context<'a, PaxosCommit>;

impl Turn<'_> {
    /// Whatever is not decided goes on: it waits, and takes over in the end.
    pub fn boot(&mut self) {
        let entries = self.disk.entries.clone();
        for (&number, entry) in entries.iter() {
            if entry.decision.is_some() {
                self.state.decided += 1;
            } else {
                self.await_outcome(number);
            }
        }
    }

    /// One input, to the handler that it belongs to.
    pub fn step(&mut self, input: Input<'_, PaxosCommit>) {
        match input {
            Input::Deliver { from, message } => self.receive(from, message),
            Input::Fire(Timer::Takeover(number)) => self.on_takeover_timeout(number),
            Input::Fire(Timer::Retry) | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn receive(&mut self, from: NodeId, message: &Message) {
        match *message {
            Message::Request(ref what) => self.on_request(what),
            Message::Prepare { ref what } => self.on_prepare(what),
            Message::Vote { ref what, prepared } => self.on_vote(from, what, prepared),
            Message::Accepted { ref what, ref votes } => self.on_accepted(from, what, votes),
            Message::TakeOver { ref what, ballot } => self.on_take_over(from, what, ballot),
            Message::Promise { ref what, ballot, ref votes } => self.on_promise(from, what, ballot, votes),
            Message::Nack { ref what, promised, .. } => self.on_nack(from, what, promised),
            Message::Propose { ref what, ballot, ref votes } => self.on_propose(from, what, ballot, votes),
            Message::Outcome { ref what, decision } => self.on_outcome(from, what, decision),
            Message::Reply { .. } => {}
        }
    }

    /// What its disk says of a transaction; from now on it waits for the outcome of that.
    pub fn entry(&mut self, what: &Rc<Transaction>) -> &mut Entry {
        let number = number(what);
        if !self.disk.entries.contains_key(&number) {
            self.await_outcome(number);
        }
        let accepted = vec![None; self.config.replicas];
        let blank = Entry { what: what.clone(), vote: None, promised: None, accepted, round: 0, decision: None };
        self.disk.entries.get_or_insert(number, blank)
    }

    /// What was decided, if it knows.
    pub fn decision(&self, number: u64) -> Option<Decision> {
        self.disk.entries.get(&number)?.decision
    }

    /// What is under way of a transaction that this replica has heard of and does not know the outcome of.
    pub fn open(&mut self, number: u64) -> Option<&mut Open> {
        self.state.open.get_mut(&number)
    }

    /// The leader of ballot 0 waits for so long, anybody else longer; all wait longer after each attempt, and for a random
    /// time, so that one of two who take over can finish before the other disturbs it.
    pub fn await_outcome(&mut self, number: u64) {
        let attempts = self.state.open.get_or_insert(number, Open::default()).attempts;
        let (lo, hi) = match (self.me, attempts) {
            (LEADER, 0) => (self.config.vote_timeout, self.config.vote_timeout),
            _ => self.config.takeover_timeout,
        };
        self.set_timer(Timer::Takeover(number), (lo, hi << attempts.saturating_sub(1).min(6)));
    }

    /// Sends a message, or takes it at once where it is for this replica itself: that is part of the same step.
    pub fn tell(&mut self, to: NodeId, message: Message) {
        if to == self.me { self.receive(to, &message) } else { self.send(to, message) }
    }

    /// What an acceptor has accepted, to whoever must know: the leader of this ballot, or all.
    pub fn tell_accepted(&mut self, leader: NodeId, what: &Rc<Transaction>, votes: Votes) {
        let message = Message::Accepted { what: what.clone(), votes };
        if self.config.acceptors_tell == AcceptorsTell::Leader {
            return self.tell(leader, message);
        }
        self.broadcast(message.clone());
        self.receive(self.me, &message);
    }

    /// Decides: on disk first, then it counts (AC2 rests on this order). Says whether this replica answers the client: it was asked,
    /// or has taken over.
    pub fn conclude(&mut self, what: &Rc<Transaction>, decision: Decision) -> bool {
        let number = number(what);
        self.entry(what).decision = Some(decision);
        self.disk.deeds.0.push((number, Deed::Decided(decision)));
        self.persist();
        self.state.decided += 1;
        let open = self.state.open.get(&number).cloned().unwrap_or_default();
        self.state.open.remove(&number);
        self.cancel_timer(Timer::Takeover(number));
        self.decide(number, Value { decision, what: what.clone() });
        open.asked || open.ballot.is_some()
    }

    /// Tells the client.
    pub fn reply(&mut self, what: &Rc<Transaction>, decision: Decision) {
        self.send(what.request.client, Message::Reply { request: what.request, decision });
    }
}

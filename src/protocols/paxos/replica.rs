//! What a replica keeps, and which handler an input goes to. Every replica is proposer, acceptor and learner.

use serde::{Deserialize, Serialize};

use super::message::{Ballot, Message, Value, Vote};
use super::rules::Rule;
use super::{Paxos, Timer};
use crate::kernel::Evidence;
use crate::kernel::descriptor::quorum::{Count, QuorumSystem};
use crate::kernel::prelude::*;
use crate::protocols::flexible::{Phases, Unusual, count};

/// What an acceptor must not forget (Paxos Made Simple, §2.5).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Disk {
    /// The highest ballot that it has promised, maxBal.
    pub promised: Option<Ballot>,
    /// What it has accepted in the highest ballot, maxVBal and maxVal.
    pub vote: Option<Vote>,
    /// What it did in each ballot, for the picture alone: an acceptor never looks back.
    #[serde(skip)]
    pub past: Evidence<PersistentMap<Ballot, Option<Value>>>,
}

impl Disk {
    /// Promises a ballot.
    pub fn promise(&mut self, ballot: Ballot) {
        self.promised = Some(ballot);
        self.past.0.get_or_insert(ballot, None);
    }

    /// Accepts a value in a ballot. Whether that promises the ballot, too, is another question.
    pub fn accept(&mut self, vote: Vote) {
        self.vote = Some(vote);
        self.past.0.insert(vote.ballot, Some(vote.value));
    }
}

/// How far a proposer's ballot has come.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Phase {
    /// Phase 1: it collects promises.
    Preparing {
        /// Who has promised, in the order of their numbers.
        promises: Vec<NodeId>,
        /// The vote that matters among those that came with them.
        found: Option<Vote>,
    },
    /// Phase 2: it has proposed this value.
    Proposing(Value),
}

/// What is lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// What it was asked to propose first.
    pub own: Option<Value>,
    /// Who waits for the chosen value.
    pub waiting: Vec<RequestId>,
    /// The ballot that it has started last, and how far that has come.
    pub ballot: Option<(Ballot, Phase)>,
    /// The highest round that it has heard of.
    pub highest: u32,
    /// How many ballots it has started since it last knew nothing.
    pub attempts: u32,
    /// The learner: who has accepted what in which ballot, as far as it has heard, in the order of their numbers.
    pub accepted: PersistentMap<(Ballot, Value), Vec<NodeId>>,
    /// The chosen value, once it knows.
    pub learned: Option<Value>,
    /// How often it has heard from each replica, by place; only the bug asks.
    pub heard: Unusual<Vec<u16>>,
}

/// A replica at work on one input.
pub(super) type Turn<'a> = Context<'a, Paxos>;

impl Turn<'_> {
    /// One input, to the handler that it belongs to.
    pub fn step(&mut self, input: Input<'_, Paxos>) {
        match input {
            Input::Deliver { from, message } => self.receive(from, message),
            Input::Fire(Timer::Ballot) => self.on_ballot_timeout(),
            Input::Fire(Timer::Retry) | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn receive(&mut self, from: NodeId, message: &Message) {
        self.rate(from);
        match *message {
            Message::Request { id, value } => self.on_request(id, value),
            Message::Prepare { ballot } => self.on_prepare(from, ballot),
            Message::Promise { ballot, accepted } => self.on_promise(from, ballot, accepted),
            Message::Nack { ballot, promised } => self.on_nack(from, ballot, promised),
            Message::Accept { ballot, value } => self.on_accept(from, ballot, value),
            Message::Accepted { ballot, value } => self.on_accepted(from, ballot, value),
            Message::Decided { value } => self.on_decided(from, value),
            Message::Reply { .. } => {}
        }
    }

    /// The bug: who is heard from is thought to be reliable.
    fn rate(&mut self, from: NodeId) {
        if self.config.own_weights.0 && !from.is_client() {
            let heard = &mut self.state.heard.0;
            heard.resize(self.config.replicas, 0);
            heard[from.index()] = 2.min(heard[from.index()] + 1);
        }
    }

    /// How near to a quorum these come, and whether they are taken for one. The bug weighs everybody by what it has heard:
    /// from 1 to 3.
    pub fn count(&mut self, system: fn(&Phases) -> &QuorumSystem, nodes: &[NodeId]) -> (Count, bool) {
        let agreed = count(system(self.config.quorums.phases()), nodes);
        if !self.config.own_weights.0 {
            return (agreed, agreed.is_quorum());
        }
        let weights: Vec<u16> = self.state.heard.0.iter().map(|heard| 1 + heard).collect();
        let enough = count(system(&Phases::weighing(&weights)), nodes).is_quorum();
        if enough && !agreed.is_quorum() {
            self.rule(Rule::CountOwnWeights);
        }
        (agreed, enough)
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

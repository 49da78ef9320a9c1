//! One server: its state, as Figure 2 of the extended paper has it, and where each input goes.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use crate::kernel::{self, Context, Input, NodeId, PersistentMap, RequestId};
use crate::protocols::kv::{Store, Word};

use super::configuration::{Group, Members};
use super::log::Log;
use super::message::{Answer, Ballot, Message};
use super::reconfiguration::Change;
use super::rules::Rule;
use super::snapshot::{Sessions, Snapshot};
use super::{Raft, Timer};

/// Persistent state: written before any answer that relies on it goes out.
#[derive(Clone, Hash, Default, Debug)]
pub struct Disk {
    /// The latest term that the server has seen.
    pub term: u64,
    /// Whom it has voted for in that term.
    pub voted_for: Option<NodeId>,
    /// The log, as far as no snapshot stands for it.
    pub log: Log,
    /// What stands for the entries before it (§7).
    pub snapshot: Option<Rc<Snapshot>>,
    /// Whether the server has run before; only the bug of a blank disk asks.
    pub used: bool,
}

/// Volatile state: gone after a crash, the store too, which snapshot and log bring back.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// What the server is at present.
    pub role: Role,
    /// Who leads the current term, as far as it knows.
    pub leader: Option<NodeId>,
    /// Whether it has heard from a leader less than the least election timeout ago (thesis §4.2.3).
    pub heard: bool,
    /// The index of the last entry that it knows to be committed.
    pub commit: u64,
    /// The index of the last entry that it has applied.
    pub applied: u64,
    /// The state machine.
    pub store: Store,
    /// What each client was answered last (§8).
    pub sessions: Sessions,
    /// The change of members that it was asked for as leader and that is not in the log yet. One that is deposed keeps
    /// it until it hears another leader.
    pub change: Option<Change>,
    /// The last request to hand over that it saw to as leader, and what came of it.
    pub handed_over: Option<(RequestId, &'static str)>,
}

/// What a server is.
#[derive(kernel::Role, Clone, Hash, Debug, Default)]
#[role(order("follower", "candidate", "leader"))]
pub enum Role {
    /// Answers leaders and candidates, and waits to hear from a leader.
    #[default]
    #[role(Follow)]
    Follower,
    /// Asks whether it would be elected before it starts a new term.
    ///
    /// These would vote for it (thesis §9.6).
    #[role(Contend)]
    PreCandidate(Group),
    /// Stands for election and counts its votes.
    ///
    /// These have voted for it, each counted once.
    #[role(Contend)]
    Candidate(Group),
    /// Takes clients' requests and replicates its log.
    #[role(Lead)]
    Leader(Leadership),
}

/// A leader's volatile state, made anew after each election.
#[derive(Clone, Hash, Debug, Default)]
pub struct Leadership {
    /// What it knows of each server, one place for each.
    pub peers: Vec<Peer>,
    /// The latest round of heartbeats; they are numbered from 1 in each term.
    pub round: u64,
    /// The last round whose lease is over, by this leader's own clock (thesis §6.4.1).
    pub expired: u64,
    /// Who has answered since it last made sure of a majority (thesis §6.2).
    pub heard: Group,
    /// Reads that wait for a round (thesis §6.4).
    pub reads: Vec<super::reads::Read>,
    /// To whom it hands over, and whose request that is (thesis §3.10).
    pub transfer: Option<(NodeId, RequestId)>,
    /// Whether it ever told another to stand in this term: its lease means nothing from then on.
    pub told: bool,
    /// The last request of each client that it has appended.
    pub appended: Appended,
}

/// For each client the number and the index of the last of its requests that a leader has appended. The log says the same,
/// so no hash needs it.
#[derive(Clone, Debug, Default)]
pub struct Appended(PersistentMap<NodeId, (u32, u64)>);

impl Hash for Appended {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Appended {
    /// Whether a request, or a later one of that client, stands behind this index.
    pub fn has(&self, id: RequestId, behind: u64) -> bool {
        self.0.get(&id.client).is_some_and(|&(number, index)| number >= id.number && index > behind)
    }

    /// Takes down that a request was appended at this index.
    pub fn add(&mut self, id: RequestId, index: u64) {
        self.0.insert(id.client, (id.number, index));
    }
}

/// What a leader knows of another server.
#[derive(Clone, Hash, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// The index of the next entry to send to it (nextIndex).
    pub next: u64,
    /// The highest index known to be on its disk (matchIndex).
    pub matched: u64,
    /// The batches that are on their way to it.
    pub in_flight: VecDeque<InFlight>,
    /// How many batches fewer than `pipeline` may be on their way: a network that lets them overtake each other delivers
    /// a full pipeline in vain (thesis §10.2.1).
    pub narrowed: u64,
    /// The latest round that it has answered.
    pub round: u64,
    /// The latest round in which it has shown that it holds what it acknowledged.
    pub agreed: u64,
    /// The round that was under way when it last acknowledged entries: what was sent in a later one was sent after that.
    pub matched_in: u64,
}

/// A batch of entries that is on its way to a server, as far as the leader knows.
#[derive(Clone, Copy, Hash, Debug, PartialEq, Eq)]
pub struct InFlight {
    /// The index of its last entry.
    pub last: u64,
    /// The round in which it was sent.
    pub round: u64,
    /// The round from which on it counts as lost: it has been under way for a heartbeat's time by then.
    pub lost_from: u64,
}

/// A server at work on one input.
pub(super) type Server<'a> = Context<'a, Raft>;

impl Server<'_> {
    /// It starts, from its disk.
    pub fn boot(&mut self) {
        if self.config.blank_disk {
            if std::mem::replace(&mut self.disk.used, true) {
                self.out.rule(Rule::LoseDisk { term: self.disk.term });
                *self.disk = Disk { used: true, ..Disk::default() };
            }
            self.out.persist(self.disk);
        }
        let known = if self.disk.snapshot.is_some() { "nothing after its snapshot is" } else { "nothing is" };
        self.out.rule(Rule::Recover { term: self.disk.term, last: self.disk.log.last_index(), known });
        if let Some(snapshot) = self.disk.snapshot.clone() {
            self.out.rule(Rule::Reload { index: snapshot.index });
            self.state.load(&snapshot);
        }
        // It may have heard from a leader just before it crashed, and owes it what a vote would take away.
        if self.config.is_sticky() && self.disk.term > 0 {
            self.count_on_leader();
        }
        self.await_leader();
    }

    /// One input: the paper's "rules for servers" and the receivers.
    pub fn handle(&mut self, input: Input<'_, Raft>) {
        self.compact();
        match input {
            Input::Deliver { from, message } => self.receive(from, message),
            Input::Fire(Timer::Election) => self.election_timeout(),
            Input::Fire(Timer::Heartbeat) => self.beat(),
            Input::Fire(Timer::Minimum) => self.state.heard = false,
            Input::Fire(Timer::Lease(round)) => self.end_lease(round),
            Input::Fire(Timer::CatchUp) => self.lose_patience(),
            Input::Fire(Timer::Transfer) => self.give_up_transfer(),
            Input::Fire(Timer::Retry) | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn receive(&mut self, from: NodeId, message: &Message) {
        use crate::kernel::Message as _;
        if self.disregards(from, message) {
            return;
        }
        let later = message.epoch().filter(|&term| term > self.disk.term);
        if let Some(term) = later.filter(|_| !message.is_about_a_later_term()) {
            self.adopt_term(term, from);
        }
        match *message {
            Message::RequestVote { ballot, term, last_index, last_term } => {
                self.request_vote(from, ballot, term, (last_index, last_term));
            }
            Message::Vote { pre, term, granted } => self.count_vote(from, pre, term, granted),
            Message::AppendEntries { term, prev_index, prev_term, ref batch, commit, round } => {
                self.append_entries(from, (term, round), (prev_index, prev_term), batch, commit);
            }
            Message::Appended { term, prev_index, result, round } => {
                self.appended(from, (term, round), prev_index, result);
            }
            Message::InstallSnapshot { term, ref snapshot, round } => {
                self.install_snapshot(from, term, snapshot.clone(), round);
            }
            Message::Installed { term, index, round } => {
                self.appended(from, (term, round), index, super::AppendResult::Matched(index));
            }
            Message::TimeoutNow { term } => self.timeout_now(from, term),
            Message::Request { id, ref command } => self.request(from, id, command),
            Message::Reply { .. } => {}
        }
    }

    /// Whether it does as if a call for votes had not come: it counts on the leader that it has (thesis §4.2.3).
    fn disregards(&mut self, from: NodeId, message: &Message) -> bool {
        let counts_on_leader = self.config.is_sticky() && (self.state.heard || self.leads());
        let Message::RequestVote { ballot: Ballot::Real, term, .. } = message else { return false };
        if counts_on_leader {
            self.out.rule(Rule::Disregard { from, term: *term, why: self.reliance() });
        }
        counts_on_leader
    }

    /// Why it counts on a leader.
    pub fn reliance(&self) -> &'static str {
        match (self.leads(), self.state.leader) {
            (true, _) => "leads itself",
            (_, Some(_)) => "has heard from a leader just now",
            _ => "may have heard from a leader just now", // before it crashed
        }
    }

    /// The configuration in force: the latest in its log, committed or not (§6).
    pub fn members(&self) -> Members {
        self.disk.log.members(self.config)
    }

    /// Whether it leads.
    pub fn leads(&self) -> bool {
        matches!(self.state.role, Role::Leader(_))
    }

    /// Tells a client something.
    pub fn reply(&mut self, id: RequestId, answer: Answer) {
        self.out.send(id.client, Message::Reply { id, answer });
    }

    /// Tells a client what came of its request.
    pub fn done(&mut self, id: RequestId, outcome: impl Into<Word>) {
        self.reply(id, Answer::Done(outcome.into()));
    }
}

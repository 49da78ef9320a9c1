//! One server: its state, as Figure 2 of the extended paper has it, and elections (§5.2, §5.4.1). Replication is next door.

use crate::kernel::{Effects, Input, NodeId, Table, quorum};
use crate::protocols::kv::{Store, Word};

use super::log::Log;
use super::message::Message;
use super::rules::Rule;
use super::{Config, Raft, Timer};

/// Persistent state: written before any answer that relies on it goes out.
#[derive(Clone, Hash, Default, Debug)]
pub struct Disk {
    /// The latest term that the server has seen.
    pub term: u64,
    /// Whom it has voted for in that term.
    pub voted_for: Option<NodeId>,
    /// The log.
    pub log: Log,
}

/// Volatile state: gone after a crash, the store too, which the log brings back.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// What the server is at present.
    pub role: Role,
    /// Who leads the current term, as far as it knows.
    pub leader: Option<NodeId>,
    /// The index of the last entry that it knows to be committed.
    pub commit: u64,
    /// The index of the last entry that it has applied.
    pub applied: u64,
    /// The state machine.
    pub store: Store,
    /// For each client the serial number of its last applied request and the answer to it (§8).
    pub sessions: Table<NodeId, (u32, Word)>,
}

/// What a server is.
#[derive(Clone, Hash, Debug, Default)]
pub enum Role {
    /// It answers leaders and candidates.
    #[default]
    Follower,
    /// It stands for election; these have voted for it, each counted once.
    Candidate(Table<NodeId, ()>),
    /// It leads.
    Leader(Leadership),
}

/// A leader's volatile state, made anew after each election. The vectors have one place for each server.
#[derive(Clone, Hash, Debug)]
pub struct Leadership {
    /// The index of the next entry to send to each server.
    pub next: Vec<u64>,
    /// The highest index known to be on each server's disk.
    pub matched: Vec<u64>,
    /// The last index of the batch that each server has not answered yet; 0 where none is on its way. What was lost is
    /// sent again with the next heartbeat.
    pub sent: Vec<u64>,
    /// For each client the serial number of its last request that this leader appended.
    pub taken: Table<NodeId, u32>,
}

/// A server at work on one input.
pub(super) struct Replica<'a> {
    pub config: &'a Config,
    pub me: NodeId,
    pub state: &'a mut State,
    pub disk: &'a mut Disk,
    pub out: &'a mut Effects<Raft>,
}

impl Replica<'_> {
    /// One input: the paper's "rules for servers" and the two receivers.
    pub fn handle(&mut self, input: Input<Raft>) {
        match input {
            Input::Deliver { from, message } => self.receive(from, message),
            Input::Fire(Timer::Election) => self.start_election(),
            Input::Fire(Timer::Heartbeat) => self.beat(),
            Input::Fire(Timer::Retry) | Input::Answer { .. } => {}
        }
    }

    fn receive(&mut self, from: NodeId, message: Message) {
        use crate::kernel::Message as _;
        if let Some(term) = message.epoch().filter(|&term| term > self.disk.term) {
            self.adopt_term(term, from);
        }
        match message {
            Message::RequestVote { term, last_index, last_term } => {
                let granted = self.consider_vote(from, term, last_index, last_term);
                self.out.send(from, Message::Vote { term: self.disk.term, granted });
            }
            Message::Vote { term, granted } => self.count_vote(from, term, granted),
            Message::AppendEntries { term, prev_index, prev_term, batch, commit } => {
                self.append_entries(from, term, (prev_index, prev_term), &batch, commit);
            }
            Message::Appended { term, prev_index, result } => self.appended(from, term, prev_index, result),
            Message::Request { id, command } => self.request(from, id, command),
            Message::Reply { .. } => {}
        }
    }

    /// Rules for servers, all servers: a higher term makes a follower of everybody (§5.1).
    fn adopt_term(&mut self, term: u64, from: NodeId) {
        self.out.rule(Rule::AdoptTerm { term, old: self.disk.term, from });
        (self.disk.term, self.disk.voted_for) = (term, None);
        self.out.persist(self.disk);
        self.state.leader = None;
        if !matches!(self.state.role, Role::Follower) {
            self.out.rule(Rule::StepDown { term });
        }
        self.become_follower();
    }

    pub fn become_follower(&mut self) {
        let was = std::mem::take(&mut self.state.role);
        if matches!(was, Role::Leader(_)) {
            self.out.cancel_timer(Timer::Heartbeat);
            self.await_leader();
        }
    }

    /// Starts the election timer, each time with a new draw (§5.2).
    pub fn await_leader(&mut self) {
        let (lo, hi) = self.config.election_timeout;
        self.out.set_timer(Timer::Election, lo..=hi);
    }

    /// Rules for servers, candidates: on conversion to candidate, start election (§5.2).
    fn start_election(&mut self) {
        if matches!(self.state.role, Role::Leader(_)) {
            return;
        }
        (self.disk.term, self.disk.voted_for) = (self.disk.term + 1, None);
        self.write_vote(self.me);
        let term = self.disk.term;
        self.out.rule(Rule::StartElection { term });
        let mut votes = Table::new();
        votes.insert(self.me, ());
        self.state.role = Role::Candidate(votes);
        self.state.leader = None;
        self.await_leader();
        if self.config.majority() == 1 {
            return self.become_leader(1);
        }
        let (last_index, last_term) = (self.disk.log.last_index(), self.disk.log.last_term());
        self.out.rule(Rule::AskForVotes { index: last_index, term: last_term });
        self.out.broadcast(Message::RequestVote { term, last_index, last_term });
    }

    /// A vote must be on disk before anybody hears of it: else a restarted server could vote twice in a term.
    fn write_vote(&mut self, candidate: NodeId) {
        if self.config.vote_not_durable {
            self.out.persist(self.disk);
            self.disk.voted_for = Some(candidate);
        } else {
            self.disk.voted_for = Some(candidate);
            self.out.persist(self.disk);
        }
    }

    /// RequestVote RPC, receiver implementation (§5.2, §5.4.1).
    fn consider_vote(&mut self, from: NodeId, term: u64, last_index: u64, last_term: u64) -> bool {
        let now = self.disk.term;
        if term < now {
            self.out.rule(Rule::RefuseOldTerm { term, now, from });
            return false;
        }
        if let Some(vote) = self.disk.voted_for.filter(|&vote| vote != from) {
            self.out.rule(Rule::RefuseVoted { term, vote, from });
            return false;
        }
        let log = &self.disk.log;
        let stale = !log.is_no_newer_than(last_term, last_index);
        if stale && !self.config.vote_without_log_check {
            let (my_index, my_term) = (log.last_index(), log.last_term());
            self.out.rule(Rule::RefuseStaleLog { from, index: last_index, term: last_term, my_index, my_term });
            return false;
        }
        self.out.rule(if stale { Rule::GrantUnchecked { from, term } } else { Rule::GrantVote { from, term } });
        if self.disk.voted_for.is_none() {
            self.write_vote(from);
        }
        self.await_leader();
        true
    }

    /// Rules for servers, candidates: votes from a majority make a leader (§5.2).
    fn count_vote(&mut self, from: NodeId, term: u64, granted: bool) {
        let now = self.disk.term;
        if term < now && !self.config.votes_of_any_term {
            return self.out.rule(Rule::IgnoreOldReply { term, now, from });
        }
        let Role::Candidate(votes) = &mut self.state.role else {
            return self.out.rule(Rule::IgnoreVote { from });
        };
        if !granted {
            return self.out.rule(Rule::LoseVote { from, term });
        }
        votes.insert(from, ());
        let (have, need) = (votes.len(), self.config.majority());
        self.out.rule(Rule::CountVote { from, have, need });
        if have >= need {
            self.become_leader(have);
        }
    }

    fn become_leader(&mut self, have: usize) {
        let (all, term, last) = (self.config.replicas, self.disk.term, self.disk.log.last_index());
        self.out.rule(Rule::BecomeLeader { term, have, all });
        let mut matched = vec![0; all];
        matched[self.me.index()] = last;
        let (next, sent, taken) = (vec![last + 1; all], vec![0; all], Table::new());
        self.state.role = Role::Leader(Leadership { next, matched, sent, taken });
        self.state.leader = Some(self.me);
        self.out.cancel_timer(Timer::Election);
        if self.config.no_op {
            self.append_no_op();
        }
        self.beat();
    }
}

impl Config {
    /// How many votes or copies decide.
    pub fn majority(&self) -> usize {
        // Right for odd sizes, so that nobody notices until there are 4 or 6 servers.
        if self.quorum_of_half { self.replicas.div_ceil(2) } else { quorum::majority(self.replicas) }
    }
}

//! Leader election (§5.2, §5.4.1); pre-vote (thesis §9.6), check-quorum (§6.2) and leadership transfer (§3.10).

use crate::kernel::{NodeId, RequestId};

use super::Timer;
use super::configuration::{JointCount, NodeSet};
use super::message::{Answer, Ballot, Message};
use super::rules::Rule;
use super::state::{Leadership, Peer, Role, Server};

/// Why a server stands for election.
const TIMED_OUT: &str = "has heard from no leader for too long";
const CHOSEN: &str = "has enough pre-votes";

impl Server<'_> {
    /// Rules for servers, all servers: a higher term makes a follower of everybody (§5.1).
    pub(super) fn adopt_term(&mut self, term: u64, from: NodeId) {
        self.out.rule(Rule::AdoptTerm { term, old: self.disk.term, from });
        (self.disk.term, self.disk.voted_for) = (term, None);
        self.out.persist(self.disk);
        self.state.leader = None;
        if !matches!(self.state.role, Role::Follower) {
            self.out.rule(Rule::StepDown { term });
        }
        self.become_follower();
    }

    pub(super) fn become_follower(&mut self) {
        let Role::Leader(lead) = std::mem::take(&mut self.state.role) else { return };
        self.out.cancel_timer(Timer::Heartbeat);
        self.await_leader();
        if let Some((to, id)) = lead.transfer {
            self.out.cancel_timer(Timer::Transfer);
            self.reply(id, Answer::NotLeader(Some(to)));
        }
    }

    /// Starts the election timer, each time with a new draw (§5.2).
    pub(super) fn await_leader(&mut self) {
        let (lo, hi) = self.config.election_timeout;
        self.out.set_timer(Timer::Election, lo..=hi);
    }

    /// A leader was heard: for the least election timeout no other can be needed (thesis §4.2.3).
    pub(super) fn count_on_leader(&mut self) {
        if self.config.pre_vote || self.config.is_sticky() {
            let (lo, _) = self.config.election_timeout;
            self.state.heard = true;
            self.out.set_timer(Timer::Minimum, lo);
        }
    }

    pub(super) fn election_timeout(&mut self) {
        if self.leads() {
            return self.check_quorum();
        }
        (self.state.heard, self.state.leader) = (false, None);
        if !self.may_stand() {
            self.out.rule(Rule::NotMember);
            return self.await_leader();
        }
        if self.config.pre_vote { self.start_pre_vote() } else { self.start_election(Ballot::Real, TIMED_OUT) }
    }

    /// Pre-vote: it asks whether it could win before it disturbs anybody with a new term (thesis §9.6).
    fn start_pre_vote(&mut self) {
        let term = self.disk.term + 1;
        self.out.rule(Rule::StartPreVote { term });
        self.state.role = Role::PreCandidate(NodeSet::default().with(self.me));
        self.await_leader();
        if self.votes().is_quorum() {
            self.start_election(Ballot::Real, CHOSEN)
        } else {
            self.ask_for_votes(Ballot::Pre, term)
        }
    }

    /// Rules for servers, candidates: on conversion to candidate, start election (§5.2).
    fn start_election(&mut self, ballot: Ballot, why: &'static str) {
        (self.disk.term, self.disk.voted_for) = (self.disk.term + 1, None);
        self.write_vote(self.me);
        let term = self.disk.term;
        self.out.rule(Rule::StartElection { term, why });
        self.state.role = Role::Candidate(NodeSet::default().with(self.me));
        self.state.leader = None;
        self.await_leader();
        if self.votes().is_quorum() {
            return self.become_leader();
        }
        self.ask_for_votes(ballot, term);
    }

    fn ask_for_votes(&mut self, ballot: Ballot, term: u64) {
        let (last_index, last_term) = (self.disk.log.last_index(), self.disk.log.last_term());
        if ballot != Ballot::Pre {
            self.out.rule(Rule::AskForVotes { index: last_index, term: last_term });
        }
        for to in self.members().electors().without(self.me).nodes() {
            self.out.send(to, Message::RequestVote { ballot, term, last_index, last_term });
        }
    }

    /// The votes or pre-votes that a candidate has.
    fn votes(&self) -> JointCount {
        let (Role::PreCandidate(votes) | Role::Candidate(votes)) = self.state.role else {
            return JointCount::default();
        };
        self.members().count(self.config, |node| votes.has(node))
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

    /// RequestVote RPC, receiver implementation (§5.2, §5.4.1), for votes and pre-votes alike.
    pub(super) fn request_vote(&mut self, from: NodeId, ballot: Ballot, term: u64, last: (u64, u64)) {
        let pre = ballot == Ballot::Pre;
        let granted = self.consider_vote(from, pre, term, last);
        if granted && pre {
            self.out.rule(Rule::GrantPreVote { from, term });
        } else if granted {
            if self.disk.voted_for.is_none() {
                self.write_vote(from);
            }
            self.await_leader();
        }
        // A granted pre-vote names the term that it is about; all else says what the voter's own term is.
        let term = if granted && pre { term } else { self.disk.term };
        self.out.send(from, Message::Vote { pre, term, granted });
    }

    fn consider_vote(&mut self, from: NodeId, pre: bool, term: u64, (last_index, last_term): (u64, u64)) -> bool {
        let now = self.disk.term;
        if term < now {
            self.out.rule(Rule::RefuseOldTerm { term, now, from });
            return false;
        }
        if pre && (self.state.heard || self.leads()) {
            self.out.rule(Rule::RefusePreVote { from, term, why: self.reliance() });
            return false;
        }
        if let Some(vote) = self.disk.voted_for.filter(|&vote| vote != from && term == now) {
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
        if !pre {
            self.out.rule(if stale { Rule::GrantUnchecked { from, term } } else { Rule::GrantVote { from, term } });
        }
        true
    }

    /// Rules for servers, candidates: votes from a majority make a leader (§5.2).
    pub(super) fn count_vote(&mut self, from: NodeId, pre: bool, term: u64, granted: bool) {
        let now = self.disk.term;
        if term < now && !self.config.votes_of_any_term {
            return self.out.rule(Rule::IgnoreOldReply { term, now, from });
        }
        let kind = if pre { "pre-vote" } else { "vote" };
        let votes = match &mut self.state.role {
            Role::PreCandidate(votes) if pre && (!granted || term == now + 1) => votes,
            Role::Candidate(votes) if !pre => votes,
            _ => return self.out.rule(Rule::IgnoreVote { from, kind }),
        };
        if !granted {
            return self.out.rule(Rule::LoseVote { from, kind });
        }
        *votes = votes.with(from);
        let votes = self.votes();
        self.out.rule(Rule::CountVote { from, kind, votes });
        match votes.is_quorum() {
            true if pre => self.start_election(Ballot::Real, CHOSEN),
            true => self.become_leader(),
            false => {}
        }
    }

    fn become_leader(&mut self) {
        let (term, last) = (self.disk.term, self.disk.log.last_index());
        self.out.rule(Rule::BecomeLeader { term, votes: self.votes() });
        let mut peers = vec![Peer { next: last + 1, ..Peer::default() }; self.config.replicas];
        peers[self.me.index()].matched = last;
        // Those who voted for it have answered it: its first heartbeats may be on their way for longer than a window.
        let heard = if let Role::Candidate(votes) = self.state.role { votes } else { NodeSet::default() };
        self.state.role = Role::Leader(Leadership { peers: peers.into(), heard, ..Leadership::default() });
        self.state.leader = Some(self.me);
        self.state.heard = false;
        self.out.cancel_timer(Timer::Minimum);
        if self.config.check_quorum {
            self.await_quorum()
        } else {
            self.out.cancel_timer(Timer::Election)
        }
        if self.config.no_op || self.members().is_joint() {
            self.append_no_op();
        }
        self.resume_change();
        self.broadcast_heartbeat();
    }

    // ---- check-quorum ----

    fn await_quorum(&mut self) {
        let (lo, _) = self.config.election_timeout;
        self.out.set_timer(Timer::Election, lo);
    }

    /// Check-quorum: a leader that no majority has answered for an election timeout steps down (thesis §6.2).
    fn check_quorum(&mut self) {
        let members = self.members();
        let Role::Leader(lead) = &mut self.state.role else { return };
        let heard = std::mem::take(&mut lead.heard).with(self.me);
        let heard = members.count(self.config, |node| heard.has(node));
        if heard.is_quorum() {
            return self.await_quorum();
        }
        self.out.rule(Rule::LoseQuorum { heard });
        self.state.leader = None;
        self.become_follower();
    }

    // ---- leadership transfer ----

    /// The leader is asked to hand over: it takes no more requests, brings the other's log up to its own and tells it to
    /// stand at once (thesis §3.10).
    pub(super) fn transfer(&mut self, id: RequestId, to: NodeId) {
        if to == self.me {
            return self.done(id, "ok");
        }
        if !self.members().voters.has(to) {
            self.out.rule(Rule::RefuseTransfer { to });
            return self.done(id, "refused: it has no vote");
        }
        if let Some((last, outcome)) = self.state.handed_over
            && last.client == id.client
            && last.number >= id.number
        {
            self.out.rule(Rule::AnswerAgain { id });
            return self.done(id, outcome);
        }
        self.state.handed_over = Some((id, "ok"));
        let (_, hi) = self.config.election_timeout;
        if let Role::Leader(lead) = &mut self.state.role {
            lead.transfer = Some((to, id));
            lead.told = true;
        }
        self.out.rule(Rule::BeginTransfer { to });
        self.out.set_timer(Timer::Transfer, hi);
        self.hand_over();
    }

    /// Tells the successor to stand, as soon as it has the whole log.
    pub(super) fn hand_over(&mut self) {
        let (term, last) = (self.disk.term, self.disk.log.last_index());
        let Role::Leader(lead) = &self.state.role else { return };
        let Some((to, _)) = lead.transfer else { return };
        if lead.peers[to.index()].matched == last {
            self.out.rule(Rule::HandOver { to, index: last });
            self.out.send(to, Message::TimeoutNow { term });
        }
    }

    /// The successor is not elected in time: the leader goes on.
    pub(super) fn give_up_transfer(&mut self) {
        let Role::Leader(lead) = &mut self.state.role else { return };
        let Some((to, id)) = lead.transfer.take() else { return };
        let outcome = "refused: it was not elected in time";
        self.state.handed_over = Some((id, outcome));
        self.out.rule(Rule::GiveUpTransfer { to });
        self.done(id, outcome);
    }

    /// The leader says: stand now. No pre-vote, for nobody is disturbed who should not be.
    pub(super) fn timeout_now(&mut self, from: NodeId, term: u64) {
        if term < self.disk.term || self.leads() || !self.may_stand() {
            return self.out.rule(Rule::IgnoreTimeoutNow { from });
        }
        self.out.rule(Rule::TimeoutNow { from });
        self.start_election(Ballot::Handover, "was told to by its leader");
    }
}

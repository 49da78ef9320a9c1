//! One server: where each input goes.

use crate::kernel::{Input, NodeId, RequestId, Word};

use super::configuration::Members;
use super::message::{Answer, Ballot, Message};
use super::rules::Rule;
use super::state::{Disk, Role, Server};
use super::{Raft, Timer};

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
            Input::Fire(Timer::Heartbeat) => self.broadcast_heartbeat(),
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

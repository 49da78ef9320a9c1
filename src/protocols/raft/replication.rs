//! Log replication (§5.3), the commit rule (§5.4.2), and clients (§8).

use crate::kernel::{NodeId, RequestId};
use crate::services::kv;

use super::Timer;
use super::command::Command;
use super::configuration::NodeSet;
use super::log::{Entry, Payload};
use super::message::{Answer, Batch, Message, Result};
use super::reads::Reads;
use super::rules::Rule;
use super::state::{InFlight, Leadership, Peer, Role, Server};
use super::value::Value;

impl Server<'_> {
    // ---- the leader sends ----

    /// Rules for servers, leaders: what clients ask for. A command for the store is appended, and answered once it is
    /// applied (§5.3).
    pub(super) fn request(&mut self, from: NodeId, id: RequestId, command: &Command) {
        let Role::Leader(lead) = &self.state.role else {
            let leader = self.state.leader;
            self.out.rule(leader.map_or(Rule::RedirectBlindly { id }, |leader| Rule::Redirect { leader, id }));
            return self.out.send(from, Message::Reply { id, answer: Answer::NotLeader(leader) });
        };
        if let Some((to, _)) = lead.transfer {
            self.out.rule(Rule::HoldRequest { id, to });
            return self.out.send(from, Message::Reply { id, answer: Answer::NotLeader(None) });
        }
        match command {
            Command::Store(kv::Command::Get(key))
                if self.config.reads != Reads::Log || self.config.read_without_round =>
            {
                self.read(id, key);
            }
            _ if self.answers_again(id) => {}
            Command::Store(command) => self.append_command(id, command.clone()),
            Command::Transfer(to) => self.transfer(id, *to),
            _ => self.change_members(id, command),
        }
    }

    /// Gives the old answer to what was carried out before, as far as this server knows (§8; thesis §6.3).
    pub(super) fn answers_again(&mut self, id: RequestId) -> bool {
        let session = self.state.sessions.get(&id.client).filter(|(number, _)| *number >= id.number);
        let Some((_, outcome)) = session.cloned() else { return false };
        self.out.rule(Rule::AnswerAgain { id });
        self.done(id, outcome);
        true
    }

    fn append_command(&mut self, id: RequestId, command: kv::Command) {
        // Behind the commit index: what is committed is applied, and answered again.
        if matches!(&self.state.role, Role::Leader(lead) if lead.appended.has(id, self.state.commit)) {
            return self.out.rule(Rule::AwaitEntry { id });
        }
        let (index, term) = (self.disk.log.last_index() + 1, self.disk.term);
        self.out.rule(Rule::AppendCommand { id, index, term });
        self.append_own(Entry::new(term, Payload::Command(command), Some(id)));
        self.send_news();
        self.advance_commit(self.me);
    }

    /// An entry that commits what older terms left behind (§8).
    pub(super) fn append_no_op(&mut self) {
        let (index, term) = (self.disk.log.last_index() + 1, self.disk.term);
        self.out.rule(Rule::AppendNoOp { index, term });
        self.append_own(Entry::new(term, Payload::NoOp, None));
        self.advance_commit(self.me);
    }

    /// What can't begin before an entry of this term is committed sees to it that there is one.
    pub(super) fn need_own_entry(&mut self) {
        if self.disk.log.last_term() != self.disk.term {
            self.append_no_op();
            self.send_news();
        }
    }

    /// Whether an entry of the current term is committed.
    pub(super) fn own_term_committed(&self) -> bool {
        self.disk.log.term_at(self.state.commit) == Some(self.disk.term)
    }

    pub(super) fn append_own(&mut self, entry: Entry) {
        let request = entry.request;
        self.disk.log.push(entry);
        self.out.persist(self.disk);
        if let Role::Leader(lead) = &mut self.state.role {
            let index = self.disk.log.last_index();
            lead.peers[self.me.index()].matched = index;
            request.into_iter().for_each(|id| lead.appended.add(id, index));
        }
    }

    /// To whom a leader sends its log: to the members, and to those who are to be members.
    fn receivers(&self) -> NodeSet {
        let new = self.state.change.as_ref().map(|change| change.members.voters).unwrap_or_default();
        self.members().everybody().and(new).without(self.me)
    }

    /// Sends new entries to all who have answered for those before them.
    pub(super) fn send_news(&mut self) {
        self.receivers().nodes().for_each(|to| self.fill(to));
    }

    /// The heartbeat: AppendEntries to all, with whatever each has not acknowledged (§5.2, §5.3).
    pub(super) fn broadcast_heartbeat(&mut self) {
        if !self.leads() {
            return;
        }
        self.out.rule(Rule::SendHeartbeats { term: self.disk.term });
        self.begin_round();
        for to in self.receivers().nodes() {
            let Role::Leader(lead) = &mut self.state.role else { return };
            // What was sent since the last heartbeat may be on its way still. What is older counts as lost.
            let peer = &mut lead.peers[to.index()];
            if peer.in_flight.back().is_some_and(|batch| batch.lost_from > lead.round) {
                self.send_bare_heartbeat(to);
            } else {
                peer.in_flight.clear();
                self.send_append(to);
                if let Role::Leader(lead) = &mut self.state.role {
                    let now = lead.round;
                    lead.peers[to.index()].in_flight.iter_mut().for_each(|batch| batch.lost_from = now + 1);
                }
            }
        }
        self.out.set_timer(Timer::Heartbeat, self.config.heartbeat);
    }

    /// AppendEntries without entries, which no server refuses that has what it acknowledged.
    fn send_bare_heartbeat(&mut self, to: NodeId) {
        let Role::Leader(lead) = &self.state.role else { return };
        let prev_index = lead.peers[to.index()].next - 1;
        let Some(prev_term) = self.disk.log.term_at(prev_index) else { return self.send_append(to) };
        let (term, commit, round, batch) = (self.disk.term, self.state.commit, lead.round, Batch::default());
        self.out.send(to, Message::AppendEntries { term, prev_index, prev_term, batch, commit, round });
    }

    /// Sends as much as may be on its way to one server (§10.2.2 of the thesis: batching and pipelining).
    fn fill(&mut self, to: NodeId) {
        while let Role::Leader(lead) = &self.state.role {
            let peer = &lead.peers[to.index()];
            if peer.in_flight.len() as u64 + peer.narrowed >= self.config.pipeline
                || peer.prev() >= self.disk.log.last_index()
            {
                return;
            }
            if !self.receivers().has(to) {
                return; // It was removed: with the entry that says so it could be elected (thesis §4.2.3).
            }
            self.send_append(to);
        }
    }

    pub(super) fn send_append(&mut self, to: NodeId) {
        let Role::Leader(lead) = &mut self.state.role else { return };
        let (log, round) = (&self.disk.log, lead.round);
        let peer = &mut lead.peers[to.index()];
        let prev_index = peer.prev();
        if prev_index < log.base() {
            // Nothing follows a snapshot before it is acknowledged.
            let snapshot = InFlight { last: log.base(), round, lost_from: round + 2 };
            peer.in_flight = (0..self.config.pipeline).map(|_| snapshot).collect();
            return self.send_snapshot(to, round);
        }
        let last = log.last_index().min(prev_index + self.config.batch);
        let mut batch = Batch::default();
        if last > prev_index {
            batch = Batch::new(log.between(prev_index, last).cloned().collect());
            peer.in_flight.push_back(InFlight { last, round, lost_from: round + 2 });
        }
        let prev_term = log.term_at(prev_index).unwrap_or_default();
        let (term, commit) = (self.disk.term, self.state.commit);
        self.out.send(to, Message::AppendEntries { term, prev_index, prev_term, batch, commit, round });
    }

    // ---- the follower ----

    /// AppendEntries RPC, receiver implementation (§5.3).
    pub(super) fn append_entries(
        &mut self,
        from: NodeId,
        (term, round): (u64, u64),
        prev: (u64, u64),
        batch: &Batch,
        commit: u64,
    ) {
        let now = self.disk.term;
        if term < now {
            self.out.rule(Rule::RefuseOldLeader { from, term, now });
            let result = Result::Conflict { term: None, first: self.disk.log.last_index() + 1 };
            return self.out.send(from, Message::Appended { term: now, prev_index: prev.0, result, round });
        }
        if !self.hear_leader(from, term) {
            return;
        }
        let result = self.conflict(prev).unwrap_or_else(|| {
            let last = prev.0 + batch.entries().len() as u64;
            self.store_entries(prev.0, batch.entries());
            self.follow_commit(commit.min(last));
            Result::Matched(last)
        });
        self.out.send(from, Message::Appended { term, prev_index: prev.0, result, round });
    }

    /// Takes note of the term's leader; says whether to listen to it.
    pub(super) fn hear_leader(&mut self, from: NodeId, term: u64) -> bool {
        match self.state.role {
            Role::Leader(_) => {
                self.out.rule(Rule::IgnoreOtherLeader { from, term });
                return false;
            }
            Role::Candidate(_) | Role::PreCandidate(_) => {
                self.out.rule(Rule::YieldToLeader { from, term });
                self.become_follower();
            }
            Role::Follower => {}
        }
        self.state.leader = Some(from);
        self.drop_change();
        self.out.rule(Rule::HearLeader { from });
        self.count_on_leader();
        self.await_leader();
        true
    }

    /// Whether the log lacks the entry before the new ones; if so, what the leader should know to step back over a
    /// whole term at once (§5.3, the optimisation at its end).
    fn conflict(&mut self, (prev, theirs): (u64, u64)) -> Option<Result> {
        let log = &self.disk.log;
        if prev < log.base() {
            return None; // What a snapshot stands for is committed, so that it agrees.
        }
        let Some(mine) = log.term_at(prev) else {
            let last = log.last_index();
            self.out.rule(Rule::RefuseShortLog { prev, last });
            return Some(Result::Conflict { term: None, first: last + 1 });
        };
        if mine == theirs {
            return None;
        }
        let first = log.first_from_term(mine);
        self.out.rule(Rule::RefuseConflict { prev, theirs, mine, first });
        Some(Result::Conflict { term: Some(mine), first })
    }

    /// Takes over what is new. Only a real conflict cuts the log: the message may be old, and shorter than the log by now.
    fn store_entries(&mut self, prev: u64, entries: &[Entry]) {
        let log = &mut self.disk.log;
        let log_base = log.base();
        let mut changed = self.config.append_truncates_always && log.last_index() > prev;
        if changed {
            log.truncate(prev);
        }
        let mut first_new = None;
        for (index, entry) in (prev + 1..).zip(entries).filter(|(index, _)| *index > log_base) {
            match log.term_at(index) {
                Some(mine) if mine == entry.term => continue,
                Some(mine) => {
                    self.out.rule(Rule::Truncate { index, mine, theirs: entry.term });
                    log.truncate(index - 1);
                }
                None => {}
            }
            log.push(entry.clone());
            first_new = first_new.or(Some(index));
            changed = true;
        }
        if let Some(first) = first_new {
            self.out.rule(Rule::Append { first, last: log.last_index() });
        } else if !entries.is_empty() {
            self.out.rule(Rule::KnowAlready { last: prev + entries.len() as u64 });
        }
        if changed {
            self.out.persist(self.disk);
        }
    }

    fn follow_commit(&mut self, index: u64) {
        if index > self.state.commit {
            self.state.commit = index;
            self.out.rule(Rule::FollowCommit { index });
            self.apply();
        }
    }

    // ---- the leader hears ----

    /// Rules for servers, leaders: what an answer to AppendEntries or InstallSnapshot changes (§5.3, §7).
    pub(super) fn appended(&mut self, from: NodeId, (term, round): (u64, u64), prev_index: u64, result: Result) {
        if term < self.disk.term {
            return self.out.rule(Rule::IgnoreOldReply { term, now: self.disk.term, from });
        }
        self.note_round(from, round);
        let last = self.disk.log.last_index();
        let Role::Leader(lead) = &mut self.state.role else {
            return self.out.rule(Rule::IgnoreAnswer { from });
        };
        let (round_now, peer) = (lead.round, &mut lead.peers[from.index()]);
        match result {
            Result::Matched(index) => {
                let index = index.min(last);
                let grown = peer.acknowledge(index, round.min(round_now), round_now);
                self.out.rule(Rule::HearFollower { from, index });
                if grown {
                    self.advance_commit(from);
                }
                self.go_on_with_change();
                if grown {
                    self.hand_over();
                }
                self.fill(from);
            }
            Result::Conflict { first, .. } if peer.matched >= first && round > peer.matched_in => {
                self.forget_match(from, first);
            }
            Result::Conflict { .. } if prev_index <= peer.matched => {
                self.out.rule(Rule::IgnoreLateRefusal { from, matched: peer.matched });
            }
            Result::Conflict { .. } if prev_index + 1 > peer.next => self.narrow(from),
            Result::Conflict { .. } if prev_index + 1 != peer.next => {
                self.out.rule(Rule::IgnoreAnswer { from });
            }
            Result::Conflict { term, first } => self.back_off(from, prev_index, term, first),
        }
        self.serve_reads();
    }

    /// A refusal to what was sent after the server had acknowledged more: it has lost its disk since. (Raft has no such
    /// servers, §5; this one can't be trusted with its vote, but it can be filled again.)
    fn forget_match(&mut self, from: NodeId, first: u64) {
        if !self.receivers().has(from) {
            return self.out.rule(Rule::IgnoreAnswer { from });
        }
        if let Role::Leader(lead) = &mut self.state.role {
            let peer = &mut lead.peers[from.index()];
            self.out.rule(Rule::ForgetMatch { from, matched: peer.matched, next: first });
            *peer = Peer { next: first, round: peer.round, ..Peer::default() };
        }
        self.send_append(from);
    }

    /// One batch has overtaken another and was refused. All that are under way behind the gap will be: the leader goes
    /// back to the gap, and has fewer under way until batches come in order again (thesis §10.2.1).
    fn narrow(&mut self, from: NodeId) {
        let Role::Leader(lead) = &mut self.state.role else { return };
        let peer = &mut lead.peers[from.index()];
        if peer.narrowed + 1 >= self.config.pipeline {
            return self.out.rule(Rule::IgnoreAnswer { from });
        }
        self.out.rule(Rule::NarrowPipeline { from, next: peer.next });
        peer.narrowed = self.config.pipeline - 1;
        peer.in_flight.clear();
        self.fill(from);
    }

    /// Steps back behind the term in conflict: to the leader's own last entry of that term if it has one, else to where
    /// the follower's entries of that term begin (§5.3).
    fn back_off(&mut self, from: NodeId, prev_index: u64, term: Option<u64>, first: u64) {
        if !self.receivers().has(from) {
            return self.out.rule(Rule::IgnoreAnswer { from });
        }
        let Role::Leader(lead) = &self.state.role else { return };
        let (matched, log) = (lead.matched(from), &self.disk.log);
        let own = term.map(|term| (log.first_from_term(term), log.first_from_term(term + 1)));
        let next = match own {
            Some((begin, end)) if begin < end => end,
            _ => first,
        };
        let next = next.clamp(matched + 1, prev_index.max(matched + 1));
        self.out.rule(Rule::BackOff { from, next });
        if let Role::Leader(lead) = &mut self.state.role {
            let peer = &mut lead.peers[from.index()];
            peer.next = next;
            peer.in_flight.clear();
        }
        self.send_append(from);
    }

    /// Rules for servers, leaders: an entry of the current term on a majority is committed, and all before it (§5.4.2).
    pub(super) fn advance_commit(&mut self, heard: NodeId) {
        let Role::Leader(lead) = &self.state.role else { return };
        let (now, members) = (self.disk.term, self.members());
        let copies = |index| members.count(self.config, |node| lead.peers[node.index()].matched >= index);
        if !copies(self.state.commit + 1).is_quorum() {
            let index = lead.peers[heard.index()].matched;
            if index > self.state.commit {
                self.out.rule(Rule::LackQuorum { index, copies: copies(index) });
            }
            return;
        }
        let index = members.reached(self.config, |node| lead.peers[node.index()].matched);
        let term = self.disk.log.term_at(index).unwrap_or_default();
        if term != now && !self.config.commit_old_terms {
            return self.out.rule(Rule::SpareOldTerm { index, term, now });
        }
        let copies = copies(index);
        self.out.rule(match term == now {
            true => Rule::Commit { index, copies },
            false => Rule::CommitOldTerm { index, copies, term },
        });
        self.state.commit = index;
        self.apply();
        self.follow_up_members();
        self.go_on_with_change();
        self.serve_reads();
    }

    // ---- all servers ----

    /// Rules for servers, all servers: what is committed is applied, in order; each request once (§5.3, §8).
    fn apply(&mut self) {
        while self.state.applied < self.state.commit {
            let index = self.state.applied + 1;
            let Some(entry) = self.disk.log.get(index) else { return };
            self.state.applied = index;
            let request = entry.request;
            let repeat =
                request.filter(|id| self.state.sessions.get(&id.client).is_some_and(|last| last.0 >= id.number));
            let payload = entry.payload.clone();
            self.out.decide(index, Value { payload, request, repeat: repeat.is_some() });
            self.out.rule(repeat.map_or(Rule::Apply { index }, |id| Rule::SkipRepeat { index, id }));
            let outcome = match &entry.payload {
                _ if repeat.is_some() => None,
                Payload::NoOp => None,
                Payload::Command(command) => Some(self.state.store.apply(command)),
                Payload::Members(members) => (!members.is_joint()).then(kv::ok),
            };
            if let (Some(id), Some(outcome)) = (request, outcome) {
                self.conclude(id, outcome);
            }
        }
    }

    /// A request is carried out: each server notes that, and the leader tells the client.
    fn conclude(&mut self, id: RequestId, outcome: kv::Word) {
        self.state.sessions.insert(id.client, (id.number, outcome.clone()));
        if self.leads() {
            self.done(id, outcome);
        }
    }
}

impl Leadership {
    /// The last entry known to be on a server's disk.
    pub fn matched(&self, node: NodeId) -> u64 {
        self.peers[node.index()].matched
    }
}

impl Peer {
    /// The entry before those to send next.
    fn prev(&self) -> u64 {
        self.in_flight.back().map_or(self.next - 1, |batch| batch.last.max(self.next - 1))
    }

    /// Notes that the server has everything up to `index`, as it answers to what was sent in a round; says whether that is
    /// news. What was sent again since is on its way still.
    fn acknowledge(&mut self, index: u64, round: u64, round_now: u64) -> bool {
        self.agreed = self.agreed.max(round);
        let grown = index > self.matched;
        if grown {
            self.matched_in = round_now;
            self.narrowed = self.narrowed.saturating_sub(1);
        }
        while self.in_flight.front().is_some_and(|batch| batch.last <= index && batch.round <= round) {
            self.in_flight.pop_front();
        }
        self.next = self.next.max(index + 1);
        self.matched = self.matched.max(index);
        grown
    }
}

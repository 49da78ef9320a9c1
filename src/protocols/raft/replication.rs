//! Log replication (§5.3), the commit rule (§5.4.2), and clients (§8).

use crate::kernel::{NodeId, RequestId, quorum};
use crate::protocols::kv::Command;

use super::Timer;
use super::log::Entry;
use super::message::{Answer, Batch, Message, Result};
use super::replica::{Leadership, Replica, Role};
use super::rules::Rule;
use super::value::Value;

/// How many entries travel in one AppendEntries at most.
pub const MOST_ENTRIES: u64 = 64;

impl Replica<'_> {
    // ---- the leader sends ----

    /// Rules for servers, leaders: a client's command is appended, and answered once it is applied (§5.3).
    pub fn request(&mut self, from: NodeId, id: RequestId, command: Command) {
        if !matches!(self.state.role, Role::Leader(_)) {
            let leader = self.state.leader;
            self.out.rule(leader.map_or(Rule::RedirectBlindly { id }, |leader| Rule::Redirect { leader, id }));
            return self.out.send(from, Message::Reply { id, answer: Answer::NotLeader(leader) });
        }
        if let Some((number, outcome)) = self.state.sessions.get(&id.client)
            && *number >= id.number
        {
            self.out.rule(Rule::AnswerAgain { id });
            return self.out.send(from, Message::Reply { id, answer: Answer::Done(outcome.clone()) });
        }
        if let Role::Leader(lead) = &mut self.state.role {
            if lead.taken.get(&id.client).is_some_and(|&number| number >= id.number) {
                return self.out.rule(Rule::AwaitEntry { id });
            }
            lead.taken.insert(id.client, id.number);
        }
        let (index, term) = (self.disk.log.last_index() + 1, self.disk.term);
        self.out.rule(Rule::AppendCommand { id, index, term });
        self.append_own(Entry::new(term, Some(command), Some(id)));
        self.send_news();
        self.advance_commit(self.me);
    }

    /// An entry that commits what older terms left behind (§8).
    pub fn append_no_op(&mut self) {
        let (index, term) = (self.disk.log.last_index() + 1, self.disk.term);
        self.out.rule(Rule::AppendNoOp { index, term });
        self.append_own(Entry::new(term, None, None));
        self.advance_commit(self.me);
    }

    fn append_own(&mut self, entry: Entry) {
        self.disk.log.push(entry);
        self.out.persist(self.disk);
        if let Role::Leader(lead) = &mut self.state.role {
            lead.matched[self.me.index()] = self.disk.log.last_index();
        }
    }

    /// Sends new entries to all who have answered for those before them.
    fn send_news(&mut self) {
        for number in 1..=self.config.replicas {
            let to = NodeId::replica(number);
            if to != self.me && matches!(&self.state.role, Role::Leader(lead) if lead.sent[to.index()] == 0) {
                self.send_append(to);
            }
        }
    }

    /// The heartbeat: AppendEntries to all, with whatever each has not acknowledged (§5.2, §5.3).
    pub fn beat(&mut self) {
        if !matches!(self.state.role, Role::Leader(_)) {
            return;
        }
        self.out.rule(Rule::SendHeartbeats { term: self.disk.term });
        for number in 1..=self.config.replicas {
            let to = NodeId::replica(number);
            if to != self.me {
                self.send_append(to);
            }
        }
        self.out.set_timer(Timer::Heartbeat, self.config.heartbeat..=self.config.heartbeat);
    }

    fn send_append(&mut self, to: NodeId) {
        let Role::Leader(lead) = &mut self.state.role else { return };
        let log = &self.disk.log;
        let prev_index = lead.next[to.index()] - 1;
        let last = log.last_index().min(prev_index + MOST_ENTRIES);
        let mut batch = Batch::default();
        if last > prev_index {
            batch = Batch::new((prev_index + 1..=last).filter_map(|index| log.get(index).cloned()).collect());
            lead.sent[to.index()] = last;
        }
        let prev_term = log.term_at(prev_index).unwrap_or_default();
        let (term, commit) = (self.disk.term, self.state.commit);
        self.out.send(to, Message::AppendEntries { term, prev_index, prev_term, batch, commit });
    }

    // ---- the follower ----

    /// AppendEntries RPC, receiver implementation (§5.3).
    pub fn append_entries(&mut self, from: NodeId, term: u64, prev: (u64, u64), batch: &Batch, commit: u64) {
        let now = self.disk.term;
        if term < now {
            self.out.rule(Rule::RefuseOldLeader { from, term, now });
            let result = Result::Conflict { term: None, first: self.disk.log.last_index() + 1 };
            return self.out.send(from, Message::Appended { term: now, prev_index: prev.0, result });
        }
        match self.state.role {
            Role::Leader(_) => return self.out.rule(Rule::IgnoreOtherLeader { from, term }),
            Role::Candidate(_) => {
                self.out.rule(Rule::YieldToLeader { from, term });
                self.become_follower();
            }
            Role::Follower => {}
        }
        self.state.leader = Some(from);
        self.out.rule(Rule::HearLeader { from });
        self.await_leader();
        let result = self.conflict(prev).unwrap_or_else(|| {
            let last = prev.0 + batch.entries().len() as u64;
            self.store_entries(prev.0, batch.entries());
            self.follow_commit(commit.min(last));
            Result::Matched(last)
        });
        self.out.send(from, Message::Appended { term, prev_index: prev.0, result });
    }

    /// Whether the log lacks the entry before the new ones; if so, what the leader should know to step back over a
    /// whole term at once (§5.3, the optimisation at its end).
    fn conflict(&mut self, (prev, theirs): (u64, u64)) -> Option<Result> {
        let log = &self.disk.log;
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
        let mut changed = self.config.append_truncates_always && log.last_index() > prev;
        if changed {
            log.truncate(prev);
        }
        let mut first_new = None;
        for (index, entry) in (prev + 1..).zip(entries) {
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

    /// Rules for servers, leaders: what an answer to AppendEntries changes (§5.3).
    pub fn appended(&mut self, from: NodeId, term: u64, prev_index: u64, result: Result) {
        if term < self.disk.term {
            return self.out.rule(Rule::IgnoreOldReply { term, now: self.disk.term, from });
        }
        let last = self.disk.log.last_index();
        let Role::Leader(lead) = &mut self.state.role else {
            return self.out.rule(Rule::IgnoreAnswer { from });
        };
        let place = from.index();
        match result {
            Result::Matched(index) => {
                let index = index.min(last);
                let grown = lead.acknowledge(place, index);
                let more = lead.sent[place] == 0 && lead.next[place] <= last;
                self.out.rule(Rule::HearFollower { from, index });
                if grown {
                    self.advance_commit(from);
                }
                if more {
                    self.send_append(from);
                }
            }
            Result::Conflict { .. } if prev_index + 1 != lead.next[place] => {
                self.out.rule(Rule::IgnoreAnswer { from });
            }
            Result::Conflict { term, first } => self.back_off(from, prev_index, term, first),
        }
    }

    /// Steps back behind the term in conflict: to the leader's own last entry of that term if it has one, else to where
    /// the follower's entries of that term begin (§5.3).
    fn back_off(&mut self, from: NodeId, prev_index: u64, term: Option<u64>, first: u64) {
        let log = &self.disk.log;
        let own = term.map(|term| (log.first_from_term(term), log.first_from_term(term + 1)));
        let next = match own {
            Some((begin, end)) if begin < end => end,
            _ => first,
        };
        let next = next.clamp(1, prev_index.max(1));
        self.out.rule(Rule::BackOff { from, next });
        if let Role::Leader(lead) = &mut self.state.role {
            (lead.next[from.index()], lead.sent[from.index()]) = (next, 0);
        }
        self.send_append(from);
    }

    /// Rules for servers, leaders: an entry of the current term on a majority is committed, and all before it (§5.4.2).
    fn advance_commit(&mut self, heard: NodeId) {
        let Role::Leader(lead) = &self.state.role else { return };
        let (now, all, need) = (self.disk.term, self.config.replicas, self.config.majority());
        let index = lead.index_on(need);
        if index <= self.state.commit {
            let index = lead.matched[heard.index()];
            if index > self.state.commit {
                self.out.rule(Rule::LackQuorum { index, have: lead.copies(index), need });
            }
            return;
        }
        let term = self.disk.log.term_at(index).unwrap_or_default();
        if term != now && !self.config.commit_old_terms {
            return self.out.rule(Rule::SpareOldTerm { index, term, now });
        }
        let have = lead.copies(index);
        self.out.rule(match term == now {
            true => Rule::Commit { index, have, all },
            false => Rule::CommitOldTerm { index, have, all, term },
        });
        self.state.commit = index;
        self.apply();
    }

    // ---- all servers ----

    /// Rules for servers, all servers: what is committed is applied, in order; each request once (§5.3, §8).
    fn apply(&mut self) {
        while self.state.applied < self.state.commit {
            let index = self.state.applied + 1;
            let Some(entry) = self.disk.log.get(index) else { return };
            self.state.applied = index;
            let repeat = entry
                .request
                .is_some_and(|id| self.state.sessions.get(&id.client).is_some_and(|(number, _)| *number >= id.number));
            self.out.decide(index, Value { command: entry.command.clone(), request: entry.request, repeat });
            if let Some(id) = entry.request.filter(|_| repeat) {
                self.out.rule(Rule::SkipRepeat { index, id });
                continue;
            }
            self.out.rule(Rule::Apply { index });
            let Some(command) = &entry.command else { continue };
            let outcome = self.state.store.apply(command);
            if let Some(id) = entry.request {
                self.state.sessions.insert(id.client, (id.number, outcome.clone()));
                if matches!(self.state.role, Role::Leader(_)) {
                    self.out.send(id.client, Message::Reply { id, answer: Answer::Done(outcome) });
                }
            }
        }
    }
}

impl Leadership {
    /// Notes that a server has everything up to `index`; says whether that is news.
    fn acknowledge(&mut self, place: usize, index: u64) -> bool {
        if index >= self.sent[place] {
            self.sent[place] = 0;
        }
        self.next[place] = self.next[place].max(index + 1);
        let grown = index > self.matched[place];
        self.matched[place] = self.matched[place].max(index);
        grown
    }

    /// The highest index that at least `need` servers have.
    fn index_on(&self, need: usize) -> u64 {
        quorum::reached_by(need, &self.matched)
    }

    /// How many servers have an index.
    pub fn copies(&self, index: u64) -> usize {
        self.matched.iter().filter(|&&matched| matched >= index).count()
    }
}

//! The acceptors (Gray, Lamport 2006, §4.1): those of Paxos, for all instances of a transaction together. What an acceptor
//! promises and accepts is on disk before anybody hears of it.

use std::rc::Rc;

use super::LEADER;
use super::message::{Ballot, Message, Transaction, Vote, Votes, number};
use super::replica::{Deed, Turn};
use super::rules::Rule;
use crate::kernel::prelude::*;
use crate::protocols::ballot::{refuses_to_accept, refuses_to_promise};

impl Turn<'_> {
    /// Phase 2b of ballot 0: a participant's first vote counts, as long as no higher ballot was promised.
    pub(super) fn on_vote(&mut self, from: NodeId, what: &Rc<Transaction>, prepared: bool) {
        let number = number(what);
        if self.decision(number).is_some() {
            return self.rule(Rule::KnownOutcome { number });
        }
        let (late_counts, second_counts) = (self.config.late_vote_counts, self.config.second_vote);
        let ballot = Ballot { round: 0, proposer: from };
        let entry = self.entry(what);
        let promised = refuses_to_accept(entry.promised, ballot);
        let Some(&first) = entry.accepted.get(from.index()) else { return };
        if let Some(promised) = promised.filter(|_| !late_counts) {
            return self.rule(Rule::LateVote { number, from, promised });
        }
        if first.is_some() && !second_counts && promised.is_none() {
            return self.rule(Rule::KeepFirst { number, from });
        }
        self.accept(what, from, Vote { ballot, prepared });
        self.persist_accepted();
        let Some(entry) = self.disk.entries.get(&number) else { return };
        let (votes, all) = (entry.votes(), entry.accepted.len());
        let have = votes.iter().count();
        self.rule(Rule::AcceptVote { number, from, have: have as u16, all: all as u16 });
        // One vote to abort is as good as all of them.
        if have == all || !prepared {
            self.rule(Rule::Bundle { number, have: have as u16 });
            self.tell_accepted(LEADER, what, votes);
        }
    }

    fn accept(&mut self, what: &Rc<Transaction>, rm: NodeId, vote: Vote) {
        if let Some(place) = self.entry(what).accepted.get_mut(rm.index()) {
            *place = Some(vote);
        }
        self.disk.deeds.0.push((number(what), Deed::Accepted(rm, vote)));
    }

    fn persist_accepted(&mut self) {
        if !self.config.accepted_not_durable {
            self.persist();
        }
    }

    /// Phase 1b, for all instances: promise a ballot that is higher than any before. Who knows the outcome tells that.
    pub(super) fn on_take_over(&mut self, from: NodeId, what: &Rc<Transaction>, ballot: Ballot) {
        let number = number(what);
        if self.tells_outcome(from, what) {
            return;
        }
        if let Some(promised) = refuses_to_promise(self.entry(what).promised, ballot) {
            return self.refuse(from, what, ballot, promised);
        }
        let entry = self.entry(what);
        entry.promised = Some(ballot);
        let votes = entry.votes();
        self.persist();
        self.hear_of(number, ballot);
        self.rule(Rule::Promise { number, ballot });
        self.tell(from, Message::Promise { what: what.clone(), ballot, votes });
    }

    /// Phase 2b of a higher ballot, for all instances: accept, unless a higher one was promised.
    pub(super) fn on_propose(&mut self, from: NodeId, what: &Rc<Transaction>, ballot: Ballot, votes: &Votes) {
        let number = number(what);
        if self.tells_outcome(from, what) {
            return;
        }
        if let Some(promised) = refuses_to_accept(self.entry(what).promised, ballot) {
            return self.refuse(from, what, ballot, promised);
        }
        self.entry(what).promised = Some(ballot);
        for &(rm, vote) in votes.iter() {
            self.accept(what, rm, vote);
        }
        self.persist_accepted();
        self.hear_of(number, ballot);
        self.rule(Rule::Accept { number, ballot });
        self.tell_accepted(from, what, votes.clone());
    }

    fn tells_outcome(&mut self, to: NodeId, what: &Rc<Transaction>) -> bool {
        let number = number(what);
        let Some(decision) = self.decision(number) else { return false };
        self.rule(Rule::TellOutcome { number, to, decision });
        self.tell(to, Message::Outcome { what: what.clone(), decision });
        true
    }

    fn refuse(&mut self, from: NodeId, what: &Rc<Transaction>, ballot: Ballot, promised: Ballot) {
        self.rule(Rule::Refuse { number: number(what), ballot, promised });
        self.tell(from, Message::Nack { what: what.clone(), ballot, promised });
    }
}

//! A participant's side, the paper's resource manager (Gray, Lamport 2006, §4.1): it votes once, in ballot 0 of its own instance.

use std::rc::Rc;

use super::LEADER;
use super::message::{Decision, Message, Transaction, number};
use super::replica::{Deed, Open, Turn};
use super::rules::Rule;
use crate::kernel::prelude::*;

impl Turn<'_> {
    /// A client asks. The leader begins, once for each transaction; whoever else is asked passes that on.
    pub(super) fn on_request(&mut self, what: &Rc<Transaction>) {
        let number = number(what);
        if let Some(decision) = self.decision(number) {
            self.rule(Rule::KnownRequest { number, decision });
            return self.reply(what, decision);
        }
        let known = self.disk.entries.contains_key(&number);
        self.entry(what);
        self.state.open.get_or_insert(number, Open::default()).asked = true;
        if known {
            return self.rule(Rule::UnderWay { number });
        }
        if self.me != LEADER {
            self.rule(Rule::PassOn { number });
            return self.send(LEADER, Message::Request(what.clone()));
        }
        self.rule(Rule::Begin);
        self.broadcast(Message::Prepare { what: what.clone() });
        self.vote(what);
    }

    /// The leader asks for a vote.
    pub(super) fn on_prepare(&mut self, what: &Rc<Transaction>) {
        let number = number(what);
        match self.disk.entries.get(&number) {
            Some(entry) if entry.vote.is_some() || entry.decision.is_some() => self.rule(Rule::VotedAlready { number }),
            _ => self.vote(what),
        }
    }

    /// Phase 2a of ballot 0. The vote is on disk before anybody hears of it, so that there is never a second one.
    fn vote(&mut self, what: &Rc<Transaction>) {
        let number = number(what);
        let refused = what.command.refused_by == self.me.raw();
        let prepared = self.config.votes.get(self.me.index()) == Some(&true) && !refused;
        self.entry(what).vote = Some(prepared);
        self.disk.deeds.0.push((number, Deed::Voted));
        self.persist();
        self.rule(if prepared { Rule::VotePrepared { number } } else { Rule::VoteAborted { number } });
        self.send_vote(what, prepared);
    }

    fn send_vote(&mut self, what: &Rc<Transaction>, prepared: bool) {
        // To as many as are needed. If one of them is down, somebody takes over.
        for acceptor in self.config.acceptors().take(self.config.majority()) {
            self.tell(acceptor, Message::Vote { what: what.clone(), prepared });
        }
    }

    /// Somebody knows the outcome.
    pub(super) fn on_outcome(&mut self, from: NodeId, what: &Rc<Transaction>, decision: Decision) {
        let number = number(what);
        if self.decision(number).is_some() {
            return self.rule(Rule::KnownOutcome { number });
        }
        self.rule(Rule::Obey { number, from, decision });
        if self.conclude(what, decision) {
            self.reply(what, decision);
        }
    }

    /// It has waited long enough: it takes over. The bugs make up their own mind instead.
    pub(super) fn on_takeover_timeout(&mut self, number: u64) {
        let Some(entry) = self.disk.entries.get(&number).filter(|entry| entry.decision.is_none()) else { return };
        let (what, vote) = (entry.what.clone(), entry.vote);
        if self.config.decide_alone_on_timeout {
            self.rule(Rule::DecideAlone { number });
            self.disk.deeds.0.push((number, Deed::TookOver));
            self.conclude(&what, Decision::Abort);
            return;
        }
        if self.config.second_vote && vote == Some(true) && self.open(number).is_some_and(|open| open.attempts == 0) {
            self.rule(Rule::SecondVote { number });
            self.send_vote(&what, false);
        }
        self.start_ballot(&what);
    }
}

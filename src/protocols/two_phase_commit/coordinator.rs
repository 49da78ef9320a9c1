//! The coordinator's side (Bernstein, Hadzilacos, Goodman 1987, §7.4, with acknowledgements as in presumed-nothing
//! commit; the transaction manager in Gray, Lamport 2006, §3).

use std::rc::Rc;

use super::message::{Decision, Message, Transaction};
use super::replica::{Note, Stage, Turn, include};
use super::rules::Rule;
use super::{Timer, participants};
use crate::kernel::prelude::*;

impl Turn<'_> {
    /// A client asks: begin, once for each request.
    pub(super) fn on_request(&mut self, what: &Rc<Transaction>) {
        if let Some(&number) = self.state.requests.get(&what.request) {
            self.out.rule(Rule::KnownRequest { number });
            return self.reply(number);
        }
        let number = self.state.latest + 1;
        self.state.latest = number;
        self.state.requests.insert(what.request, number);
        self.disk.write(number, what, Note::Start);
        self.out.persist(self.disk);
        self.out.rule(Rule::Begin { number });
        self.out.broadcast(Message::Prepare { number, what: what.clone() });
        self.state.open.insert(number, Stage::Voting(ByName::default()));
        let wait = self.config.vote_timeout;
        self.out.set_timer(Timer::VoteTimeout(number), wait);
    }

    /// A vote: all yes is commit, one no is abort (AC3).
    pub(super) fn on_vote(&mut self, from: NodeId, number: u64, yes: bool) {
        let needed = self.config.replicas - 1;
        match self.state.open.get_mut(&number) {
            Some(Stage::Voting(ayes)) if yes => {
                include(ayes, from);
                let have = ayes.len();
                self.out.rule(Rule::CountVote { number, from, have: have as u16, needed: needed as u16 });
                if have == needed && self.config.always_abort {
                    self.out.rule(Rule::AlwaysAbort { number });
                    self.announce(number, Note::Abort, Vec::new());
                } else if have == needed && self.config.pre_commit {
                    self.pre_commit(number);
                } else if have == needed {
                    self.out.rule(Rule::Commit { number, forced: !self.config.decision_not_durable });
                    self.announce(number, Note::Commit, Vec::new());
                }
            }
            Some(Stage::Voting(_)) => {
                self.out.rule(Rule::AbortOnNo { number, from });
                self.announce(number, Note::Abort, vec![from]);
            }
            // Who votes no has aborted, and need not be told.
            Some(Stage::Telling(_)) if !yes => self.on_ack(from, number),
            _ => self.out.rule(Rule::LateVote { number, from }),
        }
    }

    /// Votes are missing, and who is missing may be gone: abort, while that is still free to choose.
    pub(super) fn on_vote_timeout(&mut self, number: u64) {
        if let Some(Stage::Voting(ayes)) = self.state.open.get(&number) {
            let missing = self.config.replicas - 1 - ayes.len();
            self.out.rule(Rule::AbortOnTimeout { number, missing: missing as u16 });
            self.announce(number, Note::Abort, Vec::new());
        }
    }

    /// A participant knows another transaction by this number: this log was lost, and numbers are given anew. Under this one
    /// nothing was decided, so the transaction takes a number that is free.
    pub(super) fn on_number_taken(&mut self, from: NodeId, number: u64, latest: u64) {
        let Some(Stage::Voting(_)) = self.state.open.get(&number) else {
            return self.out.rule(Rule::LateVote { number, from });
        };
        let Some(what) = self.disk.what(number) else { return };
        self.state.latest = self.state.latest.max(latest);
        self.out.rule(Rule::Renumber { number, from, next: self.state.latest + 1 });
        self.state.open.remove(&number);
        self.out.cancel_timer(Timer::VoteTimeout(number));
        self.disk.withdraw(number);
        self.state.requests.remove(&what.request);
        self.on_request(&what);
    }

    /// The decision: log, participants, client, in this order. Those in `informed` know it.
    pub(super) fn announce(&mut self, number: u64, note: Note, informed: Vec<NodeId>) {
        let Some(what) = self.disk.what(number) else { return };
        self.conclude(number, &what, note);
        self.out.cancel_timer(Timer::VoteTimeout(number));
        self.state.open.insert(number, Stage::Telling(informed.into()));
        self.tell(number);
        self.reply(number);
        self.end_if_all_know(number);
    }

    /// Sends the decision to all who have not acknowledged it, and sees to it that they are told again.
    fn tell(&mut self, number: u64) {
        let Some(Stage::Telling(informed)) = self.state.open.get(&number) else { return };
        let (Some(what), Some(decision)) = (self.disk.what(number), self.disk.decision(number)) else { return };
        for to in participants(self.config) {
            if !informed.contains(&to) {
                self.out.send(to, Message::Outcome { number, what: what.clone(), decision });
            }
        }
        let wait = self.config.resend;
        self.out.set_timer(Timer::Resend(number), wait);
    }

    pub(super) fn reply(&mut self, number: u64) {
        if let (Some(what), Some(decision)) = (self.disk.what(number), self.disk.decision(number)) {
            let request = what.request;
            self.out.send(request.client, Message::Reply { request, decision });
        }
    }

    /// Somebody has not acknowledged in time.
    pub(super) fn on_resend(&mut self, number: u64) {
        if let Some(Stage::Telling(informed)) = self.state.open.get(&number) {
            let missing = self.config.replicas - 1 - informed.len();
            self.out.rule(Rule::Resend { number, missing: missing as u16 });
            self.tell(number);
        }
    }

    /// A participant has the decision in its log.
    pub(super) fn on_ack(&mut self, from: NodeId, number: u64) {
        let Some(Stage::Telling(informed)) = self.state.open.get_mut(&number) else {
            return self.out.rule(Rule::LateAck { number, from });
        };
        include(informed, from);
        let have = informed.len() as u16;
        self.out.rule(Rule::CountAck { number, from, have, needed: self.config.replicas as u16 - 1 });
        self.end_if_all_know(number);
    }

    /// The end is written, not forced: if it is lost, the participants are told once more, which does no harm.
    fn end_if_all_know(&mut self, number: u64) {
        let Some(Stage::Telling(informed)) = self.state.open.get(&number) else { return };
        if informed.len() == self.config.replicas - 1
            && let Some(what) = self.disk.what(number)
        {
            self.disk.write(number, &what, Note::End);
            self.state.open.remove(&number);
            self.out.cancel_timer(Timer::Resend(number));
            self.out.rule(Rule::End { number });
        }
    }

    /// A participant in doubt asks.
    pub(super) fn on_coordinator_asked(&mut self, from: NodeId, number: u64, what: &Rc<Transaction>) {
        if let Some(&latest) = self.state.requests.get(&what.request).filter(|&&latest| latest != number) {
            self.out.rule(Rule::AnswerWithdrawn { number, from, latest });
            return self.out.send(from, Message::Taken { number, latest });
        }
        if self.disk.knows_another(number, what) {
            return self.out.rule(Rule::NotThisTransaction { number, from });
        }
        if !self.disk.entries.contains_key(&number) {
            // Its log was lost. What it does not know it can't have committed, as far as it can tell.
            self.out.rule(Rule::AbortUnknown { number, from });
            self.state.requests.insert(what.request, number);
            self.conclude(number, what, Note::Abort);
            self.state.open.insert(number, Stage::Telling(ByName::default()));
            return self.tell(number);
        }
        match self.disk.decision(number) {
            Some(decision) => {
                self.out.rule(Rule::AnswerAsked { number, from, decision });
                self.out.send(from, Message::Outcome { number, what: what.clone(), decision });
            }
            None => self.out.rule(Rule::NotYetDecided { number, from }),
        }
    }

    /// After a crash: what has no decision in the log was not decided, and is aborted now; what has one is told again.
    pub(super) fn recover_coordinator(&mut self, number: u64, what: &Rc<Transaction>, decision: Option<Decision>) {
        match decision {
            Some(decision) => self.out.rule(Rule::RecoverDecision { number, decision }),
            None if self.disk.pre_committed(number) => {
                self.state.requests.insert(what.request, number);
                return self.ask_states(number);
            }
            None => {
                self.out.rule(Rule::RecoverAbort { number });
                self.conclude(number, what, Note::Abort);
            }
        }
        self.state.open.insert(number, Stage::Telling(ByName::default()));
        self.tell(number);
        self.reply(number);
    }
}

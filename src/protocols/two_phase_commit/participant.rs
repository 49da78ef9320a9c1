//! A participant's side (Bernstein, Hadzilacos, Goodman 1987, §7.4, with its cooperative termination protocol; the
//! resource managers in Gray, Lamport 2006, §3).

use std::rc::Rc;

use super::message::{Decision, Message, Transaction};
use super::replica::{Note, Stage, Turn};
use super::rules::Rule;
use super::{COORDINATOR, Timer};
use crate::kernel::prelude::*;

impl Turn<'_> {
    /// A client that asks a participant is sent on.
    pub(super) fn pass_on(&mut self, what: &Rc<Transaction>) {
        self.out.rule(Rule::PassOn);
        self.out.send(COORDINATOR, Message::Request(what.clone()));
    }

    /// The call for votes.
    pub(super) fn on_prepare(&mut self, number: u64, what: &Rc<Transaction>) {
        match self.disk.entries.get(&number) {
            None => self.vote(number, what),
            Some(_) if self.disk.knows_another(number, what) => {
                let latest = self.state.latest;
                self.out.rule(Rule::NumberTaken { number, latest });
                self.out.send(COORDINATOR, Message::Taken { number, latest });
            }
            Some(entry) if entry.decision == Some(Decision::Abort) => {
                self.out.rule(Rule::NoAgain { number });
                self.out.send(COORDINATOR, Message::Vote { number, yes: false });
            }
            Some(_) => self.out.rule(Rule::KnownPrepare { number }),
        }
    }

    /// Yes binds, so it is in the log before anybody hears it; no is an abort.
    fn vote(&mut self, number: u64, what: &Rc<Transaction>) {
        let refused = what.command.refused_by == self.me.raw();
        let yes = self.config.votes.get(self.me.index()) == Some(&true) && !refused;
        if !yes {
            self.out.rule(Rule::VoteNo { number });
            self.conclude(number, what, Note::No);
            return self.out.send(COORDINATOR, Message::Vote { number, yes });
        }
        self.disk.write(number, what, Note::Yes);
        if !self.config.vote_not_durable {
            self.out.persist(self.disk);
        }
        self.out.rule(Rule::VoteYes { number, forced: !self.config.vote_not_durable });
        self.out.send(COORDINATOR, Message::Vote { number, yes });
        self.state.latest = self.state.latest.max(number);
        self.await_decision(number);
    }

    fn await_decision(&mut self, number: u64) {
        self.state.open.get_or_insert(number, Stage::Uncertain { blocked: false });
        let wait = self.config.decision_timeout;
        self.out.set_timer(Timer::DecisionTimeout(number), wait);
    }

    /// The decision, from the coordinator or from a participant that knows it.
    pub(super) fn on_outcome(&mut self, from: NodeId, number: u64, what: &Rc<Transaction>, decision: Decision) {
        if self.disk.knows_another(number, what) {
            return self.out.rule(Rule::NotThisTransaction { number, from });
        }
        if self.disk.decision(number).is_some() {
            self.out.rule(Rule::DecidedAlready { number });
        } else {
            self.out.rule(Rule::Obey { number, from, decision });
            self.settle(number, what, decision);
        }
        // The coordinator tells those who have it from others as well, and waits for their acknowledgement.
        if from == COORDINATOR {
            self.out.send(COORDINATOR, Message::Ack { number });
        }
    }

    /// The coordinator has withdrawn a number, so that nobody can commit under it: a yes binds no longer.
    pub(super) fn on_withdrawn(&mut self, number: u64, latest: u64) {
        let Some(&Stage::Uncertain { blocked }) = self.state.open.get(&number) else { return };
        self.state.open.remove(&number);
        self.out.rule(Rule::ReleaseVote { number, latest });
        self.disk.withdraw(number);
        self.out.persist(self.disk);
        self.state.blocked -= u64::from(blocked);
        self.out.cancel_timer(Timer::DecisionTimeout(number));
    }

    pub(super) fn settle(&mut self, number: u64, what: &Rc<Transaction>, decision: Decision) {
        self.conclude(number, what, if decision == Decision::Commit { Note::Commit } else { Note::Abort });
        let waited = self.state.open.get(&number) == Some(&Stage::Uncertain { blocked: true });
        self.state.open.remove(&number);
        if waited {
            self.state.blocked -= 1;
        }
        self.out.cancel_timer(Timer::DecisionTimeout(number));
        if self.config.pre_commit {
            self.out.cancel_timer(Timer::StateTimeout(number));
            self.out.cancel_timer(Timer::PreCommitTimeout(number));
        }
    }

    /// It voted yes and heard nothing. It may neither commit nor abort: somebody may have decided either way.
    pub(super) fn on_decision_timeout(&mut self, number: u64) {
        let Some(Stage::Uncertain { blocked }) = self.state.open.get_mut(&number) else { return };
        let Some(what) = self.disk.what(number) else { return };
        if self.config.decide_alone_on_timeout {
            self.out.rule(Rule::DecideAlone { number });
            return self.settle(number, &what, Decision::Abort);
        }
        if self.config.no_termination {
            let committable = self.disk.pre_committed(number);
            self.out.rule(Rule::ByItsTimer { number, committable });
            return self.settle(number, &what, if committable { Decision::Commit } else { Decision::Abort });
        }
        if self.config.pre_commit {
            return self.ask_states(number);
        }
        if *blocked {
            self.out.rule(Rule::AskAgain { number });
        } else {
            *blocked = true;
            self.state.blocked += 1;
            self.out.rule(Rule::Blocked { number });
        }
        self.ask(number, &what);
    }

    fn ask(&mut self, number: u64, what: &Rc<Transaction>) {
        let question = Message::DecisionRequest { number, what: what.clone() };
        if self.config.cooperative {
            self.out.broadcast(question);
        } else {
            self.out.send(COORDINATOR, question);
        }
        self.await_decision(number);
    }

    /// Cooperative termination: who knows tells; who has not voted may still abort; who is in doubt can't help.
    pub(super) fn on_participant_asked(&mut self, from: NodeId, number: u64, what: &Rc<Transaction>) {
        if self.disk.knows_another(number, what) {
            return self.out.rule(Rule::NotThisTransaction { number, from });
        }
        let decision = match self.disk.entries.get(&number).map(|entry| entry.decision) {
            Some(None) => return self.out.rule(Rule::CannotHelp { number, from }),
            Some(Some(decision)) => {
                self.out.rule(Rule::Help { number, from, decision });
                decision
            }
            None => {
                self.out.rule(Rule::AbortUnvoted { number, from });
                self.conclude(number, what, Note::Abort);
                Decision::Abort
            }
        };
        self.out.send(from, Message::Outcome { number, what: what.clone(), decision });
    }

    /// After a crash: a yes in the log without a decision binds still.
    pub(super) fn recover_participant(&mut self, number: u64, what: &Rc<Transaction>) {
        self.out.rule(Rule::RecoverUncertain { number });
        if self.config.pre_commit {
            return self.ask_states(number);
        }
        self.ask(number, what);
    }
}

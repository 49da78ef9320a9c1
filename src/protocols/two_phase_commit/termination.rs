//! Three-phase commit (Skeen 1981; Bernstein, Hadzilacos, Goodman 1987, §7.5): between the votes and the commit, a pre-commit
//! that all acknowledge. So nobody commits while another one that runs is still in doubt, and those who are left can decide
//! without the coordinator: they report their states, and the one of them with the lowest number decides for all.
//!
//! That holds as long as only crashes happen and no timeout is wrong. In a partition each side takes the other one for dead.

use std::rc::Rc;

use super::message::{Decision, Message, Transaction};
use super::replica::{Note, Report, Stage, Turn, include};
use super::rules::Rule;
use super::{COORDINATOR, Timer, participants};
use crate::kernel::prelude::*;

impl Turn<'_> {
    /// All have voted yes: that goes to the log and to all participants before anybody commits.
    pub(super) fn pre_commit(&mut self, number: u64) {
        let Some(what) = self.disk.what(number) else { return };
        self.write_pre_commit(number, &what);
        self.out.rule(Rule::PreCommit { number });
        self.out.cancel_timer(Timer::VoteTimeout(number));
        self.out.broadcast(Message::PreCommit { number, what });
        let asked = participants(self.config).collect();
        self.await_pre_acks(number, asked);
    }

    fn write_pre_commit(&mut self, number: u64, what: &Rc<Transaction>) {
        self.disk.write(number, what, Note::PreCommit);
        self.out.persist(self.disk);
    }

    fn await_pre_acks(&mut self, number: u64, missing: Vec<NodeId>) {
        self.state.open.insert(number, Stage::PreCommitting(missing));
        let wait = self.config.vote_timeout;
        self.out.set_timer(Timer::PreCommitTimeout(number), wait);
    }

    /// A participant hears that all have voted yes.
    pub(super) fn on_pre_commit(&mut self, from: NodeId, number: u64, what: &Rc<Transaction>) {
        let voted_yes = self.disk.entries.get(&number).is_some_and(|entry| entry.vote == Some(true));
        if !voted_yes || self.disk.decision(number).is_some() || self.disk.knows_another(number, what) {
            return self.out.rule(Rule::KnownPrepare { number });
        }
        self.write_pre_commit(number, what);
        self.out.rule(Rule::PreCommitted { number, from });
        self.out.send(from, Message::PreAck { number });
        if matches!(self.state.open.get(&number), Some(Stage::Uncertain { .. })) {
            let wait = self.config.decision_timeout;
            self.out.set_timer(Timer::DecisionTimeout(number), wait);
        }
    }

    /// Somebody has the pre-commit in its log.
    pub(super) fn on_pre_ack(&mut self, from: NodeId, number: u64) {
        let Some(Stage::PreCommitting(missing)) = self.state.open.get_mut(&number) else {
            return self.out.rule(Rule::LateAck { number, from });
        };
        missing.retain(|node| *node != from);
        let missing = missing.len() as u16;
        self.out.rule(Rule::CountPreAck { number, from, missing });
        if missing == 0 {
            self.commit_for_all(number);
        }
    }

    /// Whoever has not acknowledged counts as crashed, and will ask once it is back.
    pub(super) fn on_pre_commit_timeout(&mut self, number: u64) {
        if let Some(Stage::PreCommitting(missing)) = self.state.open.get(&number) {
            self.out.rule(Rule::CommitWithout { number, missing: missing.len() as u16 });
            self.commit_for_all(number);
        }
    }

    fn commit_for_all(&mut self, number: u64) {
        self.out.rule(Rule::CommitAfterAcks { number });
        self.decide_for_all(number, Decision::Commit);
    }

    /// Whoever may decide does, and tells everybody.
    fn decide_for_all(&mut self, number: u64, decision: Decision) {
        let Some(what) = self.disk.what(number) else { return };
        self.out.cancel_timer(Timer::PreCommitTimeout(number));
        if self.me == COORDINATOR {
            self.forget_states(number);
            let note = if decision == Decision::Commit { Note::Commit } else { Note::Abort };
            return self.announce(number, note, Vec::new());
        }
        self.settle(number, &what, decision);
        self.out.broadcast(Message::Outcome { number, what, decision });
        self.reply(number);
    }

    /// The coordinator has been silent for too long, or this replica has lost in a crash what went on: it asks all the others how
    /// far they have come.
    pub(super) fn ask_states(&mut self, number: u64) {
        let Some(what) = self.disk.what(number) else { return };
        let survived = self.survived(number);
        self.out.rule(if survived { Rule::StandIn { number } } else { Rule::AskStates { number } });
        self.state.open.insert(number, Stage::Asking(Vec::new()));
        self.out.cancel_timer(Timer::DecisionTimeout(number));
        self.out.broadcast(Message::StateRequest { number, what, survived });
        let wait = self.config.state_timeout;
        self.out.set_timer(Timer::StateTimeout(number), wait);
    }

    /// Whether it has not crashed since it voted. Who has may report, but not decide: the others may have decided without it.
    fn survived(&self, number: u64) -> bool {
        !self.state.recovered.contains(&number)
    }

    /// Somebody asks. Who knows the decision tells it, who has not voted may abort, anybody else reports how far it has come.
    pub(super) fn on_state_request(&mut self, from: NodeId, number: u64, what: &Rc<Transaction>, survived: bool) {
        let is_open = self.disk.entries.get(&number).is_some_and(|entry| entry.decision.is_none());
        if !is_open || self.disk.knows_another(number, what) {
            let coordinates = self.me == COORDINATOR;
            return if coordinates {
                self.on_coordinator_asked(from, number, what)
            } else {
                self.on_participant_asked(from, number, what)
            };
        }
        let committable = self.disk.pre_committed(number);
        self.out.rule(Rule::ReportState { number, from, committable });
        self.out.send(from, Message::State { number, committable, survived: self.survived(number) });
        let asks = matches!(self.state.open.get(&number), Some(Stage::Asking(_)));
        let waits = matches!(self.state.open.get(&number), Some(Stage::Uncertain { .. }));
        if self.me == COORDINATOR || !self.survived(number) {
            // The coordinator goes on by itself; who has crashed leaves the decision to the others.
        } else if survived && from < self.me && (asks || waits) {
            self.step_down(number);
        } else if waits {
            self.ask_states(number);
        }
    }

    /// Somebody with a lower number is there: it decides.
    fn step_down(&mut self, number: u64) {
        self.forget_states(number);
        self.state.open.insert(number, Stage::Uncertain { blocked: false });
        let wait = self.config.decision_timeout;
        self.out.set_timer(Timer::DecisionTimeout(number), wait);
    }

    fn forget_states(&mut self, number: u64) {
        self.out.cancel_timer(Timer::StateTimeout(number));
    }

    /// Somebody reports how far it has come.
    pub(super) fn on_state(&mut self, from: NodeId, number: u64, committable: bool, survived: bool) {
        let others = self.config.replicas - 1;
        let Some(Stage::Asking(reports)) = self.state.open.get_mut(&number) else {
            return self.out.rule(Rule::LateState { number, from });
        };
        reports.retain(|report| report.from != from);
        reports.push(Report { from, committable, survived });
        reports.put_in_order_by_key(|report| report.from);
        let nobody_survived = reports.len() == others && reports.iter().all(|report| !report.survived);
        if survived && from < self.me && self.survived(number) {
            self.out.rule(Rule::LeaveItTo { number, from });
            return self.step_down(number);
        }
        self.out.rule(Rule::NoteState { number, from, committable });
        // After a crash of all, everybody is back and nobody has decided: the coordinator may.
        if nobody_survived && self.me == COORDINATOR {
            self.terminate(number);
        }
    }

    /// Whoever has not reported counts as crashed. Whoever has survived and has heard of nobody before it decides for all.
    pub(super) fn on_state_timeout(&mut self, number: u64) {
        if !matches!(self.state.open.get(&number), Some(Stage::Asking(_))) {
            return;
        }
        if self.survived(number) { self.terminate(number) } else { self.ask_states(number) }
    }

    /// The termination rules TR3 and TR4: if nobody has the pre-commit, nobody can have committed; if somebody has, everybody gets it
    /// first. TR1 and TR2, that a decision binds all, are carried out as soon as one is heard.
    fn terminate(&mut self, number: u64) {
        let Some(Stage::Asking(reports)) = self.state.open.get(&number) else { return };
        let (reports, everybody) = (reports.clone(), !self.survived(number));
        let Some(what) = self.disk.what(number) else { return };
        self.forget_states(number);
        let mut counting = reports.iter().filter(|report| report.survived || everybody);
        if !self.disk.pre_committed(number) && !counting.clone().any(|report| report.committable) {
            self.out.rule(Rule::TerminateAbort { number });
            return self.decide_for_all(number, Decision::Abort);
        }
        if self.config.no_forwarding {
            self.out.rule(Rule::CommitAtOnce { number });
            return self.decide_for_all(number, Decision::Commit);
        }
        self.write_pre_commit(number, &what);
        self.out.rule(Rule::TerminateCommit { number });
        let mut uncertain = Vec::new();
        counting.by_ref().filter(|report| !report.committable).for_each(|report| include(&mut uncertain, report.from));
        for &to in &uncertain {
            self.out.send(to, Message::PreCommit { number, what: what.clone() });
        }
        if uncertain.is_empty() {
            return self.commit_for_all(number);
        }
        self.await_pre_acks(number, uncertain);
    }

    /// The coordinator, back after a crash, hears what the others have decided.
    pub(super) fn on_coordinator_told(
        &mut self,
        from: NodeId,
        number: u64,
        what: &Rc<Transaction>,
        decision: Decision,
    ) {
        let is_open = self.disk.entries.get(&number).is_some_and(|entry| entry.decision.is_none());
        if !self.config.pre_commit || !is_open || self.disk.knows_another(number, what) {
            return;
        }
        self.out.rule(Rule::Obey { number, from, decision });
        self.out.cancel_timer(Timer::VoteTimeout(number));
        self.decide_for_all(number, decision);
    }
}

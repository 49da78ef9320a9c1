//! The learner (Paxos Made Moderately Complex, §2.1): slots are decided in any order, and executed one after the other. Who lacks
//! one is told with the next heartbeat.

use super::message::{Entry, Message, Pvalue, Pvalues};
use super::replica::{Part, Turn};
use super::rules::Rule;
use super::{Command, Timer};
use crate::kernel::prelude::*;
use crate::protocols::ballot::Ballot;

/// How many decisions are told at once to somebody who lags behind.
const BUNDLE: usize = 32;

impl Turn<'_> {
    /// The leader knows what is chosen.
    pub(super) fn on_decided(&mut self, from: NodeId, decided: &Pvalues) {
        for pvalue in decided.iter() {
            let slot = pvalue.slot;
            match self.state.learned.get(&slot) {
                Some(known) if known.entry == pvalue.entry => self.rule(Rule::AlreadyKnown { slot }),
                _ => {
                    self.rule(Rule::Told { from, slot, what: pvalue.entry.label() });
                    self.learn(pvalue.clone());
                }
            }
        }
        self.take_up_waiting();
    }

    /// A slot is decided, as far as this replica knows.
    pub(super) fn learn(&mut self, pvalue: Pvalue) {
        let slot = pvalue.slot;
        if let Part::Leading(lead) = &mut self.state.part {
            lead.open.remove(&slot);
        }
        self.decide(slot, pvalue.entry.clone());
        self.state.learned.insert(slot, pvalue);
        while let Some(slot) = self.next_to_execute() {
            self.execute(slot);
        }
        if slot > self.state.executed + 1 {
            self.rule(Rule::WaitForHole { slot, hole: self.state.executed + 1 });
        }
        self.renew_mandate();
        self.take_up_later();
        self.serve_reads();
    }

    /// The next slot, if it is decided. The bug goes on with what is decided behind it.
    fn next_to_execute(&self) -> Option<u64> {
        let next = self.state.executed + 1;
        let known = self.state.learned.from(&next).next().map(|(slot, _)| *slot)?;
        (known == next || self.config.skip_holes).then_some(known)
    }

    /// Executes a slot: a command that stands in two slots is executed once (§2.1).
    fn execute(&mut self, slot: u64) {
        let Some(Pvalue { entry, .. }) = self.state.learned.get(&slot).cloned() else { return };
        let hole = self.state.executed + 1;
        if slot > hole {
            self.rule(Rule::SkipHole { slot, hole });
        }
        self.state.executed = slot;
        let Entry::Command(id, command) = entry else { return self.rule(Rule::ExecuteNoOp { slot }) };
        let last = self.state.outcomes.get(&id.client).map_or(0, |(number, _)| *number);
        if self.state.requests.get(&id.client).is_some_and(|(waiting, _)| waiting.number <= id.number) {
            self.state.requests.remove(&id.client);
        }
        let what = ShortWord::clipped(&command);
        let twice = self.config.apply_twice && matches!(command, Command::Store(_));
        if id.number <= last && !twice {
            return self.rule(Rule::ExecutedBefore { slot, what });
        }
        let outcome = match &command {
            Command::Store(command) => self.state.store.apply(command),
            Command::Weights(weights) => self.change_weights(slot, weights).into(),
        };
        self.rule(match id.number <= last {
            true => Rule::ExecuteTwice { slot, what },
            false => Rule::Execute { slot, what },
        });
        self.state.outcomes.insert(id.client, (id.number, outcome.clone()));
        if let Part::Leading(_) = self.state.part {
            self.send(id.client, Message::Reply { id, outcome });
        }
    }

    /// A sign of a leader, perhaps a new one.
    pub(super) fn hear(&mut self, ballot: Ballot) {
        if ballot.proposer == self.me {
            return;
        }
        self.preempted_by(ballot);
        self.state.attempts = 0;
        self.await_leader();
        if self.state.leader < Some(ballot) {
            self.state.leader = Some(ballot);
            self.rule(Rule::Follow { leader: ballot.proposer, ballot });
            for (id, command) in self.state.requests.values().cloned().collect::<Vec<_>>() {
                self.rule(Rule::Forward { id, leader: ballot.proposer });
                self.send(ballot.proposer, Message::Request { id, command });
            }
        }
    }

    /// The leader is there. Whoever has executed less lacks something.
    pub(super) fn on_heartbeat(&mut self, from: NodeId, ballot: Ballot, round: u64, executed: u64) {
        self.state.highest = self.state.highest.max(ballot.round);
        if let Some(promised) = self.disk.promised.filter(|&promised| ballot < promised) {
            self.rule(Rule::RefuseHeartbeat { ballot, promised });
            return self.tell(from, Message::Nack { ballot, promised });
        }
        self.promise(ballot);
        self.hear(ballot);
        self.grant_lease();
        let lacks = Some(self.state.executed + 1).filter(|_| self.state.executed < executed);
        if from != self.me {
            self.rule(match lacks {
                Some(slot) => Rule::Lacks { from, slot },
                None => Rule::HearLeader { from },
            });
        }
        self.tell(from, Message::Alive { ballot, round, lacks });
    }

    /// A replica follows still, and may have to be told what it lacks.
    pub(super) fn on_alive(&mut self, from: NodeId, ballot: Ballot, round: u64, lacks: Option<u64>) {
        let Part::Leading(lead) = &mut self.state.part else { return self.rule(Rule::LateAlive { from }) };
        if lead.ballot != ballot {
            return self.rule(Rule::LateAlive { from });
        }
        let heard = &mut lead.heard[from.index()];
        *heard = (*heard).max(round);
        if from != self.me {
            self.rule(Rule::CountAlive { from, round });
        }
        if let Some(first) = lacks {
            let known = self.state.learned.from(&first).take_while(|(slot, _)| **slot <= self.state.executed);
            let decided: Vec<_> = known.take(BUNDLE).map(|(_, pvalue)| pvalue.clone()).collect();
            if let Some(last) = decided.last() {
                self.rule(Rule::CatchUp { to: from, first, last: last.slot });
                self.send(from, Message::Decided { ballot, decided: Pvalues::new(decided) });
            }
        }
        self.serve_reads();
    }

    /// A round of heartbeats.
    pub(super) fn beat(&mut self) {
        let executed = self.state.executed;
        let Part::Leading(lead) = &mut self.state.part else { return };
        lead.round += 1;
        let (ballot, round) = (lead.ballot, lead.round);
        self.rule(Rule::Beat { ballot });
        self.set_timer(Timer::Heartbeat, self.config.heartbeat);
        self.begin_lease(round);
        self.tell_all(Message::Heartbeat { ballot, round, executed });
    }
}

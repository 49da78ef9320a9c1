//! Explicit prepare (Figure 3): a replica that has waited long enough for an instance finds out what may have been committed there,
//! and finishes it in a ballot of its own.

use super::message::{Entry, Instance, Message, Stage, Taken, Value};
use super::replica::{Lead, Phase, Turn, Wait};
use super::rules::Rule;
use crate::kernel::prelude::*;
use crate::protocols::ballot::{Ballot, refuses_to_promise};

impl Turn<'_> {
    /// It has waited long enough: a ballot that is higher than any it has seen here.
    pub(super) fn on_recovery_timeout(&mut self, instance: Instance) {
        let Some(wait) = self.state.waits.get_mut(&instance) else { return };
        wait.attempts += 1;
        let heard = wait.heard;
        let round = 1 + self.record(instance).joined.round.max(heard);
        let ballot = Ballot { round, proposer: self.me };
        self.stop_leading(instance);
        self.rule(Rule::Prepare { instance, ballot });
        self.join(instance, ballot);
        self.persist();
        self.wait_again(instance);
        self.state.leads.insert(instance, Lead { ballot, phase: Phase::Preparing(PersistentMap::new()) });
        self.broadcast(Message::Prepare { instance, ballot });
        let own = self.record(instance).taken.clone();
        self.hear(self.me, instance, own);
    }

    /// Somebody else wants to finish it.
    pub(super) fn on_prepare(&mut self, from: NodeId, instance: Instance, ballot: Ballot) {
        if self.tells_committed(from, instance) {
            return;
        }
        let joined = self.disk.records.get(&instance).map(|record| record.joined);
        if let Some(joined) = refuses_to_promise(joined, ballot) {
            return self.refuse(from, instance, ballot, joined);
        }
        let taken = self.disk.records.get(&instance).and_then(|record| record.taken.clone());
        self.join(instance, ballot);
        self.persist();
        self.await_commit(instance);
        self.rule(match &taken {
            Some(taken) => Rule::Join { instance, ballot, what: taken.value.entry.label() },
            None => Rule::JoinBlank { instance, ballot },
        });
        self.send(from, Message::PrepareOk { instance, ballot, taken });
    }

    /// A replica has joined its ballot.
    pub(super) fn on_prepare_ok(&mut self, from: NodeId, instance: Instance, ballot: Ballot, taken: &Option<Taken>) {
        match self.state.leads.get(&instance) {
            Some(Lead { ballot: own, phase: Phase::Preparing(_) }) if *own == ballot => {
                self.hear(from, instance, taken.clone());
            }
            _ => self.rule(Rule::LateAnswer { from, instance }),
        }
    }

    /// Counts who has joined; with a majority it goes on.
    fn hear(&mut self, from: NodeId, instance: Instance, taken: Option<Taken>) {
        let need = self.config.majority();
        let Some(Lead { ballot, phase: Phase::Preparing(heard) }) = self.state.leads.get_mut(&instance) else { return };
        heard.insert(from, taken);
        let (ballot, heard) = (*ballot, heard.clone());
        if from != self.me {
            self.rule(Rule::CountJoined { from, instance, have: heard.len() as u16, need: need as u16 });
        }
        if heard.len() >= need {
            self.finish(instance, ballot, &heard);
        }
    }

    /// What a majority has told decides how the instance is finished.
    fn finish(&mut self, instance: Instance, ballot: Ballot, heard: &PersistentMap<NodeId, Option<Taken>>) {
        let taken = || heard.iter().filter_map(|(from, taken)| Some((*from, taken.as_ref()?)));
        let all = taken().map(|(from, _)| from).collect();
        let accepted =
            taken().filter(|(_, taken)| taken.stage == Stage::Accepted).max_by_key(|(_, taken)| taken.ballot);
        if let Some((_, Taken { ballot: of, value, .. })) = accepted {
            self.rule(Rule::ProposeAccepted { instance, what: value.entry.label(), of: *of });
            return self.ask_to_accept(instance, ballot, value.clone(), all);
        }
        let unchanged = |(from, taken): &(NodeId, &Taken)| {
            let first = taken.ballot.round == 0 && taken.stage == Stage::PreAccepted { unchanged: true };
            first && (*from != instance.leader || self.config.count_leader)
        };
        let count = taken().filter(unchanged).count();
        if let Some((_, Taken { value, .. })) = taken().find(unchanged).filter(|_| count + 1 >= self.config.majority())
        {
            self.rule(Rule::ProposeUnchanged { instance, what: value.entry.label(), count: count as u16 });
            return self.ask_to_accept(instance, ballot, value.clone(), all);
        }
        match taken().next() {
            Some((_, Taken { value, .. })) => self.begin_again(instance, ballot, value.entry.clone()),
            None => {
                self.rule(Rule::ProposeNoOp { instance });
                let nothing = Value { entry: Entry::NoOp, seq: 0, deps: Default::default() };
                self.ask_to_accept(instance, ballot, nothing, all);
            }
        }
    }

    /// Phase 1 again, in its own ballot: nothing can have been committed. There is no fast path any more.
    fn begin_again(&mut self, instance: Instance, ballot: Ballot, entry: Entry) {
        let (seq, deps) = self.attributes(instance, &entry);
        self.rule(Rule::BeginAgain { instance, what: entry.label(), ballot });
        let value = Value { entry, seq, deps };
        self.take(instance, ballot, value.clone(), Stage::PreAccepted { unchanged: false });
        self.ask_to_pre_accept(instance, ballot, value, None);
    }

    /// Somebody has joined a higher ballot, and will finish the instance or let it be finished.
    pub(super) fn on_nack(&mut self, from: NodeId, instance: Instance, ballot: Ballot, joined: Ballot) {
        self.rule(Rule::HigherBallot { from, instance, joined });
        if self.state.leads.get(&instance).is_some_and(|lead| lead.ballot == ballot) {
            self.stop_leading(instance);
        }
        let wait = self.state.waits.get_mut(&instance);
        wait.into_iter().for_each(|Wait { heard, .. }| *heard = (*heard).max(joined.round));
    }
}

//! The command leader (Figure 2, phases 1 and 2): whoever a client asks. It proposes what its command would be executed after, and
//! commits at once if a fast quorum knows of nothing else.

use super::message::{Deps, Entry, Instance, Message, Stage, Value};
use super::replica::{Lead, Phase, Turn};
use super::rules::Rule;
use super::{Timer, Told};
use crate::kernel::prelude::*;
use crate::protocols::ballot::{Ballot, include};
use crate::services::kv::{self, Command};

impl Turn<'_> {
    /// A client asks.
    pub(super) fn on_request(&mut self, id: RequestId, command: &Command) {
        if let Some(outcome) = self.state.outcomes.get(&id).cloned() {
            self.rule(Rule::AnswerAgain { id });
            return self.send(id.client, Message::Reply { id, outcome });
        }
        self.state.asked.insert(id, ());
        let known = self.state.requests.get(&id).copied();
        let taken = known.and_then(|instance| self.disk.records.get(&instance)?.taken.clone());
        match known.zip(taken).filter(|(_, taken)| taken.value.entry.request() == Some(id)) {
            Some((instance, taken)) => {
                self.rule(Rule::UnderWay { id, instance });
                if taken.stage == Stage::Committed {
                    self.tell_at_commit(&taken.value.entry);
                }
            }
            None => self.propose(Entry::Command(id, command.clone())),
        }
    }

    /// Phase 1 for a command of its own.
    fn propose(&mut self, entry: Entry) {
        let first = Instance { leader: self.me, number: 1 };
        let own = self.disk.records.from(&first).take_while(|(instance, _)| instance.leader == self.me);
        let number = own.last().map_or(0, |(instance, _)| instance.number) + 1;
        let instance = Instance { number, ..first };
        let ballot = instance.first_ballot();
        let (seq, deps) = self.attributes(instance, &entry);
        self.rule(Rule::Propose { instance, what: entry.label(), deps: deps.label() });
        let value = Value { entry, seq, deps };
        self.take(instance, ballot, value.clone(), Stage::PreAccepted { unchanged: true });
        self.await_commit(instance);
        let to = self.fast_targets();
        self.ask_to_pre_accept(instance, ballot, value, to);
        self.set_timer(Timer::Fast(instance.slot(self.config.replicas)), self.config.fast_timeout);
    }

    /// Whom it asks first: all others, or only as many as a fast quorum needs, the next ones in the ring.
    fn fast_targets(&self) -> Option<Vec<NodeId>> {
        let (all, me) = (self.config.replicas, self.me.index());
        let next = |ahead| NodeId::replica(1 + (me + ahead) % all);
        self.config.thrifty.then(|| (1..self.config.fast_quorum()).map(next).collect())
    }

    /// Leads an instance in phase 1; `to` is all others where nobody is named.
    pub(super) fn ask_to_pre_accept(
        &mut self,
        instance: Instance,
        ballot: Ballot,
        value: Value,
        to: Option<Vec<NodeId>>,
    ) {
        let asked = to.as_ref().map_or(self.config.replicas - 1, Vec::len);
        let phase = Phase::PreAccepting { asked, replies: PersistentMap::new(), late: false };
        self.state.leads.insert(instance, Lead { ballot, phase });
        self.send_to(to, &Message::PreAccept { instance, ballot, value });
    }

    fn send_to(&mut self, to: Option<Vec<NodeId>>, message: &Message) {
        match to {
            None => self.broadcast(message.clone()),
            Some(some) => some.into_iter().for_each(|node| self.send(node, message.clone())),
        }
    }

    /// A replica has noted the command.
    pub(super) fn on_pre_accept_ok(&mut self, from: NodeId, instance: Instance, ballot: Ballot, seq: u32, deps: &Deps) {
        let lead = self.state.leads.get_mut(&instance).filter(|lead| lead.ballot == ballot);
        let Some(Lead { phase: Phase::PreAccepting { replies, .. }, .. }) = lead else {
            return self.rule(Rule::LateAnswer { from, instance });
        };
        replies.get_or_insert(from, (seq, deps.clone()));
        self.rule(Rule::CountPreAccept { from, instance, deps: deps.label() });
        self.weigh(instance);
    }

    /// A fast quorum, all unchanged: commit. Else with a majority, once no fast quorum can come, or it was waited for: phase 2.
    fn weigh(&mut self, instance: Instance) {
        let Some(Lead { ballot, phase: Phase::PreAccepting { asked, replies, late } }) =
            self.state.leads.get(&instance)
        else {
            return;
        };
        let Some(taken) = self.disk.records.get(&instance).and_then(|record| record.taken.clone()) else { return };
        let (ballot, asked, late) = (*ballot, *asked, *late);
        let mut value = taken.value;
        let wanted = match replies.values().next().filter(|_| self.config.agree_among_themselves) {
            Some((seq, deps)) => (*seq, deps.clone()),
            None => (value.seq, value.deps.clone()),
        };
        let (have, unchanged) = (replies.len(), replies.values().filter(|reply| **reply == wanted).count());
        let (need, fast) = (self.config.fast_quorum() - 1, ballot.round == 0);
        if fast && unchanged >= need {
            (value.seq, value.deps) = wanted;
            self.rule(Rule::CommitFast { instance, what: value.entry.label(), deps: value.deps.label() });
            self.state.paths.0 += 1;
            return self.commit(instance, ballot, value);
        }
        let in_reach = fast && !late && asked.saturating_sub(have - unchanged) >= need;
        if have + 1 < self.config.majority() || in_reach {
            return;
        }
        for (seq, deps) in replies.values() {
            (value.seq, value.deps) = (value.seq.max(*seq), value.deps.union(deps));
        }
        let heard = replies.keys().copied().collect();
        self.rule(Rule::SlowPath { instance, what: value.entry.label(), deps: value.deps.label() });
        self.ask_to_accept(instance, ballot, value, heard);
    }

    /// The fast quorum does not come. With less than a majority, it asks those whom it has spared.
    pub(super) fn on_fast_timeout(&mut self, instance: Instance) {
        let all = self.config.replicas;
        let Some(lead) = self.state.leads.get_mut(&instance) else { return };
        let ballot = lead.ballot;
        let Phase::PreAccepting { asked, replies, late } = &mut lead.phase else { return };
        *late = true;
        let silent: Vec<_> = NodeId::replicas(all).filter(|node| !replies.contains_key(node)).collect();
        let have = replies.len();
        *asked = all - 1;
        self.rule(Rule::WaitedEnough { instance, have: have as u16 });
        if have + 1 < self.config.majority() {
            let Some(value) = self.disk.records.get(&instance).and_then(|record| record.taken.clone()) else { return };
            let silent = silent.into_iter().filter(|node| *node != self.me).collect();
            let message = Message::PreAccept { instance, ballot, value: value.value };
            return self.send_to(Some(silent), &message);
        }
        self.weigh(instance);
    }

    /// Phase 2 (Paxos-Accept). On the first attempt a thrifty leader asks only as many as it needs, who have answered before.
    pub(super) fn ask_to_accept(&mut self, instance: Instance, ballot: Ballot, value: Value, heard: Vec<NodeId>) {
        self.cancel_timer(Timer::Fast(instance.slot(self.config.replicas)));
        self.take(instance, ballot, value.clone(), Stage::Accepted);
        self.state.leads.insert(instance, Lead { ballot, phase: Phase::Accepting(vec![self.me]) });
        let spare = self.config.thrifty && ballot.round == 0;
        let to = spare.then(|| heard.into_iter().take(self.config.majority() - 1).collect());
        self.send_to(to, &Message::Accept { instance, ballot, value });
    }

    /// A replica has accepted the attributes.
    pub(super) fn on_accept_ok(&mut self, from: NodeId, instance: Instance, ballot: Ballot) {
        let need = self.config.majority();
        let lead = self.state.leads.get_mut(&instance).filter(|lead| lead.ballot == ballot);
        let Some(Lead { phase: Phase::Accepting(votes), .. }) = lead else {
            return self.rule(Rule::LateAnswer { from, instance });
        };
        include(votes, from);
        let have = votes.len();
        self.rule(Rule::CountAccept { from, instance, have: have as u16, need: need as u16 });
        let value = self.disk.records.get(&instance).and_then(|record| record.taken.clone());
        let Some(value) = value.map(|taken| taken.value).filter(|_| have >= need) else { return };
        self.rule(Rule::CommitSlow { instance, what: value.entry.label(), deps: value.deps.label() });
        self.state.paths.1 += u64::from(ballot.round == 0);
        self.commit(instance, ballot, value);
    }

    /// It is final: on disk first, then all are told. Were it the other way round, a leader that crashes in between would come back
    /// and say that it has only pre-accepted the command; whoever counts on its silence would then begin again.
    fn commit(&mut self, instance: Instance, ballot: Ballot, value: Value) {
        self.settle(instance, value.clone());
        self.broadcast(Message::Commit { instance, ballot, value });
        self.execute(Some(instance));
    }

    /// A client whose command has nothing to tell need not wait for the execution, where that is so chosen (§4.3.2).
    pub(super) fn tell_at_commit(&mut self, entry: &Entry) {
        let Some((id, Command::Put(..))) = entry.command() else { return };
        if self.config.told == Told::AtCommit && self.state.asked.contains_key(&id) {
            self.state.asked.remove(&id);
            self.rule(Rule::TellAtCommit { id });
            self.send(id.client, Message::Reply { id, outcome: kv::ok() });
        }
    }
}

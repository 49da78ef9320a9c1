//! Execution (§4.3.2): a committed command is executed once all that can be reached by dependencies is committed; components of
//! commands that depend on each other in the order of their sequence numbers.

use super::message::{Entry, Instance, Message, Stage};
use super::order::{Known, components};
use super::replica::{Disk, State, Turn};
use super::rules::Rule;
use crate::kernel::prelude::*;

/// What is known of an instance for the order.
fn known<'a>(state: &State, disk: &'a Disk, instance: Instance) -> Known<'a> {
    let taken = disk.records.get(&instance).and_then(|record| record.taken.as_ref());
    match taken {
        _ if state.executed.contains_key(&instance) => Known::Executed,
        Some(taken) if taken.stage == Stage::Committed => Known::Committed(&taken.value.deps),
        _ => Known::Open,
    }
}

impl Turn<'_> {
    /// Executes all that can be, now that this instance is committed; of another that still waits nothing new is told.
    pub(super) fn execute(&mut self, new: Option<Instance>) {
        let pending: Vec<_> = self.state.pending.keys().copied().collect();
        for instance in pending {
            if self.state.executed.contains_key(&instance) {
                continue;
            }
            let found = components(instance, &|other| known(self.state, self.disk, other));
            match found {
                Ok(all) => all.into_iter().for_each(|members| self.execute_component(members)),
                Err(open) => {
                    if new == Some(instance) {
                        self.rule(Rule::WaitForDeps { instance, open });
                    }
                    self.await_commit(open);
                }
            }
        }
    }

    fn execute_component(&mut self, mut members: Vec<Instance>) {
        members.sort_by_key(|member| self.place(*member));
        if let [first, .., last] = members[..] {
            self.rule(Rule::Cycle { first, last, count: members.len() as u64 });
        }
        for member in members {
            self.execute_one(member);
        }
    }

    /// Where a member stands in its component: by sequence number, then by replica and instance. One bug leaves the first out,
    /// another lets each replica prefer its own.
    fn place(&self, member: Instance) -> (u32, usize, Instance) {
        let seq = self.committed(member).map_or(0, |value| value.seq);
        let ahead = (member.leader.index() + self.config.replicas - self.me.index()) % self.config.replicas;
        match () {
            () if self.config.scc_by_id => (0, 0, member),
            () if self.config.seq_ties => (seq, ahead, member),
            () => (seq, 0, member),
        }
    }

    /// Executes one; a command that stands in two instances is executed once.
    fn execute_one(&mut self, instance: Instance) {
        let Some(value) = self.committed(instance).cloned() else { return };
        self.state.pending.remove(&instance);
        self.state.executed.insert(instance, ());
        self.state.order.push(instance);
        let Entry::Command(id, command) = value.entry else { return self.rule(Rule::ExecuteNoOp { instance }) };
        let what = ShortWord::clipped(&command);
        if self.state.outcomes.contains_key(&id) {
            return self.rule(Rule::ExecutedBefore { instance, what });
        }
        let outcome = self.state.store.apply(&command);
        self.rule(Rule::Execute { instance, what });
        self.state.outcomes.insert(id, outcome.clone());
        if self.state.asked.contains_key(&id) {
            self.state.asked.remove(&id);
            self.send(id.client, Message::Reply { id, outcome });
        }
    }
}

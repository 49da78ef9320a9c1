//! Any replica on an instance that somebody leads (Figure 2, phases 1 and 2, commit). What it answers is on its disk before.

use super::Timer;
use super::message::{Deps, Entry, Instance, Message, Stage, Value};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::prelude::*;
use crate::protocols::ballot::{Ballot, refuses_to_accept};

impl Turn<'_> {
    /// The attributes of a command as far as this replica knows: all instances with a command that conflicts with it, itself apart,
    /// and a sequence number above theirs. The bug keeps only the last one of each replica.
    pub(super) fn attributes(&self, instance: Instance, entry: &Entry) -> (u32, Deps) {
        let about = entry.key().and_then(|key| self.state.about.get(key));
        let known = about.into_iter().flat_map(|about| about.keys()).filter(|other| **other != instance);
        let value = |other: &Instance| Some(&self.disk.records.get(other)?.taken.as_ref()?.value);
        let conflicts = known.filter_map(|other| Some((*other, value(other)?)));
        let (mut highest, mut deps) = (0, Vec::<Instance>::new());
        for (other, value) in conflicts.filter(|(_, value)| value.entry.conflicts_with(entry)) {
            highest = highest.max(value.seq);
            let row = deps.last().is_some_and(|last| last.leader == other.leader);
            if row && self.config.deps_compacted {
                deps.pop();
            }
            deps.push(other);
        }
        (highest + 1, Deps::new(deps))
    }

    /// Whether it takes no part: the instance is committed, or it has joined a higher ballot. It says so.
    fn takes_no_part(&mut self, from: NodeId, instance: Instance, ballot: Ballot) -> bool {
        if self.tells_committed(from, instance) {
            return true;
        }
        let joined = self.disk.records.get(&instance).map(|record| record.joined);
        let Some(joined) = refuses_to_accept(joined, ballot) else { return false };
        self.refuse(from, instance, ballot, joined);
        true
    }

    /// Whoever asks about a committed instance is told.
    pub(super) fn tells_committed(&mut self, to: NodeId, instance: Instance) -> bool {
        let Some(value) = self.committed(instance).cloned() else { return false };
        self.rule(Rule::TellCommitted { to, instance });
        let ballot = self.record(instance).joined;
        self.send(to, Message::Commit { instance, ballot, value });
        true
    }

    pub(super) fn refuse(&mut self, from: NodeId, instance: Instance, ballot: Ballot, joined: Ballot) {
        self.rule(Rule::Refuse { instance, ballot, joined });
        self.send(from, Message::Nack { instance, ballot, joined });
    }

    /// Phase 1: add what it knows to the attributes.
    pub(super) fn on_pre_accept(&mut self, from: NodeId, instance: Instance, ballot: Ballot, value: &Value) {
        if self.takes_no_part(from, instance, ballot) {
            return;
        }
        let taken = self.record(instance).taken.clone().filter(|taken| taken.ballot == ballot);
        if let Some(taken) = taken {
            // A duplicate: what it knows by now must not count.
            self.rule(Rule::SameAgain { instance, ballot });
            let Value { seq, deps, .. } = taken.value;
            return self.send(from, Message::PreAcceptOk { instance, ballot, seq, deps });
        }
        self.join(instance, ballot);
        let (seq, deps) = self.attributes(instance, &value.entry);
        let (seq, deps) = (seq.max(value.seq), value.deps.union(&deps));
        let unchanged = (seq, &deps) == (value.seq, &value.deps);
        let what = value.entry.label();
        self.rule(match unchanged {
            true => Rule::NoteUnchanged { instance, what, deps: deps.label() },
            false => Rule::NoteChanged { instance, what, deps: deps.label() },
        });
        let value = Value { entry: value.entry.clone(), seq, deps: deps.clone() };
        self.take(instance, ballot, value, Stage::PreAccepted { unchanged });
        self.await_commit(instance);
        self.send(from, Message::PreAcceptOk { instance, ballot, seq, deps });
    }

    /// Phase 2: accept the attributes as they are.
    pub(super) fn on_accept(&mut self, from: NodeId, instance: Instance, ballot: Ballot, value: &Value) {
        if self.takes_no_part(from, instance, ballot) {
            return;
        }
        self.join(instance, ballot);
        self.rule(Rule::Accept { instance, what: value.entry.label(), deps: value.deps.label(), ballot });
        self.take(instance, ballot, value.clone(), Stage::Accepted);
        self.await_commit(instance);
        self.send(from, Message::AcceptOk { instance, ballot });
    }

    /// Somebody knows that it is committed.
    pub(super) fn on_commit(&mut self, from: NodeId, instance: Instance, value: &Value) {
        if self.committed(instance).is_some() {
            return self.rule(Rule::AlreadyCommitted { instance });
        }
        self.rule(Rule::Committed { from, instance, what: value.entry.label(), deps: value.deps.label() });
        self.settle(instance, value.clone());
        self.execute(Some(instance));
    }

    /// An instance is committed: on disk, and decided.
    pub(super) fn settle(&mut self, instance: Instance, value: Value) {
        let slot = instance.slot(self.config.replicas);
        let record = self.record(instance);
        let ballot = record.taken.as_ref().map_or(record.joined, |taken| taken.ballot);
        self.stop_leading(instance);
        self.state.waits.remove(&instance);
        self.cancel_timer(Timer::Recovery(slot));
        self.take(instance, ballot, value.clone(), Stage::Committed);
        self.tell_at_commit(&value.entry);
        self.decide(slot, value);
        self.state.pending.insert(instance, ());
    }
}

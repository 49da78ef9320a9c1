//! What a replica keeps, and which handler an input goes to. Every replica leads the commands that clients bring to it.

use serde::{Deserialize, Serialize};

use super::message::{Deps, Entry, Instance, Message, Stage, Taken, Value};
use super::rules::Rule;
use super::{EPaxos, Timer};
use crate::kernel::prelude::*;
use crate::kernel::{Evidence, PersistentVec};
use crate::protocols::ballot::Ballot;
use crate::services::kv::{Store, Word};

/// What must not be forgotten of an instance (cmds\[L\]\[i\] of the paper).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Record {
    /// The highest ballot that it has joined (bal).
    pub joined: Ballot,
    /// What it has taken there, and in which ballot (vbal): that may be a lower one, and must be told apart (Sutra 2019).
    pub taken: Option<Taken>,
}

impl Record {
    /// What is committed here.
    pub fn committed(&self) -> Option<&Value> {
        self.taken.as_ref().filter(|taken| taken.stage == Stage::Committed).map(|taken| &taken.value)
    }
}

/// What survives a crash.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Disk {
    /// All instances that it has heard of.
    pub records: PersistentMap<Instance, Record>,
    /// The instances in the order in which something changed there, for those who watch.
    #[serde(skip)]
    pub past: Evidence<PersistentVec<Instance>>,
}

/// How far one who leads an instance has come.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Phase {
    /// Explicit prepare: it collects what others have taken.
    Preparing(PersistentMap<NodeId, Option<Taken>>),
    /// Phase 1: it collects attributes.
    PreAccepting {
        /// Of how many others.
        asked: usize,
        /// What each has answered, the first time.
        replies: PersistentMap<NodeId, (u32, Deps)>,
        /// Whether it has waited long enough for a fast quorum.
        late: bool,
    },
    /// Phase 2: it has these votes, its own included.
    Accepting(Vec<NodeId>),
}

/// An instance that a replica leads, in a ballot of its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Lead {
    /// Its ballot: 0 where it is its own instance and nobody has disturbed it.
    pub ballot: Ballot,
    /// How far it has come.
    pub phase: Phase,
}

/// An instance that is not committed here, so that somebody may have to finish it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Wait {
    /// How often this replica has tried.
    pub attempts: u32,
    /// The highest round that it was refused for.
    pub heard: u32,
}

/// What is lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// What it leads.
    pub leads: PersistentMap<Instance, Lead>,
    /// What is not committed here, and waited for.
    pub waits: PersistentMap<Instance, Wait>,
    /// By key, the instances with commands about it.
    pub about: PersistentMap<Word, PersistentMap<Instance, ()>>,
    /// Where each request stands.
    pub requests: PersistentMap<RequestId, Instance>,
    /// The requests whose clients wait for this replica.
    pub asked: PersistentMap<RequestId, ()>,
    /// What is committed here and not executed.
    pub pending: PersistentMap<Instance, ()>,
    /// What is executed, in that order.
    pub order: PersistentVec<Instance>,
    /// The same, to look it up.
    pub executed: PersistentMap<Instance, ()>,
    /// What came of that.
    pub store: Store,
    /// What each request was answered that was executed.
    pub outcomes: PersistentMap<RequestId, Word>,
    /// How many commands of its own it has committed on the fast path, and on the slow one.
    pub paths: (u64, u64),
}

/// A replica at work on one input.
pub(super) type Turn<'a> = Context<'a, EPaxos>;

impl Turn<'_> {
    /// It starts, from its disk: what is committed is executed again, what is not is waited for.
    pub fn boot(&mut self) {
        let records = self.disk.records.clone();
        let open = records.values().filter(|record| record.committed().is_none()).count();
        self.rule(match records.len() {
            0 => Rule::Start,
            known => Rule::Recover { known: known as u64, open: open as u64 },
        });
        for (&instance, record) in records.iter() {
            if let Some(taken) = &record.taken {
                self.index(instance, &taken.value.entry);
            }
            match record.committed() {
                Some(value) => {
                    self.state.pending.insert(instance, ());
                    self.decide(instance.slot(self.config.replicas), value.clone());
                }
                None => self.await_commit(instance),
            }
        }
        self.execute(None);
    }

    /// One input, to the handler that it belongs to.
    pub fn step(&mut self, input: Input<'_, EPaxos>) {
        let at = |slot| Instance::at(slot, self.config.replicas);
        match input {
            Input::Deliver { from, message } => self.receive(from, message),
            Input::Fire(Timer::Fast(slot)) => self.on_fast_timeout(at(slot)),
            Input::Fire(Timer::Recovery(slot)) => self.on_recovery_timeout(at(slot)),
            Input::Fire(Timer::Retry) | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn receive(&mut self, from: NodeId, message: &Message) {
        match *message {
            Message::Request { id, ref command } => self.on_request(id, command),
            Message::PreAccept { instance, ballot, ref value } => self.on_pre_accept(from, instance, ballot, value),
            Message::PreAcceptOk { instance, ballot, seq, ref deps } => {
                self.on_pre_accept_ok(from, instance, ballot, seq, deps);
            }
            Message::Accept { instance, ballot, ref value } => self.on_accept(from, instance, ballot, value),
            Message::AcceptOk { instance, ballot } => self.on_accept_ok(from, instance, ballot),
            Message::Commit { instance, ref value, .. } => self.on_commit(from, instance, value),
            Message::Prepare { instance, ballot } => self.on_prepare(from, instance, ballot),
            Message::PrepareOk { instance, ballot, ref taken } => self.on_prepare_ok(from, instance, ballot, taken),
            Message::Nack { instance, ballot, joined } => self.on_nack(from, instance, ballot, joined),
            Message::Reply { .. } => {}
        }
    }

    /// What is known to be committed in an instance.
    pub fn committed(&self, instance: Instance) -> Option<&Value> {
        self.disk.records.get(&instance)?.committed()
    }

    /// The record of an instance; a new one has joined ballot 0.
    pub fn record(&mut self, instance: Instance) -> &mut Record {
        let blank = Record { joined: instance.first_ballot(), taken: None };
        self.disk.records.get_or_insert(instance, blank)
    }

    /// Joins a ballot that is not lower than before: whoever leads in a lower one must go without this replica, which itself
    /// leads there no longer.
    pub fn join(&mut self, instance: Instance, ballot: Ballot) {
        let one_ballot = self.config.one_ballot;
        let record = self.record(instance);
        record.joined = record.joined.max(ballot);
        if let Some(taken) = record.taken.as_mut().filter(|_| one_ballot) {
            taken.ballot = ballot;
        }
        self.disk.past.0.push(instance);
        if self.state.leads.get(&instance).is_some_and(|lead| lead.ballot < ballot) {
            self.rule(Rule::GiveWay { instance, ballot });
            self.stop_leading(instance);
        }
    }

    /// It no longer leads an instance.
    pub fn stop_leading(&mut self, instance: Instance) {
        self.state.leads.remove(&instance);
        self.cancel_timer(Timer::Fast(instance.slot(self.config.replicas)));
    }

    /// Takes this in an instance, durably.
    pub fn take(&mut self, instance: Instance, ballot: Ballot, value: Value, stage: Stage) {
        self.index(instance, &value.entry);
        self.record(instance).taken = Some(Taken { ballot, value, stage });
        self.disk.past.0.push(instance);
        self.persist();
    }

    /// Notes which key an instance is about, and which request.
    fn index(&mut self, instance: Instance, entry: &Entry) {
        let Some((id, key)) = entry.request().zip(entry.key().cloned()) else { return };
        self.state.requests.insert(id, instance);
        self.state.about.get_or_insert(key, PersistentMap::new()).insert(instance, ());
    }

    /// Waits for an instance to be committed, and finishes it in the end. Waits grow with each attempt and are drawn, so that
    /// one of several can finish before the next disturbs it.
    pub fn await_commit(&mut self, instance: Instance) {
        if !self.state.waits.contains_key(&instance) {
            self.state.waits.insert(instance, Wait::default());
            self.wait_again(instance);
        }
    }

    /// The same once more.
    pub fn wait_again(&mut self, instance: Instance) {
        let attempts = self.state.waits.get(&instance).map_or(0, |wait| wait.attempts);
        let (lo, hi) = self.config.recovery_timeout;
        self.set_timer(Timer::Recovery(instance.slot(self.config.replicas)), (lo, hi << attempts.min(6)));
    }
}

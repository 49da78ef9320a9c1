//! What a replica keeps: its copies on disk, and the operations that it carries out for clients.

use serde::{Deserialize, Serialize};

use super::message::{Command, Message, Name, Tag, Version};
use super::rules::Rule;
use super::{QuorumRegister, Timer};
use crate::kernel::prelude::*;

/// What must not be forgotten.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Disk {
    /// Its copy of each register.
    pub copies: PersistentMap<Name, Version>,
    /// The last timestamp that it has chosen for each register, so that it never chooses one twice.
    pub chosen: PersistentMap<Name, u32>,
    /// Of each client's last write here: its number and its tag. A write that is asked for again keeps its tag, or it might
    /// come back over a newer value.
    pub writes: PersistentMap<NodeId, (u32, Tag)>,
    /// How often its clock has ticked, where tags come from clocks.
    pub clock: u32,
}

impl Disk {
    /// Its copy of a register.
    pub fn copy(&self, key: Name) -> Version {
        self.copies.get(&key).copied().unwrap_or_default()
    }
}

/// How far an operation has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Phase {
    /// It asks which value is the newest.
    Query,
    /// It has others store a value.
    Store,
    /// Its client was told.
    Done,
}

/// A read or a write that is carried out for a client.
#[derive(Clone, Hash, Debug)]
pub struct Operation {
    /// Whose, and which.
    pub id: RequestId,
    /// What is wanted.
    pub command: Command,
    /// How far it has come.
    pub phase: Phase,
    /// Who has answered in this phase, with the tag that it holds, in the order of their numbers.
    pub heard: Vec<(NodeId, Tag)>,
    /// The newest value that was heard of; from phase 2 on, what is stored.
    pub best: Version,
}

impl Operation {
    /// Takes an answer into account, once for each replica. Gives how many have answered.
    pub fn hear(&mut self, from: NodeId, tag: Tag) -> usize {
        match self.heard.binary_search_by_key(&from, |(node, _)| *node) {
            Ok(place) => self.heard[place].1 = self.heard[place].1.max(tag),
            Err(place) => self.heard.insert(place, (from, tag)),
        }
        self.heard.len()
    }
}

/// What is lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// The last operation of each client here.
    pub operations: PersistentMap<NodeId, Operation>,
}

/// A replica at work on one input.
pub(super) type Turn<'a> = Context<'a, QuorumRegister>;

impl Turn<'_> {
    /// At the start and after a crash: its copies are on its disk, its operations are gone until their clients ask again.
    pub fn boot(&mut self) {
        if self.config.clock_tags {
            self.set_timer(Timer::Tick, self.config.tick);
        }
    }

    /// One input, to the handler that it belongs to.
    pub fn step(&mut self, input: Input<'_, QuorumRegister>) {
        match input {
            Input::Deliver { from, message } => self.receive(from, message),
            Input::Fire(Timer::Tick) => self.on_tick(),
            Input::Fire(Timer::HandOff) => self.on_hand_off(),
            Input::Fire(Timer::Retry) | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn receive(&mut self, from: NodeId, message: &Message) {
        match *message {
            Message::Request { id, command } => self.on_request(id, command),
            Message::Query { id, key } => self.on_query(from, id, key),
            Message::Held { id, version } => self.on_held(from, id, version),
            Message::Store { id, key, version } => self.on_store(from, id, key, version),
            Message::Stored { id, tag } => self.on_stored(from, id, tag),
            Message::Repair { key, version } => self.on_repair(from, key, version),
            Message::Reply { .. } => {}
        }
    }

    /// Sends a message, or takes it at once where it is for this replica itself: that is part of the same step.
    pub fn tell(&mut self, to: NodeId, message: Message) {
        if to == self.me { self.receive(to, &message) } else { self.send(to, message) }
    }

    /// The replicas that keep copies, this one last: so that what it does by itself comes after what it sends.
    pub fn keepers(&self) -> impl Iterator<Item = NodeId> + use<> {
        let (me, all) = (self.me, self.config.copies);
        NodeId::replicas(all).filter(move |node| *node != me).chain((me.number() <= all).then_some(me))
    }

    /// Phase 1 at a replica: tell what it holds.
    fn on_query(&mut self, from: NodeId, id: RequestId, key: Name) {
        let version = self.disk.copy(key);
        if from != self.me {
            self.rule(Rule::Tell { from, key, version });
        }
        self.tell(from, Message::Held { id, version });
    }

    /// Phase 2 at a replica: only a greater tag replaces what it holds. It is on disk before anybody hears of it.
    fn on_store(&mut self, from: NodeId, id: RequestId, key: Name, version: Version) {
        self.keep(from, key, version);
        self.tell(from, Message::Stored { id, tag: version.tag });
    }

    /// Read repair at a replica, or a stand-in's value coming home: the same, but nobody waits for an answer.
    fn on_repair(&mut self, from: NodeId, key: Name, version: Version) {
        self.keep(from, key, version);
    }

    fn keep(&mut self, from: NodeId, key: Name, version: Version) {
        let held = self.disk.copy(key);
        let older = version.tag <= held.tag;
        if older && (version == held || !self.config.overwrite_always) {
            return self.rule(Rule::KeepOwn { key, version, held });
        }
        self.disk.copies.insert(key, version);
        if !self.config.copy_not_durable {
            self.persist();
        }
        let stands_in = self.me.number() > self.config.copies;
        self.rule(match () {
            () if older => Rule::Overwrite { key, version, held },
            () if stands_in => Rule::StandIn { from, key, version },
            () => Rule::Keep { from, key, version },
        });
        if stands_in {
            self.set_timer(Timer::HandOff, self.config.retry);
        }
    }

    /// A stand-in passes on what it holds for others.
    fn on_hand_off(&mut self) {
        self.rule(Rule::HandOff);
        for (key, version) in self.disk.copies.clone().iter() {
            let repair = Message::Repair { key: *key, version: *version };
            self.keepers().for_each(|home| self.send(home, repair.clone()));
        }
    }

    /// Its clock goes on.
    fn on_tick(&mut self) {
        self.disk.clock += 1;
        self.persist();
        self.set_timer(Timer::Tick, self.config.tick);
        self.rule(Rule::Tick);
    }
}

//! What a replica keeps, and how it gossips.

use serde::{Deserialize, Serialize};

use super::message::Message;
use super::rules::Rule;
use super::value::{Name, News, Part, Value};
use super::{Gossip, Mode, Timer};
use crate::kernel::prelude::*;

/// What must not be forgotten.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Disk {
    /// What it holds: this is what spreads.
    pub value: Value,
    /// The last write of each register and writer that it has seen, so that it can tell a conflict from a successor.
    pub seen: PersistentMap<(Name, NodeId), u32>,
    /// How many tags it has used, so that it never uses one twice.
    pub tags: u32,
    /// Of each client's last request here: its number and the answer. What is asked again is not carried out again.
    pub done: PersistentMap<NodeId, (u32, Word)>,
    /// How often its clock has ticked, where stamps come from clocks.
    pub clock: u32,
}

/// What is lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// How many conflicts it has resolved: writes that did not know of each other.
    pub conflicts: u32,
}

/// A replica at work on one input.
pub(super) type Turn<'a> = Context<'a, Gossip>;

impl Turn<'_> {
    /// At the start and after a crash: all that counts is on its disk.
    pub fn boot(&mut self) {
        if self.config.has_rounds() {
            self.set_timer(Timer::Round, self.config.period);
        }
        if self.config.clock_stamps {
            self.set_timer(Timer::Tick, self.config.tick);
        }
        self.bury();
    }

    /// One input, to the handler that it belongs to.
    pub fn step(&mut self, input: Input<'_, Gossip>) {
        match input {
            Input::Deliver { from, message } => self.receive(from, message),
            Input::Fire(Timer::Round) => self.on_round(),
            Input::Fire(Timer::Tick) => self.on_tick(),
            Input::Fire(Timer::Collect) => self.on_collect(),
            Input::Fire(Timer::Retry) | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn receive(&mut self, from: NodeId, message: &Message) {
        match message {
            Message::Request { id, command } => self.on_request(*id, *command),
            Message::Compare { sum } => self.on_compare(from, *sum),
            Message::Pull {} => self.on_pull(from),
            Message::Push { value } | Message::Rumor { value } => self.take_in(from, value),
            Message::Exchange { value } => {
                self.on_pull(from);
                self.take_in(from, value);
            }
            Message::Reply { .. } => {}
        }
    }

    /// A round: with a few neighbors, drawn anew each time.
    fn on_round(&mut self) {
        self.set_timer(Timer::Round, self.config.period);
        let message = self.opening();
        for to in self.partners() {
            self.rule(match (self.config.checksums, self.config.mode) {
                (true, _) => Rule::Compare { to },
                (_, Mode::Push) => Rule::Push { to },
                (_, Mode::Pull) => Rule::Pull { to },
                (_, Mode::PushPull) => Rule::Exchange { to },
            });
            self.send(to, message.clone());
        }
    }

    /// What a round begins with.
    fn opening(&self) -> Message {
        if self.config.checksums {
            return Message::Compare { sum: self.disk.value.checksum() };
        }
        let value = || self.disk.value.clone();
        match self.config.mode {
            Mode::Push => Message::Push { value: value() },
            Mode::Pull => Message::Pull {},
            Mode::PushPull => Message::Exchange { value: value() },
        }
    }

    /// As many different neighbors as the fan-out says, or all where there are fewer.
    fn partners(&mut self) -> Vec<NodeId> {
        let mut others = self.neighbors();
        let wanted = self.config.fan_out.min(others.len());
        for place in 0..wanted {
            let left = (others.len() - place) as u64;
            others.swap(place, place + self.choose(left) as usize);
        }
        others.truncate(wanted);
        others
    }

    /// The values differ or not. If they do, they go in the direction of the mode, seen from who began.
    fn on_compare(&mut self, from: NodeId, sum: u64) {
        let value = &self.disk.value;
        if sum == value.checksum() {
            return self.rule(Rule::Same { from });
        }
        let answer = match self.config.mode {
            Mode::Push => Message::Pull {},
            Mode::Pull => Message::Push { value: value.clone() },
            Mode::PushPull => Message::Exchange { value: value.clone() },
        };
        self.rule(Rule::Differs { from });
        self.send(from, answer);
    }

    fn on_pull(&mut self, from: NodeId) {
        self.rule(Rule::Tell { from });
        self.send(from, Message::Push { value: self.disk.value.clone() });
    }

    /// It has learned something, from a client or from others: as a rumor it goes on at once, to a few, and only once.
    pub fn pass_on(&mut self, news: &[News]) {
        if news.iter().any(|one| one.now == Part::Removed) {
            self.bury();
        }
        if !self.config.has_rumors() || news.is_empty() {
            return;
        }
        let mut value = Value::default();
        news.iter().for_each(|one| value.put(one.place, one.now.clone()));
        for to in self.partners() {
            self.rule(Rule::Rumor { to });
            self.send(to, Message::Rumor { value: value.clone() });
        }
    }

    /// A bug's clock: tombstones are dropped when it is up.
    fn bury(&mut self) {
        if self.config.collect_early && self.disk.value.tombstones() > 0 {
            self.set_timer(Timer::Collect, self.config.grace);
        }
    }

    fn on_collect(&mut self) {
        self.rule(Rule::Collect { tombstones: self.disk.value.tombstones() as u32 });
        self.disk.value.forget_tombstones();
        self.persist();
    }

    /// A bug's clock goes on.
    fn on_tick(&mut self) {
        self.disk.clock += 1;
        self.persist();
        self.set_timer(Timer::Tick, self.config.tick);
        self.rule(Rule::Tick);
    }
}

//! A replica: tell the value, hear the others', take a new one.

use serde::{Deserialize, Serialize};

use super::average::new_value;
use super::message::Message;
use super::point::Point;
use super::rules::Rule;
use super::{ApproximateAgreement, Timer};
use crate::kernel::MS;
use crate::kernel::prelude::*;

/// What must not be forgotten: the value with which it began each round, its input first. One more than there are rounds, and
/// the last is decided.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Disk {
    /// By round, from 1.
    pub values: PersistentVec<Point>,
}

impl Disk {
    /// The round that it is in; 0 before it starts.
    pub fn round(&self) -> u64 {
        self.values.len() as u64
    }

    /// What it has decided, if it has been through so many rounds.
    pub fn decided(&self, rounds: u64) -> Option<Point> {
        self.values.last().copied().filter(|_| self.round() > rounds)
    }
}

/// What is lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// What it was told, its own values included, by round and sender.
    pub heard: PersistentMap<(u64, NodeId), Point>,
    /// What clients have asked and not been told.
    pub open: Vec<RequestId>,
}

impl State {
    /// Who has told it a value in a round, and which.
    pub fn heard_in(&self, round: u64) -> impl Iterator<Item = (NodeId, Point)> {
        let from = self.heard.from(&(round, NodeId::replica(1)));
        from.take_while(move |(key, _)| key.0 == round).map(|(key, value)| (key.1, *value))
    }
}

impl Context<'_, ApproximateAgreement> {
    /// After a crash, the round that it was in. At first, nothing: what is set up for time 0 is there before anybody speaks.
    pub(super) fn boot(&mut self) {
        let round = self.disk.round();
        if round == 0 {
            return self.set_timer(Timer::Start, MS);
        }
        self.rule(Rule::Resume { round });
        match self.disk.decided(self.config.rounds) {
            Some(value) => self.decide(1, value),
            None => {
                self.say();
                self.broadcast(Message::Resume { round });
            }
        }
    }

    /// Round 1 with its input.
    pub(super) fn start(&mut self) {
        let value = self.config.inputs[self.me.index()];
        self.rule(Rule::Start { value });
        self.begin_round(value);
    }

    fn begin_round(&mut self, value: Point) {
        self.disk.values.push(value);
        self.persist();
        let round = self.disk.round();
        self.state.heard.retain(|key, _| key.0 >= round);
        match self.disk.decided(self.config.rounds) {
            Some(value) => self.settle(value),
            None => self.say(),
        }
    }

    /// Tells all its value of the round at hand, itself included.
    fn say(&mut self) {
        let (round, Some(&value)) = (self.disk.round(), self.disk.values.last()) else { return };
        self.state.heard.insert((round, self.me), value);
        self.broadcast(Message::Value { round, value });
        if !self.config.asynchronous {
            self.set_timer(Timer::Round, self.config.round);
        }
        self.advance();
    }

    /// A value: counts once, in its own round.
    pub(super) fn hear(&mut self, from: NodeId, round: u64, value: Point) {
        let now = self.disk.round();
        let counted_in = if self.config.any_round { now } else { round };
        let key = (counted_in, from);
        if counted_in < now || self.disk.decided(self.config.rounds).is_some() || self.state.heard.contains_key(&key) {
            return self.rule(Rule::Ignore { round, from });
        }
        let value = value.admitted(self.config.inputs[self.me.index()]);
        self.state.heard.insert(key, value);
        let (have, of) = (self.state.heard_in(counted_in).count() as u16, self.config.replicas as u16);
        let need = if self.config.asynchronous { self.config.awaited as u16 } else { of };
        self.rule(Rule::Count { round: counted_in, from, value, have, need, early: counted_in > now });
        self.advance();
    }

    /// Where rounds are not timed: goes on once it has n − f values.
    fn advance(&mut self) {
        let have = self.state.heard_in(self.disk.round()).count();
        if self.config.asynchronous && have >= self.config.awaited && self.disk.decided(self.config.rounds).is_none() {
            self.end_round();
        }
    }

    /// Takes a new value from those that it was told.
    pub(super) fn end_round(&mut self) {
        let (round, Some(&own)) = (self.disk.round(), self.disk.values.last()) else { return };
        let mut told: Vec<_> = self.state.heard_in(round).map(|(_, value)| value).collect();
        let missing = if self.config.asynchronous { 0 } else { self.config.replicas - told.len() };
        let default = if self.config.missing_is_zero { own.map(|_| 0) } else { own };
        told.extend(std::iter::repeat_n(default, missing));
        let value = new_value(self.config, &told, own);
        let (of, missing, f) = (told.len() as u16, missing as u16, self.config.f as u16);
        if missing > 0 {
            self.rule(Rule::Missing { round, missing, zero: self.config.missing_is_zero });
        }
        self.rule(match own.y {
            _ if self.config.plain_mean => Rule::PlainMean { round, of, value },
            None => Rule::Average { round, of, f, step: self.config.step() as u16, value },
            Some(_) => Rule::Middle { round, of, f, value },
        });
        self.begin_round(value);
    }

    /// It has been through all rounds.
    fn settle(&mut self, value: Point) {
        self.cancel_timer(Timer::Round);
        self.rule(Rule::Decide { rounds: self.config.rounds, value, early: self.config.stop_early });
        self.decide(1, value);
        for request in std::mem::take(&mut self.state.open) {
            self.send(request.client, Message::Reply { request, value });
        }
    }

    /// Somebody was down and may have missed values: it is told those of the rounds that have begun here.
    pub(super) fn on_resume(&mut self, from: NodeId, round: u64) {
        self.rule(Rule::Repeat { from, round });
        let said = self.disk.values.clone();
        let began =
            said.from((round as usize).saturating_sub(1)).zip(round..).filter(|(_, at)| *at <= self.config.rounds);
        for (value, round) in began {
            self.send(from, Message::Value { round, value: *value });
        }
    }

    pub(super) fn on_ask(&mut self, request: RequestId) {
        match self.disk.decided(self.config.rounds) {
            Some(value) => self.send(request.client, Message::Reply { request, value }),
            None if !self.state.open.contains(&request) => self.state.open.push(request),
            None => {}
        }
    }
}

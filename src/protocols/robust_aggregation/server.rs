//! Rounds: those of the server, and those of workers where there is none.

use super::aggregation::{Aggregation, Chooser, median};
use super::message::Message;
use super::problem::step;
use super::replica::Choice;
use super::rules::Rule;
use super::vector::{UNIT, Vector};
use super::{RobustAggregation, Timer};
use crate::kernel::prelude::*;

/// The part of the way to what is seen by which trust moves in a round.
const INERTIA: i64 = 8;

impl Context<'_, RobustAggregation> {
    /// Round 1, from the model 0,0.
    pub(super) fn start(&mut self) {
        self.disk.round = 1;
        self.disk.models.push(Vector::default());
        self.persist();
        self.rule(if self.config.no_server { Rule::StartAlone } else { Rule::Start });
        self.tell();
    }

    /// The server tells its model; without a server, a worker tells what its own step makes of it.
    pub(super) fn tell(&mut self) {
        let (round, model) = (self.disk.round, self.disk.model());
        self.set_timer(Timer::Round, self.config.round);
        let Some(place) = self.config.place(self.me) else { return self.broadcast(Message::Model { round, model }) };
        let vector = step(model, self.config.problem.gradient(place, model));
        self.state.heard.insert((round, self.me), vector);
        self.broadcast(Message::Share { round, vector });
    }

    /// A vector: counts once, in its own round.
    pub(super) fn hear(&mut self, from: NodeId, round: u64, vector: Vector) {
        let now = self.disk.round;
        let aggregates = self.config.no_server || self.config.is_server(self.me);
        let told = !aggregates || self.state.heard.contains_key(&(round, from)) || self.config.is_server(from);
        let over = round < now || round > self.config.rounds || self.disk.learned(self.config.rounds).is_some();
        if told || over || (round > now && !self.config.no_server) {
            return self.rule(Rule::Ignore { round, from });
        }
        let vector = vector.admitted();
        self.state.heard.insert((round, from), vector);
        let (have, need) = (self.state.heard_in(round).count() as u16, self.expected() as u16);
        self.rule(Rule::Count { round, from, vector, have, need, early: round > now });
        // Without a server, whoever went on before the others would not hear them in time in the next round.
        if have == need && !self.config.no_server {
            self.end_round();
        }
    }

    /// How many vectors a round can have.
    fn expected(&self) -> usize {
        if self.config.no_server { self.neighbors().len() + 1 } else { self.config.workers }
    }

    /// Goes on, without those that are not heard: f at most, or else the server asks again.
    pub(super) fn time_is_over(&mut self) {
        let round = self.disk.round;
        if round == 0 || self.disk.learned(self.config.rounds).is_some() {
            return;
        }
        let (have, expected) = (self.state.heard_in(round).count(), self.expected());
        let missing = (expected - have.min(expected)) as u16;
        if !self.config.no_server && have < (expected - self.config.f).max(1) {
            self.rule(Rule::Again { round, missing });
            return self.tell();
        }
        if missing > 0 {
            self.rule(Rule::Missing { round, missing });
        }
        self.end_round();
    }

    /// Makes one vector of those that it was told, and takes a step.
    fn end_round(&mut self) {
        let (round, rule) = (self.disk.round, self.config.rule);
        let of: PersistentMap<_, _> = {
            let mut of = PersistentMap::new();
            self.state.heard_in(round).for_each(|(from, vector)| of.insert(from, vector));
            of
        };
        let vectors: Vec<_> = of.values().copied().collect();
        let trust: Vec<_> = of.keys().map(|from| self.disk.trust(*from)).collect();
        let f = if self.config.no_bound_check { self.config.f } else { self.config.f.min(rule.bears(vectors.len())) };
        let own = self.config.no_server.then(|| of.get(&self.me).copied()).flatten();
        let (krum, last) = (self.config.krum(), own.unwrap_or(self.disk.choice));
        let trims_in_all = self.config.trims_in_all;
        let chosen = Chooser { rule, f, krum, trims_in_all, last, trust: &trust }.choose(&vectors);
        if rule == Aggregation::Trust {
            self.judge(&of, median(&vectors));
        }
        self.disk.choice = chosen;
        let model = if self.config.no_server { chosen } else { step(self.disk.model(), chosen) };
        self.say_what_was_chosen(round, &of, f, chosen);
        self.state.last = Some(Choice { round, of, f, vector: chosen });
        self.state.heard.retain(|key, _| key.0 > round);
        self.disk.round += 1;
        self.disk.models.push(model);
        self.persist();
        self.go_on();
    }

    fn go_on(&mut self) {
        let Some(model) = self.disk.learned(self.config.rounds) else { return self.tell() };
        self.cancel_timer(Timer::Round);
        self.rule(Rule::Decide { rounds: self.config.rounds, model });
        self.decide(1, model);
        if !self.config.no_server {
            let round = self.disk.round;
            self.broadcast(Message::Model { round, model });
        }
        self.answer();
    }

    /// Who was no farther from the median than the one in the middle has done well.
    fn judge(&mut self, of: &PersistentMap<NodeId, Vector>, median: Vector) {
        let mut distances: Vec<_> = of.values().map(|vector| vector.distance_squared(median)).collect();
        distances.sort_unstable();
        let middle = distances[(distances.len() - 1) / 2];
        for (from, vector) in of.iter() {
            let seen = if vector.distance_squared(median) <= middle { UNIT } else { 0 };
            let trust = self.disk.trust(*from);
            self.disk.trust.insert(*from, trust + (seen - trust).div_euclid(INERTIA));
        }
    }

    fn say_what_was_chosen(&mut self, round: u64, of: &PersistentMap<NodeId, Vector>, f: usize, vector: Vector) {
        let (count, f, shared, config) = (of.len() as u16, f as u16, self.config.no_server, self.config);
        let from = of.iter().find(|(_, told)| **told == vector).map_or(self.me, |(from, _)| *from);
        let wrong = config.krum() != Default::default();
        self.rule(match config.rule {
            Aggregation::Mean => Rule::Mean { round, of: count, vector, shared },
            Aggregation::Median => Rule::Median { round, of: count, vector, shared },
            Aggregation::Trimmed => Rule::Trim { round, of: count, f, vector, shared, wrong: config.trims_in_all },
            Aggregation::Krum => Rule::Krum { round, of: count, from, vector, shared, wrong },
            Aggregation::MultiKrum => Rule::MultiKrum { round, of: count, f, vector, shared, wrong },
            Aggregation::Geometric => Rule::Geometric { round, of: count, vector, shared },
            Aggregation::Bulyan => Rule::Bulyan { round, of: count, f, vector, shared, wrong },
            Aggregation::Clipping => Rule::Clip { round, of: count, vector, shared },
            Aggregation::Trust => Rule::Trust { round, of: count, vector, shared },
        });
    }
}

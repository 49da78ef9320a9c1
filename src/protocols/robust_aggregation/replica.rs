//! What the server and a worker have in common, and a worker beside a server. The server's rounds, and those of workers without
//! one, are in `server.rs`.

use super::message::Message;
use super::rules::Rule;
use super::vector::{UNIT, Vector};
use super::{RobustAggregation, Timer};
use crate::kernel::MS;
use crate::kernel::prelude::*;

/// What must not be forgotten.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Disk {
    /// In which round it is; 0 before it starts.
    pub round: u64,
    /// Its models, the first one first; of a worker beside a server, those that it was told.
    pub models: PersistentVec<Vector>,
    /// The last choice, from which clipping goes on.
    pub choice: Vector,
    /// How much each worker is trusted, in steps, where that counts; a half to begin with.
    pub trust: PersistentMap<NodeId, i64>,
}

impl Disk {
    /// Its model.
    pub fn model(&self) -> Vector {
        self.models.last().copied().unwrap_or_default()
    }

    /// What it has learned, if it has been through so many rounds.
    pub fn learned(&self, rounds: u64) -> Option<Vector> {
        (self.round > rounds).then(|| self.model())
    }

    /// How much a worker is trusted.
    pub fn trust(&self, node: NodeId) -> i64 {
        self.trust.get(&node).copied().unwrap_or(UNIT / 2)
    }
}

/// What a rule made of the vectors of a round.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Choice {
    /// The round.
    pub round: u64,
    /// The vectors, in the order of the workers.
    pub of: PersistentMap<NodeId, Vector>,
    /// How many of them may be lies, as it believes.
    pub f: usize,
    /// What was chosen.
    pub vector: Vector,
}

/// What is lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// What it was told, by round and sender; without a server its own step, too.
    pub heard: PersistentMap<(u64, NodeId), Vector>,
    /// Its last choice.
    pub last: Option<Choice>,
    /// What clients have asked and not been told.
    pub open: Vec<RequestId>,
}

impl State {
    /// Who has told it a vector in a round, and which.
    pub fn heard_in(&self, round: u64) -> impl Iterator<Item = (NodeId, Vector)> {
        let from = self.heard.from(&(round, NodeId::replica(1)));
        from.take_while(move |(key, _)| key.0 == round).map(|(key, vector)| (key.1, *vector))
    }
}

impl Context<'_, RobustAggregation> {
    /// At first, nothing: what is set up for time 0 is there before anybody speaks. After a crash, goes on.
    pub(super) fn boot(&mut self) {
        let round = self.disk.round;
        if !self.config.no_server && !self.config.is_server(self.me) {
            if round > 0 {
                self.rule(Rule::Resume { round });
                self.send(NodeId::replica(1), Message::Resume {});
            }
            return;
        }
        if round == 0 {
            return self.set_timer(Timer::Start, MS);
        }
        self.rule(Rule::Resume { round });
        match self.disk.learned(self.config.rounds) {
            Some(model) => self.decide(1, model),
            None => self.tell(),
        }
    }

    /// A worker hears the server's model: of a new round, or once more; or the server has lost its disk and starts anew.
    pub(super) fn on_model(&mut self, from: NodeId, round: u64, model: Vector) {
        let Some(place) = self.config.place(self.me).filter(|_| !self.config.no_server) else { return };
        if !self.config.is_server(from) {
            return self.rule(Rule::Ignore { round, from });
        }
        if round > self.disk.round {
            self.disk.round = round;
            self.disk.models.push(model.admitted());
            self.persist();
        }
        let model = model.admitted();
        if round > self.config.rounds {
            self.rule(Rule::Learned { model });
            return self.answer();
        }
        let vector = self.config.problem.gradient(place, model).admitted();
        self.rule(Rule::Compute { model, vector });
        self.send(from, Message::Gradient { round, vector });
    }

    /// A worker has missed the server's model.
    pub(super) fn on_resume(&mut self, from: NodeId) {
        if self.config.is_server(self.me) && self.disk.round > 0 {
            self.rule(Rule::Repeat { from });
            let (round, model) = (self.disk.round, self.disk.model());
            self.send(from, Message::Model { round, model });
        }
    }

    pub(super) fn on_ask(&mut self, request: RequestId) {
        if !self.state.open.contains(&request) {
            self.state.open.push(request);
        }
        if self.disk.learned(self.config.rounds).is_none() && !self.config.no_server && !self.config.is_server(self.me)
        {
            return self.send(NodeId::replica(1), Message::Resume {});
        }
        self.answer();
    }

    /// Tells clients that wait for it what was learned.
    pub(super) fn answer(&mut self) {
        let Some(model) = self.disk.learned(self.config.rounds) else { return };
        for request in std::mem::take(&mut self.state.open) {
            self.send(request.client, Message::Reply { request, model });
        }
    }
}

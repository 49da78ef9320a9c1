//! The learner (Paxos Made Simple, §2.3): a value is chosen once enough acceptors have accepted it in one ballot. That is a
//! fact whether or not anybody knows it; a learner knows it once it has heard of all of them.

use super::Learners;
use super::Timer;
use super::message::{Ballot, Message, Value};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::descriptor::quorum::Count;
use crate::kernel::prelude::*;
use crate::protocols::ballot::include;

impl Turn<'_> {
    /// An acceptor has accepted.
    pub(super) fn on_accepted(&mut self, from: NodeId, ballot: Ballot, value: Value) {
        include(self.state.accepted.get_or_insert((ballot, value), Vec::new()), from);
        let (count, enough) = self.accepted_by(ballot, value);
        if let Some(value) = self.state.learned.filter(|learned| *learned == value) {
            return self.rule(Rule::AlreadyLearned { value });
        }
        self.rule(Rule::CountAccepted { from, value, have: count.have, need: count.need });
        if enough {
            self.rule(Rule::Learn { value });
            self.learn(value);
            if self.config.learners == Learners::Proposer {
                self.broadcast(Message::Decided { value });
            }
        }
    }

    /// How near to a quorum those come who have accepted it in this ballot, and whether they are taken for one; the bug counts
    /// all ballots together.
    fn accepted_by(&mut self, ballot: Ballot, value: Value) -> (Count, bool) {
        if !self.config.learn_by_value {
            let nodes = self.state.accepted.get(&(ballot, value)).cloned().unwrap_or_default();
            return self.count(|phases| &phases.second, &nodes);
        }
        let mut all = Vec::new();
        let same = self.state.accepted.iter().filter(|((_, other), _)| *other == value);
        same.flat_map(|(_, nodes)| nodes).for_each(|&node| include(&mut all, node));
        self.count(|phases| &phases.second, &all)
    }

    /// Somebody else has learned it.
    pub(super) fn on_decided(&mut self, from: NodeId, value: Value) {
        if self.state.learned == Some(value) {
            return self.rule(Rule::AlreadyLearned { value });
        }
        self.rule(Rule::Told { from, value });
        self.learn(value);
    }

    fn learn(&mut self, value: Value) {
        self.state.learned = Some(value);
        self.state.ballot = None;
        self.cancel_timer(Timer::Ballot);
        self.decide(1, value);
        for id in std::mem::take(&mut self.state.waiting) {
            self.send(id.client, Message::Reply { id, value });
        }
    }
}

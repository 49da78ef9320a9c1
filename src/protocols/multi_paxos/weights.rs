//! Weights that the log changes: a reconfiguration (Paxos Made Moderately Complex, §2.1). What is decided in a slot is decided
//! by the quorums of before; the new weights count from `window` slots on. Whoever proposes there has executed that slot, so
//! nobody counts by weights that another does not know.
//!
//! A leader needs promises of a quorum of phase 1 by all weights that can count in the slots open to it. Where new weights make its
//! promises too few, it asks anew.

use super::Config;
use super::Timer;
use super::command::Weights;
use super::generation::{Generation, phases_from, phases_of};
use super::replica::{Part, State, Turn};
use super::rules::Rule;
use crate::kernel::descriptor::quorum::{Count, QuorumSystem, majority};
use crate::kernel::prelude::*;
use crate::protocols::flexible::{Phases, count};

/// What a client that asks for new weights is told.
pub(super) fn told(config: &Config) -> &'static str {
    if config.quorums.weigh() { "ok" } else { "votes don't weigh here" }
}

impl State {
    /// The quorums for a slot that is open to this replica.
    pub fn phases<'a>(&'a self, config: &'a Config, slot: u64) -> &'a Phases {
        phases_of(&self.generations.0, config, slot)
    }

    /// How near the senders of promises come to a quorum by all weights in sight.
    pub fn promised(&self, config: &Config, nodes: &[NodeId]) -> Count {
        let mut counts =
            phases_from(&self.generations.0, config, self.executed + 1).map(|all| count(&all.first, nodes));
        let first = counts.next().unwrap_or_default();
        counts.fold(first, |held, next| if held.is_quorum() { next } else { held })
    }
}

impl Turn<'_> {
    /// New weights are decided; what the client is told.
    pub(super) fn change_weights(&mut self, slot: u64, weights: &Weights) -> &'static str {
        if !self.config.quorums.weigh() {
            self.rule(Rule::WeightsRefused { slot });
            return told(self.config);
        }
        let generation = Generation::decided(slot, weights, self.config);
        let what = ShortWord::clipped(weights);
        self.rule(match self.config.weights_at_once.0 {
            true => Rule::WeightsAtOnce { what, slot },
            false => Rule::NewWeights { what, slot, from: generation.from },
        });
        self.state.generations.0.push(generation);
        told(self.config)
    }

    /// Whether those who promised its ballot are a quorum still, by all weights that it has come to know. If not, it asks anew.
    pub(super) fn renew_mandate(&mut self) {
        let Part::Leading(lead) = &self.state.part else { return };
        if self.state.generations.0.is_empty() {
            return;
        }
        let Count { have, need, .. } = self.state.promised(self.config, &lead.promises.0);
        if have < need {
            self.rule(Rule::TooFewPromises { have, need });
            self.cancel_timer(Timer::Heartbeat);
            // What it granted was to itself.
            self.state.granted = false;
            self.start_ballot();
        }
    }

    /// What was found in slots that were not open yet.
    pub(super) fn take_up_later(&mut self) {
        while let Part::Leading(lead) = &mut self.state.part
            && let Some((&slot, entry)) = lead.later.0.iter().next()
            && slot <= self.state.executed + self.config.window
        {
            let entry = entry.clone();
            lead.later.0.remove(&slot);
            if !self.state.learned.contains_key(&slot) {
                self.command(slot, entry);
            }
        }
    }

    /// How near to a quorum those come who have accepted in a slot. The bug counts only replicas that have answered lately.
    pub(super) fn accepted_by(&self, slot: u64, nodes: &[NodeId]) -> Count {
        match self.living() {
            Some(living) => count(&living, nodes),
            None => count(&self.state.phases(self.config, slot).second, nodes),
        }
    }

    /// Of those that have answered one of the last three rounds of heartbeats, more than half.
    pub(super) fn living(&self) -> Option<QuorumSystem> {
        let Part::Leading(lead) = &self.state.part else { return None };
        let living: Vec<_> = NodeId::replicas(self.config.replicas)
            .filter(|node| *node == self.me || lead.heard[node.index()] + 3 >= lead.round)
            .collect();
        let need = majority(living.len());
        let fewer = self.config.quorum_of_the_living.0 && living.len() < self.config.replicas;
        fewer.then(|| QuorumSystem::simple(living, need))
    }
}

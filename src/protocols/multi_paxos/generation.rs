//! Which quorums count in which slot: those of the last weights that the log has brought so far before it.

use std::hash::{Hash, Hasher};

use super::command::Weights;
use super::message::{Entry, Pvalue};
use super::{Command, Config};
use crate::kernel::descriptor::quorum::QuorumSystem;
use crate::kernel::prelude::*;
use crate::protocols::flexible::Phases;

/// Weights, and from when on they count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Generation {
    /// The first slot.
    pub from: u64,
    /// What the votes weigh.
    pub weights: Weights,
    /// The quorums that come of that.
    pub phases: Phases,
}

// Hashed by hand: the quorums follow from the weights.
impl Hash for Generation {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.from, &self.weights).hash(hasher);
    }
}

impl Generation {
    /// What these weights, decided in this slot, make of the quorums. The bug counts by them at once.
    pub fn decided(slot: u64, weights: &Weights, config: &Config) -> Self {
        let after = if config.weights_at_once.0 { 1 } else { config.window };
        let phases = Phases::weighing(&weights.0);
        Generation { from: slot + after, weights: weights.clone(), phases }
    }
}

/// The quorums for a slot, where these generations came one after the other.
pub fn phases_of<'a>(generations: &'a [Generation], config: &'a Config, slot: u64) -> &'a Phases {
    let last = generations.iter().rev().find(|generation| generation.from <= slot);
    last.map_or(config.quorums.phases(), |generation| &generation.phases)
}

/// Those for a slot and all that are known to follow.
pub fn phases_from<'a>(
    generations: &'a [Generation],
    config: &'a Config,
    slot: u64,
) -> impl Iterator<Item = &'a Phases> {
    let later = generations.iter().filter(move |generation| generation.from > slot);
    std::iter::once(phases_of(generations, config, slot)).chain(later.map(|generation| &generation.phases))
}

/// Quorums of phase 1 by each of these.
pub fn together(all: &[&Phases]) -> QuorumSystem {
    match all {
        [one] => one.first.clone(),
        _ => QuorumSystem::Joint { systems: all.iter().map(|phases| phases.first.clone()).collect() },
    }
}

/// The weights that an acceptor's disk tells of, and its next slot.
pub fn known_to(disk: &PersistentMap<u64, Pvalue>, config: &Config) -> (Vec<Generation>, u64) {
    let weights = |(slot, pvalue): (&u64, &Pvalue)| match &pvalue.entry {
        Entry::Command(_, Command::Weights(weights)) => Some(Generation::decided(*slot, weights, config)),
        _ => None,
    };
    let accepted = disk.iter().filter(|_| config.quorums.weigh());
    (accepted.filter_map(weights).collect(), disk.last().map_or(0, |(slot, _)| *slot) + 1)
}

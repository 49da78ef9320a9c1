//! Who belongs to the cluster: sets of servers, and the configurations of §6 (and of the thesis, chapter 4).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::NodeId;
use crate::kernel::data::names::hash_set;
use crate::kernel::descriptor::quorum::{self, Count, QuorumSystem};
use crate::kernel::descriptor::rules::{Say, Sentence};

use super::Config;

/// Servers, as bits: a copy costs 32 bytes, whatever is in it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct NodeSet([u64; 4]);

// Hashed by hand: bits are names.
impl Hash for NodeSet {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hash_set(&self.0, hasher);
    }
}

impl NodeSet {
    /// The servers 1 to `count`.
    pub fn first(count: usize) -> Self {
        (1..=count).fold(NodeSet::default(), |group, number| group.with(NodeId::replica(number)))
    }

    /// Whether a server belongs to it.
    pub fn has(self, node: NodeId) -> bool {
        !node.is_client() && self.0[node.index() / 64] >> (node.index() % 64) & 1 == 1
    }

    /// It and one more.
    #[must_use]
    pub fn with(mut self, node: NodeId) -> Self {
        self.0[node.index() / 64] |= 1 << (node.index() % 64);
        self
    }

    /// It without one.
    #[must_use]
    pub fn without(self, node: NodeId) -> Self {
        self.minus(NodeSet::default().with(node))
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: NodeSet) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine |= theirs);
        self
    }

    /// It without those of the other.
    #[must_use]
    pub fn minus(mut self, other: NodeSet) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine &= !theirs);
        self
    }

    /// How many.
    pub fn len(self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self == NodeSet::default()
    }

    /// All, in the order of their numbers.
    pub fn nodes(self) -> Nodes {
        Nodes { bits: self.0, word: 0 }
    }

    /// Reads `1,2,3` or `1-3`. Errors: a sentence.
    pub fn parse(text: &str, replicas: usize) -> Result<Self, String> {
        let mut group = NodeSet::default();
        for part in text.split(',') {
            let (lo, hi) = part.split_once('-').unwrap_or((part, part));
            match (lo.parse::<usize>(), hi.parse::<usize>()) {
                (Ok(lo), Ok(hi)) if 1 <= lo && lo <= hi && hi <= replicas => {
                    group = (lo..=hi).fold(group, |group, number| group.with(NodeId::replica(number)));
                }
                _ => return Err(format!("`{part}`: replicas are numbered 1 to {replicas}, as in 1,2,3 or 1-3")),
            }
        }
        Ok(group)
    }
}

/// The servers of a [`NodeSet`], in the order of their numbers.
pub struct Nodes {
    bits: [u64; 4],
    word: usize,
}

impl Iterator for Nodes {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        while let Some(bits) = self.bits.get_mut(self.word) {
            if *bits != 0 {
                let number = self.word * 64 + bits.trailing_zeros() as usize + 1;
                *bits &= *bits - 1;
                return Some(NodeId::replica(number));
            }
            self.word += 1;
        }
        None
    }
}

impl fmt::Display for NodeSet {
    /// `1-3,5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut from, mut first) = (0, true);
        for number in 1..=256 {
            let has = self.has(NodeId::replica(number));
            if has && from == 0 {
                from = number;
            }
            if from > 0 && (!has || number == 256) {
                let last = if has { number } else { number - 1 };
                f.write_str(if first { "" } else { "," })?;
                match last - from {
                    0 => write!(f, "{from}")?,
                    1 => write!(f, "{from},{last}")?,
                    _ => write!(f, "{from}-{last}")?,
                }
                (from, first) = (0, false);
            }
        }
        f.write_str(if first { "none" } else { "" })
    }
}

/// A configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Serialize, Deserialize)]
pub struct Members {
    /// Who votes and counts. While a configuration is joint, these are the new ones (C_new).
    pub voters: NodeSet,
    /// While it is joint: the old ones (C_old), of whom a majority is needed, too (§6).
    pub old: NodeSet,
    /// Who gets the log, but has no vote (thesis §4.2.1).
    pub learners: NodeSet,
}

/// The votes for something in each group whose majority is needed: the old members and the new ones while the
/// configuration is joint, else in the first alone.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct JointCount([Count; 2]);

impl JointCount {
    /// Whether it is decided.
    pub fn is_quorum(self) -> bool {
        self.lacking().is_quorum()
    }

    /// The first group that lacks a majority; where none does, the last.
    pub fn lacking(self) -> Count {
        let [first, second] = self.0;
        if second.need == 0 || !first.is_quorum() { first } else { second }
    }
}

impl Say for JointCount {
    /// `2 of the 3 replicas needed`, `3 of 5 replicas` once it is decided, and `2 of 3 old members and 0 of 3 new ones`.
    fn say(self, to: &mut Sentence) {
        let [first, second] = self.0;
        let Count { have, need, all } = first;
        to.show(&match (second.need, first.is_quorum()) {
            (0, true) if all == 1 => "1 of 1 replica".into(),
            (0, true) => format!("{have} of {all} replicas"),
            (0, false) => format!("{have} of the {need} replicas needed"),
            _ => format!("{have} of {all} old members and {} of {} new ones", second.have, second.all),
        });
    }
}

impl Members {
    /// These vote, and nobody learns.
    pub fn of(voters: NodeSet) -> Self {
        Members { voters, ..Members::default() }
    }

    /// Whether two majorities are needed.
    pub fn is_joint(&self) -> bool {
        !self.old.is_empty()
    }

    /// Everybody whose vote counts.
    pub fn electors(&self) -> NodeSet {
        self.voters.and(self.old)
    }

    /// Everybody who gets the log.
    pub fn everybody(&self) -> NodeSet {
        self.electors().and(self.learners)
    }

    /// The groups of which each must have its majority: one, or two while the configuration is joint.
    pub fn groups(&self, config: &Config) -> impl Iterator<Item = NodeSet> + use<> {
        let old = Some(self.old).filter(|old| !old.is_empty() && !config.new_majority_alone);
        old.into_iter().chain([self.voters])
    }

    /// Which sets decide.
    pub fn quorums(&self, config: &Config) -> QuorumSystem {
        let majority = |group: NodeSet| QuorumSystem::simple(group.nodes(), config.majority(group.len()));
        let mut systems: Vec<_> = self.groups(config).map(majority).collect();
        if systems.len() == 1 { systems.remove(0) } else { QuorumSystem::Joint { systems } }
    }

    /// Counts those who are for something.
    pub fn count(&self, config: &Config, is_for: impl Fn(NodeId) -> bool) -> JointCount {
        let mut share = JointCount::default();
        for (place, group) in self.groups(config).enumerate() {
            let (mut have, mut all) = (0, 0);
            for node in group.nodes() {
                (have, all) = (have + u16::from(is_for(node)), all + 1);
            }
            share.0[place] = Count { have, need: config.majority(all.into()) as u16, all };
        }
        share
    }

    /// The highest number that enough of them have reached, in each group.
    pub fn reached(&self, config: &Config, number: impl Fn(NodeId) -> u64) -> u64 {
        let reached = |group: NodeSet| {
            // A cluster is mostly small, and this is asked with every answer.
            let (mut few, mut many, size) = ([0; 8], Vec::new(), group.len());
            let numbers = match few.get_mut(..size) {
                Some(few) => few,
                None => {
                    many.resize(size, 0);
                    &mut many
                }
            };
            numbers.iter_mut().zip(group.nodes()).for_each(|(place, node)| *place = number(node));
            quorum::reached_by(config.majority(size), numbers)
        };
        self.groups(config).map(reached).min().unwrap_or_default()
    }
}

impl fmt::Display for Members {
    /// `1-3`, or joint `1-3+3-5`, and with learners `1-3 learners 4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_joint() {
            write!(f, "{}+", self.old)?;
        }
        write!(f, "{}", self.voters)?;
        if self.learners.is_empty() { Ok(()) } else { write!(f, " learners {}", self.learners) }
    }
}

/// A configuration and where in the log it stands, with those before it: a log that is cut goes back to them (§6).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConfigurationEntry {
    /// Its index.
    pub index: u64,
    /// The configuration.
    pub members: Members,
    /// The one before it.
    pub before: Option<Rc<ConfigurationEntry>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_read_and_shown() {
        for (text, shown) in [("1,2,3", "1-3"), ("5,1-3", "1-3,5"), ("4,5", "4,5"), ("64,65,200", "64,65,200")] {
            assert_eq!(NodeSet::parse(text, 200).unwrap().to_string(), shown);
        }
        for bad in ["", "0", "6", "3-1", "a", "1,,2"] {
            assert!(NodeSet::parse(bad, 5).is_err(), "{bad}");
        }
        let group = NodeSet::first(200);
        assert_eq!((group.len(), group.nodes().count(), group.without(NodeId::replica(200)).len()), (200, 200, 199));
    }
}

//! The number of an attempt, as protocols of the Paxos family use it. It is no protocol; several share it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::NodeId;
use crate::kernel::descriptor::fields::one_word;

/// The number of an attempt: a round, and who makes it, so that no two replicas ever use the same (Paxos Made Simple, §2.4:
/// proposers choose their numbers from disjoint sets). Written `2.1`: round 2 of replica 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Ballot {
    /// From 1.
    pub round: u32,
    /// Who proposes.
    pub proposer: NodeId,
}

impl Ballot {
    /// A number of its own for each ballot, for its color: round 2 of replica 1 is 2001.
    pub fn epoch(self) -> u64 {
        u64::from(self.round) * 1_000 + u64::from(self.proposer.raw())
    }
}

impl fmt::Display for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.round, self.proposer)
    }
}

one_word!(Ballot);

/// The promise because of which an acceptor must not promise this ballot: it promises only a ballot that is higher than any
/// before (Paxos Made Simple, §2.2, P1b).
pub fn refuses_to_promise(promised: Option<Ballot>, ballot: Ballot) -> Option<Ballot> {
    promised.filter(|&promised| ballot <= promised)
}

/// The promise because of which an acceptor must not accept in this ballot: it has promised a higher one (Paxos Made Simple,
/// §2.2, P1a).
pub fn refuses_to_accept(promised: Option<Ballot>, ballot: Ballot) -> Option<Ballot> {
    promised.filter(|&promised| ballot < promised)
}

/// Adds a node to a list that is kept in the order of their numbers, once.
pub fn include(nodes: &mut Vec<NodeId>, node: NodeId) {
    if let Err(place) = nodes.binary_search(&node) {
        nodes.insert(place, node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ballots_are_ordered_by_round_first() {
        let ballot = |round, proposer| Ballot { round, proposer: NodeId::replica(proposer) };
        assert!(ballot(1, 9) < ballot(2, 1) && ballot(2, 1) < ballot(2, 2));
        assert_eq!((ballot(2, 1).epoch(), ballot(2, 1).to_string()), (2_001, "2.1".into()));
    }
}

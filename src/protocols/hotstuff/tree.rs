//! The tree of nodes that a replica knows. Each node's parent is in it, too, down to the genesis.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::Config;
use super::message::{Certificate, GENESIS, Node, Phase, Vote};
use crate::kernel::prelude::*;

/// Nodes by their hashes, and so by their views.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Tree {
    nodes: PersistentMap<u64, Rc<Node>>,
}

impl Tree {
    /// A node that is known; none for the genesis.
    pub fn get(&self, id: u64) -> Option<&Rc<Node>> {
        self.nodes.get(&id)
    }

    /// Whether a node could be put on this one.
    pub fn reaches(&self, id: u64) -> bool {
        id == GENESIS || self.nodes.contains_key(&id)
    }

    /// Puts a node in whose parent is there. Says whether it fits.
    pub fn insert(&mut self, node: &Rc<Node>) -> bool {
        let (below, view) = self.get(node.parent).map_or((0, 0), |parent| (parent.height, parent.view));
        let fits = self.reaches(node.parent) && node.height == below + 1 && node.view > view;
        if fits {
            self.nodes.insert(node.id(), node.clone());
        }
        fits
    }

    /// This node and all below it, the highest first.
    pub fn branch(&self, from: u64) -> impl Iterator<Item = (u64, &Rc<Node>)> {
        let named = |id| self.get(id).map(|node| (id, node));
        std::iter::successors(named(from), move |(_, node)| named(node.parent))
    }

    /// Whether one node is the other, or stands on it.
    pub fn extends(&self, node: u64, below: u64) -> bool {
        let height = self.get(below).map_or(0, |node| node.height);
        below == GENESIS || self.branch(node).take_while(|(_, node)| node.height >= height).any(|(id, _)| id == below)
    }

    /// All nodes of this view and later ones.
    pub fn since(&self, view: u64) -> impl Iterator<Item = (u64, &Rc<Node>)> {
        self.nodes.from(&(view << 32)).map(|(id, node)| (*id, node))
    }

    /// The highest view of which a node is known.
    pub fn top(&self) -> u64 {
        self.nodes.last().map_or(0, |(_, node)| node.view)
    }

    /// Whether a node's parent is the other one, proposed in the view before: no blank stands between them.
    pub fn is_direct(&self, config: &Config, node: u64, parent: u64) -> bool {
        let views = |id| self.get(id).map_or(0, |node| node.view);
        config.no_parent_check
            || self.get(node).is_some_and(|node| node.parent == parent && node.view == views(parent) + 1)
    }

    /// The node that a node's certificate is for.
    pub fn justified(&self, id: u64) -> u64 {
        self.get(id).map_or(GENESIS, |node| node.justify.node)
    }
}

/// Whether n − f different replicas signed this very vote.
pub fn proven(config: &Config, certificate: &Certificate) -> bool {
    let Certificate { phase, view, node, ref votes, .. } = *certificate;
    if certificate.is_genesis() {
        return true;
    }
    let same = |vote: &Vote| (vote.phase, vote.node) == (phase, node) && (vote.view == view || config.view_not_checked);
    let signers: BTreeSet<_> = votes.iter().map(Signed::signer).filter(|signer| !signer.is_client()).collect();
    votes.iter().all(|vote| same(vote.body())) && signers.len() >= config.quorum
}

/// The type of the certificates that nodes carry.
pub fn justifying(config: &Config) -> Phase {
    if config.is_basic() { Phase::Prepare } else { Phase::Generic }
}

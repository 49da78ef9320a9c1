//! Nodes and certificates that a replica lacks. The paper leaves their fetching to the implementation (§4.2).

use std::rc::Rc;

use super::execute::signed_by_clients;
use super::message::{Certificate, Message, Node};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::prelude::*;

/// How many nodes and certificates wait for nodes that are missing.
const MOST_WAITING: usize = 256;

impl Turn<'_> {
    /// Puts a node into the tree, and what waited for it; asks for its parent where that is missing.
    pub(super) fn hold(&mut self, from: NodeId, node: &Rc<Node>) {
        node.requests.iter().for_each(|request| self.keep(request.clone()));
        if !self.disk.tree.reaches(node.parent) {
            if self.state.orphans.len() < MOST_WAITING {
                self.state.orphans.insert(node.id(), (from, node.clone()));
            }
            return self.fetch(from, node.parent);
        }
        let mut ready = vec![node.clone()];
        while let Some(node) = ready.pop() {
            let id = node.id();
            if self.disk.tree.reaches(id) || !self.disk.tree.insert(&node) {
                continue;
            }
            self.dirty = true;
            let above = self.state.orphans.values().filter(|(_, other)| other.parent == id);
            ready.extend(above.map(|(_, node)| node.clone()));
            self.state.orphans.retain(|_, (_, other)| other.parent != id);
        }
        self.learn_more();
    }

    /// Whether a certificate waits for this node.
    pub(super) fn lacks(&self, node: u64) -> bool {
        self.state.unlearned.iter().any(|(_, other)| other.node == node)
    }

    /// Keeps a certificate until it knows the node.
    pub(super) fn lack(&mut self, from: NodeId, shown: &Rc<Certificate>) {
        let known = self.state.unlearned.iter().any(|(_, other)| other == shown);
        if !known && self.state.unlearned.len() < MOST_WAITING {
            self.state.unlearned.push((from, shown.clone()));
        }
        self.fetch(from, shown.node);
    }

    fn learn_more(&mut self) {
        let waiting = std::mem::take(&mut self.state.unlearned);
        let (known, unknown): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|(_, one)| self.disk.tree.reaches(one.node));
        self.state.unlearned = unknown;
        for (from, one) in known {
            if self.config.is_basic() && from == self.config.leader(one.view) && one.view >= self.disk.view {
                self.on_certified(from, &one);
            } else {
                self.learn_beside(from, &one);
            }
        }
    }

    /// Asks who has shown that there is such a node, once until the next timeout: each of its messages shows it anew.
    fn fetch(&mut self, to: NodeId, node: u64) {
        if self.state.asked.contains_key(&(to, node)) {
            return;
        }
        self.state.asked.insert((to, node), ());
        self.out.rule(Rule::Fetch { to });
        let above = self.disk.chain.len() as u64;
        self.send(to, Message::Fetch { node, above });
    }

    /// Who was asked may have said nothing: now all are.
    pub(super) fn fetch_again(&mut self) {
        self.state.asked = PersistentMap::new();
        let above = self.disk.chain.len() as u64;
        let certified = self.state.unlearned.iter().map(|(_, one)| one.node);
        let below = self.state.orphans.values().map(|(_, node)| node.parent);
        let mut missing: Vec<_> = certified.chain(below).collect();
        missing.put_in_order();
        missing.dedup();
        missing.retain(|node| !self.state.orphans.contains_key(node));
        missing.into_iter().take(4).for_each(|node| self.broadcast(Message::Fetch { node, above }));
    }

    pub(super) fn on_fetch(&mut self, to: NodeId, node: u64, above: u64) {
        let mut nodes: Vec<_> = self
            .disk
            .tree
            .branch(node)
            .take_while(|(_, node)| node.height > above)
            .map(|(_, node)| node.clone())
            .collect();
        nodes.reverse();
        self.out.rule(Rule::ShowBranch { to, nothing: nodes.is_empty() });
        if !nodes.is_empty() {
            self.send(to, Message::Branch(nodes));
        }
    }

    pub(super) fn on_branch(&mut self, from: NodeId, nodes: &[Rc<Node>]) {
        self.out.rule(Rule::TakeBranch { from });
        nodes.iter().filter(|node| signed_by_clients(node)).for_each(|node| self.hold(from, node));
    }

    pub(super) fn on_newest(&mut self, from: NodeId, certificates: &[Rc<Certificate>]) {
        self.out.rule(Rule::HearNewest { from });
        certificates.iter().take(2).for_each(|one| self.learn_beside(from, one));
    }
}

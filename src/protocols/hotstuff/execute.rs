//! Requests on their way into a node, and the execution of committed branches.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::message::{Certificate, GENESIS, Message, Node, Reply, Request};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::prelude::*;
use crate::services::kv::Store;

/// The replicated service's state.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Service {
    /// The key-value store.
    pub store: Store,
    /// The last request of each client that was carried out, and what came of it.
    pub replies: PersistentMap<NodeId, (u32, Word)>,
}

impl Service {
    /// Whether a request was carried out, or a later one of its client.
    pub fn done(&self, id: RequestId) -> bool {
        self.replies.get(&id.client).is_some_and(|(last, _)| *last >= id.number)
    }
}

/// Whether clients signed what stands in a node.
pub fn signed_by_clients(node: &Node) -> bool {
    node.requests.iter().all(|request| request.signer().is_client() && request.signer() == request.body().id.client)
}

impl Turn<'_> {
    pub(super) fn on_request(&mut self, request: Rc<Signed<Request>>) {
        let id = request.body().id;
        if request.signer() != id.client || !id.client.is_client() {
            return;
        }
        if self.disk.service.done(id) {
            return self.reply(id);
        }
        let known = self.state.waiting.iter().any(|other| other.body().id == id);
        self.out.rule(Rule::TakeRequest { id, known });
        self.keep(request);
    }

    /// Keeps a request until it is executed, whoever it came from.
    pub(super) fn keep(&mut self, request: Rc<Signed<Request>>) {
        let id = request.body().id;
        let known = self.state.waiting.iter().any(|other| {
            let other = other.body().id;
            other.client == id.client && other.number >= id.number
        });
        if !known && !self.disk.service.done(id) {
            self.state.waiting.retain(|other| other.signer() != id.client);
            self.state.waiting.push(request);
        }
    }

    /// The client's command: what waits and is not on this branch yet.
    pub(super) fn next_requests(&self, branch: u64) -> Vec<Rc<Signed<Request>>> {
        let executed = self.disk.chain.len() as u64;
        let open = self.disk.tree.branch(branch).take_while(|(_, node)| node.height > executed);
        let proposed: Vec<_> = open.flat_map(|(_, node)| &node.requests).map(|request| request.body().id).collect();
        let waiting = self.state.waiting.iter().filter(|request| !proposed.contains(&request.body().id));
        waiting.take(self.config.block_size).cloned().collect()
    }

    /// Executes all commands up to this node, which is certified by this.
    pub(super) fn commit(&mut self, id: u64, by: &Rc<Certificate>) {
        let executed = self.disk.chain.len();
        let height = self.disk.tree.get(id).map_or(0, |node| node.height as usize);
        if height == 0 || self.disk.chain.get(height - 1).is_some_and(|(done, _)| *done == id) {
            return;
        }
        self.state.news.commits.push((id, by.clone()));
        let above = |(_, node): &(u64, &Rc<Node>)| node.height as usize > executed;
        let mut new: Vec<_> =
            self.disk.tree.branch(id).take_while(above).map(|(id, node)| (id, node.clone())).collect();
        new.reverse();
        let last = self.disk.chain.last().map_or(GENESIS, |(id, _)| *id);
        if new.first().is_none_or(|(_, lowest)| lowest.parent != last) {
            return self.see_fork(id);
        }
        let alone = new.len() == 1;
        let view = self.disk.tree.get(id).map_or(0, |node| node.view);
        self.out.rule(Rule::Execute { view, alone });
        for (id, node) in new {
            self.execute(&node);
            self.decisions.push((node.height, node.clone()));
            self.disk.chain.push((id, node));
        }
        self.disk.decided = by.clone();
        self.state.failures = 0;
        self.state.timer = None;
        self.dirty = true;
    }

    /// It has executed another branch. It says so, and executes nothing.
    fn see_fork(&mut self, id: u64) {
        let other = |(id, node): &(u64, &Rc<Node>)| {
            self.disk.chain.get(node.height as usize - 1).is_none_or(|(done, _)| done != id)
        };
        let mut forked: Vec<_> = self.disk.tree.branch(id).take_while(other).map(|(_, node)| node.clone()).collect();
        forked.reverse();
        self.out.rule(Rule::SeeFork { height: forked.first().map_or(0, |node| node.height) });
        self.decisions.extend(forked.into_iter().map(|node| (node.height, node)));
    }

    fn execute(&mut self, node: &Node) {
        for request in &node.requests {
            let Request { id, command } = request.body();
            if !self.disk.service.done(*id) {
                let result = self.disk.service.store.apply(command);
                self.disk.service.replies.insert(id.client, (id.number, result));
                self.reply(*id);
            }
        }
        let service = &self.disk.service;
        self.state.waiting.retain(|request| !service.done(request.body().id));
    }

    fn reply(&mut self, id: RequestId) {
        let Some((number, result)) = self.disk.service.replies.get(&id.client).cloned() else { return };
        if number == id.number {
            let reply = self.out.sign(Reply { id, result });
            self.send(id.client, Message::Reply(Rc::new(reply)));
        }
    }
}

//! Requests on their way into a block, valid(v), and the execution of decided blocks.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::Config;
use super::message::{Block, Message, Reply, Request};
use super::replica::{Disk, Turn};
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

/// valid(v): the block builds on the last one, and its requests were signed by their clients and are new.
pub fn acceptable(config: &Config, disk: &Disk, block: &Block) -> bool {
    let fresh = |request: &Rc<Signed<Request>>| {
        let id = request.body().id;
        id.client.is_client() && request.signer() == id.client && !disk.service.done(id)
    };
    let mut clients: Vec<_> = block.requests.iter().map(|request| request.signer()).collect();
    clients.put_in_order();
    clients.dedup();
    block.parent == disk.last()
        && block.requests.len() <= config.block_size
        && clients.len() == block.requests.len()
        && block.requests.iter().all(fresh)
}

impl Turn<'_> {
    pub(super) fn on_request(&mut self, request: Rc<Signed<Request>>) {
        let id = request.body().id;
        if request.signer() != id.client {
            return;
        }
        if self.disk.service.done(id) {
            return self.reply(id);
        }
        let known = self.state.waiting.iter().any(|other| other.body().id == id);
        self.out.rule(Rule::TakeRequest { id, known });
        if !known {
            self.state.waiting.retain(|other| other.signer() != id.client);
            self.state.waiting.push(request);
        }
    }

    /// getValue(): the requests that have waited longest.
    pub(super) fn next_block(&self) -> Block {
        let requests = self.state.waiting.iter().take(self.config.block_size).cloned().collect();
        Block { parent: self.disk.last(), requests }
    }

    pub(super) fn execute(&mut self, block: &Block) {
        for request in &block.requests {
            let Request { id, command } = request.body();
            let result = self.disk.service.store.apply(command);
            self.disk.service.replies.insert(id.client, (id.number, result));
            self.reply(*id);
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

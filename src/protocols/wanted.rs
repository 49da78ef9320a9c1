//! What a client wants, one request after the other. It is no protocol; several share it.

use std::collections::VecDeque;
use std::fmt::Display;

use crate::kernel::{NodeId, RequestId};

/// The requests of a client, and which replica each is made to; the foremost has been made.
#[derive(Clone, Hash, Debug)]
pub struct Wanted<C>(VecDeque<(RequestId, C, NodeId)>);

impl<C> Default for Wanted<C> {
    fn default() -> Self {
        Wanted(VecDeque::new())
    }
}

impl<C: Clone + Display> Wanted<C> {
    /// One more. Says whether it is the foremost, so that it is to be made at once.
    pub fn add(&mut self, id: RequestId, command: C, to: NodeId) -> bool {
        self.0.push_back((id, command, to));
        self.0.len() == 1
    }

    /// Nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The foremost.
    pub fn foremost(&self) -> Option<&(RequestId, C, NodeId)> {
        self.0.front()
    }

    /// Takes the foremost out, if this is it: it is answered.
    pub fn answered(&mut self, id: RequestId) -> Option<C> {
        self.0.front().filter(|(wanted, ..)| *wanted == id)?;
        self.0.pop_front().map(|(_, command, _)| command)
    }

    /// Goes on to the next of so many replicas with the foremost, and says which that is.
    pub fn ask_next(&mut self, replicas: usize) -> Option<NodeId> {
        let (_, _, to) = self.0.front_mut()?;
        *to = NodeId::replica(1 + to.number() % replicas);
        Some(*to)
    }

    /// What the client is up to, in a few words.
    pub fn show(&self) -> String {
        match self.0.front() {
            Some((_, command, to)) => format!("waits for {command} from {to}"),
            None => "idle".into(),
        }
    }
}

/// Whom a client asks that was not told: clients spread over the replicas.
pub fn own_replica(client: NodeId, replicas: usize) -> NodeId {
    NodeId::replica(1 + client.index() % replicas)
}

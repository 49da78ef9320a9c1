//! What a Byzantine replica has sent, so that it can send it again.

use std::hash::Hash;

use super::message::{Letter, content_hash};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::NodeId;

/// How many of its own messages a Byzantine replica remembers.
const MOST_REMEMBERED: usize = 32;

/// What a replica sent since it turned Byzantine, oldest first, with the receivers; bounded.
#[derive(Clone, Default)]
pub struct SentLetters(Vec<(NodeId, Letter)>);

impl SentLetters {
    /// What could be sent to a node again: to replicas what was sent to any replica, to a client what was sent to that one.
    pub fn to(&self, to: NodeId) -> impl Iterator<Item = &Letter> {
        let fits = move |old: NodeId| if to.is_client() { old == to } else { !old.is_client() };
        self.0.iter().filter(move |sent| fits(sent.0)).map(|sent| &sent.1)
    }

    /// Adds a message.
    pub fn remember(&mut self, to: NodeId, letter: &Letter) {
        // A broadcast is one thing to remember, not one for each receiver.
        let again = |last: &(NodeId, Letter)| {
            last.0.is_client() == to.is_client() && content_hash(letter) == content_hash(&last.1)
        };
        if self.0.last().is_some_and(again) {
            return;
        }
        if self.0.len() == MOST_REMEMBERED {
            self.0.remove(0);
        }
        self.0.push((to, letter.clone()));
    }

    /// Forgets all of it.
    pub fn forget(&mut self) {
        self.0.clear();
    }

    /// Takes it into a hash, where there is any.
    pub fn take_into(&self, hasher: &mut StableHasher) {
        if !self.0.is_empty() {
            self.0.len().hash(hasher);
        }
        for (to, letter) in &self.0 {
            to.hash(hasher);
            letter.take_into(hasher);
        }
    }
}

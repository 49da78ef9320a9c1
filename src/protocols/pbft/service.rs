//! The replicated service's state, and what it is signed as (§4.1, §4.3).

use serde::{Deserialize, Serialize};

use super::sequenced_digest::SequencedDigest;
use crate::kernel::data::hash::stable_hash;
use crate::kernel::prelude::*;
use crate::services::kv::{Store, Word};

/// The service's state: what a checkpoint holds.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Service {
    /// The key-value store.
    pub store: Store,
    /// The last reply to each client: t and r (§4.1).
    pub replies: PersistentMap<NodeId, (u32, Word)>,
}

impl Service {
    /// What a checkpoint of this state at a number is signed with: view 0, n, and d, the state's digest.
    pub fn place(&self, sequence: u64) -> SequencedDigest {
        SequencedDigest { view: 0, sequence, digest: stable_hash(self) }
    }

    /// Whether a request was executed, or a later one of its client.
    pub fn done(&self, id: RequestId) -> bool {
        self.replies.get(&id.client).is_some_and(|(last, _)| *last >= id.number)
    }
}

/// The state after a number that has prepared but is not known to be committed (§5.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Tentative {
    /// The view in which it prepared.
    pub view: u64,
    /// The digest of what was executed at it.
    pub digest: u64,
    /// The state after it.
    pub service: Service,
}

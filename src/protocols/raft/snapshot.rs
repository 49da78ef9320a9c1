//! Snapshots (§7): what stands for the beginning of a log.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::{NodeId, PersistentMap, ShowField};
use crate::services::kv::{Store, Word};

use super::configuration::ConfigurationEntry;

/// For each client the serial number of its last applied request and the answer to it (§8; thesis §6.3). The first applied
/// request opens a client's session: its name is its own, so there is no RegisterClient. Clients ask one thing at a time, so
/// one answer is enough; they are few, so sessions never expire.
pub type Sessions = PersistentMap<NodeId, (u32, Word)>;

/// What stands for all entries up to an index (§7, Figure 12).
#[derive(ShowField, Clone, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// The last entry that it stands for (lastIncludedIndex).
    #[field(name = "last-included-index")]
    pub index: u64,
    /// The term of that entry (lastIncludedTerm).
    #[field(name = "last-included-term")]
    pub term: u64,
    /// The hash of the log up to there, by which properties compare logs.
    #[field(skip)]
    pub prefix: u64,
    /// The state machine.
    #[field(name = "data", value = store.show())]
    pub store: Store,
    /// The clients' sessions: a part of what is replicated.
    #[field(skip)]
    pub sessions: Sessions,
    /// The latest configuration up to there; `None` for the first one.
    #[field(skip)]
    pub configuration_entry: Option<Rc<ConfigurationEntry>>,
}

impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        (self.index, self.term, self.prefix) == (other.index, other.term, other.prefix)
            && self.store == other.store
            && self.sessions == other.sessions
    }
}

impl Eq for Snapshot {}

// Hashed by hand: the prefix hash stands for the configuration, too.
impl std::hash::Hash for Snapshot {
    fn hash<H: std::hash::Hasher>(&self, hasher: &mut H) {
        (self.index, self.term, self.prefix, &self.store, &self.sessions).hash(hasher);
    }
}

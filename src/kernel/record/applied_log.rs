//! The log that a replica has applied, and the state after each of its entries.

use super::client_history::Word;
use crate::kernel::data::ids::{NodeId, RequestId};
use crate::kernel::data::persistent_map::PersistentMap;

/// A service's state: what it holds by name, and of each client the number of its last request with the answer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FoldedState {
    /// What it holds, by name.
    pub values: PersistentMap<Word, Word>,
    /// Of each client the number of its last request and the answer to it.
    pub answers: PersistentMap<NodeId, (u32, Word)>,
}

/// One command of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppliedCommand {
    /// In words: `x=1`.
    pub what: String,
    /// Whose request it is; `None` where nobody asked for it.
    pub request: Option<RequestId>,
    /// Whether the request was carried out at an earlier place, so that it changes nothing here.
    pub again: bool,
}

/// One entry, and the state after it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppliedEntry {
    /// Its commands, in order; none where it does nothing.
    pub commands: Vec<AppliedCommand>,
    /// The state after it: a fold over everything up to it.
    pub after: FoldedState,
}

/// What a replica's state is a fold over, beside the state that it has. The two are the same unless something is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppliedLog {
    /// The index that the fold begins behind. Where it is above 0, a snapshot stands for what came before.
    pub base: u64,
    /// The state there.
    pub start: FoldedState,
    /// The entries from the next index on, one after the other, as far as the replica has applied them and has no hole.
    pub entries: Vec<AppliedEntry>,
    /// The last index that the replica says it has applied.
    pub applied: u64,
    /// The state that the replica has.
    pub own: FoldedState,
}

impl AppliedLog {
    /// The last index that the fold comes to. It stays behind `applied` where the log has a hole.
    pub fn last(&self) -> u64 {
        self.base + self.entries.len() as u64
    }

    /// The entry at an index, where it is still in the log.
    pub fn entry(&self, index: u64) -> Option<&AppliedEntry> {
        self.entries.get(usize::try_from(index.checked_sub(self.base + 1)?).ok()?)
    }

    /// The state after an index, as the log says; `None` before the fold begins and behind its end.
    pub fn at(&self, index: u64) -> Option<&FoldedState> {
        if index == self.base { Some(&self.start) } else { self.entry(index).map(|entry| &entry.after) }
    }

    /// Whether the replica's state is another than its log says, or there is a hole before what it has applied.
    pub fn strays(&self) -> bool {
        self.last() != self.applied || self.at(self.applied) != Some(&self.own)
    }
}

//! The replicated log: a persistent vector whose entries carry a rolling hash of everything up to themselves.

use std::hash::{Hash, Hasher};

use crate::kernel::hash::stable_hash;
use crate::kernel::{self, RequestId};
use crate::protocols::kv::Command;

/// One entry of the log (§5.3).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Entry {
    /// The term in which a leader made it.
    pub term: u64,
    /// The command for the state machine; `None` for a no-op (§8).
    pub command: Option<Command>,
    /// Whose request it is; `None` for a no-op and for entries that a scenario put on the disk.
    pub request: Option<RequestId>,
    /// A hash over this entry and all before it: two logs with equal hashes at an index are equal up to it.
    pub prefix: u64,
}

impl Entry {
    /// An entry that is in no log yet.
    pub fn new(term: u64, command: Option<Command>, request: Option<RequestId>) -> Self {
        Entry { term, command, request, prefix: 0 }
    }

    /// A few characters for it: `x=1`.
    pub fn label(&self) -> String {
        self.command.as_ref().map_or_else(|| "no-op".into(), Command::to_string)
    }

    /// Whether it is the same entry, wherever it stands.
    pub fn same(&self, other: &Entry) -> bool {
        self.term == other.term && self.request == other.request && self.command == other.command
    }
}

/// A log. Indices count from 1; index 0 stands before the first entry and has term 0.
#[derive(Clone, Default, Debug)]
pub struct Log {
    entries: kernel::Log<Entry>,
    last_term: u64,
    last_prefix: u64,
}

impl Hash for Log {
    /// The prefix hash stands for all entries, so that hashing a long log costs as little as hashing a short one.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.last_index(), self.last_term, self.last_prefix).hash(hasher);
    }
}

impl Log {
    /// The index of the last entry, 0 where there is none.
    pub fn last_index(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The term of the last entry, 0 where there is none.
    pub fn last_term(&self) -> u64 {
        self.last_term
    }

    /// The hash over all entries.
    pub fn last_prefix(&self) -> u64 {
        self.last_prefix
    }

    /// The entry at an index.
    pub fn get(&self, index: u64) -> Option<&Entry> {
        self.entries.get((index as usize).checked_sub(1)?)
    }

    /// The term at an index: 0 at index 0, `None` behind the end.
    pub fn term_at(&self, index: u64) -> Option<u64> {
        match index {
            0 => Some(0),
            _ if index == self.last_index() => Some(self.last_term),
            _ => self.get(index).map(|entry| entry.term),
        }
    }

    /// The hash over all entries up to an index: `None` behind the end.
    pub fn prefix_at(&self, index: u64) -> Option<u64> {
        if index == 0 { Some(0) } else { self.get(index).map(|entry| entry.prefix) }
    }

    /// Appends an entry, and computes its hash here: a hash that came over the network would prove nothing.
    pub fn push(&mut self, mut entry: Entry) {
        entry.prefix = stable_hash(&(self.last_prefix, entry.term, &entry.command, &entry.request));
        (self.last_term, self.last_prefix) = (entry.term, entry.prefix);
        self.entries.push(entry);
    }

    /// Cuts off everything behind an index.
    pub fn truncate(&mut self, index: u64) {
        self.entries.truncate(index as usize);
        let last = self.entries.last();
        (self.last_term, self.last_prefix) = last.map_or((0, 0), |entry| (entry.term, entry.prefix));
    }

    /// The first index whose term is at least `term`, one behind the end where there is none. Terms never fall along a
    /// log, so halving finds it.
    pub fn first_from_term(&self, term: u64) -> u64 {
        let (mut lo, mut hi) = (1, self.last_index() + 1);
        while lo < hi {
            let middle = lo.midpoint(hi);
            if self.term_at(middle).is_some_and(|at| at < term) { lo = middle + 1 } else { hi = middle }
        }
        lo
    }

    /// Whether a log that ends with `(term, index)` is at least as up to date as this one (§5.4.1).
    pub fn is_no_newer_than(&self, term: u64, index: u64) -> bool {
        (term, index) >= (self.last_term, self.last_index())
    }
}

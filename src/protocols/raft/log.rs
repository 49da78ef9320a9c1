//! The replicated log: a persistent vector whose entries carry a rolling hash of everything up to themselves. What a
//! snapshot stands for is cut off at its beginning (§7).

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::data::hash::stable_hash;
use crate::kernel::{self, RequestId};
use crate::services::kv::Command;

use super::Config;
use super::configuration::{ConfigurationEntry, Members};
use super::snapshot::Snapshot;

/// What an entry is for.
#[derive(kernel::Display, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Payload {
    /// Nothing: it commits what is before it (§8).
    #[display("no-op")]
    NoOp,
    /// A command for the state machine.
    #[display("{_0}")]
    Command(Command),
    /// A configuration, in force as soon as it is in a log (§6).
    #[display("members {_0}")]
    Members(Rc<Members>),
}

/// One entry of the log (§5.3).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The term in which a leader made it.
    pub term: u64,
    /// What it is for.
    pub payload: Payload,
    /// Whose request it is; `None` for a no-op and for entries that a scenario put on the disk.
    pub request: Option<RequestId>,
    /// A hash over this entry and all before it: two logs with equal hashes at an index are equal up to it.
    pub prefix: u64,
}

impl Entry {
    /// An entry that is in no log yet.
    pub fn new(term: u64, payload: Payload, request: Option<RequestId>) -> Self {
        Entry { term, payload, request, prefix: 0 }
    }

    /// A few characters for it: `x=1`.
    pub fn label(&self) -> String {
        self.payload.to_string()
    }

    /// Whether it is the same entry, wherever it stands.
    pub fn same(&self, other: &Entry) -> bool {
        self.term == other.term && self.request == other.request && self.payload == other.payload
    }
}

/// A log. Indices count from 1; index 0 stands before the first entry and has term 0.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Log {
    entries: kernel::PersistentVec<Entry>,
    /// The last index that a snapshot stands for, with its term and hash; 0 where there is none.
    base: (u64, u64, u64),
    last_term: u64,
    last_prefix: u64,
    configuration_entry: Option<Rc<ConfigurationEntry>>,
}

// Hashed by hand: the prefix hash stands for all entries.
impl Hash for Log {
    /// The prefix hash stands for all entries, so that hashing a long log costs as little as hashing a short one.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.last_index(), self.last_term, self.last_prefix, self.base.0).hash(hasher);
    }
}

impl Log {
    /// The index of the last entry, 0 where there is none.
    pub fn last_index(&self) -> u64 {
        self.base.0 + self.entries.len() as u64
    }

    /// The last index that is in the snapshot and no more in the log; 0 where all is there.
    pub fn base(&self) -> u64 {
        self.base.0
    }

    /// The latest configuration, committed or not; `None` where no entry has changed the first one.
    pub fn configuration_entry(&self) -> Option<&Rc<ConfigurationEntry>> {
        self.configuration_entry.as_ref()
    }

    /// The configuration in force: the latest, committed or not (§6).
    pub fn members(&self, config: &Config) -> Members {
        self.configuration_entry.as_ref().map_or(config.members, |latest| latest.members)
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
        self.entries.get(index.checked_sub(self.base.0 + 1)? as usize)
    }

    /// The entries behind an index, up to another with that one.
    pub fn between(&self, behind: u64, last: u64) -> impl Iterator<Item = &Entry> {
        let behind = behind.max(self.base.0);
        self.entries.from((behind - self.base.0) as usize).take(last.saturating_sub(behind) as usize)
    }

    /// The term at an index: 0 at index 0, `None` behind the end and before what is left of the log.
    pub fn term_at(&self, index: u64) -> Option<u64> {
        match index {
            _ if index == self.base.0 => Some(self.base.1),
            _ if index == self.last_index() => Some(self.last_term),
            _ => self.get(index).map(|entry| entry.term),
        }
    }

    /// The hash over all entries up to an index: `None` behind the end and before what is left of the log.
    pub fn prefix_at(&self, index: u64) -> Option<u64> {
        if index == self.base.0 { Some(self.base.2) } else { self.get(index).map(|entry| entry.prefix) }
    }

    /// Whether it is not known to be another log than one with this hash at that index.
    pub fn may_hold(&self, index: u64, prefix: u64) -> bool {
        index < self.base.0 || self.prefix_at(index) == Some(prefix)
    }

    /// Appends an entry, and computes its hash here: a hash that came over the network would prove nothing.
    pub fn push(&mut self, mut entry: Entry) {
        entry.prefix = stable_hash(&(self.last_prefix, entry.term, &entry.payload, &entry.request));
        (self.last_term, self.last_prefix) = (entry.term, entry.prefix);
        if let Payload::Members(members) = &entry.payload {
            let (index, before) = (self.last_index() + 1, self.configuration_entry.take());
            self.configuration_entry = Some(Rc::new(ConfigurationEntry { index, members: **members, before }));
        }
        self.entries.push(entry);
    }

    /// Cuts off everything behind an index. What is in the snapshot stays.
    pub fn truncate(&mut self, index: u64) {
        self.entries.truncate(index.saturating_sub(self.base.0) as usize);
        let last = self.entries.last();
        (self.last_term, self.last_prefix) =
            last.map_or((self.base.1, self.base.2), |entry| (entry.term, entry.prefix));
        while let Some(latest) = self.configuration_entry.as_ref().filter(|latest| latest.index > index) {
            self.configuration_entry = latest.before.clone();
        }
    }

    /// Cuts off everything up to and with a snapshot's last entry. What follows stays where that entry is in the log;
    /// else nothing of the log does (§7, Figure 13, steps 6 and 7).
    pub fn begin_behind(&mut self, snapshot: &Snapshot) {
        let (index, term) = (snapshot.index, snapshot.term);
        let mut entries = kernel::PersistentVec::new();
        if self.term_at(index) == Some(term) {
            let rest = self.entries.from((index - self.base.0) as usize);
            rest.for_each(|entry| entries.push(entry.clone()));
        } else {
            (self.last_term, self.last_prefix) = (term, snapshot.prefix);
            self.configuration_entry = snapshot.configuration_entry.clone();
        }
        (self.base, self.entries) = ((index, term, snapshot.prefix), entries);
    }

    /// The first index whose term is at least `term`, one behind the end where there is none. Terms never fall along a
    /// log, so halving finds it.
    pub fn first_from_term(&self, term: u64) -> u64 {
        let (mut lo, mut hi) = (self.base.0 + 1, self.last_index() + 1);
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

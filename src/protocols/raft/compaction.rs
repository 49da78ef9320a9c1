//! Log compaction (§7): each server takes snapshots by itself, and sends them to those that are too far behind.

use std::rc::Rc;

use crate::kernel::NodeId;

use super::message::Message;
use super::rules::Rule;
use super::snapshot::Snapshot;
use super::state::{Server, State};

impl State {
    /// Goes on from a snapshot: the state machine is what it was there.
    pub(super) fn load(&mut self, snapshot: &Snapshot) {
        (self.commit, self.applied) = (snapshot.index, snapshot.index);
        (self.store, self.sessions) = (snapshot.store.clone(), snapshot.sessions.clone());
    }
}

impl Server<'_> {
    /// Each server compacts its log by itself, once enough has been applied since its last snapshot (§7).
    pub(super) fn compact(&mut self) {
        let (every, index) = (self.config.snapshot_every, self.state.applied);
        let log = &self.disk.log;
        if every == 0 || index < log.base() + every {
            return;
        }
        let (Some(term), Some(prefix)) = (log.term_at(index), log.prefix_at(index)) else { return };
        let mut configuration_entry = log.configuration_entry().cloned();
        while let Some(latest) = configuration_entry.as_ref().filter(|latest| latest.index > index) {
            configuration_entry = latest.before.clone();
        }
        self.out.rule(Rule::TakeSnapshot { index, term });
        let (store, sessions) = (self.state.store.clone(), self.state.sessions.clone());
        let snapshot = Rc::new(Snapshot { index, term, prefix, store, sessions, configuration_entry });
        self.disk.log.begin_behind(&snapshot);
        self.disk.snapshot = Some(snapshot);
        self.out.persist(self.disk);
    }

    /// The leader has deleted what this server needs next: it sends its snapshot instead (§7).
    pub(super) fn send_snapshot(&mut self, to: NodeId, round: u64) {
        let Some(snapshot) = self.disk.snapshot.clone() else { return };
        self.out.rule(Rule::SendSnapshot { to, index: snapshot.index });
        self.out.send(to, Message::InstallSnapshot { term: self.disk.term, snapshot, round });
    }

    /// InstallSnapshot RPC, receiver implementation (§7, Figure 13). The snapshot comes whole, in one message.
    pub(super) fn install_snapshot(&mut self, from: NodeId, term: u64, snapshot: Rc<Snapshot>, round: u64) {
        let now = self.disk.term;
        if term < now {
            self.out.rule(Rule::RefuseOldLeader { from, term, now });
            return self.out.send(from, Message::Installed { term: now, index: 0, round });
        }
        if !self.hear_leader(from, term) {
            return;
        }
        let index = snapshot.index;
        if index <= self.state.commit {
            self.out.rule(Rule::KnowSnapshot { index });
        } else {
            self.out.rule(Rule::InstallSnapshot { from, index, term: snapshot.term });
            self.disk.log.begin_behind(&snapshot);
            self.state.load(&snapshot);
            self.disk.snapshot = Some(snapshot);
            self.out.persist(self.disk);
        }
        self.out.send(from, Message::Installed { term, index, round });
    }
}

//! raft-rs, driven by hand as its documentation says: storage in memory, messages handed over by calls.

use std::collections::VecDeque;

use raft::eraftpb::{ConfState, Entry, EntryType, Message};
use raft::storage::MemStorage;
use raft::{Config, RawNode, StateRole};

use crate::{Contender, SERVERS};

/// Three servers and the messages between them.
pub struct Cluster {
    nodes: Vec<RawNode<MemStorage>>,
    mail: VecDeque<Message>,
    batch: usize,
    proposed: u64,
    /// How many entries with contents each server was told to apply.
    applied: Vec<usize>,
}

impl Cluster {
    /// A cluster whose first server leads. `tell`: whether the leader tells its followers of each commit at once, which
    /// is how raft-rs comes; ours tells them with the next AppendEntries.
    pub fn new(batch: usize, tell: bool) -> Self {
        let logger = slog::Logger::root(slog::Discard, slog::o!());
        let voters: Vec<u64> = (1..=SERVERS as u64).collect();
        let node = |&id: &u64| {
            let storage = MemStorage::new_with_conf_state(ConfState::from((voters.clone(), vec![])));
            let config = Config {
                id,
                max_size_per_msg: 1 << 20,
                batch_append: batch > 1,
                skip_bcast_commit: !tell,
                ..Config::default()
            };
            RawNode::new(&config, storage, &logger).expect("the configuration is sound")
        };
        let nodes = voters.iter().map(node).collect();
        let mut cluster = Cluster { nodes, mail: VecDeque::new(), batch, proposed: 0, applied: vec![0; SERVERS] };
        cluster.nodes[0].campaign().expect("a server may stand");
        cluster.settle();
        assert_eq!(cluster.nodes[0].raft.state, StateRole::Leader);
        cluster
    }

    /// Delivers messages until there are none.
    fn settle(&mut self) {
        (0..SERVERS).for_each(|place| self.see_to(place));
        while let Some(message) = self.mail.pop_front() {
            let place = message.to as usize - 1;
            self.nodes[place].step(message).expect("a member's message is taken");
            self.see_to(place);
        }
    }

    /// What a server has ready is written, sent and applied.
    fn see_to(&mut self, place: usize) {
        let node = &mut self.nodes[place];
        if !node.has_ready() {
            return;
        }
        let mut ready = node.ready();
        self.mail.extend(ready.take_messages());
        let mut applied = filled(&ready.take_committed_entries());
        let store = node.raft.raft_log.store.clone();
        if !ready.entries().is_empty() {
            store.wl().append(ready.entries()).expect("the log has no gap");
        }
        if let Some(hard_state) = ready.hs() {
            store.wl().set_hardstate(hard_state.clone());
        }
        self.mail.extend(ready.take_persisted_messages());
        let mut rest = node.advance(ready);
        if let Some(commit) = rest.commit_index() {
            store.wl().mut_hard_state().set_commit(commit);
        }
        self.mail.extend(rest.take_messages());
        applied += filled(&rest.take_committed_entries());
        node.advance_apply();
        self.applied[place] += applied;
    }
}

/// How many entries carry a command.
fn filled(entries: &[Entry]) -> usize {
    entries.iter().filter(|entry| entry.get_entry_type() == EntryType::EntryNormal && !entry.data.is_empty()).count()
}

impl Contender for Cluster {
    fn replicate(&mut self, entries: usize) -> usize {
        let before = self.applied[0];
        while self.applied[0] - before < entries {
            for _ in 0..self.batch {
                self.proposed += 1;
                let command = format!("put k{} {}", self.proposed % 5 + 1, self.proposed);
                self.nodes[0].propose(Vec::new(), command.into_bytes()).expect("a leader takes proposals");
            }
            self.settle();
        }
        let least = self.applied.iter().min().copied().unwrap_or_default();
        assert!(self.applied[0] - least <= self.batch, "the followers apply, too: {:?}", self.applied);
        self.applied[0] - before
    }
}

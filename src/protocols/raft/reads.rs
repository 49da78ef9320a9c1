//! Reads that leave the log alone (thesis §6.4): by ReadIndex, with a round of heartbeats, and by lease, with clocks.

use crate::kernel::{Choice, NodeId, RequestId};
use crate::services::kv::{self, Word};

use super::rules::Rule;
use super::state::{Read, Role, Server};

/// How `get` is answered.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reads {
    /// As an entry of the log.
    Log,
    /// From the leader's store, once a round of heartbeats has shown that it leads still.
    ReadIndex,
    /// From the leader's store at once, as long as its lease lasts.
    Lease,
}

impl Server<'_> {
    /// A leader is asked to read.
    pub(super) fn read(&mut self, id: RequestId, key: &Word) {
        if self.config.read_without_round {
            self.out.rule(Rule::ReadUnconfirmed { id });
            return self.answer_read(id, key);
        }
        if !self.config.read_without_own_entry {
            self.need_own_entry();
        }
        if self.config.reads == Reads::Lease && self.may_read() && self.has_lease() {
            self.out.rule(Rule::ReadByLease { id, index: self.state.applied });
            return self.answer_read(id, key);
        }
        let Role::Leader(lead) = &mut self.state.role else { return };
        if lead.reads.iter().any(|read| read.id == id) {
            return;
        }
        lead.reads.push(Read { id, key: key.clone(), index: 0, round: 0 });
        self.serve_reads();
    }

    fn answer_read(&mut self, id: RequestId, key: &Word) {
        let value = self.state.store.apply(&kv::Command::Get(key.clone()));
        self.done(id, value);
    }

    /// An entry of its own term is committed: so it knows all that was committed before it led (etcd issue 7331).
    fn may_read(&self) -> bool {
        self.own_term_committed() || self.config.read_without_own_entry
    }

    /// Answers the reads whose round is confirmed, and begins a round for those that came meanwhile.
    pub(super) fn serve_reads(&mut self) {
        if self.config.reads == Reads::Log {
            return;
        }
        let confirmed = self.confirmed_round();
        let Role::Leader(lead) = &mut self.state.role else { return };
        let all = std::mem::take(&mut lead.reads);
        let is_ready = |read: &Read| read.round != 0 && read.round <= confirmed;
        lead.reads = all.iter().filter(|read| !is_ready(read)).cloned().collect();
        let (next, waits) = (lead.reads.iter().all(|read| read.round == 0), !lead.reads.is_empty());
        for Read { id, key, index, .. } in all.iter().filter(|read| is_ready(read)) {
            self.out.rule(Rule::ReadByIndex { id: *id, index: *index });
            self.answer_read(*id, key);
        }
        if waits && next && self.may_read() {
            self.broadcast_heartbeat();
            if self.confirmed_round() > confirmed {
                self.serve_reads(); // Alone, it needs nobody's answer.
            }
        }
    }

    /// A new round of heartbeats begins: reads that wait for one belong to it (thesis §6.4, step 3).
    pub(super) fn begin_round(&mut self) {
        let (commit, ready) = (self.state.commit, self.may_read());
        let Role::Leader(lead) = &mut self.state.role else { return };
        lead.round += 1;
        let round = lead.round;
        lead.peers[self.me.index()].round = round;
        let mut batch = 0;
        for read in lead.reads.iter_mut().filter(|read| read.round == 0 && ready) {
            (read.round, read.index) = (round, commit);
            batch += 1;
        }
        if batch > 0 {
            self.out.rule(Rule::BeginReads { batch, index: commit, round });
        }
        if self.config.reads == Reads::Lease {
            self.out.set_timer(super::Timer::Lease(round), self.config.lease);
        }
    }

    /// The latest round that a majority has answered: the leader was the leader when it began.
    pub(super) fn confirmed_round(&self) -> u64 {
        let Role::Leader(lead) = &self.state.role else { return 0 };
        if self.config.any_answer_confirms {
            let heard = lead.heard.with(self.me);
            return if self.members().count(self.config, |node| heard.has(node)).is_quorum() { lead.round } else { 0 };
        }
        self.members().reached(self.config, |node| lead.peers[node.index()].round)
    }

    /// Whether a majority answered a round that began less than a lease ago.
    pub(super) fn has_lease(&self) -> bool {
        matches!(&self.state.role, Role::Leader(lead) if !lead.told && self.confirmed_round() > lead.expired)
    }

    /// By its own clock, a round is too long ago to count on.
    pub(super) fn end_lease(&mut self, round: u64) {
        if let Role::Leader(lead) = &mut self.state.role {
            lead.expired = lead.expired.max(round);
        }
    }

    /// Notes that a server has answered a round.
    pub(super) fn note_round(&mut self, from: NodeId, round: u64) {
        let Role::Leader(lead) = &mut self.state.role else { return };
        lead.heard = lead.heard.with(from);
        let round = round.min(lead.round);
        let peer = &mut lead.peers[from.index()];
        peer.round = peer.round.max(round);
    }
}

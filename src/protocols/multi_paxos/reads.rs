//! Reads that take no slot (Paxos Made Moderately Complex, §4.5): a leader answers from its store once it knows that nobody has
//! led since. It asks a quorum, or relies on a lease, and with that on clocks.

use super::message::Message;
use super::replica::{Leading, Part, Read, Turn};
use super::rules::Rule;
use super::{Config, Reads, Timer};
use crate::kernel::descriptor::quorum::reached_by;
use crate::kernel::prelude::*;
use crate::services::kv::Command;

impl Leading {
    /// The last round that a quorum of phase 2 has answered: every quorum of phase 1 shares an acceptor with it, so no higher
    /// ballot was adopted when that round began.
    pub fn confirmed(&self, config: &Config) -> u64 {
        reached_by(config.phase_2_quorum, &mut self.heard.clone())
    }

    /// Whether such a round began less than a lease ago.
    pub fn has_lease(&self, config: &Config) -> bool {
        self.confirmed(config) > self.expired
    }
}

impl Turn<'_> {
    /// The leader is asked to read.
    pub(super) fn read(&mut self, id: RequestId, command: &Command) {
        let (config, executed) = (self.config, self.state.executed);
        let Part::Leading(lead) = &mut self.state.part else { return };
        if lead.reads.iter().any(|read| read.id == id) {
            return;
        }
        if config.reads == Reads::Lease && lead.has_lease(config) && executed >= lead.found {
            self.rule(Rule::ReadByLease { id });
            return self.answer_read(id, command);
        }
        lead.reads.push(Read { id, command: command.clone(), round: lead.round + 1 });
        self.rule(Rule::AskStillLeads);
        self.begin_reads();
    }

    /// A round for all reads that wait for one, unless one is under way for others: those that come meanwhile share the next.
    fn begin_reads(&mut self) {
        let Part::Leading(lead) = &self.state.part else { return };
        if !lead.reads.is_empty() && lead.reads.iter().all(|read| read.round > lead.round) {
            self.beat();
        }
    }

    /// Answers what waits for nothing more: its round is confirmed, and all is executed that was chosen before this leader led.
    pub(super) fn serve_reads(&mut self) {
        let (config, executed) = (self.config, self.state.executed);
        let Part::Leading(lead) = &mut self.state.part else { return };
        if executed < lead.found || lead.reads.is_empty() {
            return;
        }
        let confirmed = lead.confirmed(config);
        let (ready, waiting) = std::mem::take(&mut lead.reads).into_iter().partition(|read| read.round <= confirmed);
        lead.reads = waiting;
        for Read { id, command, .. } in ready {
            self.rule(Rule::ReadByQuorum { id });
            self.answer_read(id, &command);
        }
        self.begin_reads();
    }

    /// From the store as it is.
    pub(super) fn answer_read(&mut self, id: RequestId, command: &Command) {
        let outcome = self.state.store.apply(command);
        self.state.requests.remove(&id.client);
        self.send(id.client, Message::Reply { id, outcome });
    }

    /// For a while it helps nobody else to lead.
    pub(super) fn grant_lease(&mut self) {
        if self.config.reads == Reads::Lease {
            self.state.granted = true;
            self.set_timer(Timer::Grant, self.config.lease);
        }
    }

    /// A leader may rely on what is granted from now on for as long.
    pub(super) fn begin_lease(&mut self, round: u64) {
        if self.config.reads == Reads::Lease {
            self.set_timer(Timer::Lease(round), self.config.lease);
        }
    }

    /// By its own clock, a round is too long ago to count on.
    pub(super) fn end_lease(&mut self, round: u64) {
        if let Part::Leading(lead) = &mut self.state.part {
            lead.expired = lead.expired.max(round);
        }
    }
}

//! The acceptor (Paxos Made Simple, §2.2): its promise and its vote are on disk before anybody hears of them.

use super::Learners;
use super::message::{Ballot, Message, Value, Vote};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::prelude::*;

impl Turn<'_> {
    /// Phase 1b: promise a ballot that is higher than any before (P1b).
    pub(super) fn on_prepare(&mut self, from: NodeId, ballot: Ballot) {
        self.state.highest = self.state.highest.max(ballot.round);
        if let Some(promised) = self.disk.promised.filter(|&promised| self.refuses_to_promise(ballot, promised)) {
            self.rule(Rule::RefusePrepare { ballot, promised });
            return self.tell(from, Message::Nack { ballot, promised });
        }
        self.disk.promise(ballot);
        if !self.config.promise_not_durable {
            self.persist();
        }
        self.rule(Rule::Promise { ballot });
        self.tell(from, Message::Promise { ballot, accepted: self.disk.vote });
    }

    /// Without proposers in ballots' numbers, the bug promises an equal one again.
    fn refuses_to_promise(&self, ballot: Ballot, promised: Ballot) -> bool {
        if self.config.no_id { ballot < promised } else { ballot <= promised }
    }

    /// Phase 2b: accept, unless a higher ballot was promised (P1a).
    pub(super) fn on_accept(&mut self, from: NodeId, ballot: Ballot, value: Value) {
        self.state.highest = self.state.highest.max(ballot.round);
        let higher = self.disk.promised.filter(|&promised| ballot < promised && !self.config.accept_unchecked);
        if let Some(promised) = higher {
            self.rule(Rule::RefuseAccept { ballot, promised });
            return self.tell(from, Message::Nack { ballot, promised });
        }
        if !self.config.accept_keeps_promise {
            self.disk.promised = self.disk.promised.max(Some(ballot));
        }
        self.disk.accept(Vote { ballot, value });
        if !self.config.accepted_not_durable {
            self.persist();
        }
        self.rule(Rule::Accept { ballot, value });
        let accepted = Message::Accepted { ballot, value };
        match self.config.learners {
            Learners::Proposer => self.tell(from, accepted),
            Learners::All => self.tell_all(accepted),
        }
    }
}

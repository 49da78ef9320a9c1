//! The acceptor (Paxos Made Simple, §2.2): its promise and its vote are on disk before anybody hears of them.

use super::Learners;
use super::message::{Ballot, Message, Value, Vote};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::prelude::*;
use crate::protocols::ballot::{refuses_to_accept, refuses_to_promise};

impl Turn<'_> {
    /// Phase 1b: promise a ballot that is higher than any before (P1b).
    pub(super) fn on_prepare(&mut self, from: NodeId, ballot: Ballot) {
        self.state.highest = self.state.highest.max(ballot.round);
        if let Some(promised) = self.refuses_to_promise(ballot) {
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
    fn refuses_to_promise(&self, ballot: Ballot) -> Option<Ballot> {
        let refuses = if self.config.no_id { refuses_to_accept } else { refuses_to_promise };
        refuses(self.disk.promised, ballot)
    }

    /// Phase 2b: accept, unless a higher ballot was promised (P1a).
    pub(super) fn on_accept(&mut self, from: NodeId, ballot: Ballot, value: Value) {
        self.state.highest = self.state.highest.max(ballot.round);
        let higher = refuses_to_accept(self.disk.promised, ballot);
        if let Some(promised) = higher.filter(|_| !self.config.accept_unchecked) {
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

//! The acceptor (Paxos Made Moderately Complex, §2.3): one promise for all slots, and a vote in each. Both are on disk before
//! anybody hears of them.

use super::Reads;
use super::message::{Entry, Message, Pvalue, Pvalues};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::prelude::*;
use crate::protocols::ballot::Ballot;

impl Turn<'_> {
    /// Phase 1b: promise a ballot, for all slots at once, and tell what was accepted.
    pub(super) fn on_prepare(&mut self, from: NodeId, ballot: Ballot, slot: u64) {
        self.state.highest = self.state.highest.max(ballot.round);
        if let Some(promised) = self.disk.promised.filter(|&promised| ballot < promised) {
            self.rule(Rule::RefusePrepare { ballot, promised });
            return self.tell(from, Message::Nack { ballot, promised });
        }
        if self.owes_lease(ballot) {
            return self.rule(Rule::KeepLease { ballot });
        }
        self.promise(ballot);
        let accepted: Vec<_> = self.disk.accepted.from(&slot).map(|(_, pvalue)| pvalue.clone()).collect();
        self.rule(Rule::Promise { ballot, slot, accepted: accepted.len() as u64 });
        if from != self.me {
            self.preempted_by(ballot);
            self.await_leader();
        }
        self.tell(from, Message::Promise { ballot, accepted: Pvalues::new(accepted) });
    }

    /// It takes part in no lower ballot any more.
    pub(super) fn promise(&mut self, ballot: Ballot) {
        if self.disk.promised < Some(ballot) {
            self.disk.promised = Some(ballot);
            self.persist();
        }
    }

    /// Whether it has told another leader that it would help nobody else to lead for a while.
    fn owes_lease(&self, ballot: Ballot) -> bool {
        let leader = self.state.leader.map(|leader| leader.proposer);
        self.config.reads == Reads::Lease && self.state.granted && leader != Some(ballot.proposer)
    }

    /// What it has promised for this slot. The bug has promised nothing for slots that it knew nothing of.
    fn promised_for(&self, slot: u64) -> Option<Ballot> {
        let known = self.disk.accepted.get(&slot);
        if self.config.promise_per_slot { known.map(|pvalue| pvalue.ballot) } else { self.disk.promised }
    }

    /// Phase 2b: accept, unless a higher ballot was promised.
    pub(super) fn on_accept(&mut self, from: NodeId, ballot: Ballot, slot: u64, entry: &Entry) {
        self.state.highest = self.state.highest.max(ballot.round);
        if let Some(promised) = self.promised_for(slot).filter(|&promised| ballot < promised) {
            self.rule(Rule::RefuseAccept { ballot, slot, promised });
            return self.tell(from, Message::Nack { ballot, promised });
        }
        let forgets = self.disk.promised.filter(|&promised| ballot < promised);
        self.disk.promised = self.disk.promised.max(Some(ballot));
        self.disk.accepted.insert(slot, Pvalue { ballot, slot, entry: entry.clone() });
        self.disk.past.0.push(slot);
        self.persist();
        let what = entry.label();
        self.rule(match forgets {
            Some(promised) => Rule::AcceptDespite { ballot, slot, what, promised },
            None => Rule::Accept { ballot, slot, what },
        });
        self.hear(ballot);
        self.tell(from, Message::Accepted { ballot, slot });
    }
}

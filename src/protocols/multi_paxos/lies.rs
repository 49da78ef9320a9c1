//! What a Byzantine replica can claim: Multi-Paxos trusts everybody, in every slot.

use super::MultiPaxos;
use super::message::{Entry, Message, Pvalue, Pvalues};
use crate::kernel::{self, prelude::*};
use crate::protocols::ballot::Ballot;

/// What a Byzantine replica can claim.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Promises, and conceals what it has accepted.
    #[lie(Omit)]
    ConcealAccepted,
    /// Promises, and says that it has accepted a no-op where it has accepted something else.
    #[lie(Contradict)]
    OtherAccepted,
    /// Says that it has promised a ballot that nobody can reach.
    #[lie(Contradict)]
    TopBallot,
    /// Promises instead of refusing.
    #[lie(Grant)]
    PromiseAll,
    /// Proposes a no-op instead, in the same ballot.
    #[lie(Contradict)]
    OtherEntry,
    /// Says that it has accepted what it was not asked to, in the next slot.
    #[lie(Invent)]
    AcceptedUnseen,
    /// Says that a no-op is chosen.
    #[lie(Invent)]
    OtherDecision,
}

/// The same slots, with nothing in them, as if accepted in this ballot.
fn emptied(of: &Pvalues, ballot: Ballot) -> Pvalues {
    Pvalues::new(of.iter().map(|&Pvalue { slot, .. }| Pvalue { ballot, slot, entry: Entry::NoOp }).collect())
}

impl kernel::Lie for MultiPaxos {
    type Lie = Lie;

    fn lies(liar: Glance<'_, Self>, _: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        let top = Ballot { round: u32::MAX / 2_000, proposer: liar.me };
        match message {
            &Message::Promise { ballot, ref accepted } => {
                if accepted.iter().next().is_some() {
                    lies.add(Lie::ConcealAccepted, Message::Promise { ballot, accepted: Pvalues::default() });
                    let accepted = emptied(accepted, ballot);
                    lies.add(Lie::OtherAccepted, Message::Promise { ballot, accepted });
                }
                lies.add(Lie::TopBallot, Message::Nack { ballot, promised: top });
            }
            &Message::Nack { ballot, .. } => {
                lies.add(Lie::PromiseAll, Message::Promise { ballot, accepted: Pvalues::default() });
                lies.add(Lie::TopBallot, Message::Nack { ballot, promised: top });
            }
            &Message::Accept { ballot, slot, .. } => {
                lies.add(Lie::OtherEntry, Message::Accept { ballot, slot, entry: Entry::NoOp });
            }
            &Message::Accepted { ballot, slot } => {
                lies.add(Lie::AcceptedUnseen, Message::Accepted { ballot, slot: slot + 1 });
            }
            &Message::Decided { ballot, ref decided } => {
                lies.add(Lie::OtherDecision, Message::Decided { ballot, decided: emptied(decided, ballot) });
            }
            Message::Request { .. } | Message::Prepare { .. } | Message::Heartbeat { .. } => {}
            Message::Alive { .. } | Message::Reply { .. } => {}
        }
    }
}

//! What a Byzantine replica can claim: Paxos trusts everybody.

use super::Paxos;
use super::message::{Ballot, Message, Value, Vote};
use crate::kernel::{self, prelude::*};

/// What a Byzantine replica can claim.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Promises, and conceals what it has accepted.
    #[lie(Omit)]
    ConcealVote,
    /// Promises, and invents a vote for a value that nobody proposed.
    #[lie(Invent)]
    InventVote,
    /// Says that it has promised a ballot that nobody can reach.
    #[lie(Contradict)]
    TopBallot,
    /// Promises instead of refusing.
    #[lie(Grant)]
    PromiseAll,
    /// Proposes another value in the same ballot.
    #[lie(Contradict)]
    OtherValue,
    /// Says that another value is chosen.
    #[lie(Invent)]
    OtherDecision,
}

/// The word of a liar.
fn forged() -> Value {
    Value::try_from("forged".to_string()).unwrap_or_else(|_| unreachable!("it is short"))
}

impl kernel::Lie for Paxos {
    type Lie = Lie;

    fn lies(liar: Glance<'_, Self>, _: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        let top = Ballot { round: u32::MAX / 2_000, proposer: liar.me };
        match *message {
            Message::Promise { ballot, accepted } => {
                if accepted.is_some() {
                    lies.add(Lie::ConcealVote, Message::Promise { ballot, accepted: None });
                }
                let invented = Vote { ballot, value: forged() };
                lies.add(Lie::InventVote, Message::Promise { ballot, accepted: Some(invented) });
                lies.add(Lie::TopBallot, Message::Nack { ballot, promised: top });
            }
            Message::Nack { ballot, .. } => {
                lies.add(Lie::PromiseAll, Message::Promise { ballot, accepted: None });
                lies.add(Lie::TopBallot, Message::Nack { ballot, promised: top });
            }
            Message::Accept { ballot, .. } => lies.add(Lie::OtherValue, Message::Accept { ballot, value: forged() }),
            Message::Decided { .. } => lies.add(Lie::OtherDecision, Message::Decided { value: forged() }),
            Message::Request { .. } | Message::Prepare { .. } | Message::Accepted { .. } | Message::Reply { .. } => {}
        }
    }
}

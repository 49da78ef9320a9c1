//! What a Byzantine replica can claim: Paxos Commit trusts everybody, like two-phase commit.

use super::PaxosCommit;
use super::message::{Decision, Message, Votes};
use crate::kernel::{self, prelude::*};

/// What a Byzantine replica can claim.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Votes prepared instead of aborted, and aborted instead of prepared; each acceptor keeps what it hears first.
    #[lie(Contradict)]
    OtherVote,
    /// Promises, and conceals what it has accepted.
    #[lie(Omit)]
    ConcealVotes,
    /// Promises instead of refusing.
    #[lie(Grant)]
    PromiseAll,
    /// Instead of asking for promises, claims that commit was decided.
    #[lie(Invent)]
    ClaimOutcome,
    /// Says that the opposite was decided.
    #[lie(Contradict)]
    OtherOutcome,
    /// Tells the client the opposite of the decision.
    #[lie(Contradict)]
    OtherReply,
}

impl kernel::Lie for PaxosCommit {
    type Lie = Lie;

    fn lies(_: Glance<'_, Self>, _: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        match *message {
            Message::Vote { ref what, prepared } => {
                lies.add(Lie::OtherVote, Message::Vote { what: what.clone(), prepared: !prepared });
            }
            Message::Promise { ref what, ballot, .. } => {
                let votes = Votes::new([]);
                lies.add(Lie::ConcealVotes, Message::Promise { what: what.clone(), ballot, votes });
            }
            Message::Nack { ref what, ballot, .. } => {
                let votes = Votes::new([]);
                lies.add(Lie::PromiseAll, Message::Promise { what: what.clone(), ballot, votes });
            }
            Message::TakeOver { ref what, .. } => {
                let decision = Decision::Commit;
                lies.add(Lie::ClaimOutcome, Message::Outcome { what: what.clone(), decision });
            }
            Message::Outcome { ref what, decision } => {
                let other = Message::Outcome { what: what.clone(), decision: decision.opposite() };
                lies.add(Lie::OtherOutcome, other);
            }
            Message::Reply { request, decision } => {
                lies.add(Lie::OtherReply, Message::Reply { request, decision: decision.opposite() });
            }
            _ => {}
        }
    }
}

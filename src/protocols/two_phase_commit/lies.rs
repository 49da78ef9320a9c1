//! What a Byzantine replica can claim: no signature stands in its way.

use super::TwoPhaseCommit;
use super::message::{Decision, Message};
use crate::kernel::{self, prelude::*};

/// What a Byzantine replica can claim: two-phase commit trusts everybody.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Votes yes instead of no, and no instead of yes.
    #[lie(Contradict)]
    OtherVote,
    /// Says abort when commit was decided, and commit when abort was decided.
    #[lie(Contradict)]
    OtherOutcome,
    /// Votes yes although it can't carry out the transaction.
    #[lie(Grant)]
    VoteYes,
    /// Says commit when abort was decided.
    #[lie(Grant)]
    CommitAll,
    /// Says abort, as if there were no commit in its log.
    #[lie(Omit)]
    NoRecord,
    /// Instead of asking, claims that commit was decided.
    #[lie(Invent)]
    ClaimDecision,
    /// Tells the client the opposite of the decision.
    #[lie(Contradict)]
    OtherReply,
}

impl kernel::Lie for TwoPhaseCommit {
    type Lie = Lie;

    fn lies(_: Glance<'_, Self>, _: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        match *message {
            Message::Vote { number, yes } => {
                lies.add(Lie::OtherVote, Message::Vote { number, yes: !yes });
                if !yes {
                    lies.add(Lie::VoteYes, Message::Vote { number, yes: true });
                }
            }
            Message::Outcome { number, ref what, decision } => {
                let other = || Message::Outcome { number, what: what.clone(), decision: decision.opposite() };
                lies.add(Lie::OtherOutcome, other());
                lies.add(if decision == Decision::Abort { Lie::CommitAll } else { Lie::NoRecord }, other());
            }
            Message::DecisionRequest { number, ref what } => {
                let commit = Message::Outcome { number, what: what.clone(), decision: Decision::Commit };
                lies.add(Lie::ClaimDecision, commit);
            }
            Message::Reply { request, decision } => {
                lies.add(Lie::OtherReply, Message::Reply { request, decision: decision.opposite() });
            }
            _ => {}
        }
    }
}

//! What a Byzantine replica can claim: EPaxos trusts everybody.

use super::EPaxos;
use super::message::{Deps, Entry, Instance, Message, Value};
use crate::kernel::{self, prelude::*};
use crate::protocols::ballot::Ballot;

/// What a Byzantine replica can claim.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Notes a command, and conceals what it conflicts with.
    #[lie(Omit)]
    ConcealDeps,
    /// Notes a command, and says that it depends on an instance that nobody has begun.
    #[lie(Invent)]
    InventDeps,
    /// Proposes a no-op to some, in the same instance and ballot.
    #[lie(Contradict)]
    OtherCommand,
    /// Says that an instance is committed with no dependencies.
    #[lie(Contradict)]
    OtherCommit,
    /// Joins a ballot, and conceals what it has taken.
    #[lie(Omit)]
    ConcealTaken,
    /// Joins a ballot instead of refusing it, and conceals what it has taken.
    #[lie(Grant)]
    JoinAll,
    /// Says that it has joined a ballot that nobody can reach.
    #[lie(Contradict)]
    TopBallot,
    /// Says that a command is committed that it has only just proposed.
    #[lie(Invent)]
    ClaimCommit,
}

impl kernel::Lie for EPaxos {
    type Lie = Lie;

    fn lies(liar: Glance<'_, Self>, _: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        let nothing = || Value { entry: Entry::NoOp, seq: 0, deps: Deps::default() };
        match *message {
            Message::PreAcceptOk { instance, ballot, seq, ref deps } => {
                let conceals = Message::PreAcceptOk { instance, ballot, seq: 1, deps: Deps::default() };
                lies.add(Lie::ConcealDeps, conceals);
                let none = Instance { leader: liar.me, number: 1_000 };
                let deps = deps.union(&Deps::new(vec![none]));
                lies.add(Lie::InventDeps, Message::PreAcceptOk { instance, ballot, seq, deps });
            }
            Message::PreAccept { instance, ballot, ref value } => {
                lies.add(Lie::OtherCommand, Message::PreAccept { instance, ballot, value: nothing() });
                lies.add(Lie::ClaimCommit, Message::Commit { instance, ballot, value: value.clone() });
            }
            Message::Accept { instance, ballot, .. } => {
                lies.add(Lie::OtherCommand, Message::Accept { instance, ballot, value: nothing() });
            }
            Message::Commit { instance, ballot, ref value } => {
                let value = Value { seq: 1, deps: Deps::default(), ..value.clone() };
                lies.add(Lie::OtherCommit, Message::Commit { instance, ballot, value });
            }
            Message::PrepareOk { instance, ballot, .. } => {
                lies.add(Lie::ConcealTaken, Message::PrepareOk { instance, ballot, taken: None });
            }
            Message::Nack { instance, ballot, .. } => {
                lies.add(Lie::JoinAll, Message::PrepareOk { instance, ballot, taken: None });
                let top = Ballot { round: u32::MAX / 2_000, proposer: liar.me };
                lies.add(Lie::TopBallot, Message::Nack { instance, ballot, joined: top });
            }
            _ => {}
        }
    }
}

//! What a Byzantine replica can claim. Nothing is signed, so that each receiver can be told another story.

use super::BenOr;
use super::message::Message;
use crate::kernel::{self, prelude::*};

/// What a Byzantine replica can claim.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Reports the other value.
    #[lie(Contradict)]
    OtherReport,
    /// Proposes the other value.
    #[lie(Contradict)]
    OtherProposal,
    /// Proposes ?, although enough reports agree.
    #[lie(Omit)]
    HideMajority,
    /// Proposes the receiver's input, as if enough reports agreed on it.
    #[lie(Invent)]
    ClaimMajority,
    /// Reports the receiver's input.
    #[lie(Grant)]
    AgreeWithAll,
}

impl kernel::Lie for BenOr {
    type Lie = Lie;

    fn lies(replica: Glance<'_, Self>, _: Signer, to: NodeId, message: &Message, lies: &mut Lies<Self>) {
        let Some(&wish) = replica.config.inputs.get(to.index()).filter(|_| !to.is_client()) else { return };
        match *message {
            Message::Report { round, value } => {
                lies.add(Lie::OtherReport, Message::Report { round, value: 1 - value });
                lies.add(Lie::AgreeWithAll, Message::Report { round, value: wish });
            }
            Message::Proposal { round, value: Some(value) } => {
                lies.add(Lie::OtherProposal, Message::Proposal { round, value: Some(1 - value) });
                lies.add(Lie::HideMajority, Message::Proposal { round, value: None });
            }
            Message::Proposal { round, value: None } => {
                lies.add(Lie::ClaimMajority, Message::Proposal { round, value: Some(wish) });
            }
            _ => {}
        }
    }
}

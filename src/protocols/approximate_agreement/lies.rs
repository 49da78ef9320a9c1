//! What a Byzantine replica can claim. Nothing is signed, so that each receiver can be told another value.

use super::ApproximateAgreement;
use super::message::Message;
use super::point::{Point, RANGE, UNIT};
use crate::kernel::{self, prelude::*};

/// What a Byzantine replica can claim.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Mirrors its value: what is low is said to be high.
    #[lie(Contradict)]
    Mirrored,
    /// Tells the lowest value there can be.
    #[lie(Invent)]
    FarDown,
    /// Tells the highest value there can be.
    #[lie(Invent)]
    FarUp,
    /// Confirms each receiver in where it stands, so that nobody moves: tells it an extreme on its own side.
    #[lie(Grant)]
    PushApart,
    /// Goes on telling the value with which it started.
    #[lie(Omit)]
    NeverMoves,
}

impl kernel::Lie for ApproximateAgreement {
    type Lie = Lie;

    fn lies(liar: Glance<'_, Self>, _: Signer, to: NodeId, message: &Message, lies: &mut Lies<Self>) {
        let Message::Value { round, value } = *message else { return };
        let (inputs, start) = (&liar.config.inputs, liar.config.inputs[liar.me.index()]);
        let Some(&theirs) = inputs.get(to.index()).filter(|_| !to.is_client()) else { return };
        let mut tell = |lie, value: Point| lies.add(lie, Message::Value { round, value });
        tell(Lie::Mirrored, value.map(|at| RANGE * UNIT - at));
        tell(Lie::FarDown, value.map(|_| 0));
        tell(Lie::FarUp, value.map(|_| RANGE * UNIT));
        tell(Lie::PushApart, theirs.map(|at| if at < RANGE * UNIT / 2 { 0 } else { RANGE * UNIT }));
        if value != start {
            tell(Lie::NeverMoves, start);
        }
    }
}

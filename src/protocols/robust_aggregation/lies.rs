//! What a Byzantine replica can claim. Of a worker, nobody sees its data, so nobody can say that a gradient is not what they give.

use super::attack::Attack;
use super::message::Message;
use super::problem::step;
use super::vector::UNIT;
use super::{Config, RobustAggregation};
use crate::kernel::{self, prelude::*};

/// What a Byzantine replica can claim.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Carries out the attack that is set.
    #[lie(Contradict)]
    Attacks,
    /// Turns its gradient around, and makes it ten times as long.
    #[lie(Contradict)]
    Backwards,
    /// Sends 1000 in both coordinates.
    #[lie(Contradict)]
    FarOut,
    /// Sends a vector at random.
    #[lie(Invent)]
    MadeUp,
    /// Sends the honest mean, moved by a little less than the honest ones differ.
    #[lie(Contradict)]
    LittleShift,
    /// Sends half the honest mean, backwards, so that the sum grows shorter.
    #[lie(Contradict)]
    HalfBackwards,
    /// Copies the first worker's gradient, and leaves its own data out.
    #[lie(Omit)]
    Copies,
    /// Sends the honest median until it is trusted, and strikes later.
    #[lie(Grant)]
    EarnsTrust,
    /// Learns from wrong labels, −y for y.
    #[lie(Contradict)]
    WrongLabels,
    /// As the server: tells a worker another model than the rest.
    #[lie(Contradict)]
    OtherModel,
}

impl Lie {
    /// Those of a worker, each with its attack, in the order in which a behavior chooses.
    fn of_worker(config: &Config) -> [(Lie, Attack); 9] {
        [
            (Lie::Attacks, config.attack),
            (Lie::Backwards, Attack::SignFlip),
            (Lie::FarOut, Attack::Thousand),
            (Lie::MadeUp, Attack::Noise),
            (Lie::LittleShift, Attack::Little),
            (Lie::HalfBackwards, Attack::InnerProduct),
            (Lie::Copies, Attack::Copy),
            (Lie::EarnsTrust, Attack::EarnTrust),
            (Lie::WrongLabels, Attack::Labels),
        ]
    }
}

impl kernel::Lie for RobustAggregation {
    type Lie = Lie;

    fn lies(liar: Glance<'_, Self>, _: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        let Glance { config, me, disk, .. } = liar;
        if let Message::Model { round, model } = *message {
            return lies.add(Lie::OtherModel, Message::Model { round, model: model.map(|at| UNIT - at) });
        }
        let (Some(place), attacker, model) = (config.place(me), config.attacker(), disk.model()) else { return };
        for (lie, attack) in Lie::of_worker(config) {
            let sent = |round| attacker.sends(attack, place, round, model);
            match *message {
                Message::Gradient { round, .. } => lies.add(lie, Message::Gradient { round, vector: sent(round) }),
                Message::Share { round, .. } => {
                    lies.add(lie, Message::Share { round, vector: step(model, sent(round)) });
                }
                _ => {}
            }
        }
    }
}

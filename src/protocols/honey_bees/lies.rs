//! What a Byzantine bee can do. Nothing that bees say is signed or can be looked up, and one who pipes is believed.

use super::HoneyBees;
use super::message::Message;
use super::site::Site;
use crate::kernel::{self, prelude::*};

/// What a Byzantine bee can do.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Dances for the worst box that it knows, as lively as for the best.
    #[lie(Contradict)]
    DanceForTheWorst,
    /// Pipes for its box, without any quorum there.
    #[lie(Grant)]
    PipeEarly,
    /// Stops everybody: a signal that is for no box at all.
    #[lie(Invent)]
    StopEverybody,
    /// Stays in the count of a box that it has left.
    #[lie(Omit)]
    StayCounted,
}

impl kernel::Lie for HoneyBees {
    type Lie = Lie;

    fn lies(liar: Glance<'_, Self>, _: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        let boxes = &liar.disk.boxes;
        let worst = boxes.iter().min_by_key(|(_, quality)| **quality).map(|(site, _)| *site);
        let best = boxes.values().max().copied();
        match *message {
            Message::Dance { site, .. } => {
                if let (Some(worst), Some(quality)) = (worst, best) {
                    lies.add(Lie::DanceForTheWorst, Message::Dance { site: worst, quality });
                    lies.add(Lie::PipeEarly, Message::Pipe { site: worst });
                } else {
                    lies.add(Lie::PipeEarly, Message::Pipe { site });
                }
                lies.add(Lie::StopEverybody, Message::Stop { site: Site(0) });
            }
            Message::Stop { .. } => lies.add(Lie::StopEverybody, Message::Stop { site: Site(0) }),
            Message::Leave { .. } => lies.add(Lie::StayCounted, Message::Leave { visit: 0 }),
            _ => {}
        }
    }
}

//! What travels: dances, stop signals and piping between bees; between a bee and a box what it does and sees there.

use serde::{Deserialize, Serialize};

use super::site::{Rate, Site};
use crate::kernel::prelude::*;

/// Put up a nest box of this quality. The box is the client itself; it is done once the swarm moves in.
#[derive(Command, ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[command(usage = "box NUMBER", example = "box 5", display)]
pub struct PutUp {
    /// How good it is: the higher, the longer and the livelier bees dance for it.
    pub number: Rate,
}

/// What travels.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // The fields are a box, its quality, the number of a visit, and how many bees are there.
pub enum Message {
    /// A waggle dance: a bee shows another the way to the box that it has found.
    #[message(glyph = Disc, label(site), epoch(u64::from(site.0)))]
    Dance { site: Site, quality: Rate },
    /// A stop signal: a bee buzzes at another and butts it, so that it stops dancing for another box.
    #[message(glyph = Diamond, label = "stop", epoch(u64::from(site.0)))]
    Stop { site: Site },
    /// Piping: there are enough bees at this box, so it is the new home.
    #[message(glyph = Hexagon, label = "to {site}", epoch(u64::from(site.0)))]
    Pipe { site: Site },
    /// A bee enters a box.
    #[message(glyph = Tag, label = "in")]
    Enter { visit: u32 },
    /// What a bee sees there: how good the box is, and how many bees are in it.
    #[message(glyph = Tag, reply, label = "{count} here")]
    Look { visit: u32, quality: Rate, count: u32 },
    /// A bee leaves a box for good.
    #[message(glyph = Tag, label = "out")]
    Leave { visit: u32 },
    /// The swarm moves in.
    #[message(glyph = Envelope, reply, label = "home")]
    MoveIn,
    /// There is a box that scouts can find from now on.
    #[message(glyph = Envelope, label(quality))]
    Box { quality: Rate },
}

//! Honey bees: how a swarm agrees on a new home, without a leader and without anybody who counts votes.
//!
//! The model is that of Pais, Hogan, Schlegel, Franks, Leonard, Marshall (*A mechanism for value-sensitive decision-making*, 2013)
//! with bees in the place of its equations (Reina et al. 2015), after Seeley et al. (*Stop signals provide cross inhibition in
//! collective decision-making by honeybee swarms*, 2012). A scout searches, or is committed to a box of quality v:
//!
//! - One that searches finds each box at the rate of its quality, or follows a waggle dance.
//! - One that is committed dances at rate v, gives up at rate 1/v, and gives stop signals at rate σ. A dance or a signal reaches one
//!   bee, by chance. A signal makes it give up another box.
//! - Who sees Q bees at a box pipes to all, and all decide for it (Seeley, Visscher 2003).
//!
//! For large swarms that is ẏ = v u − y/v + v y u − σ y z for the share y of a box, with the share u that searches and the share z of
//! the other box. Between equal boxes a swarm stays divided below σ* = 4v³/(v² − 1)², and settles on one of them above.
//!
//! A box is a client here: it counts who comes and goes, and shows each that comes how many are there (`nest_box.rs`). Numbers
//! are whole thousandths, and waits are drawn in whole numbers, so that runs are the same everywhere.

mod bee;
mod config;
mod lies;
mod mean_field;
mod message;
mod nest_box;
mod properties;
mod rules;
mod site;
mod terms;
#[cfg(test)]
mod tests;
mod view;

pub use bee::{Disk, Stance, State};
pub use config::{Clocks, Config, Partner};
pub use message::{Message, PutUp};
pub use nest_box::NestBox;
pub use properties::Monitor;
pub use rules::Rule;
pub use site::{ONE, Rate, Site};

use crate::kernel::prelude::*;

/// Honey bees.
pub struct HoneyBees;

/// A bee at work on one input.
type Turn<'a> = Context<'a, HoneyBees>;

/// What can be waited for.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// A bee without a box searches.
    #[timer(then = "finds a box")]
    Find,
    /// A bee with a box comes to dance again.
    #[timer(then = "dances for its box")]
    Dance,
    /// A bee with a box comes to stop somebody.
    #[timer(then = "gives a stop signal")]
    Stop,
    /// A bee loses interest in its box.
    #[timer(then = "gives up its box")]
    GiveUp,
    /// A bee on its way looks for a box.
    #[timer(waits = "to see a box", then = "comes home")]
    Return,
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "honey-bees",
    name: "Honey bees",
    summary: "Scouts of a swarm dance for nest boxes and stop each other's dances, until enough of them meet at one box.",
    paper: "Seeley et al. 2012; Pais et al. 2013; Seeley, Visscher 2003",
    epoch: "box",
    agent: "bee",
    slot: "home",
    replicas: (1, 1_000),
    first_scenario: include_str!("first.scenario"),
    structures: &[
        StructureInfo { kind: StructureKind::Population, name: "The swarm", empty: "There is no box yet." },
        StructureInfo { kind: StructureKind::Value, name: "Boxes", empty: "No bee is for any box yet." },
    ],
    properties: properties::PROPERTIES,
    costs: &[
        WordInfo { name: "messages", about: "1 for each dance and stop signal, 3 for each visit. Piping takes n−1." },
        WordInfo { name: "delays", about: "About one unit of time: bees' habits take the time, not messages." },
    ],
    terms: terms::TERMS,
    ..Descriptor::of::<HoneyBees>()
};

impl Algorithm for HoneyBees {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = PutUp;
    type Value = Site;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = NestBox;
    type Rule = Rule;

    /// A swarm smaller than the quorum waits for all of its bees.
    fn reconcile(config: &mut Config, _: &crate::kernel::Options) -> Result<(), SetupError> {
        config.quorum = config.quorum.min(config.replicas as u32);
        Ok(())
    }

    fn boot(cx: &mut Context<'_, Self>) {
        cx.boot();
    }

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        cx.step(input);
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        nest_box::step(cx, input);
    }

    /// Boxes of different quality, each client's own.
    fn workload(_: &Config, _: u64, draw: u64, _: u32) -> Option<PutUp> {
        Some(PutUp { number: Rate((2 + draw % 4) * ONE) })
    }
}

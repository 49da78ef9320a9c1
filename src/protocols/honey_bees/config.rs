//! What holds for the whole run.

use super::site::{ONE, Rate};
use crate::kernel::Delay;
use crate::kernel::prelude::*;

/// How long a bee waits before it does something.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Clocks {
    /// As the equations have it: at any moment equally likely, however long it has waited.
    Exponential,
    /// Any time up to twice the average, each as likely as the other.
    Uniform,
}

/// Whom a bee meets.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Partner {
    /// Another one each time, by chance.
    Random,
    /// Always the next one.
    Fixed,
}

/// What holds for the whole run. Times are in virtual microseconds, rates in thousandths for each unit of time.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// How many bees.
    #[option(replicas)]
    pub replicas: usize,
    /// The unit of time. A bee dances as many times in it as its box is good, and gives up after as many of them on average.
    #[option(duration, default = "1s", at_least = "10ms", source = "Pais et al. 2013")]
    pub unit: Time,
    /// How many stop signals a dancing bee gives in a unit of time.
    #[option(name = "stop-rate", default = "5", source = "Seeley et al. 2012; Pais et al. 2013, σ")]
    pub stop_rate: Rate,
    /// How many bees must be at a box for one of them to call the swarm there; in a smaller swarm, all of them.
    #[option(number(1..=1_000), default = "15", source = "Seeley, Visscher 2003: 10 to 15")]
    pub quorum: u32,
    /// By how many percent a bee misjudges a box at most.
    #[option(number(0..=90), default = "0", source = "in the spirit of List et al. 2009")]
    pub noise: u64,
    /// Bees give up a box by themselves after a time; the better it is, the later.
    #[option(name = "giving-up", default = "on", source = "Pais et al. 2013")]
    pub giving_up: bool,
    /// How long bees wait: exponential, as the equations have it, or uniform.
    #[option(default = "exponential", source = "Reina et al. 2015")]
    pub clocks: Clocks,
    /// Whom a bee meets on the dance floor: random, or fixed.
    #[option(default = "random", source = "Pais et al. 2013: all meet all")]
    pub partner: Partner,
    /// A stop signal stops bees of the same box, too.
    #[option(breaks("rivals-only"), source = "Seeley et al. 2012")]
    pub stop_own_site: bool,
    /// A bee believes the dance that it has seen, and dances for a box where it has never been.
    #[option(breaks("own-visit"), source = "List et al. 2009, independence")]
    pub copy_without_visit: bool,
    /// Counts all bees that have ever been at a box, and not those that are there.
    #[option(breaks("quorum-present"), source = "Seeley, Visscher 2003")]
    pub quorum_ever_visited: bool,
    /// Follows whoever pipes last, even after it has decided.
    #[option(breaks("decision-stands"), source = "beyond the papers")]
    pub follow_last_piper: bool,
}

impl Config {
    /// A wait for something that happens so often; `None` for what never does.
    pub fn wait(&self, rate: Rate) -> Option<Delay> {
        (u128::from(self.unit) * u128::from(ONE)).checked_div(rate.0.into()).map(|mean| self.clock(mean))
    }

    /// How long a bee stays with a box that it has judged so good; `None` for ever.
    pub fn stay(&self, quality: Rate) -> Option<Delay> {
        let mean = u128::from(self.unit) * u128::from(quality.0) / u128::from(ONE);
        self.giving_up.then(|| self.clock(mean))
    }

    fn clock(&self, mean: u128) -> Delay {
        let mean = Time::try_from(mean).unwrap_or(Time::MAX);
        match self.clocks {
            Clocks::Exponential => Delay::exponential(mean),
            Clocks::Uniform => Delay::uniform(0, mean.saturating_mul(2)),
        }
    }
}

//! Ben-Or's randomized consensus: where nobody has a clock and any message may take any time, a coin decides in the end.
//!
//! As in Ben-Or (*Another advantage of free choice: completely asynchronous agreement protocols*, 1983): protocol A for
//! crashes, n > 2f, and protocol B for liars, n > 5f. Replicas agree on one bit. Each round has two steps, and in each of
//! them a replica waits for n − f messages, its own included:
//!
//! 1. Report your value x. If enough reports agree on v, propose v, else propose ?.
//! 2. Enough proposals of v: decide v. A few: x ← v. None: x ← the toss of a coin. Then the next round.
//!
//! | enough reports | enough proposals to decide | a few |
//! |---|---|---|
//! | A: more than n/2 | f + 1 | 1 |
//! | B: more than (n + f)/2 | more than (n + f)/2 | f + 1 |
//!
//! Whoever decides takes part in one more round, in which all others decide. No clock is read, and no timer runs but a
//! client's. Agreement never rests on the coin, only the end does: it comes with probability 1. With private coins and
//! against the worst scheduler that takes 2ⁿ⁻¹ + 1 rounds on average, with a common coin a constant number.

mod client;
mod lies;
mod message;
mod properties;
mod replica;
mod rules;
#[cfg(test)]
mod tests;
mod view;

pub use client::Client;
pub use message::{Bit, Message, Outcome};
pub use properties::Monitor;
pub use replica::{Disk, Said, State};
pub use rules::Rule;

use crate::kernel::prelude::*;
use replica::Turn;

/// Who deals the common coin.
pub const DEALER: NodeId = NodeId::client(1);

/// Ben-Or's protocols A and B.
pub struct BenOr;

/// What faulty replicas may do.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Faults {
    /// They fall silent: protocol A.
    Crash,
    /// They say anything: protocol B.
    Byzantine,
}

/// Whose coin it is.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Coin {
    /// Each replica tosses its own.
    Private,
    /// A dealer tosses one for all.
    Common,
}

/// With which value a replica starts.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Start {
    /// The first half of the replicas with 0, the others with 1.
    Split,
    /// With 0.
    #[choice(name = "0")]
    Zero,
    /// With 1.
    #[choice(name = "1")]
    One,
}

impl Start {
    fn value(self, place: usize, replicas: usize) -> Bit {
        match self {
            Start::Split if place < replicas / 2 => Bit::Zero,
            Start::Zero => Bit::Zero,
            Start::Split | Start::One => Bit::One,
        }
    }
}

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
#[option(order("input", "faults", "coin", "f", "retry"))]
pub struct Config {
    /// How many replicas.
    #[option(replicas)]
    pub replicas: usize,
    /// The value that a replica starts with; `split` gives the first half 0 and the others 1.
    #[option(name = "input", per_replica, default = "split", source = "A, B: step 0")]
    pub starts: Vec<Start>,
    /// What the protocol bears: `crash` is protocol A, `byzantine` protocol B.
    #[option(default = "crash", source = "A and B")]
    pub faults: Faults,
    /// Whether each replica tosses a coin of its own, or a dealer tosses one for all in each round.
    #[option(default = "private", source = "A, B: step 3; common: Rabin 1983")]
    pub coin: Coin,
    /// How many faulty replicas the protocol bears; `most` is as many as it can.
    #[option(name = "f", word, default = "most", with = number_or_most, source = "A: n > 2f; B: n > 5f")]
    pub asked_f: Option<usize>,
    /// How long a client waits before it asks the next replica.
    #[option(duration, default = "500ms", at_least = "1ms")]
    pub retry: Time,
    /// One proposal is enough to decide.
    #[option(breaks("decision-carries", "agreement"), source = "A, B: step 3")]
    pub decide_on_one: bool,
    /// Proposes what more than half of the reports received agree on, and not more than half of all replicas.
    #[option(breaks("one-proposal-value", "decision-carries", "agreement"), source = "A: step 2")]
    pub majority_of_received: bool,
    /// Takes part in no round after the one in which it decides, so that others may wait for ever.
    #[option(breaks("one-more-round"), source = "A, B: step 4")]
    pub stop_on_decide: bool,
    /// Tosses the coin even where a proposal was seen.
    #[option(breaks("decision-carries", "agreement"), source = "A, B: step 3")]
    pub coin_over_proposal: bool,
    /// Counts the messages of any round in the round at hand.
    #[option(breaks("one-proposal-value", "decision-carries", "unanimity", "agreement"), source = "A, B: steps 2, 3")]
    pub any_round: bool,
    /// Protocol B takes f = n/5 for few enough, although n > 5f is needed.
    #[option(breaks("unanimity", "decision-carries", "agreement"), source = "B")]
    pub n_is_5f: bool,
    /// After a crash a replica starts again from its input, as if it had never run.
    #[option(
        breaks("one-message", "one-proposal-value", "decision-carries", "unanimity", "agreement"),
        source = "A, B: step 1"
    )]
    pub forget_on_restart: bool,
    /// How many faulty replicas it bears.
    #[option(computed = asked_f.unwrap_or(most_faults(replicas, faults, n_is_5f)))]
    pub f: usize,
    /// The value that each replica starts with, by place.
    #[option(computed = starts.iter().enumerate().map(|(at, start)| start.value(at, replicas)).collect())]
    pub inputs: Vec<Bit>,
}

fn number_or_most(word: &str, _: usize) -> Result<Option<usize>, String> {
    match word.parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) if word == "most" => Ok(None),
        Err(_) => Err(format!("`{word}` is neither a number nor `most`")),
    }
}

fn most_faults(replicas: usize, faults: Faults, n_is_5f: bool) -> usize {
    match faults {
        Faults::Crash => (replicas - 1) / 2,
        Faults::Byzantine if n_is_5f => replicas / 5,
        Faults::Byzantine => (replicas - 1) / 5,
    }
}

impl Config {
    /// How many messages a replica waits for in each step, its own included.
    pub fn awaited(&self) -> usize {
        self.replicas - self.f
    }

    /// How many equal reports, of those received, make a proposal.
    pub fn to_propose(&self, received: usize) -> usize {
        let all = if self.majority_of_received { received } else { self.replicas };
        match self.faults {
            Faults::Crash => all / 2 + 1,
            Faults::Byzantine => (all + self.f) / 2 + 1,
        }
    }

    /// How many proposals of a value decide it.
    pub fn to_decide(&self) -> usize {
        match self.faults {
            _ if self.decide_on_one => 1,
            Faults::Crash => self.f + 1,
            Faults::Byzantine => (self.replicas + self.f) / 2 + 1,
        }
    }

    /// How many proposals of a value make a replica adopt it: one of a correct replica is among them.
    pub fn to_adopt(&self) -> usize {
        if self.faults == Faults::Crash { 1 } else { self.f + 1 }
    }
}

/// The timers.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// A client waits for its answer. Replicas have no timers.
    Retry,
}

const FIRST: &str = "\
# Two values and a coin
# Replicas 1 and 2 start with 0, the others with 1. They wait for three messages in each step, whoever is slow or dead.
protocol ben-or
replicas 5
seed 8
network latency 10ms..40ms

crash 5 after 2 sends
run 1s      # predict: How many rounds will it take? | One | Nobody can say: it depends on the coins | It never ends
expect 1.role = decided
expect all
";

static DESCRIPTOR: Descriptor = Descriptor {
    id: "ben-or",
    name: "Ben-Or",
    summary: "Replicas agree on one bit without clocks and leaders: where reports are mixed, they toss coins.",
    paper: "Ben-Or 1983; common coin: Rabin 1983",
    epoch: "round",
    slot: "value",
    replicas: (1, 100),
    first_scenario: FIRST,
    structures: &[
        StructureInfo { kind: StructureKind::Value, name: "Values", empty: "Nobody has started." },
        StructureInfo { kind: StructureKind::Log, name: "Value in each round", empty: "Nobody has started." },
    ],
    properties: properties::PROPERTIES,
    rules: rules::RULES,
    costs: &[
        WordInfo { name: "messages", about: "2n(n−1) a round: reports and proposals." },
        WordInfo { name: "delays", about: "2 a round; with a common coin 4 where it is tossed." },
    ],
    ..Descriptor::of::<BenOr>()
};

impl Algorithm for BenOr {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Outcome;
    type Value = Bit;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Rule = Rule;

    fn reconcile(config: &mut Config, _: &Options) -> Result<(), SetupError> {
        let most = most_faults(config.replicas, config.faults, config.n_is_5f);
        if config.f > most {
            let sentence = format!("{} replicas bear at most {most} in this version", config.replicas);
            return Err(SetupError::Option { option: "f", sentence });
        }
        Ok(())
    }

    fn boot(cx: &mut Turn<'_>) {
        cx.boot();
    }

    fn step(cx: &mut Turn<'_>, input: Input<'_, Self>) {
        cx.step(input);
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        client::step(cx, input);
    }
}

//! Ben-Or's randomized consensus: where nobody has a clock and any message may take any time, a coin decides in the end.
//!
//! As in Ben-Or (*Another advantage of free choice: completely asynchronous agreement protocols*, 1983): protocol A for
//! crashes, n > 2f, and protocol B for liars, n > 5f. Replicas agree on one bit. Each round has two steps, and in each of
//! them a replica waits for n − f messages, its own included:
//!
//! 1. Report your value x. If enough reports agree on v, propose v, else propose ?.
//! 2. Enough proposals of v: decide v. A few: x ← v. None: x ← the toss of a coin. Then the next round.
//!
//! Enough reports are more than n/2, with liars more than (n + f)/2. Enough proposals are f + 1, with liars more than
//! (n + f)/2. A few are 1, with liars f + 1.
//!
//! Whoever decides takes part in one more round, in which all others decide. No clock is read and no timer runs. Agreement
//! never rests on the coin, only the end does: it comes with probability 1. With private coins and against the worst
//! scheduler that takes 2ⁿ⁻¹ + 1 rounds on average, with a common coin a constant number.

mod client;
mod lies;
mod message;
mod properties;
mod replica;
mod rules;
mod terms;
#[cfg(test)]
mod tests;
mod view;

pub use client::Client;
pub use message::{Bit, Message, Outcome};
pub use properties::Monitor;
pub use replica::{Disk, Said, State};
pub use rules::Rule;

use crate::kernel::prelude::*;

/// Who deals the common coin.
pub const DEALER: NodeId = NodeId::client(1);
/// What breaks where a replica does not end a round as it must.
const ENDS: &[&str] = &["decision-carries", "agreement"];
/// What breaks where a replica counts what it must not.
const COUNTS: &[&str] = &["one-proposal-value", "decision-carries", "unanimity", "agreement"];

/// Ben-Or's protocols A and B.
pub struct BenOr;

/// With which value a replica starts.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)] // The option says what they are.
pub enum Start {
    Split,
    #[choice(name = "0")]
    Zero,
    #[choice(name = "1")]
    One,
}

/// What holds for the whole run.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// How many replicas.
    #[option(replicas)]
    pub replicas: usize,
    /// The value that a replica starts with; `split` gives the first half 0 and the others 1.
    #[option(name = "input", per_replica, default = "split", source = "A, B: step 0")]
    pub starts: Vec<Start>,
    /// Replicas may lie, not only crash: protocol B in place of A.
    #[option(source = "A and B")]
    pub byzantine: bool,
    /// A dealer tosses one coin for all in each round, in place of each replica its own.
    #[option(source = "Rabin 1983")]
    pub common_coin: bool,
    /// How many faulty replicas to bear: this many, or as many as possible where these are fewer.
    #[option(name = "f", number(0..=49), default = "49", source = "A: n > 2f; B: n > 5f")]
    pub asked_f: usize,
    /// One proposal is enough to decide.
    #[option(breaks = ENDS, source = "A, B: step 3")]
    pub decide_on_one: bool,
    /// Proposes what more than half of the reports received agree on, and not more than half of all replicas.
    #[option(breaks = COUNTS, source = "A: step 2")]
    pub majority_of_received: bool,
    /// Takes part in no round after the one in which it decides, so that others may wait for ever.
    #[option(breaks("one-more-round"), source = "A, B: step 4")]
    pub stop_on_decide: bool,
    /// Tosses the coin even where enough proposals were seen to adopt a value.
    #[option(breaks = ENDS, source = "A, B: step 3")]
    pub coin_over_proposal: bool,
    /// Counts the messages of any round in the round at hand.
    #[option(breaks = COUNTS, source = "A, B: steps 2, 3")]
    pub any_round: bool,
    /// Protocol B takes f = n/5 for few enough, although n > 5f is needed.
    #[option(breaks("unanimity", "decision-carries", "agreement"), source = "B")]
    pub n_is_5f: bool,
    /// How many faulty replicas it bears.
    #[option(computed = asked_f.min(if !byzantine { (replicas - 1) / 2 } else { (replicas - 1 + usize::from(n_is_5f)) / 5 }))]
    pub f: usize,
    /// How many messages a replica waits for in each step, its own included.
    #[option(computed = replicas - f)]
    pub awaited: usize,
    /// How many proposals of a value decide it.
    #[option(computed = if decide_on_one { 1 } else if byzantine { (replicas + f) / 2 + 1 } else { f + 1 })]
    pub to_decide: usize,
    /// How many proposals of a value make a replica adopt it: one of a correct replica is among them.
    #[option(computed = if byzantine { f + 1 } else { 1 })]
    pub to_adopt: usize,
    /// The value that each replica starts with, by place.
    #[option(computed = starts.iter().enumerate().map(|(at, start)| input(*start, at < replicas / 2)).collect())]
    pub inputs: Vec<Bit>,
}

fn input(start: Start, first_half: bool) -> Bit {
    Bit::from(start == Start::One || start == Start::Split && !first_half)
}

impl Config {
    /// How many equal reports, of those received, make a proposal.
    pub fn to_propose(&self, received: usize) -> usize {
        let all = if self.majority_of_received { received } else { self.replicas };
        if self.byzantine { (all + self.f) / 2 + 1 } else { all / 2 + 1 }
    }
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "ben-or",
    name: "Ben-Or",
    summary: "Replicas agree on one bit without clocks and leaders: where reports are mixed, they toss coins.",
    paper: "Ben-Or 1983; common coin: Rabin 1983",
    epoch: "round",
    slot: "value",
    replicas: (1, 100),
    first_scenario: include_str!("first.scenario"),
    structures: &[
        StructureInfo { kind: StructureKind::Value, name: "Values", empty: "Nobody has started." },
        StructureInfo { kind: StructureKind::Log, name: "Value in each round", empty: "Nobody has started." },
    ],
    properties: properties::PROPERTIES,
    costs: &[
        WordInfo { name: "messages", about: "2n(n−1) a round: reports and proposals." },
        WordInfo { name: "delays", about: "2 a round; 4 where a common coin is tossed." },
    ],
    terms: terms::TERMS,
    ..Descriptor::of::<BenOr>()
};

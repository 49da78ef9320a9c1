//! Paxos: one value is chosen among those proposed, whoever crashes (Lamport, *The Part-Time Parliament*, 1998; *Paxos Made
//! Simple*, 2001). Single decree: slot 1 is all there is.
//!
//! Every replica is proposer, acceptor and learner. What a proposer sends to itself it takes in the same step.
//!
//! - Phase 1 (proposer.rs, acceptor.rs): prepare, promise. Phase 2: accept, accepted. Learning (learner.rs): decided.
//! - *Chosen* and *learned* are two things. A value is chosen once enough acceptors have accepted it in one ballot, even if
//!   nobody knows; properties.rs keeps that history. A replica decides when it learns.
//! - Two proposers can disturb each other for as long as they like (Fischer, Lynch, Paterson 1985): `set backoff fixed`.
//!
//! Without failures: 4(n−1) messages until the proposer knows, 5(n−1) until all do; 4 delays, 5 for the last.

mod acceptor;
mod client;
mod learner;
mod lies;
mod message;
mod properties;
mod proposer;
mod replica;
mod rules;
mod terms;
mod view;

pub use client::Client;
pub use message::{Ballot, Command, Message, Value, Vote};
pub use properties::Monitor;
pub use replica::{Disk, Phase, State};
pub use rules::Rule;

use crate::kernel::data::random::below;
use crate::kernel::descriptor::quorum::majority;
use crate::kernel::prelude::*;
use crate::protocols::flexible::{Quorums, Unusual};
use replica::Turn;

/// Paxos.
pub struct Paxos;

/// Who hears of it that an acceptor has accepted.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Learners {
    /// The proposer, who tells all once the value is chosen.
    Proposer,
    /// All replicas.
    All,
}

/// How long proposers wait before they try again.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Backoff {
    /// A random time, whose range doubles with each attempt.
    Random,
    /// Always the shortest time.
    Fixed,
}

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// How many replicas.
    #[option(replicas)]
    pub replicas: usize,
    /// Whose promises and whose votes are enough.
    #[option(flatten)]
    pub quorums: Quorums,
    /// Who is told what acceptors accept.
    #[option(default = "proposer", source = "Paxos Made Simple §2.3")]
    pub learners: Learners,
    /// How long a ballot may take before its proposer starts a new one.
    #[option(range, default = "100ms..200ms", at_least = "1ms", source = "Paxos Made Simple §2.4")]
    pub ballot_timeout: (Time, Time),
    /// Whether proposers who disturb each other wait for a random time.
    #[option(default = "random", source = "Paxos Made Simple §2.4")]
    pub backoff: Backoff,
    /// How long a client waits before it asks the next replica.
    #[option(duration, default = "1s", at_least = "1ms")]
    pub retry: Time,
    /// An acceptor that accepts in a ballot does not thereby promise it.
    #[option(breaks("promises-last", "one-chosen-value", "agreement"), source = "cassandra #1327; Brooker 2021")]
    pub accept_keeps_promise: bool,
    /// A proposer counts promises that were made for an earlier ballot of its own.
    #[option(breaks = TWO_CHOSEN, source = "MyPaxos #18")]
    pub stale_promises: bool,
    /// A proposer proposes its own value, whatever was accepted before.
    #[option(breaks = TWO_CHOSEN, source = "Paxos Made Simple §2.2, P2c left out")]
    pub own_value: bool,
    /// A proposer takes over the vote that it heard of last, not the one of the highest ballot.
    #[option(breaks = TWO_CHOSEN, source = "Paxos Made Simple §2.2, P2c")]
    pub last_heard: bool,
    /// A proposer takes over the vote of the lowest ballot, not the one of the highest.
    #[option(breaks = TWO_CHOSEN, source = "Paxos Made Simple §2.2, P2c")]
    pub lowest_ballot: bool,
    /// An acceptor accepts whatever it is sent, whatever it has promised.
    #[option(
        breaks("promises-last", "one-chosen-value", "agreement"),
        source = "Paxos Made Simple §2.2, P1a left out"
    )]
    pub accept_unchecked: bool,
    /// Ballots have a round and no proposer, so that two proposers can use the same; acceptors promise an equal one again.
    #[option(breaks("one-value-per-ballot", "one-chosen-value", "agreement"), source = "Paxos Made Simple §2.4")]
    pub no_id: bool,
    /// A promise is not on disk, so that a crash can make an acceptor forget it.
    #[option(breaks = TWO_CHOSEN, source = "Paxos Made Simple §2.5")]
    pub promise_not_durable: bool,
    /// A vote is not on disk, so that a crash can make an acceptor forget it.
    #[option(breaks("promises-last", "one-chosen-value", "agreement"), source = "Paxos Made Simple §2.5")]
    pub accepted_not_durable: bool,
    /// A proposer forgets in a crash which ballots it has used. An acceptor that accepts two values in one ballot forgets the first.
    #[option(
        breaks("one-value-per-ballot", "promises-last", "one-chosen-value", "agreement"),
        source = "phxpaxos #145"
    )]
    pub ballot_reuse: bool,
    /// Half of the replicas count as a quorum.
    #[option(breaks = TWO_CHOSEN, source = "Paxos Made Simple §2.1: two majorities share an acceptor")]
    pub half_quorum: bool,
    /// A learner counts who has accepted a value, not who has in one ballot.
    #[option(breaks("learned-is-chosen", "agreement"), source = "Paxos Made Simple §2.3")]
    pub learn_by_value: bool,
    /// Quorums of the two phases are not checked before the run, so that they may miss each other.
    #[option(breaks = TWO_CHOSEN, source = "Howard, Malkhi, Spiegelman 2016, §4")]
    pub quorums_miss: Unusual<bool>,
    /// In a grid, a row is enough in both phases.
    #[option(breaks = TWO_CHOSEN, source = "Howard, Malkhi, Spiegelman 2016, §5: two rows share nobody")]
    pub rows_for_both: Unusual<bool>,
    /// A replica weighs votes by what it has seen itself: the more it has heard from somebody, the more.
    #[option(
        breaks("learned-is-chosen", "one-chosen-value", "agreement"),
        source = "Barbara, Garcia-Molina, Spauster 1989: weights are agreed upon"
    )]
    pub own_weights: Unusual<bool>,
}

/// What breaks where two quorums miss each other.
const TWO_CHOSEN: &[&str] = &["one-chosen-value", "agreement"];

/// What can be waited for.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// A proposer waits for its ballot to succeed.
    #[timer(name = "ballot-timeout", waits = "for a ballot to succeed", then = "tries a higher ballot", leads)]
    Ballot,
    /// A client waits for its answer.
    #[timer(waits = "for an answer", then = "asks another replica")]
    Retry,
}

/// The roles. Each replica has all three; this is what it is busy with.
#[derive(Role, Clone, Copy)]
pub enum Role {
    /// Promises and accepts.
    #[role(Follow)]
    Acceptor,
    /// Collects promises for its ballot, phase 1.
    #[role(Contend)]
    Preparing,
    /// Has proposed a value in its ballot, phase 2.
    #[role(Lead)]
    Proposer,
    /// Knows which value is chosen.
    #[role(Done)]
    Learner,
}

const FIRST: &str = "\
# Two proposers, one value
# Replicas 1 and 5 both want to have a say. Each starts a ballot, and one of them must give up its own value.
protocol paxos
replicas 5
seed 4
network latency 10ms..30ms

at 0s      request propose red from c1 to 1
at 40ms    request propose blue from c2 to 5
at 45ms    expect 1.role = preparing   # predict: Replica 1 is about to propose red, and replica 5 has just been asked to propose blue. Can both be chosen? | No: one value at most, whoever proposes it | Yes: each by its own majority
run 2s
expect all
expect decided 1
";

static DESCRIPTOR: Descriptor = Descriptor {
    id: "paxos",
    name: "Paxos",
    summary: "Proposers first ask what may have been chosen, then propose that or a value of their own: one value is chosen, whoever crashes.",
    paper: "Lamport 1998; Lamport 2001",
    epoch: "ballot",
    slot: "decree",
    replicas: (1, 200),
    first_scenario: FIRST,
    structures: &[
        StructureInfo { kind: StructureKind::Value, name: "Values", empty: "No acceptor has accepted anything yet." },
        StructureInfo {
            kind: StructureKind::Grid,
            name: "Ballots and acceptors",
            empty: "No acceptor has promised anything yet.",
        },
    ],
    properties: properties::PROPERTIES,
    rules: rules::RULES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "4(n−1) until the proposer knows that its value is chosen, 5(n−1) until all know.",
        },
        WordInfo { name: "delays", about: "4 until the proposer knows, 5 until the last replica does." },
    ],
    terms: terms::TERMS,
    ..Descriptor::of::<Paxos>()
};

impl Algorithm for Paxos {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Command;
    type Value = Value;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Rule = Rule;

    fn reconcile(config: &mut Config, _: &Options) -> Result<(), SetupError> {
        let usual = if config.half_quorum { (config.replicas / 2).max(1) } else { majority(config.replicas) };
        config.quorums.complete(usual, config.half_quorum || config.quorums_miss.0)?;
        if config.rows_for_both.0 {
            config.quorums.take_rows_for_both();
        }
        Ok(())
    }

    /// Rival colors. `keys` says how many there are.
    fn workload(_: &Config, _: u64, draw: u64, keys: u32) -> Option<Command> {
        const COLORS: [&str; 6] = ["red", "blue", "green", "yellow", "white", "black"];
        let word = COLORS[below(draw, u64::from(keys).clamp(1, COLORS.len() as u64)) as usize];
        Some(Command { value: Value::try_from(word.to_string()).ok()? })
    }

    fn step(cx: &mut Turn<'_>, input: Input<'_, Self>) {
        cx.step(input);
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        client::step(cx, input);
    }
}

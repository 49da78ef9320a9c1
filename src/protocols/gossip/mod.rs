//! Gossip: replicas that take every update by themselves and compare with a few others now and then, until all hold the same
//! (Demers et al., *Epidemic Algorithms for Replicated Database Maintenance*, 1987). What makes that safe is a value whose
//! copies can always be merged (Shapiro, Preguiça, Baquero, Zawirski, *Conflict-Free Replicated Data Types*, 2011).
//!
//! There is no consensus here, and none is needed: a client is answered by the replica that it asks, in a cut, too. What is
//! given up is that all see the same at one time.
//!
//! 1. An update changes the value of one replica, and can only make it grow: a register's stamp, a replica's own share of
//!    a counter, one more tag in a set, or a tombstone on it.
//! 2. In each round a replica chooses `fan-out` neighbors. By *push* it sends what it holds, by *pull* it asks for what they
//!    hold, by *push-pull* both.
//! 3. Whoever receives a value merges it: of each part the greater one stays.
//!
//! Same updates, same value, in whatever order they came (strong eventual consistency). One update reaches all n replicas of a
//! full network in about log₂ n + ln n rounds by push (Pittel 1987). In a round with fan-out k, push costs nk messages, pull
//! and push-pull cost 2nk.
//!
//! *Rumors* are the quick way: who hears news passes it on at once, to `fan-out` neighbors, and only once. They may die out
//! before all have heard: with fan-out k, a share s = e^(−k(1−s)) never does. So Demers et al. back them up by rounds.

mod client;
mod lies;
mod merge;
mod message;
mod properties;
mod replica;
mod rules;
mod terms;
mod update;
mod value;
mod view;

pub use client::Client;
pub use message::{Command, Message};
pub use properties::Monitor;
pub use replica::{Disk, State};
pub use rules::Rule;
pub use value::{NOTHING, Name, News, Part, Place, Stamp, Tag, Value, Written};

use crate::kernel::data::random::below;
use crate::kernel::prelude::*;
use replica::Turn;

/// Gossip.
pub struct Gossip;

/// In which direction values go in a round.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    /// Who begins sends its own.
    Push,
    /// Who begins asks for the other's.
    Pull,
    /// Both.
    PushPull,
}

/// How updates spread.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Spread {
    /// In rounds, again and again.
    AntiEntropy,
    /// At once, and only once.
    Rumors,
    /// At once, and in rounds what was missed.
    Both,
}

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// In which direction values go in a round.
    #[option(default = "push-pull", source = "Demers et al. 1987, §1.3")]
    pub mode: Mode,
    /// With how many neighbors a replica gossips in a round, and to how many it passes on a rumor.
    #[option(number(1..=1_000), default = "1", source = "Demers et al. 1987; Eugster et al. 2004")]
    pub fan_out: usize,
    /// How long a round lasts.
    #[option(duration, default = "200ms", at_least = "1ms", source = "Demers et al. 1987, §1.3")]
    pub period: Time,
    /// Replicas compare checksums first, and send what they hold only where these differ.
    #[option(source = "Demers et al. 1987, §1.3")]
    pub checksums: bool,
    /// Whether updates spread in rounds, as rumors, or both.
    #[option(default = "anti-entropy", source = "Demers et al. 1987, §1.4")]
    pub spread: Spread,
    /// How long a client waits before it asks again.
    #[option(duration, default = "500ms", at_least = "1ms")]
    pub retry: Time,
    /// How long a replica's clock takes to tick, where stamps come from clocks.
    #[option(duration, default = "10ms", at_least = "1ms")]
    pub tick: Time,
    /// How long a tombstone is kept, where tombstones are collected early.
    #[option(duration, default = "1s", at_least = "1ms", source = "Demers et al. 1987, §2.1")]
    pub grace: Time,
    /// A write takes its stamp from its replica's own clock, even if that is behind the stamp it replaces.
    #[option(breaks("last-writer-wins", "one-value-per-stamp"), source = "Kingsbury, Jepsen: Cassandra, 2013")]
    pub clock_stamps: bool,
    /// Stamps have no writer, and of two writes with the same time each replica keeps its own.
    #[option(breaks("one-value-per-stamp"), source = "Shapiro et al. 2011, §3.2.1; Johnson, Thomas 1975 (RFC 677)")]
    pub tie_keeps_own: bool,
    /// A counter's shares are merged by adding them, so that what was counted once is counted again.
    #[option(breaks("no-invention", "adds-up"), source = "Shapiro et al. 2011, §3.1.1")]
    pub sum_merge: bool,
    /// A counter is one number for all, and not a share for each replica: of counts at the same time only one is left.
    #[option(breaks("adds-up"), source = "Shapiro et al. 2011, §3.1.1")]
    pub one_total: bool,
    /// What comes last replaces what is there, even by something older.
    #[option(
        breaks("grows", "no-resurrection", "adds-up", "one-value-per-stamp"),
        source = "Shapiro et al. 2011, §2.3"
    )]
    pub last_message_wins: bool,
    /// A remove takes an element out for good, and not only the adds that its replica has seen.
    #[option(breaks("add-wins"), source = "Shapiro et al. 2011, §3.3.2 and 3.3.5")]
    pub remove_unseen: bool,
    /// Tombstones are dropped after a while, whoever has not heard of them yet.
    #[option(breaks("no-resurrection"), source = "Demers et al. 1987, §2.1")]
    pub collect_early: bool,
    /// An update is not on disk before it is acknowledged, so that a crash can make a replica forget it.
    #[option(
        breaks("grows", "no-resurrection", "adds-up", "no-invention", "one-value-per-stamp"),
        source = "Shapiro et al. 2011, §2.1"
    )]
    pub update_not_durable: bool,
}

impl Config {
    /// Whether there are rounds.
    pub fn has_rounds(&self) -> bool {
        self.spread != Spread::Rumors
    }

    /// Whether news are passed on at once.
    pub fn has_rumors(&self) -> bool {
        self.spread != Spread::AntiEntropy
    }
}

/// What can be waited for.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// A replica waits for its next round.
    #[timer(waits = "for the next round", then = "gossips with a neighbor")]
    Round,
    /// A client waits for its answer.
    #[timer(waits = "for an answer", then = "asks again")]
    Retry,
    /// A replica's clock ticks, where stamps come from clocks.
    #[timer]
    Tick,
    /// A replica waits before it drops its tombstones, where they are collected early.
    #[timer(waits = "to drop tombstones", then = "drops them")]
    Collect,
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "gossip",
    name: "Gossip",
    summary: "Each replica takes updates by itself and compares with a few neighbors now and then. Values that can always be merged become the same everywhere, without consensus.",
    paper: "Demers et al. 1987; Shapiro et al. 2011",
    epoch: "version",
    replicas: (1, 1_000),
    first_scenario: include_str!("first.scenario"),
    structures: &[StructureInfo { kind: StructureKind::Value, name: "Values", empty: "Nothing was written yet." }],
    properties: properties::PROPERTIES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "In a round with fan-out k: nk by push, 2nk by pull or push-pull. With checksums, nk where all hold the same.",
        },
        WordInfo {
            name: "delays",
            about: "None for the client: its replica answers at once. An update reaches all of a full network in about log₂ n + ln n rounds by push.",
        },
    ],
    terms: terms::TERMS,
    ..Descriptor::of::<Gossip>()
};

impl Algorithm for Gossip {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Command;
    type Value = Never;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Rule = Rule;

    /// Writes, counts and adds, then a read, over keys `k1`, `k2`, ….
    fn workload(_: &Config, count: u64, draw: u64, keys: u32) -> Option<Command> {
        let key = Name::try_from(format!("k{}", below(draw, u64::from(keys.max(1))) + 1)).ok()?;
        let word = Name::try_from(count.to_string()).ok()?;
        Some(match count % 4 {
            0 => Command::Write(key, word),
            1 => Command::Count(key, 1),
            2 => Command::Add(key, word),
            _ => Command::Read(key),
        })
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

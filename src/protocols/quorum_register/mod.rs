//! The quorum register: a value that can be read and written although replicas crash and any message may take any time,
//! without consensus (Attiya, Bar-Noy, Dolev, *Sharing Memory Robustly in Message-Passing Systems*, 1995; several writers:
//! Lynch, Shvartsman 1997).
//!
//! Each replica keeps a copy of each register with a tag: timestamp and writer. The replica that is asked works in two
//! phases, and never waits for more than a quorum:
//!
//! 1. Query R replicas for their values and tags; the greatest tag is the newest.
//! 2. A write stores its value with a greater tag at W replicas. A read stores what it found there, *writes it back*, so
//!    that no later read finds less.
//!
//! What comes of it rests on R, W and N, the number of copies:
//!
//! | | reads are |
//! |---|---|
//! | R + W > N, with write-back (or R = N) | linearizable |
//! | R + W > N, without | regular: never older than a write that has ended, but new and old may alternate |
//! | R + W ≤ N | eventually the same, where copies spread: by later writes, write-back, read repair |
//!
//! Nothing is decided, so the impossibility of consensus (Fischer, Lynch, Paterson 1985) does not apply: each operation ends
//! as soon as its quorums answer. A phase takes 2(n−1) messages and 2 delays.

mod client;
mod coordinator;
mod lies;
mod message;
mod properties;
mod replica;
mod rules;
mod terms;
mod view;

pub use client::Client;
pub use message::{Command, Message, Name, Tag, Version};
pub use properties::Monitor;
pub use replica::{Disk, Operation, Phase, State};
pub use rules::Rule;

use crate::kernel::data::random::below;
use crate::kernel::descriptor::quorum::{complete_size, majority};
use crate::kernel::prelude::*;
use replica::Turn;

/// The quorum register.
pub struct QuorumRegister;

/// Whether a read has what it found stored before it answers.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WriteBack {
    /// Always.
    On,
    /// Unless a write quorum was heard to hold it.
    AsNeeded,
    /// Never.
    Off,
}

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// How many replicas.
    #[option(replicas)]
    pub replicas: usize,
    /// R: how many answers a query needs; 0 stands for a majority of the copies.
    #[option(name = "read-quorum", number(0..=200), default = "0", source = "Gifford 1979; DeCandia et al. 2007, §4.5")]
    pub read_quorum: usize,
    /// W: how many replicas must store a value; 0 stands for a majority of the copies.
    #[option(name = "write-quorum", number(0..=200), default = "0", source = "Gifford 1979; DeCandia et al. 2007, §4.5")]
    pub write_quorum: usize,
    /// Whether a read has what it found stored at a write quorum before it answers.
    #[option(default = "on", source = "Attiya, Bar-Noy, Dolev 1995, §3")]
    pub write_back: WriteBack,
    /// Sends the newest value to all that a read has seen to lag behind.
    #[option(source = "DeCandia et al. 2007, §5")]
    pub read_repair: bool,
    /// Only replica 1 writes, and counts by itself, so that a write needs no query.
    #[option(source = "Attiya, Bar-Noy, Dolev 1995, §3")]
    pub one_writer: bool,
    /// N: how many replicas, from the first on, keep copies; 0 stands for all.
    #[option(number(0..=200), default = "0", source = "DeCandia et al. 2007, §4.3")]
    pub copies: usize,
    /// How long a client waits before it asks again.
    #[option(duration, default = "500ms", at_least = "1ms")]
    pub retry: Time,
    /// How long a replica's clock takes to tick, where tags come from clocks.
    #[option(duration, default = "10ms", at_least = "1ms")]
    pub tick: Time,
    /// A write takes its tag from its replica's own clock and asks nobody which tags there are.
    #[option(
        breaks("linearizability", "regularity", "one-value-per-tag"),
        source = "Kingsbury, Jepsen: Cassandra, 2013"
    )]
    pub clock_tags: bool,
    /// Tags have a timestamp and no writer, so that two writers can use the same.
    #[option(breaks("linearizability", "regularity", "one-value-per-tag"), source = "Lynch, Shvartsman 1997, §3")]
    pub no_writer_id: bool,
    /// A replica stores whatever it is sent, even over a newer value.
    #[option(breaks("linearizability", "regularity", "tags-grow"), source = "Attiya, Bar-Noy, Dolev 1995, §3")]
    pub overwrite_always: bool,
    /// A copy is not on disk before it is acknowledged, so that a crash can make a replica forget it.
    #[option(breaks("linearizability", "regularity", "tags-grow"), source = "Attiya, Bar-Noy, Dolev 1995, §3")]
    pub copy_not_durable: bool,
    /// Answers are not matched to the operation that they belong to.
    #[option(breaks("linearizability", "regularity"), source = "Attiya, Bar-Noy, Dolev 1995, §3")]
    pub unmatched_answers: bool,
    /// Replicas beyond the copies stand in for those that don't answer, and count towards W.
    #[option(breaks("linearizability", "regularity"), source = "DeCandia et al. 2007, §4.6")]
    pub sloppy: bool,
}

impl Config {
    /// How many answers end this phase.
    pub fn needed(&self, phase: Phase) -> usize {
        if phase == Phase::Query { self.read_quorum } else { self.write_quorum }
    }

    /// Whether a read writes back what so many of those that answered hold.
    pub fn writes_back(&self, newest: usize) -> bool {
        match self.write_back {
            WriteBack::On => true,
            WriteBack::AsNeeded => newest < self.write_quorum,
            WriteBack::Off => false,
        }
    }

    /// Whether every read quorum shares a copy with every write quorum.
    pub fn quorums_meet(&self) -> bool {
        self.read_quorum + self.write_quorum > self.copies
    }

    /// Whether it behaves like one copy: who asks all for their copies needs no write-back.
    pub fn is_atomic(&self) -> bool {
        self.quorums_meet() && (self.write_back != WriteBack::Off || self.read_quorum == self.copies)
    }
}

/// What can be waited for.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// A client waits for its answer.
    #[timer(waits = "for an answer", then = "asks again")]
    Retry,
    /// A replica's clock ticks, where tags come from clocks.
    #[timer]
    Tick,
    /// A stand-in waits before it hands on what it holds for others.
    #[timer(waits = "to pass on copies kept for others", then = "sends them")]
    HandOff,
}

/// The roles. Each replica keeps copies; this is what it is busy with for a client.
#[derive(Role, Clone, Copy)]
pub enum Role {
    /// Keeps copies, and carries out nothing at the moment.
    #[role(Follow)]
    Replica,
    /// Asks which value is the newest, phase 1.
    #[role(Contend)]
    Querying,
    /// Has a value stored, phase 2.
    #[role(Contend)]
    Storing,
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "quorum-register",
    name: "Quorum register",
    summary: "Replicas keep copies of each register, with version numbers. Whoever reads or writes asks a quorum of them: shared memory without consensus.",
    paper: "Attiya, Bar-Noy, Dolev 1995; Lynch, Shvartsman 1997",
    epoch: "tag",
    replicas: (1, 200),
    first_scenario: include_str!("first.scenario"),
    structures: &[StructureInfo { kind: StructureKind::Value, name: "Copies", empty: "Nothing was written yet." }],
    properties: properties::PROPERTIES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "2(n−1) a phase: a write or a read takes 4(n−1); a read without write-back or a write of the only writer 2(n−1).",
        },
        WordInfo { name: "delays", about: "2 a phase: 4 for a write or a read, 2 where there is one phase." },
    ],
    terms: terms::TERMS,
    ..Descriptor::of::<QuorumRegister>()
};

impl Algorithm for QuorumRegister {
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

    fn reconcile(config: &mut Config, _: &Options) -> Result<(), SetupError> {
        let all = config.replicas;
        complete_size("copies", &mut config.copies, all, all, "replicas")?;
        let (copies, usual) = (config.copies, majority(config.copies));
        complete_size("read-quorum", &mut config.read_quorum, copies, usual, "copies")?;
        complete_size("write-quorum", &mut config.write_quorum, copies, usual, "copies")
    }

    /// Two writes, then a read, over registers `k1`, `k2`, ….
    fn workload(_: &Config, count: u64, draw: u64, keys: u32) -> Option<Command> {
        let key = Name::try_from(format!("k{}", below(draw, u64::from(keys.max(1))) + 1)).ok()?;
        match count % 3 {
            2 => Some(Command::Read(key)),
            _ => Some(Command::Write(key, Name::try_from(count.to_string()).ok()?)),
        }
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

//! Egalitarian Paxos, the basic one: no leader, and an order only for commands that conflict (Moraru, Andersen, Kaminsky, *There Is
//! More Consensus in Egalitarian Parliaments*, SOSP 2013).
//!
//! | file | the paper |
//! |---|---|
//! | `leader.rs` | Figure 2: phase 1, the fast path; phase 2 |
//! | `acceptor.rs` | Figure 2, any other replica: attributes, votes, commit |
//! | `recovery.rs` | Figure 3: explicit prepare |
//! | `execute.rs`, `order.rs` | §4.3.2: the execution algorithm |
//!
//! Each replica has instances of its own, and leads the commands that clients bring to it. In an instance a command is agreed on
//! with its attributes: a sequence number, and the instances with conflicting commands that it depends on. All conflicting instances
//! are named, not only each replica's last: otherwise a no-op in that place would lose those before it (Whittaker 2021).
//!
//! A fast quorum has n − 1 replicas, the leader included: 2F of 2F+1. The optimized protocol's smaller ones need a recovery
//! that the paper leaves in doubt (EPaxos*, arXiv 2511.02743, §7). The ballot that a replica has joined and the ballot of what it has
//! taken are kept apart (Sutra, *On the correctness of Egalitarian Paxos*, 2019).
//!
//! Without failures and conflicts: 3(n−1) messages, and 2 delays until the leader knows, 3 until all do; 3n − 5 where leaders are
//! thrifty. On the slow path 2 delays and a majority's answers more.

mod acceptor;
mod client;
mod execute;
mod leader;
mod lies;
mod message;
mod order;
mod properties;
mod recovery;
mod replica;
mod rules;
mod terms;
mod view;

pub use client::Client;
pub use message::{Deps, Entry, Instance, Message, Stage, Taken, Value};
pub use properties::Monitor;
pub use replica::{Disk, Lead, Phase, Record, State, Wait};
pub use rules::Rule;

use crate::kernel::descriptor::quorum::majority;
use crate::kernel::prelude::*;
use crate::services::kv;
use replica::Turn;

/// Egalitarian Paxos.
pub struct EPaxos;

/// When a client is told.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Told {
    /// A put once it is committed; what has an outcome once it is executed.
    AtCommit,
    /// Once its command is executed.
    AfterExecution,
}

/// What breaks where an instance can be committed in two ways.
const TWO_COMMITS: &[&str] = &["agreement", "conflicts-ordered", "same-order", "linearizability"];
/// What breaks where two commands that conflict have no order.
const NO_ORDER: &[&str] = &["conflicts-ordered", "same-order", "linearizability"];

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// How many replicas.
    #[option(replicas)]
    pub replicas: usize,
    /// A leader asks only as many replicas as it needs answers, and the others when these are silent.
    #[option(source = "§6.1")]
    pub thrifty: bool,
    /// When a client is told that its put is done: when it is committed, or when it is executed.
    #[option(default = "after-execution", source = "§4.3.2")]
    pub told: Told,
    /// How long a leader waits for a fast quorum before it goes on with a majority.
    #[option(duration, default = "60ms", at_least = "1ms", source = "§4.3")]
    pub fast_timeout: Time,
    /// How long a replica waits for an instance to be committed before it finishes it itself; twice as long after each attempt.
    #[option(range, default = "200ms..400ms", at_least = "1ms", source = "§4.7")]
    pub recovery_timeout: (Time, Time),
    /// How long a client waits before it asks the next replica.
    #[option(duration, default = "500ms", at_least = "1ms")]
    pub retry: Time,
    /// A replica that joins a ballot forgets in which one it took what it has: one variable for both.
    #[option(breaks = TWO_COMMITS, source = "Sutra 2019: On the correctness of Egalitarian Paxos")]
    pub one_ballot: bool,
    /// A leader commits on the fast path if all answers are the same, although they differ from what it proposed.
    #[option(breaks = TWO_COMMITS, source = "§4.3.1, Figure 2")]
    pub agree_among_themselves: bool,
    /// Whoever finishes an instance counts the answer of its own leader among those who have changed nothing.
    #[option(breaks = TWO_COMMITS, source = "§4.7, Figure 3")]
    pub count_leader: bool,
    /// A fast quorum has only F + ⌊(F + 1) / 2⌋ replicas, with the recovery that is made for 2F.
    #[option(breaks = TWO_COMMITS, source = "§4.4")]
    pub small_quorum: bool,
    /// Of each replica's instances a command depends on the last one only.
    #[option(breaks = NO_ORDER, source = "Whittaker 2021: bipartisan_paxos")]
    pub deps_compacted: bool,
    /// Of commands in a cycle that have the same sequence number, each replica executes its own first.
    #[option(breaks("same-order", "linearizability"), source = "§4.3.2; epaxos-exec.go")]
    pub seq_ties: bool,
    /// Commands in a cycle are executed in the order of their instances, whatever their sequence numbers are.
    #[option(breaks("linearizability"), source = "§4.3.2")]
    pub scc_by_id: bool,
}

impl Config {
    /// How many replicas a majority has: F + 1 of 2F + 1.
    pub fn majority(&self) -> usize {
        majority(self.replicas)
    }

    /// How many replicas commit on the fast path, the leader included. All but one: then of any majority without the leader,
    /// all but one have seen the command unchanged, and with the leader these are a majority.
    pub fn fast_quorum(&self) -> usize {
        let most = self.majority() - 1;
        if self.small_quorum { (most + most.div_ceil(2)).min(self.replicas - 1) } else { self.replicas - 1 }
    }
}

/// What can be waited for, with the slot of the instance.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// A leader waits for a fast quorum.
    #[timer(name = "fast-timeout", waits = "for a fast quorum", then = "goes on with a majority", leads)]
    Fast(u64),
    /// A replica waits for an instance to be committed.
    #[timer(name = "recovery-timeout", waits = "for an instance to be committed", then = "finishes it itself", leads)]
    Recovery(u64),
    /// A client waits for its answer.
    #[timer(waits = "for an answer", then = "asks another replica")]
    Retry,
}

/// The roles. All replicas are equal; this is what one is busy with.
#[derive(Role, Clone, Copy)]
pub enum Role {
    /// Answers those who lead a command.
    #[role(Follow)]
    Replica,
    /// Leads a command that a client has brought to it.
    #[role(Lead)]
    Leader,
    /// Finishes an instance in a ballot of its own.
    #[role(Contend)]
    Recovering,
}

/// A lone command, by the paper.
const GROWTH: &[Growth] = &[
    Growth {
        variant: "to all",
        lines: "set thrifty off",
        source: "Moraru, Andersen, Kaminsky 2013, Figure 2",
        messages: Formula { text: "3(n − 1)", of: |n| 3 * (n - 1) },
        busiest: Formula { text: "3(n − 1)", of: |n| 3 * (n - 1) },
        authenticators: |_| Authenticators::own(0),
        delays: (2, 3),
        answer: 4,
    },
    Growth {
        variant: "thrifty",
        lines: "set thrifty on",
        source: "Moraru, Andersen, Kaminsky 2013, §6.1",
        messages: Formula { text: "3n − 5", of: |n| 3 * n - 5 },
        busiest: Formula { text: "3n − 5", of: |n| 3 * n - 5 },
        authenticators: |_| Authenticators::own(0),
        delays: (2, 3),
        answer: 4,
    },
];

static DESCRIPTOR: Descriptor = Descriptor {
    id: "epaxos",
    name: "EPaxos",
    summary: "A replicated store without a leader: any replica commits a command in one round trip, as long as nothing that conflicts with it is under way.",
    paper: "Moraru, Andersen, Kaminsky: There Is More Consensus in Egalitarian Parliaments, 2013",
    epoch: "ballot",
    slot: "instance",
    replicas: (3, 200),
    first_scenario: include_str!("first.scenario"),
    structures: &[StructureInfo {
        kind: StructureKind::Graph,
        name: "Instances, and what they depend on",
        empty: "No replica has heard of a command yet.",
    }],
    properties: properties::PROPERTIES,
    rules: rules::RULES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "3(n−1) on the fast path, 5(n−1) on the slow one. Where leaders are thrifty, 3n−5: 4, 10, 16 for n = 3, 5, 7; on the slow path 2F more.",
        },
        WordInfo {
            name: "delays",
            about: "2 on the fast path until the leader knows, 4 on the slow one; one more until all do.",
        },
    ],
    growth: GROWTH,
    terms: terms::TERMS,
    ..Descriptor::of::<EPaxos>()
};

impl Algorithm for EPaxos {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = kv::Command;
    type Value = Value;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Rule = Rule;

    fn workload(_: &Config, count: u64, draw: u64, keys: u32) -> Option<kv::Command> {
        Some(kv::workload(count, draw, keys))
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

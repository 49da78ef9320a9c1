//! Paxos Commit: a transaction takes place at all participants or at none, and up to F crashes block nobody (Gray, Lamport,
//! *Consensus on Transaction Commit*, 2006, §4; PaxosCommit.tla).
//!
//! Each participant's vote is the value of an instance of Paxos of its own. Replicas 1 to N are participants (the paper's
//! resource managers); 1 to 2F+1 are acceptors, too; replica 1 leads ballot 0.
//!
//! - Ballot 0 (participant.rs, acceptor.rs): the leader asks, each participant sends its vote to acceptors, these tell the
//!   leader, all instances in one message. In ballot 0 nobody but the participant itself proposes, so phase 1 is left out.
//! - Committed if all instances have chosen *prepared*, aborted if one has chosen *aborted* (learner.rs): an AND gate.
//! - Silence is settled by a ballot, not by a clock (leader.rs): whoever has waited long enough takes over with a higher
//!   ballot, finds what may have been chosen, and proposes *aborted* where nothing can have been.
//!
//! What an acceptor may promise and accept is Paxos' own rule (ballot.rs). F = 0 is two-phase commit.
//!
//! Without failures: N(F+3)−3 messages, 3 delays until the leader knows, 4 until all do; (N−1)(2F+3) and 3 if acceptors tell all.

mod acceptor;
mod client;
mod leader;
mod learner;
mod lies;
mod message;
mod participant;
mod properties;
mod replica;
mod rules;
mod terms;
mod view;

pub use client::Client;
pub use message::{Ballot, Command, Decision, Message, Transaction, Value, Vote, Votes};
pub use properties::Monitor;
pub use replica::{Disk, Entry, Open, Phase, State};
pub use rules::Rule;

use crate::kernel::prelude::*;
use crate::protocols::atomic_commit;
use replica::Turn;

/// The replica that leads ballot 0.
pub const LEADER: NodeId = NodeId::replica(1);
/// What breaks where two decisions are made.
const TWO_DECISIONS: &[&str] = &["ac1-agreement", "agreement"];
/// The same, because an instance has chosen two values.
const TWO_CHOSEN: &[&str] = &["one-value-per-instance", "ac1-agreement", "agreement"];

/// Paxos Commit.
pub struct PaxosCommit;

/// Who is told what acceptors accept.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AcceptorsTell {
    /// The leader, who tells all.
    Leader,
    /// All replicas: a delay less, for more messages.
    All,
}

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// How many replicas. All are participants.
    #[option(replicas)]
    pub replicas: usize,
    /// How many crashes block nobody: F. There are 2F+1 acceptors.
    #[option(number(0..=20), default = "1", source = "Gray, Lamport 2006, §4.1")]
    pub failures: usize,
    /// How a participant votes; `refused-by` in a request makes it vote to abort one transaction.
    #[option(name = "vote", yes_no, per_replica, default = "yes", source = "Gray, Lamport 2006, §2")]
    pub votes: Vec<bool>,
    /// Whom acceptors tell what they have accepted.
    #[option(default = "leader", source = "Gray, Lamport 2006, §4.2")]
    pub acceptors_tell: AcceptorsTell,
    /// How long the leader waits for votes before it starts a higher ballot.
    #[option(duration, default = "100ms", at_least = "1ms", source = "Gray, Lamport 2006, §4.1")]
    pub vote_timeout: Time,
    /// How long a participant waits for the outcome before it takes over; twice as long after each attempt.
    #[option(range, default = "150ms..300ms", at_least = "1ms", source = "Gray, Lamport 2006, §4.1")]
    pub takeover_timeout: (Time, Time),
    /// How long a client waits before it asks the next replica.
    #[option(duration, default = "500ms", at_least = "1ms")]
    pub retry: Time,
    /// A participant that has waited long enough aborts, without a ballot.
    #[option(breaks = TWO_DECISIONS, source = "Gray, Lamport 2006, §3")]
    pub decide_alone_on_timeout: bool,
    /// A participant that has waited long enough takes its vote back in ballot 0, and acceptors let it.
    #[option(breaks = TWO_CHOSEN, source = "Gray, Lamport 2006, §4.1: one vote in ballot 0")]
    pub second_vote: bool,
    /// A new leader proposes prepared, not aborted, where nothing can have been chosen.
    #[option(breaks("ac3-commit-validity"), source = "Gray, Lamport 2006, §4.1")]
    pub free_means_prepared: bool,
    /// A new leader proposes aborted in all instances, whatever acceptors have told it.
    #[option(breaks = TWO_CHOSEN, source = "Gray, Lamport 2006, §4.1; Paxos Made Simple §2.2, P2c left out")]
    pub abort_what_was_found: bool,
    /// An acceptor accepts a participant's vote even when it has promised a higher ballot.
    #[option(breaks = TWO_CHOSEN, source = "Paxos Made Simple §2.2, P1a left out")]
    pub late_vote_counts: bool,
    /// What an acceptor accepts is not on disk, so that a crash can make it forget.
    #[option(breaks = TWO_CHOSEN, source = "Paxos Made Simple §2.5")]
    pub accepted_not_durable: bool,
    /// A value counts as chosen when F acceptors have accepted it, one less than a majority.
    #[option(breaks = TWO_DECISIONS, source = "Gray, Lamport 2006, §4.1: F+1 of 2F+1")]
    pub quorum_of_f: bool,
}

impl Config {
    /// Replicas 1 to 2F+1.
    pub fn acceptors(&self) -> impl DoubleEndedIterator<Item = NodeId> + Clone + use<> {
        NodeId::replicas(2 * self.failures + 1)
    }

    /// How many acceptors a majority has: F+1.
    pub fn majority(&self) -> usize {
        self.failures + 1
    }
}

/// What can be waited for, with the number of the transaction.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// Somebody waits for the outcome of a transaction.
    #[timer(waits = "for the outcome", then = "takes over with a higher ballot", leads)]
    Takeover(u64),
    /// A client waits for its answer.
    #[timer(waits = "for an answer", then = "asks another participant")]
    Retry,
}

/// The roles. Each replica is a participant; this is what it is busy with.
#[derive(Role, Clone, Copy)]
pub enum Role {
    /// Votes, and waits for the outcome.
    #[role(Follow)]
    Participant,
    /// Leads ballot 0: collects what acceptors have accepted.
    #[role(Lead)]
    Leader,
    /// Has waited long enough, and leads a higher ballot.
    #[role(Contend)]
    TakingOver,
    /// Knows the outcome of every transaction that it has heard of.
    #[role(Done)]
    Decided,
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "paxos-commit",
    name: "Paxos Commit",
    summary: "Each participant's vote on a transaction is settled by Paxos. So nobody is left in doubt when the coordinator falls silent.",
    paper: "Gray, Lamport 2006, §4",
    epoch: "ballot",
    agent: "participant",
    slot: "transaction",
    replicas: (3, 200),
    first_scenario: include_str!("first.scenario"),
    structures: &[
        StructureInfo {
            kind: StructureKind::Grid,
            name: "Votes, as the acceptors have them",
            empty: "No acceptor has accepted a vote yet.",
        },
        StructureInfo {
            kind: StructureKind::Log,
            name: "Transactions",
            empty: "Nobody has asked for a transaction yet.",
        },
    ],
    properties: properties::PROPERTIES,
    rules: rules::RULES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "N(F+3)−3 with N participants; (N−1)(2F+3) if acceptors tell all. F = 0 is two-phase commit: 3(N−1).",
        },
        WordInfo {
            name: "delays",
            about: "3 until the leader knows, 4 until all do; 3 for all if acceptors tell all.",
        },
    ],
    terms: terms::TERMS,
    ..Descriptor::of::<PaxosCommit>()
};

impl Algorithm for PaxosCommit {
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
        let (failures, needed) = (config.failures, 2 * config.failures + 1);
        if needed > config.replicas {
            let sentence = format!("{failures} failures need {needed} acceptors, and each acceptor is a participant");
            return Err(SetupError::Option { option: "failures", sentence });
        }
        Ok(())
    }

    /// Every fourth transaction is refused, by a participant drawn at random. `keys` means nothing here.
    fn workload(config: &Config, count: u64, draw: u64, _: u32) -> Option<Command> {
        Some(atomic_commit::workload(config.replicas, count, draw))
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

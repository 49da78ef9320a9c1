//! Two-phase commit: a transaction takes place at all participants or at none.
//!
//! As in Gray (1978) and in Bernstein, Hadzilacos, Goodman (*Concurrency Control and Recovery in Database Systems*, 1987,
//! chapter 7), presumed nothing: the start, each yes and each decision are forced to a log before anybody relies on them,
//! and decisions are acknowledged. Gray and Lamport (*Consensus on Transaction Commit*, 2006) specify the same as TwoPhase.
//! Replica 1 coordinates and does not vote; the others are participants. Transactions are numbered from 1, the number is
//! the slot, and several may be open at once.
//!
//! - Phase 1 (coordinator.rs, participant.rs): prepare, vote. Phase 2: outcome, ack.
//! - A participant that voted yes and hears no decision is blocked: that is no bug, it is what the protocol is known for.
//! - `set pre-commit on` makes it three-phase commit (Skeen 1981; §7.5; termination.rs): nobody is blocked by crashes, as long as
//!   no timeout is wrong.
//! - `set cooperative on` adds the cooperative termination protocol (§7.4): participants in doubt ask each other.
//!
//! Without failures: 3(n−1) messages and 3 delays until all know, acknowledgements not counted; the coordinator knows
//! after 2. With three phases: 5(n−1), 5 and 4.

mod client;
mod coordinator;
mod lies;
mod message;
mod participant;
mod properties;
mod replica;
mod rules;
mod termination;
mod terms;
#[cfg(test)]
mod tests;
mod view;

pub use client::Client;
pub use message::{Command, Decision, Message, Transaction, Value};
pub use properties::Monitor;
pub use replica::{Disk, Entry, Note, Report, Stage, State};
pub use rules::Rule;

use crate::kernel::prelude::*;
use crate::protocols::atomic_commit;
use replica::Turn;

/// The replica that coordinates.
pub const COORDINATOR: NodeId = NodeId::replica(1);
/// The timers that fire only when something failed, whatever their number.
const FAILURES: [Timer; 2] = [Timer::VoteTimeout(0), Timer::DecisionTimeout(0)];
/// What breaks where somebody can forget or ignore what it promised.
const TWO_DECISIONS: &[&str] = &["ac1-agreement", "agreement"];

/// Two-phase commit.
pub struct TwoPhaseCommit;

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
#[option(order("vote", "cooperative"))]
pub struct Config {
    /// How many replicas, the coordinator among them.
    #[option(replicas)]
    pub replicas: usize,
    /// How a participant votes; `refused-by` in a request makes it vote no on one transaction.
    ///
    /// By place; the first is not asked.
    #[option(name = "vote", yes_no, per_replica, not_first, default = "yes", source = "§7.3")]
    pub votes: Vec<bool>,
    /// How long the coordinator waits for votes before it aborts.
    #[option(duration, default = "100ms", at_least = "1ms", source = "§7.4")]
    pub vote_timeout: Time,
    /// How long a participant that voted yes waits before it asks.
    #[option(duration, default = "150ms", at_least = "1ms", source = "§7.4")]
    pub decision_timeout: Time,
    /// How long the coordinator waits for acknowledgements before it sends the decision again.
    #[option(duration, default = "100ms", at_least = "1ms", source = "§7.4")]
    pub resend: Time,
    /// How long a client waits before it asks again.
    #[option(duration, default = "500ms", at_least = "1ms", source = "§7.4")]
    pub retry: Time,
    /// Participants in doubt ask each other, not only the coordinator.
    #[option(source = "§7.4")]
    pub cooperative: bool,
    /// A participant in doubt aborts on its own after a while.
    #[option(breaks = TWO_DECISIONS, source = "§7.4")]
    pub decide_alone_on_timeout: bool,
    /// A yes vote is not forced to the log, so a crash can make the participant forget it.
    #[option(breaks = TWO_DECISIONS, source = "§7.4")]
    pub vote_not_durable: bool,
    /// A decision is not forced to the log, so a crash can make whoever made it forget it.
    #[option(breaks("ac1-agreement", "ac2-no-reversal", "agreement"), source = "§7.4")]
    pub decision_not_durable: bool,
    /// The coordinator aborts whatever the votes are.
    #[option(breaks("ac4-abort-validity"), source = "§7.3")]
    pub always_abort: bool,
    /// Three-phase commit: all learn that all have voted yes before anybody commits, and can decide without the coordinator.
    ///
    /// It bears crashes, and no partition: a timeout must mean a crash.
    #[option(source = "Skeen 1981; §7.5")]
    pub pre_commit: bool,
    /// Three-phase commit: how long whoever asks for the others' states waits before it decides for all.
    #[option(duration, default = "100ms", at_least = "1ms", source = "§7.5")]
    pub state_timeout: Time,
    /// Three-phase commit without its termination protocol: a participant whose timer fires commits after a pre-commit, and
    /// aborts without one.
    #[option(breaks = TWO_DECISIONS, source = "Skeen 1981; §7.5")]
    pub no_termination: bool,
    /// Three-phase commit: whoever decides for all commits without forwarding the pre-commit to those who are in doubt.
    #[option(breaks = TWO_DECISIONS, source = "§7.5, rule TR4 left out; compare ACP_NB_WRONG.tla")]
    pub no_forwarding: bool,
}

/// What can be waited for; all but the client's with the number of their transaction.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// The coordinator waits for votes.
    #[timer(waits = "for votes", then = "decides to abort", leads)]
    VoteTimeout(u64),
    /// A participant that voted yes waits for the decision.
    #[timer(waits = "for the decision", then = "asks for it")]
    DecisionTimeout(u64),
    /// The coordinator waits for acknowledgements.
    #[timer(waits = "for acknowledgements", then = "sends the decision again", leads)]
    Resend(u64),
    /// A client waits for its answer.
    #[timer(waits = "for an answer", then = "asks again")]
    Retry,
    /// Three-phase commit: somebody waits for acknowledgements of the pre-commit.
    #[timer(waits = "for acknowledgements of the pre-commit", then = "commits", leads)]
    PreCommitTimeout(u64),
    /// Three-phase commit: somebody waits for the others' states.
    #[timer(waits = "to hear how far the others have come", then = "decides for all")]
    StateTimeout(u64),
}

/// The roles.
#[derive(Role, Clone, Copy)]
pub enum Role {
    /// Asks for votes, decides, and tells all participants. Does not vote itself.
    #[role(Lead)]
    Coordinator,
    /// Votes and waits for the decision.
    #[role(Follow)]
    Participant,
    /// Has voted yes and heard no decision: it may neither commit nor abort.
    #[role(Blocked)]
    Blocked,
    /// Knows the decision on every transaction that it has heard of.
    #[role(Done)]
    Decided,
}

/// The participants, in the order of their numbers.
pub(super) fn participants(config: &Config) -> impl Iterator<Item = NodeId> + use<> {
    NodeId::replicas(config.replicas).skip(1)
}

const FIRST: &str = "\
# A coordinator that falls silent
# Three participants agree on a trip, refuse a concert, and are left in doubt about a hotel.
protocol two-phase-commit
replicas 4
seed 3
network latency 20ms

at 0s      request transaction trip
at 300ms   request transaction concert refused-by 3
at 600ms   request transaction hotel
at 650ms   crash 1 after 2 sends
at 1.2s    expect 4.role = blocked   # predict: The coordinator will crash before all know its decision. What will replica 4 do, which has voted yes? | It stays in doubt: it may neither commit nor abort | It aborts after a while, since it hears nothing
at 1.8s    restart 1
run 700ms
expect all
expect 4.state = committed
";

impl Algorithm for TwoPhaseCommit {
    const DESCRIPTOR: &'static Descriptor = &Descriptor {
        id: "two-phase-commit",
        name: "Two-phase commit",
        summary: "A coordinator asks all participants to vote. If all say yes, the transaction is carried out everywhere, otherwise nowhere.",
        paper: "Gray 1978; Bernstein, Hadzilacos, Goodman 1987, chapter 7; Gray, Lamport 2006",
        epoch: "transaction",
        agent: "participant",
        first_agent: "coordinator",
        slot: "transaction",
        replicas: (2, 200),
        first_scenario: FIRST,
        properties: &atomic_commit::PROPERTIES,
        costs: &[
            WordInfo {
                name: "messages",
                about: "3(n−1): prepare, vote, outcome; its acknowledgements are not counted. With three phases 5(n−1).",
            },
            WordInfo {
                name: "delays",
                about: "The coordinator decides after 2, the last participant after 3. With three phases after 4 and 5.",
            },
        ],
        terms: terms::TERMS,
        ..Descriptor::of::<Self>()
    };

    type Config = Config;
    type Command = Command;
    type Value = Value;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Rule = Rule;

    /// The bugs of three-phase commit are bugs of it alone.
    fn reconcile(config: &mut Config, _: &Options) -> Result<(), SetupError> {
        config.pre_commit |= config.no_termination || config.no_forwarding;
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

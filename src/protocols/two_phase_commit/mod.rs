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
//! - `set cooperative on` adds the cooperative termination protocol (§7.4): participants in doubt ask each other.
//!
//! Without failures: 3(n−1) messages and 3 delays until all know, acknowledgements not counted; the coordinator knows
//! after 2.

mod client;
mod coordinator;
mod message;
mod participant;
mod properties;
mod replica;
mod rules;
#[cfg(test)]
mod tests;
mod view;

pub use client::Client;
pub use message::{Command, Decision, Message, Transaction, Value};
pub use properties::Monitor;
pub use replica::{Disk, Entry, Note, Stage, State};
pub use rules::Rule;

use crate::kernel::data::random::below;
use crate::kernel::{
    Algorithm, Check, ClientContext, Cluster, CommandInfo, Descriptor, Event, Explain, Glance, Input, Lie, Lies, Look,
    NodeId, OptionInfo, OptionKind, ReplicaView, Report, RequestId, RoleInfo, Settings, Signer, Status, Time, WordInfo,
};
use replica::Turn;

/// The replica that coordinates.
pub const COORDINATOR: NodeId = NodeId::replica(1);
/// The places in [`TIMERS`] of the timers that fire only when something failed.
const FAILURES: [u8; 2] = [0, 1];
const LONGEST_NAME: usize = 24;

/// Two-phase commit.
pub struct TwoPhaseCommit;

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Clone, Hash, Debug)]
pub struct Config {
    /// How many replicas, the coordinator among them.
    pub replicas: usize,
    /// How each replica votes, by place; the first is not asked.
    pub votes: Vec<bool>,
    /// How long the coordinator waits for votes.
    pub vote_timeout: Time,
    /// How long a participant that voted yes waits for the decision before it asks.
    pub decision_timeout: Time,
    /// How long the coordinator waits for acknowledgements before it tells the decision again.
    pub resend: Time,
    /// How long a client waits before it asks again.
    pub retry: Time,
    /// Participants in doubt ask each other too.
    pub cooperative: bool,
    /// Bug: a participant in doubt aborts by itself.
    pub decide_alone_on_timeout: bool,
    /// Bug: a yes is not forced to the log.
    pub vote_not_durable: bool,
    /// Bug: a decision is not forced to the log.
    pub decision_not_durable: bool,
    /// Bug: the coordinator aborts whatever the votes are.
    pub always_abort: bool,
}

// All but the client's with the number of their transaction.
crate::timers! {
    Votes(number) "vote-timeout" "The coordinator waits for votes.";
    Decision(number) "decision-timeout" "A participant that voted yes waits for the decision.";
    Resend(number) "resend" "The coordinator waits for acknowledgements.";
    Retry "retry" "A client waits for its answer.";
}

/// The participants, in the order of their numbers.
pub(super) fn participants(config: &Config) -> impl Iterator<Item = NodeId> + use<> {
    NodeId::replicas(config.replicas).skip(1)
}

const ROLES: &[RoleInfo] = &[
    role("coordinator", Look::Lead, "Asks for votes, decides, and tells all participants. Does not vote itself."),
    role("participant", Look::Follow, "Votes and waits for the decision."),
    role("blocked", Look::Blocked, "Has voted yes and heard no decision: it may neither commit nor abort."),
    role("decided", Look::Done, "Knows the decision on every transaction that it has heard of."),
];

const fn role(name: &'static str, look: Look, about: &'static str) -> RoleInfo {
    RoleInfo { name, look, about }
}

const OPTIONS: &[OptionInfo] = &[
    OptionInfo {
        name: "vote",
        kind: OptionKind::YesNo,
        default: "yes",
        per_replica: true,
        bug: false,
        breaks: &[],
        about: "How a participant votes; `refused-by` in a request makes it vote no on one transaction.",
        source: "§7.3",
    },
    switch("cooperative", &[], "Participants in doubt ask each other, not only the coordinator.", "§7.4"),
    duration("vote-timeout", "100ms", "How long the coordinator waits for votes before it aborts."),
    duration("decision-timeout", "150ms", "How long a participant that voted yes waits before it asks."),
    duration(
        "resend",
        "100ms",
        "How long the coordinator waits for acknowledgements before it sends the decision again.",
    ),
    duration("retry", "500ms", "How long a client waits before it asks again."),
    switch(
        "decide-alone-on-timeout",
        &["ac1-agreement", "agreement"],
        "A participant in doubt aborts on its own after a while.",
        "§7.4",
    ),
    switch(
        "vote-not-durable",
        &["ac1-agreement", "agreement"],
        "A yes vote is not forced to the log, so a crash can make the participant forget it.",
        "§7.4",
    ),
    switch(
        "decision-not-durable",
        &["ac1-agreement", "ac2-no-reversal", "agreement"],
        "A decision is not forced to the log, so a crash can make whoever made it forget it.",
        "§7.4",
    ),
    switch("always-abort", &["ac4-abort-validity"], "The coordinator aborts whatever the votes are.", "§7.3"),
];

const fn switch(
    name: &'static str,
    breaks: &'static [&'static str],
    about: &'static str,
    source: &'static str,
) -> OptionInfo {
    let bug = !breaks.is_empty();
    OptionInfo { name, kind: OptionKind::Switch, default: "off", per_replica: false, bug, breaks, about, source }
}

const fn duration(name: &'static str, default: &'static str, about: &'static str) -> OptionInfo {
    let kind = OptionKind::Duration;
    OptionInfo { name, kind, default, per_replica: false, bug: false, breaks: &[], about, source: "§7.4" }
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

static DESCRIPTOR: Descriptor = Descriptor {
    id: "two-phase-commit",
    name: "Two-phase commit",
    summary: "A coordinator asks all participants to vote. If all say yes, the transaction is carried out everywhere, otherwise nowhere.",
    paper: "Gray 1978; Bernstein, Hadzilacos, Goodman 1987, chapter 7; Gray, Lamport 2006",
    epoch: "transaction",
    quorum_for: "to commit a transaction",
    agent: "participant",
    first_agent: "coordinator",
    slot: "transaction",
    replicas: (2, 200),
    first_scenario: FIRST,
    commands: &[
        CommandInfo {
            usage: "transaction NAME",
            example: "transaction trip",
            about: "Carry out a transaction at all participants or at none.",
        },
        CommandInfo {
            usage: "transaction NAME refused-by REPLICA",
            example: "transaction trip refused-by 2",
            about: "The same, but this participant can't carry it out and votes no.",
        },
    ],
    options: OPTIONS,
    disk: &[],
    messages: message::MESSAGES,
    timers: TIMERS,
    roles: ROLES,
    fields: view::FIELDS,
    properties: properties::PROPERTIES,
    rules: rules::RULES,
    lies: message::LIES,
    costs: &[
        WordInfo { name: "messages", about: "3(n−1): prepare, vote, outcome; acknowledgements are not counted." },
        WordInfo { name: "delays", about: "The coordinator decides after 2, the last participant after 3." },
    ],
};

impl Algorithm for TwoPhaseCommit {
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

    fn configure(replicas: usize, set: &Settings<'_>) -> Result<Config, String> {
        if set.of("vote", COORDINATOR) != set.get("vote") {
            return Err("replica 1 is the coordinator and does not vote".into());
        }
        let mut votes = Vec::with_capacity(replicas);
        for node in NodeId::replicas(replicas) {
            votes.push(set.of("vote", node) != Some("no"));
        }
        let [vote_timeout, decision_timeout, resend, retry] =
            set.waits(["vote-timeout", "decision-timeout", "resend", "retry"])?;
        Ok(Config {
            replicas,
            votes,
            vote_timeout,
            decision_timeout,
            resend,
            retry,
            cooperative: set.on("cooperative"),
            decide_alone_on_timeout: set.on("decide-alone-on-timeout"),
            vote_not_durable: set.on("vote-not-durable"),
            decision_not_durable: set.on("decision-not-durable"),
            always_abort: set.on("always-abort"),
        })
    }

    fn command(config: &Config, _: usize, values: &[&str]) -> Result<Command, String> {
        let all = config.replicas;
        let (name, refused_by) = match *values {
            [name, number] => match number.parse() {
                Ok(number) if (2..=all).contains(&usize::from(number)) => (name, number),
                _ => return Err(format!("`{number}` is not a participant: they are numbered 2 to {all}")),
            },
            _ => (values.first().copied().unwrap_or_default(), 0),
        };
        if name.chars().count() > LONGEST_NAME {
            return Err(format!("the name of a transaction has at most {LONGEST_NAME} characters"));
        }
        Ok(Command { name: name.into(), refused_by })
    }

    /// Every fourth transaction is refused, by a participant drawn at random. `keys` means nothing here.
    fn workload(config: &Config, count: u64, draw: u64, _: u32) -> Result<Command, String> {
        let refuser = 2 + below(draw, config.replicas as u64 - 1) as u16;
        let refused_by = if count % 4 == 3 { refuser } else { 0 };
        Ok(Command { name: format!("t{}", count + 1).into(), refused_by })
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

impl Explain for TwoPhaseCommit {
    fn status(replica: Glance<'_, Self>) -> Status {
        view::status(replica)
    }

    fn view(replica: Glance<'_, Self>, view: &mut ReplicaView) {
        view::show(replica, view);
    }

    fn view_client(_: &Config, client: &Client) -> String {
        match client.wanted.first() {
            Some((what, to)) => format!("waits for {} from {to}", what.command),
            None => "idle".into(),
        }
    }
}

impl Check for TwoPhaseCommit {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        monitor.observe(event, cluster, report);
    }

    fn valid<'a>(_: &Config, value: &Value, asked: &dyn Fn(RequestId) -> Option<&'a Command>) -> bool {
        asked(value.what.request) == Some(&value.what.command)
    }

    /// All: every participant must vote, and the coordinator must decide.
    fn quorum(config: &Config) -> usize {
        config.replicas
    }
}

impl Lie for TwoPhaseCommit {
    fn lies(_: Glance<'_, Self>, _: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        message::lie(message, lies);
    }
}

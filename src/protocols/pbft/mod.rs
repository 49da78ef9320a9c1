//! Practical Byzantine fault tolerance (Castro, Liskov, OSDI 1999): n replicas, of which f = ⌊(n − 1) / 3⌋ may lie, agree on
//! the order of their clients' requests.
//!
//! The paper's sections and where they stand: the client (§4.1) in `client`; request, pre-prepare, prepare, commit and
//! reply (§4.2) in `replica` and `execute`; view change and new-view (§4.4, §4.5.2) in `view_change`, with what their certificates must
//! show in `certificates`; retransmission in `resend`.
//!
//! Quorums are counted for any n: Q = ⌊(n + f) / 2⌋ + 1, which is the paper's 2f + 1 at n = 3f + 1. Messages are signed;
//! a certificate is a set of statements signed by different replicas. What differs from the paper:
//!
//! - Pre-prepares, certificates and new-views carry their requests with them, so that nobody need fetch one.
//! - There are no checkpoints (§4.3) yet. In their place a view-change proves what its sender executed by one commit
//!   certificate a number: min-s is the highest number so proven, nothing up to there is proposed again, and whoever
//!   lacks it finds it in V. The watermarks are the last executed number and a fixed window above it. Checkpoints will
//!   bring: a proof of fixed size for C, the state itself for those who lag behind it, watermarks h and H that all
//!   replicas share, and the collection of what lies below.
//! - The paper's replicas don't lose their memory. Here a crash takes the timers, the votes of others and the requests
//!   that wait; what was accepted, prepared, committed and executed, and the view, are durable before anything that
//!   promises them is sent. A replica that comes back asks for the rest.

mod certificates;
mod client;
mod execute;
mod lies;
mod message;
mod properties;
mod replica;
mod resend;
mod rules;
mod view;
mod view_change;

#[cfg(test)]
mod tests;

use std::fmt;

pub use client::Client;
pub use message::{Message, Place, Request};
pub use properties::Monitor;
pub use replica::{Disk, State};
pub use rules::Rule;

use crate::kernel::quorum::{byzantine_faults, byzantine_quorum};
use crate::kernel::{
    Access, ClientInput, Cluster, CommandInfo, Descriptor, Effects, Event, Glyph, Input, MS, MessageInfo, NodeId,
    OptionInfo, OptionKind, Options, Protocol, ReplicaView, Report, RequestId, Signer, Status, Time, WordInfo,
};
use crate::protocols::kv::{self, Command, Word};
use replica::Turn;

/// PBFT.
pub struct Pbft;

/// The same for all replicas.
#[derive(Clone, Hash, Debug)]
pub struct Config {
    /// n.
    pub replicas: usize,
    /// f.
    pub faults: usize,
    /// Q: view-changes that a new-view needs.
    pub quorum: usize,
    /// Matching prepares of different backups that make a certificate: Q − 1, for the pre-prepare counts too.
    pub prepares: usize,
    /// Matching commits that make a request committed: Q.
    pub commits: usize,
    /// How long a backup waits for a request to be executed, and for the first new-view, in virtual microseconds.
    pub view_change_timeout: Time,
    /// How long a client waits before it asks everybody, in virtual microseconds.
    pub client_retry: Time,
    /// How long a replica waits before it asks for what is missing, in virtual microseconds.
    pub resend: Time,
    /// How many requests a primary has under way at once.
    pub max_in_flight: u64,
    /// Known bugs.
    pub bugs: Bugs,
}

/// Known bugs of the literature that change more than a number in [`Config`].
#[derive(Clone, Copy, Hash, Debug, Default)]
pub struct Bugs {
    /// A prepared request is executed at once.
    pub no_commit_phase: bool,
    /// Backups believe any new-view of the right primary.
    pub new_view_without_proof: bool,
    /// Votes count whatever their digest.
    pub digest_not_compared: bool,
    /// A new-view leaves out what had prepared.
    pub no_re_proposal: bool,
}

impl Config {
    /// The primary of a view: (v mod n) + 1 (§4).
    pub fn primary(&self, view: u64) -> NodeId {
        NodeId::replica((view % self.replicas as u64) as usize + 1)
    }

    /// Whether this is one of the replicas.
    pub fn is_replica(&self, node: NodeId) -> bool {
        !node.is_client() && (1..=self.replicas).contains(&node.number())
    }
}

/// What is decided at a sequence number.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Decree {
    /// The request; `None` is the null request.
    pub request: Option<Request>,
    /// Whether it was executed under a lower number before, so that nothing happens here.
    pub again: bool,
}

impl fmt::Display for Decree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.request {
            None => f.write_str("null"),
            Some(request) if self.again => write!(f, "{} (again)", request.command),
            Some(request) => write!(f, "{}", request.command),
        }
    }
}

/// What can be waited for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Timer {
    /// A backup's patience with its primary, or with the one of the view to come.
    ViewChange,
    /// Something is missing and will be asked for.
    Resend,
    /// A client's patience.
    Retry,
}

/// Roles, as places in the descriptor's list.
mod role {
    pub const PRIMARY: u8 = 0;
    pub const BACKUP: u8 = 1;
    pub const CHANGING: u8 = 2;
}

const fn message(name: &'static str, reply: bool, glyph: Glyph, about: &'static str) -> MessageInfo {
    MessageInfo { name, reply, glyph, about }
}

const fn option(name: &'static str, kind: OptionKind, default: &'static str, about: &'static str) -> OptionInfo {
    OptionInfo { name, kind, default, per_replica: false, bug: false, about, source: "Castro, Liskov 1999, §4" }
}

const fn bug(name: &'static str, about: &'static str, source: &'static str) -> OptionInfo {
    OptionInfo { name, kind: OptionKind::Switch, default: "off", per_replica: false, bug: true, about, source }
}

const OPTIONS: &[OptionInfo] = &[
    option(
        "view-change-timeout",
        OptionKind::Duration,
        "300ms",
        "How long a backup waits before it asks for another view; doubles with each view change in a row.",
    ),
    option(
        "client-retry",
        OptionKind::Duration,
        "400ms",
        "How long a client waits before it sends its request to all replicas.",
    ),
    option(
        "resend",
        OptionKind::Duration,
        "150ms",
        "How long a replica waits before it asks for messages that it lacks.",
    ),
    option(
        "max-in-flight",
        OptionKind::Number { lo: 1, hi: 128 },
        "16",
        "How many requests a primary has under way at once.",
    ),
    bug(
        "quorum-n-minus-f",
        "Believes in f = n / 3 liars, and takes n - f replicas for a quorum.",
        "Castro, Liskov 1999, §3: n must be above 3f",
    ),
    bug("no-commit-phase", "Executes a request as soon as it has prepared.", "Castro, Liskov 1999, §4.2"),
    bug("new-view-without-proof", "Backups believe any new-view of the right primary.", "Castro, Liskov 1999, §4.4"),
    bug(
        "weak-prepared",
        "Takes f + 1 replicas, the primary among them, for a prepared certificate.",
        "Castro, Liskov 1999, §4.2",
    ),
    bug("weak-committed", "Takes f + 1 commits for enough.", "Castro, Liskov 1999, §4.2"),
    bug("digest-not-compared", "Counts votes for a number whatever their digest.", "Castro, Liskov 1999, §4.2"),
    bug("no-re-proposal", "A new primary forgets what had prepared in earlier views.", "Castro, Liskov 1999, §4.4"),
];

const MESSAGES: &[MessageInfo] = &[
    message("request", false, Glyph::Envelope, "A client asks for an operation, signed by itself."),
    message("pre-prepare", false, Glyph::Box, "The primary gives a request its number in this view."),
    message("prepare", true, Glyph::Disc, "A backup has accepted that order and no other one."),
    message("commit", true, Glyph::Diamond, "A replica knows that a quorum has accepted that order."),
    message("reply", true, Glyph::Envelope, "A replica tells the client the result."),
    message(
        "view-change",
        false,
        Glyph::Hexagon,
        "A replica wants another primary, and shows what it executed and prepared.",
    ),
    message("new-view", true, Glyph::Hexagon, "The new primary begins its view, with the proof of what must be kept."),
    message("status", false, Glyph::Tag, "A replica that waits for something says what it has."),
    message("decided", true, Glyph::Diamond, "Committed requests with a quorum's signatures, for one that lacks them."),
];

const TIMERS: &[WordInfo] = &[
    WordInfo { name: "view-change", about: "A backup's patience with the primary, or with the next one." },
    WordInfo { name: "resend", about: "Something is missing and will be asked for." },
    WordInfo { name: "retry", about: "A client's patience before it asks all replicas." },
];

impl Protocol for Pbft {
    const DESCRIPTOR: &'static Descriptor = &Descriptor {
        id: "pbft",
        name: "PBFT",
        summary: "Replicas agree on an order of requests although a third of them, the primary included, may lie.",
        paper: "Miguel Castro, Barbara Liskov: Practical Byzantine Fault Tolerance, OSDI 1999",
        epoch: "view",
        quorum_for: "to commit a request",
        agent: "replica",
        replicas: (1, 100),
        first_scenario: include_str!("first.scenario"),
        commands: COMMANDS,
        options: OPTIONS,
        disk: &[],
        messages: MESSAGES,
        timers: TIMERS,
        roles: view::ROLES,
        fields: view::FIELDS,
        properties: properties::PROPERTIES,
        rules: rules::RULES,
        lies: lies::LIES,
        costs: &[
            WordInfo {
                name: "messages",
                about: "2n(n - 1) between replicas for a request: 24, 84, 180 at n = 4, 7, 10.",
            },
            WordInfo { name: "delays", about: "3 from the primary to the decision, 5 from the client to its answer." },
        ],
    };

    type Config = Config;
    type Command = Command;
    type Value = Decree;
    type Outcome = Word;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Monitor = Monitor;
    type Rule = Rule;

    fn configure(replicas: usize, options: &Options) -> Result<Config, String> {
        let on = |name| options.on(name, false);
        let time = |name: &str, default| match options.duration(name, default) {
            0..MS => Err(format!("{name} must be at least 1ms")),
            time => Ok(time),
        };
        let (mut faults, mut quorum) = (byzantine_faults(replicas), byzantine_quorum(replicas));
        if on("quorum-n-minus-f") {
            faults = replicas / 3;
            quorum = replicas - faults;
        }
        // The pre-prepare is the primary's vote, so that a certificate takes one prepare fewer than a quorum.
        let prepares = if on("weak-prepared") { faults } else { quorum - 1 };
        let commits = if on("weak-committed") { faults + 1 } else { quorum };
        let bugs = Bugs {
            no_commit_phase: on("no-commit-phase"),
            new_view_without_proof: on("new-view-without-proof"),
            digest_not_compared: on("digest-not-compared"),
            no_re_proposal: on("no-re-proposal"),
        };
        Ok(Config {
            replicas,
            faults,
            quorum,
            prepares,
            commits: if bugs.no_commit_phase { 0 } else { commits },
            view_change_timeout: time("view-change-timeout", 300 * MS)?,
            client_retry: time("client-retry", 400 * MS)?,
            resend: time("resend", 150 * MS)?,
            max_in_flight: options.number("max-in-flight", 16),
            bugs,
        })
    }

    fn preset(_: &Config, _: NodeId, pairs: &[(String, String)]) -> Result<Disk, String> {
        match pairs.first() {
            None => Ok(Disk::default()),
            Some((key, _)) => {
                Err(format!("a replica of PBFT has no `{key}` that can be set: its disk holds signed messages"))
            }
        }
    }

    fn parse_command(_: &Config, words: &[&str]) -> Result<Command, String> {
        kv::parse(words)
    }

    fn workload(_: &Config, count: u64, draw: u64, keys: u32) -> Command {
        kv::workload(count, draw, keys)
    }

    fn access(command: &Command) -> Option<Access> {
        Some(command.access())
    }

    fn boot(config: &Config, me: NodeId, disk: &mut Disk, out: &mut Effects<Self>) -> State {
        let mut state = State::default();
        let mut turn = Turn::new(config, me, &mut state, disk, out);
        view_change::recover(&mut turn);
        turn.finish();
        state
    }

    fn step(
        config: &Config,
        me: NodeId,
        state: &mut State,
        disk: &mut Disk,
        input: Input<Self>,
        out: &mut Effects<Self>,
    ) {
        let mut turn = Turn::new(config, me, state, disk, out);
        match input {
            Input::Deliver { from, message } => turn.deliver(from, message),
            Input::Fire(timer) => turn.fire(timer),
            Input::Answer { .. } => {}
        }
        turn.finish();
    }

    fn client_step(config: &Config, _: NodeId, client: &mut Client, input: ClientInput<Self>, out: &mut Effects<Self>) {
        client::step(config, client, input, out);
    }

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<Self>, report: &mut Report) {
        properties::observe(monitor, event, cluster, report);
    }

    fn valid(_: &Config, value: &Decree, asked: &dyn Fn(RequestId) -> Option<Command>) -> bool {
        value.request.as_ref().is_none_or(|request| asked(request.id).as_ref() == Some(&request.command))
    }

    fn commands_in(value: &Decree) -> usize {
        usize::from(value.request.is_some() && !value.again)
    }

    fn status(config: &Config, me: NodeId, _: &State, disk: &Disk) -> Status {
        view::status(config, me, disk)
    }

    fn view(config: &Config, me: NodeId, state: &State, disk: &Disk) -> ReplicaView {
        view::view(config, me, state, disk)
    }

    fn view_disk(config: &Config, me: NodeId, disk: &Disk) -> ReplicaView {
        view::of_disk(config, me, disk, String::new())
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.doing()
    }

    fn timer_kind(timer: Timer) -> u8 {
        timer as u8
    }

    fn quorum(config: &Config) -> usize {
        config.quorum
    }

    fn lies(_: &Config, signer: Signer, _: NodeId, message: &Message) -> Vec<(u8, Message)> {
        lies::lies(signer, message)
    }
}

const COMMANDS: &[CommandInfo] = kv::COMMANDS;

//! Practical Byzantine fault tolerance (Castro, Liskov, OSDI 1999): n replicas, of which f = ⌊(n − 1) / 3⌋ may lie, agree on
//! the order of their clients' requests.
//!
//! The paper's sections and where they stand: the client (§4.1) in `client`; request, pre-prepare, prepare and commit
//! (§4.2) in `order`, with the state in `replica`; execution, replies, tentative execution and reads (§4.1, §5.1) in
//! `execute`; checkpoints, watermarks, garbage collection and state transfer (§4.3) in `checkpoint`; view change and new-view
//! (§4.4, §4.5.2) in `view_change`, with what certificates must show in `certificates`; retransmission in `resend`.
//!
//! Quorums are counted for any n: Q = ⌊(n + f) / 2⌋ + 1, which is the paper's 2f + 1 at n = 3f + 1. Messages are signed;
//! a certificate is a set of statements signed by different replicas. What differs from the paper:
//!
//! - Pre-prepares, certificates and new-views carry their requests with them, so that nobody need fetch one.
//! - The paper's replicas don't lose their memory. Here a crash takes the timers, the votes of others and the requests
//!   that wait; the log, the state and the view are durable before anything that promises them is sent. A replica that
//!   comes back asks for the rest.
//! - Tentative state goes back at a new view only where that view has another request at its number. The paper goes back
//!   to the last checkpoint in any case; a read in between could then miss a write that its client had seen accepted.
//! - With read-only requests a client waits for Q equal replies to writes, too: f + 1 would do for the write, but not
//!   for the reads after it (Berger, Reiser, Bessani 2021, arXiv 2107.11144). Answers to a read carry the last number
//!   executed, and must agree in it: equal values may be of different states.

mod certificates;
mod checkpoint;
mod client;
mod costs;
mod descriptor;
mod execute;
mod fold;
mod lies;
mod message;
mod normal_case;
mod properties;
mod replica;
mod resend;
mod rules;
mod sequenced_digest;
mod service;
mod view;
mod view_change;

mod terms;
#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

pub use client::Client;
pub use message::{
    Batch, Certificate, Message, NewView, Phase, Proposal, Reply, Request, Stable, Status, ViewChange, Vote, digest,
};
pub use properties::Monitor;
pub use replica::{Disk, Slot, State};
pub use rules::Rule;
pub use sequenced_digest::SequencedDigest;
pub use service::{Service, Tentative};

use crate::kernel::descriptor::quorum::{byzantine_faults, byzantine_quorum};
use crate::kernel::{
    self, Access, Algorithm, AppliedLog, Asked, Authenticators, Check, Choice, ClientContext, Cluster, Context,
    Descriptor, Event, Explain, Glance, Input, Lie, Lies, NodeId, OptionKind, OptionValue, Options, Quorum,
    ReplicaView, Report, SECOND, SetupError, Signer, Time, listed,
};
use crate::services::kv::{self, Command};
use replica::Turn;

/// PBFT.
pub struct Pbft;

/// What breaks where two requests can prepare at one number of a view.
const TWO_ORDERS: &[&str] = &[
    "prepared-unique",
    "same-request-at-sequence",
    "exactly-once",
    "reply-integrity",
    "checkpoint-unique",
    "agreement",
    "linearizability",
];
/// What breaks where a number that was executed can get another request in a later view.
const LOST_ORDER: &[&str] = &[
    "same-request-at-sequence",
    "exactly-once",
    "reply-integrity",
    "checkpoint-unique",
    "agreement",
    "linearizability",
];

/// The same for all replicas. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// n.
    #[option(replicas)]
    pub replicas: usize,
    /// f.
    #[option(computed = if bugs.quorum_n_minus_f.0 { replicas / 3 } else { byzantine_faults(replicas) })]
    pub faults: usize,
    /// Q: view-changes that a new-view needs.
    #[option(computed = if bugs.quorum_n_minus_f.0 { replicas - faults } else { byzantine_quorum(replicas) })]
    pub quorum: usize,
    /// Matching prepares of different backups that make a certificate: Q − 1, for the pre-prepare counts too.
    #[option(computed = if bugs.weak_prepared.0 { faults } else { quorum - 1 })]
    pub prepares: usize,
    /// Matching commits that make a request committed: Q.
    #[option(computed = if bugs.weak_committed.0 { faults + 1 } else { quorum })]
    pub commits: usize,
    /// How long a backup waits for a request to be executed before it asks for the next view; doubles with each
    /// view change in a row.
    #[option(duration, default = "300ms", at_least = "1ms", source = "Castro, Liskov 1999, §4.4, §4.5.2")]
    pub view_change_timeout: Time,
    /// How long a client waits for a result before it sends its request to all replicas.
    #[option(duration, default = "400ms", at_least = "1ms", source = "Castro, Liskov 1999, §4.1")]
    pub client_retry: Time,
    /// How long a replica waits before it asks for messages that it is missing.
    #[option(duration, default = "150ms", at_least = "1ms", source = "Castro 2001 (thesis), §5.2")]
    pub resend: Time,
    /// K: replicas take a checkpoint after every Kth number (in the paper's example, every 100th).
    #[option(number(1..=10_000), default = "16", source = "Castro, Liskov 1999, §4.3")]
    pub checkpoint_every: u64,
    /// L: how far the high watermark is above the last stable checkpoint; 2K unless set, and at least K.
    #[option(number(1..=20_000), default = "32", source = "Castro, Liskov 1999, §4.3")]
    pub log_size: u64,
    /// How many waiting requests may share one number.
    #[option(number(1..=64), default = "1", source = "Castro, Liskov 1999, §4.2")]
    pub batch: usize,
    /// How many numbers a primary has in progress at once; further requests wait and go as a batch.
    #[option(number(1..=128), default = "16", source = "Castro, Liskov 1999, §4.2")]
    pub window: u64,
    /// Requests are executed and answered as soon as they have prepared; the client waits for a quorum of such
    /// replies.
    #[option(source = "Castro, Liskov 1999, §5.1")]
    pub tentative: bool,
    /// Reads go to all replicas, which answer at once; the client waits for a quorum of equal results, for writes
    /// as well.
    #[option(source = "Castro, Liskov 1999, §5.1; Berger, Reiser, Bessani 2021")]
    pub read_only: bool,
    /// two-faced: client c1 sends half of the replicas another request with the same timestamp; partial: it sends
    /// its request only to backups with even numbers.
    #[option(default = "none", source = "Castro, Liskov 1999, §2, §4.1")]
    pub faulty_client: Faulty,
    /// Known bugs.
    #[option(flatten)]
    pub bugs: Bugs,
}

/// Known bugs of the literature.
#[derive(Options, Clone, Copy, Hash, Debug, Default)]
#[option(order(
    "quorum-n-minus-f",
    "no-commit-phase",
    "new-view-without-proof",
    "weak-prepared",
    "weak-committed",
    "digest-not-compared",
    "no-low-watermark",
    "no-high-watermark"
))]
pub struct Bugs {
    /// A replica executes a request as soon as it has prepared, without waiting for commits.
    #[option(breaks = LOST_ORDER, source = "Castro, Liskov 1999, §4.2")]
    pub no_commit_phase: bool,
    /// Backups accept any new-view message from the right primary without checking its proof.
    #[option(breaks = LOST_ORDER, source = "Castro, Liskov 1999, §4.4")]
    pub new_view_without_proof: bool,
    /// A replica counts votes for a number whatever their digest.
    #[option(breaks = TWO_ORDERS, source = "Castro, Liskov 1999, §4.2")]
    pub digest_not_compared: bool,
    /// A new primary does not propose again what prepared in earlier views.
    #[option(breaks = LOST_ORDER, source = "Castro, Liskov 1999, §4.4")]
    pub no_re_proposal: bool,
    /// A replica accepts messages for numbers that it has already discarded from its log, and may accept another
    /// request there.
    #[option(breaks = TWO_ORDERS, source = "Castro, Liskov 1999, §4.2, §4.3")]
    pub no_low_watermark: bool,
    /// A replica accepts messages for any number, however high, so a faulty primary can make its log grow without
    /// bound.
    #[option(breaks("log-bound"), source = "Castro, Liskov 1999, §4.2")]
    pub no_high_watermark: bool,
    /// A client counts replies with equal results, whatever their view and number.
    #[option(breaks("reply-integrity", "linearizability"), source = "Castro, Liskov 1999, §5.1")]
    pub match_results_only: bool,
    /// A quorum is n - f replicas with f = n / 3, although n must be greater than 3f.
    #[option(breaks = TWO_ORDERS, source = "Castro, Liskov 1999, §3: n must be above 3f")]
    pub quorum_n_minus_f: Counted,
    /// f + 1 replicas, counting the primary, are enough for a prepared certificate.
    #[option(breaks = TWO_ORDERS, source = "Castro, Liskov 1999, §4.2")]
    pub weak_prepared: Counted,
    /// f + 1 commits are enough to commit.
    #[option(breaks = LOST_ORDER, source = "Castro, Liskov 1999, §4.2")]
    pub weak_committed: Counted,
}

/// A bug that changes nothing but how quorums are counted: the numbers in [`Config`] stand for it, in hashes too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counted(pub bool);

// Hashed by hand: the numbers in `Config` stand for it.
impl Hash for Counted {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl OptionValue for Counted {
    const KIND: OptionKind = OptionKind::Switch;

    fn read_value(text: &str) -> Option<Self> {
        bool::read_value(text).map(Counted)
    }
}

/// What a faulty client does (§4.1).
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Faulty {
    /// Nothing wrong.
    #[default]
    None,
    /// Asks replicas with even numbers for another operation under the same timestamp.
    TwoFaced,
    /// Asks only replicas with even numbers that are backups.
    Partial,
}

impl Config {
    /// The primary of a view: (v mod n) + 1 (§4).
    pub fn primary(&self, view: u64) -> NodeId {
        NodeId::replica((view % self.replicas as u64) as usize + 1)
    }

    /// What this client does wrong.
    pub fn faulty(&self, client: NodeId) -> Faulty {
        if client == NodeId::client(1) { self.faulty_client } else { Faulty::None }
    }

    /// Whether this is one of the replicas.
    pub fn is_replica(&self, node: NodeId) -> bool {
        !node.is_client() && (1..=self.replicas).contains(&node.number())
    }
}

/// What is decided at a sequence number.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Decree {
    /// The requests, none of them for the null request; each with whether it was executed under a lower number before, so
    /// that nothing happens here.
    pub entries: Vec<(Request, bool)>,
}

impl fmt::Display for Decree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.entries.is_empty() {
            return f.write_str("null");
        }
        let word = |(request, again): &(Request, bool)| {
            let again = if *again { " (again)" } else { "" };
            request.command.to_string() + again
        };
        f.write_str(&listed(self.entries.iter().map(word), ", "))
    }
}

/// What a replica or a client waits for.
#[derive(kernel::Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// How long a backup waits for the primary, or for the next one.
    #[timer(waits = "for a request to be carried out", then = "asks for a new view")]
    ViewChange,
    /// When a replica asks for messages that it is missing.
    #[timer(then = "asks for what it is missing", leads)]
    Resend,
    /// How long a client waits before it asks all replicas.
    #[timer(waits = "for an answer", then = "asks all replicas")]
    Retry,
}

impl Algorithm for Pbft {
    const DESCRIPTOR: &'static Descriptor = &descriptor::DESCRIPTOR;

    type Config = Config;
    type Command = Command;
    type Value = Decree;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Rule = Rule;

    fn reconcile(config: &mut Config, set: &Options) -> Result<(), SetupError> {
        if config.bugs.no_commit_phase {
            config.commits = 0;
        }
        if set.get("log-size").is_none() {
            config.log_size = 2 * config.checkpoint_every;
        }
        let (every, log_size) = (config.checkpoint_every, config.log_size);
        if log_size < every {
            let sentence = format!(
                "log-size is {log_size}, and no checkpoint would ever be reached: it must be at least checkpoint-every, {every}"
            );
            return Err(SetupError::Option { option: "log-size", sentence });
        }
        Ok(())
    }

    fn workload(_: &Config, count: u64, draw: u64, keys: u32) -> Option<Command> {
        Some(kv::workload(count, draw, keys))
    }

    fn boot(cx: &mut Context<'_, Self>) {
        let mut turn = Turn::new(cx);
        view_change::recover(&mut turn);
        turn.finish();
    }

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        let mut turn = Turn::new(cx);
        match input {
            Input::Deliver { from, message } => turn.deliver(from, message),
            Input::Fire(timer) => turn.fire(timer),
            Input::Request { .. } | Input::Answer { .. } => {}
        }
        turn.finish();
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        client::step(cx.config, cx.client, input, cx.out);
    }
}

impl Explain for Pbft {
    type Role = view::Role;
    type Shown = view::Shown;
    const FOLDS: bool = true;

    fn status(Glance { config, me, disk, .. }: Glance<'_, Self>) -> kernel::Status {
        view::status(config, me, disk)
    }

    fn view(Glance { config, state, disk, .. }: Glance<'_, Self>, view: &mut ReplicaView) {
        view::show(config, state, disk, view);
    }

    fn applied(Glance { disk, .. }: Glance<'_, Self>) -> Option<AppliedLog> {
        Some(fold::applied(disk))
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.doing()
    }

    fn authenticators(message: &Message) -> Authenticators {
        costs::authenticators(message)
    }
}

impl Check for Pbft {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<Self>, report: &mut Report) {
        properties::observe(monitor, event, cluster, report);
    }

    fn valid(config: &Config, value: &Decree, asked: &Asked<'_, Command>) -> bool {
        let meant = |request: &Request| asked.command(request.id) == Some(&request.command);
        value.entries.iter().all(|(request, _)| meant(request) || config.faulty(request.id.client) != Faulty::None)
    }

    fn commands_in(value: &Decree) -> usize {
        value.entries.iter().filter(|(_, again)| !again).count()
    }

    fn access(config: &Config, command: &Command) -> Option<Access> {
        (config.faulty_client != Faulty::TwoFaced).then(|| command.access())
    }

    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        vec![Quorum::simple(config.replicas, config.quorum, "to commit a request")]
    }

    fn tolerated(config: &Config) -> usize {
        config.faults
    }

    /// The wait that runs when the faults end is at most as long as all before it, one more than that when it began during
    /// the last of them (§4.4: each is twice the one before); then a view begins, and the client's own timer fires.
    fn recovers_within(cluster: &Cluster<Self>, faults: Time) -> Option<Time> {
        let config = cluster.config();
        Some(faults + 4 * config.view_change_timeout + 2 * config.client_retry + 10 * SECOND)
    }
}

impl Lie for Pbft {
    type Lie = lies::Lie;

    fn lies(replica: Glance<'_, Self>, signer: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        lies::lie(replica.config, signer, message, lies);
    }
}

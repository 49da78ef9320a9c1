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
mod descriptor;
mod execute;
mod lies;
mod message;
mod normal_case;
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
pub use execute::{Service, Tentative};
pub use message::{
    Batch, Certificate, Message, NewView, Phase, Place, Proposal, Reply, Request, Stable, Status, ViewChange, Vote,
    digest,
};
pub use properties::Monitor;
pub use replica::{Disk, Slot, State};
pub use rules::Rule;

use crate::kernel::protocol::quorum::{byzantine_faults, byzantine_quorum};
use crate::kernel::{
    self, Access, ClientInput, Cluster, Effects, Event, Input, NodeId, Protocol, ReadCommand, ReplicaView, Report,
    RequestId, Settings, Signer, Time,
};
use crate::protocols::kv::{self, Command};
use message::join;
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
    /// K: a checkpoint after each number that it divides.
    pub checkpoint_every: u64,
    /// L: the high watermark's distance from the low one.
    pub log_size: u64,
    /// How many requests share a number at most.
    pub batch: usize,
    /// How many numbers a primary has under way at once.
    pub window: u64,
    /// Requests are executed when they have prepared (§5.1).
    pub tentative: bool,
    /// Reads need no order (§5.1).
    pub read_only: bool,
    /// What client c1 does wrong.
    pub faulty_client: Faulty,
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
    /// Numbers below the last stable checkpoint are accepted.
    pub no_low_watermark: bool,
    /// Numbers of any height are accepted.
    pub no_high_watermark: bool,
    /// Clients compare replies by their results alone.
    pub match_results_only: bool,
}

/// What a faulty client does (§4.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
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
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
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
        f.write_str(&join(self.entries.iter().map(word), ", "))
    }
}

/// What a replica or a client waits for.
#[derive(kernel::Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// How long a backup waits for the primary, or for the next one.
    ViewChange,
    /// When a replica asks for messages that it is missing.
    Resend,
    /// How long a client waits before it asks all replicas.
    Retry,
}

/// Roles, as places in the descriptor's list.
mod role {
    pub const PRIMARY: u8 = 0;
    pub const BACKUP: u8 = 1;
    pub const CHANGING: u8 = 2;
}

impl Protocol for Pbft {
    const DESCRIPTOR: &'static crate::kernel::Descriptor = &descriptor::DESCRIPTOR;

    type Config = Config;
    type Command = Command;
    type Value = Decree;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Monitor = Monitor;
    type Rule = Rule;

    fn configure(replicas: usize, set: &Settings<'_>) -> Result<Config, String> {
        let on = |name| set.on(name);
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
            no_low_watermark: on("no-low-watermark"),
            no_high_watermark: on("no-high-watermark"),
            match_results_only: on("match-results-only"),
        };
        let every = set.number("checkpoint-every");
        let log_size = set.get("log-size").map_or(2 * every, |_| set.number("log-size"));
        if log_size < every {
            return Err(format!(
                "log-size is {log_size}, and no checkpoint would ever be reached: it must be at least checkpoint-every, {every}"
            ));
        }
        let faulty_client = match set.word("faulty-client") {
            "two-faced" => Faulty::TwoFaced,
            "partial" => Faulty::Partial,
            _ => Faulty::None,
        };
        let [view_change_timeout, client_retry, resend] =
            set.waits(["view-change-timeout", "client-retry", "resend"])?;
        Ok(Config {
            replicas,
            faults,
            quorum,
            prepares,
            commits: if bugs.no_commit_phase { 0 } else { commits },
            view_change_timeout,
            client_retry,
            resend,
            checkpoint_every: every,
            log_size,
            batch: set.number("batch") as usize,
            window: set.number("window"),
            tentative: on("tentative"),
            read_only: on("read-only"),
            faulty_client,
            bugs,
        })
    }

    fn command(config: &Config, words: &[&str]) -> Result<Command, String> {
        Command::read(words, config.replicas)
    }

    fn workload(_: &Config, count: u64, draw: u64, keys: u32) -> Command {
        kv::workload(count, draw, keys)
    }

    fn access(config: &Config, command: &Command) -> Option<Access> {
        (config.faulty_client != Faulty::TwoFaced).then(|| command.access())
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
        input: Input<'_, Self>,
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

    fn client_step(
        config: &Config,
        _: NodeId,
        client: &mut Client,
        input: ClientInput<'_, Self>,
        out: &mut Effects<Self>,
    ) {
        client::step(config, client, input, out);
    }

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<Self>, report: &mut Report) {
        properties::observe(monitor, event, cluster, report);
    }

    fn valid<'a>(config: &Config, value: &Decree, asked: &dyn Fn(RequestId) -> Option<&'a Command>) -> bool {
        let meant = |request: &Request| asked(request.id) == Some(&request.command);
        value.entries.iter().all(|(request, _)| meant(request) || config.faulty(request.id.client) != Faulty::None)
    }

    fn commands_in(value: &Decree) -> usize {
        value.entries.iter().filter(|(_, again)| !again).count()
    }

    fn status(config: &Config, me: NodeId, _: Option<&State>, disk: &Disk) -> kernel::Status {
        view::status(config, me, disk)
    }

    fn view(config: &Config, _: NodeId, state: Option<&State>, disk: &Disk, view: &mut ReplicaView) {
        view::show(config, state, disk, view);
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.doing()
    }

    fn tolerated(config: &Config) -> usize {
        byzantine_faults(config.replicas)
    }

    fn quorum(config: &Config) -> usize {
        config.quorum
    }

    fn lies(
        config: &Config,
        _: Option<&State>,
        signer: Signer,
        _: NodeId,
        message: &Message,
        lies: &mut kernel::Lies<Self>,
    ) {
        lies::lie(config, signer, message, lies);
    }
}

//! Raft, after Figure 2 of the extended paper (Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm,
//! 2014): leader election (§5.2), log replication (§5.3), the rules that make it safe (§5.4), and clients (§8).
//!
//! ```
//! use consensus_playground::kernel::{Act, NodeId, SECOND, Setup, Trace, World};
//! use consensus_playground::protocols::raft::Raft;
//!
//! let trace = &mut Trace::forgetful();
//! let mut world = World::<Raft>::new(&Setup { replicas: 5, seed: 7, ..Setup::default() }, trace).unwrap();
//! let words = ["put", "x", "1"].map(String::from).to_vec();
//! world.act(&Act::Request { client: NodeId::client(1), to: None, words }, trace).unwrap();
//! while world.now() < 2 * SECOND && world.step(trace).is_some() {}
//! assert_eq!(world.cluster().decisions().commands(), 1);
//! assert!(world.violations().is_empty());
//! ```

mod client;
mod lies;
mod log;
mod message;
mod properties;
mod replica;
mod replication;
mod rules;
#[cfg(test)]
mod tests;
mod value;
mod view;
mod words;

pub use client::{Client, Waiting};
pub use log::{Entry, Log};
pub use message::{Answer, Batch, Message, Result as AppendResult};
pub use properties::Monitor;
pub use replica::{Disk, Leadership, Role, State};
pub use rules::Rule;
pub use value::Value;
pub use words::DESCRIPTOR;

use words::ROLES;

use crate::kernel::{
    Access, ClientInput, Cluster, Descriptor, Effects, Event, Input, MS, NodeId, Options, Protocol, ReplicaView,
    Report, RequestId, Signer, Status, Time,
};
use crate::protocols::kv::{self, Command};

use replica::Replica;

/// The protocol.
pub struct Raft;

/// Sizes, timeouts, options and bug switches.
#[derive(Clone, Hash, Debug)]
pub struct Config {
    /// How many servers.
    pub replicas: usize,
    /// The least and the most time that a server waits for a leader, in virtual microseconds (§5.2).
    pub election_timeout: (Time, Time),
    /// The time between heartbeats, in virtual microseconds.
    pub heartbeat: Time,
    /// Whether a new leader appends an empty entry (§8).
    pub no_op: bool,
    /// Bug: entries of older terms are committed by counting (Figure 8).
    pub commit_old_terms: bool,
    /// Bug: a vote is not written to disk.
    pub vote_not_durable: bool,
    /// Bug: a vote is given whatever the candidate's log is.
    pub vote_without_log_check: bool,
    /// Bug: half of an even number of servers is taken for a majority.
    pub quorum_of_half: bool,
    /// Bug: AppendEntries cuts the log behind `prev_index`, conflict or not.
    pub append_truncates_always: bool,
    /// Bug: votes of earlier terms are counted.
    pub votes_of_any_term: bool,
}

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Timer {
    /// A follower or candidate: for a leader.
    Election,
    /// A leader: until the next heartbeat.
    Heartbeat,
    /// A client: for an answer.
    Retry,
}

impl Protocol for Raft {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    type Config = Config;
    type Command = Command;
    type Value = Value;
    type Outcome = kv::Word;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Monitor = Monitor;
    type Rule = Rule;

    fn configure(replicas: usize, options: &Options) -> Result<Config, String> {
        let (election_timeout, heartbeat) =
            (options.range("election-timeout", (150 * MS, 300 * MS)), options.duration("heartbeat", 50 * MS));
        if heartbeat < MS || election_timeout.0 < MS {
            return Err("election-timeout and heartbeat are at least 1ms".into());
        }
        Ok(Config {
            replicas,
            election_timeout,
            heartbeat,
            no_op: options.on("no-op", false),
            commit_old_terms: options.on("commit-old-terms", false),
            vote_not_durable: options.on("vote-not-durable", false),
            vote_without_log_check: options.on("vote-without-log-check", false),
            quorum_of_half: options.on("quorum-of-half", false),
            append_truncates_always: options.on("append-truncates-always", false),
            votes_of_any_term: options.on("votes-of-any-term", false),
        })
    }

    fn preset(config: &Config, _: NodeId, pairs: &[(String, String)]) -> Result<Disk, String> {
        words::preset(config, pairs)
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
        out.rule(Rule::Recover { term: disk.term, last: disk.log.last_index() });
        Replica { config, me, state: &mut state, disk, out }.await_leader();
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
        Replica { config, me, state, disk, out }.handle(input);
    }

    fn client_step(config: &Config, _: NodeId, client: &mut Client, input: ClientInput<Self>, out: &mut Effects<Self>) {
        client.handle(config, input, out);
    }

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<Self>, report: &mut Report) {
        properties::observe(monitor, event, cluster, report);
    }

    fn valid(_: &Config, value: &Value, asked: &dyn Fn(RequestId) -> Option<Command>) -> bool {
        match (&value.command, value.request) {
            (None, None) => true,
            (Some(command), Some(id)) => asked(id).is_some_and(|asked| asked == *command),
            (Some(command), None) => words::is_preset(command),
            (None, Some(_)) => false,
        }
    }

    fn commands_in(value: &Value) -> usize {
        usize::from(value.command.is_some() && !value.repeat)
    }

    fn status(_: &Config, _: NodeId, state: &State, disk: &Disk) -> Status {
        Status { role: view::role_of(&state.role), epoch: disk.term }
    }

    fn view(config: &Config, me: NodeId, state: &State, disk: &Disk) -> ReplicaView {
        view::running(config, me, state, disk)
    }

    fn view_disk(_: &Config, _: NodeId, disk: &Disk) -> ReplicaView {
        view::crashed(disk)
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.show()
    }

    fn timer_kind(timer: Timer) -> u8 {
        timer as u8
    }

    fn quorum(config: &Config) -> usize {
        config.majority()
    }

    fn lies(_: &Config, _: Signer, _: NodeId, message: &Message) -> Vec<(u8, Message)> {
        lies::lies(message)
    }
}

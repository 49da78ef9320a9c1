//! Raft, after Figure 2 of the extended paper (Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm,
//! 2014), in full: leader election (§5.2), log replication (§5.3), the rules that make it safe (§5.4), changes of the
//! members (§6), log compaction (§7) and clients (§8). What Ongaro's thesis (2014) adds are options: pre-vote (§9.6),
//! check-quorum (§6.2), leadership transfer (§3.10), changes by single servers (chapter 4), reads without the log (§6.4).
//!
//! | file | what is in it |
//! |---|---|
//! | `state.rs`, `replica.rs` | a server's state, and where each input goes |
//! | `election.rs` | votes and pre-votes, check-quorum, handing over |
//! | `replication.rs` | AppendEntries, the commit rule, applying |
//! | `configuration.rs`, `reconfiguration.rs` | who is a member, and how that changes: joint and single |
//! | `log.rs`, `snapshot.rs`, `compaction.rs` | the log, what stands for its beginning, InstallSnapshot |
//! | `reads.rs` | ReadIndex and leases |
//!
//! ```
//! use consensus_playground::kernel::{Action, NodeId, SECOND, Setup, Trace, World};
//! use consensus_playground::protocols::raft::Raft;
//!
//! let trace = &mut Trace::forgetful();
//! let mut world = World::<Raft>::new(&Setup { replicas: 5, seed: 7, ..Setup::default() }, trace).unwrap();
//! let words = ["put", "x", "1"].map(String::from).to_vec();
//! world.act(&Action::Request { client: NodeId::client(1), to: None, words }, trace).unwrap();
//! while world.now() < 2 * SECOND && world.step(trace).is_some() {}
//! assert_eq!(world.cluster().decisions().commands(), 1);
//! assert!(world.violations().is_empty());
//! ```

mod client;
mod command;
mod compaction;
mod config;
mod configuration;
mod descriptor;
mod election;
mod fold;
mod lies;
mod log;
mod message;
mod properties;
mod reads;
mod reconfiguration;
mod replica;
mod replication;
mod rules;
mod snapshot;
mod state;
mod terms;
#[cfg(test)]
mod tests;
mod value;
mod view;

pub use client::{Client, Waiting};
pub use command::Command;
pub use config::Config;
pub use configuration::{ConfigurationEntry, JointCount, Members, NodeSet};
pub use descriptor::DESCRIPTOR;
pub use log::{Entry, Log, Payload};
pub use message::{Answer, Ballot, Batch, Message, Result as AppendResult};
pub use properties::Monitor;
pub use reads::Reads;
pub use rules::Rule;
pub use snapshot::{Sessions, Snapshot};
pub use state::{Change, Disk, InFlight, Leadership, Peer, Read, Role, State};
pub use value::Value;

use crate::kernel::{
    self, Access, Algorithm, AppliedLog, Asked, Assumption, Check, ClientContext, Cluster, Descriptor, Event, Explain,
    Glance, Input, LINEARIZABILITY, Lie, Lies, Names, NodeId, Options, Quorum, ReplicaView, Report, SetupError, Signer,
    Status, Time, Timer as _,
};
use crate::services::kv;

use state::Server;

/// How many entries travel in one AppendEntries at most, where nothing else is set.
const MOST_ENTRIES: u64 = 64;

/// The protocol.
pub struct Raft;

/// What a server or a client waits for.
#[derive(kernel::Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// How long a replica waits for a leader before it stands for election; with check-quorum, also how long a leader
    /// waits for a majority.
    #[timer(name = "election-timeout", waits = "to hear from a leader", then = "stands for election")]
    Election,
    /// When a leader sends its next heartbeats.
    #[timer(then = "sends heartbeats", leads)]
    Heartbeat,
    /// When a client asks again, another replica.
    #[timer(waits = "for an answer", then = "asks another replica")]
    Retry,
    /// How long a replica relies on a leader that it has heard from.
    ///
    /// Thesis §4.2.3.
    #[timer(name = "minimum-timeout", then = "may vote for another leader again")]
    Minimum,
    /// How long a leader may answer reads after a round of heartbeats.
    ///
    /// Thesis §6.4.1; one for each round of heartbeats.
    #[timer(then = "must hear from a majority before it reads again", leads)]
    Lease(u64),
    /// When a leader gives up handing its leadership over.
    ///
    /// Thesis §3.10.
    #[timer(waits = "for the successor to take over", then = "stays the leader", leads)]
    Transfer,
    /// An election timeout, within which new members should get what was in the log.
    ///
    /// Thesis §4.2.1.
    #[timer(waits = "for the new members to catch up", then = "looks whether they have", leads)]
    CatchUp,
}

impl Algorithm for Raft {
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

    fn reconcile(config: &mut Config, set: &Options) -> Result<(), SetupError> {
        config.reconcile(set)
    }

    fn preset(config: &Config, pairs: &[(String, String)]) -> Result<Disk, SetupError> {
        descriptor::preset(config, pairs)
    }

    fn workload(_: &Config, count: u64, draw: u64, keys: u32) -> Option<Command> {
        Some(Command::Store(kv::workload(count, draw, keys)))
    }

    fn boot(cx: &mut Server<'_>) {
        cx.boot();
    }

    fn step(cx: &mut Server<'_>, input: Input<'_, Self>) {
        cx.handle(input);
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        cx.client.handle(cx.config, input, cx.out);
    }
}

impl Explain for Raft {
    type Role = Role;
    type Shown = view::Shown;
    const FOLDS: bool = true;

    fn status(Glance { state, disk, .. }: Glance<'_, Self>) -> Status {
        Status::new(state.map_or(&Role::Follower, |state| &state.role), disk.term)
    }

    fn view(Glance { config, me, state, disk }: Glance<'_, Self>, view: &mut ReplicaView) {
        view::show(config, me, state, disk, view);
    }

    fn applied(Glance { state, disk, .. }: Glance<'_, Self>) -> Option<AppliedLog> {
        state.map(|state| fold::applied(state, disk))
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.show()
    }
}

impl Check for Raft {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<Self>, report: &mut Report) {
        properties::observe(monitor, event, cluster, report);
    }

    /// A client whose request is not answered asks the replica with the next number: round a circle all are alike, and in any
    /// order if no client gives up.
    fn alike(config: &Config, names: Names, fires: &dyn Fn(u8) -> bool) -> bool {
        let next = |node: NodeId| NodeId::replica(node.number() % config.replicas + 1);
        !fires(Timer::Retry.key().kind)
            || NodeId::replicas(config.replicas).all(|node| names.name(next(node)) == next(names.name(node)))
    }

    fn valid(_: &Config, value: &Value, asked: &Asked<'_, Command>) -> bool {
        match (&value.payload, value.request.map(|id| asked.command(id))) {
            (Payload::NoOp, None) => true,
            (Payload::Command(command), None) => descriptor::is_preset(command),
            (Payload::Command(command), Some(asked)) => {
                matches!(asked, Some(Command::Store(asked)) if asked == command)
            }
            (Payload::Members(_), Some(asked)) => asked.is_some_and(|asked| asked.change(Members::default()).is_some()),
            (Payload::Members(_), None) => true,
            (Payload::NoOp, Some(_)) => false,
        }
    }

    fn commands_in(value: &Value) -> usize {
        usize::from(matches!(value.payload, Payload::Command(_)) && !value.repeat)
    }

    fn access(_: &Config, command: &Command) -> Option<Access> {
        match command {
            Command::Store(command) => Some(command.access()),
            _ => None,
        }
    }

    /// A lease lasts as long as the leader's clock says (thesis §6.4.1).
    fn assumes(config: &Config, property: &str) -> Option<&'static [Assumption]> {
        let leased = config.reads == Reads::Lease && property == LINEARIZABILITY.name;
        Some(if leased { &[Assumption::Clocks] } else { &[] })
    }

    /// Ten waits for a leader allow for split votes and for what stragglers know; the client's own timer (at most twice such
    /// a wait) may have to fire three times before it meets the leader; all of that once more, for timers that were set
    /// under a slow clock. While members change, and where some were removed and still run, elections may be disrupted (§6).
    fn recovers_within(cluster: &Cluster<Self>, _: Time) -> Option<Time> {
        let changed = cluster.nodes().any(|node| cluster.disk(node).log.configuration_entry().is_some());
        (!changed).then_some(2 * (10 + 3 * 2) * cluster.config().election_timeout.1)
    }

    fn quorums(config: &Config, disk: &Disk) -> Vec<Quorum> {
        vec![Quorum { purpose: "to elect a leader or to commit", system: disk.log.members(config).quorums(config) }]
    }
}

impl Lie for Raft {
    type Lie = lies::Lie;

    fn lies(_: Glance<'_, Self>, _: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        lies::lie(message, lies);
    }
}

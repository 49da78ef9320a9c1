//! Multi-Paxos: a log of commands, a Paxos for each slot, and one leader that needs phase 1 only once (Lamport, *The Part-Time
//! Parliament*, 1998; *Paxos Made Simple*, 2001, §3; here after van Renesse, Altinbuken, *Paxos Made Moderately Complex*, 2015).
//!
//! | file | the paper's process |
//! |---|---|
//! | `acceptor.rs` | acceptor: one promise for all slots, a vote in each |
//! | `leader.rs` | scout (phase 1), commanders (phase 2, one a slot), leader |
//! | `learner.rs` | replica: decides in any order, executes in the slots' order; catching up |
//! | `reads.rs` | §4.5: reads that take no slot, by quorum or by lease |
//! | `weights.rs` | §2.1: weights that the log changes, from WINDOW slots later on |
//!
//! What a replica sends to itself it takes in the same step. Clients ask any replica; a replica that does not lead passes that on.
//! Unlike Raft, anybody may lead, whatever its log: phase 1 brings what may have been chosen, and that is accepted anew in
//! the leader's own ballot. Slots are decided in any order; holes that are left are filled by no-ops.
//!
//! Without failures: phase 1 takes 2(n−1) messages, once. Then 2(n−1) messages and 2 delays until the leader knows that a
//! command is chosen, 3(n−1) and 3 until all do. Heartbeats come on top.

mod acceptor;
mod client;
mod command;
mod fold;
mod generation;
mod leader;
mod learner;
mod lies;
mod message;
mod properties;
mod reads;
mod replica;
mod rules;
mod terms;
mod view;
mod weights;

pub use client::Client;
pub use command::{Command, Weights};
pub use generation::Generation;
pub use message::{Entry, Message, Pvalue, Pvalues};
pub use properties::Monitor;
pub use replica::{Commander, Disk, Leading, Part, Read, Scout, State};
pub use rules::Rule;

use crate::kernel::descriptor::quorum::majority;
use crate::kernel::prelude::*;
use crate::protocols::flexible::{Quorums, Unusual};
use crate::services::kv;
use replica::Turn;

/// Multi-Paxos.
pub struct MultiPaxos;

/// How `get` is answered.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reads {
    /// In a slot of the log.
    Log,
    /// From the leader's store, once a quorum has confirmed that it leads still.
    Quorum,
    /// From the leader's store at once, as long as its lease lasts.
    Lease,
}

/// What breaks where two entries can be chosen for a slot.
const TWO_CHOSEN: &[&str] = &["one-chosen-value", "agreement", "executed-is-chosen", "same-store", "linearizability"];
/// What breaks where a vote can be forgotten.
const FORGOTTEN: &[&str] = &[
    "promises-last",
    "one-value-per-ballot",
    "one-chosen-value",
    "agreement",
    "executed-is-chosen",
    "same-store",
    "linearizability",
];

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// How many replicas.
    #[option(replicas)]
    pub replicas: usize,
    /// Whose promises and whose votes are enough.
    #[option(flatten)]
    pub quorums: Quorums,
    /// How get is answered: in a slot of the log, after a quorum has confirmed the leader, or at once while a lease lasts.
    #[option(default = "log", source = "§4.5")]
    pub reads: Reads,
    /// How many slots may be open beyond those that are executed (WINDOW).
    #[option(number(1..=1_000), default = "100", source = "§2.1")]
    pub window: u64,
    /// How long a replica waits for a sign of a leader before it wants to lead itself; it grows with each of its ballots.
    #[option(range, default = "150ms..300ms", at_least = "1ms", source = "§3")]
    pub leader_timeout: (Time, Time),
    /// The time between a leader's heartbeats.
    #[option(duration, default = "50ms", at_least = "1ms", source = "§3")]
    pub heartbeat: Time,
    /// How long an acceptor that has heard a heartbeat helps nobody else to lead, where reads rely on leases.
    #[option(duration, default = "150ms", at_least = "1ms", source = "§4.5")]
    pub lease: Time,
    /// How long a client waits before it asks the next replica.
    #[option(duration, default = "500ms", at_least = "1ms")]
    pub retry: Time,
    /// A promise covers only the slots in which the acceptor has accepted something.
    #[option(breaks = TWO_CHOSEN, source = "§2.3: one ballot number for all slots")]
    pub promise_per_slot: bool,
    /// A new leader proposes a no-op wherever it does not know what is decided, whatever the promises tell.
    #[option(breaks = TWO_CHOSEN, source = "Paxos Made Simple §3")]
    pub no_op_over_accepted: bool,
    /// A replica executes what is decided although a slot before it is not.
    #[option(breaks("slot-order", "same-store", "linearizability"), source = "§2.1, R2")]
    pub skip_holes: bool,
    /// A replica executes a command in each slot that it stands in.
    #[option(breaks("same-store", "linearizability"), source = "§2.1")]
    pub apply_twice: bool,
    /// Any replica answers get from its own store, and asks nobody.
    #[option(breaks("linearizability"), source = "§4.5")]
    pub local_reads: bool,
    /// A replica that restarts has lost its disk, but keeps its number.
    #[option(breaks = FORGOTTEN, source = "Michael et al. 2017: Recovering Shared Objects Without Stable Storage")]
    pub diskless_rejoin: bool,
    /// Quorums of the two phases are not checked before the run, so that they may miss each other.
    #[option(breaks = TWO_CHOSEN, source = "Howard, Malkhi, Spiegelman 2016, §4")]
    pub quorums_miss: Unusual<bool>,
    /// New weights count as soon as a replica executes them, not WINDOW slots later.
    #[option(breaks = TWO_CHOSEN, source = "§2.1: a reconfiguration in slot s holds from s + WINDOW on")]
    pub weights_at_once: Unusual<bool>,
    /// A leader counts only replicas that have answered lately: more than half of the living are enough.
    #[option(breaks = TWO_CHOSEN, source = "Yeger Lotem, Keidar, Dolev 1997: Dynamic Voting for Consistent Primary Components")]
    pub quorum_of_the_living: Unusual<bool>,
}

/// What can be waited for.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// A replica waits for a sign of a leader.
    #[timer(name = "leader-timeout", waits = "to hear from a leader", then = "starts a ballot of its own")]
    Leader,
    /// When a leader sends its next heartbeats.
    #[timer(then = "sends heartbeats", leads)]
    Heartbeat,
    /// A client waits for its answer.
    #[timer(waits = "for an answer", then = "asks another replica")]
    Retry,
    /// How long a replica owes its leader a lease.
    #[timer(name = "grant", then = "may help another replica to lead")]
    Grant,
    /// How long a leader may rely on a round of heartbeats.
    ///
    /// One for each round.
    #[timer(then = "must hear from a quorum before it reads at once again", leads)]
    Lease(u64),
}

/// The roles. Each replica is an acceptor; this is what it does about leading.
#[derive(Role, Clone, Copy)]
pub enum Role {
    /// Accepts, and executes what is decided.
    #[role(Follow)]
    Follower,
    /// Collects promises for its ballot, phase 1.
    #[role(Contend)]
    Preparing,
    /// Leads: proposes an entry for each slot, phase 2.
    #[role(Lead)]
    Leader,
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "multi-paxos",
    name: "Multi-Paxos",
    summary: "A log in which Paxos chooses an entry for each slot. One leader asks for promises once, for all slots; then each command takes one round of votes.",
    paper: "Lamport 1998; van Renesse, Altinbuken: Paxos Made Moderately Complex, 2015",
    epoch: "ballot",
    slot: "slot",
    replicas: (1, 200),
    first_scenario: include_str!("first.scenario"),
    properties: properties::PROPERTIES,
    rules: rules::RULES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "2(n−1) for phase 1, once; then 2(n−1) a command until the leader knows that it is chosen, 3(n−1) until all do. Heartbeats are not counted.",
        },
        WordInfo {
            name: "delays",
            about: "2 from the leader's proposal until it knows, 3 until the last replica does.",
        },
    ],
    terms: terms::TERMS,
    ..Descriptor::of::<MultiPaxos>()
};

impl Algorithm for MultiPaxos {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Command;
    type Value = Entry;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Rule = Rule;

    fn reconcile(config: &mut Config, set: &Options) -> Result<(), SetupError> {
        config.quorums.complete(majority(config.replicas), config.quorums_miss.0)?;
        let shortest = config.leader_timeout.0;
        if set.get("lease").is_none() {
            config.lease = shortest;
        }
        if config.lease > shortest {
            let sentence = "lease: a lease longer than the minimum leader-timeout keeps others waiting".into();
            return Err(SetupError::Option { option: "lease", sentence });
        }
        Ok(())
    }

    fn workload(_: &Config, count: u64, draw: u64, keys: u32) -> Option<Command> {
        Some(Command::Store(kv::workload(count, draw, keys)))
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

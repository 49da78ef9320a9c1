//! The one trait that every protocol implements, and the little ones around it.

use std::fmt::{Debug, Display};
use std::hash::Hash;

use super::cluster::Cluster;
use super::effects::{Effects, Signer};
use super::quorum::Count;
use crate::kernel::data::ids::{NodeId, RequestId};
use crate::kernel::descriptor::command_syntax::ReadCommand;
use crate::kernel::descriptor::fields::{Fields, ViewFields};
use crate::kernel::descriptor::lists::{LieKind, MessageKinds, RoleKind};
use crate::kernel::descriptor::options::{Options, ReadOptions};
use crate::kernel::descriptor::rules::Told;
use crate::kernel::descriptor::timers::Timer;
use crate::kernel::descriptor::view::ReplicaView;
use crate::kernel::descriptor::vocabulary::{Descriptor, RuleInfo};
use crate::kernel::node::mailbox::Lies;
use crate::kernel::record::client_history::Access;
use crate::kernel::record::trace::Event;
use crate::kernel::record::verdicts::Report;

/// A consensus protocol. Handlers are pure: what they know is in their arguments, what they want goes to [`Effects`].
pub trait Protocol: Sized + 'static {
    /// Its vocabulary.
    const DESCRIPTOR: &'static Descriptor;

    /// Quorums, timeouts, options, bug switches: the same for all replicas and for the whole run.
    type Config: ReadOptions + Hash + 'static;
    /// What a client asks for.
    type Command: ReadCommand + Clone + Eq + Hash + Debug + Display + 'static;
    /// What is decided in a slot.
    type Value: Clone + Eq + Hash + Debug + Display + 'static;
    /// What travels.
    type Message: Message + MessageKinds + Clone + Eq + Hash + Debug + 'static;
    /// What can be waited for.
    type Timer: Timer + Eq + Debug + 'static;
    /// Lost in a crash.
    type State: Clone + Hash + 'static;
    /// Survives a crash, as far as it was persisted.
    type Disk: Clone + Hash + Default + 'static;
    /// The client's side: whom it believes to lead, what it waits for.
    type Client: Clone + Hash + Default + 'static;
    /// What the properties must remember.
    type Monitor: Clone + Default + 'static;
    /// The paper's lines, with what a sentence about them needs.
    type Rule: Rule + Copy + 'static;
    /// What part a replica has.
    type Role: RoleKind;
    /// What a Byzantine replica can claim.
    type Lie: LieKind;
    /// The fields of a view.
    type Shown: ViewFields;

    /// Makes the configuration for `replicas` replicas (within the descriptor's range) from options that were already
    /// checked against the descriptor, see [`ReadOptions`]. Errors: a sentence, where options contradict each other.
    fn configure(replicas: usize, set: &Options) -> Result<Self::Config, String> {
        Self::Config::read(replicas, set)
    }

    /// Makes a durable state from `disk N KEY=VALUE …`; the keys are some of the descriptor's list. Errors: a sentence that
    /// names the key.
    fn preset(_config: &Self::Config, _pairs: &[(String, String)]) -> Result<Self::Disk, String> {
        Ok(Self::Disk::default())
    }

    /// The `count`-th command (from 0) of a steady workload; `draw` are 64 random bits, `keys` how many keys there are.
    fn workload(config: &Self::Config, count: u64, draw: u64, keys: u32) -> Self::Command;

    /// How a command reads as an operation on one register of a store; what its outcome shows as text is what it was told
    /// (see [`RegisterOp`](super::RegisterOp)). `None` where the protocol keeps no store, and where clients lie, for a liar's word is no history. A protocol that has it names
    /// [`LINEARIZABILITY`](super::LINEARIZABILITY) among its properties, and its clients make one request after the other.
    fn access(_config: &Self::Config, _command: &Self::Command) -> Option<Access> {
        None
    }

    /// Starts a replica from its disk: at the beginning and after each restart.
    fn boot(config: &Self::Config, me: NodeId, disk: &mut Self::Disk, out: &mut Effects<Self>) -> Self::State;

    /// One input to a replica. The whole protocol stands here.
    fn step(
        config: &Self::Config,
        me: NodeId,
        state: &mut Self::State,
        disk: &mut Self::Disk,
        input: Input<'_, Self>,
        out: &mut Effects<Self>,
    );

    /// One input to a client.
    fn client_step(
        config: &Self::Config,
        me: NodeId,
        client: &mut Self::Client,
        input: ClientInput<'_, Self>,
        out: &mut Effects<Self>,
    );

    /// Checks the protocol's own properties after an event at `event.node`. Called after every event at a node that
    /// was never Byzantine; does work only for what that event can have changed.
    fn observe(monitor: &mut Self::Monitor, event: &Event, cluster: &Cluster<Self>, report: &mut Report);

    /// Whether somebody asked for this value, so that it may be decided.
    fn valid<'a>(
        config: &Self::Config,
        value: &Self::Value,
        asked: &dyn Fn(RequestId) -> Option<&'a Self::Command>,
    ) -> bool;

    /// How many clients' commands a decided value carries: 0 for a no-op or null request.
    fn commands_in(value: &Self::Value) -> usize;

    /// The role (a place in the descriptor's list) and epoch of a replica, which has no state while it is crashed; cheap,
    /// called after every event.
    fn status(config: &Self::Config, me: NodeId, state: Option<&Self::State>, disk: &Self::Disk) -> Status;

    /// Adds to a view what the page shows of a replica, besides role and epoch; of a crashed one, which has no state, what
    /// its disk holds.
    fn view(config: &Self::Config, me: NodeId, state: Option<&Self::State>, disk: &Self::Disk, view: &mut ReplicaView);

    /// What a client is up to, in a few words: `waits for put x 1 from 3`.
    fn view_client(config: &Self::Config, client: &Self::Client) -> String;

    /// How many replicas, of those that run and can reach each other, a decision needs.
    fn quorum(config: &Self::Config) -> usize;

    /// How many replicas may lie or lose their disk, and the properties hold all the same.
    fn tolerated(_config: &Self::Config) -> usize {
        0
    }

    /// How many of those that a decision needs are among these, as far as a replica with this disk knows. All `replicas`
    /// count, unless the protocol changes who does.
    fn count(config: &Self::Config, _disk: &Self::Disk, replicas: usize, among: &dyn Fn(NodeId) -> bool) -> Count {
        Count::of(replicas, Self::quorum(config), among)
    }

    /// What a Byzantine replica in this state (`None` where it has crashed) could send to `to` instead of `message`: each
    /// with its kind. A lie can be signed in the liar's own name only.
    fn lies(
        config: &Self::Config,
        state: Option<&Self::State>,
        signer: Signer,
        to: NodeId,
        message: &Self::Message,
        lies: &mut Lies<Self>,
    );
}

/// One input to a replica.
#[derive(Debug)]
pub enum Input<'a, P: Protocol> {
    /// A message has arrived.
    Deliver {
        /// From whom; the network does not lie about it.
        from: NodeId,
        /// What.
        message: &'a P::Message,
    },
    /// A timer has fired.
    Fire(P::Timer),
    /// The world outside has answered a question.
    Answer {
        /// The question, as it was asked.
        question: &'a str,
        /// The answer, as it was given.
        answer: &'a str,
    },
}

/// One input to a client.
#[derive(Debug)]
pub enum ClientInput<'a, P: Protocol> {
    /// The person at the client wants something.
    Request {
        /// The request's name; the client's own count is one higher each time.
        id: RequestId,
        /// What is wanted.
        command: &'a P::Command,
        /// The replica to ask first, where the person said so.
        to: Option<NodeId>,
    },
    /// A message has arrived.
    Deliver {
        /// From whom.
        from: NodeId,
        /// What.
        message: &'a P::Message,
    },
    /// A timer has fired.
    Fire(P::Timer),
}

/// What every message can say of itself. The derive makes it, see [`MessageKinds`].
pub trait Message {
    /// The place of its kind in the descriptor's list.
    fn kind(&self) -> u8;
    /// The term, view, ballot or round that it belongs to, for its colour; `None` for a client's.
    fn epoch(&self) -> Option<u64>;
    /// A few characters: `vote? t4`.
    fn label(&self) -> String;
    /// All that it carries, in the paper's words.
    fn fields(&self, fields: &mut Fields);
}

/// A line of the paper, with what a sentence about it needs. [`rules!`](crate::rules) makes one of a table.
pub trait Rule {
    /// The place in the descriptor's list of rules.
    fn index(&self) -> u8;
    /// One sentence for a person, with the names and numbers of this very case, the source left out, and what follows
    /// from it: `Replica 3 grants its vote to 2: term 4 is newer than 3, and the log of 2 is at least as up to date.`
    /// Both stand in `lines`, the descriptor's list.
    fn told(&self, lines: &[RuleInfo], me: NodeId) -> Told;
    /// The sentence alone.
    fn sentence(&self, lines: &[RuleInfo], me: NodeId) -> String {
        self.told(lines, me).sentence
    }
}

impl Status {
    /// A role, and an epoch.
    pub fn new(role: &impl RoleKind, epoch: u64) -> Self {
        Status { role: role.place(), epoch }
    }
}

/// Role and epoch of a replica.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// The place in the descriptor's list of roles.
    pub role: u8,
    /// Term, view, ballot or round.
    pub epoch: u64,
}

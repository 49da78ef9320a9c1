//! The traits that a protocol implements: [`Algorithm`], which says how it works, and beside it what it may say of itself,
//! with a default for everything that can have one.

use std::fmt::{Debug, Display};
use std::hash::Hash;

use super::cluster::Cluster;
use super::context::{ClientContext, Context};
use super::lies::Lies;
use crate::kernel::data::ids::{NodeId, RequestId};
use crate::kernel::data::signature::Signer;
use crate::kernel::descriptor::command_syntax::ReadCommand;
use crate::kernel::descriptor::fields::ViewFields;
use crate::kernel::descriptor::lists::{LieKind, MessageKinds, RoleKind};
use crate::kernel::descriptor::options::{Options, ReadOptions};
use crate::kernel::descriptor::quorum::Count;
use crate::kernel::descriptor::rules::Rule;
use crate::kernel::descriptor::timers::Timer;
use crate::kernel::descriptor::view::{ReplicaView, Status};
use crate::kernel::descriptor::vocabulary::Descriptor;
use crate::kernel::node::effect;
use crate::kernel::node::message::Message;
use crate::kernel::node::types::Types;
use crate::kernel::record::client_history::Access;
use crate::kernel::record::trace::Event;
use crate::kernel::record::verdicts::Report;

/// One input to a replica or a client of a protocol.
pub type Input<'a, P> = effect::Input<'a, P>;
/// One thing that a handler of a protocol wants done.
pub type Effect<P> = effect::Effect<P>;

/// A consensus protocol at work. Handlers are pure: what they know and what they may change is in their context, and what
/// they want done is written down there.
pub trait Algorithm: Sized + 'static {
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
    type State: Clone + Hash + Debug + Default + 'static;
    /// Survives a crash, as far as it was persisted.
    type Disk: Clone + Hash + Debug + Default + 'static;
    /// The client's side: whom it believes to lead, what it waits for.
    type Client: Clone + Hash + Debug + Default + 'static;
    /// The paper's lines, with what a sentence about them needs: see [`rules!`](crate::rules).
    type Rule: Rule + Copy + 'static;

    /// Makes the configuration for `replicas` replicas (within the descriptor's range) from options that were already
    /// checked against the descriptor, see [`ReadOptions`]. Errors: a sentence, where options contradict each other.
    fn configure(replicas: usize, set: &Options) -> Result<Self::Config, String> {
        Self::Config::read(replicas, set)
    }

    /// Starts a replica from its disk, with an empty state: at the beginning and after each restart.
    fn boot(cx: &mut Context<'_, Self>);

    /// One input to a replica.
    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>);

    /// One input to a client.
    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>);

    /// Makes a durable state from `disk N KEY=VALUE …`; the keys are some of the descriptor's list. Errors: a sentence that
    /// names the key.
    fn preset(_config: &Self::Config, _pairs: &[(String, String)]) -> Result<Self::Disk, String> {
        Ok(Self::Disk::default())
    }

    /// The `count`-th command (from 0) of a steady workload; `draw` are 64 random bits, `keys` how many keys there are.
    /// Where nothing is said, the example of the first command, again and again. `None` where there are no commands.
    fn workload(_config: &Self::Config, _count: u64, _draw: u64, _keys: u32) -> Option<Self::Command> {
        let words: Vec<_> = Self::Command::COMMANDS.first()?.example.split_whitespace().collect();
        Self::Command::read(&words, usize::MAX).ok()
    }
}

impl<P: Algorithm> Types for P {
    type Command = P::Command;
    type Value = P::Value;
    type Message = P::Message;
    type Timer = P::Timer;
    type Disk = P::Disk;
    type Rule = P::Rule;
}

/// A replica as somebody from outside looks at it.
pub struct Glance<'a, P: Algorithm> {
    /// The configuration.
    pub config: &'a P::Config,
    /// Which replica it is.
    pub me: NodeId,
    /// What it has in memory; `None` while it is crashed.
    pub state: Option<&'a P::State>,
    /// What its disk holds, written but not yet persisted things included.
    pub disk: &'a P::Disk,
}

impl<P: Algorithm> Clone for Glance<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Algorithm> Copy for Glance<'_, P> {}

/// How a protocol shows itself.
pub trait Explain: Algorithm {
    /// What part a replica has.
    type Role: RoleKind;
    /// The fields of its view.
    type Shown: ViewFields;

    /// The role and epoch of a replica; cheap, called after every event.
    fn status(_replica: Glance<'_, Self>) -> Status {
        Status::default()
    }

    /// Adds to a view what the page shows of a replica, besides role and epoch; of a crashed one what its disk holds.
    fn view(_replica: Glance<'_, Self>, _view: &mut ReplicaView) {}

    /// What a client is up to, in a few words: `waits for put x 1 from 3`.
    fn view_client(_config: &Self::Config, _client: &Self::Client) -> String {
        String::new()
    }
}

/// What a protocol is held to.
pub trait Check: Algorithm {
    /// What the properties must remember. Its hash is part of a run's fingerprint: what is only told of a violation, such as
    /// the event that a fact comes from, stands in an [`Evidence`](crate::kernel::Evidence), which has none.
    type Monitor: Clone + Hash + Default + 'static;

    /// Whether somebody asked for this value, so that it may be decided.
    fn valid<'a>(
        config: &Self::Config,
        value: &Self::Value,
        asked: &dyn Fn(RequestId) -> Option<&'a Self::Command>,
    ) -> bool;

    /// Checks the protocol's own properties after an event at `event.node`. Called after every event at a node that
    /// was never Byzantine; does work only for what that event can have changed.
    fn observe(_monitor: &mut Self::Monitor, _event: &Event, _cluster: &Cluster<'_, Self>, _report: &mut Report) {}

    /// How many clients' commands a decided value carries: 0 for a no-op or null request.
    fn commands_in(_value: &Self::Value) -> usize {
        1
    }

    /// How a command reads as an operation on one register of a store; what its outcome shows as text is what it was told
    /// (see [`RegisterOp`](crate::kernel::RegisterOp)). `None` where the protocol keeps no store, and where clients lie, for
    /// a liar's word is no history. A protocol that has it names [`LINEARIZABILITY`](crate::kernel::LINEARIZABILITY) among
    /// its properties, and its clients make one request after the other.
    fn access(_config: &Self::Config, _command: &Self::Command) -> Option<Access> {
        None
    }

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
}

/// What a protocol's Byzantine replicas can say.
pub trait Lie: Algorithm {
    /// The kinds of its lies.
    type Lie: LieKind;

    /// What a Byzantine replica could send to `to` instead of `message`, each with its kind. A lie can be signed in the liar's own name only.
    fn lies(
        _replica: Glance<'_, Self>,
        _signer: Signer,
        _to: NodeId,
        _message: &Self::Message,
        _lies: &mut Lies<Self>,
    ) {
    }
}

/// A protocol, with all that it says of itself.
pub trait Protocol: Algorithm + Explain + Check + Lie {}

impl<P: Algorithm + Explain + Check + Lie> Protocol for P {}

//! How a protocol works: what every protocol must say. What it may say of itself besides, with a default for everything
//! that can have one, is in [`Explain`](super::explain::Explain), [`Check`](super::check::Check) and
//! [`Lie`](super::lies::Lie).

use std::fmt::{Debug, Display};
use std::hash::Hash;

use super::context::{ClientContext, Context};
use super::family::{Family, Input};
use crate::kernel::descriptor::command_syntax::ReadCommand;
use crate::kernel::descriptor::lists::MessageKinds;
use crate::kernel::descriptor::options::{Options, ReadOptions};
use crate::kernel::descriptor::rules::Rule;
use crate::kernel::descriptor::setup_error::SetupError;
use crate::kernel::descriptor::timers::Timer;
use crate::kernel::descriptor::vocabulary::Descriptor;
use crate::kernel::node::message::Message;
use crate::kernel::node::types::Types;

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

    /// Makes the configuration for so many replicas, see [`ReadOptions`]. No protocol need say this anew. Errors: where the
    /// descriptor knows no cluster of that size or no such options, or they contradict each other.
    fn configure(replicas: usize, set: &Options) -> Result<Self::Config, SetupError> {
        let about = Self::DESCRIPTOR;
        let (lo, hi) = about.replicas;
        if !(usize::from(lo)..=usize::from(hi)).contains(&replicas) {
            return Err(SetupError::Replicas { protocol: about.name, asked: replicas, range: about.replicas });
        }
        set.check(about, replicas)?;
        let mut config = Self::Config::read(replicas, set)?;
        Self::reconcile(&mut config, set)?;
        Ok(config)
    }

    /// What the options mean together. Errors: where they contradict each other.
    fn reconcile(_config: &mut Self::Config, _set: &Options) -> Result<(), SetupError> {
        Ok(())
    }

    /// Starts a replica from its disk, with an empty state: at the beginning and after each restart.
    fn boot(_cx: &mut Context<'_, Self>) {}

    /// One input to a replica.
    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>);

    /// One input to a client. Where nothing is said, clients do nothing: nobody can ask for anything.
    fn client(_cx: &mut ClientContext<'_, Self>, _input: Input<'_, Self>) {}

    /// Makes a durable state from `disk N KEY=VALUE …`; the keys are some of the descriptor's list. Errors: where a value
    /// can't be.
    fn preset(_config: &Self::Config, _pairs: &[(String, String)]) -> Result<Self::Disk, SetupError> {
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

impl<P: Algorithm> Family for P {
    type Config = P::Config;
    type State = P::State;
    type Client = P::Client;
}

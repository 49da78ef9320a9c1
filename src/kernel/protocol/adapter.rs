//! What has a protocol's types, behind three doors: what is there once for a run, a replica, a client. All that stands
//! here is compiled once for each protocol, so what can do without a type is elsewhere: see [`Agents`](crate::kernel::node::nodes::Agents).

use std::any::Any;
use std::marker::PhantomData;
use std::rc::Rc;

use super::algorithm::{ClientInput, Input, Protocol, Status};
use super::cluster::{Cluster, Crew};
use super::effects::{Effects, Outbox, Signer};
use super::quorum::Count;
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{NodeId, RequestId};
use crate::kernel::descriptor::command_syntax::ReadCommand;
use crate::kernel::descriptor::timers::{Timer, TimerKey};
use crate::kernel::descriptor::view::ReplicaView;
use crate::kernel::node::mailbox::{Letter, Lies, read};
use crate::kernel::record::client_history::Access;
use crate::kernel::record::trace::Event;
use crate::kernel::record::verdicts::{Report, Shown};
use crate::kernel::simulation::state::Setup;

/// One input, without the protocol's types.
pub(crate) enum Stimulus {
    /// A message from this node.
    Deliver(NodeId, Letter),
    /// A timer.
    Fire(TimerKey),
    /// A client is to ask this, of this replica where one is named.
    Request(RequestId, Rc<dyn Shown>, Option<NodeId>),
    /// A question and its answer.
    Answer(String, String),
}

/// What there is once for a run: the configuration, the properties, the protocol's own functions.
pub(crate) trait Host {
    /// A copy.
    fn copy(&self) -> Box<dyn Host>;
    /// A replica that has not started yet, with this on its disk. Errors: a sentence, where it can't be.
    fn replica(&self, disk: &[(String, String)]) -> Result<Box<dyn Actor>, String>;
    /// A client.
    fn client(&self) -> Box<dyn Patron>;
    /// Makes a command of words. Errors: a sentence.
    fn command(&self, words: &[&str]) -> Result<Rc<dyn Shown>, String>;
    /// The next command of a workload.
    fn work(&self, count: u64, draw: u64, keys: u32) -> Rc<dyn Shown>;
    /// A command as an operation on a register, where it is one.
    fn access(&self, command: &dyn Any) -> Option<Access>;
    /// Whether somebody asked for a value, and how many commands it carries.
    fn judge(&self, value: &dyn Any, crew: &Crew) -> (bool, usize);
    /// How many replicas may lie or lose their disk, and the properties hold all the same.
    fn tolerated(&self) -> usize;
    /// Checks the properties after an event.
    fn observe(&mut self, event: &Event, crew: &Crew, report: &mut Report);
    /// Takes the configuration into a hash.
    fn hash(&self, hasher: &mut StableHasher);
}

/// One incarnation of a replica.
pub(crate) trait Actor: Any {
    /// A copy.
    fn copy(&self) -> Box<dyn Actor>;
    /// It starts from what is durable; what it wants is added to the list.
    fn boot(&mut self, me: NodeId, out: Box<Outbox>) -> Box<Outbox>;
    /// One input; a crashed replica does nothing.
    fn step(&mut self, me: NodeId, input: &Stimulus, out: Box<Outbox>) -> Box<Outbox>;
    /// What it had written is durable from here on.
    fn harden(&mut self, disk: Box<dyn Any>);
    /// What is volatile is lost, and what was not persisted; with `blank` all of the disk.
    fn crash(&mut self, blank: bool);
    /// Role and epoch; `None` while it is crashed.
    fn status(&self, me: NodeId) -> Option<Status>;
    /// How many of those that a decision needs are among these, as far as it knows.
    fn count(&self, replicas: usize, among: &dyn Fn(NodeId) -> bool) -> Count;
    /// What it shows.
    fn view(&self, me: NodeId) -> ReplicaView;
    /// What could be sent instead of a message.
    fn lies(&self, signer: Signer, to: NodeId, message: &Letter) -> Vec<(u8, Letter)>;
    /// Takes it into a hash.
    fn hash(&self, hasher: &mut StableHasher);
}

/// One client.
pub(crate) trait Patron: Any {
    /// A copy.
    fn copy(&self) -> Box<dyn Patron>;
    /// One input; what it wants is added to the list.
    fn step(&mut self, me: NodeId, input: &Stimulus, out: Box<Outbox>) -> Box<Outbox>;
    /// What it is up to.
    fn doing(&self) -> String;
    /// Takes it into a hash.
    fn hash(&self, hasher: &mut StableHasher);
}

/// [`Host`] with its types.
pub(crate) struct Hosting<P: Protocol> {
    pub config: Rc<P::Config>,
    replicas: usize,
    monitor: Box<P::Monitor>,
}

impl<P: Protocol> Hosting<P> {
    /// Errors: a sentence, where the set-up does not fit.
    pub fn new(setup: &Setup) -> Result<Self, String> {
        let replicas = setup.replicas;
        Ok(Hosting { config: Rc::new(P::configure(replicas, &setup.options)?), replicas, monitor: Box::default() })
    }
}

impl<P: Protocol> Host for Hosting<P> {
    fn copy(&self) -> Box<dyn Host> {
        Box::new(Hosting::<P> { config: self.config.clone(), replicas: self.replicas, monitor: self.monitor.clone() })
    }

    fn replica(&self, disk: &[(String, String)]) -> Result<Box<dyn Actor>, String> {
        let disk = Box::new(P::preset(&self.config, disk)?);
        Ok(Box::new(Acting::<P> { config: self.config.clone(), state: None, durable: disk.clone(), disk }))
    }

    fn client(&self) -> Box<dyn Patron> {
        Box::new(Asking::<P> { config: self.config.clone(), client: Box::default() })
    }

    fn command(&self, words: &[&str]) -> Result<Rc<dyn Shown>, String> {
        Ok(Rc::new(P::Command::read(words, self.replicas)?))
    }

    fn work(&self, count: u64, draw: u64, keys: u32) -> Rc<dyn Shown> {
        Rc::new(P::workload(&self.config, count, draw, keys))
    }

    fn access(&self, command: &dyn Any) -> Option<Access> {
        P::access(&self.config, command.downcast_ref()?)
    }

    fn judge(&self, value: &dyn Any, crew: &Crew) -> (bool, usize) {
        let Some(value) = value.downcast_ref() else { return (true, 0) };
        let cluster = Cluster::<P> { config: &self.config, crew };
        (P::valid(&self.config, value, &|id| cluster.asked(id)), P::commands_in(value))
    }

    fn tolerated(&self) -> usize {
        P::tolerated(&self.config)
    }

    fn observe(&mut self, event: &Event, crew: &Crew, report: &mut Report) {
        P::observe(&mut self.monitor, event, &Cluster { config: &self.config, crew }, report);
    }

    fn hash(&self, hasher: &mut StableHasher) {
        std::hash::Hash::hash(&*self.config, hasher);
    }
}

/// [`Actor`] with its types. They are in boxes, so that the code that handles them is alike for all protocols.
pub(crate) struct Acting<P: Protocol> {
    config: Rc<P::Config>,
    pub state: Option<Box<P::State>>,
    pub disk: Box<P::Disk>,
    pub durable: Box<P::Disk>,
}

impl<P: Protocol> Actor for Acting<P> {
    fn copy(&self) -> Box<dyn Actor> {
        let (state, disk, durable) = (self.state.clone(), self.disk.clone(), self.durable.clone());
        Box::new(Acting::<P> { config: self.config.clone(), state, disk, durable })
    }

    fn boot(&mut self, me: NodeId, out: Box<Outbox>) -> Box<Outbox> {
        let mut out = Effects { out, types: PhantomData };
        self.disk = self.durable.clone();
        self.state = Some(Box::new(P::boot(&self.config, me, &mut self.disk, &mut out)));
        out.out
    }

    fn step(&mut self, me: NodeId, input: &Stimulus, out: Box<Outbox>) -> Box<Outbox> {
        let mut out = Effects { out, types: PhantomData };
        let input = match input {
            Stimulus::Deliver(from, letter) => read(letter).map(|message| Input::Deliver { from: *from, message }),
            Stimulus::Fire(alarm) => P::Timer::of(*alarm).map(Input::Fire),
            Stimulus::Answer(question, answer) => Some(Input::Answer { question, answer }),
            Stimulus::Request(..) => None,
        };
        if let (Some(state), Some(input)) = (&mut self.state, input) {
            P::step(&self.config, me, state, &mut self.disk, input, &mut out);
        }
        out.out
    }

    fn harden(&mut self, disk: Box<dyn Any>) {
        if let Ok(disk) = disk.downcast() {
            self.durable = disk;
        }
    }

    fn crash(&mut self, blank: bool) {
        if blank {
            *self.durable = P::Disk::default();
        }
        self.state = None;
        self.disk = self.durable.clone();
    }

    fn status(&self, me: NodeId) -> Option<Status> {
        let state = self.state.as_deref()?;
        Some(P::status(&self.config, me, Some(state), &self.disk))
    }

    fn count(&self, replicas: usize, among: &dyn Fn(NodeId) -> bool) -> Count {
        P::count(&self.config, &self.disk, replicas, among)
    }

    fn view(&self, me: NodeId) -> ReplicaView {
        view::<P>(&self.config, me, self.state.as_deref(), &self.disk)
    }

    fn lies(&self, signer: Signer, to: NodeId, message: &Letter) -> Vec<(u8, Letter)> {
        let mut lies = Lies::<P>::default();
        if let Some(message) = read(message) {
            P::lies(&self.config, self.state.as_deref(), signer, to, message, &mut lies);
        }
        lies.list
    }

    fn hash(&self, hasher: &mut StableHasher) {
        let parts = (&self.state, &self.disk, &self.durable);
        std::hash::Hash::hash(&parts, hasher);
    }
}

/// [`Patron`] with its types.
pub(crate) struct Asking<P: Protocol> {
    config: Rc<P::Config>,
    pub client: Box<P::Client>,
}

impl<P: Protocol> Patron for Asking<P> {
    fn copy(&self) -> Box<dyn Patron> {
        Box::new(Asking::<P> { config: self.config.clone(), client: self.client.clone() })
    }

    fn step(&mut self, me: NodeId, input: &Stimulus, out: Box<Outbox>) -> Box<Outbox> {
        let mut out = Effects { out, types: PhantomData };
        let input = match input {
            Stimulus::Deliver(from, letter) => {
                read(letter).map(|message| ClientInput::Deliver { from: *from, message })
            }
            Stimulus::Fire(alarm) => P::Timer::of(*alarm).map(ClientInput::Fire),
            Stimulus::Request(id, command, to) => (&**command as &dyn Any)
                .downcast_ref()
                .map(|command| ClientInput::Request { id: *id, command, to: *to }),
            Stimulus::Answer(..) => None,
        };
        if let Some(input) = input {
            P::client_step(&self.config, me, &mut self.client, input, &mut out);
        }
        out.out
    }

    fn doing(&self) -> String {
        P::view_client(&self.config, &self.client)
    }

    fn hash(&self, hasher: &mut StableHasher) {
        std::hash::Hash::hash(&*self.client, hasher);
    }
}

/// What the page shows of a replica that has this on its disk and, while it runs, this in its memory.
pub fn view<P: Protocol>(config: &P::Config, me: NodeId, state: Option<&P::State>, disk: &P::Disk) -> ReplicaView {
    let status = P::status(config, me, state, disk);
    let role = P::DESCRIPTOR.roles.get(status.role as usize).map_or("", |role| role.name);
    let mut view = ReplicaView::new(role, status.epoch);
    P::view(config, me, state, disk, &mut view);
    view.finish();
    view
}

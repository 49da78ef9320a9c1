//! The adapters that hide a protocol's types from a simulation: for a run, a replica, a client.

use std::any::Any;
use std::hash::{Hash, Hasher as _};
use std::rc::Rc;

use super::algorithm::Algorithm;
use super::check::{Asked, contradict};
use super::cluster::{Cluster, Members};
use super::described::Protocol;
use super::family::{Effect, Input};
use super::lies::Lies;
use super::replica::{Client, Replica};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{NodeId, RequestId, Time};
use crate::kernel::data::names::Names;
use crate::kernel::data::script::Script;
use crate::kernel::data::signature::Signer;
use crate::kernel::data::topology::Topology;
use crate::kernel::descriptor::agreement::Agreement;
use crate::kernel::descriptor::assumptions::Assumption;
use crate::kernel::descriptor::command_syntax::{ReadCommand, ReadError};
use crate::kernel::descriptor::growth::Authenticators;
use crate::kernel::descriptor::node_view::Status;
use crate::kernel::descriptor::options::Setup;
use crate::kernel::descriptor::population::Population;
use crate::kernel::descriptor::quorum::Quorum;
use crate::kernel::descriptor::rules::Rule;
use crate::kernel::descriptor::setup_error::SetupError;
use crate::kernel::descriptor::timers::Timer;
use crate::kernel::descriptor::view::ReplicaView;
use crate::kernel::node::actor::Actor;
use crate::kernel::node::any_protocol::AnyProtocol;
use crate::kernel::node::effect;
use crate::kernel::node::message::{Letter, letter, read};
use crate::kernel::node::nodes::Nodes;
use crate::kernel::node::types::Erased;
use crate::kernel::record::applied_log::AppliedLog;
use crate::kernel::record::client_history::Access;
use crate::kernel::record::trace::Event;
use crate::kernel::record::verdicts::{Decisions, Report, Shown};

/// A protocol in a run: its configuration, and what its properties remember.
pub struct RunAdapter<P: Protocol> {
    config: Rc<P::Config>,
    monitor: Box<P::Monitor>,
    replicas: usize,
    seed: u64,
}

impl<P: Protocol> RunAdapter<P> {
    /// Errors: where the set-up does not fit.
    pub fn new(setup: &Setup) -> Result<Self, SetupError> {
        let config = Rc::new(P::configure(setup.replicas, &setup.options)?);
        Ok(RunAdapter { config, monitor: Box::default(), replicas: setup.replicas, seed: setup.seed })
    }

    /// The configuration.
    pub fn config(&self) -> &Rc<P::Config> {
        &self.config
    }
}

impl<P: Protocol> AnyProtocol for RunAdapter<P> {
    fn copy(&self) -> Box<dyn AnyProtocol> {
        let (config, monitor) = (self.config.clone(), self.monitor.clone());
        Box::new(RunAdapter::<P> { config, monitor, ..*self })
    }

    fn replica(&self, me: NodeId, disk: &[(String, String)]) -> Result<Box<dyn Actor>, SetupError> {
        let disk = P::preset(&self.config, disk)?;
        Ok(Box::new(Replica::<P>::new(self.config.clone(), me, self.replicas, self.seed, disk)?))
    }

    fn client(&self, me: NodeId) -> Box<dyn Actor> {
        let client = Client::<P>::new(self.config.clone(), me, self.replicas, self.seed);
        Box::new(client.expect("a simulation numbers its clients itself"))
    }

    fn command(&self, words: &[&str]) -> Result<Rc<dyn Shown>, ReadError> {
        Ok(Rc::new(P::Command::read(words, self.replicas)?))
    }

    fn workload(&self, count: u64, draw: u64, keys: u32) -> Option<Rc<dyn Shown>> {
        Some(Rc::new(P::workload(&self.config, count, draw, keys)?))
    }

    fn access(&self, command: &dyn Any) -> Option<Access> {
        P::access(&self.config, command.downcast_ref()?)
    }

    fn judge(&self, value: &dyn Any, nodes: &Nodes) -> (bool, usize) {
        let Some(value) = value.downcast_ref() else { return (true, 0) };
        let asked = |id| Members::<P>::asked(nodes, id);
        (P::valid(&self.config, value, &Asked::new(&asked)), P::commands_in(value))
    }

    fn authenticators(&self, letter: &Letter) -> Authenticators {
        read(letter).map(P::authenticators).unwrap_or_default()
    }

    fn agreement(&self) -> Agreement {
        P::agreement(&self.config)
    }

    fn contradict(&self, one: &dyn Any, other: &dyn Any) -> bool {
        let (Some(one), Some(other)) = (one.downcast_ref(), other.downcast_ref()) else { return true };
        contradict::<P>(&self.config, one, other)
    }

    fn tolerated(&self) -> usize {
        P::tolerated(&self.config)
    }

    fn assumes(&self, property: &str) -> Option<&'static [Assumption]> {
        P::assumes(&self.config, property)
    }

    fn recovers_within(&self, nodes: &Nodes, faults: Time) -> Option<Time> {
        P::recovers_within(&Cluster::new(&*self.config, nodes), faults)
    }

    fn settled(&self, nodes: &Nodes) -> bool {
        P::settled(&Cluster::new(&*self.config, nodes))
    }

    fn population(&self, nodes: &Nodes) -> Option<Population> {
        P::population(&Cluster::new(&*self.config, nodes))
    }

    fn alike(&self, names: Names, fires: &dyn Fn(u8) -> bool) -> bool {
        let hash = |mut hasher: StableHasher| {
            self.config.hash(&mut hasher);
            hasher.finish()
        };
        let same = hash(StableHasher::under(names)) == hash(StableHasher::under(Names::SAME));
        same && P::alike(&self.config, names, fires)
    }

    fn observe(&mut self, event: &Event, nodes: &Nodes, report: &mut Report) {
        P::observe(&mut self.monitor, event, &Cluster::new(&*self.config, nodes), report);
    }

    fn catch_up(&mut self, nodes: &Nodes) {
        P::catch_up(&mut self.monitor, &Cluster::new(&*self.config, nodes));
    }

    fn take_memory_into(&self, hasher: &mut StableHasher) {
        self.monitor.hash(hasher);
    }

    fn take_into(&self, hasher: &mut StableHasher) {
        self.config.hash(hasher);
    }
}

impl<P: Protocol> Actor for Replica<P> {
    fn copy(&self) -> Box<dyn Actor> {
        Box::new(self.clone())
    }

    fn handle(&mut self, input: effect::Input<'_, Erased>, draws: u32) -> u32 {
        *self.draws_mut() = draws;
        if let Some(input) = typed::<P>(input) {
            Replica::handle(self, input);
        }
        *self.draws_mut()
    }

    fn script(&mut self) -> &mut Option<Box<Script>> {
        self.script_mut()
    }

    fn next(&mut self, decisions: &Decisions, told: bool) -> Option<effect::Effect<Erased>> {
        let me = self.me();
        loop {
            match self.next_effect()? {
                Effect::<P>::Persist(disk) => self.persisted(disk),
                effect => return Some(erased::<P>(effect, me, decisions, told)),
            }
        }
    }

    fn cut(&mut self) {
        Replica::cut(self);
    }

    fn take_into(&self, hasher: &mut StableHasher) {
        Replica::take_into(self, hasher);
    }

    fn set_topology(&mut self, topology: &Topology) {
        Replica::set_topology(self, topology);
    }

    fn boot(&mut self, draws: u32) -> u32 {
        *self.draws_mut() = draws;
        Replica::boot(self);
        *self.draws_mut()
    }

    fn crash(&mut self, blank: bool) {
        Replica::crash(self, blank);
    }

    fn status(&self) -> Option<Status> {
        self.state().is_some().then(|| P::status(self.glance()))
    }

    fn quorums(&self) -> Vec<Quorum> {
        P::quorums(self.config(), self.disk())
    }

    fn view(&self) -> Option<ReplicaView> {
        Some(Replica::view(self))
    }

    fn fields(&self) -> Option<ReplicaView> {
        Some(Replica::fields(self))
    }

    fn applied(&self) -> Option<AppliedLog> {
        P::applied(self.glance())
    }

    fn doing(&self) -> String {
        String::new()
    }

    fn lies(&self, signer: Signer, to: NodeId, message: &Letter) -> Vec<(u8, Letter)> {
        let mut lies = Lies::<P>::default();
        if let Some(message) = read(message) {
            P::lies(self.glance(), signer, to, message, &mut lies);
        }
        lies.into_iter().map(|(lie, message)| (lie, letter(message))).collect()
    }
}

impl<P: Protocol> Actor for Client<P> {
    fn copy(&self) -> Box<dyn Actor> {
        Box::new(self.clone())
    }

    fn handle(&mut self, input: effect::Input<'_, Erased>, draws: u32) -> u32 {
        *self.draws_mut() = draws;
        if let Some(input) = typed::<P>(input) {
            Client::handle(self, input);
        }
        *self.draws_mut()
    }

    fn script(&mut self) -> &mut Option<Box<Script>> {
        self.script_mut()
    }

    fn next(&mut self, decisions: &Decisions, told: bool) -> Option<effect::Effect<Erased>> {
        let me = self.me();
        loop {
            match self.next_effect()? {
                Effect::<P>::Persist(_) => {}
                effect => return Some(erased::<P>(effect, me, decisions, told)),
            }
        }
    }

    fn cut(&mut self) {
        Client::cut(self);
    }

    fn take_into(&self, hasher: &mut StableHasher) {
        Client::take_into(self, hasher);
    }

    fn set_topology(&mut self, _: &Topology) {}

    fn boot(&mut self, draws: u32) -> u32 {
        draws
    }

    fn crash(&mut self, _: bool) {}

    fn status(&self) -> Option<Status> {
        None
    }

    fn quorums(&self) -> Vec<Quorum> {
        Vec::new()
    }

    fn view(&self) -> Option<ReplicaView> {
        None
    }

    fn fields(&self) -> Option<ReplicaView> {
        None
    }

    fn applied(&self) -> Option<AppliedLog> {
        None
    }

    fn doing(&self) -> String {
        P::view_client(self.config(), self.state())
    }

    fn lies(&self, _: Signer, _: NodeId, _: &Letter) -> Vec<(u8, Letter)> {
        Vec::new()
    }
}

/// An input with the protocol's types; `None` where it is another protocol's.
fn typed<P: Algorithm>(input: effect::Input<'_, Erased>) -> Option<Input<'_, P>> {
    Some(match input {
        effect::Input::Deliver { from, message } => Input::<P>::Deliver { from, message: read(message)? },
        effect::Input::Fire(timer) => Input::<P>::Fire(P::Timer::of(timer)?),
        effect::Input::Request { id, command, to } => {
            Input::<P>::Request { id, command: (&**command as &dyn Any).downcast_ref()?, to }
        }
        effect::Input::Answer { question, answer } => Input::<P>::Answer { question, answer },
    })
}

/// A decided value; the one that was decided first on that slot, where it is the same: mostly it is.
fn shared<V: Eq + Hash + std::fmt::Display + 'static>(value: V, slot: u64, decisions: &Decisions) -> Rc<dyn Shown> {
    match decisions.get(slot) {
        Some(first) if first.value.same(&value) => first.value.clone(),
        _ => Rc::new(value),
    }
}

/// An effect without the protocol's types.
fn erased<P: Algorithm>(effect: Effect<P>, me: NodeId, decisions: &Decisions, told: bool) -> effect::Effect<Erased> {
    match effect {
        Effect::<P>::Send { to, message } => effect::Effect::Send { to, message: letter(message) },
        Effect::<P>::Broadcast(message) => effect::Effect::Broadcast(letter(message)),
        Effect::<P>::SetTimer(timer, after) => effect::Effect::SetTimer(timer.key(), after),
        Effect::<P>::CancelTimer(timer) => effect::Effect::CancelTimer(timer.key()),
        Effect::<P>::Decide { slot, value } => effect::Effect::Decide { slot, value: shared(value, slot, decisions) },
        Effect::<P>::Complete { request, outcome } => effect::Effect::Complete { request, outcome },
        Effect::<P>::Ask { question } => effect::Effect::Ask { question },
        Effect::<P>::Rule(rule) => {
            let said = told.then(|| Box::new(rule.told(P::DESCRIPTOR.rules, me)));
            effect::Effect::Rule((rule.index(), said))
        }
        Effect::<P>::Persist(_) => unreachable!("a replica makes its disk durable itself"),
    }
}

impl<P: Protocol> Members<P> for Nodes {
    fn size(&self) -> usize {
        self.replicas.len()
    }

    fn replica(&self, node: NodeId) -> &Replica<P> {
        self.looked_at.add(node);
        let actor = &*self.at(node).incarnation.actor as &dyn Any;
        actor.downcast_ref().expect("all nodes of a run are of one protocol")
    }

    fn client(&self, node: NodeId) -> Option<&Client<P>> {
        self.looked_at.add(node);
        (&*self.get(node)?.incarnation.actor as &dyn Any).downcast_ref()
    }

    fn correct(&self, node: NodeId) -> bool {
        !self.at(node).traitor
    }

    fn asked(&self, id: RequestId) -> Option<&P::Command> {
        (Nodes::asked(self, id)? as &dyn Any).downcast_ref()
    }

    fn decisions(&self) -> &Decisions {
        &self.decisions
    }
}

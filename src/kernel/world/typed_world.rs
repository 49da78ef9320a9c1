//! The world of one protocol, with its types: for those who look into its replicas, such as tests and sweeps. Everybody
//! else holds a world as [`DynWorld`].

use std::rc::Rc;

use super::dyn_world::DynWorld;
use crate::kernel::data::ids::{EventId, NodeId, Time};
use crate::kernel::node::nodes::Agents;
use crate::kernel::protocol::adapter::Hosting;
use crate::kernel::protocol::algorithm::Protocol;
use crate::kernel::protocol::cluster::Cluster;
use crate::kernel::record::client_history::HistoryObserver;
use crate::kernel::record::trace::Trace;
use crate::kernel::record::verdicts::Violation;
use crate::kernel::simulation::action::{Action, Selector};
use crate::kernel::simulation::state::{Counts, Run, Setup};
use crate::kernel::simulation::step::Execution;

/// A world: everything that a run is at one moment. Clones are cheap where the protocol's states are.
pub struct World<P: Protocol> {
    run: Run,
    agents: Agents,
    config: Rc<P::Config>,
}

impl<P: Protocol> Clone for World<P> {
    fn clone(&self) -> Self {
        World { run: self.run.clone(), agents: self.agents.clone(), config: self.config.clone() }
    }
}

impl<P: Protocol> World<P> {
    /// A world at time 0, with every replica booted in the order of their numbers. Errors: a sentence, where the set-up
    /// does not fit the protocol.
    pub fn new(setup: &Setup, trace: &mut Trace) -> Result<Self, String> {
        let host = Hosting::<P>::new(setup)?;
        let config = host.config.clone();
        let agents = Agents::new(P::DESCRIPTOR, Box::new(host), setup)?;
        let mut world = World { run: Run::new(setup)?, agents, config };
        Execution { run: &mut world.run, agents: &mut world.agents, trace }.boot_all();
        Ok(world)
    }

    /// The replicas and clients.
    pub fn cluster(&self) -> Cluster<'_, P> {
        Cluster { config: &self.config, crew: &self.agents.crew }
    }

    /// Virtual microseconds since the start.
    pub fn now(&self) -> Time {
        self.run.now
    }

    /// Broken properties, in the order in which they broke.
    pub fn violations(&self) -> &[Violation] {
        &self.run.violations
    }

    /// The counts.
    pub fn counts(&self) -> &Counts {
        &self.run.counts
    }

    /// See [`DynWorld::peek`].
    pub fn peek(&mut self) -> Option<Time> {
        self.run.peek()
    }

    /// See [`DynWorld::step`].
    pub fn step(&mut self, trace: &mut Trace) -> Option<EventId> {
        DynWorld::step(self, trace)
    }

    /// See [`DynWorld::act`]. Errors: a sentence.
    pub fn act(&mut self, act: &Action, trace: &mut Trace) -> Result<(), String> {
        DynWorld::act(self, act, trace)
    }

    /// See [`DynWorld::set_watch`].
    pub fn set_watch(&mut self, watch: Option<Box<dyn HistoryObserver>>) {
        DynWorld::set_watch(self, watch);
    }

    /// See [`DynWorld::select`]. Errors: a sentence.
    pub fn select(&self, selector: Selector) -> Result<Vec<NodeId>, String> {
        DynWorld::select(self, selector)
    }

    /// See [`DynWorld::leader`].
    pub fn leader(&self) -> Option<NodeId> {
        DynWorld::leader(self)
    }

    /// See [`DynWorld::trace_hash`].
    pub fn trace_hash(&self) -> u64 {
        DynWorld::trace_hash(self)
    }

    /// See [`DynWorld::state_hash`].
    pub fn state_hash(&self) -> u64 {
        DynWorld::state_hash(self)
    }
}

impl<P: Protocol> DynWorld for World<P> {
    fn clone_box(&self) -> Box<dyn DynWorld> {
        Box::new(self.clone())
    }
    fn parts(&self) -> (&Run, &Agents) {
        (&self.run, &self.agents)
    }
    fn parts_mut(&mut self) -> (&mut Run, &mut Agents) {
        (&mut self.run, &mut self.agents)
    }
}

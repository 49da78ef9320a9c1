//! The world of one protocol, with its types: for those who look into its replicas, such as tests and sweeps. Everybody
//! else holds a world as [`AnyWorld`].

use super::act::{Act, Selector};
use super::agents::Agents;
use super::any::AnyWorld;
use super::calls::Watch;
use super::cluster::Cluster;
use super::ids::{EventId, NodeId, Time};
use super::properties::Violation;
use super::protocol::Protocol;
use super::run::{Counts, Run, Setup};
use super::stage::Stage;
use super::trace::Trace;
use super::typed::Typed;

/// A world: everything that a run is at one moment. Clones are cheap where the protocol's states are.
pub struct World<P: Protocol> {
    run: Run,
    agents: Typed<P>,
}

impl<P: Protocol> Clone for World<P> {
    fn clone(&self) -> Self {
        World { run: self.run.clone(), agents: self.agents.clone() }
    }
}

impl<P: Protocol> World<P> {
    /// A world at time 0, with every replica booted in the order of their numbers. Errors: a sentence, where the set-up
    /// does not fit the protocol.
    pub fn new(setup: &Setup, trace: &mut Trace) -> Result<Self, String> {
        let mut world = World { run: Run::new(setup.replicas, setup.seed), agents: Typed::new(setup)? };
        Stage { run: &mut world.run, agents: &mut world.agents, trace }.boot_all();
        Ok(world)
    }

    /// The replicas and clients.
    pub fn cluster(&self) -> &Cluster<P> {
        &self.agents.cluster
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

    /// See [`AnyWorld::peek`].
    pub fn peek(&mut self) -> Option<Time> {
        self.run.peek()
    }

    /// See [`AnyWorld::step`].
    pub fn step(&mut self, trace: &mut Trace) -> Option<EventId> {
        AnyWorld::step(self, trace)
    }

    /// See [`AnyWorld::act`]. Errors: a sentence.
    pub fn act(&mut self, act: &Act, trace: &mut Trace) -> Result<(), String> {
        AnyWorld::act(self, act, trace)
    }

    /// See [`AnyWorld::set_watch`].
    pub fn set_watch(&mut self, watch: Option<Box<dyn Watch>>) {
        AnyWorld::set_watch(self, watch);
    }

    /// See [`AnyWorld::select`]. Errors: a sentence.
    pub fn select(&self, selector: Selector) -> Result<Vec<NodeId>, String> {
        AnyWorld::select(self, selector)
    }

    /// See [`AnyWorld::leader`].
    pub fn leader(&self) -> Option<NodeId> {
        AnyWorld::leader(self)
    }

    /// See [`AnyWorld::trace_hash`].
    pub fn trace_hash(&self) -> u64 {
        AnyWorld::trace_hash(self)
    }

    /// See [`AnyWorld::state_hash`].
    pub fn state_hash(&self) -> u64 {
        AnyWorld::state_hash(self)
    }
}

impl<P: Protocol> AnyWorld for World<P> {
    fn clone_box(&self) -> Box<dyn AnyWorld> {
        Box::new(self.clone())
    }
    fn parts(&self) -> (&Run, &dyn Agents) {
        (&self.run, &self.agents)
    }
    fn parts_mut(&mut self) -> (&mut Run, &mut dyn Agents) {
        (&mut self.run, &mut self.agents)
    }
}

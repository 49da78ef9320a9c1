//! The world of one protocol, with its types: for those who look into its replicas, such as tests and sweeps. Everybody
//! else holds a world as [`DynWorld`].

use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use super::dyn_world::DynWorld;
use crate::kernel::data::ids::{MessageId, NodeId};
use crate::kernel::descriptor::options::Setup;
use crate::kernel::descriptor::setup_error::SetupError;
use crate::kernel::node::message::read;
use crate::kernel::protocol::adapter::RunAdapter;
use crate::kernel::protocol::cluster::Cluster;
use crate::kernel::protocol::described::Protocol;
use crate::kernel::record::trace::Trace;

/// A [`DynWorld`] whose protocol is known.
pub struct World<P: Protocol> {
    world: DynWorld,
    config: Rc<P::Config>,
}

impl<P: Protocol> Clone for World<P> {
    fn clone(&self) -> Self {
        World { world: self.world.clone(), config: self.config.clone() }
    }
}

impl<P: Protocol> World<P> {
    /// A world at time 0, with every replica booted in the order of their numbers. Errors: where the set-up does not
    /// fit the protocol.
    pub fn new(setup: &Setup, trace: &mut Trace) -> Result<Self, SetupError> {
        let protocol = RunAdapter::<P>::new(setup)?;
        let config = protocol.config().clone();
        Ok(World { world: DynWorld::of(P::DESCRIPTOR, Box::new(protocol), setup, trace)?, config })
    }

    /// The replicas and clients.
    pub fn cluster(&self) -> Cluster<'_, P> {
        Cluster::new(&*self.config, &self.world.run().nodes)
    }

    /// The messages in flight, with their numbers, senders and receivers.
    pub fn in_flight(&self) -> impl Iterator<Item = (MessageId, NodeId, NodeId, &P::Message)> {
        let flights = self.world.run().flights.iter();
        flights.filter_map(|(_, flight)| Some((flight.id, flight.from, flight.to, read(&flight.envelope.letter)?)))
    }
}

impl<P: Protocol> Deref for World<P> {
    type Target = DynWorld;

    fn deref(&self) -> &DynWorld {
        &self.world
    }
}

impl<P: Protocol> DerefMut for World<P> {
    fn deref_mut(&mut self) -> &mut DynWorld {
        &mut self.world
    }
}

//! The replicas and clients of one protocol, as its properties may look at them.

use super::algorithm::Algorithm;
use super::replica::{Client, Replica};
use crate::kernel::data::ids::{NodeId, RequestId};
use crate::kernel::record::verdicts::Decisions;

/// Where a cluster's replicas and clients are kept: in a simulation, or by somebody who drives them by hand.
pub trait Members<P: Algorithm> {
    /// How many replicas there are.
    fn size(&self) -> usize;
    /// A replica, which is there.
    fn replica(&self, node: NodeId) -> &Replica<P>;
    /// A client, if it has asked for anything.
    fn client(&self, node: NodeId) -> Option<&Client<P>>;
    /// Whether a replica was never Byzantine.
    fn correct(&self, node: NodeId) -> bool;
    /// The command of a request, if it was made.
    fn asked(&self, id: RequestId) -> Option<&P::Command>;
    /// What correct replicas have decided.
    fn decisions(&self) -> &Decisions;
}

/// The replicas and clients of one protocol, with its types.
pub struct Cluster<'a, P: Algorithm> {
    config: &'a P::Config,
    members: &'a dyn Members<P>,
}

impl<'a, P: Algorithm> Cluster<'a, P> {
    /// A look at these.
    pub fn new(config: &'a P::Config, members: &'a dyn Members<P>) -> Self {
        Cluster { config, members }
    }

    /// The configuration.
    pub fn config(&self) -> &'a P::Config {
        self.config
    }

    /// How many replicas there are.
    pub fn size(&self) -> usize {
        self.members.size()
    }

    /// The volatile state of a replica; `None` while it is crashed.
    pub fn state(&self, node: NodeId) -> Option<&'a P::State> {
        self.members.replica(node).state()
    }

    /// What a replica's disk holds, written but not yet persisted things included.
    pub fn disk(&self, node: NodeId) -> &'a P::Disk {
        self.members.replica(node).disk()
    }

    /// What would be left of it after a crash.
    pub fn durable(&self, node: NodeId) -> &'a P::Disk {
        self.members.replica(node).durable()
    }

    /// Whether a replica was never Byzantine.
    pub fn correct(&self, node: NodeId) -> bool {
        node.is_client() || self.members.correct(node)
    }

    /// All replicas' names, in order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<P> {
        NodeId::replicas(self.members.size())
    }

    /// A client's state.
    pub fn client(&self, node: NodeId) -> Option<&'a P::Client> {
        Some(self.members.client(node)?.state())
    }

    /// The command of a request, if it was made.
    pub fn asked(&self, id: RequestId) -> Option<&'a P::Command> {
        self.members.asked(id)
    }

    /// What correct replicas have decided.
    pub fn decisions(&self) -> &'a Decisions {
        self.members.decisions()
    }
}

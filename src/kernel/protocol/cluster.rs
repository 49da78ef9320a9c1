//! The replicas and clients: as a run knows them, and as a protocol's properties may look at them.

use std::any::Any;
use std::rc::Rc;

use super::adapter::{Acting, Actor, Asking, Patron};
use super::algorithm::Protocol;
use crate::kernel::data::ids::{NodeId, RequestId};
use crate::kernel::data::persistent_vec::PersistentVec;
use crate::kernel::descriptor::timers::TimerKey;
use crate::kernel::node::mailbox::Said;
use crate::kernel::record::verdicts::{Decisions, Shown};

impl Clone for Box<dyn Actor> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}

impl Clone for Box<dyn Patron> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}

/// One replica. Its timers stand in the order of the run's own list of them.
#[derive(Clone)]
pub(crate) struct Replica {
    pub actor: Box<dyn Actor>,
    pub timers: Vec<TimerKey>,
    pub traitor: bool,
    /// What it sent since it turned Byzantine.
    pub said: Said,
    /// Its other incarnation, while a traitor has two.
    pub other: Option<Box<Replica>>,
}

impl Replica {
    /// What is volatile is lost, and what was not persisted; with `blank` all of the disk. Both incarnations crash as one.
    pub fn crash(&mut self, blank: bool) {
        self.actor.crash(blank);
        self.timers.clear();
        if let Some(other) = &mut self.other {
            other.crash(blank);
        }
    }
}

/// One client, and all that it ever asked for.
#[derive(Clone)]
pub(crate) struct ClientNode {
    pub patron: Box<dyn Patron>,
    pub asked: PersistentVec<Rc<dyn Shown>>,
    pub timers: Vec<TimerKey>,
}

/// All of them, and what they decided.
#[derive(Clone, Default)]
pub(crate) struct Crew {
    pub replicas: Vec<Replica>,
    pub clients: Vec<ClientNode>,
    pub decisions: Decisions,
}

impl Crew {
    /// The command of a request, if it was made.
    pub fn asked(&self, id: RequestId) -> Option<&dyn Shown> {
        let node = self.clients.get(id.client.index())?;
        node.asked.get((id.number as usize).checked_sub(1)?).map(|command| &**command)
    }

    pub fn timers(&mut self, node: NodeId) -> &mut Vec<TimerKey> {
        match node.is_client() {
            true => &mut self.clients.as_mut_slice()[node.index()].timers,
            false => &mut self.replicas.as_mut_slice()[node.index()].timers,
        }
    }
}

/// The replicas and clients of one protocol, with its types.
pub struct Cluster<'a, P: Protocol> {
    pub(crate) config: &'a P::Config,
    pub(crate) crew: &'a Crew,
}

impl<'a, P: Protocol> Cluster<'a, P> {
    /// The configuration.
    pub fn config(&self) -> &'a P::Config {
        self.config
    }

    /// How many replicas there are.
    pub fn size(&self) -> usize {
        self.crew.replicas.len()
    }

    fn replica(&self, node: NodeId) -> &'a Acting<P> {
        match (&*self.crew.replicas.as_slice()[node.index()].actor as &dyn Any).downcast_ref() {
            Some(acting) => acting,
            None => unreachable!(),
        }
    }

    /// The volatile state of a replica; `None` while it is crashed.
    pub fn state(&self, node: NodeId) -> Option<&'a P::State> {
        self.replica(node).state.as_deref()
    }

    /// What a replica's disk holds, written but not yet persisted things included.
    pub fn disk(&self, node: NodeId) -> &'a P::Disk {
        &self.replica(node).disk
    }

    /// What would be left of it after a crash.
    pub fn durable(&self, node: NodeId) -> &'a P::Disk {
        &self.replica(node).durable
    }

    /// Whether a replica was never Byzantine.
    pub fn correct(&self, node: NodeId) -> bool {
        node.is_client() || !self.crew.replicas.as_slice()[node.index()].traitor
    }

    /// All replicas' names, in order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<P> {
        NodeId::replicas(self.crew.replicas.len())
    }

    /// A client's state.
    pub fn client(&self, node: NodeId) -> Option<&'a P::Client> {
        let patron = &*self.crew.clients.get(node.index())?.patron as &dyn Any;
        Some(&patron.downcast_ref::<Asking<P>>()?.client)
    }

    /// The command of a request, if it was made.
    pub fn asked(&self, id: RequestId) -> Option<&'a P::Command> {
        (self.crew.asked(id)? as &dyn Any).downcast_ref()
    }

    /// What correct replicas have decided.
    pub fn decisions(&self) -> &'a Decisions {
        &self.crew.decisions
    }
}

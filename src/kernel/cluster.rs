//! The replicas and clients of one protocol, with its own types: what a run knows only as [`Agents`](super::agents::Agents).

use std::any::Any;
use std::rc::Rc;

use super::ids::{NodeId, RequestId};
use super::log::Log;
use super::mail::Said;
use super::properties::Decisions;
use super::protocol::Protocol;
use super::run::Setup;

/// One replica. What has a type of the protocol is in a box, here and below: so the code that handles it is alike for
/// all protocols, and packs well. Its timers stand in the order of the run's own list of them.
pub(super) struct Replica<P: Protocol> {
    pub state: Option<Box<P::State>>,
    pub disk: Box<P::Disk>,
    pub durable: Box<P::Disk>,
    pub timers: Vec<P::Timer>,
    pub traitor: bool,
    /// What it sent since it turned Byzantine.
    pub said: Said,
    /// Its other incarnation, while a traitor has two.
    pub other: Option<Box<Replica<P>>>,
}

impl<P: Protocol> Clone for Replica<P> {
    fn clone(&self) -> Self {
        Replica {
            state: self.state.clone(),
            disk: self.disk.clone(),
            durable: self.durable.clone(),
            timers: self.timers.clone(),
            traitor: self.traitor,
            said: self.said.clone(),
            other: self.other.clone(),
        }
    }
}

impl<P: Protocol> Replica<P> {
    /// What is volatile is lost, and what was not persisted; with `blank` all of the disk. Both incarnations crash as one.
    pub fn crash(&mut self, blank: bool) {
        if blank {
            *self.durable = P::Disk::default();
        }
        self.state = None;
        self.disk = self.durable.clone();
        self.timers.clear();
        if let Some(other) = &mut self.other {
            other.crash(blank);
        }
    }
}

/// One client, and all that it ever asked for.
pub(super) struct ClientNode<P: Protocol> {
    pub client: Box<P::Client>,
    pub asked: Log<Rc<dyn Any>>,
    pub timers: Vec<P::Timer>,
}

impl<P: Protocol> Clone for ClientNode<P> {
    fn clone(&self) -> Self {
        ClientNode { client: self.client.clone(), asked: self.asked.clone(), timers: self.timers.clone() }
    }
}

impl<P: Protocol> Default for ClientNode<P> {
    fn default() -> Self {
        ClientNode { client: Box::default(), asked: Log::new(), timers: Vec::new() }
    }
}

/// The replicas and clients, as properties may look at them.
pub struct Cluster<P: Protocol> {
    pub(super) config: Rc<P::Config>,
    pub(super) replicas: Vec<Replica<P>>,
    pub(super) clients: Vec<ClientNode<P>>,
    pub(super) decisions: Decisions<P::Value>,
}

impl<P: Protocol> Clone for Cluster<P> {
    fn clone(&self) -> Self {
        Cluster {
            config: self.config.clone(),
            replicas: self.replicas.clone(),
            clients: self.clients.clone(),
            decisions: self.decisions.clone(),
        }
    }
}

impl<P: Protocol> Cluster<P> {
    /// Replicas that have not started yet, with the disks of the set-up. Errors: a sentence, where it does not fit.
    pub(super) fn new(setup: &Setup) -> Result<Self, String> {
        let config = Rc::new(P::configure(setup.replicas, &setup.options)?);
        let mut replicas = Vec::new();
        for number in 1..=setup.replicas {
            let me = NodeId::replica(number);
            let disk = match setup.disks.iter().find(|(node, _)| *node == me) {
                Some((_, pairs)) => Box::new(P::preset(&config, me, pairs)?),
                None => Box::default(),
            };
            let durable = disk.clone();
            let (timers, said) = (Vec::new(), Said::default());
            replicas.push(Replica { state: None, disk, durable, timers, traitor: false, said, other: None });
        }
        Ok(Cluster { config, replicas, clients: Vec::new(), decisions: Decisions::default() })
    }

    /// The configuration.
    pub fn config(&self) -> &P::Config {
        &self.config
    }

    /// How many replicas there are.
    pub fn size(&self) -> usize {
        self.replicas.len()
    }

    /// The volatile state of a replica; `None` while it is crashed.
    pub fn state(&self, node: NodeId) -> Option<&P::State> {
        self.replicas[node.index()].state.as_deref()
    }

    /// What a replica's disk holds, written but not yet persisted things included.
    pub fn disk(&self, node: NodeId) -> &P::Disk {
        &self.replicas[node.index()].disk
    }

    /// What would be left of it after a crash.
    pub fn durable(&self, node: NodeId) -> &P::Disk {
        &self.replicas[node.index()].durable
    }

    /// Whether a replica was never Byzantine.
    pub fn correct(&self, node: NodeId) -> bool {
        node.is_client() || !self.replicas[node.index()].traitor
    }

    /// All replicas' names, in order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<P> {
        (1..=self.replicas.len()).map(NodeId::replica)
    }

    /// A client's state.
    pub fn client(&self, node: NodeId) -> Option<&P::Client> {
        self.clients.get(node.index()).map(|node| &*node.client)
    }

    /// The command of a request, if it was made.
    pub fn asked(&self, id: RequestId) -> Option<&P::Command> {
        self.clients.get(id.client.index())?.asked.get((id.number as usize).checked_sub(1)?)?.downcast_ref()
    }

    /// What correct replicas have decided.
    pub fn decisions(&self) -> &Decisions<P::Value> {
        &self.decisions
    }

    pub(super) fn timers(&mut self, node: NodeId) -> &mut Vec<P::Timer> {
        match node.is_client() {
            true => &mut self.clients[node.index()].timers,
            false => &mut self.replicas[node.index()].timers,
        }
    }
}

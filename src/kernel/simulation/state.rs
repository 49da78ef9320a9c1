//! One moment of a run: its nodes, the network, messages on their way, the queue of what is due, counts, violations.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::flights::{Flight, Flights};
use super::network::Network;
use super::queue::{Due, Queue, Scheduled};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{EventId, NodeId, RequestId, Time};
use crate::kernel::data::limits::Limit;
use crate::kernel::data::persistent_vec::PersistentVec;
use crate::kernel::data::script::Script;
use crate::kernel::data::topology::Topology;
use crate::kernel::descriptor::node_view::{Health, Status};
use crate::kernel::descriptor::options::Setup;
use crate::kernel::descriptor::setup_error::SetupError;
use crate::kernel::descriptor::vocabulary::{Descriptor, Look, OptionInfo};
use crate::kernel::node::any_protocol::AnyProtocol;
use crate::kernel::node::nodes::{Node, Nodes};
use crate::kernel::record::client_history::{Access, HistoryObserver, HistoryRecord};
use crate::kernel::record::verdicts::{Report, Violation};

/// A question that waits for an answer from outside.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Question {
    /// Who asks.
    pub node: NodeId,
    /// The question, for a person or a model to answer.
    pub text: String,
    /// In which event it was asked.
    pub event: EventId,
    /// Whether the second of two incarnations asks.
    pub second: bool,
}

/// Clients that keep asking.
#[derive(Clone, Hash, Debug)]
pub(crate) struct Workload {
    pub clients: u16,
    pub rate: u32,
    pub keys: u32,
    pub count: u64,
    pub order: u64,
}

/// Counts that need no record.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Events so far.
    pub events: u32,
    /// Messages sent so far, of all nodes.
    pub messages: u32,
    /// Messages between different replicas: what the papers count.
    pub between_replicas: u32,
    /// Requests that clients made.
    pub requests: u32,
    /// Requests whose client has its answer.
    pub completed: u32,
    /// Requests of the workload that were left out: too many waited at their client.
    pub dropped: u32,
    /// The time of the last first decision on a slot, in virtual microseconds.
    pub last_decision: Time,
}

/// One moment of a run. A copy shares the nodes and the records that did not change since.
#[derive(Clone)]
pub struct Run {
    pub(crate) descriptor: &'static Descriptor,
    pub(crate) protocol: Box<dyn AnyProtocol>,
    /// Which of the descriptor's options are bugs that are switched on, by place.
    pub(super) bugs: Rc<[bool]>,
    pub(crate) nodes: Nodes,
    pub(crate) network: Network,
    pub(crate) queue: Queue,
    pub(crate) flights: Flights,
    pub(crate) seed: u64,
    /// What answers the handlers' choices in place of the seed.
    pub(crate) script: Option<Box<Script>>,
    pub(crate) now: Time,
    pub(crate) counts: Counts,
    pub(crate) hasher: StableHasher,
    pub(crate) violations: Vec<Violation>,
    pub(crate) questions: Vec<Question>,
    /// The bound that it has come to: nothing moves any more.
    pub(crate) limit: Option<Limit>,
    pub(crate) workload: Option<Workload>,
    /// Empty between events.
    pub(crate) report: Report,
    /// What clients asked and were told, and what was wrong meanwhile.
    pub(crate) history: PersistentVec<HistoryRecord>,
    pub(crate) observer: Option<Box<dyn HistoryObserver>>,
    /// What the observer found; empty between events.
    pub(crate) aside: Report,
}

impl Run {
    /// A run whose replicas have not started yet, with the disks of the set-up. Errors: where it does not fit.
    pub(crate) fn new(
        descriptor: &'static Descriptor,
        protocol: Box<dyn AnyProtocol>,
        setup: &Setup,
    ) -> Result<Self, SetupError> {
        let replicas = setup.replicas;
        if let Some(&(node, _)) = setup.disks.iter().find(|(node, _)| node.is_client() || node.number() > replicas) {
            let client = node.is_client();
            return Err(if client { SetupError::Kind { node } } else { SetupError::Node { node, replicas } });
        }
        let kind = setup.topology;
        let topology = Topology::new(kind, replicas, setup.seed).map_err(|why| SetupError::Topology { kind, why })?;
        let mut nodes = Nodes::default();
        for me in NodeId::replicas(setup.replicas) {
            let disk: &[_] = setup.disks.iter().find(|(node, _)| *node == me).map_or(&[], |(_, pairs)| pairs);
            if let Some((key, _)) = disk.iter().find(|(key, _)| descriptor.disk.iter().all(|info| info.name != key)) {
                return Err(SetupError::UnknownDiskKey { protocol: descriptor.name, key: key.clone() });
            }
            nodes.replicas.push(Rc::new(Node::new(protocol.replica(me, disk)?)));
        }
        let mut run = Run {
            descriptor,
            protocol,
            bugs: descriptor.options.iter().map(|option| option.bug && setup.options.is_on(option)).collect(),
            nodes,
            network: Network::new(setup.seed, topology),
            queue: Queue::default(),
            flights: Flights::default(),
            seed: setup.seed,
            script: None,
            now: 0,
            counts: Counts::default(),
            hasher: StableHasher::default(),
            violations: Vec::new(),
            questions: Vec::new(),
            limit: None,
            workload: None,
            report: Report::default(),
            history: PersistentVec::new(),
            observer: None,
            aside: Report::default(),
        };
        if !run.network.topology().is_full() {
            run.tell_topology();
        }
        Ok(run)
    }

    /// The replicas learn whom they have a link to.
    pub(crate) fn tell_topology(&mut self) {
        for replica in &mut self.nodes.replicas {
            let node = Rc::make_mut(replica);
            node.print.set(None);
            for incarnation in std::iter::once(&mut node.incarnation).chain(node.other.as_deref_mut()) {
                incarnation.actor.set_topology(self.network.topology());
            }
        }
    }

    pub(crate) fn node(&self, node: NodeId) -> Option<&Node> {
        self.nodes.get(node)
    }

    /// A node that is known to be there.
    pub(crate) fn node_mut(&mut self, node: NodeId) -> &mut Node {
        self.nodes.at_mut(node)
    }

    /// All replicas' names, in order.
    pub(crate) fn replicas(&self) -> impl Iterator<Item = NodeId> + use<> {
        NodeId::replicas(self.nodes.replicas.len())
    }

    pub(crate) fn health(&self, node: NodeId) -> Health {
        self.node(node).map_or(Health::Up, |node| node.health)
    }

    /// Role and epoch of a replica; `None` while it is crashed.
    pub(crate) fn status(&self, node: NodeId) -> Option<Status> {
        self.node(node)?.incarnation.actor.status()
    }

    /// The live replica that leads: of the highest epoch, the lowest id of several.
    pub(crate) fn leader(&self) -> Option<NodeId> {
        let mut best: Option<(u64, NodeId)> = None;
        for node in self.replicas() {
            let Some(status) = self.status(node) else { continue };
            let leads = self.descriptor.roles[status.role as usize].look == Look::Lead;
            if leads && best.is_none_or(|(epoch, _)| status.epoch > epoch) {
                best = Some((status.epoch, node));
            }
        }
        best.map(|(_, node)| node)
    }

    /// The switches of known bugs that are on.
    pub(crate) fn bugs(&self) -> impl Iterator<Item = &'static OptionInfo> {
        let options = self.descriptor.options.iter();
        options.zip(self.bugs.iter()).filter(|(_, on)| **on).map(|(option, _)| option)
    }

    /// The command of a request as an operation on a register, where it is one.
    pub(crate) fn access(&self, id: RequestId) -> Option<Access> {
        access(&*self.protocol, &self.nodes, id)
    }

    /// The command of a request, in words.
    pub(crate) fn command(&self, id: RequestId) -> String {
        self.nodes.asked(id).map(|command| command.to_string()).unwrap_or_default()
    }

    /// What is wrong with a replica, or with the network: the sum of the numbers of [`FAULTS`](crate::kernel::FAULTS).
    pub(crate) fn faults(&self, node: Option<NodeId>) -> u8 {
        let flag = |number: u8, on: bool| if on { number } else { 0 };
        match node.and_then(|node| self.node(node)) {
            Some(node) => {
                flag(1, node.health == Health::Crashed)
                    | flag(2, node.health == Health::Paused)
                    | flag(4, node.byzantine.is_some())
                    | flag(8, node.rate.0 != node.rate.1)
            }
            None => flag(16, !self.network.groups().is_empty() || self.network.cuts().next().is_some()),
        }
    }

    /// About how many bytes a copy of it takes that shares nothing but the logs.
    pub(crate) fn weight(&self) -> usize {
        let waiting: usize = self.nodes.clients.iter().map(|client| client.waiting as usize).sum();
        let nodes = self.nodes.replicas.len() + self.nodes.clients.len();
        4096 * nodes + 128 * waiting + 192 * self.flights.capacity() + 48 * self.queue.len()
    }

    /// When the next event is due; `None` where nothing moves by itself or a question is open.
    pub(crate) fn peek(&mut self) -> Option<Time> {
        if self.network.manual || self.limit.is_some() || !self.questions.is_empty() {
            return None;
        }
        loop {
            let entry = self.queue.first()?;
            if self.is_valid(&entry) {
                return Some(entry.at.max(self.now));
            }
            self.queue.pop();
        }
    }

    /// Whether an entry of the queue is still valid: what it stood for is there, and due then. What waits at a paused node
    /// is marked, so that it comes up again when the node goes on.
    fn is_valid(&mut self, entry: &Scheduled) -> bool {
        match entry.due {
            Due::Flight(place) => {
                let Some(flight) = self.flights.get(place).filter(|flight| flight.order == entry.order) else {
                    return false;
                };
                let paused = self.health(flight.to) == Health::Paused;
                if let Some(flight) = self.flights.get_mut(place) {
                    flight.held = paused;
                }
                !paused
            }
            Due::Timer(node, key) => {
                let Some(running) = self.nodes.at(node).timer(key).filter(|running| running.queued == entry.at) else {
                    return false;
                };
                let (due, order) = (running.due, running.order);
                let paused = self.health(node) == Health::Paused;
                if due != entry.at || order != entry.order {
                    self.set_queued(node, key, due);
                    self.queue.push(due, order, entry.due);
                    return false;
                }
                if paused {
                    self.set_queued(node, key, Time::MAX);
                }
                !paused
            }
            Due::Workload => self.workload.as_ref().is_some_and(|workload| workload.order == entry.order),
        }
    }

    fn set_queued(&mut self, node: NodeId, key: u32, at: Time) {
        let mut timers = self.nodes.at_mut(node).all_timers();
        if let Some(running) = timers.find(|running| running.key == key) {
            running.queued = at;
        }
    }

    /// A hash over everything that happened so far and everything that is: equal runs have equal hashes.
    pub(crate) fn trace_hash(&self) -> u64 {
        let mut hasher = self.hasher;
        hasher.write_u64(self.state_hash());
        hasher.finish()
    }

    /// A hash over everything that is now, ids and times included. What is added to a run must be thought of here.
    pub(crate) fn state_hash(&self) -> u64 {
        let Run {
            descriptor: _,
            bugs: _,
            protocol,
            nodes,
            network,
            // It may still hold entries that are void.
            queue: _,
            flights,
            seed: _,
            script: _,
            now,
            counts,
            // What has happened, the record, follows from the events.
            hasher: _,
            violations: _,
            questions,
            limit: _,
            workload,
            report: _,
            history: _,
            observer: _,
            aside: _,
        } = self;
        let hasher = &mut StableHasher::default();
        (now, counts.events, counts.messages).hash(hasher);
        protocol.take_into(hasher);
        for name in nodes.names() {
            nodes.at(name).take_into(name, hasher);
        }
        for place in flights.places(&|_| true) {
            let Some(flight) = flights.get(place) else { continue };
            let Flight { id, from, to, envelope, sent: _, due, cause: _, order: _, held: _, content: _ } = flight;
            (id, from, to).hash(hasher);
            envelope.letter.take_into(hasher);
            due.hash(hasher);
            if envelope.stamp.second {
                envelope.stamp.second.hash(hasher);
            }
        }
        network.hash(hasher);
        questions.hash(hasher);
        workload.hash(hasher);
        hasher.finish()
    }
}

/// The command of a request as an operation on a register, where it is one.
pub(crate) fn access(protocol: &dyn AnyProtocol, nodes: &Nodes, id: RequestId) -> Option<Access> {
    protocol.access(nodes.asked(id)? as &dyn std::any::Any)
}

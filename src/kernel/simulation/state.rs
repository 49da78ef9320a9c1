//! One moment of a run, as far as it is the same for every protocol: health, timers, messages on their way, the queue of
//! what is due, counts, violations.

use std::hash::{Hash, Hasher};

use super::action::Behaviour;
use super::network::Network;
use super::queue::{Due, Entry, Flights, Queue, TimerSlot};
use super::topology::{Topology, TopologyKind};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{EventId, NodeId, Time};
use crate::kernel::data::limits::Limit;
use crate::kernel::data::persistent_vec::PersistentVec;
use crate::kernel::descriptor::options::Options;
use crate::kernel::descriptor::view::Health;
use crate::kernel::node::nodes::{Agents, Part};
use crate::kernel::record::client_history::{HistoryObserver, HistoryRecord};
use crate::kernel::record::verdicts::{Report, Violation};

/// What a world is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// How many replicas.
    pub replicas: usize,
    /// All chance comes from it.
    pub seed: u64,
    /// `set …`, checked against the descriptor.
    pub options: Options,
    /// `disk N KEY=VALUE …`.
    pub disks: Vec<(NodeId, Vec<(String, String)>)>,
    /// `network topology …`: how the replicas are linked from the start.
    pub topology: TopologyKind,
}

/// A question that waits for an answer from outside.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Question {
    /// Who asks.
    pub node: NodeId,
    /// What.
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

/// What replicas and clients have in common.
#[derive(Clone)]
pub(crate) struct Body {
    pub health: Health,
    /// In the order of the protocol's own list of this node's timers.
    pub timers: Vec<TimerSlot>,
    pub keys: u32,
    pub draws: u32,
    pub rate: (u32, u32),
    pub countdown: Option<u32>,
    pub byzantine: Option<Behaviour>,
    pub traitor: bool,
    /// Whether it has ever lost its disk. A run with the same past has it alike, so no hash needs it.
    pub lost_disk: bool,
    /// How many requests of a client have no answer yet. They are counted in its state.
    pub waiting: u32,
    /// The timers of the incarnation that is not at work, while there are two.
    pub other: Option<Vec<TimerSlot>>,
    /// Whether the second incarnation is at work; never between events.
    pub second: bool,
}

impl Body {
    /// The timers of both incarnations.
    pub fn all_timers(&mut self) -> impl Iterator<Item = &mut TimerSlot> {
        self.timers.iter_mut().chain(self.other.iter_mut().flatten())
    }
}

impl Default for Body {
    fn default() -> Self {
        Body {
            health: Health::Up,
            timers: Vec::new(),
            keys: 0,
            draws: 0,
            rate: (1, 1),
            countdown: None,
            byzantine: None,
            traitor: false,
            lost_disk: false,
            waiting: 0,
            other: None,
            second: false,
        }
    }
}

/// One moment of a run without what has the protocol's types.
#[derive(Clone)]
pub struct Run {
    pub(crate) replicas: Vec<Body>,
    pub(crate) clients: Vec<Body>,
    pub(crate) network: Network,
    pub(crate) queue: Queue,
    pub(crate) flights: Flights,
    pub(crate) seed: u64,
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
    pub(crate) calls: PersistentVec<HistoryRecord>,
    pub(crate) watch: Option<Box<dyn HistoryObserver>>,
    /// What the watch found; empty between events.
    pub(crate) aside: Report,
}

impl Run {
    pub(crate) fn new(setup: &Setup) -> Result<Self, String> {
        let (replicas, seed) = (setup.replicas, setup.seed);
        Ok(Run {
            replicas: vec![Body::default(); replicas],
            clients: Vec::new(),
            network: Network::new(seed, Topology::new(setup.topology, replicas, seed)?),
            queue: Queue::default(),
            flights: Flights::default(),
            seed,
            now: 0,
            counts: Counts::default(),
            hasher: StableHasher::default(),
            violations: Vec::new(),
            questions: Vec::new(),
            limit: None,
            workload: None,
            report: Report::default(),
            calls: PersistentVec::new(),
            watch: None,
            aside: Report::default(),
        })
    }

    // This and its like are asked for at every event. At opt-level "z" a vector's index is a call, a slice's is not, and
    // what the kernel has once may be written out where it is used: a sixth faster (measured).
    #[inline(always)]
    pub(crate) fn body(&self, node: NodeId) -> Option<&Body> {
        let list = if node.is_client() { &self.clients } else { &self.replicas };
        list.as_slice().get(node.number().checked_sub(1)?)
    }

    #[inline(always)]
    pub(crate) fn body_mut(&mut self, node: NodeId) -> &mut Body {
        let list = if node.is_client() { &mut self.clients } else { &mut self.replicas };
        &mut list.as_mut_slice()[node.index()]
    }

    /// All replicas' names, in order.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        NodeId::replicas(self.replicas.len())
    }

    pub(crate) fn health(&self, node: NodeId) -> Health {
        self.body(node).map_or(Health::Up, |body| body.health)
    }

    /// What is wrong with a replica, or with the network: the sum of the numbers of [`FAULTS`](crate::kernel::record::client_history::FAULTS).
    pub(crate) fn faults(&self, node: Option<NodeId>) -> u8 {
        let flag = |number: u8, on: bool| if on { number } else { 0 };
        match node.and_then(|node| self.body(node)) {
            Some(body) => {
                flag(1, body.health == Health::Crashed)
                    | flag(2, body.health == Health::Paused)
                    | flag(4, body.byzantine.is_some())
                    | flag(8, body.rate.0 != body.rate.1)
            }
            None => flag(16, !self.network.groups().is_empty() || self.network.cuts().next().is_some()),
        }
    }

    /// About how many bytes a copy of it takes that shares nothing but the logs.
    pub(crate) fn weight(&self) -> usize {
        let waiting: usize = self.clients.iter().map(|client| client.waiting as usize).sum();
        let nodes = self.replicas.len() + self.clients.len();
        4096 * nodes + 128 * waiting + 192 * self.flights.capacity() + 48 * self.queue.len()
    }

    /// When the next event is due; `None` where nothing moves by itself or a question is open.
    pub(crate) fn peek(&mut self) -> Option<Time> {
        if self.network.manual || self.limit.is_some() || !self.questions.is_empty() {
            return None;
        }
        loop {
            let entry = self.queue.first()?;
            if self.holds(&entry) {
                return Some(entry.at.max(self.now));
            }
            self.queue.pop();
        }
    }

    /// Whether an entry of the queue still means something now; sees to it that what it stood for is not forgotten.
    fn holds(&mut self, entry: &Entry) -> bool {
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
                let body = self.body_mut(node);
                let paused = body.health == Health::Paused;
                let Some(slot) = body.all_timers().find(|slot| slot.key == key) else { return false };
                if slot.queued != entry.at {
                    return false;
                }
                if slot.due != entry.at || slot.order != entry.order {
                    slot.queued = slot.due;
                    let (due, order) = (slot.due, slot.order);
                    self.queue.push(due, order, entry.due);
                    return false;
                }
                if paused {
                    slot.queued = Time::MAX;
                }
                !paused
            }
            Due::Workload => self.workload.as_ref().is_some_and(|workload| workload.order == entry.order),
        }
    }

    /// A hash over everything that happened so far and everything that is: equal runs have equal hashes.
    pub(crate) fn trace_hash(&self, agents: &Agents) -> u64 {
        let mut hasher = self.hasher;
        hasher.write_u64(self.state_hash(agents));
        hasher.finish()
    }

    /// A hash over everything that is now, ids and times included.
    pub(crate) fn state_hash(&self, agents: &Agents) -> u64 {
        let hasher = &mut StableHasher::default();
        (self.now, self.counts.events, self.counts.messages).hash(hasher);
        agents.hash(&Part::Config, hasher);
        let clients = NodeId::clients(self.clients.len());
        for (node, body) in self.nodes().zip(&self.replicas).chain(clients.zip(&self.clients)) {
            agents.hash(&Part::Node(node), hasher);
            hash_body(node, body, agents, hasher);
        }
        for place in self.flights.places(&|_| true) {
            let Some(flight) = self.flights.get(place) else { continue };
            (flight.id, flight.from, flight.to).hash(hasher);
            agents.hash(&Part::Message(place), hasher);
            flight.due.hash(hasher);
            if flight.stamp.second {
                flight.stamp.second.hash(hasher);
            }
        }
        self.network.hash(hasher);
        self.questions.hash(hasher);
        self.workload.hash(hasher);
        hasher.finish()
    }
}

fn hash_body(node: NodeId, body: &Body, agents: &Agents, hasher: &mut StableHasher) {
    (body.health, body.draws, body.rate, body.countdown, body.traitor).hash(hasher);
    body.byzantine.as_ref().map(Behaviour::name).hash(hasher);
    if let Some(behaviour) = body.byzantine.as_ref().filter(|behaviour| !behaviour.peers.is_empty()) {
        behaviour.peers.hash(hasher);
    }
    if let Some(other) = &body.other {
        body.byzantine.as_ref().map(|behaviour| &behaviour.others).hash(hasher);
        other.iter().for_each(|slot| (slot.due, slot.order).hash(hasher));
    }
    for (place, slot) in body.timers.iter().enumerate() {
        agents.hash(&Part::Timer(node, place), hasher);
        (slot.due, slot.order).hash(hasher);
    }
}

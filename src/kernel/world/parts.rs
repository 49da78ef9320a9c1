//! A world taken apart into nodes, messages and all the rest, and put together again: for a search, in which a few parts make
//! many worlds. Only worlds in which nothing moves by itself can be put together: what was due is left out.

use std::hash::Hasher;
use std::rc::Rc;

use super::dyn_world::DynWorld;
use super::outlines::{FlightKey, key};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{MessageId, NodeId};
use crate::kernel::data::names::Names;
use crate::kernel::node::nodes::Node;
use crate::kernel::record::verdicts::Shown;
use crate::kernel::simulation::fingerprint::{flight_print, flight_print_under};
use crate::kernel::simulation::flights::{Flight, Flights};
use crate::kernel::simulation::queue::Queue;
use crate::kernel::simulation::state::Run;

/// A node of a world.
#[derive(Clone)]
pub struct NodePart(Rc<Node>);

/// A message in flight.
#[derive(Clone)]
pub struct MessagePart(Flight);

/// All that is neither a node nor a message.
#[derive(Clone)]
pub struct RestPart(Run);

impl NodePart {
    /// Whether nobody has changed it: then it is the same in memory.
    pub fn is(&self, other: &NodePart) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The timers that run, each once: kind, and what it is about.
    pub fn timers(&self) -> Vec<(u8, Option<u64>)> {
        let incarnations = std::iter::once(&self.0.incarnation).chain(self.0.other.as_deref());
        let timers = incarnations.flat_map(|incarnation| &incarnation.timers);
        let all: std::collections::BTreeSet<_> =
            timers.map(|running| (running.timer.kind, running.timer.about)).collect();
        all.into_iter().collect()
    }
}

impl MessagePart {
    /// What tells it from others.
    pub fn key(&self) -> FlightKey {
        key(&self.0)
    }

    /// What it adds to the sum of which a fingerprint is made.
    pub fn print(&self) -> u64 {
        flight_print(&self.0)
    }

    /// The same under other names.
    pub fn print_under(&self, names: Names) -> u64 {
        flight_print_under(&self.0, names)
    }
}

impl DynWorld {
    /// Its messages above a number, in the order of their numbers, and all that is neither a node nor a message. The nodes are
    /// taken one by one: see [`DynWorld::node_part`].
    pub fn take_apart(self, above: MessageId) -> (Vec<MessagePart>, RestPart) {
        let mut run = self.into_run();
        run.nodes.replicas.clear();
        run.nodes.clients.clear();
        let flights = std::mem::take(&mut run.flights);
        let places = flights.places(&|flight| flight.id > above);
        let messages = places.into_iter().filter_map(|place| flights.get(place).cloned()).map(MessagePart).collect();
        run.queue = Queue::default();
        run.nodes.looked_at.clear();
        (messages, RestPart(run))
    }

    /// A world of these parts. The messages have the numbers from 1 on, in this order.
    pub fn of_parts<'a>(
        rest: &RestPart,
        nodes: impl Iterator<Item = &'a NodePart>,
        messages: impl Iterator<Item = &'a MessagePart>,
        replicas: usize,
    ) -> DynWorld {
        let mut run = rest.0.clone();
        run.nodes.replicas.reserve_exact(replicas);
        for NodePart(node) in nodes {
            let full = run.nodes.replicas.len() == replicas;
            let list = if full { &mut run.nodes.clients } else { &mut run.nodes.replicas };
            list.push(node.clone());
        }
        run.flights = Flights::default();
        let mut last = 0;
        for MessagePart(flight) in messages {
            last += 1;
            run.flights.add(Flight { id: MessageId(last), ..flight.clone() });
        }
        run.protocol.catch_up(&run.nodes);
        // Whatever is sent from here on has a higher number.
        run.counts.messages = run.counts.messages.max(last);
        DynWorld::of_run(run)
    }

    /// What a node adds to the sum of which a fingerprint is made.
    pub fn node_print(&self, node: NodeId) -> u64 {
        self.run().node_print(node)
    }

    /// The same under other names.
    pub fn node_print_under(&self, node: NodeId, names: Names) -> u64 {
        self.run().node_print_under(node, names)
    }

    /// What all that is neither a node nor a message adds to it, under other names where there are any.
    pub fn rest_print(&self, names: Option<Names>) -> u64 {
        self.run().rest_print(names)
    }

    /// The least of its fingerprints under these names: the same for all worlds that differ in nothing but such names.
    pub fn fingerprint_under(&self, names: &[Names]) -> u64 {
        names.iter().map(|names| self.run().fingerprint_under(*names)).min().unwrap_or_else(|| self.fingerprint())
    }

    /// Whether replicas under other names would do the same, the command of a client among it. `fires` says of which kinds timers
    /// fire at all.
    pub fn alike(&self, names: Names, fires: &dyn Fn(u8) -> bool, words: &[Vec<String>]) -> bool {
        let protocol = &self.run().protocol;
        let names_nobody_else = |words: &Vec<String>| {
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            let hash = |command: &dyn Shown, names| {
                let mut hasher = StableHasher::under(names);
                command.take_into(&mut hasher);
                hasher.finish()
            };
            protocol.command(&words).is_ok_and(|command| hash(&*command, names) == hash(&*command, Names::SAME))
        };
        protocol.alike(names, fires) && words.iter().all(names_nobody_else)
    }

    /// A node as a part.
    pub fn node_part(&self, node: NodeId) -> Option<NodePart> {
        let list = if node.is_client() { &self.run().nodes.clients } else { &self.run().nodes.replicas };
        list.get(node.index()).cloned().map(NodePart)
    }

    /// From here on it is taken down who is looked at.
    pub fn watch_looks(&self) {
        self.run().nodes.looked_at.clear();
    }

    /// Whether a node was looked at since then: by a handler that was at work there, by a property, or by one who judged a
    /// decision. Whether it is correct is no look: that is for whoever searches to keep as it is.
    pub fn was_looked_at(&self, node: NodeId) -> bool {
        self.run().nodes.looked_at.has(node)
    }
}

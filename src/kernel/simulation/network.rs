//! The seeded network: topology, latency, loss, duplication, partitions, cuts. It knows nodes and times, no messages.

use std::hash::Hash;

use super::link_counts::LinkCounts;
use crate::kernel::data::delay::{Delay, Shape};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{MS, NodeId, Time};
use crate::kernel::data::in_order::InOrder;
use crate::kernel::data::persistent_map::PersistentMap;
use crate::kernel::data::random::{draw, hits, mix};
use crate::kernel::data::topology::{Topology, TopologyKind};
use crate::kernel::record::trace::Fate;

/// What a link does to messages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Link {
    /// How long a message is on its way, in virtual microseconds.
    pub latency: Delay,
    /// Loss, in parts per million.
    pub loss: u32,
    /// Duplication, in parts per million.
    pub duplicate: u32,
    /// Whether a message may overtake an earlier one.
    pub reorder: bool,
}

impl Default for Link {
    fn default() -> Self {
        Link { latency: Delay::uniform(5 * MS, 15 * MS), loss: 0, duplicate: 0, reorder: true }
    }
}

/// A change to links: what is `None` stays.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct LinkChange {
    /// The least and the most latency; for an exponential one, both are its mean.
    pub latency: Option<(Time, Time)>,
    /// How latencies are spread. A range that comes without a shape keeps the one there is; after an exponential latency,
    /// which has no range, it is uniform.
    pub shape: Option<Shape>,
    /// See [`Link::loss`].
    pub loss: Option<u32>,
    /// See [`Link::duplicate`].
    pub duplicate: Option<u32>,
    /// See [`Link::reorder`].
    pub reorder: Option<bool>,
}

impl LinkChange {
    fn apply(&self, link: &mut Link) {
        let kept = match link.latency.shape() {
            Shape::Exponential if self.latency.is_some() => Shape::Uniform,
            shape => shape,
        };
        let range = self.latency.unwrap_or(link.latency.range());
        link.latency = Delay::shaped(range, self.shape.unwrap_or(kept));
        link.loss = self.loss.unwrap_or(link.loss);
        link.duplicate = self.duplicate.unwrap_or(link.duplicate);
        link.reorder = self.reorder.unwrap_or(link.reorder);
    }
}

/// What the network does with one message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Passage {
    /// When it arrives, or dies.
    pub due: Time,
    /// Whether it is lost.
    pub lost: bool,
    /// When a second copy arrives, if there is one.
    pub twin: Option<Time>,
}

/// The network between all nodes.
#[derive(Clone, Hash, Debug, Default)]
pub struct Network {
    seed: u64,
    default: Link,
    links: PersistentMap<(NodeId, NodeId), Link>,
    groups: PersistentMap<NodeId, u16>,
    cuts: PersistentMap<(NodeId, NodeId), ()>,
    /// Nothing moves by itself.
    pub manual: bool,
    counts: LinkCounts,
    topology: Topology,
}

impl Network {
    /// A network whose chances come from this seed, with these links between replicas.
    pub fn new(seed: u64, topology: Topology) -> Self {
        Network { seed, topology, ..Network::default() }
    }

    /// The links between replicas.
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// Links so many replicas in another way. Errors: a sentence, where that way is not for so many.
    pub fn set_topology(&mut self, kind: TopologyKind, replicas: usize) -> Result<(), String> {
        self.topology = Topology::new(kind, replicas, self.seed)?;
        Ok(())
    }

    /// The link from one node to another.
    pub fn link(&self, from: NodeId, to: NodeId) -> Link {
        if self.links.is_empty() { self.default } else { self.links.get(&(from, to)).copied().unwrap_or(self.default) }
    }

    /// The least time that a message takes from one node to another, in virtual microseconds.
    pub(crate) fn least(&self, from: NodeId, to: NodeId) -> Time {
        self.topology.distance(from, to) + self.link(from, to).latency.least()
    }

    /// What links do where nothing else was said of them.
    pub fn default_link(&self) -> Link {
        self.default
    }

    /// Changes one link, or all: those that differ keep what the change does not name.
    pub fn change(&mut self, link: Option<(NodeId, NodeId)>, change: &LinkChange) {
        match link {
            Some(ends) => change.apply(self.links.get_or_insert(ends, self.default)),
            None => {
                change.apply(&mut self.default);
                self.links.retain(|_, link| {
                    change.apply(link);
                    true
                });
            }
        }
        // One that is like all others again is like them from then on.
        let default = self.default;
        self.links.retain(|_, link| *link != default);
    }

    /// The links that differ from the rest.
    pub fn links(&self) -> impl Iterator<Item = ((NodeId, NodeId), Link)> + '_ {
        self.links.iter().map(|(&ends, &link)| (ends, link))
    }

    /// Parts the named nodes into groups; replicas not named form one more. Clients not named reach everybody.
    pub fn partition(&mut self, groups: &[Vec<NodeId>], replicas: usize) {
        self.groups = PersistentMap::new();
        for number in 1..=replicas {
            self.groups.insert(NodeId::replica(number), groups.len() as u16);
        }
        for (number, group) in groups.iter().enumerate() {
            for &node in group {
                self.groups.insert(node, number as u16);
            }
        }
    }

    /// Cuts one direction between two nodes.
    pub fn cut(&mut self, from: NodeId, to: NodeId) {
        self.cuts.insert((from, to), ());
    }

    /// Takes one cut back; `false` where there is none.
    pub fn mend(&mut self, from: NodeId, to: NodeId) -> bool {
        let there = self.cuts.contains_key(&(from, to));
        self.cuts.remove(&(from, to));
        there
    }

    /// Takes back all partitions and cuts.
    pub fn heal(&mut self) {
        self.groups = PersistentMap::new();
        self.cuts = PersistentMap::new();
    }

    /// Whether a message can pass from one node to another now: there is a link, and it is not cut.
    pub fn connected(&self, from: NodeId, to: NodeId) -> bool {
        self.barrier(from, to).is_none()
    }

    /// What becomes of a message from one node to another that can't pass now; `None` where it can.
    pub(crate) fn barrier(&self, from: NodeId, to: NodeId) -> Option<Fate> {
        if !self.topology.linked(from, to) {
            return Some(Fate::Unlinked);
        }
        if !self.cuts.is_empty() && self.cuts.contains_key(&(from, to)) {
            return Some(Fate::Cut);
        }
        if self.groups.is_empty() {
            return None;
        }
        match (self.groups.get(&from), self.groups.get(&to)) {
            (Some(a), Some(b)) if a != b => Some(Fate::Cut),
            _ => None,
        }
    }

    /// The groups of a partition, each in the order of its nodes; empty while there is none.
    pub fn groups(&self) -> Vec<Vec<NodeId>> {
        let mut groups = Vec::<Vec<NodeId>>::new();
        for (&node, &group) in self.groups.iter() {
            groups.resize_with(groups.len().max(group as usize + 1), Vec::new);
            groups[group as usize].push(node);
        }
        groups.retain(|group| !group.is_empty());
        groups
    }

    /// The directions that are cut.
    pub fn cuts(&self) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        self.cuts.keys().copied()
    }

    /// Takes into a hash what it does to messages from here on: not what it has carried.
    pub(crate) fn take_into(&self, hasher: &mut StableHasher) {
        let Network { seed: _, topology, default, links, groups: _, cuts, manual, counts: _ } = self;
        (topology, default, links, cuts, manual).hash(hasher);
        let mut groups = self.groups();
        groups.put_in_order();
        groups.hash(hasher);
    }

    /// Sends one message: draws its fate, keyed by the link and by how many it has carried.
    pub(crate) fn carry(&mut self, from: NodeId, to: NodeId, now: Time) -> Passage {
        let link = self.link(from, to);
        let count = self.counts.of(from, to);
        count.sent += 1;
        let stream = u64::from(from.raw()) << 16 | u64::from(to.raw());
        let word = draw(self.seed, stream, u64::from(count.sent));
        let now = now + self.topology.distance(from, to);
        let mut due = now + link.latency.drawn_from(word);
        if link.loss > 0 && hits(mix(word ^ 1), link.loss) {
            return Passage { due, lost: true, twin: None };
        }
        if !link.reorder {
            due = due.max(count.last_due);
            count.last_due = due;
        }
        let doubled = link.duplicate > 0 && hits(mix(word ^ 2), link.duplicate);
        Passage { due, lost: false, twin: doubled.then(|| now + link.latency.drawn_from(mix(word ^ 3))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(number: usize) -> NodeId {
        NodeId::replica(number)
    }

    /// Of five replicas.
    fn network(seed: u64) -> Network {
        Network::new(seed, Topology::new(TopologyKind::Full, 5, seed).unwrap())
    }

    #[test]
    fn replicas_not_named_form_one_more_group_and_clients_reach_everybody() {
        let mut network = network(1);
        network.partition(&[vec![r(1), r(2)]], 5);
        assert!(network.connected(r(1), r(2)) && network.connected(r(3), r(5)));
        assert!(!network.connected(r(2), r(3)));
        assert!(network.connected(NodeId::client(1), r(1)) && network.connected(NodeId::client(1), r(5)));
        network.partition(&[vec![r(1), NodeId::client(1)], vec![r(2)]], 5);
        assert!(!network.connected(NodeId::client(1), r(2)));
        assert_eq!(network.groups().len(), 3);
        network.heal();
        assert!(network.connected(r(1), r(5)) && network.groups().is_empty());
    }

    #[test]
    fn a_cut_is_one_way() {
        let mut network = network(1);
        network.cut(r(1), r(2));
        assert!(!network.connected(r(1), r(2)) && network.connected(r(2), r(1)));
    }

    #[test]
    fn one_cut_can_be_taken_back_and_a_link_be_like_the_rest_again() {
        let mut network = network(1);
        network.cut(r(1), r(2));
        network.cut(r(2), r(1));
        assert!(network.mend(r(1), r(2)) && !network.mend(r(1), r(2)));
        assert!(network.connected(r(1), r(2)) && !network.connected(r(2), r(1)));
        let loss = |loss| LinkChange { loss: Some(loss), ..LinkChange::default() };
        network.change(Some((r(1), r(2))), &loss(5));
        assert_eq!(network.links().map(|(ends, link)| (ends, link.loss)).collect::<Vec<_>>(), [((r(1), r(2)), 5)]);
        network.change(Some((r(1), r(2))), &loss(0));
        network.change(None, &loss(7));
        assert_eq!((network.links().count(), network.link(r(1), r(2)).loss), (0, 7));
    }

    #[test]
    fn a_message_more_on_one_link_does_not_reshuffle_another() {
        let (mut a, mut b) = (network(9), network(9));
        b.carry(r(1), r(2), 0);
        for _ in 0..20 {
            assert_eq!(a.carry(r(1), r(3), 0), b.carry(r(1), r(3), 0));
        }
        assert_ne!(a.carry(r(1), r(2), 0), b.carry(r(1), r(2), 0));
    }

    #[test]
    fn without_reordering_nothing_overtakes() {
        let mut network = network(3);
        network.change(None, &LinkChange { reorder: Some(false), ..LinkChange::default() });
        let dues: Vec<_> = (0..200).map(|i| network.carry(r(1), r(2), i * 100).due).collect();
        assert!(dues.is_sorted());
        network.change(None, &LinkChange { reorder: Some(true), ..LinkChange::default() });
        let dues: Vec<_> = (0..200).map(|i| network.carry(r(1), r(2), i * 100).due).collect();
        assert!(!dues.is_sorted());
    }

    #[test]
    fn loss_and_duplication_come_as_often_as_they_should() {
        let mut network = network(4);
        let change = LinkChange { loss: Some(100_000), duplicate: Some(200_000), ..LinkChange::default() };
        network.change(None, &change);
        let passages: Vec<_> = (0..10_000).map(|i| network.carry(r(1), r(2), i)).collect();
        let lost = passages.iter().filter(|p| p.lost).count();
        let doubled = passages.iter().filter(|p| p.twin.is_some()).count();
        assert!((900..1_100).contains(&lost) && (1_650..1_950).contains(&doubled), "{lost} lost, {doubled} doubled");
    }

    #[test]
    fn a_range_keeps_the_shape_unless_there_was_none() {
        let mut network = network(1);
        let change = |latency, shape| LinkChange { latency, shape, ..LinkChange::default() };
        network.change(None, &change(None, Some(Shape::Tail)));
        network.change(None, &change(Some((2, 8)), None));
        assert_eq!(network.default_link().latency, Delay::shaped((2, 8), Shape::Tail));
        network.change(None, &change(Some((12, 12)), Some(Shape::Exponential)));
        assert_eq!(network.default_link().latency, Delay::exponential(12));
        network.change(None, &change(Some((2, 8)), None));
        assert_eq!(network.default_link().latency, Delay::uniform(2, 8));
    }

    #[test]
    fn exponential_latencies_come_with_their_mean() {
        let mut network = network(1);
        let change =
            LinkChange { latency: Some((12_000, 12_000)), shape: Some(Shape::Exponential), ..LinkChange::default() };
        network.change(None, &change);
        let mean = (0..100_000).map(|_| network.carry(r(1), r(2), 0).due).sum::<Time>() / 100_000;
        assert!((11_850..12_150).contains(&mean), "{mean}");
    }

    #[test]
    fn nothing_passes_without_a_link() {
        let mut network = network(1);
        network.set_topology(TopologyKind::Ring, 5).unwrap();
        assert!(network.connected(r(1), r(5)) && !network.connected(r(1), r(3)));
        assert!(network.connected(NodeId::client(1), r(3)) && network.connected(r(3), r(3)));
        network.partition(&[vec![r(1)]], 5);
        assert!(!network.connected(r(1), r(5)));
        assert!(network.set_topology(TopologyKind::Grid { columns: 3, rows: 2 }, 5).is_err());
        assert_eq!(network.topology().kind(), TopologyKind::Ring);
        network.heal();
        network.set_topology(TopologyKind::Full, 5).unwrap();
        assert!(network.connected(r(1), r(3)));
    }
}

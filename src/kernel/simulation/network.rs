//! The seeded network: latency, loss, duplication, partitions, cuts. It knows nodes and times, no messages.

use std::hash::{Hash, Hasher};

use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{MS, NodeId, Time};
use crate::kernel::data::persistent_map::PersistentMap;
use crate::kernel::data::random::{between, draw, hits, mix};

/// How latencies are spread over their range.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Shape {
    /// Every latency of the range is as likely as every other.
    #[default]
    Uniform,
    /// Around the middle: the mean of three draws.
    Bell,
    /// Mostly near the lower end, seldom near the upper: the cube of a draw.
    Tail,
}

impl Shape {
    /// All shapes with their words.
    pub const ALL: [(&'static str, Shape); 3] =
        [("uniform", Shape::Uniform), ("bell", Shape::Bell), ("tail", Shape::Tail)];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// What a link does to messages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Link {
    /// The least and the most latency, in virtual microseconds.
    pub latency: (Time, Time),
    /// How latencies are spread.
    pub shape: Shape,
    /// Loss, in parts per million.
    pub loss: u32,
    /// Duplication, in parts per million.
    pub duplicate: u32,
    /// Whether a message may overtake an earlier one.
    pub reorder: bool,
}

impl Default for Link {
    fn default() -> Self {
        Link { latency: (5 * MS, 15 * MS), shape: Shape::Uniform, loss: 0, duplicate: 0, reorder: true }
    }
}

/// A change to links: what is `None` stays.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct LinkChange {
    /// See [`Link::latency`].
    pub latency: Option<(Time, Time)>,
    /// See [`Link::shape`].
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
        link.latency = self.latency.unwrap_or(link.latency);
        link.shape = self.shape.unwrap_or(link.shape);
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
    counts: Counts,
}

#[derive(Clone, Copy, Hash, Debug, Default)]
struct LinkCount {
    sent: u32,
    last_due: Time,
}

/// What each link has carried: a row for each sender, replicas and clients apart. Found by place, for every message asks.
#[derive(Clone, Debug, Default)]
struct Counts {
    replicas: Vec<Vec<LinkCount>>,
    clients: Vec<Vec<LinkCount>>,
}

impl Counts {
    fn of(&mut self, from: NodeId, to: NodeId) -> &mut LinkCount {
        let rows = if from.is_client() { &mut self.clients } else { &mut self.replicas };
        if rows.len() < from.number() {
            rows.resize(from.number(), Vec::new());
        }
        let row = &mut rows.as_mut_slice()[from.index()];
        let place = to.index() * 2 + usize::from(to.is_client());
        if row.len() <= place {
            row.resize(place + 1, LinkCount::default());
        }
        &mut row[place]
    }
}

impl Hash for Counts {
    /// Over those who have sent something.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let replicas = (1..).map(NodeId::replica).zip(&self.replicas);
        let all = replicas.chain((1..).map(NodeId::client).zip(&self.clients));
        let senders = all.filter(|(_, row)| !row.is_empty());
        senders.clone().count().hash(hasher);
        senders.for_each(|sender| sender.hash(hasher));
    }
}

impl Network {
    /// A network whose chances come from this seed.
    pub fn new(seed: u64) -> Self {
        Network { seed, ..Network::default() }
    }

    /// The link from one node to another.
    pub fn link(&self, from: NodeId, to: NodeId) -> Link {
        if self.links.is_empty() { self.default } else { self.links.get(&(from, to)).copied().unwrap_or(self.default) }
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

    /// Whether a message can pass from one node to another now.
    pub fn connected(&self, from: NodeId, to: NodeId) -> bool {
        if !self.cuts.is_empty() && self.cuts.contains_key(&(from, to)) {
            return false;
        }
        if self.groups.is_empty() {
            return true;
        }
        match (self.groups.get(&from), self.groups.get(&to)) {
            (Some(a), Some(b)) => a == b,
            _ => true,
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
        let Network { seed: _, default, links, groups: _, cuts, manual, counts: _ } = self;
        (default, links, cuts, manual).hash(hasher);
        let mut groups = self.groups();
        groups.sort_unstable();
        groups.hash(hasher);
    }

    /// Sends one message: draws its fate, keyed by the link and by how many it has carried.
    pub(crate) fn carry(&mut self, from: NodeId, to: NodeId, now: Time) -> Passage {
        let link = self.link(from, to);
        let count = self.counts.of(from, to);
        count.sent += 1;
        let stream = u64::from(from.raw()) << 16 | u64::from(to.raw());
        let word = draw(self.seed, stream, u64::from(count.sent));
        let mut due = now + latency(&link, word);
        if link.loss > 0 && hits(mix(word ^ 1), link.loss) {
            return Passage { due, lost: true, twin: None };
        }
        if !link.reorder {
            due = due.max(count.last_due);
            count.last_due = due;
        }
        let doubled = link.duplicate > 0 && hits(mix(word ^ 2), link.duplicate);
        Passage { due, lost: false, twin: doubled.then(|| now + latency(&link, mix(word ^ 3))) }
    }
}

fn latency(link: &Link, word: u64) -> Time {
    let (lo, hi) = link.latency;
    match link.shape {
        Shape::Uniform => between(word, lo, hi),
        Shape::Bell => (between(word, lo, hi) + between(mix(word), lo, hi) + between(mix(word ^ 7), lo, hi)) / 3,
        Shape::Tail => {
            let u = (word >> 48) as u128; // 16 bits: its cube fits, and is exact
            lo + ((u * u * u * u128::from(hi - lo)) >> 48) as u64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(number: usize) -> NodeId {
        NodeId::replica(number)
    }

    #[test]
    fn replicas_not_named_form_one_more_group_and_clients_reach_everybody() {
        let mut network = Network::new(1);
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
        let mut network = Network::new(1);
        network.cut(r(1), r(2));
        assert!(!network.connected(r(1), r(2)) && network.connected(r(2), r(1)));
    }

    #[test]
    fn one_cut_can_be_taken_back_and_a_link_be_like_the_rest_again() {
        let mut network = Network::new(1);
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
        let (mut a, mut b) = (Network::new(9), Network::new(9));
        b.carry(r(1), r(2), 0);
        for _ in 0..20 {
            assert_eq!(a.carry(r(1), r(3), 0), b.carry(r(1), r(3), 0));
        }
        assert_ne!(a.carry(r(1), r(2), 0), b.carry(r(1), r(2), 0));
    }

    #[test]
    fn without_reordering_nothing_overtakes() {
        let mut network = Network::new(3);
        network.change(None, &LinkChange { reorder: Some(false), ..LinkChange::default() });
        let dues: Vec<_> = (0..200).map(|i| network.carry(r(1), r(2), i * 100).due).collect();
        assert!(dues.is_sorted());
        network.change(None, &LinkChange { reorder: Some(true), ..LinkChange::default() });
        let dues: Vec<_> = (0..200).map(|i| network.carry(r(1), r(2), i * 100).due).collect();
        assert!(!dues.is_sorted());
    }

    #[test]
    fn loss_and_duplication_come_as_often_as_they_should() {
        let mut network = Network::new(4);
        let change = LinkChange { loss: Some(100_000), duplicate: Some(200_000), ..LinkChange::default() };
        network.change(None, &change);
        let passages: Vec<_> = (0..10_000).map(|i| network.carry(r(1), r(2), i)).collect();
        let lost = passages.iter().filter(|p| p.lost).count();
        let doubled = passages.iter().filter(|p| p.twin.is_some()).count();
        assert!((900..1_100).contains(&lost) && (1_650..1_950).contains(&doubled), "{lost} lost, {doubled} doubled");
    }

    #[test]
    fn every_shape_keeps_its_range() {
        for (_, shape) in Shape::ALL {
            let link = Link { shape, ..Link::default() };
            assert!((0..5_000).all(|i| (5_000..=15_000).contains(&latency(&link, mix(i)))), "{shape:?}");
        }
    }
}

//! Who has a link to whom: the graph whose vertices are the replicas. Clients reach every replica, whatever it is.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::graph::Graph;
use super::regions::{self, REGIONS};
use crate::kernel::data::duration::show_percent;
use crate::kernel::data::ids::{NodeId, Time};

/// A sort of graph, as a scenario names it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum TopologyKind {
    /// Everybody is linked to everybody.
    #[default]
    Full,
    /// Each to the one before and the one after.
    Ring,
    /// All to replica 1.
    Star,
    /// Rows and columns, numbered row by row: each to those left, right, above and below.
    Grid {
        /// How many columns.
        columns: u16,
        /// How many rows.
        rows: u16,
    },
    /// Drawn from the seed: each has exactly so many neighbours (one replica has one fewer, where the number of replicas
    /// and of neighbours are both odd), and there is a path between any two.
    Random {
        /// How many neighbours each has.
        degree: u16,
    },
    /// Drawn from the seed: a ring in which each is linked to the nearest ones, of whose links some then lead anywhere
    /// (Watts, Strogatz 1998). A link without which the graph would fall apart stays where it is.
    SmallWorld {
        /// How many neighbours each has to begin with: half on either side.
        degree: u16,
        /// The chance that a link is rewired, in parts per million.
        rewired: u32,
    },
    /// Everybody is linked to everybody, each in a region of its own: distances add to the latency of every link. A client
    /// lives where the replica of its number does; those with higher numbers begin at the first again.
    World,
}

impl TopologyKind {
    /// The words for all kinds.
    pub const WORDS: [&'static str; 7] = ["full", "ring", "star", "grid", "random", "small-world", "world"];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        let place = match self {
            TopologyKind::Full => 0,
            TopologyKind::Ring => 1,
            TopologyKind::Star => 2,
            TopologyKind::Grid { .. } => 3,
            TopologyKind::Random { .. } => 4,
            TopologyKind::SmallWorld { .. } => 5,
            TopologyKind::World => 6,
        };
        TopologyKind::WORDS[place]
    }

    /// Whether so many replicas can be linked in this way. Errors: a sentence.
    pub fn check(self, replicas: usize) -> Result<(), String> {
        match self {
            TopologyKind::Full | TopologyKind::Ring | TopologyKind::Star => Ok(()),
            TopologyKind::World if replicas <= REGIONS.len() => Ok(()),
            TopologyKind::World => {
                Err(format!("the world has {} regions, and there are {replicas} replicas", REGIONS.len()))
            }
            TopologyKind::Grid { columns, rows } => {
                let places = usize::from(columns) * usize::from(rows);
                if places == replicas {
                    return Ok(());
                }
                let (columns_, rows_) = squarest(replicas);
                let fits = format!("{columns_}x{rows_} fits");
                Err(format!(
                    "a grid of {columns}x{rows} has room for {places} replicas, and there are {replicas}: {fits}"
                ))
            }
            TopologyKind::Random { degree } => {
                let (least, most) = (2.min(replicas.saturating_sub(1)), replicas.saturating_sub(1));
                if replicas < 2 {
                    return Err("one replica alone has no neighbours".into());
                }
                if (least..=most).contains(&usize::from(degree)) {
                    return Ok(());
                }
                Err(format!("each of {replicas} replicas can have {least} to {most} neighbours, not {degree}"))
            }
            TopologyKind::SmallWorld { degree, .. } => {
                let most = replicas.saturating_sub(1) / 2 * 2;
                if most < 2 {
                    return Err("a small world has at least 3 replicas".into());
                }
                if degree.is_multiple_of(2) && (2..=most).contains(&usize::from(degree)) {
                    return Ok(());
                }
                let even = format!("an even number of neighbours, from 2 to {most}, and not {degree}");
                Err(format!("in a small world each of {replicas} replicas has {even}"))
            }
        }
    }

    fn graph(self, replicas: usize, seed: u64) -> Graph {
        match self {
            TopologyKind::Full | TopologyKind::World => Graph::complete(replicas),
            TopologyKind::Ring => Graph::lattice(replicas, 2),
            TopologyKind::Star => Graph::star(replicas),
            TopologyKind::Grid { columns, .. } => Graph::grid(replicas, columns.into()),
            TopologyKind::Random { degree } => Graph::random(replicas, degree.into(), seed),
            TopologyKind::SmallWorld { degree, rewired } => Graph::small_world(replicas, degree.into(), rewired, seed),
        }
    }
}

/// The grid for so many replicas whose columns and rows differ least; no more rows than columns.
fn squarest(replicas: usize) -> (usize, usize) {
    let rows = (1..=replicas.isqrt()).rev().find(|rows| replicas.is_multiple_of(*rows)).unwrap_or(1);
    (replicas / rows, rows)
}

impl fmt::Display for TopologyKind {
    /// As a scenario writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            TopologyKind::Full | TopologyKind::Ring | TopologyKind::Star | TopologyKind::World => Ok(()),
            TopologyKind::Grid { columns, rows } => write!(f, " {columns}x{rows}"),
            TopologyKind::Random { degree } => write!(f, " {degree}"),
            TopologyKind::SmallWorld { degree, rewired } => write!(f, " {degree} {}", show_percent(*rewired)),
        }
    }
}

/// The links between replicas. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    kind: TopologyKind,
    /// Where each replica's neighbours begin in the list of all, and last, where a client's do: all replicas.
    starts: Rc<[u32]>,
    neighbours: Rc<[NodeId]>,
}

impl Topology {
    /// The links between so many replicas; of a kind that takes chance, the same seed gives the same ones. Errors: a
    /// sentence, where this kind is not for so many.
    pub fn new(kind: TopologyKind, replicas: usize, seed: u64) -> Result<Self, String> {
        kind.check(replicas)?;
        let (mut starts, mut neighbours) = (Vec::with_capacity(replicas + 1), Vec::new());
        for list in kind.graph(replicas, seed).into_lists() {
            starts.push(neighbours.len() as u32);
            neighbours.extend(list.into_iter().map(|place| NodeId::replica(place + 1)));
        }
        starts.push(neighbours.len() as u32);
        neighbours.extend(NodeId::replicas(replicas));
        Ok(Topology { kind, starts: starts.into(), neighbours: neighbours.into() })
    }

    /// The sort of graph.
    pub fn kind(&self) -> TopologyKind {
        self.kind
    }

    /// Whether everybody is linked to everybody.
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.kind == TopologyKind::Full
    }

    /// The replicas that a node has a link to, in the order of their numbers: of a client, all.
    pub fn neighbours(&self, node: NodeId) -> &[NodeId] {
        let (replicas, all) = (self.starts.len().saturating_sub(1), self.neighbours.len());
        let place = if node.is_client() { replicas } else { node.index() };
        let place_of = |place: usize| self.starts.get(place).map_or(all, |&start| start as usize);
        &self.neighbours[place_of(place)..place_of(place + 1)]
    }

    /// Whether there is a link between two nodes. A replica always reaches itself.
    #[inline(always)]
    pub fn linked(&self, from: NodeId, to: NodeId) -> bool {
        self.is_full() || self.finds(from, to)
    }

    fn finds(&self, from: NodeId, to: NodeId) -> bool {
        from == to || from.is_client() || to.is_client() || self.neighbours(from).binary_search(&to).is_ok()
    }

    /// What the distance between two nodes adds to a message's way, in virtual microseconds.
    #[inline(always)]
    pub fn distance(&self, from: NodeId, to: NodeId) -> Time {
        if self.kind == TopologyKind::World { self.between_regions(from, to) } else { 0 }
    }

    fn between_regions(&self, from: NodeId, to: NodeId) -> Time {
        let replicas = self.starts.len().saturating_sub(1).max(1);
        let [from, to] = [from, to].map(|node| node.index() % replicas);
        regions::distance(from, to)
    }

    /// Every link once, the lower number first.
    pub fn links(&self) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let replicas = NodeId::replicas(self.starts.len().saturating_sub(1));
        replicas.flat_map(|from| self.neighbours(from).iter().map(move |&to| (from, to))).filter(|(from, to)| from < to)
    }
}

impl Hash for Topology {
    /// The links follow from the kind, the seed and the number of replicas. Where there is a link between any two, as in
    /// every run before topologies came, nothing is added.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        if !self.is_full() {
            self.kind.hash(hasher);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topology(kind: TopologyKind, replicas: usize, seed: u64) -> Topology {
        Topology::new(kind, replicas, seed).unwrap()
    }

    fn links(kind: TopologyKind, replicas: usize) -> Vec<(usize, usize)> {
        topology(kind, replicas, 1).links().map(|(from, to)| (from.number(), to.number())).collect()
    }

    fn degrees(topology: &Topology, replicas: usize) -> Vec<usize> {
        NodeId::replicas(replicas).map(|node| topology.neighbours(node).len()).collect()
    }

    /// Whether each is a neighbour of its neighbours, none its own, lists are in order, and all can be reached.
    fn sound(topology: &Topology, replicas: usize) {
        let (mut seen, mut open) = (vec![false; replicas], vec![NodeId::replica(1)]);
        seen[0] = true;
        while let Some(node) = open.pop() {
            let near = topology.neighbours(node);
            assert!(near.is_sorted_by(|a, b| a < b) && !near.contains(&node), "{node}: {near:?}");
            for &next in near {
                assert!(topology.neighbours(next).contains(&node), "{node} {next}");
                assert!(topology.linked(node, next) && topology.linked(next, node));
                if !std::mem::replace(&mut seen[next.index()], true) {
                    open.push(next);
                }
            }
        }
        assert!(seen.into_iter().all(|seen| seen), "{:?} of {replicas} falls apart", topology.kind());
    }

    const GRID: TopologyKind = TopologyKind::Grid { columns: 3, rows: 2 };

    #[test]
    fn the_plain_kinds_link_as_they_say() {
        assert_eq!(links(TopologyKind::Full, 3), [(1, 2), (1, 3), (2, 3)]);
        assert_eq!(links(TopologyKind::Ring, 4), [(1, 2), (1, 4), (2, 3), (3, 4)]);
        assert_eq!(links(TopologyKind::Star, 4), [(1, 2), (1, 3), (1, 4)]);
        assert_eq!(links(GRID, 6), [(1, 2), (1, 4), (2, 3), (2, 5), (3, 6), (4, 5), (5, 6)]);
        let ring = topology(TopologyKind::Ring, 5, 1);
        assert_eq!(ring.neighbours(NodeId::replica(1)), [NodeId::replica(2), NodeId::replica(5)]);
    }

    #[test]
    fn even_the_smallest_have_no_link_twice_and_none_to_themselves() {
        for kind in [TopologyKind::Full, TopologyKind::Ring, TopologyKind::Star] {
            assert_eq!((links(kind, 1), links(kind, 2)), (vec![], vec![(1, 2)]), "{kind}");
        }
        assert_eq!(links(TopologyKind::Random { degree: 1 }, 2), [(1, 2)]);
    }

    #[test]
    fn clients_and_oneself_are_always_reached_and_neighbours_only() {
        let star = topology(TopologyKind::Star, 4, 1);
        let [one, two, three] = [1, 2, 3].map(NodeId::replica);
        let client = NodeId::client(3);
        assert!(star.linked(two, one) && star.linked(two, two) && !star.linked(two, three));
        assert!(star.linked(client, two) && star.linked(two, client));
        assert!(star.neighbours(client).iter().copied().eq(NodeId::replicas(4)) && star.neighbours(two) == [one]);
    }

    #[test]
    fn a_random_graph_gives_each_exactly_as_many_neighbours() {
        for (replicas, degree) in [(2, 1), (3, 2), (5, 3), (6, 3), (7, 6), (20, 2), (40, 4), (51, 7), (300, 2)] {
            for seed in 0..20 {
                let graph = topology(TopologyKind::Random { degree }, replicas, seed);
                sound(&graph, replicas);
                let (degrees, odd) = (degrees(&graph, replicas), replicas * usize::from(degree) % 2);
                let full = degrees.iter().filter(|&&found| found == usize::from(degree)).count();
                assert_eq!((full, degrees.iter().sum()), (replicas - odd, replicas * usize::from(degree) - odd));
            }
        }
    }

    #[test]
    fn a_small_world_keeps_its_links_and_rewires_as_often_as_it_says() {
        for (replicas, degree, rewired) in [(3, 2, 1_000_000), (20, 4, 100_000), (200, 6, 300_000), (60, 2, 1_000_000)]
        {
            for seed in 0..20 {
                let graph = topology(TopologyKind::SmallWorld { degree, rewired }, replicas, seed);
                sound(&graph, replicas);
                assert_eq!(graph.links().count(), replicas * usize::from(degree) / 2);
            }
        }
        let graph = topology(TopologyKind::SmallWorld { degree: 6, rewired: 100_000 }, 1_000, 1);
        let far = graph.links().filter(|(a, b)| (4..997).contains(&a.number().abs_diff(b.number()))).count();
        assert!((250..350).contains(&far), "{far} of 3000 links lead far, of 10 %");
        let lattice = topology(TopologyKind::SmallWorld { degree: 2, rewired: 0 }, 9, 1);
        assert!(lattice.links().eq(topology(TopologyKind::Ring, 9, 1).links()));
    }

    #[test]
    fn the_seed_alone_decides() {
        for kind in [TopologyKind::Random { degree: 4 }, TopologyKind::SmallWorld { degree: 4, rewired: 200_000 }] {
            let links = |seed| topology(kind, 50, seed).links().collect::<Vec<_>>();
            assert_eq!(links(7), links(7));
            assert_ne!(links(7), links(8), "{kind}");
        }
    }

    #[test]
    fn links_that_are_drawn_are_pinned() {
        // Shared links and traces rest on them: a change here is a change of format.
        let drawn = links(TopologyKind::Random { degree: 3 }, 6);
        assert_eq!(drawn, [(1, 2), (1, 5), (1, 6), (2, 3), (2, 4), (3, 5), (3, 6), (4, 5), (4, 6)]);
        let drawn = links(TopologyKind::SmallWorld { degree: 2, rewired: 500_000 }, 7);
        assert_eq!(drawn, [(1, 2), (1, 6), (1, 7), (2, 4), (3, 4), (3, 5), (6, 7)]);
    }

    #[test]
    fn a_thousand_are_linked_at_once() {
        for kind in [
            TopologyKind::Random { degree: 4 },
            TopologyKind::SmallWorld { degree: 4, rewired: 100_000 },
            TopologyKind::Grid { columns: 40, rows: 25 },
            TopologyKind::Star,
        ] {
            sound(&topology(kind, 1_000, 3), 1_000);
        }
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let why = |kind: TopologyKind, replicas| kind.check(replicas).unwrap_err();
        let grid = why(TopologyKind::Grid { columns: 5, rows: 4 }, 12);
        assert_eq!(grid, "a grid of 5x4 has room for 20 replicas, and there are 12: 4x3 fits");
        let random = why(TopologyKind::Random { degree: 7 }, 5);
        assert_eq!(random, "each of 5 replicas can have 2 to 4 neighbours, not 7");
        assert!(why(TopologyKind::Random { degree: 1 }, 3).contains("2 to 2 neighbours"));
        let world = why(TopologyKind::SmallWorld { degree: 3, rewired: 0 }, 10);
        assert_eq!(
            world,
            "in a small world each of 10 replicas has an even number of neighbours, from 2 to 8, and not 3"
        );
        assert!(why(TopologyKind::SmallWorld { degree: 2, rewired: 0 }, 2).contains("at least 3"));
        assert!(Topology::new(TopologyKind::Random { degree: 0 }, 1, 1).is_err());
        assert_eq!([(1, 1), (13, 1), (4, 3), (40, 25)], [1, 13, 12, 1_000].map(squarest));
    }

    #[test]
    fn a_kind_is_shown_as_a_scenario_writes_it() {
        let small = TopologyKind::SmallWorld { degree: 4, rewired: 25_000 };
        let all = [TopologyKind::Full, GRID, TopologyKind::Random { degree: 4 }, small];
        assert_eq!(all.map(|kind| kind.to_string()), ["full", "grid 3x2", "random 4", "small-world 4 2.5%"]);
    }
}

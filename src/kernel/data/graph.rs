//! Graphs by their mathematics: how each is put together, and how those are drawn that take chance. Vertices count from 0.

use crate::kernel::data::in_order::InOrder;
use crate::kernel::data::random::{below, draw_key, drawn, hits};

/// The stream of draws that graphs are made from; those of links, nodes and the workload lie elsewhere.
const STREAM: u64 = 0x7_0000_0000;
/// How often, for each edge, two are taken and tried to be exchanged, before a graph counts as random.
const EXCHANGES: usize = 10;

/// An undirected graph without loops, in which no edge stands twice.
pub(super) struct Graph {
    lists: Vec<Vec<usize>>,
    /// Whether two vertices are linked, row by row.
    linked: Vec<bool>,
}

/// Draws one after another.
struct Dice {
    key: u64,
    count: u64,
}

impl Dice {
    fn new(seed: u64) -> Self {
        Dice { key: draw_key(seed, STREAM), count: 0 }
    }

    fn roll(&mut self) -> u64 {
        self.count += 1;
        drawn(self.key, self.count)
    }

    fn below(&mut self, bound: usize) -> usize {
        below(self.roll(), bound as u64) as usize
    }
}

impl Graph {
    fn empty(size: usize) -> Self {
        Graph { lists: vec![Vec::new(); size], linked: vec![false; size * size] }
    }

    fn of(size: usize, edges: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut graph = Graph::empty(size);
        edges.into_iter().for_each(|(a, b)| graph.link(a, b));
        graph
    }

    /// Each linked to each.
    pub fn complete(size: usize) -> Self {
        Graph::of(size, (0..size).flat_map(|a| (a + 1..size).map(move |b| (a, b))))
    }

    /// The first linked to each of the others.
    pub fn star(size: usize) -> Self {
        Graph::of(size, (1..size).map(|b| (0, b)))
    }

    /// Rows and columns, without a way around from edge to edge.
    pub fn grid(size: usize, columns: usize) -> Self {
        let right = (0..size).filter(|a| (a + 1) % columns != 0).map(|a| (a, a + 1));
        let below = (columns..size).map(|b| (b - columns, b));
        Graph::of(size, right.chain(below))
    }

    /// A ring in which each is linked to the nearest, half of them on either side.
    pub fn lattice(size: usize, degree: usize) -> Self {
        Graph::of(size, chords(size, degree))
    }

    /// A random graph in which each has this degree, but for one where that can't be. From a regular one, pairs of edges
    /// exchange their ends, which changes no degree; then parts that have come apart are put together in the same way.
    pub fn random(size: usize, degree: usize, seed: u64) -> Self {
        let mut graph = Graph::lattice(size, degree / 2 * 2);
        if !degree.is_multiple_of(2) {
            // Everybody's opposite as well; of an odd number of vertices, the last goes without.
            (0..size / 2).for_each(|a| graph.link(a, a + size / 2));
        }
        let mut edges = graph.edges();
        let mut dice = Dice::new(seed);
        for _ in 0..EXCHANGES * edges.len() {
            graph.exchange(&mut edges, &mut dice, |_, _| true);
        }
        loop {
            let parts = graph.parts();
            if parts.iter().all(|&part| part == 0) {
                return graph;
            }
            graph.exchange(&mut edges, &mut dice, |a, b| parts[a] != parts[b]);
        }
    }

    /// Takes two edges, and where their first ends are as wished, lets each have the other's second end; unless that
    /// would make a loop or an edge that is there already.
    fn exchange(&mut self, edges: &mut [(usize, usize)], dice: &mut Dice, wished: impl Fn(usize, usize) -> bool) {
        let (one, other) = (dice.below(edges.len()), dice.below(edges.len()));
        let ((a, b), (mut c, mut d)) = (edges[one], edges[other]);
        if dice.below(2) == 1 {
            (c, d) = (d, c);
        }
        if a == d || b == c || self.has(a, d) || self.has(c, b) || !wished(a, c) {
            return;
        }
        self.unlink(a, b);
        self.unlink(c, d);
        self.link(a, d);
        self.link(c, b);
        (edges[one], edges[other]) = ((a, d), (c, b));
    }

    /// The graph of Watts and Strogatz: in a ring, edge by edge, the nearest first, each leads elsewhere by this chance
    /// (in parts per million).
    pub fn small_world(size: usize, degree: usize, rewired: u32, seed: u64) -> Self {
        let mut graph = Graph::lattice(size, degree);
        let mut dice = Dice::new(seed);
        for (a, b) in chords(size, degree) {
            let free = size - 1 - graph.lists[a].len();
            if !hits(dice.roll(), rewired) || free == 0 {
                continue;
            }
            let place = dice.below(free);
            let strangers = (0..size).filter(|&other| other != a && !graph.has(a, other));
            let Some(to) = strangers.into_iter().nth(place) else { continue };
            graph.unlink(a, b);
            graph.link(a, to);
            if !graph.reaches(b, a) {
                graph.unlink(a, to);
                graph.link(a, b);
            }
        }
        graph
    }

    fn has(&self, a: usize, b: usize) -> bool {
        self.linked[a * self.lists.len() + b]
    }

    fn set(&mut self, a: usize, b: usize, on: bool) {
        let size = self.lists.len();
        (self.linked[a * size + b], self.linked[b * size + a]) = (on, on);
    }

    fn link(&mut self, a: usize, b: usize) {
        if a != b && !self.has(a, b) {
            self.set(a, b, true);
            self.lists[a].push(b);
            self.lists[b].push(a);
        }
    }

    fn unlink(&mut self, a: usize, b: usize) {
        self.set(a, b, false);
        self.lists[a].retain(|&other| other != b);
        self.lists[b].retain(|&other| other != a);
    }

    /// Every edge once.
    fn edges(&self) -> Vec<(usize, usize)> {
        let lists = self.lists.iter().enumerate();
        lists.flat_map(|(a, list)| list.iter().filter(move |&&b| a < b).map(move |&b| (a, b))).collect()
    }

    /// Whether there is a path; the search goes from near to far, for mostly it is short.
    fn reaches(&self, from: usize, to: usize) -> bool {
        let (mut seen, mut queue) = (vec![false; self.lists.len()], vec![from]);
        let mut next = 0;
        while let Some(&at) = queue.get(next) {
            if self.has(at, to) {
                return true;
            }
            next += 1;
            for &other in &self.lists[at] {
                if !std::mem::replace(&mut seen[other], true) {
                    queue.push(other);
                }
            }
        }
        false
    }

    /// In which part each vertex is, from 0: between two of one part there is a path.
    fn parts(&self) -> Vec<usize> {
        let mut parts = vec![usize::MAX; self.lists.len()];
        let mut count = 0;
        for start in 0..parts.len() {
            if parts[start] != usize::MAX {
                continue;
            }
            let mut open = vec![start];
            while let Some(at) = open.pop() {
                if std::mem::replace(&mut parts[at], count) == usize::MAX {
                    open.extend(&self.lists[at]);
                }
            }
            count += 1;
        }
        parts
    }

    /// The neighbours of each vertex, in order.
    pub fn into_lists(mut self) -> Vec<Vec<usize>> {
        self.lists.iter_mut().for_each(|list| list.put_in_order());
        self.lists
    }
}

/// The edges of a ring in which each is linked to the nearest, the shortest edges first.
fn chords(size: usize, degree: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..=degree / 2).flat_map(move |span| (0..size).map(move |a| (a, (a + span) % size)))
}

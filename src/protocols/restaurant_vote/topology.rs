//! Who hears whom: everyone, a ring, a random graph. Hearing is mutual.

use crate::kernel::data::random::{below, draw};

/// Who hears whom.
#[derive(crate::kernel::Choice, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hears {
    /// Everyone hears everyone.
    Everyone,
    /// An agent hears its two neighbours.
    Ring,
    /// A connected random graph.
    Random,
}

/// Whom each agent hears, itself included: bit i for the agent in place i.
///
/// The random graph is a cycle through all agents in random order, and then random links between agents of fewer than
/// `degree` neighbours, until no two of these could be linked; so each has about that many.
pub fn graph(hears: Hears, agents: usize, degree: usize, seed: u64) -> Vec<u32> {
    let mut heard: Vec<u32> = (0..agents).map(|me| 1 << me).collect();
    let mut order: Vec<usize> = (0..agents).collect();
    if hears == Hears::Random {
        shuffle(&mut order, seed, 0);
    }
    for place in 0..agents {
        link(&mut heard, order[place], order[(place + 1) % agents]);
    }
    let most = match hears {
        Hears::Ring => return heard,
        Hears::Everyone => agents,
        Hears::Random => degree,
    };
    let mut pairs: Vec<usize> = (0..agents * agents).collect();
    shuffle(&mut pairs, seed, 1);
    for pair in pairs {
        let (a, b) = (pair / agents, pair % agents);
        let free = |one: usize| (heard[one].count_ones() as usize) <= most;
        if free(a) && free(b) {
            link(&mut heard, a, b);
        }
    }
    heard
}

fn link(heard: &mut [u32], a: usize, b: usize) {
    heard[a] |= 1 << b;
    heard[b] |= 1 << a;
}

/// Fisher and Yates.
fn shuffle(list: &mut [usize], seed: u64, stream: u64) {
    for last in (1..list.len()).rev() {
        let other = below(draw(seed, 0x6_0000_0000 | stream, last as u64), last as u64 + 1) as usize;
        list.swap(last, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_ring_an_agent_hears_its_neighbours() {
        assert_eq!(graph(Hears::Ring, 5, 3, 1), [0b10011, 0b00111, 0b01110, 0b11100, 0b11001]);
        assert_eq!(graph(Hears::Ring, 2, 3, 1), [3, 3]);
        assert_eq!(graph(Hears::Everyone, 25, 3, 1), [(1 << 25) - 1; 25]);
    }

    #[test]
    fn a_random_graph_is_mutual_connected_and_of_about_the_degree() {
        for seed in 0..200 {
            let (agents, degree) = (2 + seed as usize % 24, 2 + seed as usize % 5);
            let heard = graph(Hears::Random, agents, degree, seed);
            let mut reached = 1u32;
            for _ in 0..agents {
                for (me, hears) in heard.iter().enumerate() {
                    assert!((0..agents).all(|other| (hears >> other & 1) == (heard[other] >> me & 1)));
                    assert!(hears >> me & 1 == 1 && hears.count_ones() as usize <= degree.max(2) + 1);
                    if reached >> me & 1 == 1 {
                        reached |= hears;
                    }
                }
            }
            assert_eq!(reached.count_ones() as usize, agents, "seed {seed}: all are reached");
            let short: Vec<_> = (0..agents).filter(|&me| (heard[me].count_ones() as usize) < degree + 1).collect();
            assert!(short.iter().all(|&a| short.iter().all(|&b| heard[a] >> b & 1 == 1)), "seed {seed}: {short:?}");
        }
        assert_ne!(graph(Hears::Random, 9, 4, 1), graph(Hears::Random, 9, 4, 2));
        assert_eq!(graph(Hears::Random, 9, 4, 1), graph(Hears::Random, 9, 4, 1));
    }
}

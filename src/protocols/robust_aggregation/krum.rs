//! Krum: the vector whose nearest others are nearest (Blanchard, El Mhamdi, Guerraoui, Stainer 2017).

use super::vector::Vector;

/// What is wrong with it, if anything: bugs that stood in published code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Krum {
    /// Takes each vector as its own nearest neighbor.
    pub counts_itself: bool,
    /// Takes the length of the other vector for the distance to it.
    pub no_difference: bool,
    /// Adds distances up, and not their squares.
    pub unsquared: bool,
    /// Keeps squares in 32 bits, as if there were no larger ones.
    pub overflow: bool,
}

impl Krum {
    /// The score of each: the sum of the n − f − 2 smallest squared distances to others. The lower, the better.
    pub fn scores(self, of: &[Vector], f: usize) -> Vec<u128> {
        let distances = self.distances(of);
        self.scores_of(&distances, &vec![true; of.len()], f)
    }

    /// Takes the best one out, again and again; gives back the places of these.
    pub fn one_by_one(self, of: &[Vector], f: usize, count: usize) -> Vec<usize> {
        let distances = self.distances(of);
        let mut left = vec![true; of.len()];
        let mut chosen = Vec::with_capacity(count);
        for _ in 0..count {
            let best = best_of(&self.scores_of(&distances, &left, f));
            left[best] = false;
            chosen.push(best);
        }
        chosen
    }

    /// For each vector, the others by distance.
    fn distances(self, of: &[Vector]) -> Vec<Vec<(u128, usize)>> {
        let from = |here: usize| {
            let others = (0..of.len()).filter(|there| self.counts_itself || *there != here);
            let mut all: Vec<_> = others.map(|there| (self.between(of[here], of[there]), there)).collect();
            all.sort_unstable();
            all
        };
        (0..of.len()).map(from).collect()
    }

    fn between(self, one: Vector, other: Vector) -> u128 {
        let from = if self.no_difference { Vector::default() } else { one };
        let square = from.distance_squared(other);
        match self {
            Krum { unsquared: true, .. } => square.isqrt(),
            Krum { overflow: true, .. } => square & u128::from(u32::MAX),
            _ => square,
        }
    }

    /// The scores among those that are left; nobody else is chosen.
    fn scores_of(self, distances: &[Vec<(u128, usize)>], left: &[bool], f: usize) -> Vec<u128> {
        let neighbors = left.iter().filter(|left| **left).count().saturating_sub(f + 2);
        let score = |(here, all): (usize, &Vec<(u128, usize)>)| {
            let near = all.iter().filter(|(_, there)| left[*there]).take(neighbors);
            if left[here] { near.map(|(distance, _)| distance).sum() } else { u128::MAX }
        };
        distances.iter().enumerate().map(score).collect()
    }
}

/// The place of the lowest score; of equal ones, the first.
pub fn best_of(scores: &[u128]) -> usize {
    (0..scores.len()).min_by_key(|place| scores[*place]).unwrap_or(0)
}

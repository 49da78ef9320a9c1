//! The states that a search has met, each as its fingerprint and the state that it was met from.

/// The place of a state in the order in which they were met, from 0.
pub type Place = u32;

/// No state: the parent of the first.
const NONE: u32 = u32::MAX;

/// How many states are kept together: memory grows by so many, and nothing is copied.
const CHUNK: usize = 1 << 14;

/// A slot: a fingerprint by halves and the place of its state from 1, or 0 where the slot is free. Four bytes are the widest
/// unit, so that nothing is wasted on alignment; all that a look needs lies in one line of a cache.
type Slot = [u32; 3];

/// What is kept of many states, by place.
struct Chunk {
    parents: Vec<u32>,
    depths: Vec<u16>,
}

/// A set of fingerprints that remembers parents: 6 bytes a state, and 14 to 28 for the index, which doubles when it is seven
/// eighths full.
pub struct Visited {
    chunks: Vec<Chunk>,
    len: usize,
    /// Open addressing with linear probing.
    slots: Vec<Slot>,
}

impl Default for Visited {
    fn default() -> Self {
        Visited { chunks: Vec::new(), len: 0, slots: vec![[0; 3]; 1024] }
    }
}

impl Visited {
    /// How many states there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Has the memory ready that these fingerprints need. One after the other each would have to wait for it; the loads here are
    /// independent, so that a processor does many at once.
    pub fn fetch(&self, prints: impl Iterator<Item = u64>) {
        let mask = self.slots.len() - 1;
        std::hint::black_box(prints.fold(0, |all, print| all ^ self.slots[print as usize & mask][2]));
    }

    /// Takes a state in. `Ok` with its place where it is new, `Err` where it was met before.
    pub fn insert(&mut self, print: u64, parent: Option<Place>, depth: u16) -> Result<Place, Place> {
        if (self.len + 1) * 8 > self.slots.len() * 7 {
            self.grow();
        }
        let slot = self.slot(print);
        if let Some(place) = self.slots[slot][2].checked_sub(1) {
            return Err(place);
        }
        let place = self.len as u32;
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Chunk { parents: Vec::with_capacity(CHUNK), depths: Vec::with_capacity(CHUNK) });
        }
        let chunk = &mut self.chunks[self.len / CHUNK];
        chunk.parents.push(parent.unwrap_or(NONE));
        chunk.depths.push(depth);
        self.len += 1;
        self.slots[slot] = [print as u32, (print >> 32) as u32, place + 1];
        Ok(place)
    }

    /// How many steps lie between the first state and this one, on the way on which it was met.
    pub fn depth(&self, place: Place) -> u16 {
        self.chunks[place as usize / CHUNK].depths[place as usize % CHUNK]
    }

    /// Says that a state can be met on a shorter way.
    pub fn shorten(&mut self, place: Place, parent: Place, depth: u16) {
        let chunk = &mut self.chunks[place as usize / CHUNK];
        chunk.parents[place as usize % CHUNK] = parent;
        chunk.depths[place as usize % CHUNK] = depth;
    }

    /// The fingerprints on the way from the first state to this one, without the first.
    pub fn way_to(&self, mut place: Place) -> Vec<u64> {
        let mut steps = std::collections::BTreeMap::new();
        while let Some(parent) = Some(self.parent(place)).filter(|parent| *parent != NONE) {
            steps.insert(place + 1, steps.len());
            place = parent;
        }
        let mut way = vec![0; steps.len()];
        for [low, high, place] in &self.slots {
            if let Some(steps_before_the_last) = steps.get(place) {
                way[steps.len() - 1 - steps_before_the_last] = u64::from(*low) | u64::from(*high) << 32;
            }
        }
        way
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.chunks.len() * CHUNK * (size_of::<Place>() + size_of::<u16>()) + self.slots.len() * size_of::<Slot>()
    }

    /// The chance that two different states had the same fingerprint, so that one was passed over: n (n - 1) / 2 pairs, each
    /// with a chance of 2^-64.
    pub fn chance_of_collision(&self) -> f64 {
        let states = self.len as f64;
        (states * (states - 1.0).max(0.0) / 2.0 / 2f64.powi(64)).min(1.0)
    }

    fn parent(&self, place: Place) -> u32 {
        self.chunks[place as usize / CHUNK].parents[place as usize % CHUNK]
    }

    /// Where a fingerprint stands, or would stand.
    fn slot(&self, print: u64) -> usize {
        let mask = self.slots.len() - 1;
        let (low, high) = (print as u32, (print >> 32) as u32);
        let mut slot = print as usize & mask;
        loop {
            let [here_low, here_high, place] = self.slots[slot];
            if place == 0 || (here_low, here_high) == (low, high) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![[0; 3]; old.len() * 2];
        for slot in old.into_iter().filter(|slot| slot[2] > 0) {
            let at = self.slot(u64::from(slot[0]) | u64::from(slot[1]) << 32);
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_met_is_known_and_what_was_not_is_new() {
        let mut visited = Visited::default();
        // Of the first many have the same lower bits, so that they crowd the same slots.
        let print = |i: u64| if i < 2_000 { (i << 40) | (i % 7) } else { i.wrapping_mul(0x9e37_79b9_7f4a_7c15) };
        for i in 0..40_000 {
            assert_eq!(visited.insert(print(i), None, 0), Ok(i as u32));
        }
        for i in 0..40_000 {
            assert_eq!(visited.insert(print(i), None, 0), Err(i as u32));
        }
        assert_eq!(visited.len(), 40_000);
    }

    #[test]
    fn the_way_to_a_state_is_that_on_which_it_was_met() {
        let mut visited = Visited::default();
        let first = visited.insert(10, None, 0).unwrap();
        let second = visited.insert(20, Some(first), 1).unwrap();
        let third = visited.insert(30, Some(second), 2).unwrap();
        assert_eq!(visited.way_to(third), [20, 30]);
        visited.shorten(third, first, 1);
        assert_eq!((visited.way_to(third), visited.depth(third)), (vec![30], 1));
    }
}

//! The states that a search has met, each as its fingerprint and the state that it was met from.

/// The place of a state in the order in which they were met, from 0.
pub type Place = u32;

/// No state: the parent of the first.
const NONE: u32 = u32::MAX;

/// One state: its fingerprint by halves, so that four bytes are the widest unit and nothing is wasted on alignment.
#[derive(Clone, Copy)]
struct Entry {
    print: [u32; 2],
    parent: u32,
}

/// A set of fingerprints that remembers parents: 12 bytes a state, 2 for its depth, and 4 to 8 for the index.
pub struct Visited {
    entries: Vec<Entry>,
    depths: Vec<u16>,
    /// Open addressing with linear probing; places from 1, 0 is free.
    slots: Vec<u32>,
}

impl Default for Visited {
    fn default() -> Self {
        Visited { entries: Vec::new(), depths: Vec::new(), slots: vec![0; 1024] }
    }
}

fn halves(print: u64) -> [u32; 2] {
    [print as u32, (print >> 32) as u32]
}

impl Visited {
    /// How many states there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes a state in. `Ok` with its place where it is new, `Err` where it was met before.
    pub fn insert(&mut self, print: u64, parent: Option<Place>, depth: u16) -> Result<Place, Place> {
        if (self.entries.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let slot = self.slot(halves(print));
        if let Some(place) = self.slots[slot].checked_sub(1) {
            return Err(place);
        }
        let place = self.entries.len() as u32;
        self.entries.push(Entry { print: halves(print), parent: parent.unwrap_or(NONE) });
        self.depths.push(depth);
        self.slots[slot] = place + 1;
        Ok(place)
    }

    /// How many steps lie between the first state and this one, on the way on which it was met.
    pub fn depth(&self, place: Place) -> u16 {
        self.depths[place as usize]
    }

    /// Says that a state can be met on a shorter way.
    pub fn shorten(&mut self, place: Place, parent: Place, depth: u16) {
        self.entries[place as usize].parent = parent;
        self.depths[place as usize] = depth;
    }

    /// The fingerprints on the way from the first state to this one, without the first.
    pub fn way_to(&self, mut place: Place) -> Vec<u64> {
        let mut way = Vec::new();
        loop {
            let Entry { print, parent } = self.entries[place as usize];
            if parent == NONE {
                break;
            }
            way.push(u64::from(print[0]) | u64::from(print[1]) << 32);
            place = parent;
        }
        way.reverse();
        way
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>() + self.depths.capacity() * 2 + self.slots.len() * 4
    }

    /// The chance that two different states had the same fingerprint, so that one was passed over: n (n - 1) / 2 pairs, each
    /// with a chance of 2^-64.
    pub fn chance_of_collision(&self) -> f64 {
        let states = self.entries.len() as f64;
        (states * (states - 1.0).max(0.0) / 2.0 / 2f64.powi(64)).min(1.0)
    }

    /// Where a fingerprint stands, or would stand.
    fn slot(&self, print: [u32; 2]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = print[0] as usize & mask;
        loop {
            match self.slots[slot].checked_sub(1) {
                Some(place) if self.entries[place as usize].print != print => slot = (slot + 1) & mask,
                _ => return slot,
            }
        }
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for place in 0..self.entries.len() {
            let slot = self.slot(self.entries[place].print);
            self.slots[slot] = place as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_met_is_known_and_what_was_not_is_new() {
        let mut visited = Visited::default();
        // Many with the same lower bits, so that they crowd the same slots.
        let print = |i: u64| (i << 40) | (i % 7);
        for i in 0..5_000 {
            assert_eq!(visited.insert(print(i), None, 0), Ok(i as u32));
        }
        for i in 0..5_000 {
            assert_eq!(visited.insert(print(i), None, 0), Err(i as u32));
        }
        assert_eq!(visited.len(), 5_000);
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

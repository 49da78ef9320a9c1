//! The memory of the search: sets of words of 64 bits, all of one length, in one table with open addressing.

use crate::kernel::hash::mix;

/// A set of keys of `width` words each.
pub struct Seen {
    width: usize,
    /// All keys, one behind the other.
    keys: Vec<u64>,
    /// One more than a key's number; 0 for free.
    table: Vec<u32>,
}

impl Seen {
    /// An empty set.
    pub fn new(width: usize) -> Self {
        Seen { width, keys: Vec::new(), table: vec![0; 64] }
    }

    fn len(&self) -> usize {
        self.keys.len() / self.width
    }

    fn key(&self, number: u32) -> &[u64] {
        let start = number as usize * self.width;
        &self.keys[start..start + self.width]
    }

    /// Where a key is, or the free place where it belongs.
    fn place(&self, key: &[u64]) -> usize {
        let hash = key.iter().fold(0, |hash: u64, &word| mix(hash.rotate_left(7) ^ word));
        let mut place = hash as usize & (self.table.len() - 1);
        while self.table[place] != 0 && self.key(self.table[place] - 1) != key {
            place = (place + 1) & (self.table.len() - 1);
        }
        place
    }

    /// Adds a key; `false` where it was there.
    pub fn insert(&mut self, key: &[u64]) -> bool {
        let place = self.place(key);
        if self.table[place] != 0 {
            return false;
        }
        self.keys.extend_from_slice(key);
        self.table[place] = self.len() as u32;
        if self.len() * 2 > self.table.len() {
            self.table = vec![0; self.table.len() * 2];
            for number in 0..self.len() as u32 {
                let place = self.place(self.key(number));
                self.table[place] = number + 1;
            }
        }
        true
    }
}

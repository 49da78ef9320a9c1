//! The memory of the search: sets of rows of 64-bit words, in one table with open addressing.

use crate::kernel::data::random::mix;

/// A set of rows of words, each of any length.
pub struct Seen {
    /// All rows, one behind the other.
    words: Vec<u64>,
    /// Where each row ends.
    ends: Vec<usize>,
    /// One more than a row's number; 0 for free.
    table: Vec<u32>,
}

impl Seen {
    /// An empty set.
    pub fn new() -> Self {
        Seen { words: Vec::new(), ends: Vec::new(), table: vec![0; 64] }
    }

    fn row(&self, number: u32) -> &[u64] {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.words[start..self.ends[number]]
    }

    /// Where a row is, or the free place where it belongs.
    fn place(&self, row: &[u64]) -> usize {
        let hash = row.iter().fold(row.len() as u64, |hash: u64, &word| mix(hash.rotate_left(7) ^ word));
        let mut place = hash as usize & (self.table.len() - 1);
        while self.table[place] != 0 && self.row(self.table[place] - 1) != row {
            place = (place + 1) & (self.table.len() - 1);
        }
        place
    }

    /// Adds a row; `false` where it was there.
    pub fn insert(&mut self, row: &[u64]) -> bool {
        let place = self.place(row);
        if self.table[place] != 0 {
            return false;
        }
        self.words.extend_from_slice(row);
        self.ends.push(self.words.len());
        self.table[place] = self.ends.len() as u32;
        if self.ends.len() * 2 > self.table.len() {
            self.table = vec![0; self.table.len() * 2];
            for number in 0..self.ends.len() as u32 {
                let place = self.place(self.row(number));
                self.table[place] = number + 1;
            }
        }
        true
    }
}

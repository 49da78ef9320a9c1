//! One hasher for native and wasm.

use std::hash::{Hash, Hasher};

use super::names::{Mark, Names, Renaming};
use super::random::mix;

/// A 64-bit hasher that gives the same answer on 32-bit and 64-bit machines: every integer,
/// `usize` and `isize` included, is taken as 64 bits, and bytes as little-endian words.
///
/// It may be told to call replicas by other names: see [`Names`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StableHasher {
    state: u64,
    renaming: Option<Renaming>,
}

const K: u64 = 0x9e37_79b9_7f4a_7c15;
const FRESH: u64 = 0x243f_6a88_85a3_08d3;

impl Default for StableHasher {
    fn default() -> Self {
        StableHasher { state: FRESH, renaming: None }
    }
}

impl StableHasher {
    /// One that calls replicas by these names.
    pub fn under(names: Names) -> Self {
        StableHasher { state: FRESH, renaming: Some(Renaming::new(names)) }
    }

    /// Hashes a part by itself, so that it can't be confused with the next, and takes that hash.
    pub fn apart(&mut self, part: &dyn Fn(&mut StableHasher)) {
        let mut inner = self.names().map_or_else(StableHasher::default, StableHasher::under);
        part(&mut inner);
        self.write_u64(inner.finish());
    }

    /// By which names it calls replicas; `None` where by their own.
    pub fn names(&self) -> Option<Names> {
        self.renaming.map(|renaming| renaming.names)
    }

    #[inline(always)]
    fn word(&mut self, word: u64) {
        self.state = (self.state.rotate_left(5) ^ word).wrapping_mul(K);
        self.state ^= self.state >> 29;
    }

    /// The hash so far, and a new beginning.
    fn taken(&mut self) -> u64 {
        mix(std::mem::replace(&mut self.state, FRESH))
    }

    /// The first word of some bytes, which may be a set.
    #[cold]
    fn first(&mut self, word: u64) -> u64 {
        self.renaming.as_mut().map_or(word, |renaming| renaming.first(word))
    }

    #[cold]
    fn renamed(&self, name: u16) -> u16 {
        self.renaming.map_or(name, |renaming| renaming.names.of(name))
    }

    #[cold]
    fn mark(&mut self, mark: Mark) {
        let Some(mut renaming) = self.renaming else { return };
        match mark {
            Mark::Open => {
                if renaming.open(self.state) {
                    self.state = FRESH;
                }
            }
            Mark::Next(place) => {
                if let Some(sum) = renaming.sum() {
                    *sum = sum.wrapping_add(self.taken());
                }
                if let Some(place) = place {
                    self.word(renaming.names.of(place + 1).into());
                }
            }
            Mark::Close => {
                let last = mix(self.state);
                if let Some((before, sum)) = renaming.close() {
                    self.state = before;
                    self.word(sum.wrapping_add(last));
                }
            }
            Mark::Set => renaming.set = true,
        }
        self.renaming = Some(renaming);
    }
}

impl Hasher for StableHasher {
    fn finish(&self) -> u64 {
        mix(self.state)
    }
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for (place, word) in words.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            let renamed = if place == 0 && self.renaming.is_some() { self.first(word) } else { word };
            self.word(renamed);
        }
        if !rest.is_empty() {
            self.word(rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)));
        }
        self.word(bytes.len() as u64);
    }
    fn write_u8(&mut self, i: u8) {
        self.word(u64::from(i));
    }
    fn write_u16(&mut self, i: u16) {
        self.word(u64::from(i));
    }
    fn write_u32(&mut self, i: u32) {
        self.word(u64::from(i));
    }
    fn write_u64(&mut self, i: u64) {
        self.word(i);
    }
    fn write_u128(&mut self, i: u128) {
        self.word(i as u64);
        self.word((i >> 64) as u64);
    }
    fn write_usize(&mut self, i: usize) {
        self.word(i as u64);
    }
    fn write_i8(&mut self, i: i8) {
        self.word(i as u64);
    }
    /// A node's name: nothing else is hashed so.
    fn write_i16(&mut self, name: i16) {
        let name = name as u16;
        let name = if self.renaming.is_some() { self.renamed(name) } else { name };
        self.word(name.into());
    }
    /// A mark between parts: nothing else is hashed so.
    fn write_i128(&mut self, mark: i128) {
        if self.renaming.is_some() {
            self.mark(Mark::read(mark));
        }
    }
    fn write_i32(&mut self, i: i32) {
        self.word(i as u64);
    }
    fn write_i64(&mut self, i: i64) {
        self.word(i as u64);
    }
    fn write_isize(&mut self, i: isize) {
        self.word(i as u64);
    }
}

/// The stable hash of one thing.
pub fn stable_hash<T: Hash + ?Sized>(thing: &T) -> u64 {
    let mut hasher = StableHasher::default();
    thing.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usize_hashes_like_a_u64() {
        assert_eq!(stable_hash(&7usize), stable_hash(&7u64));
        assert_eq!(stable_hash(&-7isize), stable_hash(&-7i64));
    }

    #[test]
    fn hashes_are_pinned() {
        // Links and recorded traces carry such hashes: a change here is a change of format.
        assert_eq!(format!("{:016x}", stable_hash(&(1u32, "abc", [2u8, 3]))), "5b6c4c349385866d");
    }
}

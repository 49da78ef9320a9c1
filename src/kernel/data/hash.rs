//! One hasher for native and wasm.

use std::hash::{Hash, Hasher};

use super::random::mix;

/// A 64-bit hasher that gives the same answer on 32-bit and 64-bit machines: every integer,
/// `usize` and `isize` included, is taken as 64 bits, and bytes as little-endian words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StableHasher(u64);

const K: u64 = 0x9e37_79b9_7f4a_7c15;

impl Default for StableHasher {
    fn default() -> Self {
        StableHasher(0x243f_6a88_85a3_08d3)
    }
}

impl StableHasher {
    #[inline(always)]
    fn word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(K);
        self.0 ^= self.0 >> 29;
    }
}

impl Hasher for StableHasher {
    fn finish(&self) -> u64 {
        mix(self.0)
    }
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for word in words {
            self.word(u64::from_le_bytes(*word));
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
    fn write_i16(&mut self, i: i16) {
        self.word(i as u64);
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

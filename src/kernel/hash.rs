//! One hasher for native and wasm, and the draws that stand in for chance.

use std::hash::{Hash, Hasher};

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
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
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

/// Spreads the bits of a word (the finaliser of SplitMix64; Steele, Lea, Flood 2014).
#[inline(always)]
pub const fn mix(word: u64) -> u64 {
    let z = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A draw that depends on its key alone: whoever asks with the same key gets the same 64 bits, whatever else
/// happened in the run. `stream` names what is drawn for (a link, a replica), `count` says which draw it is.
#[inline(always)]
pub const fn draw(seed: u64, stream: u64, count: u64) -> u64 {
    drawn(draw_key(seed, stream), count)
}

/// The part of a draw's key that all draws of a stream have in common: see [`drawn`].
#[inline(always)]
pub const fn draw_key(seed: u64, stream: u64) -> u64 {
    mix(mix(seed.wrapping_add(K)).wrapping_add(stream.wrapping_mul(K)))
}

/// The draw of this number from a stream.
#[inline(always)]
pub const fn drawn(key: u64, count: u64) -> u64 {
    mix(key.wrapping_add(count.wrapping_mul(K)))
}

/// Maps a draw to `0..bound`, as evenly as 64 bits allow. `bound` is at least 1.
#[inline(always)]
pub const fn below(draw: u64, bound: u64) -> u64 {
    if bound >> 32 == 0 {
        // The same number by halves: wasm multiplies no 128 bits at once.
        return ((draw >> 32) * bound + ((draw as u32 as u64 * bound) >> 32)) >> 32;
    }
    ((draw as u128 * bound as u128) >> 64) as u64
}

/// Maps a draw to `lo..=hi`. An empty range gives `lo`.
#[inline(always)]
pub const fn between(draw: u64, lo: u64, hi: u64) -> u64 {
    if hi <= lo { lo } else { lo + below(draw, hi - lo + 1) }
}

/// Whether a draw hits a chance given in parts per million.
#[inline(always)]
pub const fn hits(draw: u64, parts_per_million: u32) -> bool {
    below(draw, 1_000_000) < parts_per_million as u64
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
        assert_eq!(format!("{:016x}", draw(7, 3, 1)), "6bfc273dbace04e7");
    }

    #[test]
    fn by_halves_comes_the_same_as_at_once() {
        let whole = |draw: u64, bound: u64| ((u128::from(draw) * u128::from(bound)) >> 64) as u64;
        for i in 0..10_000 {
            let (word, wide) = (draw(1, 1, i), draw(1, 2, i) >> (i % 64));
            for bound in [1, 2, 3, 7, u64::from(u32::MAX), 1 << 32, wide.max(1)] {
                assert_eq!(below(word, bound), whole(word, bound), "{word} {bound}");
            }
        }
        assert_eq!((below(u64::MAX, u32::MAX.into()), below(0, 5)), (u64::from(u32::MAX) - 1, 0));
    }

    #[test]
    fn draws_are_even_and_keyed() {
        let hits_ = (0..100_000).filter(|&i| hits(draw(1, 2, i), 250_000)).count();
        assert!((24_000..26_000).contains(&hits_), "{hits_} of 100000 at 25 %");
        assert_ne!(draw(1, 2, 3), draw(1, 3, 2));
        assert!((0..1_000).all(|i| (5..=9).contains(&between(draw(0, 0, i), 5, 9))));
    }
}

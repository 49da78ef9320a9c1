//! The draws that stand in for chance: whatever is drawn depends on its key alone.

use super::ids::NodeId;

const K: u64 = 0x9e37_79b9_7f4a_7c15;

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

/// The stream of a node's own draws: its timers, its choices, and the lies that it tells.
pub const fn stream_of(node: NodeId) -> u64 {
    0x1_0000_0000 | node.raw() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_pinned() {
        // Links and recorded traces rest on them: a change here is a change of format.
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

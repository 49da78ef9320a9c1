//! How likely it is that a thief catches up: exactly, and in whole numbers.

/// One, in parts of 2^32.
const ONE: u64 = 1 << 32;

/// The probability, in parts of 2^32, that a thief with the share `q` of the power (in parts of 2^32, below a half) undoes
/// a payment after `z` confirmations (Rosenfeld 2014, *Analysis of hashrate-based double-spending*). The honest find their
/// `z`-th block while the thief has found `k` with the probability C(z+k−1, k) p^z q^k; from a block behind it gets a block
/// further with the probability q/p. It needs one block more than they have; `ahead` says that it has one already when it
/// pays, which is as good as winning where both are equal.
pub fn double_spend(q: u64, z: u64, ahead: bool) -> u64 {
    let p = ONE - q;
    if q >= p {
        return ONE;
    }
    let times = |a: u64, b: u64| ((u128::from(a) * u128::from(b)) >> 40) as u64;
    // In parts of 2^40 from here on, so that small terms keep their digits.
    let (p, q) = (p << 8, q << 8);
    let catch_up = ((u128::from(q) << 40) / u128::from(p)) as u64;
    let power = |base: u64, n: u64| (0..n).fold(1 << 40, |product, _| times(product, base));
    let needed = if ahead { z } else { z + 1 };
    let (mut term, mut sum, mut sure) = (power(p, z), 0, 1 << 40);
    for k in 0..needed {
        sum += times(term, power(catch_up, needed - k));
        sure -= term;
        term = times(term, q) * (z + k) / (k + 1);
    }
    (sum + sure) >> 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_meets_the_exact_table() {
        for (q, z, tie, more) in [
            (0.1, 1, 0.2, 0.0311),
            (0.1, 2, 0.056, 0.0095),
            (0.1, 6, 0.00059, 0.00011),
            (0.3, 1, 0.6, 0.309),
            (0.3, 2, 0.432, 0.233),
            (0.3, 6, 0.156, 0.089),
        ] {
            let share = (q * ONE as f64) as u64;
            let of = |ahead| double_spend(share, z, ahead) as f64 / ONE as f64;
            let near = |found: f64, known: f64| (found - known).abs() <= if known < 0.001 { 0.5e-5 } else { 0.5e-3 };
            assert!(near(of(true), tie) && near(of(false), more), "q {q} z {z}: {} {}", of(true), of(false));
        }
    }

    #[test]
    fn so_many_confirmations_are_enough_for_one_in_a_thousand() {
        let enough = |share: u64, ahead| (1..).find(|&z| double_spend(share, z, ahead) * 1_000 < ONE);
        for (percent, tie, more) in [(10, 6, 4), (20, 13, 11), (30, 32, 29), (40, 133, 128)] {
            let share = ONE / 100 * percent;
            assert_eq!((enough(share, true), enough(share, false)), (Some(tie), Some(more)), "{percent} %");
        }
        assert_eq!(double_spend(ONE / 2, 6, false), ONE);
    }
}

//! How likely it is that a thief catches up: exactly, and in whole numbers.

/// One, in parts of 2^32.
const ONE: u64 = 1 << 32;

/// The probability, in parts of 2^32, that a thief with the share `q` of the power (in parts of 2^32) undoes a payment
/// after `z` confirmations (Rosenfeld 2014, *Analysis of hashrate-based double-spending*). Until the honest have found `z`
/// blocks the thief has found some; from a block behind it ever gets a block further with the probability q/p. It needs one
/// block more than they have; `ahead` says that it has one already when it pays, as good as winning where both are equal.
pub fn double_spend(q: u64, z: u64, ahead: bool) -> u64 {
    let p = ONE.saturating_sub(q);
    if q >= p {
        return ONE;
    }
    // In parts of 2^40 from here on, so that small terms keep their digits.
    let times = |a: u64, b: u64| ((u128::from(a) * u128::from(b)) >> 40) as u64;
    let (one, p, q) = (ONE << 8, p << 8, q << 8);
    let catch_up = ((u128::from(q) << 40) / u128::from(p)) as u64;
    let needed = if ahead { z } else { z + 1 };
    // How likely it is that the thief has found so many: at first none, then with each block of the honest some more.
    let mut found = vec![0; needed as usize];
    found[0] = one;
    for _ in 0..z {
        let mut before = 0;
        for chance in &mut found {
            *chance = times(before, q) + times(*chance, p);
            before = *chance;
        }
    }
    let behind = |k: u64| (k..needed).fold(one, |chance, _| times(chance, catch_up));
    let late: u64 = (0..needed).zip(&found).map(|(k, &chance)| times(chance, behind(k))).sum();
    (one - found.iter().sum::<u64>() + late) >> 8
}

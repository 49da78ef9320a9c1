//! How often a quorum can be had, and which weights make that as often as can be. It is no protocol; several share it.
//!
//! Replicas are down independently of each other, each for a known part of the time. Everything is reckoned in whole numbers, so that
//! a run is the same everywhere.

use crate::kernel::descriptor::quorum::{GridLine, QuorumSystem};

/// What stands for certainty: probabilities are in 10⁻¹⁵.
pub const ONE: u64 = 1_000_000_000_000_000;
/// What all weights together stay below, so that their sum fits into 16 bits.
const MOST: usize = 65_000;
/// What a replica weighs at most, in bits: log₂ 999 is less.
const MOST_BITS: usize = 10;

/// The best weights for replicas that are down for so many thousandths of the time: log((1−p)/p), and nothing for who is down
/// half of the time or more (Amir, Wool, *Optimal Availability Quorum Systems*, 1998). Where two halves could weigh the
/// same, the heaviest gets a grain more, so that one of them is a quorum.
pub fn log_odds(down: &[u16]) -> Vec<u16> {
    let grain = (MOST / MOST_BITS / down.len().max(1)).max(1).ilog2();
    let mut weights: Vec<u16> = down.iter().map(|&down| log_odds_of(down.into(), grain)).collect();
    let sum: u32 = weights.iter().map(|&weight| u32::from(weight)).sum();
    if let Some(first) =
        (0..weights.len()).rev().max_by_key(|&place| weights[place]).filter(|_| sum > 0 && sum.is_multiple_of(2))
    {
        weights[first] += 1;
    }
    weights
}

/// 2ᵍ log₂((1−p)/p), rounded down, where p is given in thousandths: the logarithm's bits one after the other, by squaring.
fn log_odds_of(down: u128, grain: u32) -> u16 {
    const POINT: u32 = 48;
    let down = down.max(1);
    if down >= 500 {
        return 0;
    }
    let mut odds = ((1_000 - down) << POINT) / down;
    let mut bits = 0;
    while odds >= 2 << POINT {
        odds >>= 1;
        bits += 1;
    }
    for _ in 0..grain {
        odds = (odds * odds) >> POINT;
        bits *= 2;
        if odds >= 2 << POINT {
            odds >>= 1;
            bits += 1;
        }
    }
    bits
}

/// How likely it is that those who are up are no quorum, in 10⁻¹⁵; `down` has the thousandths of the time for which each replica,
/// from the first on, is down.
pub fn unavailable(system: &QuorumSystem, down: &[u16]) -> u64 {
    let of = |member: &u16| u128::from(down.get(usize::from(*member) - 1).copied().unwrap_or(0));
    match system {
        QuorumSystem::Simple { members, need } => {
            let each: Vec<_> = members.iter().map(|member| (1, of(member))).collect();
            too_light(&each, (*need).into())
        }
        QuorumSystem::Weighted { members, weights, need } => {
            let each: Vec<_> =
                members.iter().zip(weights).map(|(member, &weight)| (weight.into(), of(member))).collect();
            too_light(&each, (*need).into())
        }
        QuorumSystem::Grid { members, columns, line } => {
            let (columns, full) = (usize::from(*columns), members.len() / usize::from(*columns));
            let down: Vec<u128> = members.iter().map(of).collect();
            match line {
                GridLine::Row => no_line(down.chunks(columns).take(full).map(<[u128]>::to_vec)),
                _ => no_line((0..columns).map(|column| down.iter().copied().skip(column).step_by(columns).collect())),
            }
        }
        // Not asked of any: the parts are.
        QuorumSystem::Joint { systems } => systems.iter().map(|part| unavailable(part, down)).max().unwrap_or(0),
    }
}

/// Whether those who are up weigh less than `need`: the chances of each sum, replica by replica.
fn too_light(each: &[(usize, u128)], need: usize) -> u64 {
    let mut chances = vec![0_u128; need];
    if let Some(none) = chances.first_mut() {
        *none = ONE.into();
    }
    for &(weight, down) in each {
        for sum in (0..need).rev() {
            let joined = sum.checked_sub(weight).map_or(0, |before| chances[before]);
            chances[sum] = (chances[sum] * down + joined * (1_000 - down)) / 1_000;
        }
    }
    chances.iter().sum::<u128>() as u64
}

/// Whether none of these lines, which share nobody, is up as a whole.
fn no_line(lines: impl Iterator<Item = Vec<u128>>) -> u64 {
    let whole = |line: Vec<u128>| line.iter().fold(u128::from(ONE), |up, down| up * (1_000 - down) / 1_000);
    lines.fold(u128::from(ONE), |none, line| none * (u128::from(ONE) - whole(line)) / u128::from(ONE)) as u64
}

/// A probability as people write it, with three digits that say something: `0.00856`.
pub fn show(chance: u64) -> String {
    let digits = format!("{chance:015}");
    match digits.find(|digit| digit != '0') {
        _ if chance >= ONE => "1".into(),
        None => "0".into(),
        Some(first) => format!("0.{}", digits[..(first + 3).min(15)].trim_end_matches('0')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::NodeId;

    #[test]
    fn log_odds_are_whole_numbers() {
        assert_eq!(
            log_odds(&[1, 10, 100, 200, 499, 500, 999]),
            [5102, 3394, 1623, 1024, 2, 0, 0],
            "512 log2, one more"
        );
        assert_eq!(log_odds(&[100; 4]), [3247, 3246, 3246, 3246], "two of four, if the first is one of them");
        assert_eq!(log_odds(&[500; 3]), [0; 3]);
        for n in 1..=200 {
            let sum: u32 = log_odds(&vec![1; n]).into_iter().map(u32::from).sum();
            assert!(sum <= u16::MAX.into(), "the sum of {n} must fit");
        }
    }

    #[test]
    fn chances_are_shown_with_three_digits() {
        let shown = [0, 8_560_000_000_000, 55_000_000_000, 374_000_000, 1, ONE, ONE / 2].map(show);
        assert_eq!(shown, ["0", "0.00856", "0.000055", "0.000000374", "0.000000000000001", "1", "0.5"]);
    }

    #[test]
    fn nobody_up_is_no_quorum_and_nobody_needed_always_is() {
        let any = |need| QuorumSystem::simple(NodeId::replicas(3), need);
        assert_eq!(unavailable(&any(0), &[100; 3]), 0);
        assert_eq!(unavailable(&any(3), &[0; 3]), 0);
        assert_eq!(unavailable(&any(1), &[500; 3]), ONE / 8);
    }
}

//! Quorum arithmetic, as pure functions. Every protocol counts with these, so that a wrong count is wrong in one place.

use crate::kernel::data::ids::NodeId;

/// The smallest number of replicas that is more than half of `n`: 3 of 4, 3 of 5, 4 of 6.
pub const fn majority(n: usize) -> usize {
    n / 2 + 1
}

/// How many Byzantine replicas `n` can bear: f = ⌊(n − 1) / 3⌋ (Castro, Liskov 1999, §3).
pub const fn byzantine_faults(n: usize) -> usize {
    n.saturating_sub(1) / 3
}

/// The smallest quorum of `n` of which any two share a correct replica although f = ⌊(n − 1) / 3⌋ lie:
/// ⌊(n + f) / 2⌋ + 1. It is 2f + 1 where n = 3f + 1, and 4 for n = 5 and 6, where 2f + 1 would be unsafe.
pub const fn byzantine_quorum(n: usize) -> usize {
    (n + byzantine_faults(n)) / 2 + 1
}

/// How many votes are sure to hold one of a correct replica: f + 1.
pub const fn one_correct(n: usize) -> usize {
    byzantine_faults(n) + 1
}

/// The smallest number of votes that is at least two thirds of `n`.
pub const fn two_thirds(n: usize) -> usize {
    (2 * n).div_ceil(3)
}

/// The highest number that at least `need` of these reach: the last index that a quorum has. `need` is at least 1 and at
/// most as many as there are. Puts them into order.
pub fn reached_by(need: usize, numbers: &mut [u64]) -> u64 {
    numbers.sort_unstable();
    numbers[numbers.len() - need]
}

/// How far something has come among those that decide.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Count {
    /// How many are for it.
    pub have: u16,
    /// How many must be.
    pub need: u16,
    /// How many there are.
    pub all: u16,
}

impl Count {
    /// Of all replicas alike.
    pub fn of(replicas: usize, need: usize, among: &dyn Fn(NodeId) -> bool) -> Count {
        let have = (1..=replicas).filter(|&number| among(NodeId::replica(number))).count();
        Count { have: have as u16, need: need as u16, all: replicas as u16 }
    }

    /// Whether it is decided.
    pub fn is_quorum(self) -> bool {
        self.have >= self.need
    }
}

/// Joint consensus (Ongaro, Ousterhout 2014, §6): a majority of the old members and a majority of the new ones.
/// `voted` says whether a member has voted; an empty set of members never decides.
pub fn joint<Id: Copy>(old: &[Id], new: &[Id], voted: impl Fn(Id) -> bool) -> bool {
    let carried = |members: &[Id]| members.iter().filter(|&&id| voted(id)).count() >= majority(members.len());
    carried(old) && carried(new)
}

/// Weighted voting (Gifford 1979): whether the votes for it weigh more than half of all weights.
pub fn weighted(weights: &[u64], voted: impl Fn(usize) -> bool) -> bool {
    let all: u128 = weights.iter().map(|&w| u128::from(w)).sum();
    let cast: u128 = weights.iter().enumerate().filter(|&(i, _)| voted(i)).map(|(_, &w)| u128::from(w)).sum();
    2 * cast > all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majorities_of_even_sizes() {
        assert_eq!([1, 2, 3, 4, 5, 6, 7].map(majority), [1, 2, 2, 3, 3, 4, 4]);
    }

    #[test]
    fn byzantine_quorums() {
        assert_eq!([1, 3, 4, 5, 6, 7, 10].map(byzantine_faults), [0, 0, 1, 1, 1, 2, 3]);
        assert_eq!([1, 2, 3, 4, 5, 6, 7, 10].map(byzantine_quorum), [1, 2, 2, 3, 4, 4, 5, 7]);
    }

    #[test]
    fn any_two_byzantine_quorums_share_a_correct_replica_and_one_can_always_form() {
        for n in 1..200 {
            let (f, q) = (byzantine_faults(n), byzantine_quorum(n));
            assert!(2 * q - n > f, "n = {n}: two quorums of {q} may share liars only");
            assert!(q <= n - f, "n = {n}: {f} silent replicas block a quorum of {q}");
        }
    }

    #[test]
    fn two_thirds_is_rounded_up() {
        assert_eq!([1, 2, 3, 4, 5, 6, 7].map(two_thirds), [1, 2, 2, 3, 4, 4, 5]);
    }

    #[test]
    fn a_quorum_reaches_what_all_of_it_have() {
        assert_eq!([1, 2, 3].map(|need| reached_by(need, &mut [4, 9, 7])), [9, 7, 4]);
    }

    #[test]
    fn joint_needs_both_majorities() {
        let (old, new) = ([1, 2, 3], [3, 4, 5]);
        assert!(!joint(&old, &new, |id| id <= 2), "the old alone");
        assert!(!joint(&old, &new, |id| id >= 4), "the new alone");
        assert!(joint(&old, &new, |id| [1, 3, 4].contains(&id)));
        assert!(!joint(&old, &[], |_| true), "nobody can't vote");
    }

    #[test]
    fn weights_count() {
        assert!(weighted(&[3, 1, 1], |i| i == 0));
        assert!(!weighted(&[2, 1, 1], |i| i == 0), "half is not more than half");
    }
}

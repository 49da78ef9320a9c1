//! Quorum arithmetic, as pure functions. Every protocol counts with these, so that a wrong count is wrong in one place.

use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use tsify::Tsify;

use super::setup_error::SetupError;
use crate::kernel::data::ids::NodeId;
use crate::kernel::data::in_order::InOrder;

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
    numbers.put_in_order();
    numbers[numbers.len() - need]
}

/// Puts the usual number in the place of 0, which stands for it, in an option that says how many of `all` are enough. Errors:
/// where there are not so many. `what` names them: `replicas`.
pub fn complete_size(
    option: &'static str,
    size: &mut usize,
    all: usize,
    usual: usize,
    what: &str,
) -> Result<(), SetupError> {
    if *size > all {
        let sentence = format!("{size} {what} can't be had: there are {all}");
        return Err(SetupError::Option { option, sentence });
    }
    if *size == 0 {
        *size = usual;
    }
    Ok(())
}

/// How far something has come among those that decide: in replicas, or in weight.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Count {
    /// How much is for it.
    pub have: u16,
    /// How much must be.
    pub need: u16,
    /// How much there is.
    pub all: u16,
}

impl Count {
    /// Whether it is decided.
    pub fn is_quorum(self) -> bool {
        self.have >= self.need
    }

    /// How much is missing.
    pub fn missing(self) -> u16 {
        self.need.saturating_sub(self.have)
    }
}

/// What a quorum is needed for, and which sets of replicas are one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quorum {
    /// As the end of a sentence: `to commit a request`.
    pub purpose: &'static str,
    /// Which sets are one.
    pub system: QuorumSystem,
}

impl Quorum {
    /// Any `need` of the first `replicas`.
    pub fn simple(replicas: usize, need: usize, purpose: &'static str) -> Self {
        Quorum { purpose, system: QuorumSystem::simple(NodeId::replicas(replicas), need) }
    }
}

/// Which sets of replicas can decide. Replicas stand here by number.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum QuorumSystem {
    /// Any `need` of these.
    Simple {
        /// Who counts.
        members: Vec<u16>,
        /// How many of them are enough.
        need: u16,
    },
    /// Any of these that weigh `need` together (Gifford 1979).
    Weighted {
        /// Who counts.
        members: Vec<u16>,
        /// What each of them weighs.
        weights: Vec<u16>,
        /// What is enough.
        need: u16,
    },
    /// Whole lines of a grid that these fill row by row (Cheung, Ammar, Ahamad 1992). A last row that is not full is no
    /// row, so that every row meets every column.
    Grid {
        /// Who counts.
        members: Vec<u16>,
        /// How many stand in a row.
        columns: u16,
        /// Which lines are enough.
        line: GridLine,
    },
    /// A quorum of each of these (joint consensus; Ongaro, Ousterhout 2014, §6).
    Joint {
        /// One after the other.
        systems: Vec<QuorumSystem>,
    },
}

/// The lines of a grid that make a quorum.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum GridLine {
    /// One whole row.
    Row,
    /// One whole column.
    Column,
    /// A whole row and a whole column.
    RowAndColumn,
}

impl QuorumSystem {
    /// Any `need` of these.
    pub fn simple(members: impl IntoIterator<Item = NodeId>, need: usize) -> Self {
        QuorumSystem::Simple { members: numbers(members), need: need as u16 }
    }

    /// More than half of the weight of these.
    pub fn weighted(members: impl IntoIterator<Item = (NodeId, u16)>) -> Self {
        let (nodes, weights): (Vec<_>, Vec<u16>) = members.into_iter().unzip();
        let all = weights.iter().fold(0, |all: u16, &weight| all.saturating_add(weight));
        QuorumSystem::Weighted { members: numbers(nodes), weights, need: majority(all.into()) as u16 }
    }

    /// Whole lines of a grid. `columns` is at least 1.
    pub fn grid(members: impl IntoIterator<Item = NodeId>, columns: usize, line: GridLine) -> Self {
        QuorumSystem::Grid { members: numbers(members), columns: columns as u16, line }
    }

    /// How near to a quorum these come.
    pub fn count(&self, among: &dyn Fn(NodeId) -> bool) -> Count {
        let among = |&number: &u16| among(NodeId::replica(number.into()));
        match self {
            QuorumSystem::Simple { members, need } => {
                let have = members.iter().filter(|member| among(member)).count() as u16;
                Count { have, need: *need, all: members.len() as u16 }
            }
            QuorumSystem::Weighted { members, weights, need } => {
                let sum = |weights: &mut dyn Iterator<Item = u16>| weights.fold(0, u16::saturating_add);
                let cast = members.iter().zip(weights).filter(|(member, _)| among(member));
                let have = sum(&mut cast.map(|(_, &weight)| weight));
                Count { have, need: *need, all: sum(&mut weights.iter().copied()) }
            }
            QuorumSystem::Grid { members, columns, line } => {
                let marks: Vec<bool> = members.iter().map(among).collect();
                grid_count(&marks, (*columns).max(1).into(), *line)
            }
            QuorumSystem::Joint { systems } => {
                let among = |node: NodeId| among(&node.raw());
                let mut counts = systems.iter().map(|system| system.count(&among));
                let first = counts.next().unwrap_or_default();
                counts.fold(first, |held, next| if held.is_quorum() { next } else { held })
            }
        }
    }

    /// Whether these are a quorum.
    pub fn is_quorum(&self, among: &dyn Fn(NodeId) -> bool) -> bool {
        self.count(among).is_quorum()
    }
}

fn numbers(members: impl IntoIterator<Item = NodeId>) -> Vec<u16> {
    members.into_iter().map(NodeId::raw).collect()
}

/// The line of a grid that lacks least.
fn grid_count(marks: &[bool], columns: usize, line: GridLine) -> Count {
    let rows = marks.len() / columns;
    let place = |row: usize, column: usize| row * columns + column;
    let row = |row: usize| (0..columns).map(move |column| place(row, column));
    let column = |column: usize| (0..=rows).map(move |row| place(row, column)).filter(|&at| at < marks.len());
    let lines: Vec<Vec<usize>> = match line {
        GridLine::Row => (0..rows).map(|at| row(at).collect()).collect(),
        GridLine::Column => (0..columns.min(marks.len())).map(|at| column(at).collect()).collect(),
        GridLine::RowAndColumn => (0..rows)
            .flat_map(|across| (0..columns).map(move |down| (across, down)))
            .map(|(across, down)| row(across).chain(column(down).filter(|at| at / columns != across)).collect())
            .collect(),
    };
    let count = |line: Vec<usize>| Count {
        have: line.iter().filter(|&&at| marks[at]).count() as u16,
        need: line.len() as u16,
        all: marks.len() as u16,
    };
    lines.into_iter().map(count).min_by_key(|count| count.missing()).unwrap_or(Count { have: 0, need: 1, all: 0 })
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

    fn of(numbers: &[usize]) -> impl Fn(NodeId) -> bool {
        move |node| numbers.contains(&node.raw().into())
    }

    fn majority_of(numbers: &[usize]) -> QuorumSystem {
        QuorumSystem::simple(numbers.iter().map(|&number| NodeId::replica(number)), majority(numbers.len()))
    }

    #[test]
    fn joint_needs_both_majorities_and_says_which_lacks() {
        let joint = QuorumSystem::Joint { systems: vec![majority_of(&[1, 2, 3]), majority_of(&[3, 4, 5])] };
        assert_eq!(joint.count(&of(&[1, 2])), Count { have: 0, need: 2, all: 3 }, "the old alone");
        assert_eq!(joint.count(&of(&[4, 5])), Count { have: 0, need: 2, all: 3 }, "the new alone");
        assert!(joint.is_quorum(&of(&[1, 3, 4])));
        let nobody = QuorumSystem::Joint { systems: vec![majority_of(&[1, 2, 3]), majority_of(&[])] };
        assert!(!nobody.is_quorum(&|_| true), "nobody can't vote");
    }

    #[test]
    fn weights_count() {
        let heavy = |weights: &[u16]| {
            QuorumSystem::weighted(weights.iter().enumerate().map(|(at, &weight)| (NodeId::replica(at + 1), weight)))
        };
        assert!(heavy(&[3, 1, 1]).is_quorum(&of(&[1])));
        assert_eq!(
            heavy(&[2, 1, 1]).count(&of(&[1])),
            Count { have: 2, need: 3, all: 4 },
            "half is not more than half"
        );
        assert_eq!(heavy(&[u16::MAX, 9]).count(&of(&[1, 2])).have, u16::MAX, "too much weight does not wrap");
    }

    #[test]
    fn lines_of_a_grid_count() {
        let grid = |line| QuorumSystem::grid(NodeId::replicas(7), 3, line);
        let (row, column, both) = (grid(GridLine::Row), grid(GridLine::Column), grid(GridLine::RowAndColumn));
        assert!(row.is_quorum(&of(&[4, 5, 6])) && !row.is_quorum(&of(&[1, 2, 6])));
        assert!(!row.is_quorum(&of(&[7])), "a row that is not full is none");
        assert!(column.is_quorum(&of(&[2, 5])) && !column.is_quorum(&of(&[1, 4])), "7 stands below 1 and 4");
        assert_eq!(both.count(&of(&[1, 2, 3, 5])), Count { have: 4, need: 4, all: 7 });
        assert!(!both.is_quorum(&of(&[1, 2, 3])));
        assert!(!QuorumSystem::grid([], 3, GridLine::Column).is_quorum(&|_| true), "nobody can't vote");
    }

    /// All sets of up to `n` replicas, as predicates.
    fn subsets(n: usize) -> impl Iterator<Item = Vec<usize>> {
        (0..1_u32 << n).map(move |bits| (1..=n).filter(|number| bits >> (number - 1) & 1 == 1).collect())
    }

    /// What quorums are for: any two of these systems share a replica.
    #[test]
    fn quorums_meet() {
        for n in 1..=8 {
            let all = || NodeId::replicas(n);
            let same = |system: QuorumSystem| (system.clone(), system);
            let mut pairs = vec![
                same(QuorumSystem::simple(all(), majority(n))),
                same(QuorumSystem::weighted(all().map(|node| (node, 1 + node.raw() % 4)))),
                (QuorumSystem::simple(all(), n), QuorumSystem::simple(all(), 1)),
            ];
            for columns in 1..=n {
                let grid = |line| QuorumSystem::grid(all(), columns, line);
                pairs.push((grid(GridLine::Row), grid(GridLine::Column)));
                pairs.push(same(grid(GridLine::RowAndColumn)));
            }
            for (one, other) in pairs {
                for set in subsets(n).filter(|set| one.is_quorum(&of(set))) {
                    let rest: Vec<usize> = (1..=n).filter(|number| !set.contains(number)).collect();
                    assert!(!other.is_quorum(&of(&rest)), "{set:?} and {rest:?} of {one:?} and {other:?}");
                }
            }
        }
    }
}

//! Which sets of acceptors are enough in the two phases of Paxos (Howard, Malkhi, Spiegelman, *Flexible Paxos*, 2016). It is no
//! protocol; several share it.
//!
//! Every quorum of phase 1 must share an acceptor with every quorum of phase 2: that is all. Quorums of one phase may miss
//! each other. Systems with that property, checked before a run begins:
//!
//! | `quorums` | phase 1 | phase 2 | they meet, as |
//! |---|---|---|---|
//! | `size` | any q1 | any q2 | q1 + q2 > n |
//! | `grid` | a row | a column | each row crosses each column |
//! | `weights` | any of weight w1 | any of weight w2 | w1 + w2 > Σw (Gifford 1979) |
//! | `reliability` | more than half of the weight | the same | weights are log((1−p)/p) (Amir, Wool 1998) |

use std::fmt::Display;
use std::hash::{Hash, Hasher};

use super::availability;
use crate::kernel::descriptor::options::OptionValue;
use crate::kernel::descriptor::quorum::{self, Count, GridLine, QuorumSystem, complete_size, majority};
use crate::kernel::prelude::*;
use crate::kernel::{OptionKind, listed};

/// Something that a hash takes in only where it is not as usual, so that runs in which it plays no part keep theirs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Unusual<T>(pub T);

// Hashed by hand: see above.
impl<T: Hash + Default + PartialEq> Hash for Unusual<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        if self.0 != T::default() {
            self.0.hash(hasher);
        }
    }
}

impl OptionValue for Unusual<bool> {
    const KIND: OptionKind = OptionKind::Switch;

    fn read_value(text: &str) -> Option<Self> {
        bool::read_value(text).map(Unusual)
    }
}

/// By what a set of acceptors is a quorum.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// How many there are.
    Size,
    /// Lines of a grid.
    Grid,
    /// What they weigh.
    Weights,
    /// What they weigh, by how often each is down.
    Reliability,
}

/// The quorums of both phases.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phases {
    /// Whose promises are enough.
    pub first: QuorumSystem,
    /// Whose votes are enough.
    pub second: QuorumSystem,
}

impl Phases {
    /// More than half of the weight in both phases; the first replica has the first weight.
    pub fn weighing(weights: &[u16]) -> Self {
        let half = QuorumSystem::weighted(NodeId::replicas(weights.len()).zip(weights.iter().copied()));
        Phases { first: half.clone(), second: half }
    }
}

/// How near to a quorum these come, who stand in the order of their numbers.
pub fn count(system: &QuorumSystem, nodes: &[NodeId]) -> Count {
    system.count(&|node| nodes.binary_search(&node).is_ok())
}

/// The highest number that a whole quorum reaches, where these are the replicas' numbers by place; 0 where nobody has any.
pub fn reached_by(system: &QuorumSystem, numbers: &[u64]) -> u64 {
    if let QuorumSystem::Simple { members, need: need @ 1.. } = system
        && members.len() == numbers.len()
    {
        return quorum::reached_by((*need).into(), &mut numbers.to_vec());
    }
    let reach = |number: u64| system.is_quorum(&|node| numbers.get(node.index()).is_some_and(|&has| has >= number));
    numbers.iter().copied().filter(|&number| reach(number)).max().unwrap_or(0)
}

/// Adds what is voted on to a view, with what is enough.
pub fn tally(view: &mut ReplicaView, about: &dyn Display, system: &QuorumSystem) {
    match system {
        QuorumSystem::Simple { need, .. } => view.tally(about, (*need).into()),
        _ => view.tally_of(about, system),
    }
}

/// The quorums of a run, as options.
#[derive(Options, Clone, Debug)]
pub struct Quorums {
    /// How many acceptors.
    #[option(replicas)]
    pub replicas: usize,
    /// How many promises are enough, or how much weight; 0 stands for more than half.
    #[option(number(0..=4_000), default = "0", source = "Paxos Made Simple §2.2; Howard, Malkhi, Spiegelman 2016, §4")]
    pub phase_1_quorum: usize,
    /// How many must accept something for it to be chosen, or how much weight; 0 stands for more than half.
    #[option(number(0..=4_000), default = "0", source = "Paxos Made Simple §2.2; Howard, Malkhi, Spiegelman 2016, §4")]
    pub phase_2_quorum: usize,
    /// By what acceptors are a quorum: how many they are, a row of a grid for promises and a column for votes, or what they weigh.
    #[option(name = "quorums", default = "size", source = "Howard, Malkhi, Spiegelman 2016, §4 and §5; Gifford 1979")]
    pub kind: Kind,
    /// How many acceptors stand in a row of the grid; 0 stands for the square root of their number, rounded down.
    #[option(number(0..=200), default = "0", source = "Howard, Malkhi, Spiegelman 2016, §5")]
    pub columns: usize,
    /// What the vote of an acceptor weighs, where quorums go by weights.
    #[option(number(0..=20), per_replica, default = "1", source = "Gifford 1979")]
    pub weight: Vec<u16>,
    /// How much of the time a replica is down, in thousandths; 0 stands for unknown, and for a tenth where weights are made of it.
    #[option(number(0..=999), per_replica, default = "0", source = "Amir, Wool 1998")]
    pub downtime: Vec<u16>,
    #[option(computed = Phases::weighing(&[]))]
    phases: Phases,
    #[option(computed = None)]
    unavailable: Option<[u64; 2]>,
}

// Hashed by hand: so that quorums of the usual kind hash as their two numbers. The rest is made of these.
impl Hash for Quorums {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let Quorums { phase_1_quorum, phase_2_quorum, kind, columns, weight, downtime, .. } = self;
        (phase_1_quorum, phase_2_quorum).hash(hasher);
        match kind {
            Kind::Size => {}
            Kind::Grid => (kind, columns).hash(hasher),
            Kind::Weights => (kind, weight).hash(hasher),
            Kind::Reliability => (kind, downtime).hash(hasher),
        }
    }
}

/// Why something can't be set up.
fn refuse<T>(option: &'static str, sentence: String) -> Result<T, SetupError> {
    Err(SetupError::Option { option, sentence })
}

impl Quorums {
    /// Whose promises are enough, and whose votes.
    pub fn phases(&self) -> &Phases {
        &self.phases
    }

    /// How likely it is that no quorum of each phase is up, in 10⁻¹⁵, where it is known how often replicas are down.
    pub fn unavailable(&self) -> Option<[u64; 2]> {
        self.unavailable
    }

    /// A bug: a row is enough in phase 2 as well.
    pub fn take_rows_for_both(&mut self) {
        if self.kind == Kind::Grid {
            self.phases.second = self.phases.first.clone();
        }
    }

    /// Whether votes weigh.
    pub fn weigh(&self) -> bool {
        matches!(self.kind, Kind::Weights | Kind::Reliability)
    }

    /// What the options mean together; `usual` is the number that stands for 0 where quorums go by size. Errors: where they
    /// contradict each other, or a quorum of phase 1 can miss one of phase 2, unless it may.
    pub fn complete(&mut self, usual: usize, may_miss: bool) -> Result<(), SetupError> {
        self.phases = match self.kind {
            Kind::Size => self.by_size(usual)?,
            Kind::Grid => self.by_lines()?,
            Kind::Weights => self.by_weight(self.weight.clone())?,
            Kind::Reliability => {
                self.no_sizes("weights are made of downtime, and more than half of the weight is enough")?;
                self.by_weight(availability::log_odds(&self.known_downtime()))?
            }
        };
        if let Some((promise, accept)) = miss(&self.phases, self.replicas).filter(|_| !may_miss) {
            let named = |set: &[NodeId]| listed(set.iter(), " ");
            let sentence = format!(
                "the two phases' quorums can miss each other: when {} promise, {} can accept behind their backs (quorums-miss lets it run)",
                named(&promise),
                named(&accept)
            );
            return refuse("phase-2-quorum", sentence);
        }
        if self.downtime.iter().any(|&down| down > 0) {
            let down = self.known_downtime();
            let Phases { first, second } = &self.phases;
            self.unavailable = Some([first, second].map(|system| availability::unavailable(system, &down)));
        }
        Ok(())
    }

    fn known_downtime(&self) -> Vec<u16> {
        self.downtime.iter().map(|&down| if down == 0 { 100 } else { down }).collect()
    }

    fn by_size(&mut self, usual: usize) -> Result<Phases, SetupError> {
        let all = self.replicas;
        complete_size("phase-1-quorum", &mut self.phase_1_quorum, all, usual, "replicas")?;
        complete_size("phase-2-quorum", &mut self.phase_2_quorum, all, usual, "replicas")?;
        let any = |need| QuorumSystem::simple(NodeId::replicas(all), need);
        Ok(Phases { first: any(self.phase_1_quorum), second: any(self.phase_2_quorum) })
    }

    fn no_sizes(&self, why: &str) -> Result<(), SetupError> {
        for (option, size) in [("phase-1-quorum", self.phase_1_quorum), ("phase-2-quorum", self.phase_2_quorum)] {
            if size > 0 {
                return refuse(option, format!("{option} says nothing here: {why}"));
            }
        }
        Ok(())
    }

    fn by_lines(&mut self) -> Result<Phases, SetupError> {
        self.no_sizes("a whole row promises, and a whole column accepts")?;
        if self.columns == 0 {
            self.columns = self.replicas.isqrt().max(1);
        }
        let (all, columns) = (self.replicas, self.columns);
        if columns > all {
            return refuse("columns", format!("{all} replicas don't fill a row of {columns}"));
        }
        let lines = |line| QuorumSystem::grid(NodeId::replicas(all), columns, line);
        let phases = Phases { first: lines(GridLine::Row), second: lines(GridLine::Column) };
        [self.phase_1_quorum, self.phase_2_quorum] =
            [&phases.first, &phases.second].map(|line| count(line, &[]).need.into());
        Ok(phases)
    }

    fn by_weight(&mut self, weights: Vec<u16>) -> Result<Phases, SetupError> {
        let all = weights.iter().map(|&weight| usize::from(weight)).sum();
        if all == 0 {
            let option = if self.kind == Kind::Weights { "weight" } else { "downtime" };
            return refuse(option, "nobody's vote weighs anything, so that no quorum can be had".into());
        }
        complete_size("phase-1-quorum", &mut self.phase_1_quorum, all, majority(all), "of weight")?;
        complete_size("phase-2-quorum", &mut self.phase_2_quorum, all, majority(all), "of weight")?;
        let members: Vec<u16> = NodeId::replicas(self.replicas).map(NodeId::raw).collect();
        let enough = |need: usize| {
            let (members, weights) = (members.clone(), weights.clone());
            QuorumSystem::Weighted { members, weights, need: need as u16 }
        };
        Ok(Phases { first: enough(self.phase_1_quorum), second: enough(self.phase_2_quorum) })
    }
}

/// Two quorums, one of each phase, that share nobody; `None` where all meet. The second is all that the first leaves out, for
/// more of them are a quorum where fewer are.
pub fn miss(phases: &Phases, replicas: usize) -> Option<(Vec<NodeId>, Vec<NodeId>)> {
    let all: Vec<_> = NodeId::replicas(replicas).collect();
    let rest = |set: &[NodeId]| -> Vec<NodeId> { all.iter().copied().filter(|node| !set.contains(node)).collect() };
    smallest(&phases.first, &all).into_iter().find_map(|set| {
        let rest = rest(&set);
        count(&phases.second, &rest).is_quorum().then_some((set, rest))
    })
}

/// Quorums of a system among which is one that leaves as much as any to others.
fn smallest(system: &QuorumSystem, all: &[NodeId]) -> Vec<Vec<NodeId>> {
    match system {
        QuorumSystem::Simple { need, .. } => vec![all[..usize::from(*need).min(all.len())].to_vec()],
        QuorumSystem::Weighted { weights, need, .. } => vec![lightest(weights, (*need).into(), all)],
        QuorumSystem::Grid { columns, line: GridLine::Row, .. } => {
            all.chunks_exact(usize::from(*columns)).map(<[NodeId]>::to_vec).collect()
        }
        // Neither is a quorum of phase 1; all together always are.
        QuorumSystem::Grid { .. } | QuorumSystem::Joint { .. } => vec![all.to_vec()],
    }
}

/// The lightest set that weighs `need`: the least sum that can be had of some weights, put together anew from its parts.
fn lightest(weights: &[u16], need: usize, all: &[NodeId]) -> Vec<NodeId> {
    let sum: usize = weights.iter().map(|&weight| usize::from(weight)).sum();
    // For each sum that can be had: how many of the first replicas it takes, of whom the last is in it.
    let mut taken: Vec<Option<usize>> = vec![None; sum + 1];
    taken[0] = Some(0);
    for (place, &weight) in weights.iter().enumerate() {
        for total in (usize::from(weight)..=sum).rev() {
            if weight > 0 && taken[total].is_none() && taken[total - usize::from(weight)].is_some() {
                taken[total] = Some(place + 1);
            }
        }
    }
    let Some(mut total) = (need..=sum).find(|&total| taken[total].is_some()) else { return all.to_vec() };
    let mut set = Vec::new();
    while let Some(place) = taken[total].filter(|&place| place > 0) {
        set.push(all[place - 1]);
        total -= usize::from(weights[place - 1]);
    }
    set.reverse();
    set
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher;

    use super::*;
    use crate::kernel::data::hash::StableHasher;

    fn read(replicas: usize, set: &[(&str, u16, &str)]) -> Result<Quorums, SetupError> {
        let mut options = Options::default();
        set.iter().for_each(|(name, replica, value)| options.set(name, *replica, value));
        let mut quorums = Quorums::read(replicas, &options)?;
        quorums.complete(majority(replicas), false)?;
        Ok(quorums)
    }

    fn refused(replicas: usize, set: &[(&str, u16, &str)]) -> String {
        read(replicas, set).expect_err("it is refused").to_string()
    }

    fn sets(n: usize) -> impl Iterator<Item = Vec<NodeId>> {
        (0..1_u32 << n).map(move |bits| NodeId::replicas(n).filter(|node| bits >> node.index() & 1 == 1).collect())
    }

    /// What `miss` says, found by looking at all pairs.
    fn some_pair_misses(phases: &Phases, n: usize) -> bool {
        sets(n).any(|set| {
            let rest: Vec<_> = NodeId::replicas(n).filter(|node| !set.contains(node)).collect();
            count(&phases.first, &set).is_quorum() && count(&phases.second, &rest).is_quorum()
        })
    }

    #[test]
    fn the_usual_quorums_hash_as_two_numbers() {
        let hash = |what: &dyn Fn(&mut StableHasher)| {
            let mut hasher = StableHasher::default();
            what(&mut hasher);
            hasher.finish()
        };
        let of = |quorums: Quorums| hash(&|hasher| quorums.hash(hasher));
        let usual = of(read(5, &[]).unwrap());
        assert_eq!(usual, hash(&|hasher| (3_usize, 3_usize).hash(hasher)));
        assert_ne!(of(read(5, &[("quorums", 0, "weights")]).unwrap()), usual, "it is another system");
        assert_eq!(hash(&|hasher| Unusual(false).hash(hasher)), hash(&|_| ()));
        assert_ne!(hash(&|hasher| Unusual(true).hash(hasher)), hash(&|_| ()));
    }

    #[test]
    fn what_can_miss_is_found_and_nothing_else() {
        let mut missed = 0;
        for n in 1..=6 {
            let all: Vec<u16> = (1..=n as u16).collect();
            for weights in
                [vec![1; n], (0..n as u16).map(|at| 1 + at % 3).collect(), (0..n as u16).map(|at| at * 2).collect()]
            {
                let sum: u16 = weights.iter().sum();
                for (one, other) in (1..=sum).flat_map(|one| (1..=sum).map(move |other| (one, other))) {
                    let system = |need| QuorumSystem::Weighted { members: all.clone(), weights: weights.clone(), need };
                    let phases = Phases { first: system(one), second: system(other) };
                    let found = miss(&phases, n);
                    assert_eq!(found.is_some(), some_pair_misses(&phases, n), "{phases:?}");
                    let Some((set, rest)) = found else { continue };
                    assert!(count(&phases.first, &set).is_quorum() && set.iter().all(|node| !rest.contains(node)));
                    missed += 1;
                }
            }
        }
        assert!(missed > 100, "{missed}");
    }

    #[test]
    fn quorums_that_can_miss_are_refused_with_an_example() {
        let sizes = [("phase-1-quorum", 0, "3"), ("phase-2-quorum", 0, "3")];
        let sentence = refused(6, &sizes);
        assert!(sentence.contains("when 1 2 3 promise, 4 5 6 can accept"), "{sentence}");
        let mut let_run = Quorums::read(6, &sizes.iter().map(|(name, _, value)| (*name, *value)).collect()).unwrap();
        assert!(let_run.complete(4, true).is_ok());
        assert!(read(6, &[("phase-1-quorum", 0, "5"), ("phase-2-quorum", 0, "2")]).is_ok());
        // Two of three that weigh 2 each are more than 3, so these meet although 3 + 3 is not more than 6.
        let even =
            [("quorums", 0, "weights"), ("weight", 0, "2"), ("phase-1-quorum", 0, "3"), ("phase-2-quorum", 0, "3")];
        assert!(read(3, &even).is_ok());
    }

    #[test]
    fn lines_of_a_grid_and_weights_are_made_of_options() {
        let grid = read(7, &[("quorums", 0, "grid"), ("columns", 0, "3")]).unwrap();
        assert_eq!((grid.phase_1_quorum, grid.phase_2_quorum), (3, 2));
        assert!(!some_pair_misses(grid.phases(), 7));
        let usual: Vec<_> = (1..=9).map(|n| read(n, &[("quorums", 0, "grid")]).unwrap().columns).collect();
        assert_eq!(usual, [1, 1, 1, 2, 2, 2, 2, 2, 3]);
        let heavy = read(3, &[("quorums", 0, "weights"), ("weight", 1, "3")]).unwrap();
        let alone = count(&heavy.phases().second, &[NodeId::replica(1)]);
        assert_eq!(alone, Count { have: 3, need: 3, all: 5 });
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for (set, says) in [
            (&[("quorums", 0, "grid"), ("phase-1-quorum", 0, "2")][..], "a whole row promises"),
            (&[("quorums", 0, "grid"), ("columns", 0, "9")], "4 replicas don't fill a row of 9"),
            (&[("quorums", 0, "weights"), ("weight", 0, "0")], "nobody's vote weighs anything"),
            (&[("quorums", 0, "reliability"), ("downtime", 0, "500")], "nobody's vote weighs anything"),
            (&[("quorums", 0, "reliability"), ("phase-2-quorum", 0, "3")], "made of downtime"),
            (&[("phase-2-quorum", 0, "5")], "5 replicas can't be had: there are 4"),
        ] {
            let sentence = refused(4, set);
            assert!(sentence.contains(says), "{sentence}");
        }
    }
}

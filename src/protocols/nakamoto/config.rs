//! What holds for the whole run: shares of power, the rules, and who cheats.

use super::block::UNIT;
use crate::kernel::prelude::*;

/// What a miner is up to. No rule of the network can tell from its blocks.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Strategy {
    /// Publishes each block at once.
    Honest,
    /// Keeps blocks back, so that others work in vain (Eyal, Sirer 2014, Algorithm 1).
    Selfish,
    /// Pays, and mines in secret a chain in which it has not paid.
    Thief,
    /// Feeds a merchant, all of whose links are its own, a branch that nobody else sees (Heilman et al. 2015).
    Eclipse,
}

/// Which branch is built on.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ForkChoice {
    /// The one with the most work in it.
    MostWork,
    /// At each fork the side with more work in all its branches together.
    Ghost,
}

/// Which of two equal branches is built on.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Tie {
    /// The one that was heard of first.
    FirstSeen,
    /// Either, by chance.
    Random,
}

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// How many replicas.
    #[option(replicas)]
    pub replicas: usize,
    /// How long all miners together take to find a block, on average.
    #[option(duration, default = "200ms", at_least = "1ms", source = "§4")]
    pub block_time: Time,
    /// The power of a miner. Its share is that of the sum; with 0 it finds nothing.
    #[option(number(0..=1_000_000), per_replica, default = "1", source = "§4")]
    pub power: Vec<u64>,
    /// What a miner is up to: honest, selfish, thief or eclipse.
    #[option(per_replica, default = "honest", source = "§11; Eyal, Sirer 2014; Heilman et al. 2015")]
    pub strategy: Vec<Strategy>,
    /// How many blocks a merchant waits for, the one with the payment included.
    #[option(number(1..=144), default = "2", source = "§11")]
    pub confirmations: u64,
    /// How many secret blocks a thief has before it pays.
    #[option(number(0..=6), default = "0", source = "Rosenfeld 2014")]
    pub head_start: u64,
    /// How many blocks a thief falls behind before it gives up.
    #[option(number(1..=200), default = "20", source = "Rosenfeld 2014")]
    pub give_up: u64,
    /// How many percent of the honest power work on a selfish miner's block where two are equal.
    #[option(number(0..=100), default = "0", source = "Eyal, Sirer 2014, §3")]
    pub gamma: u64,
    /// Which branch is built on: most-work, or ghost.
    #[option(default = "most-work", source = "§5; Sompolinsky, Zohar 2015")]
    pub fork_choice: ForkChoice,
    /// Which of two equal branches is built on: first-seen, or random.
    #[option(default = "first-seen", source = "§5; Eyal, Sirer 2014, §6")]
    pub tie: Tie,
    /// After how many blocks the difficulty is set anew; 0 for never.
    #[option(number(0..=2016), default = "0", source = "§4")]
    pub retarget: u64,
    /// Counts blocks instead of their work.
    #[option(breaks("most-work", "first-seen"), source = "interbtc#1186")]
    pub longest: bool,
    /// Of two equal branches, takes the one with the lower hash.
    #[option(breaks("first-seen"), source = "zebra#11240")]
    pub tie_by_hash: bool,
    /// Counts how lucky a hash is instead of how hard it was to find.
    #[option(breaks("most-work", "first-seen"), source = "tari#6156")]
    pub achieved_work: bool,
    /// Counts no work for the block at which the difficulty changes.
    #[option(breaks("most-work", "first-seen"), source = "bob#1132")]
    pub boundary_zero_work: bool,
    /// Throws a block away whose parent has not arrived yet.
    #[option(breaks("orphans-join"), source = "§5")]
    pub drop_orphans: bool,
    /// Mines on the block that was the head when the search began.
    #[option(breaks("parent-is-head"), source = "§5")]
    pub stale_parent: bool,
    /// A search takes any time up to twice the average, each as likely as the other.
    #[option(breaks("memoryless"), source = "§4")]
    pub uniform_timer: bool,
    /// Takes a block whose proof of work fits another one.
    #[option(breaks("validity"), source = "§4")]
    pub work_not_checked: bool,
    /// Who works on a selfish miner's block where two are equal, by place.
    #[option(computed = favours(&power, &strategy, gamma))]
    pub favours: Vec<bool>,
}

impl Config {
    /// Whether it mines as the paper says.
    pub fn is_honest(&self, miner: NodeId) -> bool {
        self.strategy[miner.index()] == Strategy::Honest
    }

    /// How long a miner searches on average; `None` where it has no power.
    pub fn search(&self, miner: NodeId, difficulty: u64) -> Option<Time> {
        let (total, own) = (self.power.iter().sum::<u64>(), self.power[miner.index()]);
        let all = u128::from(self.block_time) * u128::from(total) * u128::from(difficulty);
        let mean = all.checked_div(u128::from(own) * u128::from(UNIT))?;
        Some(Time::try_from(mean).unwrap_or(Time::MAX))
    }

    /// The share of the power that does not mine as the paper says, in parts of 2^32.
    pub fn dishonest_share(&self) -> u64 {
        let dishonest = NodeId::replicas(self.replicas).filter(|&miner| !self.is_honest(miner));
        let power: u64 = dishonest.map(|miner| self.power[miner.index()]).sum();
        (u128::from(power) << 32).checked_div(self.power.iter().sum::<u64>().into()).unwrap_or(0) as u64
    }
}

/// The first honest miners, until they have so many percent of the honest power.
fn favours(power: &[u64], strategy: &[Strategy], gamma: u64) -> Vec<bool> {
    let honest = || power.iter().zip(strategy).map(|(&power, &way)| if way == Strategy::Honest { power } else { 0 });
    let (all, mut sum) = (honest().sum::<u64>(), 0);
    let reached = |power| {
        sum += power;
        power > 0 && sum * 100 <= all * gamma
    };
    honest().map(reached).collect()
}

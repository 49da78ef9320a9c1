//! The block tree of one replica, and which of its branches counts.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::block::{Block, GENESIS, UNIT};
use super::config::Config;
use crate::kernel::prelude::*;

/// How many ticks of its clock a miner counts in one block time, where the difficulty is set anew.
pub const TICKS: u64 = 4;

/// A block whose whole chain is known.
#[derive(Clone, Hash, Debug)]
pub struct Known {
    /// The block.
    pub block: Rc<Block>,
    /// The work in it and in all below it, as this replica counts it.
    pub work: u64,
    /// How many of them were found by miners who are not honest. It is there to be shown; no rule asks for it.
    pub dishonest: u32,
}

/// The blocks whose whole chain is known, by number, so by height; and the head. It survives a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct Tree {
    /// All blocks. A clone of the tree that goes on by itself copies some of these pairs, so they are small.
    pub blocks: PersistentMap<u64, Rc<Known>>,
    /// The head: the branch that counts ends here. 0 where there is no block yet.
    pub head: u64,
}

/// The height of a block: its number says it.
pub const fn height(id: u64) -> u64 {
    id >> 32
}

/// So high a difficulty that the work of a long chain still fits.
const MOST_DIFFICULTY: u64 = 1 << 40;

impl Tree {
    /// A block that is known.
    pub fn get(&self, id: u64) -> Option<&Rc<Block>> {
        self.blocks.get(&id).map(|known| &known.block)
    }

    /// The work up to a block.
    pub fn work(&self, id: u64) -> u64 {
        self.blocks.get(&id).map_or(0, |known| known.work)
    }

    /// Whether a block could be put on this one.
    pub fn reaches(&self, id: u64) -> bool {
        id == GENESIS || self.blocks.contains_key(&id)
    }

    /// This block and all below it, the highest first.
    pub fn chain(&self, from: u64) -> impl Iterator<Item = &Rc<Block>> {
        std::iter::successors(self.get(from), |block| self.get(block.parent))
    }

    /// The block of this height in the chain that ends here.
    pub fn at(&self, from: u64, height: u64) -> Option<&Rc<Block>> {
        self.chain(from).find(|block| block.height <= height).filter(|block| block.height == height)
    }

    /// Whether one block is the other, or stands on it.
    pub fn stands_on(&self, id: u64, below: u64) -> bool {
        below == GENESIS || self.at(id, height(below)).is_some_and(|block| block.id == below)
    }

    /// The last block that both chains have.
    pub fn fork(&self, mut one: u64, mut other: u64) -> u64 {
        while one != other {
            let higher = if height(one) > height(other) { &mut one } else { &mut other };
            *higher = self.get(*higher).map_or(GENESIS, |block| block.parent);
        }
        one
    }

    /// Puts a block in whose parent is there.
    pub fn insert(&mut self, config: &Config, block: &Rc<Block>) {
        let below = self.blocks.get(&block.parent);
        let work = below.map_or(0, |known| known.work) + counted_work(config, block);
        let dishonest = below.map_or(0, |known| known.dishonest) + u32::from(!config.is_honest(block.miner));
        self.blocks.insert(block.id, Rc::new(Known { block: block.clone(), work, dishonest }));
    }

    /// How two blocks compare as heads.
    pub fn compare(&self, config: &Config, one: u64, other: u64) -> Ordering {
        if config.longest {
            return height(one).cmp(&height(other));
        }
        let work = self.work(one).cmp(&self.work(other));
        let by_hash = || other.cmp(&one);
        if config.tie_by_hash && one >> 32 == other >> 32 { work.then_with(by_hash) } else { work }
    }

    /// The difficulty of the next block: every so many blocks it follows the time that they took, by a factor of at most 4.
    /// All gaps count, the one before the first of them included; Bitcoin leaves that one out.
    pub fn next_difficulty(&self, config: &Config, parent: u64) -> u64 {
        let Some(last) = self.get(parent) else { return UNIT };
        if config.retarget == 0 || last.height % config.retarget != 0 {
            return last.difficulty;
        }
        let before = self.at(parent, last.height - config.retarget).map_or(0, |block| block.time);
        let (took, meant) = (last.time.saturating_sub(before).max(1), config.retarget * TICKS);
        let changed = (u128::from(last.difficulty) * u128::from(meant) / u128::from(took)) as u64;
        changed.clamp(last.difficulty / 4, last.difficulty * 4).clamp(1, MOST_DIFFICULTY)
    }

    /// The work in each block and in all that stand on it, but for hidden ones; at the bottom that of the whole tree.
    pub fn subtrees(&self, hidden: &[u64]) -> BTreeMap<u64, u64> {
        let mut work = BTreeMap::<u64, u64>::new();
        let shown: Vec<_> = self.blocks.iter().filter(|(id, _)| !hidden.contains(id)).collect();
        // Children have higher numbers than their parents.
        for (&id, known) in shown.into_iter().rev() {
            let all = work.entry(id).or_default();
            *all += known.block.difficulty;
            let all = *all;
            *work.entry(known.block.parent).or_default() += all;
        }
        work
    }

    /// The head by the rule GHOST (Sompolinsky, Zohar 2015, Algorithm 1): from the bottom up always the child whose subtree has
    /// the most work. Of equal ones the one that the head so far stands on, or else the one that `seen` puts first.
    pub fn heaviest(&self, hidden: &[u64], seen: &dyn Fn(u64) -> usize) -> u64 {
        let work = self.subtrees(hidden);
        let current: BTreeSet<_> = self.chain(self.head).map(|block| block.id).collect();
        let mut children = BTreeMap::<u64, Vec<u64>>::new();
        for id in work.keys().filter(|id| **id != GENESIS) {
            children.entry(self.get(*id).map_or(GENESIS, |block| block.parent)).or_default().push(*id);
        }
        let rank = |id: u64| Reverse((!current.contains(&id), seen(id)));
        let best = |ids: &Vec<u64>| ids.iter().copied().max_by_key(|id| (work[id], rank(*id)));
        let mut head = GENESIS;
        while let Some(next) = children.get(&head).and_then(best) {
            head = next;
        }
        head
    }

    /// The block above `below` in the chain that ends at `id`.
    pub fn next_above(&self, id: u64, below: u64) -> u64 {
        self.at(id, height(below) + 1).map_or(id, |block| block.id)
    }
}

/// The work of one block: by its difficulty, which is known beforehand, and not by how lucky its hash turned out to be.
fn counted_work(config: &Config, block: &Block) -> u64 {
    let boundary = config.retarget > 0 && block.height.is_multiple_of(config.retarget);
    match () {
        () if config.boundary_zero_work && boundary => 0,
        () if config.achieved_work => block.difficulty.saturating_mul(u64::from(u32::MAX) / (block.luck() | 1)),
        () => block.difficulty,
    }
}

//! What a Byzantine miner can claim. What work protects it can't: a block must have its proof, and each proof fits one block.

use std::rc::Rc;

use super::Nakamoto;
use super::block::{Block, GENESIS, Message};
use super::tree::TICKS;
use crate::kernel::{self, prelude::*};

/// What a Byzantine miner can claim.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Shows another block of the same height with the proof of the one that it has found.
    #[lie(Contradict)]
    TwoBlocks,
    /// Says that it found its block much later than it did, so that mining seems too hard.
    #[lie(Contradict)]
    FalseTime,
    /// Says that its block was twice as hard to find as it was.
    #[lie(Grant)]
    MoreWork,
    /// Makes a block up, without any work.
    #[lie(Invent)]
    NoWork,
    /// Answers that it has no blocks.
    #[lie(Omit)]
    NoBlocks,
}

impl kernel::Lie for Nakamoto {
    type Lie = Lie;

    fn lies(
        Glance { config, me, .. }: Glance<'_, Self>,
        _: Signer,
        _: NodeId,
        message: &Message,
        lies: &mut Lies<Self>,
    ) {
        match message {
            Message::Found(block) => {
                let found = |block: Block| Message::Found(Rc::new(block.numbered()));
                let block = Block::clone(block);
                lies.add(Lie::TwoBlocks, found(Block { parent: GENESIS, ..block.clone() }));

                lies.add(Lie::MoreWork, found(Block { difficulty: 2 * block.difficulty, ..block.clone() }));
                lies.add(Lie::NoWork, found(Block { miner: me, proof: 0, payments: Vec::new(), ..block.clone() }));
                if config.retarget > 0 && block.miner == me {
                    let late = block.time + 4 * config.retarget * TICKS;
                    lies.add(Lie::FalseTime, found(Block { time: late, ..block }));
                }
            }
            Message::Branch(_) => lies.add(Lie::NoBlocks, Message::Branch(Rc::new([]))),
            _ => {}
        }
    }
}

//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "block",
        about: "A list of payments, the block that it builds on, and a proof that work was done for it.",
    },
    WordInfo { name: "height", about: "The number of a block in its chain, counted from the first." },
    WordInfo {
        name: "branch",
        about: "Two blocks on the same block start two branches. The one with the most work wins.",
    },
    WordInfo { name: "difficulty", about: "How much work it takes to find a block." },
    WordInfo {
        name: "chain",
        about: "Blocks, each on the one before. Everybody builds on the chain with the most work.",
    },
    WordInfo {
        name: "miner",
        about: "Searches for blocks by trying numbers until one fits. A miner with more power finds more of them.",
    },
    WordInfo {
        name: "payment",
        about: "A transfer of coins. It counts as long as its block is in the chain with the most work.",
    },
    WordInfo {
        name: "GHOST",
        about: "A rule for the choice of a chain: at each fork, take the side with the most work in all its branches together.",
    },
    WordInfo { name: "secret", about: "A block that is found and not published. Its owner has a head start on it." },
];

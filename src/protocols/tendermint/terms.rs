//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo { name: "height", about: "A place in the chain. One block is decided at each, from 1 on." },
    WordInfo {
        name: "round",
        about: "One attempt to decide a block at a height: a proposal and two votes. Each round has another proposer.",
    },
    WordInfo { name: "proposer", about: "The replica whose turn it is to propose a block in this round." },
    WordInfo { name: "prevote", about: "The first vote of a round: whether the proposal is acceptable." },
    WordInfo {
        name: "precommit",
        about: "The second vote of a round: I have seen a quorum of prevotes for this block.",
    },
    WordInfo {
        name: "lock",
        about: "A promise that comes with a precommit: to prevote for no other block, unless a later quorum did.",
    },
    WordInfo { name: "nil", about: "A vote for no block." },
    WordInfo { name: "block", about: "Some requests, and which block they come after." },
    WordInfo {
        name: "power",
        about: "How much a replica's vote counts. A quorum has more than two thirds of all power.",
    },
    WordInfo {
        name: "evidence",
        about: "Two signed messages of one replica, of which a correct one signs one at most.",
    },
];

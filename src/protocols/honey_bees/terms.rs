//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "box",
        about: "A hollow where the swarm could live. Scouts find it, look at it and dance for it.",
    },
    WordInfo {
        name: "waggle dance",
        about: "A bee runs in a figure of eight; angle and length show the way. The better the box, the livelier it dances.",
    },
    WordInfo {
        name: "stop signal",
        about: "A short buzz with a butt of the head. A bee that gets it from a dancer for another box stops dancing.",
    },
    WordInfo {
        name: "quorum",
        about: "Enough bees at one box for the decision to be made. Two boxes can have one at the same time; it is only unlikely.",
    },
    WordInfo { name: "pipe", about: "To call all others to get ready: the decision is made." },
    WordInfo { name: "quality", about: "How good a box is. A bee dances more often and longer for a better one." },
];

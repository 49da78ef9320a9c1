//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "round",
        about: "Everybody proposes, everybody votes, everybody counts. Without consensus another round follows.",
    },
    WordInfo { name: "consensus", about: "Enough votes for one restaurant, by the rule that all have agreed on." },
    WordInfo { name: "propose", about: "The restaurant that an agent suggests at the beginning of a round." },
    WordInfo { name: "vote", about: "Each agent has one vote in a round." },
    WordInfo { name: "abstain", about: "Not to vote in this round." },
    WordInfo { name: "tie", about: "Two restaurants with the same number of votes." },
];

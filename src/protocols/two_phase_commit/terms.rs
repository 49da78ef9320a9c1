//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo { name: "transaction", about: "Changes at several places of which either all happen or none." },
    WordInfo { name: "coordinator", about: "Asks all participants to vote, decides, and tells them the decision." },
    WordInfo {
        name: "participant",
        about: "Holds a part of the data, and votes on whether it can carry out its part.",
    },
    WordInfo { name: "commit", about: "To make the changes of a transaction final, everywhere." },
    WordInfo { name: "abort", about: "To give a transaction up, everywhere, as if it had never begun." },
    WordInfo {
        name: "blocked",
        about: "A participant that voted yes and hears no decision may neither commit nor abort: it has to wait.",
    },
    WordInfo { name: "log", about: "What is written to the log survives a crash." },
    WordInfo {
        name: "site",
        about: "The coordinator or a participant, whichever of them goes on when others are down.",
    },
];

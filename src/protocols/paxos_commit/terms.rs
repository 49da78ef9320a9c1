//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo { name: "transaction", about: "Changes at several places of which either all happen or none." },
    WordInfo {
        name: "participant",
        about: "Holds a part of the data, and votes on whether it can carry out its part. The paper calls it a resource manager.",
    },
    WordInfo { name: "prepared", about: "The vote of a participant that can carry out its part." },
    WordInfo {
        name: "acceptor",
        about: "Keeps votes, so that they can be found when somebody is down. Any two majorities of acceptors share one.",
    },
    WordInfo {
        name: "ballot",
        about: "A numbered attempt to settle all votes. In ballot 0 each participant speaks for itself; a higher one makes lower ones useless.",
    },
    WordInfo { name: "chosen", about: "A vote is chosen once a majority of acceptors has accepted it in one ballot." },
    WordInfo { name: "commit", about: "To make the changes of a transaction final, everywhere." },
    WordInfo { name: "abort", about: "To give a transaction up, everywhere, as if it had never begun." },
];

//! Words of the field that sentences of any protocol use.

use super::vocabulary::WordInfo;

/// What these words mean, wherever they stand. A protocol says more in its own list.
pub const COMMON_TERMS: &[WordInfo] = &[
    WordInfo {
        name: "majority",
        about: "More than half of all. Any two majorities have a member in common, so they can't decide different things behind each other's backs.",
    },
    WordInfo {
        name: "quorum",
        about: "Enough members to decide. Any two quorums have a member in common, who knows what was decided before.",
    },
    WordInfo {
        name: "Byzantine",
        about: "A Byzantine member may do anything: lie, stay silent, tell each of the others something else.",
    },
    WordInfo {
        name: "timer",
        about: "Nobody can tell a crashed computer from a slow one. So each sets a timer, and acts when it runs out.",
    },
    WordInfo {
        name: "cut off",
        about: "A network that falls into parts is partitioned: messages from one part to another are lost.",
    },
    WordInfo {
        name: "crash",
        about: "A crashed computer loses what it had in memory, and keeps what it had written to its disk.",
    },
    WordInfo { name: "agreement", about: "No two correct members decide different things." },
    WordInfo {
        name: "linearizability",
        about: "Each operation seems to happen at one moment between its request and its answer.",
    },
];

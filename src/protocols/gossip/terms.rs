//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "merge",
        about: "To make one value of two, with all that is in either. In whatever order replicas merge, they end up with the same.",
    },
    WordInfo {
        name: "stamp",
        about: "When a register was written: a counter that passes every stamp its writer has seen, and who wrote. The greater stamp wins.",
    },
    WordInfo {
        name: "share",
        about: "What one replica has counted itself. A counter is the sum of all shares, and only its owner changes a share.",
    },
    WordInfo {
        name: "tag",
        about: "A mark on one add of an element that no other add has, so that a remove takes back only the adds that were seen.",
    },
    WordInfo {
        name: "tombstone",
        about: "What is left of a removed tag. Without it, a replica that has not heard of the remove would bring the element back.",
    },
    WordInfo {
        name: "conflict",
        about: "Two writes of one register, neither of which knew of the other. Both were acknowledged, and one of them is lost.",
    },
    WordInfo {
        name: "checksum",
        about: "A short number made of a whole value. Where two are the same, so are the values, almost surely.",
    },
    WordInfo {
        name: "rumor",
        about: "News passed on at once, and once only. It is quick, and may die out before all have heard it.",
    },
    WordInfo { name: "neighbor", about: "A replica that this one has a link to. In a full network all others are." },
];

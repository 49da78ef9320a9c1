//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "ballot",
        about: "A numbered attempt to get a value chosen. A higher ballot makes every lower one useless.",
    },
    WordInfo {
        name: "promise",
        about: "An acceptor that promises a ballot ignores all lower ones, and tells what it has accepted so far.",
    },
    WordInfo {
        name: "propose",
        about: "To ask all acceptors to accept a value in a ballot, once a quorum has promised it.",
    },
    WordInfo {
        name: "accept",
        about: "An acceptor that accepts a value in a ballot has voted for it. It may accept another value in a higher ballot.",
    },
    WordInfo { name: "acceptor", about: "The part of each replica that promises and votes." },
    WordInfo {
        name: "chosen",
        about: "A value is chosen once a quorum has accepted it in one ballot. From then on no other value can be.",
    },
];

//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "round",
        about: "Two steps: everybody reports a value, then everybody proposes one. A round that decides nothing is followed by another.",
    },
    WordInfo { name: "report", about: "The message of the first step: the value that its sender holds." },
    WordInfo {
        name: "propose",
        about: "The message of the second step: a value that most reports agree on, or ? if there is none.",
    },
    WordInfo {
        name: "coin",
        about: "Chance: whoever can decide nothing goes on with 0 or 1 at random. Sooner or later the coins fall alike.",
    },
    WordInfo {
        name: "common coin",
        about: "A coin that falls the same way for everybody, so that one good round is enough.",
    },
    WordInfo { name: "adopt", about: "To go on with a value that somebody may have decided already." },
    WordInfo { name: "Dealer", about: "The client that tosses the common coin for all replicas." },
];

//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo { name: "model", about: "Here a line, by two numbers: its slope and its height at 0." },
    WordInfo {
        name: "gradient",
        about: "The direction in which a model fits a worker's data worse the fastest. Learning takes a step the other way.",
    },
    WordInfo {
        name: "median",
        about: "The one in the middle when all are sorted. Liars move it only among the honest ones.",
    },
    WordInfo { name: "trims", about: "To leave out the f lowest and the f highest of each coordinate." },
    WordInfo {
        name: "Krum",
        about: "A rule that takes one of the vectors: the one whose n − f − 2 nearest others are nearest, by squared distances.",
    },
    WordInfo {
        name: "trust",
        about: "How often a worker was near the median so far. Who was counts for more in the mean.",
    },
];

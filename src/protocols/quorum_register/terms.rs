//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "register",
        about: "A named place for one value, like a variable. It can be read and written, and nothing else.",
    },
    WordInfo {
        name: "tag",
        about: "The version number of a value: a timestamp and who chose it. The value with the greater tag is the newer one.",
    },
    WordInfo {
        name: "write it back",
        about: "To store a value that was read at a write quorum before telling it, so that no later read is told an older one.",
    },
    WordInfo {
        name: "store",
        about: "To keep a value with its tag on disk, unless there is one with a greater tag already.",
    },
    WordInfo {
        name: "copies",
        about: "Each replica holds the value of a register as far as it has heard. These may differ.",
    },
];

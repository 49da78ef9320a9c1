//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "instance",
        about: "A place for one command: 2.1 is the first of replica 2. Instances of different replicas have no order of their own.",
    },
    WordInfo {
        name: "depends",
        about: "A command that depends on another conflicts with it: both are about one key, and one of them writes. One must come first.",
    },
    WordInfo {
        name: "fast path",
        about: "A command is committed after one round trip if a fast quorum knows of nothing that its leader does not know.",
    },
    WordInfo {
        name: "slow path",
        about: "If replicas know of different commands that conflict, the leader puts all of them together, and a majority must accept that.",
    },
    WordInfo {
        name: "ballot",
        about: "A numbered attempt to settle an instance. In ballot 0 only its own replica proposes; a higher one makes lower ones useless.",
    },
    WordInfo {
        name: "committed",
        about: "A command is committed when it and what it depends on can't change any more. It need not be executed yet.",
    },
    WordInfo {
        name: "cycle",
        about: "Commands that depend on each other. They are executed together, in the order of their sequence numbers.",
    },
    WordInfo {
        name: "no-op",
        about: "An entry that does nothing. It settles an instance of which nobody who answers knows the command.",
    },
];

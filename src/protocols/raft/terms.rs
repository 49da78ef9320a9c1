//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "term",
        about: "A span of time with at most one leader, counted 1, 2, 3, … A message of a higher term ends the term that its receiver is in.",
    },
    WordInfo {
        name: "leader",
        about: "The one replica that takes requests and puts them in order; the others copy its log.",
    },
    WordInfo {
        name: "follower",
        about: "A replica that copies the log of a leader and votes when somebody stands for election.",
    },
    WordInfo { name: "candidate", about: "A replica that stands for election and asks the others for their votes." },
    WordInfo {
        name: "election",
        about: "How a new leader is found: whoever hears from no leader for a while asks for votes, and a majority elects it.",
    },
    WordInfo {
        name: "heartbeat",
        about: "A message by which a leader tells the others that it is still there. As long as heartbeats arrive, nobody stands for election.",
    },
    WordInfo {
        name: "log",
        about: "The list of all requests, in order. Replicas with the same log come to the same state.",
    },
    WordInfo { name: "entry", about: "One place in the log: a request and the term in which a leader took it." },
    WordInfo {
        name: "commit",
        about: "A committed entry is on a majority of the replicas and can never be lost again.",
    },
    WordInfo {
        name: "snapshot",
        about: "A copy of the state that stands for all the entries before it, so that they can be deleted.",
    },
    WordInfo {
        name: "lease",
        about: "A time during which a leader can be sure, if clocks run true, that no other leader has been elected.",
    },
    WordInfo {
        name: "joint configuration",
        about: "While the members change, decisions need a majority of the old members and a majority of the new ones.",
    },
];

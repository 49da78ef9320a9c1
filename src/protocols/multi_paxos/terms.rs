//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "ballot",
        about: "A numbered attempt to lead. A higher ballot makes every lower one useless, in all slots at once.",
    },
    WordInfo {
        name: "slot",
        about: "A place in the log. For each slot one entry is chosen, as if it were a Paxos of its own.",
    },
    WordInfo {
        name: "promise",
        about: "An acceptor that promises a ballot ignores all lower ones, in every slot, and tells what it has accepted so far.",
    },
    WordInfo { name: "propose", about: "To ask all acceptors to accept an entry in a slot." },
    WordInfo {
        name: "accept",
        about: "An acceptor that accepts an entry in a slot has voted for it. It may accept another one there in a higher ballot.",
    },
    WordInfo {
        name: "chosen",
        about: "An entry is chosen for a slot once a quorum has accepted it there in one ballot. From then on no other entry can be.",
    },
    WordInfo {
        name: "no-op",
        about: "An entry that does nothing. It fills a hole: a slot for which nothing is chosen, while something is behind it.",
    },
    WordInfo {
        name: "executes",
        about: "A replica executes slots one after the other, each once it knows what is chosen for it.",
    },
    WordInfo {
        name: "lease",
        about: "A promise to help nobody else to lead for a while. It holds as long as clocks run equally fast.",
    },
];

//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "view",
        about: "A span of time with one primary. If the primary fails, the replicas move on to the next view, which has another.",
    },
    WordInfo { name: "primary", about: "The replica that gives requests their numbers in this view." },
    WordInfo { name: "backup", about: "A replica that is not the primary: it checks what the primary orders." },
    WordInfo { name: "pre-prepare", about: "The message by which the primary gives a request its number." },
    WordInfo {
        name: "prepare",
        about: "A vote that says: the primary gave this request this number, to me as well. A quorum of them keeps the primary from telling different stories.",
    },
    WordInfo {
        name: "commit",
        about: "A vote that says: I know that a quorum has prepared. A quorum of them makes the number final, even if the view ends.",
    },
    WordInfo {
        name: "digest",
        about: "A short fingerprint of a request or a state. Two different requests have different digests.",
    },
    WordInfo { name: "checkpoint", about: "A state that a quorum has signed. What came before it need not be kept." },
    WordInfo { name: "watermark", about: "The lowest and the highest number that a replica takes at the moment." },
    WordInfo {
        name: "null request",
        about: "A request that does nothing. It fills a number about which nothing may have been decided.",
    },
    WordInfo {
        name: "view-change",
        about: "A signed message that asks for the next view and shows what its sender has prepared.",
    },
    WordInfo {
        name: "new-view",
        about: "The message by which a new primary begins its view, with the proof that nothing decided is lost.",
    },
    WordInfo {
        name: "tentatively",
        about: "Carried out before it is certain; it is undone if the new view decides otherwise.",
    },
];

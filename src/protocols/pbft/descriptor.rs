//! PBFT's vocabulary: options, messages, timers.

use super::lies::Lie;
use super::{Timer, properties, rules, view};
use crate::kernel::{
    Descriptor, Glyph, LieKind, MessageInfo, OptionInfo, OptionKind, ReadCommand, Timer as _, WordInfo,
};
use crate::protocols::kv;

const fn message(name: &'static str, reply: bool, glyph: Glyph, about: &'static str) -> MessageInfo {
    MessageInfo { name, reply, glyph, about }
}

const fn option(
    name: &'static str,
    kind: OptionKind,
    default: &'static str,
    source: &'static str,
    about: &'static str,
) -> OptionInfo {
    OptionInfo { name, kind, default, per_replica: false, bug: false, breaks: &[], about, source }
}

const fn bug(
    name: &'static str,
    breaks: &'static [&'static str],
    about: &'static str,
    source: &'static str,
) -> OptionInfo {
    OptionInfo { name, kind: OptionKind::Switch, default: "off", per_replica: false, bug: true, breaks, about, source }
}

/// What a faulty client does; always client c1.
pub const FAULTY: &[&str] = &["none", "two-faced", "partial"];

/// What breaks where two requests can prepare at one number of a view.
const TWO_ORDERS: &[&str] = &[
    "prepared-unique",
    "same-request-at-sequence",
    "exactly-once",
    "reply-integrity",
    "checkpoint-unique",
    "agreement",
    "linearizability",
];
/// What breaks where a number that was executed can get another request in a later view.
const LOST_ORDER: &[&str] = &[
    "same-request-at-sequence",
    "exactly-once",
    "reply-integrity",
    "checkpoint-unique",
    "agreement",
    "linearizability",
];

const OPTIONS: &[OptionInfo] = &[
    option(
        "view-change-timeout",
        OptionKind::Duration,
        "300ms",
        "Castro, Liskov 1999, §4.4, §4.5.2",
        "How long a backup waits for a request to be executed before it asks for the next view; doubles with each view change in a row.",
    ),
    option(
        "client-retry",
        OptionKind::Duration,
        "400ms",
        "Castro, Liskov 1999, §4.1",
        "How long a client waits for a result before it sends its request to all replicas.",
    ),
    option(
        "resend",
        OptionKind::Duration,
        "150ms",
        "Castro 2001 (thesis), §5.2",
        "How long a replica waits before it asks for messages that it is missing.",
    ),
    option(
        "checkpoint-every",
        OptionKind::Number { lo: 1, hi: 10_000 },
        "16",
        "Castro, Liskov 1999, §4.3",
        "K: replicas take a checkpoint after every Kth number (in the paper's example, every 100th).",
    ),
    option(
        "log-size",
        OptionKind::Number { lo: 1, hi: 20_000 },
        "32",
        "Castro, Liskov 1999, §4.3",
        "L: how far the high watermark is above the last stable checkpoint; 2K unless set, and at least K.",
    ),
    option(
        "batch",
        OptionKind::Number { lo: 1, hi: 64 },
        "1",
        "Castro, Liskov 1999, §4.2",
        "How many waiting requests may share one number.",
    ),
    option(
        "window",
        OptionKind::Number { lo: 1, hi: 128 },
        "16",
        "Castro, Liskov 1999, §4.2",
        "How many numbers a primary has in progress at once; further requests wait and go as a batch.",
    ),
    option(
        "tentative",
        OptionKind::Switch,
        "off",
        "Castro, Liskov 1999, §5.1",
        "Requests are executed and answered as soon as they have prepared; the client waits for a quorum of such replies.",
    ),
    option(
        "read-only",
        OptionKind::Switch,
        "off",
        "Castro, Liskov 1999, §5.1; Berger, Reiser, Bessani 2021",
        "Reads go to all replicas, which answer at once; the client waits for a quorum of equal results, for writes as well.",
    ),
    option(
        "faulty-client",
        OptionKind::Choice(FAULTY),
        "none",
        "Castro, Liskov 1999, §2, §4.1",
        "two-faced: client c1 sends half of the replicas another request with the same timestamp; partial: it sends its request only to backups with even numbers.",
    ),
    bug(
        "quorum-n-minus-f",
        TWO_ORDERS,
        "A quorum is n - f replicas with f = n / 3, although n must be greater than 3f.",
        "Castro, Liskov 1999, §3: n must be above 3f",
    ),
    bug(
        "no-commit-phase",
        LOST_ORDER,
        "A replica executes a request as soon as it has prepared, without waiting for commits.",
        "Castro, Liskov 1999, §4.2",
    ),
    bug(
        "new-view-without-proof",
        LOST_ORDER,
        "Backups accept any new-view message from the right primary without checking its proof.",
        "Castro, Liskov 1999, §4.4",
    ),
    bug(
        "weak-prepared",
        TWO_ORDERS,
        "f + 1 replicas, counting the primary, are enough for a prepared certificate.",
        "Castro, Liskov 1999, §4.2",
    ),
    bug("weak-committed", LOST_ORDER, "f + 1 commits are enough to commit.", "Castro, Liskov 1999, §4.2"),
    bug(
        "digest-not-compared",
        TWO_ORDERS,
        "A replica counts votes for a number whatever their digest.",
        "Castro, Liskov 1999, §4.2",
    ),
    bug(
        "no-low-watermark",
        TWO_ORDERS,
        "A replica accepts messages for numbers that it has already discarded from its log, and may accept another request there.",
        "Castro, Liskov 1999, §4.2, §4.3",
    ),
    bug(
        "no-high-watermark",
        &["log-bound"],
        "A replica accepts messages for any number, however high, so a faulty primary can make its log grow without bound.",
        "Castro, Liskov 1999, §4.2",
    ),
    bug(
        "no-re-proposal",
        LOST_ORDER,
        "A new primary does not propose again what prepared in earlier views.",
        "Castro, Liskov 1999, §4.4",
    ),
    bug(
        "match-results-only",
        &["reply-integrity", "linearizability"],
        "A client counts replies with equal results, whatever their view and number.",
        "Castro, Liskov 1999, §5.1",
    ),
];

pub const MESSAGES: &[MessageInfo] = &[
    message("request", false, Glyph::Envelope, "A client asks for an operation and signs its request."),
    message("pre-prepare", false, Glyph::Box, "The primary gives a request its number in this view."),
    message("prepare", true, Glyph::Disc, "A backup has accepted this order and no other."),
    message("commit", true, Glyph::Diamond, "A replica knows that a quorum has accepted this order."),
    message("reply", true, Glyph::Envelope, "A replica tells the client the result."),
    message(
        "view-change",
        false,
        Glyph::Hexagon,
        "A replica wants another primary, and shows its stable checkpoint and what has prepared after it.",
    ),
    message("new-view", true, Glyph::Hexagon, "The new primary begins its view, with a proof of what must be kept."),
    message("status", false, Glyph::Tag, "A replica that is missing messages says what it has."),
    message("checkpoint", false, Glyph::Disc, "A replica sends the digest of its state after every Kth number."),
    message(
        "stable",
        true,
        Glyph::Diamond,
        "The proof of a stable checkpoint for a replica that lacks it: checkpoint messages from a quorum.",
    ),
    message("fetch", false, Glyph::Tag, "A replica asks for the state of a stable checkpoint."),
    message("state", true, Glyph::Box, "The state of a stable checkpoint with its proof."),
    message(
        "committed",
        true,
        Glyph::Diamond,
        "Committed requests with the signatures of a quorum, for a replica that lacks them.",
    ),
];

/// All of it.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: "pbft",
    name: "PBFT",
    summary: "Replicas agree on one order of requests even if fewer than a third of them, possibly the primary, lie.",
    paper: "Miguel Castro, Barbara Liskov: Practical Byzantine Fault Tolerance, OSDI 1999",
    epoch: "view",
    quorum_for: "to commit a request",
    agent: "replica",
    first_agent: "",
    slot: "number",
    replicas: (1, 100),
    first_scenario: include_str!("first.scenario"),
    commands: kv::Command::COMMANDS,
    options: OPTIONS,
    disk: &[],
    messages: MESSAGES,
    timers: Timer::TIMERS,
    roles: view::ROLES,
    fields: view::FIELDS,
    properties: properties::PROPERTIES,
    rules: rules::RULES,
    lies: Lie::LIES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "2n(n - 1) between replicas for a batch: 24, 84, 180 for n = 4, 7, 10; n(n - 1) more for a checkpoint.",
        },
        WordInfo {
            name: "delays",
            about: "3 from the primary to the decision, 5 from the client's request to its answer; 4 if tentative, 2 if read-only.",
        },
    ],
};

//! PBFT's vocabulary: options, messages, timers.

use super::{lies, properties, rules, view};
use crate::kernel::{Descriptor, Glyph, MessageInfo, OptionInfo, OptionKind, Packed, WordInfo};
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
        "How long a backup waits before it asks for another view; doubles with each view change in a row.",
    ),
    option(
        "client-retry",
        OptionKind::Duration,
        "400ms",
        "Castro, Liskov 1999, §4.1",
        "How long a client waits before it sends its request to all replicas.",
    ),
    option(
        "resend",
        OptionKind::Duration,
        "150ms",
        "Castro 2001 (thesis), §5.2",
        "How long a replica waits before it asks for messages that it lacks.",
    ),
    option(
        "checkpoint-every",
        OptionKind::Number { lo: 1, hi: 10_000 },
        "16",
        "Castro, Liskov 1999, §4.3",
        "K: a checkpoint is taken after each number that K divides (the paper's example: 100).",
    ),
    option(
        "log-size",
        OptionKind::Number { lo: 1, hi: 20_000 },
        "32",
        "Castro, Liskov 1999, §4.3",
        "L: the high watermark is so far above the last stable checkpoint; 2K unless set, at least K.",
    ),
    option(
        "batch",
        OptionKind::Number { lo: 1, hi: 64 },
        "1",
        "Castro, Liskov 1999, §4.2",
        "How many requests that wait share a number at most.",
    ),
    option(
        "window",
        OptionKind::Number { lo: 1, hi: 128 },
        "16",
        "Castro, Liskov 1999, §4.2",
        "How many numbers a primary has under way at once; further requests wait and go as a group.",
    ),
    option(
        "tentative",
        OptionKind::Switch,
        "off",
        "Castro, Liskov 1999, §5.1",
        "Requests are executed and answered when they have prepared; the client waits for a quorum of such replies.",
    ),
    option(
        "read-only",
        OptionKind::Switch,
        "off",
        "Castro, Liskov 1999, §5.1; Berger, Reiser, Bessani 2021",
        "Reads go to all replicas, which answer at once; the client waits for a quorum of equal results, of writes too.",
    ),
    option(
        "faulty-client",
        OptionKind::Choice(FAULTY),
        "none",
        "Castro, Liskov 1999, §2, §4.1",
        "Client c1 asks half of the replicas for something else under one timestamp, or only backups with even numbers.",
    ),
    bug(
        "quorum-n-minus-f",
        TWO_ORDERS,
        "Believes in f = n / 3 liars, and takes n - f replicas for a quorum.",
        "Castro, Liskov 1999, §3: n must be above 3f",
    ),
    bug("no-commit-phase", LOST_ORDER, "Executes a request as soon as it has prepared.", "Castro, Liskov 1999, §4.2"),
    bug(
        "new-view-without-proof",
        LOST_ORDER,
        "Backups believe any new-view of the right primary.",
        "Castro, Liskov 1999, §4.4",
    ),
    bug(
        "weak-prepared",
        TWO_ORDERS,
        "Takes f + 1 replicas, the primary among them, for a prepared certificate.",
        "Castro, Liskov 1999, §4.2",
    ),
    bug("weak-committed", LOST_ORDER, "Takes f + 1 commits for enough.", "Castro, Liskov 1999, §4.2"),
    bug(
        "digest-not-compared",
        TWO_ORDERS,
        "Counts votes for a number whatever their digest.",
        "Castro, Liskov 1999, §4.2",
    ),
    bug(
        "no-low-watermark",
        TWO_ORDERS,
        "Takes messages for numbers whose log is collected, and accepts there once more.",
        "Castro, Liskov 1999, §4.2, §4.3",
    ),
    bug(
        "no-high-watermark",
        &["log-bound"],
        "Takes messages for any number, however high, so that a faulty primary can exhaust the log.",
        "Castro, Liskov 1999, §4.2",
    ),
    bug(
        "no-re-proposal",
        LOST_ORDER,
        "A new primary forgets what had prepared in earlier views.",
        "Castro, Liskov 1999, §4.4",
    ),
    bug(
        "match-results-only",
        &["reply-integrity", "linearizability"],
        "Clients count replies with equal results, whatever view and number they speak of.",
        "Castro, Liskov 1999, §5.1",
    ),
];

pub const MESSAGES: &[MessageInfo] = &[
    message("request", false, Glyph::Envelope, "A client asks for an operation, signed by itself."),
    message("pre-prepare", false, Glyph::Box, "The primary gives a request its number in this view."),
    message("prepare", true, Glyph::Disc, "A backup has accepted that order and no other one."),
    message("commit", true, Glyph::Diamond, "A replica knows that a quorum has accepted that order."),
    message("reply", true, Glyph::Envelope, "A replica tells the client the result."),
    message(
        "view-change",
        false,
        Glyph::Hexagon,
        "A replica wants another primary, and shows its stable checkpoint and what has prepared above it.",
    ),
    message("new-view", true, Glyph::Hexagon, "The new primary begins its view, with the proof of what must be kept."),
    message("status", false, Glyph::Tag, "A replica that waits for something says what it has."),
    message("checkpoint", false, Glyph::Disc, "A replica tells the digest of its state after a number that K divides."),
    message(
        "stable",
        true,
        Glyph::Diamond,
        "A stable checkpoint's proof, for one that lacks it: a quorum's checkpoint messages.",
    ),
    message("fetch", false, Glyph::Tag, "A replica asks for the state of a stable checkpoint."),
    message("state", true, Glyph::Box, "A stable checkpoint's proof with its state."),
    message(
        "committed",
        true,
        Glyph::Diamond,
        "Committed requests with a quorum's signatures, for one that lacks them.",
    ),
];

/// All of it.
pub static DESCRIPTOR: Packed = crate::packed!(Descriptor {
    id: "pbft",
    name: "PBFT",
    summary: "Replicas agree on an order of requests although a third of them, the primary included, may lie.",
    paper: "Miguel Castro, Barbara Liskov: Practical Byzantine Fault Tolerance, OSDI 1999",
    epoch: "view",
    quorum_for: "to commit a request",
    agent: "replica",
    first_agent: "",
    slot: "number",
    replicas: (1, 100),
    first_scenario: include_str!("first.scenario"),
    commands: kv::COMMANDS,
    options: OPTIONS,
    disk: &[],
    messages: MESSAGES,
    timers: super::TIMERS,
    roles: view::ROLES,
    fields: view::FIELDS,
    properties: properties::PROPERTIES,
    rules: rules::RULES,
    lies: lies::LIES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "2n(n - 1) between replicas for a batch: 24, 84, 180 at n = 4, 7, 10; n(n - 1) more for a checkpoint.",
        },
        WordInfo {
            name: "delays",
            about: "3 from the primary to the decision, 5 from the client to its answer; 4 if tentative, 2 if read-only.",
        },
    ],
});

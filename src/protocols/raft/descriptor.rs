//! Raft's vocabulary: what scenarios, the page and the help know of it. And what a scenario may put on a disk.

use crate::kernel::descriptor::command_syntax::whole_number;
use crate::kernel::{
    Descriptor, Glyph, LieKind, Look, MessageInfo, NodeId, OptionInfo, OptionKind, ReadCommand, RoleInfo, Timer as _,
    WordInfo,
};
use crate::protocols::kv;

use super::lies::Lie;
use super::log::{Entry, Log, Payload};
use super::replica::Disk;
use super::{Command, Config, Timer, properties, rules, view};

/// How long a log a scenario may put on a disk.
const MOST_PRESET: usize = 1_000;

/// The roles.
pub const ROLES: &[RoleInfo] = &[
    RoleInfo {
        name: "follower",
        look: Look::Follow,
        about: "Answers leaders and candidates, and waits to hear from a leader.",
    },
    RoleInfo { name: "candidate", look: Look::Contend, about: "Stands for election and counts its votes." },
    RoleInfo { name: "leader", look: Look::Lead, about: "Takes clients' requests and replicates its log." },
    RoleInfo {
        name: "pre-candidate",
        look: Look::Contend,
        about: "Asks whether it would be elected before it starts a new term.",
    },
];

const fn bug(
    name: &'static str,
    breaks: &'static [&'static str],
    about: &'static str,
    source: &'static str,
) -> OptionInfo {
    OptionInfo { name, kind: OptionKind::Switch, default: "off", per_replica: false, bug: true, breaks, about, source }
}

const fn option(name: &'static str, kind: OptionKind, default: &'static str, about: &'static str) -> OptionInfo {
    OptionInfo { name, kind, default, per_replica: false, bug: false, breaks: &[], about, source: "" }
}

/// What breaks where two leaders of one term can be elected, or two majorities need not share a server.
const TWO_LEADERS: &[&str] =
    &["election-safety", "log-matching", "leader-completeness", "state-machine-safety", "agreement", "linearizability"];
/// What breaks where a committed entry can get lost.
const LOST_ENTRIES: &[&str] = &["leader-completeness", "state-machine-safety", "agreement", "linearizability"];
/// What breaks where a read can miss what was written.
const OLD_READS: &[&str] = &["linearizability"];

const OPTIONS: &[OptionInfo] = &[
    OptionInfo {
        source: "§5.2, §9.3",
        ..option(
            "election-timeout",
            OptionKind::DurationRange,
            "150ms..300ms",
            "How long a replica waits for a leader before it stands for election; drawn at random for each wait.",
        )
    },
    OptionInfo {
        source: "§5.2",
        ..option("heartbeat", OptionKind::Duration, "50ms", "The time between a leader's heartbeats.")
    },
    OptionInfo {
        source: "§8",
        ..option(
            "no-op",
            OptionKind::Switch,
            "off",
            "A new leader appends an empty entry, which commits what earlier terms left uncommitted.",
        )
    },
    OptionInfo {
        source: "thesis §9.6",
        ..option(
            "pre-vote",
            OptionKind::Switch,
            "off",
            "A replica starts a new term only after a majority has said that it would elect it and hears no leader.",
        )
    },
    OptionInfo {
        source: "thesis §6.2, §4.2.3",
        ..option(
            "check-quorum",
            OptionKind::Switch,
            "off",
            "A leader steps down if no majority has answered it for the minimum election timeout; replicas that hear from a leader ignore candidates.",
        )
    },
    OptionInfo {
        source: "thesis §6.4",
        ..option(
            "reads",
            OptionKind::Choice(&["log", "read-index", "lease"]),
            "log",
            "How get is answered: through an entry of the log, after a round of heartbeats, or at once while a lease lasts.",
        )
    },
    OptionInfo {
        source: "thesis §6.4.1",
        ..option(
            "lease",
            OptionKind::Duration,
            "150ms",
            "How long a round of heartbeats allows reads by lease: the minimum election timeout unless set. A shorter lease tolerates clocks that drift.",
        )
    },
    OptionInfo {
        source: "§7",
        ..option(
            "snapshot-every",
            OptionKind::Number { lo: 0, hi: 1_000_000 },
            "0",
            "After how many applied entries a replica takes a snapshot and discards that part of its log; 0 means never.",
        )
    },
    OptionInfo {
        source: "§6",
        ..option("members", OptionKind::Word, "all", "The members at the start: 1,2,3 or 1-3, or all.")
    },
    OptionInfo {
        source: "thesis §10.2.2",
        ..option(
            "pipeline",
            OptionKind::Number { lo: 1, hi: 1_000 },
            "1",
            "How many AppendEntries with entries may be on their way to one replica.",
        )
    },
    OptionInfo {
        source: "thesis §10.2.2",
        ..option(
            "batch",
            OptionKind::Number { lo: 1, hi: 10_000 },
            "64",
            "The most entries that one AppendEntries carries.",
        )
    },
    bug(
        "commit-old-terms",
        LOST_ENTRIES,
        "A leader also commits entries of earlier terms by counting copies.",
        "§5.4.2, Figure 8; logcabin issue 44",
    ),
    bug(
        "vote-not-durable",
        TWO_LEADERS,
        "A vote is not on disk when it is given, so a restarted replica may vote twice in a term.",
        "§5, Figure 2",
    ),
    bug(
        "vote-without-log-check",
        LOST_ENTRIES,
        "A replica also votes for candidates whose log is behind its own.",
        "§5.4.1",
    ),
    bug(
        "quorum-of-half",
        TWO_LEADERS,
        "Half of an even number of replicas counts as a majority: 2 of 4.",
        "as raftscope counts the commit quorum",
    ),
    bug(
        "append-truncates-always",
        LOST_ENTRIES,
        "AppendEntries always cuts the log at its first entry, conflict or not: a delayed one deletes entries that were acknowledged.",
        "Figure 2, AppendEntries, step 3",
    ),
    bug(
        "votes-of-any-term",
        TWO_LEADERS,
        "A candidate also counts votes that were given to it in earlier terms.",
        "§5.1, §5.2",
    ),
    bug(
        "change-without-own-entry",
        TWO_LEADERS,
        "A leader changes the members before it has committed an entry of its own term: two majorities may have no replica in common.",
        "Ongaro on raft-dev, 2015; thesis §4.1",
    ),
    bug(
        "new-majority-alone",
        TWO_LEADERS,
        "While the configuration is joint, a majority of the new members alone decides.",
        "§6",
    ),
    bug(
        "read-without-round",
        OLD_READS,
        "A leader answers get from its store without a round of heartbeats, although it may have been replaced.",
        "§8; thesis §6.4",
    ),
    bug(
        "read-without-own-entry",
        OLD_READS,
        "With reads by read-index or lease, a new leader answers get before it knows what is committed.",
        "§8; etcd issue 7331",
    ),
    bug(
        "any-answer-confirms",
        OLD_READS,
        "With reads by read-index or lease, answers to earlier heartbeats confirm a read.",
        "etcd issue 20418",
    ),
    bug(
        "blank-disk",
        TWO_LEADERS,
        "A replica that restarts has lost its disk, but keeps its number.",
        "Figure 2; thesis §3.8",
    ),
];

const MESSAGES: &[MessageInfo] = &[
    MessageInfo { name: "request-vote", reply: false, glyph: Glyph::Tag, about: "A candidate asks for a vote." },
    MessageInfo { name: "vote", reply: true, glyph: Glyph::Disc, about: "The answer to request-vote: yes or no." },
    MessageInfo {
        name: "append-entries",
        reply: false,
        glyph: Glyph::Box,
        about: "A leader sends entries of its log; without entries it is a heartbeat.",
    },
    MessageInfo {
        name: "appended",
        reply: true,
        glyph: Glyph::Disc,
        about: "The answer to append-entries: up to which entry the logs agree, or that they don't.",
    },
    MessageInfo {
        name: "request",
        reply: false,
        glyph: Glyph::Envelope,
        about: "A client asks for something; its first request opens its session, which never expires (thesis §6.3).",
    },
    MessageInfo {
        name: "reply",
        reply: true,
        glyph: Glyph::Envelope,
        about: "The answer to request: the result, or who leads.",
    },
    MessageInfo {
        name: "request-pre-vote",
        reply: false,
        glyph: Glyph::Tag,
        about: "A replica asks whether it would get a vote.",
    },
    MessageInfo {
        name: "pre-vote",
        reply: true,
        glyph: Glyph::Disc,
        about: "The answer to request-pre-vote: yes or no.",
    },
    MessageInfo {
        name: "timeout-now",
        reply: false,
        glyph: Glyph::Hexagon,
        about: "A leader tells its successor to stand for election at once.",
    },
    MessageInfo {
        name: "install-snapshot",
        reply: false,
        glyph: Glyph::Box,
        about: "A leader sends its snapshot instead of entries that it no longer has.",
    },
    MessageInfo { name: "installed", reply: true, glyph: Glyph::Disc, about: "The answer to install-snapshot." },
];

/// Raft's vocabulary.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: "raft",
    name: "Raft",
    summary: "Replicas elect a leader, which puts all commands into one order and copies them to the others. Once an entry of its own term is on a majority, it and all entries before it are committed.",
    paper: "Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm (Extended Version), 2014",
    epoch: "term",
    quorum_for: "to elect a leader or to commit",
    agent: "replica",
    first_agent: "",
    slot: "entry",
    replicas: (1, 200),
    first_scenario: include_str!("first.scenario"),
    commands: Command::COMMANDS,
    options: OPTIONS,
    disk: &[
        WordInfo {
            name: "term",
            about: "The current term: at least the term of the last entry, which is also the default.",
        },
        WordInfo { name: "log", about: "The terms of the log's entries: 1,1,1,4." },
        WordInfo { name: "voted-for", about: "Whom the replica has voted for in the current term: a number, or none." },
    ],
    messages: MESSAGES,
    timers: Timer::TIMERS,
    roles: ROLES,
    fields: view::FIELDS,
    properties: properties::PROPERTIES,
    rules: rules::RULES,
    lies: Lie::LIES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "2 (n - 1) between replicas for a command: AppendEntries and the answers.",
        },
        WordInfo {
            name: "delays",
            about: "2 from the leader's append to the commit; 4 for a client that knows the leader.",
        },
    ],
};

/// Reads `disk N term=6 log=1,1,1,4 voted-for=2`. Errors: a sentence that names the key.
pub fn preset(config: &Config, pairs: &[(String, String)]) -> Result<Disk, String> {
    let mut disk = Disk::default();
    let mut term = None;
    for (key, value) in pairs {
        match key.as_str() {
            // Times and epochs cross the boundary as 32 bits in the trace.
            "term" => {
                let number = whole_number(value, 0, (u32::MAX / 2).into()).map_err(|why| format!("term: {why}"))?;
                term = Some(number as u64);
            }
            "log" => disk.log = preset_log(value)?,
            "voted-for" if value == "none" => disk.voted_for = None,
            _ => disk.voted_for = Some(preset_vote(config, value)?),
        }
    }
    disk.term = term.unwrap_or(disk.log.last_term());
    // Times and epochs cross the boundary as 32 bits in the trace.
    if disk.term > u64::from(u32::MAX / 2) {
        return Err("term: this is too large".into());
    }
    if disk.term < disk.log.last_term() {
        return Err(format!("term: {} is less than the term of the last entry, {}", disk.term, disk.log.last_term()));
    }
    Ok(disk)
}

fn preset_log(value: &str) -> Result<Log, String> {
    let mut log = Log::default();
    let terms: Vec<_> = value.split(',').filter(|term| !term.is_empty()).collect();
    if terms.len() > MOST_PRESET {
        return Err(format!("log: at most {MOST_PRESET} entries"));
    }
    for text in terms {
        let term: u64 = text.parse().map_err(|_| format!("log: `{text}` is not a term; write terms as 1,1,4"))?;
        if term == 0 || term < log.last_term() {
            return Err(format!("log: terms start at 1 and never go down, so {term} can't follow {}", log.last_term()));
        }
        let key = format!("e{}", log.last_index() + 1);
        log.push(Entry::new(term, Payload::Command(kv::Command::Put(key.into(), term.to_string().into())), None));
    }
    Ok(log)
}

fn preset_vote(config: &Config, value: &str) -> Result<NodeId, String> {
    match value.parse() {
        Ok(number) if (1..=config.replicas).contains(&number) => Ok(NodeId::replica(number)),
        _ => Err(format!("voted-for: `{value}` is not a replica; write a number up to {}, or none", config.replicas)),
    }
}

/// Whether a command is one that [`preset`] makes up: `put e4 TERM`.
pub fn is_preset(command: &kv::Command) -> bool {
    let number = |text: &str| text.parse::<u64>().is_ok();
    matches!(command, kv::Command::Put(key, term) if key.strip_prefix('e').is_some_and(number) && number(term))
}

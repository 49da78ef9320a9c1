//! Raft's vocabulary: what scenarios, the page and the help know of it. And what a scenario may put on a disk.

use crate::kernel::usage::whole_number;
use crate::kernel::{Descriptor, Glyph, Look, MessageInfo, NodeId, OptionInfo, OptionKind, Packed, RoleInfo, WordInfo};
use crate::protocols::kv;

use super::log::{Entry, Log, Payload};
use super::replica::Disk;
use super::{Config, command, lies, properties, rules, view};

/// How long a log a scenario may put on a disk.
const MOST_PRESET: usize = 1_000;

/// The roles.
pub const ROLES: &[RoleInfo] = &[
    RoleInfo { name: "follower", look: Look::Follow, about: "Answers leaders and candidates, and waits for a leader." },
    RoleInfo { name: "candidate", look: Look::Contend, about: "Stands for election and counts its votes." },
    RoleInfo { name: "leader", look: Look::Lead, about: "Takes clients' requests and replicates its log." },
    RoleInfo {
        name: "pre-candidate",
        look: Look::Contend,
        about: "Asks whether it would be elected, before it begins a term.",
    },
];

const fn bug(name: &'static str, about: &'static str, source: &'static str) -> OptionInfo {
    OptionInfo { name, kind: OptionKind::Switch, default: "off", per_replica: false, bug: true, about, source }
}

const fn option(name: &'static str, kind: OptionKind, default: &'static str, about: &'static str) -> OptionInfo {
    OptionInfo { name, kind, default, per_replica: false, bug: false, about, source: "" }
}

const OPTIONS: &[OptionInfo] = &[
    OptionInfo {
        source: "§5.2, §9.3",
        ..option(
            "election-timeout",
            OptionKind::DurationRange,
            "150ms..300ms",
            "How long a server waits for a leader before it stands for election; drawn anew for each wait.",
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
            "Whether a new leader appends an empty entry, which commits what earlier terms left behind.",
        )
    },
    OptionInfo {
        source: "thesis §9.6",
        ..option(
            "pre-vote",
            OptionKind::Switch,
            "off",
            "A server begins a term only where a majority would elect it, none of whom hears a leader.",
        )
    },
    OptionInfo {
        source: "thesis §6.2, §4.2.3",
        ..option(
            "check-quorum",
            OptionKind::Switch,
            "off",
            "A leader that no majority answers for the least election timeout steps down; who hears a leader disregards candidates.",
        )
    },
    OptionInfo {
        source: "thesis §6.4",
        ..option(
            "reads",
            OptionKind::Choice(&["log", "read-index", "lease"]),
            "log",
            "How get is answered: by an entry of the log, after a round of heartbeats, or at once while a lease lasts.",
        )
    },
    OptionInfo {
        source: "thesis §6.4.1",
        ..option(
            "lease",
            OptionKind::Duration,
            "150ms",
            "How long a round of heartbeats counts for reads by lease: the least election timeout where nothing is set. Shorter bears clocks that drift.",
        )
    },
    OptionInfo {
        source: "§7",
        ..option(
            "snapshot-every",
            OptionKind::Number { lo: 0, hi: 1_000_000 },
            "0",
            "After how many applied entries a server takes a snapshot and cuts its log; 0 for never.",
        )
    },
    OptionInfo {
        source: "§6",
        ..option("members", OptionKind::Word, "all", "The first configuration: 1,2,3 or 1-3, or all.")
    },
    OptionInfo {
        source: "thesis §10.2.2",
        ..option(
            "pipeline",
            OptionKind::Number { lo: 1, hi: 1_000 },
            "1",
            "How many AppendEntries with entries may be on their way to one server.",
        )
    },
    OptionInfo {
        source: "thesis §10.2.2",
        ..option(
            "batch",
            OptionKind::Number { lo: 1, hi: 10_000 },
            "64",
            "How many entries one AppendEntries carries at most.",
        )
    },
    bug(
        "commit-old-terms",
        "A leader commits entries of earlier terms by counting replicas, too.",
        "§5.4.2, Figure 8; logcabin issue 44",
    ),
    bug(
        "vote-not-durable",
        "A vote is not on disk when it is given: a restarted server may vote twice.",
        "§5, Figure 2",
    ),
    bug("vote-without-log-check", "A vote is given to candidates whose log is behind, too.", "§5.4.1"),
    bug(
        "quorum-of-half",
        "Half of an even number of servers passes for a majority: 2 of 4.",
        "raftscope counts the commit quorum so",
    ),
    bug(
        "append-truncates-always",
        "AppendEntries cuts the log behind its first entry, conflict or not: a delayed one deletes what was acknowledged.",
        "Figure 2, AppendEntries, step 3",
    ),
    bug("votes-of-any-term", "A candidate counts votes that were given to it in earlier terms.", "§5.1, §5.2"),
    bug(
        "change-without-own-entry",
        "A leader changes the members before an entry of its own term is committed: two majorities may share nobody.",
        "Ongaro on raft-dev, 2015; thesis §4.1",
    ),
    bug("new-majority-alone", "While the configuration is joint, a majority of the new members decides alone.", "§6"),
    bug(
        "read-without-round",
        "A leader answers get from its store, without a round of heartbeats: it may lead no more.",
        "§8; thesis §6.4",
    ),
    bug(
        "read-without-own-entry",
        "With reads by ReadIndex or lease, a new leader reads before it knows what is committed.",
        "§8; etcd issue 7331",
    ),
    bug(
        "any-answer-confirms",
        "With reads by ReadIndex or lease, answers to earlier heartbeats confirm a read.",
        "etcd issue 20418",
    ),
    bug("blank-disk", "A server that restarts has lost its disk and keeps its number.", "Figure 2; thesis §3.8"),
];

const MESSAGES: &[MessageInfo] = &[
    MessageInfo { name: "request-vote", reply: false, glyph: Glyph::Tag, about: "A candidate asks for a vote." },
    MessageInfo { name: "vote", reply: true, glyph: Glyph::Disc, about: "The answer to it: yes or no." },
    MessageInfo {
        name: "append-entries",
        reply: false,
        glyph: Glyph::Box,
        about: "A leader sends entries of its log; with none it is a heartbeat.",
    },
    MessageInfo {
        name: "appended",
        reply: true,
        glyph: Glyph::Disc,
        about: "The answer to it: up to where the logs agree, or that they don't.",
    },
    MessageInfo {
        name: "request",
        reply: false,
        glyph: Glyph::Envelope,
        about: "A client asks for something; its first request opens its session, which lasts (thesis §6.3).",
    },
    MessageInfo { name: "reply", reply: true, glyph: Glyph::Envelope, about: "The outcome, or who leads." },
    MessageInfo {
        name: "request-pre-vote",
        reply: false,
        glyph: Glyph::Tag,
        about: "A server asks whether it would get a vote.",
    },
    MessageInfo { name: "pre-vote", reply: true, glyph: Glyph::Disc, about: "The answer to it: yes or no." },
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
        about: "A leader sends its snapshot in place of entries that it has no more.",
    },
    MessageInfo { name: "installed", reply: true, glyph: Glyph::Disc, about: "The answer to it." },
];

/// Raft's vocabulary.
pub static DESCRIPTOR: Packed = crate::packed!(Descriptor {
    id: "raft",
    name: "Raft",
    summary: "Servers elect a leader, which puts all commands into one order and copies them to the others; once an entry of its own term is on a majority, it and all before it are settled.",
    paper: "Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm (Extended Version), 2014",
    epoch: "term",
    quorum_for: "to elect a leader or to commit",
    agent: "replica",
    replicas: (1, 200),
    first_scenario: include_str!("first.scenario"),
    commands: command::COMMANDS,
    options: OPTIONS,
    disk: &[
        WordInfo { name: "term", about: "The current term; at least that of the last entry, which is its default." },
        WordInfo { name: "log", about: "The terms of the log's entries: 1,1,1,4." },
        WordInfo { name: "voted-for", about: "Whom the server has voted for in the current term: a number, or none." },
    ],
    messages: MESSAGES,
    timers: super::TIMERS,
    roles: ROLES,
    fields: view::FIELDS,
    properties: properties::PROPERTIES,
    rules: rules::RULES,
    lies: lies::LIES,
    costs: &[
        WordInfo { name: "messages", about: "2 (n - 1) between servers for a command: AppendEntries and its answers." },
        WordInfo {
            name: "delays",
            about: "2 from the leader's append to the commit; 4 for the client that knows the leader.",
        },
    ],
});

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
        return Err("term: this is too high".into());
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
        let term: u64 = text.parse().map_err(|_| format!("log: `{text}` is no term; write terms as 1,1,4"))?;
        if term == 0 || term < log.last_term() {
            return Err(format!("log: terms begin at 1 and never fall, so {term} can't follow {}", log.last_term()));
        }
        let key = format!("e{}", log.last_index() + 1);
        log.push(Entry::new(term, Payload::Command(kv::Command::Put(key.into(), term.to_string().into())), None));
    }
    Ok(log)
}

fn preset_vote(config: &Config, value: &str) -> Result<NodeId, String> {
    match value.parse() {
        Ok(number) if (1..=config.replicas).contains(&number) => Ok(NodeId::replica(number)),
        _ => Err(format!("voted-for: `{value}` is no server; write a number up to {}, or none", config.replicas)),
    }
}

/// Whether a command is one that [`preset`] makes up: `put e4 TERM`.
pub fn is_preset(command: &kv::Command) -> bool {
    let number = |text: &str| text.parse::<u64>().is_ok();
    matches!(command, kv::Command::Put(key, term) if key.strip_prefix('e').is_some_and(number) && number(term))
}

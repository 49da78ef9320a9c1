//! Raft's vocabulary: what scenarios, the page and the help know of it. And what a scenario may put on a disk.

use crate::kernel::descriptor::command_syntax::whole_number;
use crate::kernel::prelude::*;
use crate::services::kv;

use super::log::{Entry, Log, Payload};
use super::state::Disk;
use super::{Config, Raft, properties};

/// How long a log a scenario may put on a disk.
const MOST_PRESET: usize = 1_000;

/// Raft's vocabulary.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: "raft",
    name: "Raft",
    summary: "Replicas elect a leader, which puts all commands into one order and copies them to the others. Once an entry of its own term is on a majority, it and all entries before it are committed.",
    paper: "Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm (Extended Version), 2014",
    epoch: "term",
    slot: "entry",
    replicas: (1, 200),
    first_scenario: include_str!("first.scenario"),
    disk: &[
        WordInfo {
            name: "term",
            about: "The current term: at least the term of the last entry, which is also the default.",
        },
        WordInfo { name: "log", about: "The terms of the log's entries: 1,1,1,4." },
        WordInfo { name: "voted-for", about: "Whom the replica has voted for in the current term: a number, or none." },
    ],
    properties: properties::PROPERTIES,
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
    terms: super::terms::TERMS,
    ..Descriptor::of::<Raft>()
};

/// Reads `disk N term=6 log=1,1,1,4 voted-for=2`. Errors: where a value can't be.
pub fn preset(config: &Config, pairs: &[(String, String)]) -> Result<Disk, SetupError> {
    let mut disk = Disk::default();
    let mut term = None;
    for (key, value) in pairs {
        match key.as_str() {
            // Times and epochs cross the boundary as 32 bits in the trace.
            "term" => {
                let number = whole_number(value, 0, (u32::MAX / 2).into()).map_err(|why| refused("term", why))?;
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
        return Err(refused("term", "this is too large"));
    }
    if disk.term < disk.log.last_term() {
        return Err(refused(
            "term",
            format!("{} is less than the term of the last entry, {}", disk.term, disk.log.last_term()),
        ));
    }
    Ok(disk)
}

fn preset_log(value: &str) -> Result<Log, SetupError> {
    let mut log = Log::default();
    let terms: Vec<_> = value.split(',').filter(|term| !term.is_empty()).collect();
    if terms.len() > MOST_PRESET {
        return Err(refused("log", format!("at most {MOST_PRESET} entries")));
    }
    for text in terms {
        let term: u64 =
            text.parse().map_err(|_| refused("log", format!("`{text}` is not a term; write terms as 1,1,4")))?;
        if term == 0 || term < log.last_term() {
            return Err(refused(
                "log",
                format!("terms start at 1 and never go down, so {term} can't follow {}", log.last_term()),
            ));
        }
        let key = format!("e{}", log.last_index() + 1);
        log.push(Entry::new(term, Payload::Command(kv::Command::Put(key.into(), term.to_string().into())), None));
    }
    Ok(log)
}

fn preset_vote(config: &Config, value: &str) -> Result<NodeId, SetupError> {
    match value.parse() {
        Ok(number) if (1..=config.replicas).contains(&number) => Ok(NodeId::replica(number)),
        _ => Err(refused(
            "voted-for",
            format!("`{value}` is not a replica; write a number up to {}, or none", config.replicas),
        )),
    }
}

fn refused(key: &'static str, why: impl Into<String>) -> SetupError {
    SetupError::Disk { key, why: why.into() }
}

/// Whether a command is one that [`preset`] makes up: `put e4 TERM`.
pub fn is_preset(command: &kv::Command) -> bool {
    let number = |text: &str| text.parse::<u64>().is_ok();
    matches!(command, kv::Command::Put(key, term) if key.strip_prefix('e').is_some_and(number) && number(term))
}

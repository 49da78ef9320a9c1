//! What travels: the two RPCs of Figure 2 with their answers, and a client's request with its answer.

use std::rc::Rc;

use crate::kernel::{self, Field, NodeId, RequestId};
use crate::protocols::kv::{Command, Word};

use super::log::Entry;

/// The entries of one AppendEntries; empty for a heartbeat. Copies share them.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Batch(Option<Rc<[Entry]>>);

impl Batch {
    /// Makes a batch.
    pub fn new(entries: Vec<Entry>) -> Self {
        Batch((!entries.is_empty()).then(|| entries.into()))
    }

    /// Its entries.
    pub fn entries(&self) -> &[Entry] {
        self.0.as_deref().unwrap_or_default()
    }
}

/// What a follower makes of an AppendEntries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Result {
    /// Its log agrees with the leader's up to this index.
    Matched(u64),
    /// It has no entry with the term of `prev_index` there.
    Conflict {
        /// The term that it has there instead; `None` where its log is too short (§5.3).
        term: Option<u64>,
        /// The first index that it has of that term, or one behind the end of its log.
        first: u64,
    },
}

/// What a client is told.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Answer {
    /// The command was carried out, with this outcome.
    Done(Word),
    /// Ask the leader: this one, if known (§8).
    NotLeader(Option<NodeId>),
}

/// A message. The network tells who sent it, so candidate and leader need no field for their own names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Message {
    /// RequestVote RPC, its arguments.
    RequestVote {
        /// The candidate's term.
        term: u64,
        /// The index of the candidate's last entry.
        last_index: u64,
        /// The term of the candidate's last entry.
        last_term: u64,
    },
    /// RequestVote RPC, its results.
    Vote {
        /// The voter's term.
        term: u64,
        /// Whether the candidate has the vote.
        granted: bool,
    },
    /// AppendEntries RPC, its arguments. With no entries it is a heartbeat.
    AppendEntries {
        /// The leader's term.
        term: u64,
        /// The index of the entry before the new ones.
        prev_index: u64,
        /// The term of that entry.
        prev_term: u64,
        /// The new entries.
        batch: Batch,
        /// The leader's commit index.
        commit: u64,
    },
    /// AppendEntries RPC, its results.
    Appended {
        /// The follower's term.
        term: u64,
        /// The `prev_index` that this answers, so that an outdated refusal can be told from a fresh one.
        prev_index: u64,
        /// What came of it.
        result: Result,
    },
    /// A client's request.
    Request {
        /// Its name: client and serial number (§8).
        id: RequestId,
        /// What is wanted.
        command: Command,
    },
    /// The answer to a client.
    Reply {
        /// The request that it answers.
        id: RequestId,
        /// The answer.
        answer: Answer,
    },
}

impl kernel::Message for Message {
    fn kind(&self) -> u8 {
        match self {
            Message::RequestVote { .. } => 0,
            Message::Vote { .. } => 1,
            Message::AppendEntries { .. } => 2,
            Message::Appended { .. } => 3,
            Message::Request { .. } => 4,
            Message::Reply { .. } => 5,
        }
    }

    fn epoch(&self) -> Option<u64> {
        match self {
            Message::RequestVote { term, .. }
            | Message::Vote { term, .. }
            | Message::AppendEntries { term, .. }
            | Message::Appended { term, .. } => Some(*term),
            Message::Request { .. } | Message::Reply { .. } => None,
        }
    }

    fn label(&self) -> String {
        match self {
            Message::RequestVote { term, .. } => format!("vote? t{term}"),
            Message::Vote { term, granted } => format!("{} t{term}", if *granted { "yes" } else { "no" }),
            Message::AppendEntries { prev_index, batch, .. } => match batch.entries() {
                [] => "beat".into(),
                [entry] => format!("append #{} {}", prev_index + 1, entry.label()),
                entries => format!("append #{}-{}", prev_index + 1, prev_index + entries.len() as u64),
            },
            Message::Appended { result: Result::Matched(index), .. } => format!("ok #{index}"),
            Message::Appended { prev_index, .. } => format!("no #{prev_index}"),
            Message::Request { command, .. } => spoken(command),
            Message::Reply { answer: Answer::Done(outcome), .. } => outcome.to_string(),
            Message::Reply { answer: Answer::NotLeader(Some(leader)), .. } => format!("not me: {leader}"),
            Message::Reply { .. } => "not me".into(),
        }
    }

    fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        let mut add = |name, value: kernel::Value| fields.push(Field { name, value });
        if let Some(term) = self.epoch() {
            add("term", term.into());
        }
        match self {
            Message::RequestVote { last_index, last_term, .. } => {
                add("last-log-index", (*last_index).into());
                add("last-log-term", (*last_term).into());
            }
            Message::Vote { granted, .. } => add("vote-granted", yes(*granted)),
            Message::AppendEntries { prev_index, prev_term, batch, commit, .. } => {
                add("prev-log-index", (*prev_index).into());
                add("prev-log-term", (*prev_term).into());
                let entries: Vec<_> = batch.entries().iter().map(|e| format!("{} (t{})", e.label(), e.term)).collect();
                add("entries", entries.join(", ").into());
                add("leader-commit", (*commit).into());
            }
            Message::Appended { prev_index, result, .. } => {
                add("prev-log-index", (*prev_index).into());
                add("success", yes(matches!(result, Result::Matched(_))));
                match result {
                    Result::Matched(index) => add("match-index", (*index).into()),
                    Result::Conflict { term, first } => {
                        add("conflict-term", term.map_or("none".into(), kernel::Value::from));
                        add("conflict-index", (*first).into());
                    }
                }
            }
            Message::Request { id, command } => {
                add("request", id.to_string().into());
                add("command", spoken(command).into());
            }
            Message::Reply { id, .. } => {
                add("request", id.to_string().into());
                add("answer", self.label().into());
            }
        }
        fields
    }
}

fn yes(is: bool) -> kernel::Value {
    if is { "yes" } else { "no" }.into()
}

/// A command as a person asks for it: `put x 1`.
pub fn spoken(command: &Command) -> String {
    match command {
        Command::Put(key, value) => format!("put {key} {value}"),
        Command::Get(key) => format!("get {key}"),
        Command::Add(key, amount) => format!("add {key} {amount}"),
    }
}

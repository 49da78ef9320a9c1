//! What travels: the RPCs of Figures 2 and 13 with their answers, the two that the thesis adds (§9.6, §3.10), and a
//! client's request with its answer.

use std::rc::Rc;

use crate::kernel::{self, Fields, NodeId, RequestId};
use crate::protocols::kv::Word;

use super::command::Command;
use super::log::Entry;
use super::snapshot::Snapshot;

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

/// What a candidate asks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ballot {
    /// Whether it would get the vote, if it asked (thesis §9.6).
    Pre,
    /// The vote.
    Real,
    /// The vote, the leader itself having told it to stand: so servers that still hear that leader answer, too (§3.10).
    Handover,
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
    /// RequestVote RPC, its arguments; also those of the pre-vote.
    RequestVote {
        /// Vote or pre-vote.
        ballot: Ballot,
        /// The candidate's term; in a pre-vote the term that it would stand in.
        term: u64,
        /// The index of the candidate's last entry.
        last_index: u64,
        /// The term of the candidate's last entry.
        last_term: u64,
    },
    /// RequestVote RPC, its results.
    Vote {
        /// Whether this answers a pre-vote.
        pre: bool,
        /// The voter's term; where a pre-vote is granted, the term that was asked about.
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
        /// The leader's latest round of heartbeats: an answer to it says that the leader was one still (thesis §6.4).
        round: u64,
    },
    /// AppendEntries RPC, its results.
    Appended {
        /// The follower's term.
        term: u64,
        /// The `prev_index` that this answers, so that an outdated refusal can be told from a fresh one.
        prev_index: u64,
        /// What came of it.
        result: Result,
        /// The round that this answers.
        round: u64,
    },
    /// InstallSnapshot RPC, its arguments (§7).
    InstallSnapshot {
        /// The leader's term.
        term: u64,
        /// The snapshot, whole.
        snapshot: Rc<Snapshot>,
        /// As in AppendEntries.
        round: u64,
    },
    /// InstallSnapshot RPC, its results.
    Installed {
        /// The follower's term.
        term: u64,
        /// The last entry of the snapshot that it has now; 0 where it refused.
        index: u64,
        /// The round that this answers.
        round: u64,
    },
    /// The leader tells its successor to stand for election at once (thesis §3.10).
    TimeoutNow {
        /// The leader's term.
        term: u64,
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

impl Message {
    /// Whether its term is one that nobody is in yet, so that nobody adopts it (thesis §9.6).
    pub fn is_about_a_later_term(&self) -> bool {
        matches!(
            self,
            Message::RequestVote { ballot: Ballot::Pre, .. } | Message::Vote { pre: true, granted: true, .. }
        )
    }
}

impl kernel::Message for Message {
    fn kind(&self) -> u8 {
        match self {
            Message::RequestVote { ballot: Ballot::Pre, .. } => 6,
            Message::Vote { pre: true, .. } => 7,
            Message::RequestVote { .. } => 0,
            Message::Vote { .. } => 1,
            Message::AppendEntries { .. } => 2,
            Message::Appended { .. } => 3,
            Message::Request { .. } => 4,
            Message::Reply { .. } => 5,
            Message::TimeoutNow { .. } => 8,
            Message::InstallSnapshot { .. } => 9,
            Message::Installed { .. } => 10,
        }
    }

    fn epoch(&self) -> Option<u64> {
        match self {
            Message::RequestVote { term, .. }
            | Message::Vote { term, .. }
            | Message::AppendEntries { term, .. }
            | Message::Appended { term, .. }
            | Message::InstallSnapshot { term, .. }
            | Message::Installed { term, .. }
            | Message::TimeoutNow { term } => Some(*term),
            Message::Request { .. } | Message::Reply { .. } => None,
        }
    }

    fn label(&self) -> String {
        match self {
            Message::RequestVote { ballot, term, .. } => {
                format!("{}vote? t{term}", if *ballot == Ballot::Pre { "pre-" } else { "" })
            }
            Message::Vote { term, granted, .. } => format!("{} t{term}", if *granted { "yes" } else { "no" }),
            Message::AppendEntries { prev_index, batch, .. } => match batch.entries() {
                [] => "beat".into(),
                [entry] => format!("append #{} {}", prev_index + 1, entry.label()),
                entries => format!("append #{}-{}", prev_index + 1, prev_index + entries.len() as u64),
            },
            Message::Appended { result: Result::Matched(index), .. } => format!("ok #{index}"),
            Message::Appended { prev_index, .. } => format!("no #{prev_index}"),
            Message::InstallSnapshot { snapshot, .. } => format!("snapshot #{}", snapshot.index),
            Message::Installed { index, .. } => format!("ok #{index}"),
            Message::TimeoutNow { .. } => "stand now".into(),
            Message::Request { command, .. } => command.to_string(),
            Message::Reply { answer: Answer::Done(outcome), .. } => outcome.to_string(),
            Message::Reply { answer: Answer::NotLeader(Some(leader)), .. } => format!("not me: {leader}"),
            Message::Reply { .. } => "not me".into(),
        }
    }

    fn fields(&self, fields: &mut Fields) {
        if let Some(term) = self.epoch() {
            fields.number("term", term);
        }
        match self {
            Message::RequestVote { ballot, last_index, last_term, .. } => {
                if *ballot == Ballot::Handover {
                    fields.text("told-by-leader", "yes");
                }
                fields.number("last-log-index", *last_index);
                fields.number("last-log-term", *last_term);
            }
            Message::Vote { granted, .. } => fields.text("vote-granted", yes(*granted)),
            Message::AppendEntries { prev_index, prev_term, batch, commit, round, .. } => {
                fields.number("prev-log-index", *prev_index);
                fields.number("prev-log-term", *prev_term);
                let entries: Vec<_> = batch.entries().iter().map(|e| format!("{} (t{})", e.label(), e.term)).collect();
                fields.text("entries", &entries.join(", "));
                fields.number("leader-commit", *commit);
                fields.number("round", *round);
            }
            Message::InstallSnapshot { snapshot, round, .. } => {
                fields.number("last-included-index", snapshot.index);
                fields.number("last-included-term", snapshot.term);
                fields.text("data", &snapshot.store.show());
                fields.number("round", *round);
            }
            Message::Installed { index, round, .. } => {
                fields.number("last-included-index", *index);
                fields.number("round", *round);
            }
            Message::TimeoutNow { .. } => {}
            Message::Appended { prev_index, result, round, .. } => {
                fields.number("prev-log-index", *prev_index);
                fields.text("success", yes(matches!(result, Result::Matched(_))));
                match result {
                    Result::Matched(index) => fields.number("match-index", *index),
                    Result::Conflict { term, first } => {
                        match term {
                            Some(term) => fields.number("conflict-term", *term),
                            None => fields.text("conflict-term", "none"),
                        }
                        fields.number("conflict-index", *first);
                    }
                }
                fields.number("round", *round);
            }
            Message::Request { id, command } => {
                fields.show("request", id);
                fields.show("command", command);
            }
            Message::Reply { id, .. } => {
                fields.show("request", id);
                fields.text("answer", &self.label());
            }
        }
    }
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

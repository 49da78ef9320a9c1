//! What travels: the RPCs of Figures 2 and 13 with their answers, the two that the thesis adds (§9.6, §3.10), and a
//! client's request with its answer.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::prelude::*;
use crate::services::kv::Word;

use super::command::Command;
use super::log::Entry;
use super::snapshot::Snapshot;

/// The entries of one AppendEntries; empty for a heartbeat. Copies share them.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
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

    fn label(&self, prev_index: u64) -> String {
        match self.entries() {
            [] => "beat".into(),
            [entry] => format!("append #{} {}", prev_index + 1, entry.label()),
            entries => format!("append #{}-{}", prev_index + 1, prev_index + entries.len() as u64),
        }
    }
}

impl ShowField for Batch {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        let entries = self.entries().iter().map(|entry| format!("{} (t{})", entry.label(), entry.term));
        fields.text(name, &listed(entries, ", "));
    }
}

/// What a follower makes of an AppendEntries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
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

impl Result {
    fn label(&self, prev_index: u64) -> String {
        match self {
            Result::Matched(index) => format!("ok #{index}"),
            Result::Conflict { .. } => format!("no #{prev_index}"),
        }
    }
}

impl ShowField for Result {
    fn show_field(&self, _: &'static str, fields: &mut Fields) {
        matches!(self, Result::Matched(_)).show_field("success", fields);
        match self {
            Result::Matched(index) => fields.number("match-index", *index),
            Result::Conflict { term, first } => {
                term.show_field("conflict-term", fields);
                fields.number("conflict-index", *first);
            }
        }
    }
}

/// What a candidate asks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Ballot {
    /// Whether it would get the vote, if it asked (thesis §9.6).
    Pre,
    /// The vote.
    Real,
    /// The vote, the leader itself having told it to stand: so servers that still hear that leader answer, too (§3.10).
    Handover,
}

/// What a client is told.
#[derive(Display, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The command was carried out, with this outcome.
    #[display("{_0}")]
    Done(Word),
    /// Ask the leader: this one, if known (§8).
    #[display("not me{}", _0.map_or(String::new(), |leader| format!(": {leader}")))]
    NotLeader(Option<NodeId>),
}

/// A message. The network tells who sent it, so candidate and leader need no field for their own names.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[message(
    epoch = term,
    names(
        id = "request",
        prev_index = "prev-log-index",
        prev_term = "prev-log-term",
        last_index = "last-log-index",
        last_term = "last-log-term",
        granted = "vote-granted",
        commit = "leader-commit",
        index = "last-included-index",
    ),
    order(
        "request-vote",
        "vote",
        "append-entries",
        "appended",
        "request",
        "reply",
        "request-pre-vote",
        "pre-vote",
        "timeout-now",
    )
)]
pub enum Message {
    /// A candidate asks for a vote.
    ///
    /// RequestVote RPC, its arguments; also those of the pre-vote.
    #[message(glyph = Tag, label = "vote? t{term}")]
    #[message(
        when(*ballot == Ballot::Pre),
        name = "request-pre-vote",
        about = "A replica asks whether it would get a vote.",
        glyph = Tag,
        label = "pre-vote? t{term}"
    )]
    RequestVote {
        /// Vote or pre-vote.
        #[field(name = "told-by-leader", value = true, when(*ballot == Ballot::Handover))]
        ballot: Ballot,
        /// The candidate's term; in a pre-vote the term that it would stand in.
        term: u64,
        /// The index of the candidate's last entry.
        last_index: u64,
        /// The term of the candidate's last entry.
        last_term: u64,
    },
    /// The answer to request-vote: yes or no.
    ///
    /// RequestVote RPC, its results.
    #[message(glyph = Disc, reply, label("{} t{term}", yes_no(*granted)))]
    #[message(when(*pre), name = "pre-vote", about = "The answer to request-pre-vote: yes or no.", glyph = Disc, reply)]
    Vote {
        /// Whether this answers a pre-vote.
        #[field(skip)]
        pre: bool,
        /// The voter's term; where a pre-vote is granted, the term that was asked about.
        term: u64,
        /// Whether the candidate has the vote.
        granted: bool,
    },
    /// A leader sends entries of its log; without entries it is a heartbeat.
    ///
    /// AppendEntries RPC, its arguments.
    #[message(glyph = Box, label(batch.label(*prev_index)))]
    AppendEntries {
        /// The leader's term.
        term: u64,
        /// The index of the entry before the new ones.
        prev_index: u64,
        /// The term of that entry.
        prev_term: u64,
        /// The new entries.
        #[field(name = "entries")]
        batch: Batch,
        /// The leader's commit index.
        commit: u64,
        /// The leader's latest round of heartbeats: an answer to it says that the leader was one still (thesis §6.4).
        round: u64,
    },
    /// The answer to append-entries: up to which entry the logs agree, or that they don't.
    ///
    /// AppendEntries RPC, its results.
    #[message(glyph = Disc, reply, label(result.label(*prev_index)))]
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
    /// A leader sends its snapshot instead of entries that it no longer has.
    ///
    /// InstallSnapshot RPC, its arguments (§7).
    #[message(glyph = Box, label("snapshot #{}", snapshot.index))]
    InstallSnapshot {
        /// The leader's term.
        term: u64,
        /// The snapshot, whole.
        snapshot: Rc<Snapshot>,
        /// As in AppendEntries.
        round: u64,
    },
    /// The answer to install-snapshot.
    ///
    /// InstallSnapshot RPC, its results.
    #[message(glyph = Disc, reply, label = "ok #{index}")]
    Installed {
        /// The follower's term.
        term: u64,
        /// The last entry of the snapshot that it has now; 0 where it refused.
        index: u64,
        /// The round that this answers.
        round: u64,
    },
    /// A leader tells its successor to stand for election at once.
    ///
    /// Thesis §3.10.
    #[message(glyph = Hexagon, label = "stand now")]
    TimeoutNow {
        /// The leader's term.
        term: u64,
    },
    /// A client asks for something; its first request opens its session, which never expires (thesis §6.3).
    #[message(glyph = Envelope, label(command))]
    Request {
        /// Its name: client and serial number (§8).
        id: RequestId,
        /// What is wanted.
        #[field(value = command.to_string())]
        command: Command,
    },
    /// The answer to request: the result, or who leads.
    #[message(glyph = Envelope, reply, label(answer))]
    Reply {
        /// The request that it answers.
        id: RequestId,
        /// The answer.
        #[field(value = answer.to_string())]
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

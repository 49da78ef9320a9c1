//! What a Byzantine replica may say instead. Raft signs nothing and believes everybody; seeing what comes of it is the point.

use std::rc::Rc;

use super::log::{Entry, Payload};
use super::message::{Answer, Batch, Message, Result};
use super::snapshot::{Sessions, Snapshot};
use super::{MOST_ENTRIES, Raft};
use crate::kernel::{LieInfo, LieSort, Lies};
use crate::protocols::kv::Store;

/// The lies, for the descriptor.
pub const LIES: &[LieInfo] = &[
    LieInfo::new("vote-yes", LieSort::Grant, "Votes for whoever asks."),
    LieInfo::new("other-vote", LieSort::Contradict, "Says yes instead of no, and no instead of yes."),
    LieInfo::new("newest-log", LieSort::Invent, "As a candidate, claims that its log is ahead of all others."),
    LieInfo::new("empty-log", LieSort::Omit, "As a candidate, claims that its log is empty."),
    LieInfo::new("accept-entries", LieSort::Grant, "Says that it has accepted entries that do not fit its log."),
    LieInfo::new("claim-match", LieSort::Invent, "Acknowledges entries that it does not have."),
    LieInfo::new("claim-nothing", LieSort::Omit, "Claims that it lacks the entries before."),
    LieInfo::new("other-entries", LieSort::Contradict, "As a leader, sends empty entries instead of the real ones."),
    LieInfo::new("no-entries", LieSort::Omit, "As a leader, sends a heartbeat without the entries."),
    LieInfo::new("early-commit", LieSort::Invent, "As a leader, says that the entries it sends are already committed."),
    LieInfo::new("wrong-result", LieSort::Contradict, "Tells a client a wrong result."),
    LieInfo::new("other-snapshot", LieSort::Contradict, "As a leader, sends a snapshot of an empty store."),
    LieInfo::new(
        "later-snapshot",
        LieSort::Invent,
        "As a leader, says that its snapshot covers more entries than it does.",
    ),
    LieInfo::new(
        "stand-later",
        LieSort::Omit,
        "Tells its successor to stand for election in a term that is over, which has no effect.",
    ),
];

/// What could be sent instead of this message.
pub fn lie(message: &Message, lies: &mut Lies<Raft>) {
    match *message {
        Message::RequestVote { ballot, term, last_index, .. } => {
            let mut claim = |lie, last_index, last_term| {
                lies.add(lie, Message::RequestVote { ballot, term, last_index, last_term });
            };
            claim(2, last_index + MOST_ENTRIES, term);
            claim(3, 0, 0);
        }
        Message::Vote { pre, term, granted } => {
            if !granted {
                lies.add(0, Message::Vote { pre, term, granted: true });
            }
            lies.add(1, Message::Vote { pre, term, granted: !granted });
        }
        Message::AppendEntries { term, prev_index, prev_term, ref batch, commit, round } => {
            let entries = batch.entries();
            if entries.is_empty() {
                return;
            }
            let mut append = |lie, batch, commit| {
                lies.add(lie, Message::AppendEntries { term, prev_index, prev_term, batch, commit, round });
            };
            let no_ops = entries.iter().map(|entry| Entry::new(entry.term, Payload::NoOp, None)).collect();
            append(7, Batch::new(no_ops), commit);
            append(8, Batch::default(), commit);
            append(9, batch.clone(), prev_index + entries.len() as u64);
        }
        Message::Appended { term, prev_index, result, round } => {
            let mut answer = |lie, result| lies.add(lie, Message::Appended { term, prev_index, result, round });
            let matched = Result::Matched(prev_index + MOST_ENTRIES);
            if matches!(result, Result::Conflict { .. }) {
                answer(4, matched);
            }
            answer(5, matched);
            answer(6, Result::Conflict { term: None, first: 1 });
        }
        Message::InstallSnapshot { term, ref snapshot, round } => {
            let mut send = |lie, snapshot| {
                lies.add(lie, Message::InstallSnapshot { term, snapshot: Rc::new(snapshot), round });
            };
            let (store, sessions) = (Store::default(), Sessions::default());
            send(11, Snapshot { store, sessions, ..(**snapshot).clone() });
            send(12, Snapshot { index: snapshot.index + MOST_ENTRIES, ..(**snapshot).clone() });
        }
        Message::Installed { term, index, round } => {
            lies.add(5, Message::Installed { term, index: index + MOST_ENTRIES, round });
            lies.add(6, Message::Installed { term, index: 0, round });
        }
        Message::TimeoutNow { term } => lies.add(13, Message::TimeoutNow { term: term.saturating_sub(1) }),
        Message::Reply { id, answer: Answer::Done(ref outcome) } => {
            let wrong = if &**outcome == "ok" { "nothing" } else { "ok" };
            lies.add(10, Message::Reply { id, answer: Answer::Done(wrong.into()) });
        }
        Message::Request { .. } | Message::Reply { .. } => {}
    }
}

//! What a Byzantine replica may say instead. Raft signs nothing and believes everybody; seeing what comes of it is the point.

use std::rc::Rc;

use super::log::{Entry, Payload};
use super::message::{Answer, Batch, Message, Result};
use super::snapshot::{Sessions, Snapshot};
use super::{MOST_ENTRIES, Raft};
use crate::kernel::{self, Lies};
use crate::services::kv::Store;

/// The lies.
#[derive(kernel::Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Votes for whoever asks.
    #[lie(Grant)]
    VoteYes,
    /// Says yes instead of no, and no instead of yes.
    #[lie(Contradict)]
    OtherVote,
    /// As a candidate, claims that its log is ahead of all others.
    #[lie(Invent)]
    NewestLog,
    /// As a candidate, claims that its log is empty.
    #[lie(Omit)]
    EmptyLog,
    /// Says that it has accepted entries that do not fit its log.
    #[lie(Grant)]
    AcceptEntries,
    /// Acknowledges entries that it does not have.
    #[lie(Invent)]
    ClaimMatch,
    /// Claims that it lacks the entries before.
    #[lie(Omit)]
    ClaimNothing,
    /// As a leader, sends empty entries instead of the real ones.
    #[lie(Contradict)]
    OtherEntries,
    /// As a leader, sends a heartbeat without the entries.
    #[lie(Omit)]
    NoEntries,
    /// As a leader, says that the entries it sends are already committed.
    #[lie(Invent)]
    EarlyCommit,
    /// Tells a client a wrong result.
    #[lie(Contradict)]
    WrongResult,
    /// As a leader, sends a snapshot of an empty store.
    #[lie(Contradict)]
    OtherSnapshot,
    /// As a leader, says that its snapshot covers more entries than it does.
    #[lie(Invent)]
    LaterSnapshot,
    /// Tells its successor to stand for election in a term that is over, which has no effect.
    #[lie(Omit)]
    StandLater,
}

/// What could be sent instead of this message.
pub fn lie(message: &Message, lies: &mut Lies<Raft>) {
    match *message {
        Message::RequestVote { ballot, term, last_index, .. } => {
            let mut claim = |lie, last_index, last_term| {
                lies.add(lie, Message::RequestVote { ballot, term, last_index, last_term });
            };
            claim(Lie::NewestLog, last_index + MOST_ENTRIES, term);
            claim(Lie::EmptyLog, 0, 0);
        }
        Message::Vote { pre, term, granted } => {
            if !granted {
                lies.add(Lie::VoteYes, Message::Vote { pre, term, granted: true });
            }
            lies.add(Lie::OtherVote, Message::Vote { pre, term, granted: !granted });
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
            append(Lie::OtherEntries, Batch::new(no_ops), commit);
            append(Lie::NoEntries, Batch::default(), commit);
            append(Lie::EarlyCommit, batch.clone(), prev_index + entries.len() as u64);
        }
        Message::Appended { term, prev_index, result, round } => {
            let mut answer = |lie, result| lies.add(lie, Message::Appended { term, prev_index, result, round });
            let matched = Result::Matched(prev_index + MOST_ENTRIES);
            if matches!(result, Result::Conflict { .. }) {
                answer(Lie::AcceptEntries, matched);
            }
            answer(Lie::ClaimMatch, matched);
            answer(Lie::ClaimNothing, Result::Conflict { term: None, first: 1 });
        }
        Message::InstallSnapshot { term, ref snapshot, round } => {
            let mut send = |lie, snapshot| {
                lies.add(lie, Message::InstallSnapshot { term, snapshot: Rc::new(snapshot), round });
            };
            let (store, sessions) = (Store::default(), Sessions::default());
            send(Lie::OtherSnapshot, Snapshot { store, sessions, ..(**snapshot).clone() });
            send(Lie::LaterSnapshot, Snapshot { index: snapshot.index + MOST_ENTRIES, ..(**snapshot).clone() });
        }
        Message::Installed { term, index, round } => {
            lies.add(Lie::ClaimMatch, Message::Installed { term, index: index + MOST_ENTRIES, round });
            lies.add(Lie::ClaimNothing, Message::Installed { term, index: 0, round });
        }
        Message::TimeoutNow { term } => lies.add(Lie::StandLater, Message::TimeoutNow { term: term.saturating_sub(1) }),
        Message::Reply { id, answer: Answer::Done(ref outcome) } => {
            let wrong = if &**outcome == "ok" { "nothing" } else { "ok" };
            lies.add(Lie::WrongResult, Message::Reply { id, answer: Answer::Done(wrong.into()) });
        }
        Message::Request { .. } | Message::Reply { .. } => {}
    }
}

//! What a Byzantine replica may say instead. Raft signs nothing and believes everybody; seeing what comes of it is the point.

use std::rc::Rc;

use super::MOST_ENTRIES;
use super::log::{Entry, Payload};
use super::message::{Answer, Batch, Message, Result};
use super::snapshot::{Sessions, Snapshot};
use crate::kernel::{LieInfo, LieSort};
use crate::protocols::kv::Store;

/// The lies, for the descriptor.
pub const LIES: &[LieInfo] = &[
    LieInfo::new("vote-yes", LieSort::Grant, "Gives its vote to whoever asks."),
    LieInfo::new("other-vote", LieSort::Contradict, "Says yes where it means no, and no where it means yes."),
    LieInfo::new("newest-log", LieSort::Invent, "Claims, as a candidate, that its log is ahead of all others."),
    LieInfo::new("empty-log", LieSort::Omit, "Claims, as a candidate, that its log is empty."),
    LieInfo::new("accept-entries", LieSort::Grant, "Accepts entries that do not fit its log."),
    LieInfo::new("claim-match", LieSort::Invent, "Acknowledges entries that it does not have."),
    LieInfo::new("claim-nothing", LieSort::Omit, "Claims that it has none of the entries before."),
    LieInfo::new("other-entries", LieSort::Contradict, "Sends, as a leader, no-ops in place of the entries."),
    LieInfo::new("no-entries", LieSort::Omit, "Sends, as a leader, a heartbeat without the entries."),
    LieInfo::new("early-commit", LieSort::Invent, "Says, as a leader, that what it sends is committed already."),
    LieInfo::new("wrong-result", LieSort::Contradict, "Tells a client another outcome."),
    LieInfo::new("other-snapshot", LieSort::Contradict, "Sends, as a leader, a snapshot of an empty store."),
    LieInfo::new("later-snapshot", LieSort::Invent, "Says, as a leader, that its snapshot stands for more entries."),
    LieInfo::new(
        "stand-later",
        LieSort::Omit,
        "Tells its successor to stand in a term that is over, which has no effect.",
    ),
];

/// What could be sent instead of this message.
pub fn lies(message: &Message) -> Vec<(u8, Message)> {
    match message {
        Message::RequestVote { ballot, term, last_index, .. } => {
            let (ballot, term, newest) = (*ballot, *term, (last_index + MOST_ENTRIES, *term));
            let claim = |(last_index, last_term)| Message::RequestVote { ballot, term, last_index, last_term };
            vec![(2, claim(newest)), (3, claim((0, 0)))]
        }
        Message::Vote { pre, term, granted } => {
            let vote = |granted| Message::Vote { pre: *pre, term: *term, granted };
            let yes = (!granted).then(|| (0, vote(true)));
            yes.into_iter().chain([(1, vote(!granted))]).collect()
        }
        Message::AppendEntries { batch, .. } if !batch.entries().is_empty() => other_appends(message),
        Message::Appended { term, prev_index, result, round } => {
            let (term, prev_index, round) = (*term, *prev_index, *round);
            let answer = |result| Message::Appended { term, prev_index, result, round };
            let matched = || answer(Result::Matched(prev_index + MOST_ENTRIES));
            let accept = matches!(result, Result::Conflict { .. }).then(|| (4, matched()));
            let claims = [(5, matched()), (6, answer(Result::Conflict { term: None, first: 1 }))];
            accept.into_iter().chain(claims).collect()
        }
        Message::InstallSnapshot { term, snapshot, round } => {
            let (term, round) = (*term, *round);
            let send = |snapshot| Message::InstallSnapshot { term, snapshot: Rc::new(snapshot), round };
            let (store, sessions) = (Store::default(), Sessions::default());
            let later = Snapshot { index: snapshot.index + MOST_ENTRIES, ..(**snapshot).clone() };
            vec![(11, send(Snapshot { store, sessions, ..(**snapshot).clone() })), (12, send(later))]
        }
        Message::Installed { term, index, round } => {
            let answer = |index| Message::Installed { term: *term, index, round: *round };
            vec![(5, answer(index + MOST_ENTRIES)), (6, answer(0))]
        }
        Message::TimeoutNow { term } => vec![(13, Message::TimeoutNow { term: term.saturating_sub(1) })],
        Message::Reply { id, answer: Answer::Done(outcome) } => {
            let wrong = if &**outcome == "ok" { "nothing" } else { "ok" };
            vec![(10, Message::Reply { id: *id, answer: Answer::Done(wrong.into()) })]
        }
        _ => Vec::new(),
    }
}

fn other_appends(message: &Message) -> Vec<(u8, Message)> {
    let Message::AppendEntries { term, prev_index, prev_term, batch, commit, round } = message else {
        return Vec::new();
    };
    let (term, prev_index, prev_term, round) = (*term, *prev_index, *prev_term, *round);
    let append = |batch, commit| Message::AppendEntries { term, prev_index, prev_term, batch, commit, round };
    let no_ops = batch.entries().iter().map(|entry| Entry::new(entry.term, Payload::NoOp, None)).collect();
    let last = prev_index + batch.entries().len() as u64;
    vec![
        (7, append(Batch::new(no_ops), *commit)),
        (8, append(Batch::default(), *commit)),
        (9, append(batch.clone(), last)),
    ]
}

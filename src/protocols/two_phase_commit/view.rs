//! What the page shows of a replica.

use super::message::{Decision, yes_no};
use super::replica::{Disk, Entry, Stage, State};
use super::{COORDINATOR, Config, TwoPhaseCommit, participants};
use crate::kernel::{CellState, Glance, NodeId, ReplicaView, Status, WordInfo, enumerate};

/// The fields of a view.
pub const FIELDS: &[WordInfo] = &[
    WordInfo {
        name: "transaction",
        about: "Which transaction the next three fields are about: the first one that it is blocked on, else the latest.",
    },
    WordInfo {
        name: "state",
        about: "A participant: working, prepared, committed, aborted. The coordinator: idle, waiting, committed, aborted.",
    },
    WordInfo { name: "vote", about: "How the participant voted: yes, no, or none." },
    WordInfo {
        name: "waiting-for",
        about: "Whom it waits for, by number: for votes, acknowledgements or the decision; else nobody.",
    },
    WordInfo { name: "log", about: "The last eight lines of the durable log, oldest first." },
    WordInfo { name: "blocked-on", about: "On how many transactions it is blocked." },
];

/// Role and epoch.
pub(super) fn status(Glance { me, state, disk, .. }: Glance<'_, TwoPhaseCommit>) -> Status {
    let epoch = match state {
        Some(state) => state.latest,
        None => disk.entries.last().map_or(0, |(&number, _)| number),
    };
    let role = match state {
        _ if me == COORDINATOR => 0,
        Some(state) if state.blocked > 0 => 2,
        Some(state) if state.open.is_empty() && state.latest > 0 => 3,
        _ => 1,
    };
    Status { role, epoch }
}

/// What a replica has in memory, while it runs, and what its log says.
pub(super) fn show(replica: Glance<'_, TwoPhaseCommit>, view: &mut ReplicaView) {
    let Glance { config, me, state, disk } = replica;
    let (latest, mut number) = (view.epoch, view.epoch);
    let (mut waiting_for, mut blocked) = (String::new(), 0);
    match state {
        Some(state) => {
            (view.committed, blocked) = (state.decided, state.blocked);
            number = tallies(config, state, view);
            waiting_for = missing(config, state, number);
        }
        None => {
            for (_, entry) in disk.entries.iter() {
                view.committed += u64::from(entry.decision.is_some());
            }
        }
    }
    // The last ones by their numbers, so that a long log costs no more than a short one.
    let first = (latest + 1).saturating_sub(ReplicaView::CELLS as u64);
    for (&slot, entry) in disk.entries.from(&first) {
        let (mark, how) = mark(entry);
        view.cell(slot, slot, &format_args!("{} {mark}", entry.what.command), how);
    }
    let entry = disk.entries.get(&number);
    view.badge(&badge(me, entry));
    view.number("transaction", number);
    view.text("state", progress(me, entry));
    view.text("vote", entry.and_then(|entry| entry.vote).map_or("none", yes_no));
    view.text("waiting-for", if waiting_for.is_empty() { "nobody" } else { &waiting_for });
    view.text("log", &last_lines(disk));
    view.number("blocked-on", blocked);
}

/// Adds who has voted or acknowledged, and says which transaction the fields are about.
fn tallies(config: &Config, state: &State, view: &mut ReplicaView) -> u64 {
    let mut shown = state.latest;
    for (&number, stage) in state.open.iter() {
        let (what, nodes) = match stage {
            Stage::Voting(ayes) => ("votes", ayes),
            Stage::Telling(informed) => ("acknowledgements", informed),
            Stage::Uncertain { blocked } => {
                if *blocked && shown == state.latest {
                    shown = number;
                }
                continue;
            }
        };
        view.tally(&format_args!("{what} on transaction {number}"), config.replicas - 1);
        for &node in nodes {
            view.vote(node);
        }
    }
    shown
}

fn mark(entry: &Entry) -> (&'static str, CellState) {
    match (entry.decision, entry.vote) {
        (Some(Decision::Commit), _) => ("✓", CellState::Committed),
        (Some(Decision::Abort), _) => ("✗", CellState::Committed),
        (None, Some(_)) => ("?", CellState::Prepared),
        (None, None) => ("?", CellState::Pending),
    }
}

fn badge(me: NodeId, entry: Option<&Entry>) -> &'static str {
    let Some(entry) = entry else { return "" };
    match (entry.decision, entry.vote) {
        (_, Some(false)) => "no",
        (Some(decision), _) => decision.word(),
        (None, Some(true)) if me != COORDINATOR => "yes",
        _ => "?",
    }
}

fn progress(me: NodeId, entry: Option<&Entry>) -> &'static str {
    match entry.map(|entry| entry.decision) {
        Some(Some(decision)) => decision.done(),
        Some(None) if me == COORDINATOR => "waiting",
        Some(None) => "prepared",
        None if me == COORDINATOR => "idle",
        None => "working",
    }
}

fn last_lines(disk: &Disk) -> String {
    let mut lines = String::new();
    for (number, note) in disk.log.from(disk.log.len().saturating_sub(8)) {
        enumerate(&mut lines, ", ", &note.word());
        enumerate(&mut lines, " ", number);
    }
    lines
}

/// Whom it waits for; empty for nobody.
fn missing(config: &Config, state: &State, number: u64) -> String {
    let mut missing = String::new();
    let in_already = match state.open.get(&number) {
        Some(Stage::Voting(nodes) | Stage::Telling(nodes)) => nodes,
        Some(Stage::Uncertain { .. }) => return COORDINATOR.to_string(),
        None => return missing,
    };
    for node in participants(config) {
        if !in_already.contains(&node) {
            enumerate(&mut missing, ",", &node);
        }
    }
    missing
}

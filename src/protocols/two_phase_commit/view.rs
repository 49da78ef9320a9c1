//! What the page shows of a replica.

use super::message::{Decision, yes_no};
use super::replica::{Disk, Entry, Stage, State};
use super::{COORDINATOR, Config, ROLES, participants};
use crate::kernel::{Cell, CellState, Fields, NodeId, ReplicaView, Status, Tally, WordInfo, enumerate};

/// The fields of a view.
pub const FIELDS: &[WordInfo] = &[
    WordInfo {
        name: "transaction",
        about: "The number of the transaction that the next three fields are about: the first that the replica is blocked on, else the latest.",
    },
    WordInfo {
        name: "state",
        about: "A participant: working, prepared, committed, aborted. The coordinator: idle, waiting, committed, aborted.",
    },
    WordInfo { name: "vote", about: "How the participant voted: yes, no, none." },
    WordInfo {
        name: "waiting-for",
        about: "Whom the replica waits for, by number: voters, acknowledgers, the coordinator; else nobody.",
    },
    WordInfo { name: "log", about: "The last eight lines of the durable log, oldest first." },
    WordInfo { name: "blocked-on", about: "How many transactions the replica is blocked on." },
];

/// Role and epoch.
pub(super) fn status(me: NodeId, state: &State) -> Status {
    let role = match () {
        _ if me == COORDINATOR => 0,
        _ if state.blocked > 0 => 2,
        _ if state.open.is_empty() && state.latest > 0 => 3,
        _ => 1,
    };
    Status { role, epoch: state.latest }
}

/// A running replica.
pub(super) fn of_state(config: &Config, me: NodeId, state: &State, disk: &Disk) -> ReplicaView {
    let mut shown = state.latest;
    let mut tallies = Vec::new();
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
        tallies.push(Tally::new(format!("{what} on transaction {number}"), nodes, config.replicas - 1));
    }
    let waiting_for = waiting_for(config, state, shown);
    let mut view = of_log(me, disk, state.latest, shown, &waiting_for, state.blocked);
    view.role = ROLES[status(me, state).role as usize].name;
    (view.committed, view.tallies) = (state.decided, tallies);
    view
}

/// A crashed replica: what its log says.
pub(super) fn of_disk(me: NodeId, disk: &Disk) -> ReplicaView {
    let latest = disk.entries.last().map_or(0, |(&number, _)| number);
    let mut view = of_log(me, disk, latest, latest, "nobody", 0);
    for (_, entry) in disk.entries.iter() {
        view.committed += u64::from(entry.decision.is_some());
    }
    view
}

/// What the log says of transaction `number` and of the last ones, `latest` among them. These go by their numbers, so
/// that a long log costs no more than a short one.
fn of_log(me: NodeId, disk: &Disk, latest: u64, number: u64, waiting_for: &str, blocked: u64) -> ReplicaView {
    let entry = disk.entries.get(&number);
    let mut log = Vec::new();
    let first = (latest + 1).saturating_sub(ReplicaView::CELLS as u64);
    for (&slot, entry) in disk.entries.from(&first) {
        log.push(cell(slot, entry));
    }
    let mut fields = Fields::default();
    fields.number("transaction", number);
    fields.text("state", progress(me, entry));
    fields.text("vote", entry.and_then(|entry| entry.vote).map_or("none", yes_no));
    fields.text("waiting-for", waiting_for);
    fields.text("log", &last_lines(disk));
    fields.number("blocked-on", blocked);
    ReplicaView {
        role: ROLES[usize::from(me != COORDINATOR)].name,
        epoch: latest,
        committed: 0,
        badge: badge(me, entry).into(),
        fields: fields.0,
        log,
        tallies: Vec::new(),
    }
}

fn cell(slot: u64, entry: &Entry) -> Cell {
    let (mark, state) = match (entry.decision, entry.vote) {
        (Some(Decision::Commit), _) => ("✓", CellState::Committed),
        (Some(Decision::Abort), _) => ("✗", CellState::Committed),
        (None, Some(_)) => ("?", CellState::Prepared),
        (None, None) => ("?", CellState::Pending),
    };
    Cell { slot, epoch: slot, label: format!("{} {mark}", &*entry.what.command.name), state }
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

fn waiting_for(config: &Config, state: &State, number: u64) -> String {
    let in_already = match state.open.get(&number) {
        Some(Stage::Voting(nodes) | Stage::Telling(nodes)) => nodes,
        Some(Stage::Uncertain { .. }) => return COORDINATOR.to_string(),
        None => return "nobody".into(),
    };
    let mut missing = String::new();
    for node in participants(config) {
        if !in_already.contains(&node) {
            enumerate(&mut missing, ",", &node);
        }
    }
    missing
}

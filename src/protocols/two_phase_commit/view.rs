//! What the page shows of a replica.

use super::message::{Decision, yes_no};
use super::replica::{Disk, Stage, State};
use super::{COORDINATOR, Config, ROLES, participants};
use crate::kernel::{Cell, CellState, Field, NodeId, ReplicaView, Status, Tally, Value, WordInfo};

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
    let blocked = state.open.iter().find(|(_, stage)| **stage == Stage::Uncertain { blocked: true });
    let shown = blocked.map_or(state.latest, |(&number, _)| number);
    let role = status(me, state).role;
    ReplicaView {
        role: ROLES[role as usize].name,
        epoch: state.latest,
        committed: state.decided,
        badge: badge(me, disk, shown),
        fields: fields(me, disk, shown, &waiting_for(config, state, shown), state.blocked),
        log: cells(disk, state.latest),
        tallies: tallies(config, state),
    }
}

/// A crashed replica: what its log says.
pub(super) fn of_disk(me: NodeId, disk: &Disk) -> ReplicaView {
    let latest = disk.entries.last().map_or(0, |(&number, _)| number);
    ReplicaView {
        role: ROLES[usize::from(me != COORDINATOR)].name,
        epoch: latest,
        committed: disk.entries.values().filter(|entry| entry.decision.is_some()).count() as u64,
        badge: badge(me, disk, latest),
        fields: fields(me, disk, latest, "nobody", 0),
        log: cells(disk, latest),
        tallies: Vec::new(),
    }
}

/// The last transactions: by their numbers, so that a long log costs no more than a short one.
fn cells(disk: &Disk, latest: u64) -> Vec<Cell> {
    let first = (latest + 1).saturating_sub(ReplicaView::CELLS as u64);
    disk.entries.from(&first).map(|(&slot, entry)| cell(slot, entry)).collect()
}

fn cell(slot: u64, entry: &super::replica::Entry) -> Cell {
    let (mark, state) = match (entry.decision, entry.vote) {
        (Some(Decision::Commit), _) => ('✓', CellState::Committed),
        (Some(Decision::Abort), _) => ('✗', CellState::Committed),
        (None, Some(_)) => ('?', CellState::Prepared),
        (None, None) => ('?', CellState::Pending),
    };
    Cell { slot, epoch: slot, label: format!("{} {mark}", entry.what.command), state }
}

fn badge(me: NodeId, disk: &Disk, number: u64) -> String {
    let Some(entry) = disk.entries.get(&number) else { return String::new() };
    let word = match (entry.decision, entry.vote) {
        (_, Some(false)) => "no",
        (Some(decision), _) => decision.word(),
        (None, Some(true)) if me != COORDINATOR => "yes",
        _ => "?",
    };
    word.into()
}

fn fields(me: NodeId, disk: &Disk, number: u64, waiting_for: &str, blocked: u64) -> Vec<Field> {
    let entry = disk.entries.get(&number);
    let state = match entry.map(|entry| entry.decision) {
        Some(Some(decision)) => decision.done(),
        Some(None) if me == COORDINATOR => "waiting",
        Some(None) => "prepared",
        None if me == COORDINATOR => "idle",
        None => "working",
    };
    let skip = disk.log.len().saturating_sub(8);
    let mut log = String::new();
    for (number, note) in (skip..disk.log.len()).filter_map(|place| disk.log.get(place)) {
        let comma = if log.is_empty() { "" } else { ", " };
        log.push_str(&format!("{comma}{} {number}", note.word()));
    }
    let vote = entry.and_then(|entry| entry.vote).map_or("none", yes_no);
    let field = |name, value: Value| Field { name, value };
    vec![
        field("transaction", number.into()),
        field("state", state.into()),
        field("vote", vote.into()),
        field("waiting-for", waiting_for.into()),
        field("log", log.into()),
        field("blocked-on", blocked.into()),
    ]
}

fn waiting_for(config: &Config, state: &State, number: u64) -> String {
    match state.open.get(&number) {
        Some(Stage::Voting(in_already) | Stage::Telling(in_already)) => {
            let missing = participants(config).filter(|node| !in_already.contains(node));
            missing.map(|node| node.to_string()).collect::<Vec<_>>().join(",")
        }
        Some(Stage::Uncertain { .. }) => COORDINATOR.to_string(),
        None => "nobody".into(),
    }
}

fn tallies(config: &Config, state: &State) -> Vec<Tally> {
    let needed = config.replicas as u16 - 1;
    let tally = |what, number: u64, nodes: &[NodeId]| Tally {
        about: format!("{what} on transaction {number}"),
        votes: nodes.iter().map(|node| node.raw()).collect(),
        needed,
    };
    state
        .open
        .iter()
        .filter_map(|(&number, stage)| match stage {
            Stage::Voting(ayes) => Some(tally("votes", number, ayes)),
            Stage::Telling(informed) => Some(tally("acknowledgements", number, informed)),
            Stage::Uncertain { .. } => None,
        })
        .collect()
}

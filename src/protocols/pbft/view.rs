//! What the page shows of a replica.

use super::message::{Order, show};
use super::replica::{Disk, State};
use super::{Config, role};
use crate::kernel::{Cell, CellState, Field, Look, NodeId, ReplicaView, RoleInfo, Status, Tally, WordInfo, order};

/// The roles, for the descriptor.
pub const ROLES: &[RoleInfo] = &[
    RoleInfo { name: "primary", look: Look::Lead, about: "Gives requests their numbers in this view." },
    RoleInfo { name: "backup", look: Look::Follow, about: "Checks the primary's order and votes on it." },
    RoleInfo {
        name: "changing-view",
        look: Look::Contend,
        about: "Has left its view and waits for the next to begin.",
    },
];

/// The fields, for the descriptor.
pub const FIELDS: &[WordInfo] = &[
    WordInfo { name: "view", about: "v: the view it is in, or wants next while it changes." },
    WordInfo { name: "last-executed", about: "The last number that it executed." },
    WordInfo { name: "prepared", about: "The highest number that has prepared here." },
    WordInfo { name: "sequence", about: "The highest number that it has accepted." },
    WordInfo { name: "waiting-for", about: "Requests that it received and has not executed." },
    WordInfo { name: "store", about: "What the service holds." },
];

/// Role and epoch.
pub fn status(config: &Config, me: NodeId, disk: &Disk) -> Status {
    let role = match (disk.changing, config.primary(disk.view) == me) {
        (true, _) => role::CHANGING,
        (false, true) => role::PRIMARY,
        (false, false) => role::BACKUP,
    };
    Status { role, epoch: disk.view }
}

/// A running replica.
pub fn view(config: &Config, me: NodeId, state: &State, disk: &Disk) -> ReplicaView {
    let waiting: Vec<_> = state.waiting.iter().map(|request| request.body().command.to_string()).collect();
    let mut view = of_disk(config, me, disk, waiting.join(" "));
    view.tallies = tallies(config, state, disk);
    view
}

/// What the disk alone says.
pub fn of_disk(config: &Config, me: NodeId, disk: &Disk, waiting: String) -> ReplicaView {
    let executed = disk.executed();
    let highest = |has: &dyn Fn(u64) -> bool| {
        disk.slots.keys().copied().filter(|&sequence| has(sequence)).last().unwrap_or(0).max(executed)
    };
    let prepared = highest(&|sequence| disk.slots.get(&sequence).is_some_and(|slot| slot.prepared.is_some()));
    let accepted = highest(&|sequence| disk.accepted(sequence).is_some());
    let number = |name, value: u64| Field { name, value: value.into() };
    let fields = vec![
        number("view", disk.view),
        number("last-executed", executed),
        number("prepared", prepared),
        number("sequence", accepted),
        Field { name: "waiting-for", value: waiting.into() },
        Field { name: "store", value: disk.store.show().into() },
    ];
    let role = ROLES[status(config, me, disk).role as usize].name;
    let badge = format!("v{}{}", disk.view, if disk.changing { "?" } else { "" });
    ReplicaView { role, epoch: disk.view, committed: executed, badge, fields, log: log(disk), tallies: Vec::new() }
}

fn log(disk: &Disk) -> Vec<Cell> {
    let cell = |slot, epoch, request: &Order, state| Cell { slot, epoch, label: show(request), state };
    let mut cells: Vec<_> = Vec::new();
    let skip = disk.decided.len().saturating_sub(ReplicaView::CELLS);
    for decided in disk.decided.from(skip) {
        cells.push(cell(decided.place.sequence, decided.place.view, &decided.request, CellState::Committed));
    }
    for (&sequence, slot) in disk.slots.from(&(disk.executed() + 1)) {
        let state = match (&slot.committed, disk.prepared(sequence).or(slot.prepared.as_ref())) {
            (Some(_), _) => CellState::Committed,
            (None, Some(_)) => CellState::Prepared,
            (None, None) => CellState::Pending,
        };
        let proposal = slot.accepted.as_ref().or(slot.prepared.as_ref().map(|cert| &cert.proposal));
        if let Some(proposal) = proposal {
            cells.push(cell(sequence, proposal.place().view, &proposal.request, state));
        }
    }
    let skip = cells.len().saturating_sub(ReplicaView::CELLS);
    cells.split_off(skip)
}

fn tallies(config: &Config, state: &State, disk: &Disk) -> Vec<Tally> {
    let mut tallies = Vec::new();
    let mut add = |about, mut votes: Vec<u16>, needed: usize| {
        order::sort(&mut votes);
        tallies.push(Tally { about, votes, needed: needed as u16 });
    };
    if disk.changing {
        let asked = state.view_changes.iter().filter(|(_, change)| change.body().view == disk.view);
        add(format!("view {}", disk.view), asked.map(|(node, _)| node.raw()).collect(), config.quorum);
    }
    for (&sequence, votes) in state.votes.from(&(disk.executed() + 1)).take(8) {
        let Some(proposal) = disk.accepted(sequence) else { continue };
        let place = proposal.place();
        if disk.prepared(sequence).is_none() {
            let matching = votes.prepares.iter().filter(|vote| vote.body().0 == *place);
            add(format!("prepare #{sequence}"), matching.map(|vote| vote.signer().raw()).collect(), config.prepares);
        }
        let matching = votes.commits.iter().filter(|vote| vote.body().0 == *place);
        add(format!("commit #{sequence}"), matching.map(|vote| vote.signer().raw()).collect(), config.commits);
    }
    tallies
}

//! What the page shows of a replica.

use super::certificates::matching;
use super::message::{Batch, Phase, join, short, show};
use super::replica::{Disk, State};
use super::{Config, role};
use crate::kernel::{Cell, CellState, Fields, Look, NodeId, ReplicaView, RoleInfo, Status, Tally, WordInfo, order};

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
    WordInfo {
        name: "low-watermark",
        about: "h: the number of its last stable checkpoint; the log below is collected.",
    },
    WordInfo { name: "high-watermark", about: "H = h + L: it takes no number above." },
    WordInfo {
        name: "stable-checkpoint",
        about: "The digest of the state at h, or `fetching` while it lacks that state.",
    },
    WordInfo { name: "tentative", about: "The number that it has executed tentatively, or `none`." },
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
    let waiting = state.waiting.iter().map(|request| request.body().command.to_string());
    let mut view = of_disk(config, me, disk, &join(waiting, " "));
    view.tallies = tallies(config, state, disk);
    view
}

/// What the disk alone says.
pub fn of_disk(config: &Config, me: NodeId, disk: &Disk, waiting: &str) -> ReplicaView {
    let executed = disk.executed;
    let highest = |has: &dyn Fn(u64) -> bool| {
        disk.slots.keys().copied().filter(|&sequence| has(sequence)).last().unwrap_or(0).max(executed)
    };
    let prepared = highest(&|sequence| disk.slots.get(&sequence).is_some_and(|slot| slot.prepared.is_some()));
    let accepted = highest(&|sequence| disk.accepted(sequence).is_some());
    let checkpoint: String = match (disk.low(), disk.lags()) {
        (0, _) => "none".into(),
        (_, true) => "fetching".into(),
        _ => short(disk.stable.place.digest),
    };
    let mut fields = Fields::default();
    fields.number("view", disk.view);
    fields.number("last-executed", executed);
    fields.number("prepared", prepared);
    fields.number("sequence", accepted);
    fields.number("low-watermark", disk.low());
    fields.number("high-watermark", disk.low() + config.log_size);
    fields.text("stable-checkpoint", &checkpoint);
    match disk.tentative {
        Some(_) => fields.number("tentative", executed + 1),
        None => fields.text("tentative", "none"),
    }
    fields.text("waiting-for", waiting);
    fields.text("store", &disk.service.store.show());
    let role = ROLES[status(config, me, disk).role as usize].name;
    let badge = format!("v{}{}", disk.view, if disk.changing { "?" } else { "" });
    ReplicaView {
        role,
        epoch: disk.view,
        committed: executed,
        badge,
        fields: fields.0,
        log: log(disk),
        tallies: Vec::new(),
    }
}

fn log(disk: &Disk) -> Vec<Cell> {
    let mut cells: Vec<_> = Vec::new();
    for (&sequence, slot) in disk.slots.iter() {
        let prepared = slot.prepared.as_ref().map(|cert| &cert.proposal);
        if let Some(proposal) = slot.accepted.as_ref().or(prepared) {
            let (batch, epoch): (&Batch, _) = (&proposal.batch, proposal.place().view);
            // What prepared in an earlier view than is shown has yet to prepare in this one.
            let here = prepared.is_some_and(|proposal| proposal.place().view == epoch);
            let state = match (sequence <= disk.executed || slot.committed.is_some(), here) {
                (true, _) => CellState::Committed,
                (false, true) => CellState::Prepared,
                (false, false) => CellState::Pending,
            };
            cells.push(Cell { slot: sequence, epoch, label: show(batch), state });
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
    for (&sequence, votes) in state.votes.from(&(disk.low() + 1)).take(8) {
        let own = disk.slots.get(&sequence).and_then(|slot| slot.snapshot.as_ref()).map(|state| state.place(sequence));
        let order = disk.accepted(sequence).filter(|_| !disk.committed(sequence)).map(|proposal| *proposal.place());
        let waits = disk.prepared(sequence).is_none();
        let kinds = [
            ("prepare", Phase::Prepare, order.filter(|_| waits), config.prepares),
            ("commit", Phase::Commit, order, config.commits),
            ("checkpoint", Phase::Checkpoint, own, config.quorum),
        ];
        for (word, phase, place, needed) in kinds {
            let Some(place) = place else { continue };
            let votes = matching(config, votes, phase, &place);
            add(format!("{word} #{sequence}"), votes.iter().map(|vote| vote.signer().raw()).collect(), needed);
        }
    }
    tallies
}

//! What the page shows of a replica.

use super::certificates::matching;
use super::message::{Batch, Phase, short, show as show_batch};
use super::replica::{Disk, State};
use super::{Config, role};
use crate::kernel::{CellState, Look, NodeId, ReplicaView, RoleInfo, Status, WordInfo, enumerate};

/// The roles, for the descriptor.
pub const ROLES: &[RoleInfo] = &[
    RoleInfo { name: "primary", look: Look::Lead, about: "Gives requests their numbers in this view." },
    RoleInfo { name: "backup", look: Look::Follow, about: "Checks the primary's order and votes on it." },
    RoleInfo {
        name: "changing-view",
        look: Look::Contend,
        about: "Has left its view and waits for the next one to begin.",
    },
];

/// The fields, for the descriptor.
pub const FIELDS: &[WordInfo] = &[
    WordInfo { name: "view", about: "v: the view that it is in, or the one that it asks for during a view change." },
    WordInfo { name: "last-executed", about: "The last number that it has executed." },
    WordInfo { name: "prepared", about: "The highest number that has prepared here." },
    WordInfo { name: "sequence", about: "The highest number that it has accepted." },
    WordInfo {
        name: "low-watermark",
        about: "h: the number of its last stable checkpoint; the log up to there is discarded.",
    },
    WordInfo { name: "high-watermark", about: "H = h + L: it accepts no number above this one." },
    WordInfo {
        name: "stable-checkpoint",
        about: "The digest of the state at h, none before the first checkpoint, or fetching while it lacks that state.",
    },
    WordInfo { name: "tentative", about: "The number that it has executed tentatively, or none." },
    WordInfo { name: "waiting-for", about: "Requests that it has received but not executed." },
    WordInfo { name: "store", about: "What its store holds: x=1 y=2." },
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

/// What a replica has on its disk, and in memory while it runs.
pub fn show(config: &Config, state: Option<&State>, disk: &Disk, view: &mut ReplicaView) {
    let executed = disk.executed;
    let highest = |has: &dyn Fn(u64) -> bool| {
        disk.slots.keys().copied().filter(|&sequence| has(sequence)).last().unwrap_or(0).max(executed)
    };
    view.committed = executed;
    view.badge(&format_args!("v{}{}", disk.view, if disk.changing { "?" } else { "" }));
    view.number("view", disk.view);
    view.number("last-executed", executed);
    view.number("prepared", highest(&|sequence| disk.slots.get(&sequence).is_some_and(|slot| slot.prepared.is_some())));
    view.number("sequence", highest(&|sequence| disk.accepted(sequence).is_some()));
    view.number("low-watermark", disk.low());
    view.number("high-watermark", disk.low() + config.log_size);
    match (disk.low(), disk.lags()) {
        (0, _) => view.text("stable-checkpoint", "none"),
        (_, true) => view.text("stable-checkpoint", "fetching"),
        _ => view.text("stable-checkpoint", &short(disk.stable.place.digest)),
    }
    match disk.tentative {
        Some(_) => view.number("tentative", executed + 1),
        None => view.text("tentative", "none"),
    }
    let mut waiting = String::new();
    for request in state.iter().flat_map(|state| &state.waiting) {
        enumerate(&mut waiting, " ", &request.body().command);
    }
    view.text("waiting-for", &waiting);
    view.text("store", &disk.service.store.show());
    log(disk, view);
    if let Some(state) = state {
        tallies(config, state, disk, view);
    }
}

fn log(disk: &Disk, view: &mut ReplicaView) {
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
            view.cell(sequence, epoch, &show_batch(batch), state);
        }
    }
}

fn tallies(config: &Config, state: &State, disk: &Disk, view: &mut ReplicaView) {
    if disk.changing {
        view.tally(&format_args!("view {}", disk.view), config.quorum);
        for (node, change) in state.view_changes.iter() {
            if change.body().view == disk.view {
                view.vote(*node);
            }
        }
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
            view.tally(&format_args!("{word} #{sequence}"), needed);
            for vote in matching(config, votes, phase, &place) {
                view.vote(vote.signer());
            }
        }
    }
}

//! What the page shows of a replica.

use super::Config;
use super::certificates::matching;
use super::message::{Batch, Phase, show as show_batch};
use super::replica::{Disk, State};
use super::sequenced_digest::short;
use crate::kernel::{self, CellStatus, NodeId, ReplicaView, Status, View, listed};

/// The roles.
#[derive(kernel::Role, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Gives requests their numbers in this view.
    #[role(Lead)]
    Primary,
    /// Checks the primary's order and votes on it.
    #[role(Follow)]
    Backup,
    /// Has left its view and waits for the next one to begin.
    #[role(Contend)]
    ChangingView,
}

/// The fields.
#[derive(View)]
pub struct Shown {
    /// v: the view that it is in, or the one that it asks for during a view change.
    view: u64,
    /// The last number that it has executed.
    last_executed: u64,
    /// The highest number that has prepared here.
    prepared: u64,
    /// The highest number that it has accepted.
    sequence: u64,
    /// h: the number of its last stable checkpoint; the log up to there is discarded.
    low_watermark: u64,
    /// H = h + L: it accepts no number above this one.
    high_watermark: u64,
    /// The digest of the state at h, none before the first checkpoint, or fetching while it lacks that state.
    stable_checkpoint: String,
    /// The number that it has executed tentatively, or none.
    tentative: Option<u64>,
    /// Requests that it has received but not executed.
    waiting_for: String,
    /// What its store holds: x=1 y=2.
    store: String,
}

/// Role and epoch.
pub fn status(config: &Config, me: NodeId, disk: &Disk) -> Status {
    let role = match (disk.changing, config.primary(disk.view) == me) {
        (true, _) => Role::ChangingView,
        (false, true) => Role::Primary,
        (false, false) => Role::Backup,
    };
    Status::new(&role, disk.view)
}

/// What a replica has on its disk, and in memory while it runs.
pub fn show(config: &Config, state: Option<&State>, disk: &Disk, view: &mut ReplicaView) {
    let executed = disk.executed;
    let waiting = state.iter().flat_map(|state| &state.waiting);
    let highest = |has: &dyn Fn(u64) -> bool| {
        disk.slots.keys().copied().filter(|&sequence| has(sequence)).last().unwrap_or(0).max(executed)
    };
    view.committed = executed;
    view.badge(&format_args!("v{}{}", disk.view, if disk.changing { "?" } else { "" }));
    view.add(&Shown {
        view: disk.view,
        last_executed: executed,
        prepared: highest(&|sequence| disk.slots.get(&sequence).is_some_and(|slot| slot.prepared.is_some())),
        sequence: highest(&|sequence| disk.accepted(sequence).is_some()),
        low_watermark: disk.low(),
        high_watermark: disk.low() + config.log_size,
        stable_checkpoint: match (disk.low(), disk.lags()) {
            (0, _) => "none".into(),
            (_, true) => "fetching".into(),
            _ => short(disk.stable.place.digest),
        },
        tentative: disk.tentative.as_ref().map(|_| executed + 1),
        waiting_for: listed(waiting.map(|request| &request.body().command), " "),
        store: disk.service.store.show(),
    });
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
                (true, _) => CellStatus::Committed,
                (false, true) => CellStatus::Prepared,
                (false, false) => CellStatus::Pending,
            };
            view.entry(sequence, epoch, &show_batch(batch), state);
        }
    }
}

fn tallies(config: &Config, state: &State, disk: &Disk, view: &mut ReplicaView) {
    if disk.changing {
        view.tally(&format_args!("view {}", disk.view), config.quorum);
        let changes = state.view_changes.iter().filter(|(_, change)| change.body().view == disk.view);
        view.votes(changes.map(|(node, _)| *node));
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
            view.votes(matching(config, votes, phase, &place).iter().map(|vote| vote.signer()));
        }
    }
}

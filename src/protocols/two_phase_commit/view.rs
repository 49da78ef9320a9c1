//! What the page shows of a replica.

use super::message::Decision;
use super::replica::{Disk, Entry, Stage, State};
use super::{COORDINATOR, Client, Config, Role, TwoPhaseCommit, participants};
use crate::kernel::prelude::*;

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// Which transaction the next three fields are about: the first one that it is blocked on, else the latest.
    transaction: u64,
    /// A participant: working, prepared, pre-committed, committed, aborted. The coordinator: idle, waiting, committed, aborted.
    state: &'static str,
    /// How the participant voted: yes, no, or none.
    vote: Option<bool>,
    /// Whom it waits for, by number: for votes, acknowledgements or the decision; else nobody.
    waiting_for: String,
    /// The last eight lines of the durable log, oldest first.
    log: String,
    /// On how many transactions it is blocked.
    blocked_on: u64,
}

impl Explain for TwoPhaseCommit {
    type Role = Role;
    type Shown = Shown;

    fn status(Glance { me, state, disk, .. }: Glance<'_, Self>) -> Status {
        let role = match state {
            _ if me == COORDINATOR => Role::Coordinator,
            Some(state) if state.blocked > 0 => Role::Blocked,
            Some(state) if state.open.is_empty() && state.latest > 0 => Role::Decided,
            _ => Role::Participant,
        };
        let on_disk = || disk.entries.last().map_or(0, |(&number, _)| number);
        Status::new(&role, state.map_or_else(on_disk, |state| state.latest))
    }

    fn view(Glance { config, me, state, disk }: Glance<'_, Self>, view: &mut ReplicaView) {
        let is_decided = |(_, entry): &(&u64, &Entry)| entry.decision.is_some();
        view.committed =
            state.map_or_else(|| disk.entries.iter().filter(is_decided).count() as u64, |state| state.decided);
        // The last ones by their numbers, so that a long log costs no more than a short one.
        let first = (view.epoch + 1).saturating_sub(ReplicaView::CELLS as u64);
        for (&slot, entry) in disk.entries.from(&first) {
            let (mark, how) = mark(entry);
            view.entry(slot, slot, &format_args!("{} {mark}", entry.what.command), how);
        }
        let number = state.map_or(view.epoch, in_focus);
        let entry = disk.entries.get(&number);
        let (badge, progress) = progress(me, entry);
        view.badge(&badge);
        view.add(&Shown {
            transaction: number,
            state: progress,
            vote: entry.and_then(|entry| entry.vote),
            waiting_for: waiting_for(config, state.and_then(|state| state.open.get(&number))),
            log: last_lines(disk),
            blocked_on: state.map_or(0, |state| state.blocked),
        });
        for (number, stage) in state.iter().flat_map(|state| state.open.iter()) {
            let (what, nodes) = match stage {
                Stage::Voting(ayes) => ("votes", ayes),
                Stage::Telling(informed) => ("acknowledgements", informed),
                Stage::Uncertain { .. } => continue,
                Stage::PreCommitting(missing) => {
                    view.tally(&format_args!("pre-commit of transaction {number}"), config.replicas - 1);
                    let others = NodeId::replicas(config.replicas).filter(|node| *node != me);
                    view.votes(others.filter(|node| !missing.contains(node)));
                    continue;
                }
                Stage::Asking(reports) => {
                    view.tally(&format_args!("states on transaction {number}"), config.replicas - 1);
                    view.votes(reports.iter().map(|report| report.from));
                    continue;
                }
            };
            view.tally(&format_args!("{what} on transaction {number}"), config.replicas - 1);
            view.votes(nodes.iter().copied());
        }
    }

    fn view_client(_: &Config, client: &Client) -> String {
        match client.wanted.first() {
            Some((what, to)) => format!("waits for {} from {to}", what.command),
            None => "idle".into(),
        }
    }
}

/// The first transaction that it is blocked on, else the latest.
fn in_focus(state: &State) -> u64 {
    let mut open = state.open.iter();
    let blocked = open.find(|(_, stage)| **stage == Stage::Uncertain { blocked: true });
    blocked.map_or(state.latest, |(&number, _)| number)
}

fn mark(entry: &Entry) -> (&'static str, CellStatus) {
    match (entry.decision, entry.vote) {
        (Some(Decision::Commit), _) => ("✓", CellStatus::Committed),
        (Some(Decision::Abort), _) => ("✗", CellStatus::Committed),
        (None, Some(_)) => ("?", CellStatus::Prepared),
        (None, None) => ("?", CellStatus::Pending),
    }
}

/// What stands inside the disc, and how far it has come.
fn progress(me: NodeId, entry: Option<&Entry>) -> (&'static str, &'static str) {
    let coordinates = me == COORDINATOR;
    match entry.map(|entry| (entry.decision, entry.vote)) {
        None => ("", if coordinates { "idle" } else { "working" }),
        Some((Some(decision), Some(false))) => ("no", decision.done()),
        Some((Some(decision), _)) => (decision.word(), decision.done()),
        Some((None, _)) if entry.is_some_and(|entry| entry.pre_committed) => ("pre", "pre-committed"),
        Some((None, _)) if coordinates => ("?", "waiting"),
        Some((None, _)) => ("yes", "prepared"),
    }
}

fn last_lines(disk: &Disk) -> String {
    let lines = disk.log.from(disk.log.len().saturating_sub(8));
    listed(lines.map(|(number, note)| format!("{} {number}", note.word())), ", ")
}

fn waiting_for(config: &Config, stage: Option<&Stage>) -> String {
    match stage {
        Some(Stage::Voting(heard) | Stage::Telling(heard)) => {
            listed(participants(config).filter(|node| !heard.contains(node)), ",")
        }
        Some(Stage::Uncertain { .. }) => COORDINATOR.to_string(),
        Some(Stage::PreCommitting(missing)) => listed(missing.iter(), ","),
        Some(Stage::Asking(_)) => "states".into(),
        None => "nobody".into(),
    }
}

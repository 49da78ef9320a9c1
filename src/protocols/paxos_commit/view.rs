//! What the page shows of a replica.

use super::message::{Ballot, Decision, prepared_word};
use super::replica::{Entry, Open, Phase};
use super::{Client, Config, LEADER, PaxosCommit, Role};
use crate::kernel::prelude::*;

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// Which transaction the next fields are about: the first one that is open here, else the last.
    transaction: u64,
    /// Idle, waiting, prepared (it has voted so, and waits), committed or aborted.
    state: &'static str,
    /// How the participant voted: yes for prepared, no for aborted, or none.
    vote: Option<bool>,
    /// The highest ballot that the acceptor has promised.
    promised: Option<Ballot>,
    /// How many participants' votes the acceptor has.
    votes_kept: u64,
}

impl Explain for PaxosCommit {
    type Role = Role;
    type Shown = Shown;

    fn status(Glance { me, state, disk, .. }: Glance<'_, Self>) -> Status {
        let takes_over = |open: &Open| open.ballot.is_some();
        let role = match state {
            Some(state) if state.open.values().any(takes_over) => Role::TakingOver,
            Some(state) if me == LEADER && !state.open.is_empty() => Role::Leader,
            Some(state) if state.open.is_empty() && state.decided > 0 => Role::Decided,
            _ => Role::Participant,
        };
        let promised = disk.entries.last().and_then(|(_, entry)| entry.promised);
        Status::new(&role, promised.map_or(0, Ballot::epoch))
    }

    fn view(Glance { config, me, state, disk }: Glance<'_, Self>, view: &mut ReplicaView) {
        let decided = disk.entries.values().filter(|entry| entry.decision.is_some()).count() as u64;
        view.committed = state.map_or(decided, |state| state.decided);
        let first = disk.entries.len().saturating_sub(ReplicaView::CELLS);
        for (&number, entry) in disk.entries.iter().skip(first) {
            let mark = entry.decision.map_or("?", |decision| if decision == Decision::Commit { "✓" } else { "✗" });
            let (_, _, status) = progress(entry);
            view.entry(number, number, &format_args!("{} {mark}", entry.what.command), status);
        }
        let open = state.and_then(|state| state.open.iter().next());
        let number = open.map(|(number, _)| *number).or_else(|| Some(*disk.entries.last()?.0));
        let entry = number.and_then(|number| disk.entries.get(&number));
        let ballot = open.and_then(|(_, open)| open.ballot.as_ref());
        let (badge, state_word, _) = entry.map_or(("", "idle", CellStatus::Pending), progress);
        view.badge(&badge);
        view.add(&Shown {
            transaction: number.unwrap_or(0),
            state: state_word,
            vote: entry.and_then(|entry| entry.vote),
            promised: entry.and_then(|entry| entry.promised),
            votes_kept: entry.map_or(0, |entry| entry.accepted.iter().flatten().count() as u64),
        });
        if let Some(entry) = entry {
            votes(config, entry, view);
        }
        match (ballot, open) {
            (Some((ballot, Phase::Preparing { promises, .. })), _) => {
                view.tally(&format_args!("promises for ballot {ballot}"), config.majority());
                view.votes(promises.iter().copied());
            }
            (_, Some((number, open))) if me == LEADER || ballot.is_some() => {
                view.tally(&format_args!("reports on transaction {number}"), config.majority());
                let mut heard: Vec<_> = open.accepted.values().flatten().copied().collect();
                heard.put_in_order();
                heard.dedup();
                view.votes(heard);
            }
            _ => {}
        }
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.wanted.show()
    }
}

/// A row for each participant's instance, and one for what follows from all of them.
fn votes(config: &Config, entry: &Entry, view: &mut ReplicaView) {
    view.column(config.majority());
    for (place, vote) in entry.accepted.iter().enumerate() {
        let Some(vote) = vote else { continue };
        let word = prepared_word(vote.prepared);
        let label = if vote.ballot.round == 0 { word.to_string() } else { format!("{word} {}", vote.ballot) };
        view.mark(place as u64 + 1, &format_args!("vote of {}", place + 1), &label, CellStatus::Prepared);
    }
    if let Some(decision) = entry.decision {
        view.mark(config.replicas as u64 + 1, &"all of them", &decision.done(), CellStatus::Committed);
    }
}

/// What stands inside the disc, how far it has come, and how its slot looks.
fn progress(entry: &Entry) -> (&'static str, &'static str, CellStatus) {
    match (entry.decision, entry.vote) {
        (Some(decision), _) => (decision.word(), decision.done(), CellStatus::Committed),
        (None, Some(true)) => ("yes", "prepared", CellStatus::Prepared),
        (None, Some(false)) => ("no", "waiting", CellStatus::Prepared),
        (None, None) => ("", "waiting", CellStatus::Pending),
    }
}

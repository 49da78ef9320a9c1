//! What the page shows of a replica.

use super::message::{Ballot, prepared_word};
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
    /// The ballot that it leads, after it has taken over.
    leads_ballot: Option<Ballot>,
    /// How many transactions are open here.
    open: u64,
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
            let (mark, status) = mark(entry);
            view.entry(number, number, &format_args!("{} {mark}", entry.what.command), status);
        }
        let open = state.and_then(|state| state.open.iter().next());
        let number = open.map(|(number, _)| *number).or_else(|| Some(*disk.entries.last()?.0));
        let entry = number.and_then(|number| disk.entries.get(&number));
        let ballot = open.and_then(|(_, open)| open.ballot.as_ref());
        view.badge(&badge(entry));
        view.add(&Shown {
            transaction: number.unwrap_or(0),
            state: progress(entry),
            vote: entry.and_then(|entry| entry.vote),
            promised: entry.and_then(|entry| entry.promised),
            votes_kept: entry.map_or(0, |entry| entry.accepted.iter().flatten().count() as u64),
            leads_ballot: ballot.map(|(ballot, _)| *ballot),
            open: state.map_or(0, |state| state.open.len() as u64),
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
                heard.sort_unstable();
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

fn mark(entry: &Entry) -> (&'static str, CellStatus) {
    match (entry.decision, entry.vote) {
        (Some(decision), _) if decision.done() == "committed" => ("✓", CellStatus::Committed),
        (Some(_), _) => ("✗", CellStatus::Committed),
        (None, Some(_)) => ("?", CellStatus::Prepared),
        (None, None) => ("?", CellStatus::Pending),
    }
}

fn badge(entry: Option<&Entry>) -> &'static str {
    match entry.map(|entry| (entry.decision, entry.vote)) {
        None | Some((None, None)) => "",
        Some((Some(decision), _)) => decision.word(),
        Some((None, Some(true))) => "yes",
        Some((None, Some(false))) => "no",
    }
}

fn progress(entry: Option<&Entry>) -> &'static str {
    match entry.map(|entry| (entry.decision, entry.vote)) {
        None => "idle",
        Some((Some(decision), _)) => decision.done(),
        Some((None, Some(true))) => "prepared",
        Some((None, _)) => "waiting",
    }
}

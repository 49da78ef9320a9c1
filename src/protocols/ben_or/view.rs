//! What the page shows of a replica.

use super::message::{Bit, mark};
use super::replica::{Said, State, of_round};
use super::{BenOr, Client, Config};
use crate::kernel::prelude::*;

/// The roles.
#[derive(Role, Clone, Copy)]
pub enum Role {
    /// Takes part in the rounds.
    #[role(Follow)]
    Voting,
    /// Has decided, and has said all that the others need of it.
    #[role(Done)]
    Decided,
}

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// The round that it is in, from 1.
    round: u64,
    /// What it waits for: reports, proposals, the coin, or nothing.
    waits_for: &'static str,
    /// Its value in this round, x in the paper.
    value: Option<Bit>,
    /// What it has proposed in this round: a value, ? for no value, or none while it has proposed nothing.
    proposal: &'static str,
    /// What it has decided, or none.
    decided: Option<Bit>,
    /// In which round it decided; 0 if it has not.
    decided_round: u64,
    /// Its values in the last sixteen rounds, oldest first.
    values: String,
}

impl Explain for BenOr {
    type Role = Role;
    type Shown = Shown;

    fn status(Glance { disk, .. }: Glance<'_, Self>) -> Status {
        Status::new(if disk.decided.is_some() { &Role::Decided } else { &Role::Voting }, disk.round())
    }

    fn view(Glance { config, state, disk, .. }: Glance<'_, Self>, view: &mut ReplicaView) {
        let (round, decided) = (disk.round(), disk.decided);
        let said = disk.rounds.last().copied();
        let proposal = said.and_then(|said| said.proposal);
        let waits_for = match (state, proposal) {
            _ if decided.is_some() => "nothing",
            (Some(State { awaits_coin: true, .. }), _) => "coin",
            (_, Some(_)) => "proposals",
            _ => "reports",
        };
        view.committed = u64::from(decided.is_some());
        strip(view, disk.rounds.from(disk.rounds.len().saturating_sub(ReplicaView::CELLS)), round, decided);
        if let Some(Said { report, .. }) = said {
            let prepared = if matches!(proposal, Some(Some(_))) { CellStatus::Prepared } else { CellStatus::Pending };
            let status = if decided.is_some() { CellStatus::Committed } else { prepared };
            view.value(number(report), round, &report, status);
            view.badge(&report);
        }
        view.add(&Shown {
            round,
            waits_for,
            value: said.map(|said| said.report),
            proposal: proposal.map_or("none", mark),
            decided: decided.map(|(_, value)| value),
            decided_round: decided.map_or(0, |(round, _)| round),
            values: listed(disk.rounds.from(disk.rounds.len().saturating_sub(16)).map(|said| said.report), " "),
        });
        if let (Some(state), None) = (state, decided) {
            tallies(config, state, round, proposal.is_some(), view);
        }
    }

    fn view_client(_: &Config, client: &Client) -> String {
        match (client.wanted.first(), client.coins.last()) {
            (Some((_, to)), _) => format!("asks {to} for the outcome"),
            (None, Some((round, value))) => format!("deals coins: {value} in round {round}"),
            (None, None) if client.waiting.is_empty() => "idle".into(),
            (None, None) => "deals coins".into(),
        }
    }
}

/// The same number, and so the same colour, for the same value.
fn number(value: Bit) -> u64 {
    value as u64 + 1
}

/// Its value in each round, in that value's colour; from the one in which it decided on the cells are solid.
fn strip<'a>(
    view: &mut ReplicaView,
    said: impl ExactSizeIterator<Item = &'a Said>,
    last: u64,
    decided: Option<(u64, Bit)>,
) {
    let first = last + 1 - said.len() as u64;
    for (Said { report, proposal }, round) in said.zip(first..) {
        let status = match proposal {
            _ if decided.is_some_and(|(of, _)| round >= of) => CellStatus::Committed,
            Some(Some(_)) => CellStatus::Prepared,
            _ => CellStatus::Pending,
        };
        view.entry(round, number(*report), report, status);
    }
}

/// Who says what in the step at hand, against what is needed.
fn tallies(config: &Config, state: &State, round: u64, proposed: bool, view: &mut ReplicaView) {
    let heard: Vec<(NodeId, Option<Bit>)> = if proposed {
        of_round(&state.proposals, round).map(|(from, value)| (from, *value)).collect()
    } else {
        of_round(&state.reports, round).map(|(from, value)| (from, Some(*value))).collect()
    };
    let (what, need) = match proposed {
        true => ("proposals", config.to_decide()),
        false => ("reports", config.to_propose(config.awaited())),
    };
    for value in [Some(Bit::Zero), Some(Bit::One), None] {
        let mut votes = heard.iter().filter(|(_, said)| *said == value).peekable();
        if votes.peek().is_some() {
            let need = if value.is_some() { need } else { config.awaited() };
            view.tally(&format_args!("{what} of {} in round {round}", mark(value)), need);
            votes.for_each(|(from, _)| view.vote(*from));
        }
    }
}

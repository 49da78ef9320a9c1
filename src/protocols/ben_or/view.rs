//! What the page shows of a replica.

use super::message::{Bit, mark};
use super::replica::{Disk, State};
use super::{BenOr, Config};
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
    /// What it waits for: reports, proposals, the coin, or nothing.
    waits_for: &'static str,
    /// Its value in this round, x in the paper.
    value: Option<Bit>,
    /// What it has proposed in this round: a value, ? for no value, or none while it has proposed nothing.
    proposal: String,
    /// What it has decided, or none.
    decided: Option<Bit>,
    /// In which round it decided; 0 if it has not.
    decided_round: u64,
}

impl Explain for BenOr {
    type Role = Role;
    type Shown = Shown;

    fn status(Glance { disk, .. }: Glance<'_, Self>) -> Status {
        Status::new(if disk.decided.is_some() { &Role::Decided } else { &Role::Voting }, disk.round())
    }

    fn view(Glance { config, state, disk, .. }: Glance<'_, Self>, view: &mut ReplicaView) {
        let said = disk.rounds.last();
        let proposal = said.and_then(|said| said.proposal);
        view.committed = u64::from(disk.decided.is_some());
        view.add(&Shown {
            waits_for: match state {
                _ if disk.decided.is_some() => "nothing",
                Some(State { awaits_coin: true, .. }) => "coin",
                _ => ["reports", "proposals"][usize::from(proposal.is_some())],
            },
            value: said.map(|said| said.report),
            proposal: proposal.map_or_else(|| "none".into(), mark),
            decided: disk.decided.map(|(_, value)| value),
            decided_round: disk.decided.map_or(0, |(round, _)| round),
        });
        rounds(disk, view);
        if let (Some(state), None) = (state, disk.decided) {
            tallies(config, state, (disk.round(), 1 + u8::from(proposal.is_some())), view);
        }
    }
}

/// Its value in each round, each value in a colour of its own; solid from the round on in which it decided.
fn rounds(disk: &Disk, view: &mut ReplicaView) {
    let before = disk.rounds.len().saturating_sub(ReplicaView::CELLS);
    for (said, round) in disk.rounds.from(before).zip(before as u64 + 1..) {
        let status = match said.proposal {
            _ if disk.decided.is_some_and(|(of, _)| round >= of) => CellStatus::Committed,
            Some(Some(_)) => CellStatus::Prepared,
            _ => CellStatus::Pending,
        };
        let number = u64::from(said.report) + 1;
        view.entry(round, number, &said.report, status);
        view.value(number, round, &said.report, status);
        view.badge(&said.report);
    }
}

/// Who says what in the step at hand, against what is needed.
fn tallies(config: &Config, state: &State, (round, step): (u64, u8), view: &mut ReplicaView) {
    let (what, need) = match step {
        1 => ("reports", config.to_propose(config.awaited)),
        _ => ("proposals", config.to_decide),
    };
    let whole = format!("{what} in round {round}");
    let tally = |view: &mut ReplicaView, about: &str, need, of: Option<Bit>| {
        match of {
            None => view.tally(&whole, need),
            Some(_) => view.tally_within(&whole, &format_args!("{what}{about} in round {round}"), need),
        }
        let votes = state.heard_in(round, step).filter(|(_, said)| of.is_none() || *said == of);
        votes.for_each(|(from, _)| view.vote(from));
    };
    tally(view, "", config.awaited, None);
    tally(view, " of 0", need, Some(0));
    tally(view, " of 1", need, Some(1));
}

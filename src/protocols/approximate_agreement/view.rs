//! What the page shows of a replica.

use std::hash::{Hash, Hasher};

use super::point::Point;
use super::{ApproximateAgreement, Client, Config, Outcome};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::prelude::*;

/// The roles.
#[derive(Role, Clone, Copy)]
pub enum Role {
    /// Takes part in the rounds.
    #[role(Follow)]
    Averaging,
    /// Has been through all rounds.
    #[role(Done)]
    Decided,
}

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// Its value in this round.
    value: Option<Point>,
    /// The value with which it started.
    input: Option<Point>,
    /// How many rounds there are.
    rounds: u64,
    /// What it has decided, or none.
    decided: Option<Point>,
}

impl Explain for ApproximateAgreement {
    type Role = Role;
    type Shown = Shown;

    fn status(Glance { config, disk, .. }: Glance<'_, Self>) -> Status {
        let role = if disk.decided(config.rounds).is_some() { &Role::Decided } else { &Role::Averaging };
        Status::new(role, disk.round().min(config.rounds))
    }

    fn view(Glance { config, state, disk, .. }: Glance<'_, Self>, view: &mut ReplicaView) {
        let decided = disk.decided(config.rounds);
        view.committed = u64::from(decided.is_some());
        let value = disk.values.last().copied();
        view.add(&Shown { value, input: disk.values.from(0).next().copied(), rounds: config.rounds, decided });
        if let Some(value) = value {
            view.badge(&value);
        }
        let before = disk.values.len().saturating_sub(ReplicaView::CELLS);
        for (point, round) in disk.values.from(before).zip(before as u64 + 1..) {
            let status = if round > config.rounds { CellStatus::Committed } else { CellStatus::Prepared };
            view.point(round, &[Some(point.x), point.y], point, status);
        }
        if let Some(value) = decided {
            view.value(number(value), config.rounds, &value, CellStatus::Committed);
        }
        if let (Some(state), None, 1..) = (state, decided, disk.round()) {
            let round = disk.round();
            let need = if config.asynchronous { config.awaited } else { config.replicas };
            view.tally(&format_args!("values in round {round}"), need);
            view.votes(state.heard_in(round).map(|(from, _)| from));
        }
    }

    fn view_client(_: &Config, client: &Client) -> String {
        let outcome = client.outcome.map(|value| format!("outcome {value}"));
        listed(outcome.into_iter().chain(client.open.iter().map(|_| Outcome {}.to_string())), ", ")
    }
}

/// A number that is the same for the same value everywhere, for its color.
fn number(value: Point) -> u64 {
    let mut hasher = StableHasher::default();
    value.hash(&mut hasher);
    1 + hasher.finish() % (1 << 32)
}

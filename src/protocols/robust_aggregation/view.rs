//! What the page shows of a replica.

use std::hash::{Hash, Hasher};

use super::aggregation::Aggregation;
use super::properties::thousandths;
use super::vector::{UNIT, Vector};
use super::{Choice, Client, Config, Disk, Outcome, RobustAggregation};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::prelude::*;

/// How long a vector is drawn at most: longer ones would leave no room for the others.
const LONGEST: i64 = 6 * UNIT;

/// The roles.
#[derive(Role, Clone, Copy)]
pub enum Role {
    /// Makes one gradient of all and takes a step.
    #[role(Lead)]
    Server,
    /// Finds gradients on its own data.
    #[role(Follow)]
    Worker,
    /// Knows what was learned.
    #[role(Done)]
    Done,
}

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// Its model, or none.
    model: Option<Vector>,
    /// How far that is from the line that fits the data of all but the last f workers best, in thousandths.
    error: u64,
    /// What the rule chose last, or none.
    choice: Option<Vector>,
    /// How many liars it believes to bear.
    bears: u64,
    /// Where trust counts: how much of it the last f workers have, in percent.
    #[field(if_some)]
    trusted: Option<u64>,
}

impl Explain for RobustAggregation {
    type Role = Role;
    type Shown = Shown;

    fn status(Glance { config, me, disk, .. }: Glance<'_, Self>) -> Status {
        let role = match disk.learned(config.rounds) {
            Some(_) => &Role::Done,
            None if config.is_server(me) => &Role::Server,
            None => &Role::Worker,
        };
        Status::new(role, disk.round.min(config.rounds))
    }

    fn view(Glance { config, me, state, disk }: Glance<'_, Self>, view: &mut ReplicaView) {
        let learned = disk.learned(config.rounds);
        view.committed = u64::from(learned.is_some());
        let model = disk.models.last().copied();
        let choice = state.and_then(|state| state.last.as_ref());
        let aggregates = config.no_server || config.is_server(me);
        view.add(&Shown {
            model,
            error: thousandths(config.problem.error(disk.model())),
            choice: choice.map(|choice| choice.vector),
            bears: config.f as u64,
            trusted: (config.rule == Aggregation::Trust && aggregates).then(|| trusted(config, disk)),
        });
        if let Some(model) = model {
            view.badge(&model);
        }
        if let Some(model) = learned {
            view.value(number(model), config.rounds, &model, CellStatus::Committed);
        }
        if aggregates {
            path(view, disk, learned.is_some());
        }
        if let Some(choice) = choice.filter(|_| config.is_server(me)) {
            arrows(view, choice, disk);
        }
        if let (Some(state), None, true, 1..) = (state, learned, aggregates, disk.round) {
            view.tally(&format_args!("vectors in round {}", disk.round), config.workers);
            view.votes(state.heard_in(disk.round).map(|(from, _)| from));
        }
    }

    fn view_client(_: &Config, client: &Client) -> String {
        let outcome = client.outcome.map(|model| format!("outcome {model}"));
        listed(outcome.into_iter().chain(client.open.iter().map(|_| Outcome {}.to_string())), ", ")
    }
}

/// The way of its model.
fn path(view: &mut ReplicaView, disk: &Disk, learned: bool) {
    let before = disk.models.len().saturating_sub(ReplicaView::CELLS);
    let last = disk.models.len();
    for (model, round) in disk.models.from(before).zip(before + 1..) {
        let status = if learned && round == last { CellStatus::Committed } else { CellStatus::Prepared };
        view.point(round as u64, &[Some(model.a), Some(model.b)], model, status);
    }
}

/// Where each vector of the last round leads from the model that it was told of, and where the choice does.
fn arrows(view: &mut ReplicaView, choice: &Choice, disk: &Disk) {
    let Some(&model) = disk.models.from(choice.round as usize - 1).next() else { return };
    for (from, vector) in choice.of.iter() {
        let end = model.with(clipped(*vector), |at, change| at - change.div_euclid(4));
        let place = [Some(end.a), Some(end.b)];
        view.point_of_lane(from.raw(), choice.round, &place, vector, CellStatus::Prepared);
    }
}

/// The same direction, and not too long.
fn clipped(vector: Vector) -> Vector {
    let long = vector.distance(Vector::default());
    if long <= LONGEST {
        vector
    } else {
        vector.map(|at| (i128::from(at) * i128::from(LONGEST) / i128::from(long)) as i64)
    }
}

/// How much of all trust the last f workers have, in percent.
fn trusted(config: &Config, disk: &Disk) -> u64 {
    let workers: Vec<_> = NodeId::replicas(config.replicas).filter(|node| !config.is_server(*node)).collect();
    let sum = |of: &[NodeId]| of.iter().map(|node| disk.trust(*node)).sum::<i64>();
    let last = &workers[workers.len() - config.asked_f.min(workers.len())..];
    (sum(last) * 100 / sum(&workers).max(1)) as u64
}

/// A number that is the same for the same value everywhere, for its color.
fn number(value: Vector) -> u64 {
    let mut hasher = StableHasher::default();
    value.hash(&mut hasher);
    1 + hasher.finish() % (1 << 32)
}

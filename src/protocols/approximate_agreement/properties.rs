//! What the paper proves, watched in what correct replicas have made durable.

use super::point::{Point, spread};
use super::{ApproximateAgreement, Config, Contraction, Disk, Outcome};
use crate::kernel::prelude::*;

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "range",
        about: "No correct replica ever leaves the range in which the correct ones started; in the plane, their convex hull.",
        source: "Dolev et al. 1986, validity",
    },
    PropertyInfo {
        name: "contraction",
        about: "Each round brings the values of the correct replicas together by at least the factor of the paper.",
        source: "Dolev et al. 1986; in the plane: Függer, Nowak 2018",
    },
];

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    /// How many values of each replica were looked at, by place.
    seen: Vec<usize>,
    /// Who has lost its disk, by place: it tells of rounds anew that others have heard of, as a liar may.
    lost: Vec<bool>,
}

impl Monitor {
    fn correct(&self, cluster: &Cluster<'_, ApproximateAgreement>, node: NodeId) -> bool {
        cluster.correct(node) && !self.lost[node.index()]
    }
}

impl Check for ApproximateAgreement {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        let Some(me) = event.node.filter(|node| !node.is_client()) else { return };
        monitor.seen.resize(cluster.size(), 0);
        monitor.lost.resize(cluster.size(), false);
        let values = &cluster.durable(me).values;
        monitor.lost[me.index()] |= values.len() < monitor.seen[me.index()];
        let seen = std::mem::replace(&mut monitor.seen[me.index()], values.len());
        for (value, round) in values.from(seen).zip(seen as u64 + 1..) {
            if monitor.correct(cluster, me) {
                in_range(monitor, (me, round, *value), cluster, report);
            }
            // Its value may be the last that was missing, of this round or as the one before the next.
            contracts(monitor, round.saturating_sub(1), cluster, report);
            contracts(monitor, round, cluster, report);
        }
    }

    fn valid(_: &Config, _: &Point, _: &Asked<'_, Outcome>) -> bool {
        // Which values may be decided rests on who is correct: that is the property `range`.
        true
    }

    fn agreement(config: &Config) -> Agreement {
        Agreement::Within { epsilon: config.within }
    }

    /// In units, rounded up.
    fn distance(one: &Point, other: &Point) -> u64 {
        spread(&[*one, *other]).div_ceil(super::UNIT as u64)
    }

    fn tolerated(config: &Config) -> usize {
        config.f
    }

    /// Where rounds are timed, whoever crashes or is not heard in time is as good as faulty. Where none is borne, one that is
    /// only slow pulls the others towards its input, and is not correct.
    fn assumes(config: &Config, property: &str) -> Option<&'static [Assumption]> {
        const TIMED: &[Assumption] = &[Assumption::Clocks, Assumption::Synchrony, Assumption::NoCrashes];
        match property {
            "range" if config.f == 0 => Some(&[Assumption::Synchrony]),
            "agreement" if config.rounds < config.needed_rounds && !config.stop_early => None,
            "agreement" | "contraction" if !config.asynchronous => Some(TIMED),
            _ => Some(&[]),
        }
    }

    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        let quorum = || Quorum::simple(config.replicas, config.awaited, "to end a round");
        config.asynchronous.then(quorum).into_iter().collect()
    }

    /// What is lost on the way is never sent again but to who comes back, and rounds that are not timed wait for it.
    fn recovers_within(cluster: &Cluster<'_, Self>, faults: Time) -> Option<Time> {
        let config = cluster.config();
        (!config.asynchronous).then_some(2 * faults + (config.rounds + 2) * config.round + 60 * crate::kernel::SECOND)
    }
}

/// What correct replicas hold at the beginning of a round, if all have come to it.
fn of_round(
    monitor: &Monitor,
    round: u64,
    cluster: &Cluster<'_, ApproximateAgreement>,
) -> Option<Vec<(NodeId, Point)>> {
    let correct = cluster.nodes().filter(|node| monitor.correct(cluster, *node));
    let value = |node| cluster.durable(node).values.from(round as usize - 1).next().map(|value| (node, *value));
    correct.map(value).collect()
}

/// Whether the values of the round after this one are as close together as this one's make them.
fn contracts(monitor: &Monitor, round: u64, cluster: &Cluster<'_, ApproximateAgreement>, report: &mut Report) {
    if round == 0 || cluster.config().contraction == Contraction::AtOnce {
        return;
    }
    let (Some(before), Some(after)) = (of_round(monitor, round, cluster), of_round(monitor, round + 1, cluster)) else {
        return;
    };
    let values = |of: &[(NodeId, Point)]| of.iter().map(|(_, value)| *value).collect::<Vec<_>>();
    let (before, now) = (spread(&values(&before)), spread(&values(&after)));
    let most = cluster.config().contraction.after(before);
    if now > most {
        let [before, now, most] = [before, now, most].map(|steps| Point::line(steps as i64));
        let text = format_args!(
            "In round {round}, the values of the correct replicas come from a spread of {before} to {now}, and not to {most} or less."
        );
        let nodes: Vec<_> = after.iter().map(|(node, _)| *node).collect();
        report.broken("contraction", text, &nodes);
    }
}

/// Whether a value is in the range of the correct inputs. In the plane, rounding may lead out of it by some steps a round.
fn in_range(
    monitor: &Monitor,
    (me, round, value): (NodeId, u64, Point),
    cluster: &Cluster<'_, ApproximateAgreement>,
    report: &mut Report,
) {
    let inputs = &cluster.config().inputs;
    let correct = cluster.nodes().filter(|node| monitor.correct(cluster, *node));
    let correct: Vec<_> = correct.map(|node| inputs[node.index()]).collect();
    let holds = if value.y.is_some() { in_hull(&correct, value, 4 * round as i128) } else { in_span(&correct, value) };
    if !holds {
        let text =
            format_args!("Replica {me} has {value} in round {round}, outside of where the correct replicas started.");
        report.broken("range", text, &[me]);
    }
}

fn in_span(inputs: &[Point], value: Point) -> bool {
    inputs.iter().any(|input| *input <= value) && inputs.iter().any(|input| *input >= value)
}

/// Whether a point is in the convex hull of others, or so many steps from it.
fn in_hull(inputs: &[Point], value: Point, slack: i128) -> bool {
    let at = |point: &Point| (i128::from(point.x), i128::from(point.y.unwrap_or(0)));
    let (x, y) = at(&value);
    let alone = inputs.iter().all(|input| input == &inputs[0]);
    if alone {
        return inputs.iter().any(|input| (at(input).0 - x).abs() + (at(input).1 - y).abs() <= slack);
    }
    // Outside is who is beyond a line through two of them that has all of them on its other side.
    let pairs = inputs.iter().flat_map(|from| inputs.iter().map(move |to| (at(from), at(to))));
    pairs.filter(|(from, to)| from != to).all(|(from, to)| {
        let side = |(x, y): (i128, i128)| (to.0 - from.0) * (y - from.1) - (to.1 - from.1) * (x - from.0);
        let border = inputs.iter().all(|input| side(at(input)) >= 0);
        !border || side((x, y)) >= -slack * ((to.0 - from.0).abs() + (to.1 - from.1).abs())
    })
}

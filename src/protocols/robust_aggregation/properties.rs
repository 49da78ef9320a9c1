//! What the papers prove, watched in each choice that a correct replica makes; and whether the choice is the rule's at all.

use super::aggregation::Aggregation;
use super::replica::Choice;
use super::vector::Vector;
use super::{Config, Outcome, RobustAggregation};
use crate::kernel::prelude::*;

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "honest-range",
        about: "The median and the trimmed mean are, in each coordinate, between two that correct workers sent.",
        source: "Yin et al. 2018",
    },
    PropertyInfo {
        name: "resilience",
        about: "The choice is as near to the mean of what correct workers sent as their own spread explains.",
        source: "Allouah et al. 2023, (f, κ)-robustness",
    },
    PropertyInfo {
        name: "definition",
        about: "The median has as many on either side, the trimmed mean leaves f out at each end, and Krum takes a vector that was sent and whose nearest others are nearest.",
        source: "Yin et al. 2018; Blanchard et al. 2017",
    },
];

/// What the properties must remember: how many choices of each replica were looked at, by place.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    seen: Vec<u64>,
}

impl Check for RobustAggregation {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        let Some(me) = event.node.filter(|node| !node.is_client()) else { return };
        let Some(choice) = cluster.state(me).and_then(|state| state.last.as_ref()) else { return };
        monitor.seen.resize(cluster.size(), 0);
        if std::mem::replace(&mut monitor.seen[me.index()], choice.round) == choice.round {
            return;
        }
        let config = cluster.config();
        let honest: Vec<_> = choice.of.iter().filter(|(from, _)| cluster.correct(**from)).map(|(_, at)| *at).collect();
        let broken = |name, what: &str, report: &mut Report| {
            let text = format_args!("In round {}, replica {me} chose {}: {what}.", choice.round, choice.vector);
            report.broken(name, text, &[me]);
        };
        if !defined(config, choice) {
            broken("definition", "that is not what its rule says", report);
        }
        if matches!(config.rule, Aggregation::Median | Aggregation::Trimmed) && !in_range(&honest, choice.vector) {
            broken("honest-range", "that is outside of what correct workers sent", report);
        }
        if bound(config.rule, choice, honest.len()).is_some_and(|bound| !near(&honest, choice.vector, bound)) {
            broken(
                "resilience",
                "that is farther from what correct workers sent than they are from each other",
                report,
            );
        }
    }

    fn valid(_: &Config, _: &Vector, _: &Asked<'_, Outcome>) -> bool {
        // What may be learned rests on who is correct: that is the property `resilience`.
        true
    }

    /// With a server, it alone decides.
    fn agreement(config: &Config) -> Agreement {
        if config.no_server { Agreement::Within { epsilon: config.within } } else { Agreement::Exact }
    }

    /// In thousandths.
    fn distance(one: &Vector, other: &Vector) -> u64 {
        thousandths(one.distance(*other))
    }

    fn tolerated(config: &Config) -> usize {
        config.f
    }

    /// Whoever crashes or is not heard in time is as good as a liar. Nobody promises how near models come without a server, and a
    /// server that loses its disk learns anew.
    fn assumes(config: &Config, property: &str) -> Option<&'static [Assumption]> {
        const TIMED: &[Assumption] = &[Assumption::Clocks, Assumption::Synchrony, Assumption::NoCrashes];
        match property {
            "agreement" if config.no_server => None,
            "agreement" => Some(&[Assumption::NoCrashes]),
            "honest-range" | "resilience" => Some(TIMED),
            _ => Some(&[]),
        }
    }

    /// Nobody answers for a server that lies.
    fn recovers_within(cluster: &Cluster<'_, Self>, faults: Time) -> Option<Time> {
        let config = cluster.config();
        let served = config.no_server || cluster.correct(NodeId::replica(1));
        served.then_some(2 * faults + (config.rounds + 2) * config.round + 60 * crate::kernel::SECOND)
    }
}

/// Steps as thousandths of a unit.
pub fn thousandths(steps: i64) -> u64 {
    ((i128::from(steps) * 1_000) >> 16) as u64
}

fn in_range(honest: &[Vector], choice: Vector) -> bool {
    let between = |of: fn(&Vector) -> i64| {
        honest.iter().any(|at| of(at) <= of(&choice)) && honest.iter().any(|at| of(at) >= of(&choice))
    };
    between(|at| at.a) && between(|at| at.b)
}

/// Of the sum of the squared distances of honest vectors from their mean, which part a rule's choice is away from that mean at most,
/// squared. `None` where nothing is promised. With t liars among n vectors, t ≤ f:
///
/// - At least ⌈n/2⌉ − t honest ones are as far from their mean as the median is, in each coordinate.
/// - The trimmed mean is at most that of the n − t − f highest honest ones; these and the f others are balanced around the mean.
/// - The scores of honest ones by Krum are twice that sum on average, so the chosen one's is no larger; and of its neighbors,
///   n − f − 2 − t are honest. Its distance from the mean is at most the mean of theirs and of its own from them.
/// - Bulyan's choice is near the median of n − 2f, t of them lies, and that near the mean.
pub(super) fn bound(rule: Aggregation, choice: &Choice, honest: usize) -> Option<(i128, i128)> {
    let n = choice.of.len();
    let (f, t) = (choice.f, (n - honest).min(choice.f));
    let [n_, f_, t_, h] = [n, f, t, honest].map(|number| number as i128);
    let bound = match rule {
        Aggregation::Mean => (0, 1),
        Aggregation::Median => (1, ((n_ + 1) / 2 - t_).max(1)),
        Aggregation::Trimmed => (f_, (h * (h - f_)).max(1)),
        Aggregation::Krum | Aggregation::MultiKrum => (6, (n_ - f_ - 2 - t_).max(1)),
        Aggregation::Bulyan => {
            let (among, nearest) = ((n_ - 2 * f_ + 1) / 2 - t_, n_ - 4 * f_);
            let (among, nearest) = (among.max(1), nearest.max(1));
            (2 * among + 2 * h + 2 * nearest, among * nearest)
        }
        Aggregation::Geometric | Aggregation::Clipping | Aggregation::Trust => return None,
    };
    Some(bound)
}

/// Whether a choice is that near to the mean of the honest ones. Rounding down may lead away by some steps.
pub(super) fn near(honest: &[Vector], choice: Vector, (part, of): (i128, i128)) -> bool {
    let h = honest.len() as i128;
    let sums = |of: fn(&Vector) -> i64| {
        let each = || honest.iter().map(|at| i128::from(of(at)));
        let sum: i128 = each().sum();
        let away = (h * i128::from(of(&choice)) - sum).abs() - 3 * h;
        (away.max(0).pow(2), h * each().map(|at| at * at).sum::<i128>() - sum * sum)
    };
    let ((a, spread_a), (b, spread_b)) = (sums(|at| at.a), sums(|at| at.b));
    h == 0 || (a + b) * of <= h * (spread_a + spread_b) * part
}

/// Whether a choice is what the rule's definition says, by a way of its own.
fn defined(config: &Config, choice: &Choice) -> bool {
    let of: Vec<_> = choice.of.values().copied().collect();
    let each = |holds: &dyn Fn(Vec<i64>, i64) -> bool| {
        let all = |coordinate: fn(&Vector) -> i64| of.iter().map(coordinate).collect();
        holds(all(|at| at.a), choice.vector.a) && holds(all(|at| at.b), choice.vector.b)
    };
    match config.rule {
        Aggregation::Median => each(&|all, middle| {
            let beyond = |count: usize| 2 * count <= all.len();
            beyond(all.iter().filter(|at| **at < middle).count())
                && beyond(all.iter().filter(|at| **at > middle).count())
        }),
        Aggregation::Trimmed => each(&|mut all, mean| {
            let f = choice.f.min(all.len().saturating_sub(1) / 2);
            for _ in 0..f {
                for least in [true, false] {
                    let at = (0..all.len()).min_by_key(|at| if least { all[*at] } else { -all[*at] }).unwrap_or(0);
                    all.swap_remove(at);
                }
            }
            let off = all.iter().sum::<i64>() - mean * all.len() as i64;
            (0..all.len() as i64).contains(&off)
        }),
        Aggregation::Krum => {
            let chosen: Option<usize> = of.iter().position(|at| *at == choice.vector);
            let score = |here: usize| score(&of, here, choice.f);
            chosen.is_some_and(|chosen| (0..of.len()).all(|other| score(other) >= score(chosen)))
        }
        _ => true,
    }
}

/// The sum of the n − f − 2 smallest squared distances of a vector to others.
fn score(of: &[Vector], here: usize, f: usize) -> u128 {
    let others = of.iter().enumerate().filter(|(there, _)| *there != here);
    let mut squares: Vec<_> = others.map(|(_, at)| at.distance_squared(of[here])).collect();
    squares.sort_unstable();
    squares.iter().take(of.len().saturating_sub(f + 2)).sum()
}

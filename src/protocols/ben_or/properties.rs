//! What the proof of the paper rests on, watched in what correct replicas have made durable: that is what they have said.

use super::message::Bit;
use super::{BenOr, Config, Disk, Outcome};
use crate::kernel::{Evidence, prelude::*};

const fn property(name: &'static str, source: &'static str, about: &'static str) -> PropertyInfo {
    PropertyInfo { name, about, source }
}

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    property(
        "unanimity",
        "Ben-Or, A, B",
        "If all (in B: all correct ones) start with the same value, they decide it in round 1.",
    ),
    property(
        "one-proposal-value",
        "Ben-Or, step 2",
        "In a round, correct replicas propose at most one value besides ?.",
    ),
    property(
        "decision-carries",
        "Ben-Or, step 3",
        "After a decision in round r, all begin round r + 1 with its value, and decide there.",
    ),
    property(
        "one-more-round",
        "Ben-Or, step 4",
        "Whoever decides takes part in the next round, as others may need it.",
    ),
];

/// A value, who said so first, and in which event. Two who do so in either order lead to the same state.
type First = (Bit, Evidence<(NodeId, EventId)>);

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    /// How many rounds of each replica were looked at, by place.
    seen: PerReplica<usize>,
    /// The first proposal of a value in each round.
    proposed: PersistentMap<u64, First>,
    /// The first decision, by its round.
    decided: Option<(u64, First)>,
}

impl Check for BenOr {
    type Monitor = Monitor;

    fn alike(config: &Config, names: Names, _: &dyn Fn(u8) -> bool) -> bool {
        let start = |node: NodeId| config.inputs[node.index()];
        NodeId::replicas(config.replicas).all(|node| start(node) == start(names.name(node)))
    }

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        let Some(me) = event.node.filter(|node| !node.is_client()) else { return };
        monitor.seen.resize(cluster.size(), 0);
        let (disk, first) = (cluster.durable(me), |value| (value, Evidence((me, event.id))));
        let seen = std::mem::replace(&mut monitor.seen[me.index()], disk.rounds.len());
        // The last round that was seen may have its proposal since.
        for (said, round) in disk.rounds.from(seen.saturating_sub(1)).zip(seen.max(1) as u64..) {
            if let Some(Some(value)) = said.proposal {
                let (before, Evidence((by, since))) = *monitor.proposed.get_or_insert(round, first(value));
                if before != value {
                    let text =
                        format_args!("In round {round}, replica {me} proposes {value}, but replica {by} {before}.");
                    report.broken_since("one-proposal-value", text, &[by, me], &[since]);
                }
            }
        }
        monitor.carries(me, seen, cluster, report);
        let Some((round, value)) = disk.decided.filter(|_| event.decided > 0) else { return };
        decision(me, (round, value), cluster, report);
        if monitor.decided.is_none_or(|(earliest, _)| round < earliest) {
            monitor.decided = Some((round, first(value)));
            cluster.nodes().for_each(|node| monitor.carries(node, 0, cluster, report));
        }
    }

    fn valid(config: &Config, value: &Bit, _: &Asked<'_, Outcome>) -> bool {
        config.inputs.contains(value)
    }

    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        let (n, wait) = (config.replicas, config.awaited);
        vec![Quorum::simple(n, wait, "to end a step"), Quorum::simple(n, config.to_propose(wait), "to propose a value")]
    }

    /// The coins may take any time, and what is lost on the way is never sent again but to who comes back.
    fn recovers_within(_: &Cluster<'_, Self>, _: Time) -> Option<Time> {
        None
    }

    fn tolerated(config: &Config) -> usize {
        if config.byzantine { config.f } else { 0 }
    }
}

impl Monitor {
    /// Whether a replica has begun the rounds after the first `seen` as the first decision asks, and has not decided late.
    fn carries(&self, node: NodeId, seen: usize, cluster: &Cluster<'_, BenOr>, report: &mut Report) {
        let Some((round, (value, Evidence((by, since))))) = self.decided.filter(|_| cluster.correct(node)) else {
            return;
        };
        let (disk, after) = (cluster.durable(node), seen.max(round as usize));
        let mut rounds = disk.rounds.from(after).zip(after as u64 + 1..);
        let stray = rounds.find(|(said, at)| said.report != value || *at > round + 1 && disk.decided.is_none());
        if let Some((said, at)) = stray {
            let what = if said.report == value { "without a decision".into() } else { format!("with {}", said.report) };
            let decides = format_args!("Replica {by} decides {value} in round {round}");
            let text = format_args!("{decides}, but replica {node} begins round {at} {what}.");
            report.broken_since("decision-carries", text, &[by, node], &[since]);
        }
    }
}

/// What can be said of a decision without a look at others.
fn decision(me: NodeId, (round, value): (u64, Bit), cluster: &Cluster<'_, BenOr>, report: &mut Report) {
    let config = cluster.config();
    let counts = |node: &NodeId| !config.byzantine || cluster.correct(*node);
    let mut starts = cluster.nodes().filter(counts).map(|node| config.inputs[node.index()]);
    if let Some(all) = starts.next().filter(|first| starts.all(|other| other == *first))
        && (all, 1) != (value, round)
    {
        let text = format_args!("All start with {all}, but replica {me} decides {value} in round {round}.");
        report.broken("unanimity", text, &[me]);
    }
    if cluster.durable(me).round() <= round {
        let text = format_args!("Replica {me} decides in round {round} and says nothing in round {}.", round + 1);
        report.broken("one-more-round", text, &[me]);
    }
}

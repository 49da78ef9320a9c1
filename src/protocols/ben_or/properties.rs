//! What the proof of the paper rests on, watched in what correct replicas have made durable: that is what they have said.

use super::message::{Bit, mark};
use super::replica::Said;
use super::{BenOr, Config, Disk, Outcome};
use crate::kernel::{Evidence, prelude::*};

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "unanimity",
        about: "If all correct replicas start with the same value, they decide it, in round 1.",
        source: "Ben-Or 1983, A, B: validity",
    },
    PropertyInfo {
        name: "one-proposal-value",
        about: "In a round, correct replicas propose at most one value, besides ?.",
        source: "Ben-Or 1983, A, B: step 2",
    },
    PropertyInfo {
        name: "decision-carries",
        about: "After a decision in round r all correct replicas begin round r + 1 with that value, and decide in r or r + 1.",
        source: "Ben-Or 1983, A, B: step 3",
    },
    PropertyInfo {
        name: "one-message",
        about: "A correct replica says one thing only in each step of a round, even after a crash.",
        source: "Ben-Or 1983, A, B: steps 1, 2",
    },
    PropertyInfo {
        name: "one-more-round",
        about: "Whoever decides takes part in the next round, so that all others decide there.",
        source: "Ben-Or 1983, A, B: step 4",
    },
];

/// Who has done something first, and in which event.
type First = (NodeId, Evidence<EventId>);

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    /// What each replica has said, by place.
    said: Vec<PersistentVec<Said>>,
    /// The value that was proposed first in a round.
    proposed: PersistentMap<u64, (Bit, First)>,
    /// The first decision.
    decided: Option<(u64, Bit, First)>,
}

/// The replica of an event, and where to complain.
struct Look<'a> {
    me: NodeId,
    event: EventId,
    cluster: &'a Cluster<'a, BenOr>,
    report: &'a mut Report,
}

impl Check for BenOr {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        let Some(me) = event.node.filter(|node| !node.is_client()) else { return };
        monitor.said.resize(cluster.size(), PersistentVec::new());
        let mut look = Look { me, event: event.id, cluster, report };
        monitor.new_words(&mut look);
        if let (true, Some((round, value))) = (event.decided > 0, cluster.durable(me).decided) {
            monitor.decision(&mut look, round, value);
        }
    }

    fn valid<'a>(config: &Config, value: &Bit, _: &dyn Fn(RequestId) -> Option<&'a Outcome>) -> bool {
        config.inputs.contains(value)
    }

    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        let (n, wait) = (config.replicas, config.awaited());
        vec![Quorum::simple(n, wait, "to end a step"), Quorum::simple(n, config.to_propose(wait), "to propose a value")]
    }

    fn tolerated(config: &Config) -> usize {
        if config.faults == super::Faults::Byzantine { config.f } else { 0 }
    }
}

impl Monitor {
    /// What a replica has said since the last look. What comes before its last two rounds it has not touched.
    fn new_words(&mut self, look: &mut Look) {
        let now = &look.cluster.durable(look.me).rounds;
        let before = self.said[look.me.index()].clone();
        for place in now.len().min(before.len()).saturating_sub(2)..now.len() {
            let (Some(&said), round) = (now.get(place), place as u64 + 1) else { continue };
            if let Some(&old) = before.get(place) {
                repeated(look, round, old, said);
            }
            if let Some(Some(value)) = said.proposal {
                self.proposal(look, round, value);
            }
            if let Some((first, value, (by, since))) = self.decided.filter(|first| round > first.0)
                && said.report != value
            {
                stray(look, (first, value, by), (look.me, round, said.report), since.0);
            }
        }
        if now.len() >= before.len() {
            self.said[look.me.index()] = now.clone();
        }
    }

    fn proposal(&mut self, look: &mut Look, round: u64, value: Bit) {
        let me = look.me;
        match self.proposed.get(&round) {
            None => self.proposed.insert(round, (value, (me, Evidence(look.event)))),
            Some(&(first, (by, since))) if first != value => {
                let text =
                    format_args!("In round {round}, replica {me} proposes {value}, but replica {by} proposes {first}.");
                look.report.broken_since("one-proposal-value", text, &[by, me], &[since.0]);
            }
            Some(_) => {}
        }
    }

    fn decision(&mut self, look: &mut Look, round: u64, value: Bit) {
        let (me, cluster) = (look.me, look.cluster);
        let inputs = &cluster.config().inputs;
        let mut starts = cluster.nodes().filter(|node| cluster.correct(*node)).map(|node| inputs[node.index()]);
        if let Some(all) = starts.next().filter(|first| starts.all(|other| other == *first))
            && (all, 1) != (value, round)
        {
            let text = format_args!(
                "All correct replicas start with {all}, but replica {me} decides {value} in round {round}."
            );
            look.report.broken("unanimity", text, &[me]);
        }
        if cluster.durable(me).round() <= round {
            let text = format_args!("Replica {me} decides in round {round} and says nothing in round {}.", round + 1);
            look.report.broken("one-more-round", text, &[me]);
        }
        let (first, before, (by, since)) = *self.decided.get_or_insert((round, value, (me, Evidence(look.event))));
        if first.abs_diff(round) > 1 {
            let text = format_args!("Replica {by} decides in round {first}, but replica {me} in round {round}.");
            look.report.broken_since("decision-carries", text, &[by, me], &[since.0]);
        }
        if round < first {
            self.decided = Some((round, value, (me, Evidence(look.event))));
        } else if (first, before, by) != (round, value, me) {
            return;
        }
        for node in cluster.nodes().filter(|node| cluster.correct(*node)) {
            for (said, at) in self.said[node.index()].from(round as usize).zip(round + 1..) {
                if said.report != value {
                    stray(look, (round, value, me), (node, at, said.report), look.event);
                    break;
                }
            }
        }
    }
}

/// A replica has begun a round after a decision with another value.
fn stray(
    look: &mut Look,
    (round, value, by): (u64, Bit, NodeId),
    (node, at, report): (NodeId, u64, Bit),
    since: EventId,
) {
    let text = format_args!(
        "Replica {by} decides {value} in round {round}, but replica {node} begins round {at} with {report}."
    );
    look.report.broken_since("decision-carries", text, &[by, node], &[since]);
}

/// What was said before must be what is said now, as far as it was said.
fn repeated(look: &mut Look, round: u64, old: Said, new: Said) {
    let me = look.me;
    if old.report != new.report {
        let text = format_args!("In round {round}, replica {me} reports {} and then {}.", old.report, new.report);
        look.report.broken("one-message", text, &[me]);
    }
    if let (Some(old), Some(new)) = (old.proposal, new.proposal)
        && old != new
    {
        let text = format_args!("In round {round}, replica {me} proposes {} and then {}.", mark(old), mark(new));
        look.report.broken("one-message", text, &[me]);
    }
}

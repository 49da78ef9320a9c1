//! What Paxos is held to (Lamport's Paxos.tla; Paxos Made Simple, §2.1 and §2.2), watched in the acceptors' votes.
//!
//! The monitor remembers every vote, so that a vote that a crash wiped out still counts: what was chosen is chosen.

use super::message::{Ballot, Command, Value, Vote};
use super::{Backoff, Config, Disk, Paxos};
use crate::kernel::prelude::*;
use crate::kernel::{Evidence, SECOND};
use crate::protocols::flexible::{Phases, count};

const SOURCE: &str = "Paxos Made Simple, §2.2; Paxos.tla";

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo { name: "one-chosen-value", about: "Only one value is ever chosen, known or not.", source: SOURCE },
    PropertyInfo {
        name: "one-value-per-ballot",
        about: "No two acceptors accept different values in one ballot.",
        source: SOURCE,
    },
    PropertyInfo { name: "learned-is-chosen", about: "Nobody learns a value that is not chosen.", source: SOURCE },
    PropertyInfo {
        name: "promises-last",
        about: "What an acceptor has promised and accepted never goes back to a lower ballot, not even in a crash.",
        source: "Paxos Made Simple, §2.5",
    },
];

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    /// Who has ever accepted what in which ballot, in the order of their numbers.
    votes: PersistentMap<Ballot, Vec<(NodeId, Value)>>,
    /// All that was chosen, in which ballot, and when; the first one first. More than one is a broken property.
    chosen: Vec<(Vote, Evidence<EventId>)>,
    /// The last that is known of each replica, by place.
    last: Vec<Seen>,
}

/// What was last seen of a replica.
#[derive(Clone, Hash, Default)]
struct Seen {
    disk: Disk,
    learned: Option<Value>,
}

impl Monitor {
    fn observe(&mut self, event: &Event, cluster: &Cluster<'_, Paxos>, report: &mut Report) {
        let Some(node) = event.node.filter(|node| !node.is_client()) else { return };
        self.last.resize(cluster.size(), Seen::default());
        self.look(node, event, cluster, report);
        // Where something written is not durable, it crashes amid this event, and has told nobody what it learned.
        let whole = self.last[node.index()].disk == *cluster.disk(node);
        let learned = cluster.state(node).filter(|_| whole).and_then(|state| state.learned);
        let before = std::mem::replace(&mut self.last[node.index()].learned, learned);
        // The votes of those who were ever Byzantine are not watched, so that nobody can say what is chosen with them.
        if let Some(value) =
            learned.filter(|_| learned != before && cluster.nodes().all(|other| cluster.correct(other)))
        {
            self.learned(node, value, report);
        }
    }

    /// What an acceptor has promised and accepted since it was last looked at.
    fn look(&mut self, node: NodeId, event: &Event, cluster: &Cluster<'_, Paxos>, report: &mut Report) {
        // A crash can come between what is written and what is made durable, and then nobody has heard of it. With the bug, a vote
        // is heard of that is never made durable.
        let now = if cluster.config().accepted_not_durable { cluster.disk(node) } else { cluster.durable(node) };
        let before = &self.last[node.index()].disk;
        if before == now {
            return;
        }
        if now.promised < before.promised || now.vote < before.vote {
            let lower = if now.vote < before.vote { "what it had accepted" } else { "what it had promised" };
            report.broken("promises-last", format_args!("Replica {node} has forgotten {lower}."), &[node]);
        }
        let vote = now.vote.filter(|_| now.vote != before.vote);
        self.last[node.index()].disk = now.clone();
        if let Some(vote) = vote {
            self.accepted(node, vote, event.id, cluster.config(), report);
        }
    }

    fn accepted(&mut self, node: NodeId, vote: Vote, event: EventId, config: &Config, report: &mut Report) {
        let Vote { ballot, value } = vote;
        let votes = self.votes.get_or_insert(ballot, Vec::new());
        if let Some(&(other, was)) = votes.iter().find(|(_, other)| *other != value) {
            let text =
                format_args!("In ballot {ballot}, replica {node} accepts {value}, but replica {other} accepted {was}.");
            report.broken("one-value-per-ballot", text, &[other, node]);
        }
        if !votes.contains(&(node, value)) {
            votes.push((node, value));
            votes.put_in_order();
        }
        let voters: Vec<_> = votes.iter().filter(|(_, other)| *other == value).map(|(node, _)| *node).collect();
        if !count(&config.quorums.phases().second, &voters).is_quorum() {
            return;
        }
        if self.chosen.iter().all(|(chosen, _)| chosen.value != value) {
            if let Some((first, when)) = self.chosen.first() {
                let text = format_args!(
                    "With the vote of replica {node}, {value} is chosen in ballot {ballot}, but {} was chosen in ballot {}.",
                    first.value, first.ballot
                );
                report.broken_since("one-chosen-value", text, &[node], &[when.0]);
            }
            self.chosen.push((vote, Evidence(event)));
        }
    }

    fn learned(&self, node: NodeId, value: Value, report: &mut Report) {
        if self.chosen.iter().all(|(chosen, _)| chosen.value != value) {
            let chosen = self.chosen.first().map_or("nothing".into(), |(chosen, _)| chosen.value.to_string());
            let text = format_args!("Replica {node} learns {value}, but {chosen} is chosen.");
            report.broken("learned-is-chosen", text, &[node]);
        }
    }
}

impl Check for Paxos {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        monitor.observe(event, cluster, report);
    }

    fn valid(_: &Config, value: &Value, asked: &Asked<'_, Command>) -> bool {
        asked.commands().any(|command| command.value == *value)
    }

    /// Two proposers with equal patience can disturb each other for ever.
    fn recovers_within(cluster: &Cluster<'_, Self>, faults: Time) -> Option<Time> {
        (cluster.config().backoff == Backoff::Random).then_some(2 * faults + 60 * SECOND)
    }

    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        let Phases { first, second } = config.quorums.phases().clone();
        vec![
            Quorum { purpose: "to promise a ballot", system: first },
            Quorum { purpose: "to choose a value", system: second },
        ]
    }
}

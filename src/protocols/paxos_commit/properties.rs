//! What Paxos Commit is held to: AC1 to AC4 of atomic commitment (Bernstein, Hadzilacos, Goodman 1987, §7.3), and that each
//! instance of Paxos chooses one value (Gray, Lamport 2006, §4.1), watched on the replicas' disks.
//!
//! The monitor reads what happened to a disk once, and remembers it across crashes: what was decided was decided.

use super::message::{Command, Decision, Value, Vote, prepared_word};
use super::replica::{Deed, Disk};
use super::{Config, PaxosCommit};
use crate::kernel::prelude::*;
use crate::kernel::{Evidence, SECOND};
use crate::protocols::atomic_commit;

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    atomic_commit::PROPERTIES[0],
    atomic_commit::PROPERTIES[1],
    atomic_commit::PROPERTIES[2],
    atomic_commit::PROPERTIES[3],
    PropertyInfo {
        name: "one-value-per-instance",
        about: "Each participant's instance chooses one value at most, known or not.",
        source: "Gray, Lamport 2006, §4.1; PaxosCommit.tla",
    },
];

/// What is remembered of a transaction.
#[derive(Clone, Hash, Default)]
struct Watched {
    /// How each participant has voted, in the order in which they did.
    voted: PersistentMap<NodeId, bool>,
    /// Who has ever decided what; one who reverses a decision is in it twice.
    decided: PersistentMap<(NodeId, Decision), Evidence<EventId>>,
    /// Which acceptors have ever accepted what in whose instance.
    accepted: PersistentMap<(NodeId, Vote), Vec<NodeId>>,
    /// What each instance has chosen, and when that came about.
    chosen: PersistentMap<(NodeId, bool), Evidence<EventId>>,
    /// Whether something has failed since it was begun; a timeout is a failure.
    troubled: bool,
}

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    /// How much was read of what happened to each disk; by place.
    read: Evidence<Vec<usize>>,
    /// By the transactions' numbers.
    watched: PersistentMap<u64, Watched>,
}

/// Where something has just happened.
struct At<'a> {
    node: NodeId,
    number: u64,
    event: EventId,
    cluster: &'a Cluster<'a, PaxosCommit>,
}

/// The record of what happened to a replica's disk. A crash can come between what is written and what is made durable, and then
/// nobody has heard of it. With the bug, a vote is heard of that is never made durable.
fn record<'a>(cluster: &Cluster<'a, PaxosCommit>, node: NodeId) -> &'a Disk {
    if cluster.config().accepted_not_durable { cluster.disk(node) } else { cluster.durable(node) }
}

impl Monitor {
    fn observe(&mut self, event: &Event, cluster: &Cluster<'_, PaxosCommit>, report: &mut Report) {
        let Some(node) = event.node.filter(|node| !node.is_client()) else { return };
        if matches!(event.what, What::Crash | What::Restart) {
            self.trouble();
        }
        let disk = record(cluster, node);
        self.read.0.resize(cluster.size(), 0);
        let deeds = &disk.deeds.0;
        let read = std::mem::replace(&mut self.read.0[node.index()], deeds.len()).min(deeds.len());
        for &(number, deed) in deeds.from(read) {
            let at = At { node, number, event: event.id, cluster };
            let watched = self.watched.get_or_insert(number, Watched::default());
            match deed {
                Deed::Voted => {
                    let vote = disk.entries.get(&number).and_then(|entry| entry.vote);
                    watched.voted.insert(node, vote == Some(true));
                }
                Deed::TookOver => watched.troubled = true,
                Deed::Accepted(rm, vote) => watched.accept(&at, rm, vote, report),
                Deed::Decided(decision) => watched.decide(&at, decision, report),
            }
        }
    }

    /// Somebody has crashed amid all that were begun.
    fn trouble(&mut self) {
        let calm = self.watched.iter().filter(|(_, one)| !one.troubled);
        for number in calm.map(|(number, _)| *number).collect::<Vec<_>>() {
            self.watched.get_or_insert(number, Watched::default()).troubled = true;
        }
    }
}

impl Watched {
    fn accept(&mut self, at: &At<'_>, rm: NodeId, vote: Vote, report: &mut Report) {
        let At { node, number, event, cluster } = *at;
        let acceptors = self.accepted.get_or_insert((rm, vote), Vec::new());
        if !acceptors.contains(&node) {
            acceptors.push(node);
            acceptors.put_in_order();
        }
        if acceptors.len() < cluster.config().majority() || self.chosen.contains_key(&(rm, vote.prepared)) {
            return;
        }
        if let Some(when) = self.chosen.get(&(rm, !vote.prepared)) {
            let (is, was) = (prepared_word(vote.prepared), prepared_word(!vote.prepared));
            let text = format_args!(
                "On transaction {number}, the vote of participant {rm} has been chosen as {is} in ballot {}, but it was chosen as {was} before.",
                vote.ballot
            );
            report.broken_since("one-value-per-instance", text, &[node, rm], &[when.0]);
        }
        self.chosen.insert((rm, vote.prepared), Evidence(event));
    }

    fn decide(&mut self, at: &At<'_>, decision: Decision, report: &mut Report) {
        let At { node, number, event, cluster } = *at;
        let done = decision.done();
        let other = decision.opposite();
        if let Some((&(by, _), when)) = self.decided.iter().find(|((_, was), _)| *was == other) {
            let (property, who) = match by == node {
                true => ("ac2-no-reversal", "it".to_string()),
                false => ("ac1-agreement", format!("participant {by}")),
            };
            let text =
                format_args!("On transaction {number}, participant {node} has {done}, but {who} had {}.", other.done());
            report.broken_since(property, text, &[by, node], &[when.0]);
        }
        self.decided.insert((node, decision), Evidence(event));
        let who = format!("On transaction {number}, participant {node} has {done}");
        // AC3. What a Byzantine participant says of itself says nothing, so it is not asked for.
        let said_yes = |rm: NodeId| self.voted.get(&rm) == Some(&true) || !cluster.correct(rm);
        if let Some(rm) = cluster.nodes().find(|rm| decision == Decision::Commit && !said_yes(*rm)) {
            let text = format_args!("{who}, but participant {rm} did not vote yes.");
            report.broken("ac3-commit-validity", text, &[node, rm]);
        }
        // AC4. A Byzantine replica is a failure, too.
        let failed = self.troubled || cluster.nodes().any(|rm| !cluster.correct(rm));
        if decision == Decision::Abort && !failed && self.voted.values().all(|yes| *yes) {
            let text = format_args!("{who}, but nothing failed and nobody voted no.");
            report.broken("ac4-abort-validity", text, &[node]);
        }
    }
}

impl Check for PaxosCommit {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        monitor.observe(event, cluster, report);
    }

    fn catch_up(monitor: &mut Monitor, cluster: &Cluster<'_, Self>) {
        monitor.read.0 = cluster.nodes().map(|node| record(cluster, node).deeds.0.len()).collect();
    }

    fn valid(_: &Config, value: &Value, asked: &Asked<'_, Command>) -> bool {
        asked.command(value.what.request) == Some(&value.what.command)
    }

    /// A majority of the acceptors settles each vote; all participants must vote for a commit, but not for an outcome.
    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        vec![Quorum::simple(2 * config.failures + 1, config.majority(), "to settle a transaction")]
    }

    /// Those who take over disturb each other less and less.
    fn recovers_within(_: &Cluster<'_, Self>, faults: Time) -> Option<Time> {
        Some(2 * faults + 60 * SECOND)
    }

    /// AC5: once failures are repaired, everybody decides who has heard of a transaction.
    fn settled(cluster: &Cluster<'_, Self>) -> bool {
        cluster.nodes().all(|node| cluster.state(node).is_some_and(|state| state.open.is_empty()))
    }
}

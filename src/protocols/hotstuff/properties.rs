//! HotStuff's own properties. Agreement and validity come from the kernel.

use std::collections::BTreeSet;

use super::message::{Certificate, Phase, Vote};
use super::{Config, Disk, HotStuff};
use crate::kernel::prelude::*;
use crate::kernel::{Evidence, LINEARIZABILITY};

/// The properties, for the descriptor.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "one-certificate",
        about: "No two different nodes are certified in one view by votes of the same type.",
        source: "Lemma 1",
    },
    PropertyInfo {
        name: "votes-rise",
        about: "Each vote of a correct replica is of a later view than the last, or of a later type in the same view.",
        source: "Algorithm 4, vheight",
    },
    PropertyInfo {
        name: "locks-rise",
        about: "A correct replica's lock only ever moves to a newer certificate.",
        source: "Algorithm 2, line 25",
    },
    PropertyInfo {
        name: "justify-is-ancestor",
        about: "A correct replica votes only for a node that builds on the node of its certificate.",
        source: "Algorithm 2, line 9",
    },
    PropertyInfo {
        name: "certificate-proven",
        about: "Whatever certificate a correct replica holds, n − f different replicas signed exactly that.",
        source: "Algorithm 1, QC",
    },
    PropertyInfo {
        name: "commit-rule",
        about: "A node is committed by certificates for nodes of views that follow each other, or by the last of three votes in its own.",
        source: "Algorithm 3, decide phase; Algorithm 2, line 31",
    },
    PropertyInfo {
        name: "good-view",
        about: "No correct replica turns down the node of a correct leader because of its lock.",
        source: "§4.4; Lemma 3",
    },
    PropertyInfo {
        name: "timeouts-double",
        about: "As long as nothing is executed, each timeout doubles the time that a view gets, up to the longest.",
        source: "§4.4",
    },
    LINEARIZABILITY,
];

/// What the properties remember of one replica.
#[derive(Clone, Hash, Default)]
struct Life {
    /// How many votes its disk held, and which view it wanted: less than before, and it has lost the disk.
    votes: usize,
    wish: u64,
    /// Its last vote.
    last: Option<(u64, Phase)>,
    /// The view of its lock.
    locked: u64,
}

/// Which node was certified, and who held that certificate first, with the event.
type First = (u64, Evidence<(NodeId, EventId)>);

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    lives: Vec<Life>,
    certified: PersistentMap<(u64, Phase), First>,
}

/// Checks what the event can have changed.
pub fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<HotStuff>, report: &mut Report) {
    let Some(node) = event.node.filter(|node| !node.is_client()) else { return };
    let stepped = matches!(event.what, What::Deliver | What::Fire | What::Boot | What::Restart);
    let Some(state) = cluster.state(node).filter(|_| stepped) else { return };
    let (config, disk) = (cluster.config(), cluster.disk(node));
    monitor.lives.resize(cluster.size(), Life::default());
    let life = &mut monitor.lives[node.index()];
    if disk.voted.len() < life.votes || disk.wish < life.wish {
        *life = Life::default();
    }
    (life.votes, life.wish) = (disk.voted.len(), disk.wish);
    for vote in &state.news.votes {
        check_vote(life, node, vote, disk, report);
    }
    if disk.locked.view < life.locked {
        let text = format_args!("The lock of replica {node} falls from view {} to {}.", life.locked, disk.locked.view);
        report.broken("locks-rise", text, &[node]);
    }
    life.locked = disk.locked.view;
    for held in [&disk.generic, &disk.locked, &disk.decided] {
        check_certificate(monitor, config, node, event, held, report);
    }
    for (committed, by) in &state.news.commits {
        if !follows_rule(config, disk, *committed, by) {
            let text = format_args!("Replica {node} commits a node whose certificates are not of views in a row.");
            report.broken("commit-rule", text, &[node]);
        }
    }
    for (view, leader) in state.news.refused.iter().filter(|(_, leader)| cluster.correct(*leader)) {
        let text =
            format_args!("The lock of replica {node} stands against the node of replica {leader} in view {view}.");
        report.broken("good-view", text, &[node, *leader]);
    }
    if let Some((failures, wait)) = state.news.waits {
        let doubled = config.view_timeout.saturating_mul(1 << failures.min(20)).min(config.longest_timeout);
        if wait < doubled {
            let text = format_args!("Replica {node} gives a view no more time after timeout {failures}.");
            report.broken("timeouts-double", text, &[node]);
        }
    }
}

fn check_vote(life: &mut Life, node: NodeId, vote: &Vote, disk: &Disk, report: &mut Report) {
    let now = (vote.view, vote.phase);
    if let Some((view, _)) = life.last.filter(|last| *last >= now) {
        let text = format_args!("Replica {node} votes in view {} after its vote in view {view}.", vote.view);
        report.broken("votes-rise", text, &[node]);
    }
    life.last = life.last.max(Some(now));
    let first = matches!(vote.phase, Phase::Generic | Phase::Prepare);
    let justified = |node: &super::Node| disk.tree.extends(node.parent, node.justify.node);
    if first && !disk.tree.get(vote.node).is_some_and(|node| justified(node)) {
        let text = format_args!("Replica {node} votes in view {} for a node beside its certificate.", vote.view);
        report.broken("justify-is-ancestor", text, &[node]);
    }
}

/// Counted anew: what is taken for a certificate may be none.
fn check_certificate(
    monitor: &mut Monitor,
    config: &Config,
    node: NodeId,
    event: &Event,
    held: &Certificate,
    report: &mut Report,
) {
    if held.is_genesis() {
        return;
    }
    let meant = Vote { view: held.view, phase: held.phase, node: held.node };
    let key = (held.view, held.phase);
    match monitor.certified.get(&key) {
        Some((other, _)) if *other == held.node => return,
        Some((_, Evidence((first, since)))) => {
            let text =
                format_args!("Replicas {first} and {node} hold certificates of view {} for two nodes.", held.view);
            report.broken_since("one-certificate", text, &[*first, node], &[*since]);
        }
        None => monitor.certified.insert(key, (held.node, Evidence((node, event.id)))),
    }
    let signers: BTreeSet<_> = held.votes.iter().filter(|vote| *vote.body() == meant).map(Signed::signer).collect();
    if signers.len() < config.quorum {
        let text = format_args!(
            "Replica {node} holds a certificate of view {} that {} of {} signed.",
            held.view,
            signers.len(),
            config.quorum
        );
        report.broken("certificate-proven", text, &[node]);
    }
}

fn follows_rule(config: &Config, disk: &Disk, committed: u64, by: &Certificate) -> bool {
    if config.is_basic() {
        return by.phase == Phase::Commit && by.node == committed;
    }
    let view = |id| disk.tree.get(id).map_or(0, |node| node.view);
    let parent = |id| disk.tree.get(id).map_or(0, |node| node.parent);
    let below = |id| (view(parent(id)) + 1 == view(id)).then(|| parent(id));
    let last = if config.commits_after_two() { Some(by.node) } else { below(by.node) };
    last.and_then(below) == Some(committed)
}

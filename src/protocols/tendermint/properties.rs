//! Tendermint's own properties. Agreement and validity come from the kernel.

use super::gossip::proven;
use super::message::{Kind, Vote, signers};
use super::{Config, Tendermint};
use crate::kernel::prelude::*;
use crate::kernel::{Evidence, LINEARIZABILITY};

/// The properties, for the descriptor.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "one-vote",
        about: "A correct replica votes once in each step of a round.",
        source: "lines 22–46",
    },
    PropertyInfo {
        name: "one-polka",
        about: "No two correct replicas see quorums of prevotes for different blocks in one round.",
        source: "Lemma 3",
    },
    PropertyInfo {
        name: "lock-kept",
        about: "Whoever precommitted a block prevotes for another one only if a quorum did so in that round or later.",
        source: "lines 23, 29; Lemma 4",
    },
    PropertyInfo {
        name: "valid-round-shown",
        about: "A correct replica answers a block that is proposed again only with the quorum of prevotes that it refers to.",
        source: "line 28",
    },
    PropertyInfo {
        name: "valid-value",
        about: "Whoever sees a quorum of prevotes for the proposal of its round holds that block as its valid value.",
        source: "lines 36–43",
    },
    PropertyInfo {
        name: "decision-proven",
        about: "Precommits of more than two thirds of the power, in one round, prove each decided block.",
        source: "line 49",
    },
    PropertyInfo {
        name: "justified-skip",
        about: "A replica skips rounds only where more than a third of the power is ahead.",
        source: "line 55",
    },
    PropertyInfo {
        name: "timeouts-grow",
        about: "A replica waits longer in each round of a height than in the rounds before.",
        source: "§3",
    },
    PropertyInfo {
        name: "evidence-true",
        about: "Evidence names no replica that is correct and has not lost its disk.",
        source: "Buchman et al. 2022",
    },
    LINEARIZABILITY,
];

/// What the properties remember of one replica.
#[derive(Clone, Hash, Default)]
struct Life {
    /// How often it has lost its disk.
    lost: u32,
    /// Height, and how much it had said there.
    at: (u64, usize),
    /// The last block that it precommitted: height, round, id.
    locked: Option<(u64, u64, u64)>,
    /// The longest timeout of each sort: height, round, how long.
    waits: [(u64, u64, Time); 3],
}

/// A replica in one of its lives, the height, the round and the step in which it votes.
type Ballot = (NodeId, u32, u64, u64, Kind);
/// What somebody saw first, with the event.
type First<T, E> = (T, Evidence<E>);

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    lives: Vec<Life>,
    votes: PersistentMap<Ballot, First<Option<u64>, EventId>>,
    polkas: PersistentMap<(u64, u64), First<u64, (NodeId, EventId)>>,
}

/// Checks what the event can have changed.
pub fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<Tendermint>, report: &mut Report) {
    let Some(node) = event.node.filter(|node| !node.is_client()) else { return };
    let stepped = matches!(event.what, What::Deliver | What::Fire | What::Boot | What::Restart);
    let Some(state) = cluster.state(node).filter(|_| stepped) else { return };
    let (config, disk) = (cluster.config(), cluster.disk(node));
    monitor.lives.resize(cluster.size(), Life::default());
    let life = &mut monitor.lives[node.index()];
    let at = (disk.height(), disk.proposed.len() + disk.voted.len());
    // A vote that was not durable is forgotten, too; that is no disk that was lost.
    if at < life.at && !(config.vote_not_durable && at.0 == life.at.0 && disk.born) {
        *life = Life { lost: life.lost + 1, ..Life::default() };
    }
    life.at = at;
    for (height, round, which, wait) in &state.news.waits {
        check_wait(life, node, (*height, *round, usize::from(*which), *wait), report);
    }
    for (vote, valid_round) in &state.news.votes {
        check_lock(&mut monitor.lives[node.index()], node, vote, *valid_round, report);
        let referred = valid_round.zip(vote.id).filter(|_| vote.kind == Kind::Prevote);
        if referred.is_some_and(|(round, id)| !state.log.polka(config, vote.height, round, id)) {
            let text = format_args!(
                "Replica {node} prevotes in round {} before it has the prevotes of the round that the proposal refers to.",
                vote.round
            );
            report.broken("valid-round-shown", text, &[node]);
        }
        check_vote(monitor, node, event, vote, report);
    }
    for (height, round, id) in &state.news.polkas {
        check_polka(monitor, node, event, (*height, *round, *id), report);
        let holds = disk.valid.as_ref().is_some_and(|(block, of)| (block.id(), *of) == (*id, *round));
        if *height == disk.height() && !holds {
            let text =
                format_args!("Replica {node} saw a quorum of prevotes in round {round} and does not keep the block.");
            report.broken("valid-value", text, &[node]);
        }
    }
    for (height, round) in &state.news.skips {
        check_skip(config, node, (*height, *round), state, report);
    }
    check_decisions(config, node, cluster, report);
    for evidence in disk.evidence.iter().rev().take(state.news.evidence) {
        let (named, what, ..) = evidence.names();
        if cluster.correct(named) && monitor.lives[named.index()].lost == 0 {
            report.broken(
                "evidence-true",
                format_args!("Replica {node} holds {what} of replica {named}, which is correct."),
                &[node, named],
            );
        }
    }
}

fn check_wait(
    life: &mut Life,
    node: NodeId,
    (height, round, which, wait): (u64, u64, usize, Time),
    report: &mut Report,
) {
    let (of, before, longest) = life.waits[which];
    if of == height && round > before && wait <= longest {
        let text =
            format_args!("Replica {node} waits no longer in round {round} of height {height} than in round {before}.");
        report.broken("timeouts-grow", text, &[node]);
    }
    life.waits[which] = (height, round, wait);
}

fn check_lock(life: &mut Life, node: NodeId, vote: &Vote, valid_round: Option<u64>, report: &mut Report) {
    let Some(id) = vote.id else { return };
    if vote.kind == Kind::Precommit {
        life.locked = Some((vote.height, vote.round, id));
    } else if let Some((_, round, _)) = life.locked.filter(|(height, round, locked)| {
        *height == vote.height && *locked != id && valid_round.is_none_or(|valid| valid < *round)
    }) {
        let text = format_args!(
            "Replica {node} precommitted a block in round {round} and prevotes for another in round {}.",
            vote.round
        );
        report.broken("lock-kept", text, &[node]);
    }
}

fn check_vote(monitor: &mut Monitor, node: NodeId, event: &Event, vote: &Vote, report: &mut Report) {
    let key = (node, monitor.lives[node.index()].lost, vote.height, vote.round, vote.kind);
    match monitor.votes.get(&key) {
        Some((id, Evidence(since))) if *id != vote.id => {
            let text = format_args!("Replica {node} sends two {}s in round {}.", vote.kind.word(), vote.round);
            report.broken_since("one-vote", text, &[node], &[*since]);
        }
        Some(_) => {}
        None => monitor.votes.insert(key, (vote.id, Evidence(event.id))),
    }
}

fn check_polka(
    monitor: &mut Monitor,
    node: NodeId,
    event: &Event,
    (height, round, id): (u64, u64, u64),
    report: &mut Report,
) {
    match monitor.polkas.get(&(height, round)) {
        Some((other, Evidence((first, since)))) if *other != id => {
            let text = format_args!(
                "Replicas {first} and {node} see quorums of prevotes for different blocks in round {round} of height {height}."
            );
            report.broken_since("one-polka", text, &[*first, node], &[*since]);
        }
        Some(_) => {}
        None => monitor.polkas.insert((height, round), (id, Evidence((node, event.id)))),
    }
}

fn check_skip(config: &Config, node: NodeId, (height, round): (u64, u64), state: &super::State, report: &mut Report) {
    let heard = signers(state.log.heard_in(height, round).into_iter());
    if config.power_of_all(heard) < config.one_correct {
        report.broken(
            "justified-skip",
            format_args!("Replica {node} skips to round {round} of height {height}, where too few are."),
            &[node],
        );
    }
}

/// Counted anew: what is held for a quorum may be none.
fn check_decisions(config: &Config, node: NodeId, cluster: &Cluster<Tendermint>, report: &mut Report) {
    let Some(commit) = cluster.disk(node).chain.last() else { return };
    let power = config.power_of_all(super::log::distinct(commit.precommits.iter()));
    if !proven(config, commit) || 3 * power <= 2 * config.total {
        let text = format_args!(
            "Replica {node} decides at height {} with precommits of power {power} of {}.",
            commit.height, config.total
        );
        report.broken("decision-proven", text, &[node]);
    }
}

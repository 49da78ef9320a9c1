//! How far a run has come, and what keeps it.

use super::types::Progress;
use super::types::number;
use crate::kernel::{Count, DynWorld, GridLine, Health, NodeId, Quorum, QuorumSystem, SECOND, show_time};

/// How far a run has come.
pub fn progress(world: &DynWorld) -> Progress {
    let counts = world.counts();
    Progress {
        committed: world.committed() as f64,
        requests: counts.requests,
        completed: counts.completed,
        slots: world.decided_slots(),
        last_decision: number(counts.last_decision),
        sentence: what_keeps_it(world),
    }
}

/// Says honestly what is waited for.
fn what_keeps_it(world: &DynWorld) -> Option<String> {
    let counts = world.counts();
    let waiting = counts.requests - counts.completed;
    let agents = world.descriptor().agents();
    if let Some((quorum, count, way)) = quorum_out_of_reach(world) {
        return Some(lacks(&quorum, count, way, &agents, world.size()));
    }
    if waiting == 0 {
        return None;
    }
    let silence = world.now() - counts.last_decision;
    let requests = if waiting == 1 { "1 request is waiting".into() } else { format!("{waiting} requests are waiting") };
    Some(match silence >= SECOND / 2 {
        true => format!("{requests}; no decision for {}.", show_time(silence / 10_000 * 10_000)),
        false => format!("{requests}."),
    })
}

/// The first quorum that no replica could gather, where it comes nearest to one, and what those can do who are counted. With a
/// direction cut, these are those that it can hear: who asked them, and whether they were asked, is for the protocol to know.
fn quorum_out_of_reach(world: &DynWorld) -> Option<(Quorum, Count, &'static str)> {
    let network = world.network();
    let cut = network.cuts().next().is_some();
    let whole = !cut && network.groups().is_empty();
    let mut nearest: Vec<(Quorum, Count)> = Vec::new();
    for place in NodeId::replicas(world.size()) {
        let hears = |other| whole || other == place || network.connected(other, place);
        for (at, quorum) in world.quorums(place).into_iter().enumerate() {
            let count = quorum.system.count(&|other| runs(world, other) && runs(world, place) && hears(other));
            match nearest.get_mut(at) {
                None => nearest.push((quorum, count)),
                Some((_, before)) if count.missing() >= before.missing() => {}
                Some(before) => *before = (quorum, count),
            }
        }
        if nearest.iter().all(|(_, count)| count.is_quorum()) {
            return None;
        }
    }
    let way = if cut { "can be heard in one place" } else { "can talk to each other" };
    nearest.into_iter().find(|(_, count)| !count.is_quorum()).map(|(quorum, count)| (quorum, count, way))
}

/// Why there is no such quorum.
fn lacks(quorum: &Quorum, count: Count, way: &str, agents: &str, size: usize) -> String {
    let (Count { have, need, all }, purpose) = (count, quorum.purpose);
    match &quorum.system {
        QuorumSystem::Simple { .. } | QuorumSystem::Joint { .. } => {
            let vote = if usize::from(all) < size { " with a vote" } else { "" };
            let are = if need == 1 { "is" } else { "are" };
            format!("At most {have} of {all} {agents}{vote} run and {way}; {need} {are} needed {purpose}.")
        }
        QuorumSystem::Weighted { .. } => {
            format!("The {agents} that run and {way} have at most {have} of {all} votes; {need} are needed {purpose}.")
        }
        QuorumSystem::Grid { line, .. } => {
            let line = match line {
                GridLine::Row => "a whole row",
                GridLine::Column => "a whole column",
                GridLine::RowAndColumn => "a whole row and a whole column",
            };
            format!("No {need} {agents} that make {line} of the grid run and {way}; that is needed {purpose}.")
        }
    }
}

fn runs(world: &DynWorld, id: NodeId) -> bool {
    world.health(id) == Some(Health::Up)
}

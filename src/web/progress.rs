//! How far a run has come, and what keeps it.

use super::types::Progress;
use super::types::number;
use crate::kernel::descriptor::quorum::Count;
use crate::kernel::{DynWorld, Health, NodeId, SECOND, show_time};

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
    let (Count { have, need, all }, way) = nearest_quorum(world);
    if have < need {
        let (vote, what) =
            (if usize::from(all) < world.size() { " with a vote" } else { "" }, world.descriptor().quorum_for);
        let are = if need == 1 { "is" } else { "are" };
        return Some(format!("At most {have} of {all} {agents}{vote} run and {way}; {need} {are} needed {what}."));
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

/// Of those that a decision needs, as many as one replica could hear of, itself among them: where that comes nearest to
/// enough. And what they can do. With a direction cut, this is how many it can hear: who asked them, and whether they were
/// asked, is for the protocol to know.
fn nearest_quorum(world: &DynWorld) -> (Count, &'static str) {
    let network = world.network();
    let cut = network.cuts().next().is_some();
    let whole = !cut && network.groups().is_empty();
    let mut nearest = Count { have: 0, need: u16::MAX, all: 0 };
    for place in NodeId::replicas(world.size()) {
        let hears = |other| whole || other == place || network.connected(other, place);
        let count = world.count(place, &|other| runs(world, other) && runs(world, place) && hears(other));
        if count.need.saturating_sub(count.have) < nearest.need.saturating_sub(nearest.have) {
            nearest = count;
        }
        if nearest.is_quorum() {
            break;
        }
    }
    (nearest, if cut { "can be heard in one place" } else { "can talk to each other" })
}

fn runs(world: &DynWorld, id: NodeId) -> bool {
    world.health(id) == Some(Health::Up)
}

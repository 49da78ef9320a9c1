//! Which votes are on their way: found by trying. Each message in flight to somebody who counts is delivered in a copy of
//! the world, and the tally there says whether it counts. So nothing has to be known of any protocol.

use super::types::ComingView;
use crate::kernel::{Action, DynWorld, FlightView, Health, NodeId, Pick, Tally, Trace};

/// Beyond so many messages, or replicas, nothing is tried: it would cost more than a picture may.
const MOST: (usize, usize) = (40, 16);

/// The votes in flight that will count.
pub fn coming(world: &DynWorld) -> Vec<ComingView> {
    let counts = world.counts();
    if world.size() > MOST.1 || counts.messages == 0 {
        return Vec::new();
    }
    let open: Vec<_> = NodeId::replicas(world.size()).map(|id| (id, tallies(world, id))).collect();
    if open.iter().all(|(_, tallies)| tallies.is_empty()) {
        return Vec::new();
    }
    let flights = world.flights();
    let meant = flights.iter().filter(|flight| !flight.from.is_client() && !flight.to.is_client());
    meant.take(MOST.0).flat_map(|flight| counted(world, &open, flight)).collect()
}

fn tallies(world: &DynWorld, id: NodeId) -> Vec<Tally> {
    if world.health(id) != Some(Health::Up) {
        return Vec::new();
    }
    world.node(id).and_then(|node| node.replica).map_or_else(Vec::new, |view| view.tallies)
}

/// The tallies that one message will be counted in.
fn counted(world: &DynWorld, open: &[(NodeId, Vec<Tally>)], flight: &FlightView) -> Vec<ComingView> {
    let voter = flight.from.raw();
    let lacks = |tally: &&Tally| !tally.votes.contains(&voter);
    let Some((_, before)) = open.iter().find(|(id, tallies)| *id == flight.to && tallies.iter().any(|one| lacks(&one)))
    else {
        return Vec::new();
    };
    let mut world = world.clone();
    if world.act(&Action::Deliver(Pick::Id(flight.id)), &mut Trace::forgetful()).is_err() {
        return Vec::new();
    }
    let after = tallies(&world, flight.to);
    let counts = |tally: &&Tally| match after.iter().find(|other| other.about == tally.about) {
        Some(now) => now.votes.contains(&voter),
        // With the last vote that was needed, the tally is over.
        None => tally.votes.len() + 1 >= usize::from(tally.needed),
    };
    let view = |tally: &Tally| ComingView {
        at: flight.to.to_string(),
        about: tally.about.clone(),
        from: flight.from.to_string(),
        message: flight.id.0,
    };
    before.iter().filter(lacks).filter(counts).map(view).collect()
}

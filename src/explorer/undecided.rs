//! The adversary of Fischer, Lynch and Paterson (1985): it delivers every message and lets every timer run out, the oldest duty
//! first, and nothing is ever decided all the same.

use std::collections::{BTreeSet, VecDeque};

use super::root::Root;
use super::step::Step;
use crate::kernel::{Action, DynWorld, EventId, Moves, Pick, Selector};

/// How many states are looked at for one duty.
const MOST_LOOKS: usize = 4_000;

/// What the adversary has kept up.
#[derive(Clone, Debug)]
pub struct Kept {
    /// How many duties were done.
    pub duties: usize,
    /// How many states were looked at.
    pub looks: usize,
    /// What was done.
    pub steps: Vec<Step>,
}

/// Something that has to be done sooner or later: a message that waits, or a timer that runs.
fn duties(world: &DynWorld) -> Vec<(EventId, Action)> {
    let flights = world.flight_outlines().map(|flight| (flight.cause, Action::Deliver(Pick::Id(flight.id))));
    let timers = world.timer_outlines().map(|timer| {
        let node = Selector::Node(timer.node);
        (timer.cause, Action::Fire { timer: timer.kind, about: timer.about, node })
    });
    let mut all: Vec<_> = flights.chain(timers).collect();
    // Of one age the messages first, in the order of their numbers, as they stand.
    all.sort_by_key(|(since, action)| (*since, matches!(action, Action::Fire { .. }), message(action)));
    all
}

fn message(action: &Action) -> u32 {
    if let Action::Deliver(Pick::Id(id)) = action { id.0 } else { 0 }
}

/// Keeps a run undecided for so many duties, from a root whose first requests were made. Where it can't, what it came to.
pub fn keep_undecided(root: &Root, wanted: usize) -> Option<Kept> {
    let mut world = root.world(root.seed()).ok()?;
    let mut kept = Kept { duties: 0, looks: 0, steps: Vec::new() };
    for asking in &root.requests {
        let to = asking.to.or(Some(Selector::Node(crate::kernel::NodeId::replica(1))));
        let step = Step::of(Action::Request { client: asking.client, to, words: asking.words.clone() });
        kept.steps.extend(step.take(&mut world, false));
    }
    while kept.duties < wanted {
        let Some((_, duty)) = duties(&world).into_iter().next() else { break };
        let Some((after, way)) = do_it(&world, &duty, &mut kept.looks) else { break };
        world = after;
        kept.steps.extend(way);
        kept.duties += 1;
    }
    Some(kept)
}

/// The shortest way on which a duty is done, and nothing is decided then.
fn do_it(world: &DynWorld, duty: &Action, looks: &mut usize) -> Option<(DynWorld, Vec<Step>)> {
    let mut waiting = VecDeque::from([(world.clone(), Vec::new())]);
    let mut met = BTreeSet::from([world.fingerprint()]);
    let most = *looks + MOST_LOOKS;
    while let Some((state, way)) = waiting.pop_front() {
        for action in std::iter::once(duty.clone()).chain(state.enabled(&Moves::CALM)) {
            *looks += 1;
            let done = action == *duty;
            let mut next = state.clone();
            let Some(step) = stepped(&mut next, &action) else { continue };
            if next.decided_slots() > 0 || *looks > most {
                continue;
            }
            let mut way: Vec<Step> = way.clone();
            way.push(step);
            if done {
                return Some((next, way));
            }
            if met.insert(next.fingerprint()) {
                waiting.push_back((next, way));
            }
        }
        if *looks > most {
            return None;
        }
    }
    None
}

fn stepped(world: &mut DynWorld, action: &Action) -> Option<Step> {
    let step = match action {
        Action::Deliver(Pick::Id(id)) => Step::about(world, *id, Action::Deliver),
        other => Step::of(other.clone()),
    };
    step.take(world, false)
}

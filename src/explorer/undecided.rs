//! The adversary of Fischer, Lynch and Paterson (1985): it delivers every message and lets every timer run out, the oldest duty
//! first, and nothing is ever decided all the same.

use std::collections::{BTreeSet, VecDeque};

use super::root::Root;
use super::step::Step;
use crate::kernel::{Action, DynWorld, EventId, Moves, NodeId, Pick, Selector};
use crate::scenario::ScenarioError;

/// How many states are looked at for one duty.
const MOST_LOOKS: usize = 4_000;

/// What the adversary has kept up.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// How many duties were done.
    pub duties: usize,
    /// How many states were looked at.
    pub looks: usize,
    /// What was done.
    pub steps: Vec<Step>,
}

/// How the adversary stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hold {
    /// It goes on.
    Open,
    /// All duties that were wanted are done, and nothing is decided.
    Kept,
    /// There is nothing more to do, or no way to do it without a decision was found.
    Lost,
}

/// The adversary at work.
pub struct Adversary {
    world: DynWorld,
    wanted: usize,
    kept: Kept,
    hunt: Option<Hunt>,
    hold: Hold,
}

/// How a duty can be done so that nothing is decided then: the shortest ways first.
struct Hunt {
    duty: Action,
    waiting: VecDeque<(DynWorld, Vec<Step>)>,
    met: BTreeSet<u64>,
    looks: usize,
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
    let mut adversary = Adversary::new(root, wanted).ok()?;
    while adversary.run_for(u64::MAX) == Hold::Open {}
    Some(adversary.kept)
}

impl Adversary {
    /// One that is to do so many duties, from a root whose first requests were made. Errors: where the header does not fit together.
    pub fn new(root: &Root, wanted: usize) -> Result<Self, ScenarioError> {
        let mut world = root.world(root.seed())?;
        let mut kept = Kept::default();
        for asking in &root.requests {
            kept.steps.extend(asking.step(|| NodeId::replica(1)).take(&mut world, false));
        }
        Ok(Adversary { world, wanted, kept, hunt: None, hold: Hold::Open })
    }

    /// What was kept up so far.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Looks at so many states more, and says how it stands.
    pub fn run_for(&mut self, looks: u64) -> Hold {
        let most = self.kept.looks.saturating_add(looks.min(usize::MAX as u64) as usize);
        while self.hold == Hold::Open && self.kept.looks < most {
            self.look();
        }
        self.hold
    }

    /// Takes up the oldest duty, or goes on from one state on the way to doing it.
    fn look(&mut self) {
        if self.kept.duties >= self.wanted {
            self.hold = Hold::Kept;
            return;
        }
        let mut hunt = match self.hunt.take() {
            Some(hunt) => hunt,
            None => match duties(&self.world).into_iter().next() {
                Some((_, duty)) => Hunt::new(&self.world, duty),
                None => return self.hold = Hold::Lost,
            },
        };
        if let Some((world, way)) = hunt.on(&mut self.kept.looks) {
            self.world = world;
            self.kept.steps.extend(way);
            self.kept.duties += 1;
        } else if hunt.waiting.is_empty() || hunt.looks > MOST_LOOKS {
            self.hold = Hold::Lost;
        } else {
            self.hunt = Some(hunt);
        }
    }
}

impl Hunt {
    fn new(world: &DynWorld, duty: Action) -> Self {
        let waiting = VecDeque::from([(world.clone(), Vec::new())]);
        Hunt { duty, waiting, met: BTreeSet::from([world.fingerprint()]), looks: 0 }
    }

    /// Goes on from one state: gives the state in which the duty is done, and the way there, if it came to one.
    fn on(&mut self, looks: &mut usize) -> Option<(DynWorld, Vec<Step>)> {
        let (state, way) = self.waiting.pop_front()?;
        for action in std::iter::once(self.duty.clone()).chain(state.enabled(&Moves::CALM)) {
            (*looks, self.looks) = (*looks + 1, self.looks + 1);
            let done = action == self.duty;
            let mut next = state.clone();
            let Some(step) = stepped(&mut next, &action) else { continue };
            if next.decided_slots() > 0 || self.looks > MOST_LOOKS {
                continue;
            }
            let mut way: Vec<Step> = way.clone();
            way.push(step);
            if done {
                return Some((next, way));
            }
            if self.met.insert(next.fingerprint()) {
                self.waiting.push_back((next, way));
            }
        }
        None
    }
}

fn stepped(world: &mut DynWorld, action: &Action) -> Option<Step> {
    let step = match action {
        Action::Deliver(Pick::Id(id)) => Step::about(world, *id, Action::Deliver),
        other => Step::of(other.clone()),
    };
    step.take(world, false)
}

//! A search in slices: the same natively and in a page's worker, whatever the slices.

use consensus_playground_explorer::{Exhaustive, Limits, Order, Stand, System};

use super::plan::{Bounds, Plan, Strategy, Wanted};
use super::retell::{Finding, retell};
use super::root::Root;
use super::shrink::Shrinker;
use super::space::Space;
use super::step::Step;
use super::undecided::{Adversary, Hold};
use super::walk::{End, Walk};
use crate::kernel::data::limits::MESSAGES_IN_FLIGHT;
use crate::kernel::{Action, DynWorld};
use crate::scenario::{Scenario, ScenarioError};

/// Walks take their worlds from so many seeds, so that handlers choose otherwise.
const SEEDS: u64 = 16;
/// One try of a shorter schedule counts as so many steps.
const REPLAY: u64 = 100;
/// How many steps are taken at least and at most on short walks, once something was found; and how many of their findings are
/// made shorter.
const POLISH: (u64, u64) = (40_000, 400_000);
const MOST_POLISHED: u32 = 12;

/// What a search is at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// It looks.
    Searching,
    /// It has found something, and makes it shorter.
    Shrinking,
    /// It has found something: see [`Search::finding`].
    Found,
    /// There is nothing within the bounds.
    Complete,
    /// The memory is full, and nothing was found down to some depth.
    Full,
}

/// How far a search is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Progress {
    /// What it is at.
    pub phase: Phase,
    /// Different states; of walks the steps taken.
    pub states: u64,
    /// Steps taken, to known states as well.
    pub transitions: u64,
    /// Walks begun; 0 where all states are gone through.
    pub walks: u64,
    /// How many steps the deepest state is from the first.
    pub depth: u16,
    /// How many states wait to be gone on from.
    pub frontier: u64,
    /// At how many states a bound ended the search.
    pub bounded: u64,
    /// About how many bytes it takes.
    pub bytes: u64,
    /// The chance that a state was taken for another and passed over.
    pub collisions: f64,
    /// While it is made shorter and afterwards: how many steps it has.
    pub steps: Option<u32>,
}

enum Engine {
    Swarm { worlds: Vec<Option<DynWorld>>, walk: Option<Box<Walk>>, number: u64, steps: u64 },
    All(Box<Everything>),
    Adversary(Box<Adversary>),
}

/// A search that goes through all states.
struct Everything {
    space: Space,
    search: Exhaustive,
}

/// A search.
pub struct Search {
    root: Root,
    plan: Plan,
    engine: Engine,
    phase: Phase,
    shrinker: Option<Shrinker>,
    finding: Option<Finding>,
    refused: u64,
    /// The shortest schedule so far.
    best: Option<(Root, Vec<Step>)>,
    /// In which walk it was found.
    found_in: u64,
    /// How many more steps are taken on short walks, and how many more of their findings are made shorter.
    polish: (u64, u32),
}

impl Search {
    /// A search from the beginning of a scenario; see [`Root`]. Errors: where its header does not fit together.
    pub fn new(scenario: &Scenario, plan: Plan) -> Result<Self, ScenarioError> {
        Search::from_root(Root::of(scenario), plan)
    }

    /// The same from a root.
    pub fn from_root(root: Root, plan: Plan) -> Result<Self, ScenarioError> {
        root.world(root.seed())?;
        let engine = match plan.strategy {
            Strategy::Swarm => {
                let worlds = (0..SEEDS).map(|_| None).collect();
                Engine::Swarm { worlds, walk: None, number: plan.worker.0, steps: 0 }
            }
            Strategy::Breadth | Strategy::Depth => {
                let (mut space, first, tables) = Space::new(root.clone(), plan.clone())?;
                let limits = Limits {
                    order: if plan.strategy == Strategy::Breadth { Order::Breadth } else { Order::Depth },
                    depth: plan.bounds.steps,
                    bytes: plan.bytes(),
                    messages: MESSAGES_IN_FLIGHT,
                    any_copies: plan.bounds.any_copies,
                    asks: space.asks(),
                };
                let search = Exhaustive::new(&mut space, first, tables, limits);
                Engine::All(Box::new(Everything { space, search }))
            }
            Strategy::Adversary => Engine::Adversary(Box::new(Adversary::new(&root, plan.bounds.duties.into())?)),
        };
        let (phase, shrinker, finding, refused) = (Phase::Searching, None, None, 0);
        let (best, found_in, polish) = (None, 0, (0, 0));
        Ok(Search { root, plan, engine, phase, shrinker, finding, refused, best, found_in, polish })
    }

    /// A search that has found a schedule already, and only looks whether short walks know a shorter one; without one it is a search
    /// like any other. `None` where the header does not fit together.
    pub(super) fn beginning_with(root: &Root, wanted: Wanted, known: Option<Vec<Step>>) -> Option<Self> {
        let mut bounds = Bounds::usual(Strategy::Swarm, root.requests.len(), root.liars.len());
        let lost = known.iter().flatten().filter(|step| matches!(step.action, Action::Restart { disk_lost: true, .. }));
        bounds.blank_disks = lost.count().min(usize::from(bounds.crashes)) as u16;
        let plan = Plan { strategy: Strategy::Swarm, wanted, bounds, seed: 1, worker: (0, 1) };
        let mut search = Search::from_root(root.clone(), plan).ok()?;
        if let Some(known) = known {
            (search.best, search.phase) = (Some((root.clone(), known)), Phase::Shrinking);
            search.polish = (POLISH.1, MOST_POLISHED);
        }
        Some(search)
    }

    /// What was found, when it was made as short as it gets.
    pub fn finding(&self) -> Option<&Finding> {
        self.finding.as_ref()
    }

    /// The walk that is under way, or in which it was found.
    pub fn walk(&self) -> u64 {
        match (&self.engine, self.phase) {
            (Engine::Swarm { number, .. }, Phase::Searching) => *number,
            _ => self.found_in,
        }
    }

    /// How many findings did not come true when they were replayed. There should be none.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// What it was told.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The bounds in words.
    pub fn bounds(&self) -> String {
        self.plan.told(self.root.header.entry.descriptor)
    }

    /// Goes on for about so many steps, and says how far it is.
    pub fn run_for(&mut self, steps: u64) -> Progress {
        match self.phase {
            Phase::Searching => self.look(steps),
            Phase::Shrinking => self.shrink(steps),
            Phase::Found | Phase::Complete | Phase::Full => {}
        }
        self.progress()
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let best = self.best.as_ref().map(|(_, best)| best.len() as u32);
        let shrinking = best.or(self.shrinker.as_ref().map(|shrinker| shrinker.len() as u32));
        let steps = self.finding.as_ref().map(|finding| finding.steps as u32).or(shrinking);
        let none = Progress {
            phase: self.phase,
            states: 0,
            transitions: 0,
            walks: 0,
            depth: 0,
            frontier: 0,
            bounded: 0,
            bytes: 0,
            collisions: 0.0,
            steps,
        };
        match &self.engine {
            Engine::Swarm { number, steps, .. } => {
                let walks = number / self.plan.worker.1 + 1;
                Progress { states: *steps, transitions: *steps, walks, depth: self.plan.bounds.steps, ..none }
            }
            Engine::All(all) => Progress {
                states: all.search.visited().len() as u64,
                transitions: all.search.transitions(),
                depth: all.search.deepest(),
                frontier: all.search.waiting() as u64,
                bounded: all.search.bounded(),
                bytes: (all.search.bytes() + System::bytes(&all.space)) as u64,
                collisions: all.search.visited().chance_of_collision(),
                ..none
            },
            Engine::Adversary(adversary) => {
                let kept = adversary.kept();
                let (states, duties) = (kept.looks as u64, kept.duties as u64);
                let depth = kept.steps.len().min(u16::MAX.into()) as u16;
                let frontier = u64::from(self.plan.bounds.duties).saturating_sub(duties);
                Progress { states, transitions: states, depth, frontier, ..none }
            }
        }
    }

    fn look(&mut self, steps: u64) {
        let found = match &mut self.engine {
            // Each of its steps is needed: nothing is made shorter.
            Engine::Adversary(adversary) => {
                match adversary.run_for(steps) {
                    Hold::Open => {}
                    Hold::Lost => self.phase = Phase::Complete,
                    Hold::Kept => {
                        self.best = Some((self.root.clone(), adversary.kept().steps.clone()));
                        self.tell();
                    }
                }
                return;
            }
            Engine::Swarm { .. } => {
                let (plan, mut left) = (self.plan.clone(), steps);
                self.walk_on(&plan, &mut left)
            }
            Engine::All(all) => match all.search.run_for(&mut all.space, steps) {
                Stand::Open => None,
                Stand::Complete => {
                    self.phase = Phase::Complete;
                    None
                }
                Stand::Full => {
                    self.phase = Phase::Full;
                    None
                }
                Stand::Found(place) => {
                    let way = all.search.way_to(&mut all.space, place);
                    let taken = |way: Vec<_>| way.iter().flat_map(|taken| all.space.steps(taken)).collect::<Vec<_>>();
                    let steps = way.map(|way| [all.space.opening(), taken(way)].concat());
                    if steps.is_none() {
                        (self.refused, self.phase) = (self.refused + 1, Phase::Full);
                    }
                    steps.map(|steps| (self.root.clone(), steps))
                }
            },
        };
        let Some((root, steps)) = found else { return };
        self.shrinker = Shrinker::new(root, self.plan.wanted.clone(), &steps);
        if self.shrinker.is_none() {
            return self.give_up();
        }
        self.phase = Phase::Shrinking;
        if let Engine::Swarm { number, steps, .. } = &self.engine {
            self.found_in = number - self.plan.worker.1;
            self.polish = ((*steps).clamp(POLISH.0, POLISH.1), MOST_POLISHED);
        }
    }

    /// What was found did not come true once more. That would be a mistake of ours; it is counted, and nobody is told a false story.
    fn give_up(&mut self) {
        self.refused += 1;
        self.phase = match &mut self.engine {
            Engine::Swarm { .. } => Phase::Searching,
            Engine::All(_) | Engine::Adversary(_) => Phase::Full,
        };
    }

    /// Takes at most `left` steps on walks; gives what is found.
    fn walk_on(&mut self, plan: &Plan, left: &mut u64) -> Option<(Root, Vec<Step>)> {
        let root = &self.root;
        let Engine::Swarm { worlds, walk, number, steps } = &mut self.engine else { return None };
        while *left > 0 {
            let seed = root.seed() + *number % SEEDS;
            if walk.is_none() {
                let world = &mut worlds[(*number % SEEDS) as usize];
                if world.is_none() {
                    *world = root.world(seed).ok();
                }
                *walk = world.as_ref().map(|world| Box::new(Walk::new(root, world, plan, *number)));
            }
            let end = walk.as_mut()?.step(root, plan);
            (*steps, *left) = (*steps + 1, *left - 1);
            if end == End::None {
                continue;
            }
            *number += plan.worker.1;
            let over = walk.take();
            if end == End::Found {
                return over.map(|walk| (root.with_seed(seed), walk.into_steps()));
            }
        }
        None
    }

    fn shrink(&mut self, steps: u64) {
        if let Some(shrinker) = &mut self.shrinker {
            if !shrinker.run_for((steps / REPLAY).max(1)) {
                return;
            }
            let found = self.shrinker.take().map(Shrinker::into_best);
            if let Some(found) = found
                && self.best.as_ref().is_none_or(|(_, best)| found.1.len() < best.len())
            {
                self.best = Some(found);
            }
        } else {
            self.look_for_shorter(steps);
        }
        if self.shrinker.is_none() && (self.polish.0 == 0 || self.polish.1 == 0) {
            self.tell();
        }
    }

    /// What a long walk has found shrinks to what is short for such walks; short walks may know a shorter way.
    fn look_for_shorter(&mut self, steps: u64) {
        let most = self.best.as_ref().map_or(1, |(_, best)| best.len());
        let mut plan = self.plan.clone();
        plan.bounds.steps = plan.bounds.steps.min(most.saturating_mul(3).min(u16::MAX.into()) as u16);
        let granted = steps.min(self.polish.0);
        let mut left = granted;
        let found = self.walk_on(&plan, &mut left);
        self.polish.0 -= granted - left;
        if let Some((root, steps)) = found {
            self.polish.1 -= 1;
            self.shrinker = Shrinker::new(root, self.plan.wanted.clone(), &steps).map(Shrinker::once);
        }
    }

    fn tell(&mut self) {
        let Some((root, best)) = self.best.take() else { return };
        match retell(&root, &self.plan.wanted, &best) {
            Ok(finding) => (self.finding, self.phase) = (Some(finding), Phase::Found),
            Err(_) => self.give_up(),
        }
    }

    /// What is looked for.
    pub fn wanted(&self) -> &Wanted {
        &self.plan.wanted
    }
}

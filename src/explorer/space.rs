//! The states of a run as a model for breadth- and depth-first search: whole worlds, and what is left of the bounds.

use std::hash::Hash;

use consensus_playground_explorer::{Look, Model};

use super::plan::Plan;
use super::root::{Root, turn};
use super::step::Step;
use crate::kernel::data::hash::stable_hash;
use crate::kernel::data::random::mix;
use crate::kernel::{Action, DynWorld, Moves, NodeId, Pick, Script, Selector, Trace};
use crate::scenario::ScenarioError;

/// What was spent of the bounds. What is not bounded is not counted, or no state would be met twice.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Spent {
    crashes: u16,
    blank: u16,
    duplicates: u16,
    asked: u16,
    lies: u16,
    fired: Box<[u16]>,
}

/// A world, and what was spent.
#[derive(Clone)]
pub struct State {
    world: DynWorld,
    spent: Spent,
}

/// The states that can be reached from a root within bounds.
pub struct Space {
    root: Root,
    plan: Plan,
    liars: Vec<NodeId>,
}

/// Where a step leads, and how it is taken.
type Each<'a> = &'a mut dyn FnMut(State, &dyn Fn() -> Vec<Step>);

impl Space {
    /// With liars where the plan has any: those of the root, else the first replicas.
    pub fn new(root: Root, plan: Plan) -> Self {
        let replicas = NodeId::replicas(root.header.setup().replicas);
        let able: Vec<_> = if root.liars.is_empty() { replicas.collect() } else { root.liars.clone() };
        let liars = able.into_iter().take(plan.bounds.liars.into()).collect();
        Space { root, plan, liars }
    }

    /// What is done before the first state.
    pub fn opening(&self) -> Vec<Step> {
        self.liars.iter().filter_map(|&liar| turn(liar)).map(Step::of).collect()
    }

    /// The first state. Errors: the header's.
    pub fn first(&self) -> Result<State, ScenarioError> {
        let mut world = self.root.world(self.root.seed())?;
        for step in self.opening() {
            step.take(&mut world, false);
        }
        let fired = vec![0; self.root.header.entry.descriptor.timers.len()].into();
        Ok(State { world, spent: Spent { fired, ..Spent::default() } })
    }

    /// The steps on the way through states with these fingerprints.
    pub fn steps_along(&self, way: &[u64]) -> Option<Vec<Step>> {
        let (mut state, mut steps) = (self.first().ok()?, self.opening());
        for print in way {
            let mut found = None;
            self.successors(&state, &mut |next, how| {
                if found.is_none() && self.print(&next) == *print {
                    found = Some((next, how()));
                }
            });
            let (next, how) = found?;
            state = next;
            steps.extend(how);
        }
        Some(steps)
    }

    fn successors(&self, state: &State, each: Each<'_>) {
        let (bounds, spent) = (&self.plan.bounds, &state.spent);
        let moves = Moves { crash: spent.crashes < bounds.crashes, ..Moves::CALM };
        for action in state.world.enabled(&moves) {
            match action {
                Action::Deliver(Pick::Id(id)) => {
                    let twice = |pick: Pick| vec![Action::Duplicate(pick.clone()), Action::Deliver(pick)];
                    if bounds.any_copies {
                        self.branch(state, spent.clone(), twice(Pick::Id(id)), each);
                        continue;
                    }
                    self.branch(state, spent.clone(), vec![action], each);
                    if spent.duplicates < bounds.duplicates {
                        let spent = Spent { duplicates: spent.duplicates + 1, ..spent.clone() };
                        self.branch(state, spent, twice(Pick::Id(id)), each);
                    }
                    if spent.lies < bounds.lies {
                        self.lies(state, id, each);
                    }
                }
                Action::Fire { timer, .. } => {
                    let most = bounds.timers(timer);
                    let mut spent = spent.clone();
                    if most < u16::MAX {
                        let fired = &mut spent.fired[usize::from(timer)];
                        if *fired >= most {
                            continue;
                        }
                        *fired += 1;
                    }
                    self.branch(state, spent, vec![action], each);
                }
                Action::Crash(replica) => {
                    for disk_lost in [false, true] {
                        if disk_lost && spent.blank >= bounds.blank_disks {
                            continue;
                        }
                        let blank = spent.blank + u16::from(disk_lost);
                        let spent = Spent { crashes: spent.crashes + 1, blank, ..spent.clone() };
                        let actions = vec![action.clone(), Action::Restart { replica, disk_lost }];
                        self.branch(state, spent, actions, each);
                    }
                }
                _ => {}
            }
        }
        self.requests(state, each);
    }

    fn lies(&self, state: &State, id: crate::kernel::MessageId, each: Each<'_>) {
        let liar = state.world.flight_key(id).is_some_and(|key| self.liars.contains(&key.from));
        let lies = if liar { state.world.lies_about(id) } else { Vec::new() };
        for (place, &lie) in lies.iter().enumerate() {
            let nth = lies[..=place].iter().filter(|other| **other == lie).count() as u32;
            let spent = Spent { lies: state.spent.lies + 1, ..state.spent.clone() };
            self.branch(state, spent, vec![Action::Lie { lie, nth, pick: Pick::Id(id) }], each);
        }
    }

    fn requests(&self, state: &State, each: Each<'_>) {
        let most = self.root.requests.len().min(self.plan.bounds.requests.into());
        let Some(asking) = self.root.requests[..most].get(usize::from(state.spent.asked)) else { return };
        let anybody = || NodeId::replicas(state.world.size()).map(Selector::Node).collect();
        for to in asking.to.map_or_else(anybody, |to| vec![to]) {
            let spent = Spent { asked: state.spent.asked + 1, ..state.spent.clone() };
            let words = asking.words.clone();
            self.branch(state, spent, vec![Action::Request { client: asking.client, to: Some(to), words }], each);
        }
    }

    /// A state for each way in which the choices of these actions can fall.
    fn branch(&self, state: &State, spent: Spent, actions: Vec<Action>, each: Each<'_>) {
        let mut next = Some(Script::default());
        while let Some(script) = next {
            let mut world = state.world.clone();
            world.set_script(Some(script));
            let done = actions.iter().all(|action| world.act(action, &mut Trace::forgetful()).is_ok());
            let made = world.set_script(None).unwrap_or_default();
            next = made.next_branch();
            if done && world.limit().is_none() {
                let how = || steps(&state.world, &actions, &made);
                each(State { world, spent: spent.clone() }, &how);
            }
        }
    }
}

/// The actions as steps that can be taken elsewhere.
fn steps(world: &DynWorld, actions: &[Action], made: &Script) -> Vec<Step> {
    let mut world = world.clone();
    let mut answers: Vec<_> = made.made().iter().map(|choice| choice.taken).collect();
    let mut steps = Vec::new();
    for action in actions {
        let id = match action {
            Action::Deliver(Pick::Id(id)) | Action::Duplicate(Pick::Id(id)) => Some(*id),
            Action::Lie { pick: Pick::Id(id), .. } => Some(*id),
            _ => None,
        };
        let about = id.and_then(|id| world.flight_key(id));
        world.set_script(Some(Script::new(answers.clone())));
        let _ = world.act(action, &mut Trace::forgetful());
        let asked = world.set_script(None).unwrap_or_default().made().len();
        let rest = answers.split_off(asked.min(answers.len()));
        steps.push(Step { action: action.clone(), about, answers: std::mem::replace(&mut answers, rest) });
    }
    steps
}

impl Model for Space {
    type State = State;

    fn print(&self, state: &State) -> u64 {
        mix(state.world.fingerprint() ^ mix(stable_hash(&state.spent)))
    }

    fn look(&self, state: &State) -> Look {
        if self.plan.wanted.holds(&state.world) {
            return Look::Found;
        }
        let beyond = |node| state.world.epoch(node).is_some_and(|epoch| epoch > self.plan.bounds.epochs);
        let bound = self.plan.bounds.epochs < u64::MAX && NodeId::replicas(state.world.size()).any(beyond);
        if bound { Look::Bound } else { Look::On }
    }

    fn next(&self, state: &State, each: &mut dyn FnMut(State)) {
        self.successors(state, &mut |next, _| each(next));
    }
}

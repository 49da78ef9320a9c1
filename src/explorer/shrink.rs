//! Fewer steps that do the same: delta debugging (Zeller, Hildebrandt 2002), over steps first, then over replicas. A step whose
//! message is not there any more takes the newest of its kind on its link, or is left out. Where nothing more can be left out,
//! small changes lead around what stands in the way.

use std::collections::BTreeSet;

use super::plan::Wanted;
use super::root::Root;
use super::step::Step;
use crate::kernel::data::random::{below, draw};
use crate::kernel::{DynWorld, NodeId};

/// How many times it is begun anew, each time in another order; the shortest schedule wins.
const STARTS: u64 = 10;
/// Of how many steps at most two are left out at once.
const MOST_FOR_PAIRS: usize = 64;
/// How many changed schedules in a row may be no shorter before it is given up.
const CHANGES: u32 = 1_000;

/// A schedule that brings about what is wanted, on its way to a shorter one.
pub struct Shrinker {
    wanted: Wanted,
    root: Root,
    world: DynWorld,
    first: Vec<Step>,
    current: Vec<Step>,
    best: Vec<Step>,
    /// How many steps are left out at once.
    size: usize,
    /// From which step on.
    at: usize,
    changed: bool,
    pair: (usize, usize),
    /// How many changed schedules were no shorter.
    in_vain: u32,
    start: u64,
    replays: u64,
}

/// Takes the steps one after the other, those left out that are not possible, up to where it has come about. Gives those that were
/// taken, or `None` where it does not come about.
pub fn replay(world: &DynWorld, wanted: &Wanted, steps: &[Step], loose: bool) -> Option<Vec<Step>> {
    let mut world = world.clone();
    let mut taken = Vec::with_capacity(steps.len());
    for step in steps {
        if let Some(step) = step.take(&mut world, loose) {
            taken.push(step);
            if wanted.holds(&world) {
                return Some(taken);
            }
        }
    }
    None
}

impl Shrinker {
    /// A schedule from a beginning; `None` where it does not bring about what is wanted.
    pub fn new(root: Root, wanted: Wanted, steps: &[Step]) -> Option<Self> {
        let world = root.world(root.seed()).ok()?;
        let first = replay(&world, &wanted, steps, true)?;
        let size = first.len() / 2;
        let (current, best) = (first.clone(), first.clone());
        let (at, changed, pair, in_vain, start, replays) = (0, false, (0, 1), 0, 0, 0);
        Some(Shrinker { wanted, root, world, first, current, best, size, at, changed, pair, in_vain, start, replays })
    }

    /// From one start only.
    pub fn once(self) -> Self {
        Shrinker { start: STARTS - 1, ..self }
    }

    /// How many steps the shortest schedule has so far.
    pub fn len(&self) -> usize {
        self.best.len()
    }

    /// The shortest schedule, and where it begins.
    pub fn into_best(self) -> (Root, Vec<Step>) {
        (self.root, self.best)
    }

    /// Tries so many more schedules; `true` when there is nothing more to try.
    pub fn run_for(&mut self, replays: u64) -> bool {
        for _ in 0..replays {
            if self.start >= STARTS {
                return true;
            }
            self.try_one();
        }
        self.start >= STARTS
    }

    fn try_one(&mut self) {
        self.replays += 1;
        if self.at < self.current.len() && self.size > 0 {
            let places = self.places();
            let left = self.current.iter().enumerate().filter(|(place, _)| !places.contains(place));
            let left: Vec<_> = left.map(|(_, step)| step.clone()).collect();
            match replay(&self.world, &self.wanted, &left, true).filter(|taken| taken.len() < self.current.len()) {
                Some(taken) => (self.current, self.changed) = (taken, true),
                None => self.at += self.size,
            }
        } else if self.size > 1 {
            (self.size, self.at) = (self.size / 2, 0);
        } else if self.changed {
            (self.at, self.changed) = (0, false);
        } else if self.in_vain >= CHANGES {
            self.in_vain = 0;
            self.fewer_replicas();
        } else if self.in_vain > 0 || !self.leave_out_two() {
            self.try_a_change();
        }
    }

    /// Tries the next two steps at once that can't be left out one by one: a term that is one less on both sides, a crash and
    /// what it made necessary. `false` where all were tried.
    fn leave_out_two(&mut self) -> bool {
        let len = self.current.len();
        if len > MOST_FOR_PAIRS || self.pair.0 >= len {
            self.pair = (0, 1);
            return false;
        }
        let (one, other) = self.pair;
        self.pair = if other + 1 < len { (one, other + 1) } else { (one + 1, one + 2) };
        if other < len {
            let left = self.current.iter().enumerate().filter(|(place, _)| *place != one && *place != other);
            let left: Vec<_> = left.map(|(_, step)| step.clone()).collect();
            if let Some(taken) = replay(&self.world, &self.wanted, &left, true).filter(|taken| taken.len() < len) {
                (self.current, self.at, self.pair) = (taken, 0, (0, 1));
            }
        }
        true
    }

    /// Changes the schedule somewhere. What is no longer than before is gone on from: another way around may lead to a shorter one.
    fn try_a_change(&mut self) {
        self.in_vain += 1;
        let (len, changed) = (self.current.len(), self.changed_somewhere());
        if let Some(taken) = replay(&self.world, &self.wanted, &changed, true).filter(|taken| taken.len() <= len) {
            if taken.len() < len {
                (self.at, self.in_vain) = (0, 0);
            }
            self.current = taken;
        }
    }

    /// The schedule, with a step at another time or a request to somebody else, and without some steps, most of them of one kind: such
    /// are the timers that made a term higher than it need be.
    fn changed_somewhere(&self) -> Vec<Step> {
        let mut draws = 0;
        let mut pick = |n: usize| {
            draws += 1;
            below(draw(self.start, self.replays, draws), n.max(1) as u64) as usize
        };
        let mut steps = self.current.clone();
        let asking = self.root.requests.get(pick(self.root.requests.len()));
        match (pick(4), asking) {
            (0 | 1, _) if !steps.is_empty() => {
                let moved = steps.remove(pick(steps.len()));
                steps.insert(pick(steps.len() + 1), moved);
            }
            (2, Some(asking)) => {
                steps.retain(|step| !asking.is_asked_by(step));
                let asked = asking.step(|| NodeId::replica(pick(self.world.size()) + 1));
                steps.insert(pick(steps.len() + 1), asked);
            }
            _ => {}
        }
        let model = steps.get(pick(steps.len())).cloned();
        for _ in 0..pick(5) {
            let alike = |place: &usize| model.as_ref().is_some_and(|model| steps[*place].is_like(model));
            let mut places: Vec<_> = (0..steps.len()).collect();
            if pick(4) > 0 {
                places.retain(alike);
            }
            if !places.is_empty() {
                steps.remove(places[pick(places.len())]);
            }
        }
        steps
    }

    /// The places that are left out: neighbors from the end or from the beginning, or any, by the start.
    fn places(&self) -> Vec<usize> {
        let len = self.current.len();
        let piece = self.at..(self.at + self.size).min(len);
        match self.start % 3 {
            0 => piece.map(|place| len - 1 - place).collect(),
            1 => piece.collect(),
            _ => piece.map(|place| below(draw(self.start, self.replays, place as u64), len as u64) as usize).collect(),
        }
    }

    /// Whether as few replicas tolerate the liars, if as many as before do: else it would be another story.
    fn is_as_tolerant(&self, fewer: &DynWorld) -> bool {
        let liars = self.best.iter().filter_map(Step::liar).collect::<BTreeSet<_>>().len();
        fewer.tolerated() >= liars || self.world.tolerated() < liars
    }

    /// The steps can't be fewer; perhaps the replicas can.
    fn fewer_replicas(&mut self) {
        if self.current.len() < self.best.len() {
            self.best.clone_from(&self.current);
        }
        let size = self.world.size();
        let least = usize::from(self.root.header.entry.descriptor.replicas.0);
        if size > least {
            let root = self.root.with_replicas(size - 1);
            let left: Vec<_> = self.best.iter().filter(|step| !step.names_beyond(size - 1)).cloned().collect();
            if let Ok(world) = root.world(root.seed())
                && self.is_as_tolerant(&world)
                && let Some(taken) = replay(&world, &self.wanted, &left, true)
            {
                (self.root, self.world) = (root, world);
                (self.first, self.current, self.best) = (taken.clone(), taken.clone(), taken);
                (self.size, self.at, self.changed) = (self.current.len() / 2, 0, false);
                return;
            }
        }
        self.start += 1;
        // Half of the starts begin from all that was found, half from what is left.
        self.current = if self.start.is_multiple_of(2) { self.best.clone() } else { self.first.clone() };
        (self.size, self.at, self.changed) = ((self.current.len() / 2).max(1), 0, false);
    }
}

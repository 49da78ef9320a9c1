//! Conditions that are followed through a run: looked at after each event and each line.

use std::rc::Rc;

use super::condition::{Claim, Scene};
use super::expect::Mode;
use super::goal::{Goal, GoalState, GoalStatus};
use super::looks::Looks;
use super::{Scenario, Statement};
use crate::kernel::{DynWorld, Time, show_time};

/// When something was seen, and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Sighting {
    /// The last event before.
    pub event: u32,
    /// The virtual time, in microseconds.
    pub at: Time,
    /// What was seen, as a sentence without its full stop.
    pub saw: Rc<str>,
}

impl Sighting {
    fn of(claim: &Claim, world: &DynWorld) -> Self {
        let saw = claim.look(world, super::condition::Effort::Quick).1;
        Sighting { event: world.counts().events, at: world.now(), saw: saw.into() }
    }

    /// It in words: `after event 12, at 1.2s: 3 leads`.
    pub fn words(&self) -> String {
        format!("after event {}, at {}: {}", self.event, show_time(self.at), self.saw)
    }
}

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Watch {
    /// The first time that it holds.
    First,
    /// That it holds for so long at a stretch.
    Stretch(Time),
    /// That it holds, at the latest so long after what was done last.
    Soon(Time),
}

/// One claim that is followed, and what was seen of it.
#[derive(Clone)]
struct Monitor {
    claim: Rc<Claim>,
    watch: Watch,
    /// When that was seen; then it is looked at no more.
    seen: Option<Sighting>,
    /// Since when it has held ([`Watch::Stretch`]), or was waited for ([`Watch::Soon`]).
    since: Option<Time>,
}

impl Monitor {
    fn new(claim: Claim, watch: Watch) -> Self {
        Monitor { claim: Rc::new(claim), watch, seen: None, since: None }
    }

    /// Whether a look may change something.
    fn is_open(&self) -> bool {
        self.seen.is_none()
    }

    /// Takes a look; gives what has changed, if anything has.
    fn look(&self, world: &DynWorld, looks: &Looks) -> Option<Monitor> {
        if self.watch == Watch::First && !self.claim.may_have_changed(looks) {
            return None;
        }
        let now = world.now();
        let holds = self.claim.holds_in(Scene { world, looks: Some(looks) }) == Some(true);
        let seen = || Some(Sighting::of(&self.claim, world));
        match (self.watch, self.since) {
            (Watch::First, _) if holds => Some(Monitor { seen: seen(), ..self.clone() }),
            (Watch::First, _) => None,
            // It held up to now, whatever is now.
            (Watch::Stretch(span), Some(since)) if now - since >= span => {
                Some(Monitor { seen: seen(), ..self.clone() })
            }
            (Watch::Stretch(_), Some(_)) if !holds => Some(Monitor { since: None, ..self.clone() }),
            (Watch::Stretch(_), None) if holds => Some(Monitor { since: Some(now), ..self.clone() }),
            (Watch::Stretch(_), _) => None,
            (Watch::Soon(span), since) => {
                let start = since.unwrap_or(now);
                if holds && now - start <= span {
                    return Some(Monitor { seen: seen(), since: Some(start), ..self.clone() });
                }
                since.is_none().then(|| Monitor { since: Some(start), ..self.clone() })
            }
        }
    }
}

/// All that is followed through a run. Copies share it until something is seen.
#[derive(Clone, Default)]
pub(super) struct Monitors {
    script: Rc<Vec<Monitor>>,
    goals: Rc<Vec<Option<Monitor>>>,
    /// From which event on the goals count.
    from: u32,
    /// Whether they count by now.
    begun: bool,
    /// Which of the session's sets of goals they are.
    pub set: u32,
    /// How many may still see something.
    open: u32,
    looks: Looks,
}

impl Monitors {
    /// What a scenario's `expect ever` and `expect never` ask for.
    pub fn of(scenario: &Scenario) -> Self {
        let mut script = Vec::<Monitor>::new();
        for line in &scenario.lines {
            let Statement::Expect(expect) = &line.statement else { continue };
            let followed = matches!(expect.mode, Mode::Ever | Mode::Never) && expect.seeds.is_none();
            if followed && script.iter().all(|monitor| *monitor.claim != expect.claim) {
                script.push(Monitor::new(expect.claim.clone(), Watch::First));
            }
        }
        let open = script.len() as u32;
        Monitors { script: Rc::new(script), open, ..Monitors::default() }
    }

    /// Sets the goals that are followed from an event on.
    pub fn set_goals(&mut self, goals: &[Goal], from: u32, set: u32) {
        let monitor = |goal: &Goal| {
            let expect = &goal.expect;
            let watch = match (expect.mode, expect.within) {
                (Mode::Ever | Mode::Never, _) => Watch::First,
                (Mode::Always(span), _) => Watch::Stretch(span),
                (Mode::Now, Some(span)) => Watch::Soon(span),
                (Mode::Now, None) => return None,
            };
            Some(Monitor::new(expect.claim.clone(), watch))
        };
        (self.goals, self.from, self.set) = (Rc::new(goals.iter().map(monitor).collect()), from, set);
        self.begun = false;
        self.count();
    }

    fn count(&mut self) {
        let all = self.script.iter().chain(self.goals.iter().flatten());
        self.open = all.filter(|monitor| monitor.is_open()).count() as u32;
    }

    /// Looks at everything that may still see something.
    pub fn look(&mut self, world: &DynWorld) {
        if self.open == 0 {
            return;
        }
        if !self.begun && world.counts().events >= self.from {
            // What is new has not looked at anything yet.
            (self.begun, self.looks) = (true, Looks::default());
        }
        self.looks.refresh(world);
        let looks = &self.looks;
        let look = |monitor: &Monitor| if monitor.is_open() { monitor.look(world, looks) } else { None };
        let mut news = false;
        for place in 0..self.script.len() {
            if let Some(changed) = look(&self.script[place]) {
                (Rc::make_mut(&mut self.script)[place], news) = (changed, true);
            }
        }
        let goals = if self.begun { self.goals.len() } else { 0 };
        for place in 0..goals {
            if let Some(changed) = self.goals[place].as_ref().and_then(look) {
                (Rc::make_mut(&mut self.goals)[place], news) = (Some(changed), true);
            }
        }
        if news {
            self.count();
        }
    }

    /// Something was done: what should come soon after it is waited for anew.
    pub fn acted(&mut self, world: &DynWorld) {
        let soon = |monitor: &Monitor| matches!(monitor.watch, Watch::Soon(_));
        if !self.begun || !self.goals.iter().flatten().any(soon) {
            return;
        }
        for monitor in Rc::make_mut(&mut self.goals).iter_mut().flatten().filter(|monitor| soon(monitor)) {
            (monitor.seen, monitor.since) = (None, Some(world.now()));
        }
        self.count();
    }

    /// When a claim of the script held first so far.
    pub fn first(&self, claim: &Claim) -> Option<&Sighting> {
        self.script.iter().find(|monitor| *monitor.claim == *claim)?.seen.as_ref()
    }

    /// How a goal stands.
    pub fn status(&self, place: usize, goal: &Goal, world: &DynWorld) -> GoalStatus {
        let Some(Some(monitor)) = self.goals.get(place) else { return GoalStatus::now(&goal.expect.claim, world) };
        let waits = |world: &DynWorld| match (monitor.watch, monitor.since) {
            (Watch::Soon(span), Some(since)) if world.now() > since.saturating_add(span) => GoalState::Broken,
            (Watch::Stretch(span), Some(since)) if world.now() - since >= span => GoalState::Holds,
            _ => GoalState::NotYet,
        };
        match (goal.expect.mode, &monitor.seen) {
            (Mode::Never, Some(seen)) => GoalStatus::seen(GoalState::Broken, seen),
            (_, Some(seen)) => GoalStatus::seen(GoalState::Holds, seen),
            (Mode::Never, None) => GoalStatus { state: GoalState::Holds, ..GoalStatus::now(&goal.expect.claim, world) },
            (_, None) => GoalStatus { state: waits(world), ..GoalStatus::now(&goal.expect.claim, world) },
        }
    }
}

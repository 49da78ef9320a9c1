//! Triggers: what a scenario has done as soon as a condition holds, once.

use std::rc::Rc;

use super::condition::Claim;
use super::moment::{Moment, Outcome, Parts, Tick};
use super::print::print_line;
use super::{Line, Scenario};
use crate::kernel::{Action, Trace};

/// `when CONDITION ACT`
#[derive(Clone, PartialEq, Debug)]
pub struct Trigger {
    /// What it waits for.
    pub claim: Claim,
    /// What is done then.
    pub action: Action,
}

/// A trigger that was reached and waits, with what is to be said of it.
#[derive(Clone)]
struct Armed {
    line: u32,
    text: Rc<str>,
    trigger: Trigger,
}

impl Armed {
    fn failed(&self, why: Rc<str>) -> Outcome {
        Outcome { line: self.line, text: self.text.clone(), ok: false, undecided: false, why }
    }
}

/// The triggers of a run at one moment. Copies share those that wait.
#[derive(Clone, Default)]
pub(super) struct Triggers {
    waiting: Rc<Vec<Armed>>,
    /// Whether something has happened since they were looked at last.
    pub fresh: bool,
    /// What the one that fired last has still to do, where it is about several.
    firing: Option<Box<(Rc<Armed>, Parts)>>,
}

impl Triggers {
    /// Those that wait, each as an outcome that says why it failed.
    pub fn unfired(&self, why: &Rc<str>) -> impl Iterator<Item = Outcome> {
        self.waiting.iter().map(move |armed| armed.failed(why.clone()))
    }
}

impl Moment {
    /// From here on the trigger waits.
    pub fn arm(&mut self, trigger: &Trigger, line: &Line, scenario: &Scenario) {
        let text = print_line(line, scenario.entry.descriptor).into();
        Rc::make_mut(&mut self.triggers.waiting).push(Armed { line: line.number, text, trigger: trigger.clone() });
        self.triggers.fresh = true;
    }

    /// Whether a trigger is about to do something.
    pub fn fires(&self) -> bool {
        self.triggers.firing.is_some() || self.triggers.fresh && self.due().is_some()
    }

    /// The first trigger whose condition holds.
    fn due(&self) -> Option<usize> {
        self.triggers.waiting.iter().position(|armed| armed.trigger.claim.holds(&self.world) == Some(true))
    }

    /// Does what triggers are about to do: that comes before anything else.
    pub fn fire_all(&mut self, trace: &mut Trace) {
        while self.trigger_tick(trace).is_some() {
            self.notice();
        }
    }

    /// One event of a trigger, where one has something to do now.
    pub(super) fn trigger_tick(&mut self, trace: &mut Trace) -> Option<Tick> {
        if self.triggers.firing.is_none() && (!self.triggers.fresh || self.triggers.waiting.is_empty()) {
            return None;
        }
        if let Some(firing) = self.triggers.firing.take() {
            let (armed, parts) = *firing;
            return Some(self.trigger_part(armed, parts, trace));
        }
        self.triggers.fresh = false;
        let place = self.due()?;
        let armed = Rc::new(Rc::make_mut(&mut self.triggers.waiting).remove(place));
        let left = self.world.parts_of(&armed.trigger.action);
        if !left.is_empty() {
            return Some(self.trigger_part(armed, Parts::of(left, self.world.counts().events), trace));
        }
        if let Err(why) = self.world.act(&armed.trigger.action, trace) {
            self.outcomes.push(armed.failed(why.to_string().into()));
        }
        Some(Tick::Event)
    }

    fn trigger_part(&mut self, armed: Rc<Armed>, mut parts: Parts, trace: &mut Trace) -> Tick {
        parts.next(&mut self.world, trace);
        match parts.end() {
            None => self.triggers.firing = Some(Box::new((armed, parts))),
            Some(Err(why)) => self.outcomes.push(armed.failed(why.to_string().into())),
            Some(Ok(())) => {}
        }
        Tick::Event
    }
}

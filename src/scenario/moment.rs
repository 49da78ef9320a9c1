//! One moment of a scenario that is being carried out: the world, the script's place, and what comes next.

use std::rc::Rc;

use super::condition::{Effort, Miss};
use super::expect::{Expect, Mode, Seeds};
use super::monitor::Monitors;
use super::print::print_line;
use super::trials::{Results, Trial};
use super::trigger::Triggers;
use super::{Line, Scenario, Statement, When};
use crate::kernel::{Action, ActionError, DynWorld, Pick, Time, Trace, show_time};

/// What one tick was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tick {
    /// An event of the world.
    Event,
    /// A line of the script.
    Line,
    /// Nothing happened but the passing of time.
    Clock,
    /// A question is open: the world waits for an answer.
    Question,
    /// Nothing is left to happen.
    Idle,
}

/// What became of an `expect`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// Which line of the text; 0 for one that was added by hand.
    pub line: u32,
    /// The line.
    pub text: Rc<str>,
    /// Whether it held.
    pub ok: bool,
    /// Whether it did not hold because nobody knows: the check of the clients' histories did not come to an end.
    pub undecided: bool,
    /// What was seen: where it did not hold, and where it is about more than this moment.
    pub why: Rc<str>,
}

/// A line that could not be carried out.
pub type Problem = Outcome;

/// How many ticks are taken unheard between two looks at how far it is.
const UNHEARD: u32 = 256;
/// How many deliveries `settle` makes before it gives up.
const MOST_DELIVERIES: u32 = 100_000;

/// Everything that a run is at one moment, the script's place included.
#[derive(Clone)]
pub(super) struct Moment {
    pub(super) world: DynWorld,
    pub(super) cursor: usize,
    /// Since when a line waits, and which. It counts only while that line stands at the cursor: what is done by hand in
    /// the meantime comes before it, and splits it.
    pub(super) waiting: Option<(u32, Time)>,
    pub(super) outcomes: Vec<Outcome>,
    /// How many messages the `settle` at the cursor has delivered.
    pub(super) settled: u32,
    /// What the act at the cursor has still to do, where it is about several.
    pub(super) parts: Parts,
    /// What is followed through the run.
    pub(super) monitors: Monitors,
    /// What waits for a condition.
    pub(super) triggers: Triggers,
    /// The line at the cursor, where it is tried with other seeds.
    pub(super) trial: Option<Box<Trial>>,
    pub(super) results: Results,
}

/// An act on several replicas or messages, as far as it is carried out: one event at a time can be looked at.
#[derive(Clone, Default)]
pub(super) struct Parts {
    /// What is to be done yet, the last first.
    pub(super) left: Vec<Action>,
    /// What was done.
    pub(super) done: Vec<Action>,
    /// The last event before it.
    pub(super) since: u32,
    /// Why the last of those that it did not fit was passed over.
    complaint: Option<ActionError>,
}

impl Parts {
    /// These are to be done, one after the other, after an event.
    pub(super) fn of(mut left: Vec<Action>, since: u32) -> Self {
        left.reverse();
        Parts { left, since, ..Parts::default() }
    }

    /// Does the next of them that fits.
    pub(super) fn next(&mut self, world: &mut DynWorld, trace: &mut Trace) {
        while let Some(act) = self.left.pop() {
            match world.act(&act, trace) {
                Err(why) => self.complaint = Some(why),
                Ok(()) => {
                    self.done.push(act);
                    return;
                }
            }
        }
    }

    /// What has become of it, where all is done. Errors: none of them fitted, and why not the last.
    pub(super) fn end(&mut self) -> Option<Result<(), ActionError>> {
        let complaint = || self.complaint.take().filter(|_| self.done.is_empty());
        self.left.is_empty().then(complaint).map(|complaint| complaint.map_or(Ok(()), Err))
    }
}

impl Moment {
    /// Before the first line.
    pub fn new(world: DynWorld, scenario: &Scenario) -> Self {
        let mut monitors = Monitors::of(scenario);
        monitors.look(&world);
        let (waiting, outcomes, parts, triggers) = (None, Vec::new(), Parts::default(), Triggers::default());
        let (trial, results) = (None, Results::default());
        Moment { world, cursor: 0, waiting, outcomes, settled: 0, parts, monitors, triggers, trial, results }
    }

    /// One event or one line, not going past `limit`; `None` where nothing is due by then.
    pub fn tick(&mut self, scenario: &Scenario, limit: Time, trace: &mut Trace) -> Option<Tick> {
        let tick = self.next_tick(scenario, limit, trace);
        if tick.is_some() {
            self.notice();
        }
        tick
    }

    /// Something may have changed.
    pub(super) fn notice(&mut self) {
        self.monitors.look(&self.world);
        self.triggers.fresh = true;
    }

    /// Whether nothing happens any more: the run has come to a bound, or a question waits for somebody to answer it.
    pub fn is_stuck(&self, scenario: &Scenario) -> bool {
        self.world.limit().is_some() || (!self.world.questions().is_empty() && !self.acts_at_once(scenario))
    }

    /// Whether what comes next is done at this very moment, such as the answer to an open question.
    fn acts_at_once(&self, scenario: &Scenario) -> bool {
        !self.parts.left.is_empty()
            || self.fires()
            || scenario.lines.get(self.cursor).is_some_and(|line| {
                let now = match line.when {
                    When::Now => true,
                    When::At(at) => at <= self.world.now(),
                    When::After(event) => event.0 == self.world.counts().events,
                };
                now && matches!(line.statement, Statement::Action(_) | Statement::Trigger(_))
            })
    }

    /// Carries the act of the line at the cursor out, or begins to, now.
    pub fn act(&mut self, act: &Action, line: &Line, scenario: &Scenario, trace: &mut Trace) -> Tick {
        self.monitors.acted(&self.world);
        let left = self.world.parts_of(act);
        let tick = if left.is_empty() {
            let result = self.world.act(act, trace);
            self.over(line, scenario, result.map_err(String::from))
        } else {
            self.parts = Parts::of(left, self.world.counts().events);
            self.part(line, scenario, trace)
        };
        self.notice();
        tick
    }

    fn next_tick(&mut self, scenario: &Scenario, limit: Time, trace: &mut Trace) -> Option<Tick> {
        if let Some(tick) = self.trigger_tick(trace) {
            return Some(tick);
        }
        let Some(line) = scenario.lines.get(self.cursor) else { return self.event_until(limit, limit, trace) };
        if !self.parts.left.is_empty() {
            return Some(self.part(line, scenario, trace));
        }
        let waits = self.waiting.is_some_and(|(uid, _)| uid == line.uid);
        match line.when {
            When::At(at) if at < self.world.now() && !waits => {
                let why = format!("{} has passed: it is {}", show_time(at), show_time(self.world.now()));
                Some(self.over(line, scenario, Err(why)))
            }
            When::At(at) if !waits => {
                if self.world.peek().is_some_and(|next| next <= at) {
                    return self.event_until(at, limit, trace);
                }
                if at > limit {
                    return None;
                }
                self.world.advance(at);
                self.carry_out(line, scenario, limit, trace)
            }
            When::After(event) if self.world.counts().events < event.0 => match self.world.peek() {
                Some(_) => self.event_until(Time::MAX, limit, trace),
                None => Some(self.over(line, scenario, Err(format!("event {event} never came")))),
            },
            When::After(event) if self.world.counts().events > event.0 && !waits => {
                Some(self.over(line, scenario, Err(format!("event {event} has passed"))))
            }
            _ => self.carry_out(line, scenario, limit, trace),
        }
    }

    /// Carries out what stands before anything is done, the header and what holds of the network from the start: what is
    /// done by hand comes after it, or the text of the run would begin with another network.
    pub fn pass_opening(&mut self, scenario: &Scenario, trace: &mut Trace) {
        while self.cursor < scenario.opening() && self.tick(scenario, self.world.now(), trace).is_some() {}
    }

    /// Goes on to some ticks before an event, unheard: words and views take most of the time of a replay.
    pub fn hasten_towards(&mut self, event: u32, scenario: &Scenario) {
        while self.world.counts().events < event {
            let start = self.clone();
            for _ in 0..UNHEARD {
                if self.tick(scenario, Time::MAX, &mut Trace::forgetful()).is_none() {
                    return;
                }
                if self.world.counts().events >= event {
                    *self = start;
                    return;
                }
            }
        }
    }

    /// The next event, if it is due by both times.
    fn event_until(&mut self, until: Time, limit: Time, trace: &mut Trace) -> Option<Tick> {
        self.world.step_until(until.min(limit), trace).map(|_| Tick::Event)
    }

    fn carry_out(&mut self, line: &Line, scenario: &Scenario, limit: Time, trace: &mut Trace) -> Option<Tick> {
        match &line.statement {
            Statement::Action(act) => Some(self.act(act, line, scenario, trace)),
            Statement::Settle(most) => Some(self.settle(*most, line, scenario, trace)),
            Statement::Run(span) => {
                let until = self.waits_since(line) + span;
                self.wait(until, limit, trace, |moment| moment.over(line, scenario, Ok(())))
            }
            Statement::Trigger(trigger) => {
                self.arm(trigger, line, scenario);
                Some(self.over(line, scenario, Ok(())))
            }
            Statement::Expect(expect) => self.expect(expect, line, scenario, limit, trace),
            _ => Some(self.over(line, scenario, Ok(()))),
        }
    }

    fn expect(
        &mut self,
        expect: &Expect,
        line: &Line,
        scenario: &Scenario,
        limit: Time,
        trace: &mut Trace,
    ) -> Option<Tick> {
        if let Some(seeds) = expect.seeds {
            return Some(self.try_seeds(expect, seeds, line, scenario));
        }
        match (expect.mode, expect.within) {
            (Mode::Now, None) => {
                let result = expect.claim.check(&self.world, Effort::Thorough);
                Some(self.met(line, scenario, result.map(unsaid)))
            }
            (Mode::Now, Some(within)) => {
                // While there is time to wait, a quick look at each event must do.
                if expect.claim.holds(&self.world) == Some(true) {
                    return Some(self.met(line, scenario, Ok(String::new())));
                }
                let until = self.waits_since(line) + within;
                self.wait(until, limit, trace, |moment| {
                    let result = expect.claim.check(&moment.world, Effort::Thorough);
                    let late = |miss: Miss| Miss { saw: expect.too_late(&miss.saw), ..miss };
                    moment.met(line, scenario, result.map(unsaid).map_err(late))
                })
            }
            (Mode::Always(span), _) => {
                let since = self.waits_since(line);
                if let Err(miss) = expect.claim.check(&self.world, Effort::Quick).or_else(Miss::undecided_is_no_miss) {
                    let after = show_time(self.world.now() - since);
                    let saw = format!("{}, after {after} (event {})", miss.saw, self.world.counts().events);
                    return Some(self.met(line, scenario, Err(Miss { saw, ..miss })));
                }
                self.wait(since + span, limit, trace, |moment| {
                    let result = expect.claim.check(&moment.world, Effort::Thorough);
                    moment.met(line, scenario, result.map(unsaid))
                })
            }
            (Mode::Ever | Mode::Never, _) => {
                let result = self.looked_back(expect);
                Some(self.met(line, scenario, result))
            }
        }
    }

    /// Some steps of a line that is tried with other seeds.
    fn try_seeds(&mut self, expect: &Expect, seeds: Seeds, line: &Line, scenario: &Scenario) -> Tick {
        let mut trial = self.trial.take().unwrap_or_else(|| Box::new(Trial::new(scenario, line, expect)));
        match trial.known(&self.results).or_else(|| trial.go_on(seeds, &self.results)) {
            Some(tally) => self.met(line, scenario, tally.judge(seeds)),
            None => {
                self.trial = Some(trial);
                Tick::Clock
            }
        }
    }

    /// Whether a claim held at least once so far, or not once.
    fn looked_back(&self, expect: &Expect) -> Result<String, Miss> {
        let never = expect.mode == Mode::Never;
        if let Some(seen) = self.monitors.first(&expect.claim) {
            return if never { Err(Miss { saw: seen.words(), undecided: false }) } else { Ok(seen.words()) };
        }
        // What was not decided on the way is looked at once more.
        match expect.claim.look(&self.world, Effort::Thorough) {
            (None, saw) => Err(Miss { saw, undecided: true }),
            (Some(holds), saw) if holds == never => {
                let saw = if never { saw } else { format!("it never held; at the end {saw}") };
                Err(Miss { saw, undecided: false })
            }
            _ => Ok(String::new()),
        }
    }

    /// Carries an act on several out for the next of them that it fits.
    fn part(&mut self, line: &Line, scenario: &Scenario, trace: &mut Trace) -> Tick {
        self.parts.next(&mut self.world, trace);
        match self.parts.end() {
            None => Tick::Event,
            Some(result) => self.over(line, scenario, result.map_err(String::from)),
        }
    }

    /// Since when this line waits: now, if it has not begun to.
    fn waits_since(&mut self, line: &Line) -> Time {
        match self.waiting {
            Some((uid, since)) if uid == line.uid => since,
            _ => {
                self.waiting = Some((line.uid, self.world.now()));
                self.world.now()
            }
        }
    }

    /// Goes on until a time; when it has come, the line is over.
    fn wait(
        &mut self,
        until: Time,
        limit: Time,
        trace: &mut Trace,
        over: impl FnOnce(&mut Self) -> Tick,
    ) -> Option<Tick> {
        if self.world.peek().is_some_and(|next| next <= until) {
            return self.event_until(until, limit, trace);
        }
        if until > limit {
            return None;
        }
        self.world.advance(until);
        Some(over(self))
    }

    /// Delivers one message; when none is left, the line is over.
    fn settle(&mut self, most: Option<u32>, line: &Line, scenario: &Scenario, trace: &mut Trace) -> Tick {
        let enough = most.is_some_and(|most| self.settled >= most);
        let Some(oldest) = self.world.oldest().filter(|_| !enough) else { return self.over(line, scenario, Ok(())) };
        if self.settled >= MOST_DELIVERIES {
            let why = format!("it does not settle: {MOST_DELIVERIES} messages were delivered and more are in flight");
            return self.over(line, scenario, Err(why));
        }
        self.settled += 1;
        match self.world.act(&Action::Deliver(Pick::Id(oldest)), trace) {
            Ok(()) => Tick::Event,
            Err(why) => self.over(line, scenario, Err(why.to_string())),
        }
    }

    /// The line is over; where it failed, that is written down.
    fn over(&mut self, line: &Line, scenario: &Scenario, result: Result<(), String>) -> Tick {
        match result {
            Ok(()) => {
                self.next();
                Tick::Line
            }
            Err(saw) => self.met(line, scenario, Err(Miss { saw, undecided: false })),
        }
    }

    /// An expectation is over: what was seen where that is worth a word, or why it is not met.
    fn met(&mut self, line: &Line, scenario: &Scenario, result: Result<String, Miss>) -> Tick {
        let ok = result.is_ok();
        let (why, undecided) = result.map_or_else(|miss| (miss.saw, miss.undecided), |saw| (saw, false));
        let text = print_line(line, scenario.entry.descriptor);
        self.outcomes.push(Outcome { line: line.number, text: text.into(), ok, undecided, why: why.into() });
        self.next();
        Tick::Line
    }

    fn next(&mut self) {
        (self.cursor, self.waiting, self.settled, self.trial) = (self.cursor + 1, None, 0, None);
        self.parts = Parts::default();
    }
}

/// What holds now needs no words.
fn unsaid((): ()) -> String {
    String::new()
}

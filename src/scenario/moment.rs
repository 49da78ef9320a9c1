//! One moment of a scenario that is being carried out: the world, the script's place, and what comes next.

use std::rc::Rc;

use super::condition::{Effort, Miss};
use super::expect::{Expect, Mode};
use super::monitor::Monitors;
use super::print::print_line;
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
    /// What was seen where it did not.
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

impl Moment {
    /// Before the first line.
    pub fn new(world: DynWorld, scenario: &Scenario) -> Self {
        let mut monitors = Monitors::of(scenario);
        monitors.look(&world);
        let (waiting, outcomes, parts) = (None, Vec::new(), Parts::default());
        Moment { world, cursor: 0, waiting, outcomes, settled: 0, parts, monitors }
    }

    /// One event or one line, not going past `limit`; `None` where nothing is due by then.
    pub fn tick(&mut self, scenario: &Scenario, limit: Time, trace: &mut Trace) -> Option<Tick> {
        let tick = self.next_tick(scenario, limit, trace);
        if tick.is_some() {
            self.monitors.look(&self.world);
        }
        tick
    }

    /// Carries out an act by hand. Errors: why it can't be done.
    pub fn act(&mut self, act: &Action, trace: &mut Trace) -> Result<(), ActionError> {
        self.world.act(act, trace)?;
        self.monitors.acted(&self.world);
        self.monitors.look(&self.world);
        Ok(())
    }

    fn next_tick(&mut self, scenario: &Scenario, limit: Time, trace: &mut Trace) -> Option<Tick> {
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
            Statement::Action(act) => {
                self.monitors.acted(&self.world);
                self.parts.left = self.world.parts_of(act);
                if !self.parts.left.is_empty() {
                    self.parts.since = self.world.counts().events;
                    self.parts.left.reverse();
                    return Some(self.part(line, scenario, trace));
                }
                let result = self.world.act(act, trace);
                Some(self.over(line, scenario, result.map_err(String::from)))
            }
            Statement::Settle(most) => Some(self.settle(*most, line, scenario, trace)),
            Statement::Run(span) => {
                let until = self.waits_since(line) + span;
                self.wait(until, limit, trace, |moment| moment.over(line, scenario, Ok(())))
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
        match (expect.mode, expect.within) {
            (Mode::Now, None) => {
                let result = expect.claim.check(&self.world, Effort::Thorough);
                Some(self.met(line, scenario, result))
            }
            (Mode::Now, Some(within)) => {
                // While there is time to wait, a quick look at each event must do.
                if expect.claim.holds(&self.world) == Some(true) {
                    return Some(self.met(line, scenario, Ok(())));
                }
                let until = self.waits_since(line) + within;
                self.wait(until, limit, trace, |moment| {
                    let result = expect.claim.check(&moment.world, Effort::Thorough);
                    let late = |miss: Miss| Miss { saw: expect.too_late(&miss.saw), ..miss };
                    moment.met(line, scenario, result.map_err(late))
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
                    moment.met(line, scenario, result)
                })
            }
            (Mode::Ever | Mode::Never, _) => {
                let result = self.looked_back(expect);
                Some(self.met(line, scenario, result))
            }
        }
    }

    /// Whether a claim held at least once so far, or not once.
    fn looked_back(&self, expect: &Expect) -> Result<(), Miss> {
        let never = expect.mode == Mode::Never;
        if let Some(seen) = self.monitors.first(&expect.claim) {
            return if never { Err(Miss { saw: seen.words(), undecided: false }) } else { Ok(()) };
        }
        // What was not decided on the way is looked at once more.
        match expect.claim.look(&self.world, Effort::Thorough) {
            (None, saw) => Err(Miss { saw, undecided: true }),
            (Some(holds), saw) if holds == never => {
                let saw = if never { saw } else { format!("it never held; at the end {saw}") };
                Err(Miss { saw, undecided: false })
            }
            _ => Ok(()),
        }
    }

    /// Carries an act on several out for the next of them that it fits.
    fn part(&mut self, line: &Line, scenario: &Scenario, trace: &mut Trace) -> Tick {
        while let Some(act) = self.parts.left.pop() {
            match self.world.act(&act, trace) {
                Err(why) => self.parts.complaint = Some(why),
                Ok(()) => {
                    self.parts.done.push(act);
                    break;
                }
            }
        }
        if !self.parts.left.is_empty() {
            return Tick::Event;
        }
        let complaint = self.parts.complaint.take().filter(|_| self.parts.done.is_empty());
        self.over(line, scenario, complaint.map_or(Ok(()), |why| Err(why.to_string())))
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

    fn met(&mut self, line: &Line, scenario: &Scenario, result: Result<(), Miss>) -> Tick {
        let ok = result.is_ok();
        let (why, undecided) = result.err().map_or_else(Default::default, |miss| (miss.saw, miss.undecided));
        let text = print_line(line, scenario.entry.descriptor);
        self.outcomes.push(Outcome { line: line.number, text: text.into(), ok, undecided, why: why.into() });
        self.next();
        Tick::Line
    }

    fn next(&mut self) {
        (self.cursor, self.waiting, self.settled) = (self.cursor + 1, None, 0);
        self.parts = Parts::default();
    }
}

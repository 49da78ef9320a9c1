//! Carrying a scenario out: line by line, event by event, back and forth.

use std::rc::Rc;

use super::branches::Branches;
use super::goal::Goal;
use super::moment::{Moment, Parts};
pub use super::moment::{Outcome, Problem, Tick};
use super::parse::parse_trigger_line;
use super::print::{print, print_line, print_statement};
use super::{LONGEST_TEXT, Line, Scenario, ScenarioError, Statement, Trigger, When, parse, parse_act_line};
use crate::checker;
use crate::kernel::data::keyframes::Keyframes;
use crate::kernel::data::limits::{KEYFRAME_BYTES, Limit, MOST_LINES, MOST_TICKS, RECORDED_EVENTS};
use crate::kernel::{Action, DynWorld, EventId, Time, Trace, Violation, differences, show_time};

/// Keyframes: how many events apart at first, and how many at most: of few replicas more, for they are small.
const KEYFRAMES: (u32, usize, usize) = (64, 192, 384);
/// Up to how many replicas are few.
const FEW: usize = 16;

/// What explains an event.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The rules that were carried out, with their sentences.
    pub rules: Vec<(u8, String)>,
    /// Which properties it broke, and how: one sentence each.
    pub broken: Vec<String>,
    /// What was done to the run, where that is what happened; `You …` where it was done by hand.
    pub deed: Option<String>,
    /// What that means; and what was asked, decided or answered, in words.
    pub notes: Vec<String>,
    /// The events that led to it, the nearest first.
    pub chain: Vec<EventId>,
    /// What changed at its replica: field, before, after.
    pub changes: Vec<(String, String, String)>,
}

/// A scenario that is being carried out.
pub struct Session {
    pub(super) scenario: Scenario,
    pub(super) moment: Moment,
    pub(super) trace: Trace,
    pub(super) frames: Keyframes<Moment>,
    pub(super) branches: Branches,
    /// How long the script is at most, in bytes; `None` where that is to be found out.
    pub(super) length: Option<usize>,
    pub(super) goals: Vec<Goal>,
    /// The event from which on the goals count.
    pub(super) goals_from: u32,
    /// How many times goals were set.
    pub(super) goal_sets: u32,
}

impl Session {
    /// Opens a scenario at its beginning. Errors: see [`parse`].
    pub fn open(text: &str) -> Result<Self, ScenarioError> {
        Session::of(parse(text)?)
    }

    /// The same with a scenario that was read already.
    pub fn of(scenario: Scenario) -> Result<Self, ScenarioError> {
        Session::start(scenario, Trace::kept())
    }

    /// The same without a record: for sweeps and measurements. Going back is not possible then.
    pub fn open_forgetful(scenario: Scenario) -> Result<Self, ScenarioError> {
        Session::start(scenario, Trace::forgetful())
    }

    /// Leaves the clients' histories unchecked from here on: what the check costs shows by its lack.
    pub fn unwatch(&mut self) {
        self.moment.world.set_observer(None);
    }

    fn start(scenario: Scenario, mut trace: Trace) -> Result<Self, ScenarioError> {
        let world = (scenario.entry.open)(&scenario.setup(), &mut trace);
        let mut world = world.map_err(|error| ScenarioError { line: 1, column: 1, message: error.to_string() })?;
        checker::watch(&mut world, !scenario.setup().disks.is_empty());
        let most = if world.size() > FEW { KEYFRAMES.1 } else { KEYFRAMES.2 };
        let moment = Moment::new(world, &scenario);
        let mut frames = Keyframes::new(KEYFRAMES.0, most, KEYFRAME_BYTES);
        if trace.keep {
            frames.push(0, moment.clone(), moment.world.weight());
        }
        let branches = Branches::new(scenario.lines.len() as u32);
        let (goals, goals_from, goal_sets) = (Vec::new(), 0, 0);
        Ok(Session { scenario, moment, trace, frames, branches, length: None, goals, goals_from, goal_sets })
    }

    /// The scenario, with what was done by hand.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The scenario as text, with what was done by hand.
    pub fn script(&self) -> String {
        print(&self.scenario)
    }

    /// The world as it is now.
    pub fn world(&self) -> &DynWorld {
        &self.moment.world
    }

    /// When the next event of the world is due; `None` where nothing moves by itself.
    pub fn next_event(&mut self) -> Option<Time> {
        self.moment.world.peek()
    }

    /// What has happened; it reaches beyond now after going back.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The number of the last event before now.
    pub fn event(&self) -> u32 {
        self.moment.world.counts().events
    }

    /// The highest number of an event that has ever happened in this run.
    pub fn last(&self) -> u32 {
        (self.trace.events.len() as u32).max(self.event())
    }

    /// What became of the expectations so far, and of lines that could not be carried out.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.moment.outcomes
    }

    /// The bound that the run has come to, if it goes on no further. Going back is possible.
    pub fn limit(&self) -> Option<Limit> {
        let full = self.trace.keep && self.event() >= RECORDED_EVENTS;
        self.world().limit().or(full.then_some(Limit::Events))
    }

    /// The lines that were not carried out, or not to their end, each as an outcome that says why; once the script is at its
    /// end the triggers that have not fired. Asked after [`Session::finish`]: whoever passes a run asks this as well.
    pub fn unreached(&self) -> Vec<Outcome> {
        let world = self.world();
        let why: Rc<str> = match world.questions().first() {
            Some(question) => {
                format!("not reached: nobody answers the question of {}", world.descriptor().called(question.node))
                    .into()
            }
            None if self.limit().is_some() => {
                self.limit().map(|limit| format!("not reached: {limit}")).unwrap_or_default().into()
            }
            None => {
                format!("not reached: the run stopped after {} events, at {}", self.event(), show_time(world.now()))
                    .into()
            }
        };
        let why: Rc<str> = if self.finished() { "not reached: its condition never held".into() } else { why };
        let left = self.scenario.lines.iter().skip(self.moment.cursor).filter(|line| line.statement.acts());
        let outcome = |line: &Line| {
            let text = print_line(line, self.scenario.entry.descriptor).into();
            Outcome { line: line.number, text, ok: false, undecided: false, why: why.clone() }
        };
        self.moment.triggers.unfired(&why).chain(left.map(outcome)).collect()
    }

    /// Whether the script is at its end. The world may go on all the same.
    pub fn finished(&self) -> bool {
        self.moment.cursor >= self.scenario.lines.len() && !self.moment.fires()
    }

    /// The line that is carried out next.
    pub fn next_line(&self) -> Option<&Line> {
        self.scenario.lines.get(self.moment.cursor)
    }

    /// Carries out what holds of the network from the start, so that the first picture shows it: how the replicas are
    /// linked, and whether time stands still.
    pub fn begin(&mut self) {
        self.moment.pass_opening(&self.scenario, &mut self.trace);
    }

    /// One event or one line.
    pub fn step(&mut self) -> Tick {
        // Header lines, waiting, and what happens in runs with other seeds are not worth a step of their own.
        loop {
            let header = self.next_line().is_some_and(|line| !line.statement.acts());
            match self.tick(Time::MAX) {
                Some(_) if header || self.moment.trial.is_some() => {}
                Some(tick) => return tick,
                None => return self.stuck(),
            }
        }
    }

    /// Lets so much virtual time pass. Stops early at a question, and where too much happens in no time.
    pub fn run(&mut self, span: Time) -> Tick {
        let target = self.world().now().saturating_add(span);
        self.run_until(target)
    }

    /// Lets virtual time pass until then.
    pub fn run_until(&mut self, target: Time) -> Tick {
        let mut seen = Tick::Clock;
        for _ in 0..MOST_TICKS {
            match self.tick(target) {
                Some(tick) => seen = tick,
                None if !self.world().questions().is_empty() => return Tick::Question,
                None => {
                    self.moment.world.advance(target);
                    return seen;
                }
            }
        }
        seen
    }

    /// Carries the whole script out. Stops early at a question, and where it never rests (see [`Session::finished`]).
    pub fn finish(&mut self) -> Tick {
        for _ in 0..MOST_TICKS {
            if self.finished() {
                break;
            }
            if self.tick(Time::MAX).is_none() {
                return self.stuck();
            }
        }
        Tick::Line
    }

    fn stuck(&self) -> Tick {
        if self.world().questions().is_empty() { Tick::Idle } else { Tick::Question }
    }

    /// One event or one line, not going past `limit`; `None` where nothing is due by then.
    pub(super) fn tick(&mut self, limit: Time) -> Option<Tick> {
        let full = self.trace.keep && self.event() >= RECORDED_EVENTS;
        if full || self.moment.is_stuck(&self.scenario) {
            return None;
        }
        let record = self.trace.keep && self.event() as usize >= self.trace.events.len();
        let mut forgetful = Trace::forgetful();
        let trace = if record || !self.trace.keep { &mut self.trace } else { &mut forgetful };
        let before = self.moment.world.counts().events;
        let tick = self.moment.tick(&self.scenario, limit, trace);
        // Kept right after an event only, so that going to an event leads to its own time and line, whatever is kept.
        if self.trace.keep && self.event() > before && self.frames.wants(self.event(), self.moment.world.weight()) {
            self.frames.push(self.event(), self.moment.clone(), self.moment.world.weight());
        }
        tick
    }

    /// Does something now, and writes it into the script. After going back, what came later is given up.
    /// Errors: what was not understood or could not be done; the run is then as it was.
    pub fn act(&mut self, line: &str) -> Result<(), ScenarioError> {
        let entry = self.scenario.entry;
        if let Some(trigger) = parse_trigger_line(entry, self.world().size(), line)? {
            return self.apply_statement(Statement::Trigger(trigger));
        }
        let act = parse_act_line(entry, self.world().size(), line)?;
        self.apply(act)
    }

    /// The same with an act that was read already.
    pub fn apply(&mut self, act: Action) -> Result<(), ScenarioError> {
        self.apply_statement(Statement::Action(act))
    }

    fn apply_statement(&mut self, statement: Statement) -> Result<(), ScenarioError> {
        let refused = |message: String| ScenarioError { line: 1, column: 1, message };
        if let Some(limit) = self.limit() {
            return Err(refused(format!("the run goes on no further: {limit}")));
        }
        let (mut moment, mut forgetful) = (self.moment.clone(), Trace::forgetful());
        moment.fire_all(&mut forgetful);
        moment.pass_opening(&self.scenario, &mut forgetful);
        match &statement {
            Statement::Action(act) => moment.world.act(act, &mut forgetful).map_err(|why| refused(why.into()))?,
            Statement::Trigger(Trigger { action: Action::Request { words, .. }, .. }) => {
                let words: Vec<_> = words.iter().map(String::as_str).collect();
                moment.world.check_command(&words).map_err(|why| refused(why.to_string()))?;
            }
            _ => {}
        }
        let text = print_statement(&statement, self.scenario.entry.descriptor);
        self.make_room(text.len()).map_err(refused)?;
        while self.moment.fires() && self.tick(Time::MAX).is_some() {}
        self.remember(&text);
        self.forget_future();
        self.moment.pass_opening(&self.scenario, &mut self.trace);
        let (event, now) = (self.event(), self.world().now());
        let at_event = self.trace.event(EventId(event)).is_none_or(|last| last.at == now);
        let when = if at_event { When::After(EventId(event)) } else { When::At(now) };
        self.shorten_wait(now);
        self.split_settling();
        self.split_parts();
        let uid = self.branches.uid();
        let line = Line { number: 0, uid, above: Vec::new(), beside: None, when, statement };
        self.scenario.lines.insert(self.moment.cursor, line.clone());
        let cursor = self.moment.cursor;
        self.give_up_numbered();
        match &line.statement {
            Statement::Trigger(trigger) => {
                self.moment.arm(trigger, &line, &self.scenario);
                self.moment.cursor += 1;
            }
            Statement::Action(act) => {
                self.moment.act(act, &line, &self.scenario, &mut self.trace);
                // Of an act on several, one event after the other, as when the script is carried out again.
                while self.moment.cursor == cursor && self.tick(Time::MAX).is_some() {}
            }
            _ => {}
        }
        Ok(())
    }

    /// A script that no longer fits into its bounds could not be read again. Errors: it is full.
    fn make_room(&mut self, bytes: usize) -> Result<(), String> {
        // The act, what a settling or an act on several is split into, and a line that waits for the rest.
        let lines = self.scenario.lines.len() + self.moment.parts.left.len() + self.moment.parts.done.len() + 2;
        if lines > MOST_LINES {
            return Err(format!("the script is full: it may have {MOST_LINES} lines"));
        }
        let line = 64 * (lines - self.scenario.lines.len()) + bytes;
        if self.length.is_none_or(|length| length + line > LONGEST_TEXT) {
            self.length = Some(self.script().len());
        }
        let length = self.length.unwrap_or(0) + line;
        if length > LONGEST_TEXT {
            return Err(format!("the script is full: it may have {LONGEST_TEXT} bytes"));
        }
        self.length = Some(length);
        Ok(())
    }

    /// Lines that lie ahead and name an event by its number, answers above all: from here on that number belongs to
    /// another event. Undoing brings them back, and so does the branch.
    fn give_up_numbered(&mut self) {
        let mut place = 0;
        // What is done now stands at the cursor.
        let here = self.moment.cursor + 1;
        self.scenario.lines.retain(|line| {
            place += 1;
            place <= here || !matches!(line.when, When::After(_))
        });
    }

    /// A line that waits (`run 5s`) waits for the rest after what is done by hand.
    fn shorten_wait(&mut self, now: Time) {
        let Some((waits, since)) = self.moment.waiting.take() else { return };
        let passed = now.saturating_sub(since);
        let uid = self.branches.uid();
        let Some(line) = self.scenario.lines.get_mut(self.moment.cursor).filter(|line| line.uid == waits) else {
            return;
        };
        (line.uid, line.when) = (uid, When::Now);
        match &mut line.statement {
            Statement::Run(span) => *span = span.saturating_sub(passed),
            Statement::Expect(expect) => expect.within = expect.within.map(|within| within.saturating_sub(passed)),
            _ => {}
        }
    }

    /// What a `settle` has delivered so far becomes a line of its own, so that what is done by hand comes right after it.
    fn split_settling(&mut self) {
        let settled = std::mem::take(&mut self.moment.settled);
        let (first, rest) = (self.branches.uid(), self.branches.uid());
        let Some(line) = self.scenario.lines.get_mut(self.moment.cursor).filter(|_| settled > 0) else { return };
        let done = Line { uid: first, statement: Statement::Settle(Some(settled)), ..line.clone() };
        if let Statement::Settle(Some(most)) = &mut line.statement {
            *most -= settled.min(*most);
        }
        (line.uid, line.when, line.number) = (rest, When::Now, 0);
        (line.above, line.beside) = (Vec::new(), None);
        self.scenario.lines.insert(self.moment.cursor, done);
        self.moment.cursor += 1;
    }

    /// An act on several that is half done becomes a line for each of them, for the same reason.
    fn split_parts(&mut self) {
        let Parts { mut left, done, since, .. } = std::mem::take(&mut self.moment.parts);
        if left.is_empty() || self.moment.cursor >= self.scenario.lines.len() {
            return;
        }
        // Moments amid the act would go on with it as one line.
        self.frames.truncate(since.saturating_sub(1));
        // What would be passed over is not written down.
        let mut world = self.moment.world.clone();
        left.reverse();
        left.retain(|act| world.act(act, &mut Trace::forgetful()).is_ok());
        let whole = self.scenario.lines.remove(self.moment.cursor);
        let (first, count) = (self.moment.cursor, done.len());
        for (place, act) in done.into_iter().chain(left).enumerate() {
            let mut line = Line { uid: self.branches.uid(), statement: Statement::Action(act), ..whole.clone() };
            if place > 0 {
                (line.when, line.number, line.above, line.beside) = (When::Now, 0, Vec::new(), None);
            }
            self.scenario.lines.insert(first + place, line);
        }
        self.moment.cursor += count;
    }

    pub(super) fn forget_future(&mut self) {
        let counts = self.world().counts();
        // A moment that was kept at this very event may lie behind lines that made no event, and are lines no more.
        self.frames.truncate(counts.events.saturating_sub(1));
        if self.trace.events.len() as u32 > counts.events {
            let flights: Vec<_> = self.world().flights().iter().map(|flight| (flight.id, flight.due)).collect();
            self.trace.rewind(counts.events, counts.messages, &flights);
        }
    }

    /// Goes to right after an event: back, or forth as far as things have happened once.
    pub fn seek(&mut self, event: u32) {
        let event = self.approach(event);
        while self.event() < event && self.tick(Time::MAX).is_some() {}
    }

    /// Takes up the last moment that is kept before an event, where that is nearer to it than now; the event that can be
    /// gone to.
    pub(super) fn approach(&mut self, event: u32) -> u32 {
        let event = event.min(self.last());
        // At the event itself the clock may have gone on since.
        let late =
            event == self.event() && self.trace.event(EventId(event)).is_some_and(|at| at.at < self.world().now());
        let nearest = self.frames.before(event.saturating_sub(u32::from(late)));
        let back = event < self.event() || late;
        if let Some(moment) = nearest.filter(|frame| back || frame.world.counts().events > self.event()) {
            self.moment = moment.clone();
            self.take_goals();
        }
        event
    }

    /// Goes to a time: back, or forth as far as things have happened once.
    pub fn seek_time(&mut self, time: Time) {
        let time = time.min(self.trace.events.last().map_or(0, |last| last.at).max(self.world().now()));
        let event = self.trace.events.partition_point(|event| event.at <= time) as u32;
        // Lines that make no event may have to be taken back as well.
        if let Some(moment) = self.frames.before(event).filter(|_| time < self.world().now()) {
            self.moment = moment.clone();
            self.take_goals();
        }
        self.seek(event);
        self.run_until(time);
    }

    /// Explains an event, by replay. `None` where there is no such event.
    pub fn explain(&self, id: u32) -> Option<Explanation> {
        let event = *self.trace.event(EventId(id))?;
        let mut moment = self.frames.before(id.saturating_sub(1))?.clone();
        let mut trace = Trace::explaining();
        let mut before = None;
        let mut by_hand = false;
        if moment.world.counts().events >= id {
            // The replicas' first starts come before every moment that is kept.
            (self.scenario.entry.open)(&self.scenario.setup(), &mut trace).ok()?;
        }
        moment.hasten_towards(id, &self.scenario);
        while moment.world.counts().events < id {
            before = event.node.and_then(|node| moment.world.node(node));
            // What was done by hand stands on no line of the text.
            by_hand = self.scenario.lines.get(moment.cursor).is_some_and(|line| line.number == 0);
            trace = Trace::explaining();
            moment.tick(&self.scenario, Time::MAX, &mut trace)?;
        }
        let after = event.node.and_then(|node| moment.world.node(node));
        let changes = match (before.and_then(|view| view.replica), after.and_then(|view| view.replica)) {
            (Some(before), Some(after)) => differences(&before, &after),
            _ => Vec::new(),
        };
        let detail = trace.detail.unwrap_or_default();
        let here = |at: EventId| at == event.id;
        let rules = detail.rules.into_iter().filter(|rule| here(rule.0)).map(|rule| (rule.1, rule.2)).collect();
        let deeds: Vec<_> = detail.deeds.into_iter().filter(|deed| here(deed.0)).map(|deed| deed.1).collect();
        let deed =
            deeds.iter().map(|deed| if by_hand { &deed.by_you } else { &deed.done }).find(|deed| !deed.is_empty());
        let deed = deed.cloned();
        let notes = detail.notes.into_iter().filter(|note| here(note.0)).map(|note| note.1);
        let notes = deeds.into_iter().flat_map(|deed| deed.means).chain(notes).collect();
        let violations = moment.world.violations().iter().filter(|found| here(found.event));
        let broken = violations.map(Violation::sentence).collect();
        Some(Explanation { rules, broken, deed, notes, chain: self.chain(event.id), changes })
    }

    /// The events that led to an event, the nearest first, at most a hundred.
    pub fn chain(&self, id: EventId) -> Vec<EventId> {
        let mut chain = Vec::new();
        let mut event = self.trace.event(id);
        while let Some(cause) = event.map(|event| event.cause).filter(|cause| cause.0 > 0 && chain.len() < 100) {
            chain.push(cause);
            event = self.trace.event(cause);
        }
        chain
    }

    /// A hash over all that has happened and all that is now.
    pub fn trace_hash(&self) -> u64 {
        self.world().trace_hash()
    }
}

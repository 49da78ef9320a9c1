//! Carrying out all that a lesson claims: its scenes, answers, solutions and wrong attempts.

use super::attempt::{self, Demand, TaskStatus};
use super::code::{Composed, Place, bare, words};
use super::question::Question;
use super::task::{Attempt, Task, is_sign};
use super::{Block, Lesson, Mistake, read};
use crate::kernel::Time;
use crate::kernel::data::in_order::InOrder;
use crate::kernel::data::limits::{LESSON_EVENTS, LESSON_WORDS};
use crate::scenario::text::quote;
use crate::scenario::{Goal, Outcome, Session, Statement, Tick, parse, parse_goal};

/// Something that was carried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// `scene`, `prediction`, `start`, `solution` or `wrong`.
    pub what: &'static str,
    /// Its line in the lesson.
    pub line: u32,
    /// How many events it took.
    pub events: u32,
    /// The trace's hash at its end.
    pub hash: u64,
    /// What an attempt misses.
    pub missed: Vec<Demand>,
}

/// What came of a check.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// The lesson, as far as it could be read.
    pub lesson: Lesson,
    /// All that was carried out, in the lesson's order.
    pub runs: Vec<Run>,
    /// All that is wrong, in the order of the lines.
    pub mistakes: Vec<Mistake>,
}

impl Report {
    /// How many events all runs took together.
    pub fn events(&self) -> u32 {
        self.runs.iter().map(|run| run.events).sum()
    }
}

/// Reads a lesson and carries out all that it claims.
pub fn check(text: &str) -> Report {
    let (lesson, mistakes) = read(text);
    let mut checker = Checker::new(&lesson, mistakes);
    for block in &lesson.blocks {
        match block {
            Block::Prose(_) => {}
            Block::Scene(scene) => {
                let mut composed = Composed::default();
                composed.extend(scene.code.placed());
                checker.whole("scene", Place { line: scene.code.first, column: 1 }, &composed);
            }
            Block::Question(question) => checker.prediction(question),
            Block::Task(task) => checker.task(task),
        }
    }
    let Checker { runs, mut mistakes, .. } = checker;
    if lesson.words > LESSON_WORDS {
        let why = format!("a lesson may have {LESSON_WORDS} words to read, and this one has {}", lesson.words);
        mistakes.push(Place { line: 1, column: 1 }.wrong(why));
    }
    mistakes.put_in_order_by_key(|mistake| (mistake.line, mistake.column));
    mistakes.dedup();
    Report { lesson, runs, mistakes }
}

impl Task {
    /// What each wrong attempt misses, in their order: to whoever misses the same, its comment is the reply. Nothing where it
    /// can't be carried out.
    pub fn missed(&self, lesson: &Lesson) -> Vec<Vec<Demand>> {
        let mut checker = Checker::new(lesson, Vec::new());
        let goals = checker.goals(self);
        let missed = |attempt: &Attempt| {
            let status = checker.attempt("wrong", self, goals.as_deref()?, attempt.place, attempt.code.placed())?;
            Some(status.missed())
        };
        self.wrong.iter().map(missed).map(Option::unwrap_or_default).collect()
    }
}

struct Checker<'l> {
    lesson: &'l Lesson,
    runs: Vec<Run>,
    mistakes: Vec<Mistake>,
    /// How many events the lesson may still take.
    left: u32,
    /// Whether that was not enough: nothing more is carried out then.
    spent: bool,
}

impl<'l> Checker<'l> {
    fn new(lesson: &'l Lesson, mistakes: Vec<Mistake>) -> Self {
        Checker { lesson, runs: Vec::new(), mistakes, left: LESSON_EVENTS, spent: false }
    }

    /// Opens a scenario. What can't be read is told.
    fn open(&mut self, composed: &Composed) -> Option<Session> {
        let opened = parse(&composed.text).and_then(Session::of);
        opened.map_err(|error| self.mistakes.push(composed.blame(error))).ok()
    }

    /// Carries a run on until all lines up to one are done, or all. What is not reached is told; whether all was.
    fn carry(&mut self, session: &mut Session, place: Place, upto: Option<u32>) -> bool {
        if self.spent {
            return false;
        }
        while !upto.map_or(session.finished(), |line| passed(session, line)) {
            if session.event() > self.left {
                self.spent = true;
                let why = format!("this takes too long: a lesson may take {LESSON_EVENTS} events in all");
                self.mistakes.push(place.wrong(why));
                return false;
            }
            if matches!(session.step(), Tick::Idle | Tick::Question) {
                let why = session.unreached().first().map(|outcome| outcome.why.to_string()).unwrap_or_default();
                self.mistakes.push(place.wrong(format!("this can't be carried out to its end: {why}")));
                return false;
            }
        }
        true
    }

    fn over(&mut self, what: &'static str, place: Place, session: &Session, missed: Vec<Demand>) {
        let (events, hash) = (session.event(), session.trace_hash());
        self.left = self.left.saturating_sub(events);
        self.runs.push(Run { what, line: place.line, events, hash, missed });
    }

    /// Tells of the lines behind `after` that failed.
    fn failures(&mut self, composed: &Composed, outcomes: &[Outcome], after: u32) {
        for outcome in outcomes.iter().filter(|outcome| !outcome.ok && outcome.line > after) {
            let expects = outcome.text.split(' ').any(|word| word == "expect");
            let what = if expects { "this does not hold" } else { "this act can't be done" };
            self.mistakes.push(composed.place(outcome.line).wrong(format!("{what}: {}", outcome.why)));
        }
    }

    /// Carries a scenario out to its end.
    fn whole(&mut self, what: &'static str, place: Place, composed: &Composed) {
        let Some(mut session) = self.open(composed) else { return };
        if self.carry(&mut session, place, None) {
            let outcomes: Vec<_> = session.outcomes().iter().cloned().chain(session.unreached()).collect();
            self.failures(composed, &outcomes, 0);
            self.over(what, place, &session, Vec::new());
        }
    }

    fn prediction(&mut self, question: &Question) {
        let Some(foretold) = question.carried_out(self.lesson) else { return };
        let composed = &foretold.composed;
        let Some(mut session) = self.open(composed) else { return };
        if !self.carry(&mut session, question.place, None) {
            return;
        }
        let outcomes: Vec<_> = session.outcomes().iter().cloned().chain(session.unreached()).collect();
        let (played, asked): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|one| one.line < foretold.first_expect);
        self.failures(composed, &played, foretold.guess);
        let claimed = question.answers.iter().filter(|answer| answer.expect.is_some());
        for (line, answer) in (foretold.first_expect..).zip(claimed) {
            let place = composed.place(line);
            let why = match asked.iter().find(|outcome| outcome.line == line) {
                Some(outcome) if outcome.undecided => format!("the core can't decide this: {}", outcome.why),
                Some(outcome) if answer.right && !outcome.ok => format!("the core says otherwise: {}", outcome.why),
                Some(outcome) if !answer.right && outcome.ok => {
                    let saw = if outcome.why.is_empty() { String::new() } else { format!(": {}", outcome.why) };
                    format!("the core says otherwise: this answer is marked as wrong, and it holds{saw}")
                }
                Some(_) => continue,
                None => "the core did not come to this".into(),
            };
            self.mistakes.push(place.wrong(why));
        }
        self.over("prediction", question.place, &session, Vec::new());
    }

    fn task(&mut self, task: &Task) {
        let Some(goals) = self.goals(task) else { return };
        if let Some(untouched) = self.attempt("start", task, &goals, task.place, []) {
            let reached = untouched.goals.iter().all(|goal| goal.0 == attempt::Standing::Met);
            if reached && !goals.is_empty() {
                self.mistakes.push(task.place.wrong("the goals of this task hold before anything is done"));
            }
        }
        let mut ends = Vec::new();
        for (what, attempts) in [("solution", &task.solutions), ("wrong", &task.wrong)] {
            for attempt in attempts {
                self.acts(task, attempt);
                let Some(status) = self.attempt(what, task, &goals, attempt.place, attempt.code.placed()) else {
                    continue;
                };
                match (what, status.solved) {
                    ("solution", false) => {
                        let why = told(task, &status);
                        self.mistakes
                            .push(attempt.place.wrong(format!("this solution does not solve the task: {why}")));
                    }
                    ("wrong", true) => {
                        self.mistakes.push(attempt.place.wrong("this wrong attempt solves the task"));
                    }
                    ("wrong", false) => ends.push((attempt, status)),
                    _ => {}
                }
            }
        }
        self.told_apart(&ends, task);
    }

    /// Whoever does what a wrong attempt does has to get its reply, and not that of another.
    fn told_apart(&mut self, ends: &[(&Attempt, TaskStatus)], task: &Task) {
        if ends.len() < task.wrong.len() {
            return;
        }
        let missed: Vec<_> = ends.iter().map(|(_, status)| status.missed()).collect();
        for (place, (attempt, status)) in ends.iter().enumerate() {
            let Some(other) = task.like(&missed, status).filter(|other| *other != place) else { continue };
            let line = task.wrong[other].place.line;
            let why = format!(
                "whoever does this gets the reply of line {line}, for it misses the same: \
                 an `expect …` at the end, which holds here and not there, tells them apart"
            );
            self.mistakes.push(attempt.place.wrong(why));
        }
    }

    /// The goals, and behind them the signs of wrong attempts, read. What can't be read is told; `None` then.
    fn goals(&mut self, task: &Task) -> Option<Vec<Goal>> {
        let (start, _) = task.start(self.lesson, []);
        if start.lines() == 0 {
            return None;
        }
        let scenario = parse(&start.text).map_err(|error| self.mistakes.push(start.blame(error))).ok()?;
        let (entry, size) = (scenario.entry, scenario.setup().replicas);
        let mut goals = Vec::new();
        for line in task.goals.iter().chain(task.signs()) {
            match parse_goal(entry, size, &line.condition) {
                Ok(goal) => goals.push(goal),
                Err(error) => self.mistakes.push(line.place.within(error)),
            }
        }
        (goals.len() == task.goals.len() + task.signs().count()).then_some(goals)
    }

    /// What can be said of an attempt's acts before they are done.
    fn acts(&mut self, task: &Task, attempt: &Attempt) {
        let (mut begun, mut looked) = (false, false);
        for (line, place) in attempt.code.placed() {
            let Some(first) = words(line).first().copied() else { continue };
            let place =
                Place { column: line.chars().take_while(|letter| letter.is_whitespace()).count() as u32 + 1, ..place };
            if is_sign(line) {
                looked = true;
                continue;
            }
            if looked {
                self.mistakes
                    .push(place.wrong("an attempt's `expect` lines are about its end: no act stands behind them"));
            }
            if !attempt::allows(&task.allow, &attempt::untimed(line)) {
                let allowed = task.allow.join(", ");
                self.mistakes.push(place.wrong(format!("{} is not allowed in this task ({allowed})", quote(first))));
            }
            if first == "set" && begun {
                self.mistakes.push(place.wrong("`set` starts the scene again: it stands before all other acts"));
            }
            begun |= first != "set";
        }
    }

    /// Carries acts out from the task's start. Gives how the task stands then; `None` where they can't be carried out.
    fn attempt<'a>(
        &mut self,
        what: &'static str,
        task: &Task,
        goals: &[Goal],
        place: Place,
        acts: impl IntoIterator<Item = (&'a str, Place)>,
    ) -> Option<TaskStatus> {
        let acts: Vec<_> = acts.into_iter().collect();
        let done: Vec<_> = acts.iter().map(|(line, _)| bare(line)).filter(|line| !line.is_empty()).collect();
        let (composed, start) = task.start(self.lesson, acts);
        let mut session = self.open(&composed)?;
        if !self.carry(&mut session, place, Some(start)) {
            return None;
        }
        session.set_goals(goals.to_vec());
        if !self.carry(&mut session, place, None) {
            return None;
        }
        wait_for(&mut session, self.left);
        let outcomes: Vec<_> = session.outcomes().iter().cloned().chain(session.unreached()).collect();
        self.failures(&composed, &outcomes, start);
        let status = attempt::status(&session, task.goals.len(), &task.budgets, &done);
        self.over(what, place, &session, if done.is_empty() { Vec::new() } else { status.missed() });
        Some(status)
    }
}

/// Whether every line up to this one is done; lines of the header do nothing.
pub(super) fn passed(session: &Session, upto: u32) -> bool {
    let Some(next) = session.next_line() else { return session.finished() };
    let ahead = session.scenario().lines.iter().skip_while(|line| line.uid != next.uid);
    let header = |statement: &Statement| {
        use Statement::{Disk, Protocol, Replicas, Seed, Set};
        matches!(statement, Protocol(_) | Replicas(_) | Seed(_) | Set { .. } | Disk { .. })
    };
    ahead.take_while(|line| line.number <= upto).all(|line| header(&line.statement))
}

/// Goals that may come within some time are waited for.
fn wait_for(session: &mut Session, ticks: u32) {
    let open = |(goal, status): (&Goal, _)| (attempt::Standing::Met != status).then_some(goal.expect.within).flatten();
    let standings = attempt::status(session, usize::MAX, &[], &[]).goals.into_iter().map(|goal| goal.0);
    let wait: Time = session.goals_set().iter().zip(standings).filter_map(open).max().unwrap_or_default();
    if wait > 0 {
        let until = session.world().now().saturating_add(wait);
        // Whether it was long enough shows in the goals.
        let _ = session.run_slice(until, u32::MAX, ticks);
    }
}

/// What an attempt misses first, in words.
fn told(task: &Task, status: &TaskStatus) -> String {
    match status.missed().first().copied() {
        Some(Demand::Budget(place)) => {
            let super::Budget { least, count, act, .. } = &task.budgets[place];
            let bound = if *least { "least" } else { "most" };
            format!("at {bound} {count} `{act}`, and there are {}", status.budgets[place].1)
        }
        Some(Demand::Goal(place)) => {
            let (goal, saw) = (&task.goals[place].condition, &status.goals[place].1);
            let saw = if saw.is_empty() { String::new() } else { format!(" ({saw})") };
            format!("`{goal}` is not reached{saw}")
        }
        None => "nothing was done".into(),
    }
}

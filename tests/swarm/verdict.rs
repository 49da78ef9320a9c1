//! Carrying a plan out, what came of it, and the shortest scenario that shows it.

use std::collections::BTreeSet;
use std::fmt;

use consensus_playground::kernel::{Action, DynWorld, HistoryEvent, SECOND, Time, show_time};
use consensus_playground::scenario::{Session, Statement, parse};

use super::plan::{FRESH, Plan, TROUBLE};
use super::settings::written;

/// How many steps a run takes at most. None of those that were looked at took a tenth.
const MOST_STEPS: u32 = 2_000_000;
/// How long it takes at most to decide one request, where nothing is wrong and nothing is put together.
const TURN: Time = SECOND / 2;
/// How many scenarios are tried on the way to a short one.
const MOST_TRIES: u32 = 600;

/// What a run shows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Finding {
    /// This property was broken although it is promised.
    Broken(&'static str),
    /// The fresh request had no answer in time, or something that was begun is left open.
    NoAnswer,
    /// The run came to a bound, or to no end.
    Stopped(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Broken(property) => f.write_str(property),
            Finding::NoAnswer => f.write_str("no answer after the repair, or something is left open"),
            Finding::Stopped(why) => f.write_str(why),
        }
    }
}

/// What is wrong with a run.
pub struct Found {
    pub finding: Finding,
    /// The scenario, with the answers to questions among its lines.
    script: String,
    /// How long the fresh request has waited, where that is what is wrong.
    waited: Time,
}

/// A run of a plan.
struct Run<'a> {
    plan: &'a Plan,
    session: Session,
    answers: Vec<String>,
    answered: usize,
    /// How many violations were looked at.
    seen: usize,
}

/// What a plan's run shows first; `None` where nothing is wrong.
pub fn find(plan: &Plan, must_answer: bool) -> Option<Found> {
    let text = plan.text();
    let scenario = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let session = Session::open_forgetful(scenario).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut run = Run { plan, session, answers: Vec::new(), answered: 0, seen: 0 };
    let (finding, waited) = run.script().map(|finding| (finding, 0)).or_else(|| {
        let within = Some(run.world()).filter(|_| must_answer && plan.timely)?.recovers_within(TROUBLE)?;
        run.recover(within).map(|finding| (finding, within))
    })?;
    Some(Found { finding, script: run.session.script(), waited })
}

impl Run<'_> {
    fn world(&self) -> &DynWorld {
        self.session.world()
    }

    /// To the end of the script.
    fn script(&mut self) -> Option<Finding> {
        for _ in 0..MOST_STEPS {
            if let Some(finding) = self.finding() {
                return Some(finding);
            }
            if !self.world().questions().is_empty() {
                self.answer();
            } else if self.session.finished() {
                return None;
            } else {
                self.session.step();
            }
        }
        Some(Finding::Stopped(format!("the script is not at its end after {MOST_STEPS} steps")))
    }

    /// From there on until the fresh request has its answer, and, with more time, nothing that was begun is open. Clients go on
    /// with what they have in store, each request perhaps in a turn of its own.
    fn recover(&mut self, within: Time) -> Option<Finding> {
        let (start, counts) = (self.world().now(), self.world().counts());
        let in_store = TURN * Time::from(counts.requests.saturating_sub(counts.completed));
        let answered = |run: &Run<'_>| run.has_answer();
        let settled = |run: &Run<'_>| run.world().settled();
        self.comes_to(answered, start + within).or_else(|| self.comes_to(settled, start + within + TROUBLE + in_store))
    }

    fn comes_to(&mut self, good: impl Fn(&Run<'_>) -> bool, until: Time) -> Option<Finding> {
        while !good(self) {
            if !self.world().questions().is_empty() {
                self.answer();
            } else if self.session.next_event().is_none_or(|at| at > until) {
                return Some(Finding::NoAnswer);
            } else {
                self.session.step();
            }
            if let Some(finding) = self.finding() {
                return Some(finding);
            }
        }
        None
    }

    fn finding(&mut self) -> Option<Finding> {
        let stopped = self.session.limit().map(|limit| Finding::Stopped(limit.to_string()));
        self.broken().map(Finding::Broken).or(stopped)
    }

    /// The first new violation of what is promised in this run.
    fn broken(&mut self) -> Option<&'static str> {
        let found = self.session.world().violations();
        let new = found.get(self.seen..)?;
        let promised = |property| self.world().assumes(property).is_some_and(|all| self.plan.grants(all));
        let broken = new.iter().map(|violation| violation.property).find(|property| promised(property));
        self.seen = found.len();
        broken
    }

    /// Tells an agent that asks what the protocol's own scenarios tell theirs.
    fn answer(&mut self) {
        if self.answers.is_empty() {
            self.answers = answers(self.world().descriptor().id);
        }
        let replica = self.world().questions()[0].node;
        let text = self.answers[self.answered % self.answers.len()].clone();
        self.answered += 1;
        let answer = Action::Answer { replica, text };
        self.session.apply(answer).unwrap_or_else(|error| panic!("{error}\n{}", self.session.script()));
    }

    fn has_answer(&self) -> bool {
        let history = self.world().history();
        let of_fresh = |place: &usize| history.get(*place).is_some_and(|record| record.node == Some(FRESH));
        let last = (0..history.len()).rev().find(of_fresh).and_then(|place| history.get(place));
        !last.is_some_and(|record| matches!(record.what, HistoryEvent::Asked(_)))
    }
}

/// The answers in a protocol's scenarios, or a word.
fn answers(protocol: &str) -> Vec<String> {
    let answers = written().iter().filter(|(of, _)| *of == protocol).filter_map(|(_, statement)| match statement {
        Statement::Action(Action::Answer { text, .. }) => Some(text.clone()),
        _ => None,
    });
    let known: BTreeSet<_> = answers.collect();
    if known.is_empty() { vec!["yes".into()] } else { known.into_iter().collect() }
}

/// A scenario as short as can be in which the same goes wrong, to be pasted into the page or a file.
pub fn shortest(plan: &Plan, must_answer: bool) -> String {
    let Some(Found { finding, .. }) = find(plan, must_answer) else { return plan.text() };
    let same = |plan: &Plan| find(plan, must_answer).is_some_and(|other| other.finding == finding);
    let (mut short, mut tries) = (plan.clone(), 0);
    // Whole stretches first, then line by line.
    let mut stretch = short.lines.len().max(1);
    // Without the repair and the fresh request there is nothing to wait for.
    let kept = if finding == Finding::NoAnswer { plan.repair } else { 0 };
    while stretch > 0 && tries < MOST_TRIES {
        let mut place = 0;
        while place + kept < short.lines.len() && tries < MOST_TRIES {
            let mut less = short.clone();
            less.lines.drain(place..(place + stretch).min(less.lines.len() - kept));
            tries += 1;
            if same(&less) {
                short = less;
            } else {
                place += stretch;
            }
        }
        stretch /= 2;
    }
    for place in (0..short.head.len()).rev() {
        let mut less = short.clone();
        if less.head.remove(place).starts_with("set ") && same(&less) {
            short = less;
        }
    }
    let Found { script, waited, .. } = find(&short, must_answer).expect("it was found a moment ago");
    let wanted = match finding {
        Finding::Broken(property) => format!("expect {property}"),
        Finding::NoAnswer => format!("run {}", show_time(waited)),
        Finding::Stopped(ref why) => format!("# {why}"),
    };
    format!("# {finding}\n{script}{wanted}\n")
}

//! The schedule of a run that was carried out already, so that any failing scenario can be shrunk.

use super::plan::Wanted;
use super::retell::{Finding, retell};
use super::root::Root;
use super::shrink::Shrinker;
use super::step::Step;
use crate::kernel::{Action, DynWorld, Event, EventId, NodeId, Selector, What};
use crate::scenario::{Scenario, Session, Statement, print};

/// What came of shrinking.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shrunk {
    /// A schedule, step by step.
    Schedule(Finding),
    /// The text with fewer lines: it fails by the times of the run, or by what should have happened and did not.
    Lines(String),
}

impl Shrunk {
    /// The text.
    pub fn into_text(self) -> String {
        match self {
            Shrunk::Schedule(finding) => finding.text,
            Shrunk::Lines(text) => text,
        }
    }
}

/// Shrinks a failing scenario: to a schedule where it breaks a property whatever the times, else to fewer lines. Errors: it does not
/// fail.
pub fn shrink_scenario(scenario: &Scenario) -> Result<Shrunk, String> {
    let failing =
        Failing::of(scenario).ok_or("nothing fails in this scenario: no property is broken, and every line holds")?;
    if let Failing::Property(property) = &failing
        && let Some(finding) = as_schedule(scenario, property)
    {
        return Ok(Shrunk::Schedule(finding));
    }
    Ok(Shrunk::Lines(print(&fewer_lines(scenario, &failing))))
}

fn as_schedule(scenario: &Scenario, property: &'static str) -> Option<Finding> {
    let (root, wanted) = (Root::of(scenario), Wanted::Broken(property));
    let steps = recorded(scenario)?;
    let mut shrinker = Shrinker::new(root, wanted.clone(), &steps)?;
    while !shrinker.run_for(1_000) {}
    let (root, best) = shrinker.into_best();
    retell(&root, &wanted, &best).ok()
}

/// The steps of a scenario's run.
fn recorded(scenario: &Scenario) -> Option<Vec<Step>> {
    let mut session = Session::of(scenario.clone()).ok()?;
    let mut steps = Vec::new();
    session.begin();
    loop {
        let (before, line) = (session.world().clone(), session.next_line().cloned());
        let event = session.event();
        session.step();
        let moved = session.next_line().map(|line| line.uid) != line.as_ref().map(|line| line.uid);
        if !moved && session.event() == event {
            return Some(steps);
        }
        let by_line = line.filter(|_| moved).map(|line| line.statement);
        let act = match by_line {
            Some(Statement::Action(act)) => Some(act),
            _ => None,
        };
        let events = (event + 1..=session.event()).filter_map(|id| session.trace().event(EventId(id)).copied());
        let events: Vec<_> = events.collect();
        match act.filter(is_kept) {
            Some(Action::Request { client, words, .. }) => steps.push(request(&before, session.world(), client, words)),
            Some(act) => steps.push(Step::of(act)),
            None => steps.extend(events.iter().filter_map(|event| step(&before, event))),
        }
        if session.finished() && !session.world().violations().is_empty() {
            return Some(steps);
        }
    }
}

/// Whether an act is taken as it is written: what it does can't be told from its events.
fn is_kept(act: &Action) -> bool {
    !matches!(
        act,
        Action::Deliver(_)
            | Action::Fire { .. }
            | Action::Crash(_)
            | Action::Manual(_)
            | Action::Network { .. }
            | Action::Workload { .. }
            | Action::Delay { .. }
            | Action::Clock { .. }
    )
}

fn step(before: &DynWorld, event: &Event) -> Option<Step> {
    let node = event.node?;
    match event.what {
        What::Deliver => {
            // What was sent and delivered at once is not in flight before.
            let world = if before.flight_key(event.message).is_some() { before } else { return None };
            Some(Step::about(world, event.message, Action::Deliver))
        }
        What::Fire => {
            let meant = before.timer_outlines().filter(|timer| timer.node == node && timer.kind == event.kind);
            let about = meant.min_by_key(|timer| timer.due)?.about;
            Some(Step::of(Action::Fire { timer: event.kind, about, node: Selector::Node(node) }))
        }
        What::Crash => Some(Step::of(Action::Crash(Selector::Node(node)))),
        _ => None,
    }
}

/// A request, to the replica that the client has sent it to.
fn request(before: &DynWorld, after: &DynWorld, client: NodeId, words: Vec<String>) -> Step {
    let known: Vec<_> = before.flight_outlines().map(|flight| flight.id).collect();
    let mut sent = after.flight_outlines().filter(|flight| flight.from == client && !known.contains(&flight.id));
    let to = sent.next().map(|flight| Selector::Node(flight.to));
    Step::of(Action::Request { client, to, words })
}

/// In which way a scenario fails.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Failing {
    /// It breaks a property.
    Property(&'static str),
    /// This line does not hold.
    Line(String),
}

impl Failing {
    fn of(scenario: &Scenario) -> Option<Self> {
        let mut session = Session::of(scenario.clone()).ok()?;
        session.finish();
        if let Some(broken) = session.world().violations().first() {
            return Some(Failing::Property(broken.property));
        }
        let failed = session.outcomes().iter().find(|outcome| !outcome.ok && !outcome.undecided)?;
        Some(Failing::Line(failed.text.to_string()))
    }

    fn is_in(&self, scenario: &Scenario) -> bool {
        let Ok(mut session) = Session::of(scenario.clone()) else { return false };
        session.finish();
        match self {
            Failing::Property(property) => session.world().violations().iter().any(|found| found.property == *property),
            Failing::Line(text) => session.outcomes().iter().any(|outcome| !outcome.ok && *outcome.text == **text),
        }
    }
}

/// Leaves out lines as long as it fails in the same way.
fn fewer_lines(scenario: &Scenario, failing: &Failing) -> Scenario {
    let mut best = scenario.clone();
    let mut size = best.lines.len().div_ceil(2);
    while size > 0 {
        let (mut at, mut changed) = (0, false);
        while at < best.lines.len() {
            let mut fewer = best.clone();
            let end = (at + size).min(fewer.lines.len());
            fewer.lines.drain(at..end);
            let names_it = fewer.lines.iter().any(|line| matches!(line.statement, Statement::Protocol(_)));
            if names_it && failing.is_in(&fewer) {
                (best, changed) = (fewer, true);
            } else {
                at += size;
            }
        }
        size = if size > 1 { size / 2 } else { usize::from(changed) };
    }
    best
}

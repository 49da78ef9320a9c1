//! The schedule of a run that was carried out already, so that any failing scenario can be shrunk.

use super::plan::Wanted;
use super::retell::{Finding, retell};
use super::root::Root;
use super::search::{Phase, Progress, Search};
use super::shrink::Shrinker;
use super::step::Step;
use crate::kernel::{Action, DynWorld, Event, EventId, MessageId, NodeId, Pick, Selector, Trace, What};
use crate::scenario::{Scenario, Session, Statement, print};

/// After so many steps of walks nothing is found any more.
const MOST_WALKED: u64 = 1_000_000;
/// How few replicas are tried.
const SMALL: usize = 3;

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
    let shrinker = recorded(scenario).and_then(|steps| Shrinker::new(root.clone(), wanted.clone(), &steps));
    let size = root.header.setup().replicas;
    let fewer = SMALL.max(root.header.entry.descriptor.replicas.0.into());
    // A schedule of few replicas that breaks the same is easier to see through; and where the run can't be told as a schedule, step
    // by step, another one may break the same.
    let small = (size > fewer).then(|| walked(&root.with_replicas(fewer), wanted.clone(), None)).flatten();
    let Some(mut shrinker) = shrinker else { return small.or_else(|| walked(&root, wanted, None)) };
    while !shrinker.run_for(1_000) {}
    let (root, best) = shrinker.into_best();
    let short = walked(&root, wanted.clone(), Some(best.clone())).or_else(|| retell(&root, &wanted, &best).ok());
    short.into_iter().chain(small).min_by_key(|finding| finding.steps)
}

/// What short walks find, from a schedule that is known or from none.
fn walked(root: &Root, wanted: Wanted, known: Option<Vec<Step>>) -> Option<Finding> {
    let mut search = Search::beginning_with(root, wanted, known)?;
    loop {
        match search.run_for(1_000) {
            Progress { phase: Phase::Shrinking, .. } => {}
            Progress { phase: Phase::Searching, transitions, .. } if transitions < MOST_WALKED => {}
            _ => return search.finding().cloned(),
        }
    }
}

/// The steps of a scenario's run.
fn recorded(scenario: &Scenario) -> Option<Vec<Step>> {
    let mut session = Session::of(scenario.clone()).ok()?;
    let mut recording = Recording::default();
    session.begin();
    loop {
        let (before, line) = (session.world().clone(), session.next_line().cloned());
        let event = session.event();
        session.step();
        let moved = session.next_line().map(|line| line.uid) != line.as_ref().map(|line| line.uid);
        if !moved && session.event() == event {
            return Some(recording.steps);
        }
        let events = (event + 1..=session.event()).filter_map(|id| session.trace().event(EventId(id)).copied());
        let events: Vec<_> = events.collect();
        // An act on several replicas is one step on each, and the line is done after the last.
        let by_hand = moved || events.first().is_some_and(|event| is_by_hand(event.what));
        let act = line.filter(|_| by_hand).and_then(|line| match line.statement {
            Statement::Action(act) if is_kept(&act) => Some((act, line.uid)),
            _ => None,
        });
        match act {
            Some((Action::Request { client, to, words }, _)) => {
                let step = request((&before, session.world()), client, to, words);
                recording.asked(step, before.network().manual);
            }
            Some((Action::Duplicate(_), _)) => recording.tampered(&before, &events, Action::Duplicate),
            Some((Action::Lie { lie, nth, .. }, _)) => {
                recording.tampered(&before, &events, |pick| Action::Lie { lie, nth, pick });
            }
            Some((act, line)) => recording.acted(act, line),
            None => events.iter().for_each(|event| recording.happened(&before, session.trace(), event)),
        }
        if session.finished() && !session.world().violations().is_empty() {
            return Some(recording.steps);
        }
    }
}

/// Whether this happens by hand only.
fn is_by_hand(what: What) -> bool {
    matches!(what, What::Restart | What::Pause | What::Resume | What::Meddle | What::Network)
}

/// A run that is being put into steps.
#[derive(Default)]
struct Recording {
    steps: Vec<Step>,
    /// The line whose act was taken down last.
    line: Option<u32>,
}

impl Recording {
    /// Where nothing moves by itself, what is asked arrives at once; elsewhere it takes its time, as all messages do.
    fn asked(&mut self, step: Step, manual: bool) {
        let by_itself = |on: bool| (!manual).then(|| Step::of(Action::Manual(!on)));
        self.steps.extend([by_itself(true), Some(step), by_itself(false)].into_iter().flatten());
    }

    fn acted(&mut self, act: Action, line: u32) {
        if self.line != Some(line) {
            self.steps.push(Step::of(act));
        }
        self.line = Some(line);
    }

    /// Something was done with messages in flight: here there may be more of them, for what was lost is only late.
    fn tampered(&mut self, before: &DynWorld, events: &[Event], act: impl Fn(Pick) -> Action) {
        let touched = events.iter().filter(|event| event.what == What::Tamper);
        self.steps.extend(touched.map(|event| Step::about(before, event.message, &act)));
    }

    fn happened(&mut self, before: &DynWorld, trace: &Trace, event: &Event) {
        if event.what == What::Deliver && is_doubled(before, trace, event.message) {
            self.steps.push(Step::about(before, event.message, Action::Duplicate));
        }
        self.steps.extend(step(before, event));
    }
}

/// Whether the network has made two of this message, and both are in flight: where nobody moves but by hand, it makes none.
fn is_doubled(before: &DynWorld, trace: &Trace, id: MessageId) -> bool {
    let in_flight = |id: u32| before.flight_outlines().any(|flight| flight.id == MessageId(id));
    let is_twin = |id: u32| trace.message(MessageId(id)).is_some_and(|message| message.twin);
    (is_twin(id.0 + 1) && in_flight(id.0 + 1)) || (is_twin(id.0) && in_flight(id.0 - 1))
}

/// Whether an act is taken as it is written: what it does can't be told from its events.
fn is_kept(act: &Action) -> bool {
    !matches!(
        act,
        Action::Deliver(_)
            | Action::Drop(_)
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

/// A request, to the replica that the client has sent it to; where it waits behind another one, to whom it is to be sent.
fn request(worlds: (&DynWorld, &DynWorld), client: NodeId, to: Option<Selector>, words: Vec<String>) -> Step {
    let (before, after) = worlds;
    let known: Vec<_> = before.flight_outlines().map(|flight| flight.id).collect();
    let mut sent = after.flight_outlines().filter(|flight| flight.from == client && !known.contains(&flight.id));
    let wanted = to.and_then(|to| before.select(to).ok()?.first().copied()).map(Selector::Node);
    let to = sent.next().map(|flight| Selector::Node(flight.to)).or(wanted);
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

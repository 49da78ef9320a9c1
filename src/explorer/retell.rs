//! A schedule as a scenario in `network manual`, with a sentence a step; and its replay in the ordinary player, before anybody sees it.

use super::plan::Wanted;
use super::root::{Root, line};
use super::step::Step;
use crate::kernel::data::in_order::InOrder;
use crate::kernel::{Action, DynWorld, MessageId, Pick, Selector, Which};
use crate::scenario::{Claim, Condition, Expect, Mode, Scenario, Session, Statement, parse, print};

/// What an adversary has brought about.
const UNDECIDED: &str = "Nothing is decided yet, although no message was lost, nobody crashed, and the oldest message or timer always got its turn";
/// How many seeds are tried where the choices of handlers must fall in a certain way.
const SEEDS: u64 = 4_096;

/// What was found, replayed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The scenario.
    pub text: String,
    /// How many steps it has.
    pub steps: usize,
    /// The property that it breaks, if it breaks one.
    pub property: Option<&'static str>,
    /// What came about, as a sentence.
    pub sentence: String,
}

/// Writes a schedule down and replays it. Errors: why it does not do in the player what it did here.
pub fn retell(root: &Root, wanted: &Wanted, steps: &[Step]) -> Result<Finding, String> {
    let root = seeded(root, wanted, steps).ok_or("no seed makes the choices fall like this")?;
    let mut world = root.world(root.seed()).map_err(|why| why.to_string())?;
    let mut scenario = root.header.clone();
    scenario.lines.push(line(Statement::Action(Action::Manual(true))));
    let opening = scenario.lines.len();
    for step in steps {
        let action = step.there(&world, false).ok_or("a message is not there")?;
        scenario.lines.push(line(Statement::Action(told(&world, &action))));
        Step { action, about: None, answers: Vec::new() }.take(&mut world, false).ok_or("a step is not possible")?;
    }
    if !wanted.holds(&world) {
        return Err("it does not come about".into());
    }
    let property = match wanted {
        Wanted::Claim(_) | Wanted::Undecided => None,
        Wanted::Broken(property) => Some(*property),
        Wanted::Anything => world.violations().first().map(|found| found.property),
    };
    let claim = match (wanted, property) {
        (Wanted::Claim(claim), _) => claim.clone(),
        (Wanted::Undecided, _) => Claim { not: true, condition: Condition::Decided(1) },
        (_, property) => Claim { not: false, condition: Condition::Violation(property.unwrap_or_default()) },
    };
    let expect = Expect { mode: Mode::Now, claim: claim.clone(), within: None, seeds: None };
    scenario.lines.push(line(Statement::Expect(expect)));
    narrate(&mut scenario, opening, steps.len())?;
    let broken = world.violations().iter().find(|found| Some(found.property) == property);
    let sentence = match wanted {
        Wanted::Undecided => UNDECIDED.to_string(),
        _ => broken.map_or_else(|| claim.look(&world, crate::scenario::Effort::Quick).1, |found| found.sentence()),
    };
    let what = match (wanted, property) {
        (Wanted::Undecided, _) => "kept undecided for".to_string(),
        (_, Some(property)) => format!("{} broken in", property.replace('-', " ")),
        _ => "found in".to_string(),
    };
    title(&mut scenario, &format!("{what} {} steps", steps.len()), &sentence);
    let text = print(&scenario);
    replayed(&text)?;
    Ok(Finding { text, steps: steps.len(), property, sentence })
}

/// Carries the text out in the ordinary player. Errors: what did not come true.
fn replayed(text: &str) -> Result<(), String> {
    let mut session = Session::of(parse(text).map_err(|why| why.to_string())?).map_err(|why| why.to_string())?;
    session.finish();
    let failed = session.outcomes().iter().find(|outcome| !outcome.ok).cloned();
    match failed.or_else(|| session.unreached().into_iter().next()) {
        Some(outcome) => Err(format!("{}: {}", outcome.text, outcome.why)),
        None => Ok(()),
    }
}

/// The root with a seed with which the choices of handlers fall as they did; the root itself where none were made by a script.
fn seeded(root: &Root, wanted: &Wanted, steps: &[Step]) -> Option<Root> {
    if steps.iter().all(|step| step.answers.is_empty()) {
        return Some(root.clone());
    }
    (root.seed()..root.seed() + SEEDS).map(|seed| root.with_seed(seed)).find(|root| {
        let Ok(mut world) = root.world(root.seed()) else { return false };
        let unscripted = steps.iter().map(|step| Step { answers: Vec::new(), ..step.clone() });
        unscripted.into_iter().all(|step| step.take(&mut world, false).is_some()) && wanted.holds(&world)
    })
}

/// The action with the message told by kind and ends, as a person would.
fn told(world: &DynWorld, action: &Action) -> Action {
    let told = |id: &MessageId| {
        let flights: Vec<_> = world.flight_outlines().collect();
        let Some(meant) = flights.iter().find(|flight| flight.id == *id) else { return Pick::Id(*id) };
        let alike = flights.iter().filter(|one| (one.kind, one.from, one.to) == (meant.kind, meant.from, meant.to));
        let mut alike: Vec<_> = alike.map(|flight| flight.id).collect();
        alike.put_in_order();
        let nth = alike.iter().position(|one| one == id).map_or(1, |place| place as u32 + 1);
        let (from, to) = (Some(Selector::Node(meant.from)), Some(Selector::Node(meant.to)));
        Pick::Matching { which: Which::Nth(nth), kind: Some(meant.kind), from, to }
    };
    match action {
        Action::Deliver(Pick::Id(id)) => Action::Deliver(told(id)),
        Action::Drop(Pick::Id(id)) => Action::Drop(told(id)),
        Action::Duplicate(Pick::Id(id)) => Action::Duplicate(told(id)),
        Action::Lie { lie, nth, pick: Pick::Id(id) } => Action::Lie { lie: *lie, nth: *nth, pick: told(id) },
        other => other.clone(),
    }
}

/// Writes above each step what it does.
fn narrate(scenario: &mut Scenario, opening: usize, steps: usize) -> Result<(), String> {
    let text = print(scenario);
    let mut session = Session::of(parse(&text).map_err(|why| why.to_string())?).map_err(|why| why.to_string())?;
    let mut ranges = Vec::new();
    session.begin();
    while ranges.len() < steps && !session.finished() {
        let before = session.event();
        let line = session.next_line().map(|line| line.number);
        session.step();
        if session.next_line().map(|line| line.number) != line {
            ranges.push((before + 1, session.event()));
        }
    }
    for (place, (first, last)) in ranges.into_iter().enumerate() {
        let told = (first..=last).filter_map(|event| sentence(&session, event));
        let told: Vec<_> = told.collect();
        if !told.is_empty() {
            scenario.lines[opening + place].above = vec![told.join(" ")];
        }
    }
    Ok(())
}

/// What happened in an event: the last rule that was carried out, or what was done; and what it broke.
fn sentence(session: &Session, event: u32) -> Option<String> {
    let told = session.explain(event)?;
    let rules = session.scenario().entry.descriptor.rules;
    let milestone = told.rules.iter().rev().find(|(rule, _)| rules[*rule as usize].milestone);
    let rule = milestone.or(told.rules.last()).map(|(_, sentence)| sentence.clone());
    let what = rule.or(told.deed).or_else(|| told.notes.first().cloned());
    let all: Vec<_> = what.into_iter().chain(told.broken).collect();
    let text = all.join(" ").replace('\n', " ");
    (!text.trim().is_empty()).then_some(text)
}

fn title(scenario: &mut Scenario, what: &str, sentence: &str) {
    let name = scenario.entry.descriptor.name;
    if let Some(first) = scenario.lines.first_mut() {
        let ends = if sentence.ends_with(['.', '!', '?']) { "" } else { "." };
        first.above = vec![format!("{name}: {what}"), format!("{sentence}{ends}").replace('\n', " ")];
    }
}

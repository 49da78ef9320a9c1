//! What must break something: every bug switch of every protocol, and one liar more than it tolerates. `found.txt` keeps the
//! first seed that shows each, so that all are seen to be found again in a moment.
//!
//! Where the swarm draws otherwise than before, or a protocol has a new switch, it is hunted anew:
//! `BLESS=1 cargo test --profile sweep --test swarm bugs`.

use std::fmt::Write as _;

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::{Descriptor, OptionInfo, Setup, Trace};
use consensus_playground::protocols::Entry;
use consensus_playground::scenario::gallery::gallery;
use consensus_playground::scenario::{Session, Statement, parse};

use super::entries;
use super::plan::{Aim, HARMLESS, Plan};
use super::settings::{bug_line, open};
use super::threads::{first, setting};
use super::verdict::{self, Finding};

/// What was found, a line each: the protocol, the switch or behaviour, the seed, the property; `-` where no seed of `HUNT` shows
/// it, and [`NO_BOUND`] where none can be expected to.
pub(super) const FOUND: &str = include_str!("found.txt");
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/swarm/found.txt");
/// What is promised has no bound on liars: each honest replica keeps its own rules, and what all agree on is only likely. Even if
/// all but one lie, nothing promised breaks.
const NO_BOUND: &str = "- no-bound";
/// How many seeds a hunt takes, unless `BUG_SEEDS` says otherwise.
const HUNT: u64 = 20_000;

/// Something that is looked for in a protocol.
struct Prey {
    entry: &'static Entry,
    name: &'static str,
    aim: Aim,
}

impl Prey {
    /// All that there is.
    fn all() -> Vec<Prey> {
        let mut all = Vec::new();
        for entry in entries() {
            let bugs = entry.descriptor.options.iter().filter(|option| option.bug);
            all.extend(bugs.map(|bug| Prey { entry, name: bug.name, aim: Aim::Bug(bug) }));
            let ways = byzantine::ALL.iter().map(|way| way.name()).filter(|way| !HARMLESS.contains(way));
            let lies = ways.filter(|_| !entry.descriptor.lies.is_empty());
            all.extend(lies.map(|way| Prey { entry, name: way, aim: Aim::TooManyLiars(way) }));
        }
        all
    }

    /// The property that breaks with this seed, if any. A bug breaks none but those that its switch names, and without it the
    /// same run breaks nothing.
    fn broken_by(&self, seed: u64) -> Option<&'static str> {
        let plan = Plan::draw(self.entry, seed, self.aim);
        let Finding::Broken(property) = verdict::find(&plan, false)?.finding else { return None };
        if let Aim::Bug(bug) = self.aim {
            let id = self.entry.descriptor.id;
            assert!(bug.breaks.contains(&property), "{} of {id}, seed {seed}: {property} broke", bug.name);
            let mut mended = plan;
            mended.head.retain(|line| *line != bug_line(bug));
            // A bug may be that more liars are believed in than can be borne.
            let claims_too_much = open(&mended.head).is_ok_and(|world| world.tolerated() < mended.faulty);
            // Or that what can't work is not refused.
            let refused = open(&mended.head).is_err();
            let found = claims_too_much || refused || verdict::find(&mended, false).is_none();
            assert!(found, "{id} without {}, seed {seed}:\n\n{}", bug.name, verdict::shortest(&mended, false));
        }
        Some(property)
    }

    fn hunted(&self, most: u64) -> String {
        match first(most, |seed| self.broken_by(seed)) {
            Some((seed, property)) => format!("{seed} {property}"),
            None if matches!(self.aim, Aim::TooManyLiars(_)) && !agrees_for_certain(self.entry) => NO_BOUND.into(),
            None => "- -".into(),
        }
    }

    fn line(&self, found: &str) -> String {
        format!("{} {} {found}", self.entry.descriptor.id, self.name)
    }

    /// What is known of it: the seed and the property.
    fn known(&self) -> Option<&'static str> {
        FOUND.lines().find_map(|line| line.strip_prefix(&self.line("")))
    }
}

/// Whether a scenario that comes with the playground switches a bug on and breaks what it says.
fn is_shown(about: &Descriptor, bug: &OptionInfo) -> bool {
    gallery().into_iter().filter(|exhibit| exhibit.protocol == about.id).any(|exhibit| {
        let scenario = parse(exhibit.text).expect("the gallery's scenarios can be read");
        let sets = |statement: &Statement| matches!(statement, Statement::Set { name, value, .. } if *name == bug.name && value == "on");
        if !scenario.lines.iter().any(|line| sets(&line.statement)) {
            return false;
        }
        let mut session = Session::open_forgetful(scenario).expect("the gallery's scenarios open");
        session.finish();
        session.world().violations().iter().any(|found| bug.breaks.contains(&found.property))
    })
}

#[test]
fn every_bug_switch_and_one_liar_too_many_are_found() {
    let bless = std::env::var_os("BLESS").is_some();
    if bless || std::env::var_os("BUG_SEEDS").is_some() {
        return hunt(bless);
    }
    let mut unknown = Vec::new();
    for prey in Prey::all() {
        let known = prey.known();
        match (known.and_then(|known| known.split_once(' ')), prey.aim) {
            (Some(("-", _)), Aim::Bug(bug)) if is_shown(prey.entry.descriptor, bug) => {}
            (Some(("-", _)), Aim::TooManyLiars(_)) => {}
            (Some((seed, property)), _) if seed != "-" => {
                let seed = seed.parse().expect("a seed is a number");
                if prey.broken_by(seed) != Some(property) {
                    unknown.push(prey.line("is not found by its seed"));
                }
            }
            _ => unknown.push(prey.line("is neither found by a seed nor shown by a scenario")),
        }
    }
    assert!(
        unknown.is_empty(),
        "{}\nhunt anew: BLESS=1 cargo test --profile sweep --test swarm bugs",
        unknown.join("\n")
    );
}

/// Whether a protocol promises agreement for certain. Where it is only likely, a liar can make it less so, and breaks nothing.
fn agrees_for_certain(entry: &Entry) -> bool {
    let setup = Setup { replicas: entry.descriptor.replicas.0.max(4).into(), ..Setup::default() };
    let world = (entry.open)(&setup, &mut Trace::forgetful()).expect("it can be set up");
    world.agreement().is_certain()
}

/// A protocol that nothing breaks is not looked at closely enough.
#[test]
fn more_liars_than_are_tolerated_break_every_protocol_that_has_lies() {
    for entry in entries().into_iter().filter(|entry| !entry.descriptor.lies.is_empty() && agrees_for_certain(entry)) {
        let mut liars = Prey::all().into_iter().filter(|prey| matches!(prey.aim, Aim::TooManyLiars(_)));
        let found = |prey: Prey| prey.known().is_some_and(|known| !known.starts_with('-'));
        let id = entry.descriptor.id;
        assert!(liars.any(|prey| prey.entry.descriptor.id == id && found(prey)), "{id}: no lie breaks anything");
    }
}

#[test]
fn a_scenario_that_is_printed_shows_the_same_when_it_is_pasted() {
    // One that is found soon, as a rare one may need all that led to it, and before the fresh request after the script.
    let found = |prey: Prey| {
        let seed = prey.known()?.split_once(' ')?.0.parse().ok().filter(|seed| *seed < 100)?;
        let plan = Plan::draw(prey.entry, seed, prey.aim);
        verdict::find(&plan, false).map(|_| (seed, prey, plan))
    };
    let (seed, prey, plan) = Prey::all().into_iter().find_map(found).expect("something was found");
    let text = verdict::shortest(&plan, false);
    assert!(text.lines().count() < plan.text().lines().count() / 2, "it is not short:\n{text}");
    let mut session = Session::open(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    session.finish();
    let failed: Vec<_> = session.outcomes().iter().filter(|outcome| !outcome.ok).collect();
    let broken = prey.broken_by(seed).expect("it was found");
    assert!(failed.iter().any(|outcome| *outcome.text == *format!("expect {broken}")), "{failed:?}\n{text}");
}

/// Looks for all of it anew, and writes down what it finds, or prints it.
fn hunt(bless: bool) {
    let most = setting("BUG_SEEDS", HUNT);
    let mut text = String::new();
    for prey in Prey::all() {
        // Of the liars' ways some are harmless in some protocols, which shows soon.
        let most = if matches!(prey.aim, Aim::Bug(_)) { most } else { most / 20 };
        let line = prey.line(&prey.hunted(most));
        println!("{line}");
        let _ = writeln!(text, "{line}");
    }
    if bless {
        std::fs::write(FILE, text).expect("the file can be written");
    }
}

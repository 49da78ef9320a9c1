//! Every bug switch of every protocol, and how a search finds it: `found.txt` keeps a line for each, so that all are seen to be
//! found again. Where a protocol has a new switch, or walks go otherwise than before, they are hunted anew:
//! `BLESS=1 cargo test --profile sweep --test explore switches -- --nocapture`, and `hidden.txt` says why one is not found.

use std::fmt::Write as _;

use consensus_playground::explorer::{Phase, Plan, Root, Search};
use consensus_playground::kernel::{OptionInfo, Trace};
use consensus_playground::protocols::{self, Entry};
use consensus_playground::scenario::gallery::gallery;
use consensus_playground::scenario::{Scenario, Session, Statement, parse};

use crate::threads;

/// A line each: protocol, switch, the bounds of the walks, the scenario whose header and requests are taken, the property, after how
/// many steps of walks it was found, and how many steps the schedule has.
const FOUND: &str = include_str!("found.txt");
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/explore/found.txt");
/// Those that no search finds, and why.
const HIDDEN: &str = include_str!("hidden.txt");
/// Headers and requests for those that no shipped scenario shows as a search needs it: a line each, its lines with ` | ` between.
const HEADS: &str = include_str!("heads.txt");
/// After so many steps of walks with some bounds it counts as not found, unless `STEPS` says otherwise.
const MOST: u64 = 3_000_000;
/// What is found in so many steps is looked for each time; the rest with `GOALS=all`.
const SOON: u64 = if cfg!(debug_assertions) { 200 } else { 5_000 };

/// A bug switch.
#[derive(Clone, Copy)]
struct Switch {
    entry: &'static Entry,
    bug: &'static OptionInfo,
}

impl Switch {
    fn all() -> Vec<Switch> {
        let of = |entry: &'static Entry| {
            let bugs = entry.descriptor.options.iter().filter(|option| option.bug);
            bugs.map(move |bug| Switch { entry, bug })
        };
        protocols::ALL.iter().flat_map(of).collect()
    }

    fn name(&self) -> String {
        format!("{} {}", self.entry.descriptor.id, self.bug.name)
    }

    fn is_set_in(&self, scenario: &Scenario) -> bool {
        let set = |statement: &Statement| matches!(statement, Statement::Set { name, .. } if *name == self.bug.name);
        scenario.entry.descriptor.id == self.entry.descriptor.id
            && scenario.lines.iter().any(|line| set(&line.statement))
    }

    /// Scenarios that show it, by their names, and a bare one.
    fn scenarios(&self) -> Vec<(String, Scenario)> {
        let shown = gallery().into_iter().filter_map(|exhibit| {
            let scenario = parse(exhibit.text).ok().filter(|scenario| self.is_set_in(scenario))?;
            Some((exhibit.file.to_string(), scenario))
        });
        let head = self.line(HEADS).and_then(|head| parse(&head.trim().replace(" | ", "\n")).ok());
        let head = head.map(|scenario| ("heads".to_string(), scenario));
        let bare = format!("protocol {}\nset {} on\n", self.entry.descriptor.id, self.bug.name);
        head.into_iter()
            .chain(shown.take(3))
            .chain(parse(&bare).ok().map(|scenario| ("-".to_string(), scenario)))
            .collect()
    }

    /// Bounds of walks, by what may go wrong.
    fn bounds(&self, file: &str, scenario: &Scenario) -> Vec<String> {
        let world = (self.entry.open)(&scenario.setup(), &mut Trace::forgetful());
        let tolerated = world.map_or(0, |world| world.tolerated()).min(2);
        // A bug may be that liars are tolerated who can't be.
        let tolerated = if file == "heads" { tolerated.max(1) } else { tolerated };
        let mut all = vec!["-".to_string()];
        if tolerated > 0 && !self.entry.descriptor.lies.is_empty() {
            all.extend([format!("liars={tolerated}"), format!("liars={tolerated},crashes=0"), "twins=1".into()]);
        }
        all.push("blank-disks=3".into());
        all
    }

    /// Looks for it with these bounds.
    fn look(&self, file: &str, scenario: &Scenario, bounds: &str, most: u64) -> Option<String> {
        // Who loses a disk breaks other promises as well, and an agreement that is only likely may break without a bug.
        let world = (self.entry.open)(&scenario.setup(), &mut Trace::forgetful()).ok()?;
        let other = bounds.contains("blank") || !world.agreement().is_certain();
        let wanted = if other { self.bug.breaks.first()? } else { "any" };
        let bounds_read = if bounds == "-" { String::new() } else { bounds.replace(',', " ") };
        let plan = Plan::read(&Root::of(scenario), "swarm", wanted, &bounds_read).ok()?;
        let mut search = Search::new(scenario, plan).ok()?;
        let mut walked = 0;
        loop {
            let progress = search.run_for(500);
            match progress.phase {
                Phase::Searching if progress.transitions > most => return None,
                Phase::Searching => walked = progress.transitions,
                Phase::Shrinking => {}
                _ => break,
            }
        }
        let finding = search.finding()?;
        let property = finding.property?;
        assert!(self.bug.breaks.contains(&property), "{}: {property} broke:\n{}", self.name(), finding.text);
        assert_eq!(search.refused(), 0, "{}: a finding did not come true", self.name());
        if !self.is_to_blame(&finding.text, property) {
            return None;
        }
        Some(format!("{} {bounds} {file} {property} {walked} {}", self.name(), finding.steps))
    }

    /// Whether the same steps break nothing where the switch is off.
    fn is_to_blame(&self, text: &str, property: &str) -> bool {
        let switch = format!("set {} on\n", self.bug.name);
        let Ok(mut session) = Session::open(&text.replace(&switch, "")) else { return true };
        // Or the bug is that more liars are said to be tolerated than can be.
        if session.world().tolerated() < text.matches("\nbyzantine ").count() {
            return true;
        }
        session.finish();
        session.world().violations().iter().all(|found| found.property != property)
    }

    fn hunt(&self) -> Option<String> {
        let most = threads::setting("STEPS", MOST);
        if self.line(HIDDEN).is_some() {
            return None;
        }
        // What fails often is found soon: little of each kind first.
        for most in [most / 30, most] {
            for (file, scenario) in self.scenarios() {
                for bounds in self.bounds(&file, &scenario) {
                    if let Some(found) = self.look(&file, &scenario, &bounds, most) {
                        return Some(found);
                    }
                }
            }
        }
        None
    }

    /// The line in a list that begins with its name, without it.
    fn line<'a>(&self, list: &'a str) -> Option<&'a str> {
        let name = self.name();
        list.lines().find_map(|line| line.strip_prefix(&name)?.strip_prefix([' ', ':']))
    }

    /// Looks again for what was found. Errors: a sentence.
    fn again(&self, most: u64) -> Result<(), String> {
        let Some(line) = self.line(FOUND) else {
            let hidden = self.line(HIDDEN).is_some();
            return if hidden { Ok(()) } else { Err(format!("{}: neither found nor said not to be", self.name())) };
        };
        let words: Vec<_> = line.split(' ').collect();
        let &[bounds, file, _, walked, _] = words.as_slice() else { return Err(format!("{line} can't be read")) };
        let walked: u64 = walked.parse().map_err(|_| format!("{line} can't be read"))?;
        let scenarios = self.scenarios();
        let scenario = scenarios.iter().find(|(name, _)| name == file);
        let (_, scenario) = scenario.ok_or_else(|| format!("{}: no scenario {file}", self.name()))?;
        if walked > most {
            return Ok(());
        }
        match self.look(file, scenario, bounds, walked + 1_000) {
            Some(found) if found == format!("{} {line}", self.name()) => Ok(()),
            Some(found) => Err(format!("{found}, not {line}")),
            None => Err(format!("{}: not found again, as {line}", self.name())),
        }
    }
}

/// What each of many comes to, in their order; two are at work at a time.
fn each<T: Send>(many: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let done = std::sync::Mutex::new(Vec::new());
    threads::first(many as u64, |place| {
        let one = work(place as usize);
        done.lock().expect("no thread has panicked").push((place, one));
        None::<()>
    });
    let mut done = done.into_inner().expect("no thread has panicked");
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, one)| one).collect()
}

#[test]
fn every_bug_switch_is_found_by_a_search_or_said_not_to_be() {
    let all = Switch::all();
    if std::env::var("BLESS").is_ok() {
        let found = each(all.len(), |place| {
            // What is found as it was stands as it is.
            let known = all[place].line(FOUND).filter(|_| all[place].again(u64::MAX).is_ok());
            let known = known.map(|line| format!("{} {line}", all[place].name()));
            let found = known.or_else(|| all[place].hunt());
            println!("{}: {}", all[place].name(), found.as_deref().unwrap_or("not found"));
            found
        });
        let mut text = String::new();
        for found in found.into_iter().flatten() {
            writeln!(text, "{found}").expect("a string takes all");
        }
        std::fs::write(FILE, text).expect("it can be written");
        return;
    }
    let most = if std::env::var("GOALS").is_ok() { u64::MAX } else { SOON };
    let wrong: Vec<_> = each(all.len(), |place| all[place].again(most).err()).into_iter().flatten().collect();
    assert_eq!(wrong, Vec::<String>::new());
}

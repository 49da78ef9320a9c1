//! How short failing runs become, with nothing known but the run: `SHRINK=50 cargo test --profile sweep --test swarm shrunk --
//! --nocapture` takes so many, switches and seeds in turn.

use std::collections::BTreeMap;
use std::sync::Mutex;

use consensus_playground::explorer::{Shrunk, shrink_scenario};
use consensus_playground::protocols;
use consensus_playground::scenario::parse;

use super::bugs::FOUND as SEEDS;
use super::plan::{Aim, Plan};
use super::threads::{first, setting};
use super::verdict::{self, Finding};

/// What a search found: the last word of a line is the number of steps.
const SEARCHED: &str = include_str!("../explore/found.txt");
/// How many runs are taken where nothing is said.
const RUNS: u64 = if cfg!(debug_assertions) { 1 } else { 4 };
/// From a known seed on, so many are tried for another failing run.
const NEAR: u64 = 400;

/// A failing run: protocol and switch, the seed, the scenario.
struct Run {
    name: String,
    seed: u64,
    text: String,
}

/// The run in this place: of each switch in turn a run, then another of each.
fn run(place: u64) -> Option<Run> {
    let lines: Vec<_> = SEEDS.lines().map(|line| line.split(' ').collect::<Vec<_>>()).collect();
    let of_bugs = lines.iter().filter_map(|words| {
        let entry = protocols::find(words[0])?;
        let bug = entry.descriptor.options.iter().find(|option| option.bug && option.name == words[1])?;
        Some((entry, bug, words[2].parse::<u64>().ok()?))
    });
    let bugs: Vec<_> = of_bugs.collect();
    let (round, nth) = (place / bugs.len() as u64, (place % bugs.len() as u64) as usize);
    let (entry, bug, known) = bugs[nth];
    // The first run is the known one; those after it begin further on.
    let from = if round == 0 { known } else { known + 1 + (round - 1) * NEAR };
    let fails = |seed: &u64| {
        let plan = Plan::draw(entry, *seed, Aim::Bug(bug));
        matches!(verdict::find(&plan, false), Some(found) if matches!(found.finding, Finding::Broken(_)))
    };
    let seed = (from..from + NEAR).find(fails)?;
    let text = Plan::draw(entry, seed, Aim::Bug(bug)).text();
    Some(Run { name: format!("{} {}", entry.descriptor.id, bug.name), seed, text })
}

/// How many steps a search needed for the same switch.
fn searched(name: &str) -> Option<usize> {
    let line = SEARCHED.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[test]
fn failing_runs_are_shrunk_to_about_the_shortest_that_is_known() {
    let runs = setting("SHRINK", RUNS);
    let done = Mutex::new(Vec::new());
    first(runs, |place| {
        let Run { name, seed, text } = run(place)?;
        let steps = match shrink_scenario(&parse(&text).expect("it was carried out")) {
            Ok(Shrunk::Schedule(finding)) => Some(finding.steps),
            // It depends on times: what it fails by does not come about where nothing moves by itself.
            _ => None,
        };
        done.lock().expect("no thread has panicked").push((name, seed, steps));
        None::<()>
    });
    let mut done = done.into_inner().expect("no thread has panicked");
    done.sort();
    let mut best = BTreeMap::new();
    for (name, _, steps) in &done {
        let shortest = steps.iter().copied().chain(searched(name)).min();
        let known = best.entry(name.clone()).or_insert(shortest);
        *known = known.iter().copied().chain(shortest).min();
    }
    let mut ratios = Vec::new();
    for (name, seed, steps) in &done {
        let known = best[name];
        println!("{name}, seed {seed}: {steps:?} steps, the shortest known has {known:?}");
        ratios.extend(steps.zip(known).map(|(steps, known)| steps as f64 / known as f64));
    }
    ratios.sort_by(f64::total_cmp);
    let (median, most) = (ratios[ratios.len() / 2], ratios[ratios.len() - 1]);
    println!(
        "{} of {} runs as schedules: median {median:.2} of the shortest known, at most {most:.2}",
        ratios.len(),
        done.len()
    );
    assert!(ratios.len() * 10 >= done.len() * 9, "of {} runs only {} became schedules", done.len(), ratios.len());
    // Of few runs the middle one means little.
    assert!(median <= if done.len() < 50 { 4.0 } else { 2.0 }, "the median is {median:.2} of the shortest known");
}

//! `search FILE`: a schedule that breaks a property, or brings something about; `shrink FILE`: a shorter way to the same.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::Args;
use consensus_playground::explorer::{
    Finding, Phase, Plan, Progress, Root, Search, Shrunk, Strategy, keep_undecided, shrink_scenario,
};
use consensus_playground::scenario::{Scenario, parse, print};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use super::run::{complain, print as put, scenario, tell};

/// How many steps are taken between two looks at the clock.
const SLICE: u64 = 2_000;

#[derive(Args)]
pub struct Arguments {
    /// The scenario's file, or - for standard input.
    file: PathBuf,
    /// What is looked for: `any` broken property, a property such as agreement, a condition as `expect` takes it, such as
    /// "2 of all.role = leader"; or `undecided`: a schedule on which every message is delivered and every timer fires, and nothing
    /// is decided.
    #[arg(long = "for", value_name = "WHAT", default_value = "any")]
    wanted: String,
    /// How the states are gone through.
    #[arg(long, value_parser = ["breadth", "depth", "swarm"], default_value = "swarm")]
    strategy: String,
    /// How long it looks at most, such as 60s or 5m.
    #[arg(long, value_parser = duration, default_value = "60s")]
    within: Duration,
    /// How many workers take walks; all states are gone through by one.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=64))]
    workers: u64,
    /// What walks draw from. The result depends on it alone, whatever the number of workers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Steps on one schedule.
    #[arg(long)]
    steps: Option<u16>,
    /// Crashes.
    #[arg(long)]
    crashes: Option<u16>,
    /// How many crashes may take the disk with them.
    #[arg(long)]
    blank_disks: Option<u16>,
    /// Messages that arrive a second time, or `any` for all, any number of times.
    #[arg(long)]
    duplicates: Option<String>,
    /// Requests of those in the scenario.
    #[arg(long)]
    requests: Option<u16>,
    /// Liars.
    #[arg(long)]
    liars: Option<u16>,
    /// Lies.
    #[arg(long)]
    lies: Option<u16>,
    /// Replicas that are two, each shown to a part of the network.
    #[arg(long)]
    twins: Option<u16>,
    /// How often timers of a kind may fire: a number or `any` for all kinds, or KIND=NUMBER.
    #[arg(long)]
    timers: Vec<String>,
    /// The highest term, view, ballot or round.
    #[arg(long)]
    epochs: Option<u64>,
    /// How much memory it takes at most, in megabytes.
    #[arg(long, default_value_t = 2_000)]
    memory: u16,
    /// Skip states that differ only in which replica is which, with `breadth` and `depth`.
    #[arg(long)]
    symmetry: bool,
    /// How many duties the adversary keeps up, with `--for undecided`.
    #[arg(long, default_value_t = 1_000)]
    duties: usize,
    /// Print a line of JSON in place of the scenario.
    #[arg(long)]
    json: bool,
}

fn duration(text: &str) -> Result<Duration, String> {
    let (digits, unit) = text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()));
    let number: u64 = digits.parse().map_err(|_| format!("`{text}` is no duration, such as 60s"))?;
    match unit {
        "ms" => Ok(Duration::from_millis(number)),
        "s" | "" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(60 * number)),
        _ => Err(format!("`{text}` is no duration, such as 60s")),
    }
}

/// Makes a failing scenario shorter.
pub fn shrink(file: &Path) -> ExitCode {
    let scenario = match scenario(file) {
        Ok(scenario) => scenario,
        Err(why) => return complain(&why),
    };
    match shrink_scenario(&scenario) {
        Ok(Shrunk::Schedule(Finding { text, steps, sentence, .. })) => {
            tell(&format!("{steps} steps: {sentence}"));
            put(&text);
            ExitCode::SUCCESS
        }
        Ok(Shrunk::Lines(text)) => {
            tell(
                "It fails by its times or by what does not happen in them, so that it stays a run: its lines are fewer.",
            );
            put(&text);
            ExitCode::SUCCESS
        }
        Err(why) => {
            tell(&why);
            ExitCode::FAILURE
        }
    }
}

/// Searches.
pub fn search(arguments: &Arguments) -> ExitCode {
    let scenario = match scenario(&arguments.file) {
        Ok(scenario) => scenario,
        Err(why) => return complain(&why),
    };
    if arguments.wanted == "undecided" {
        return undecided(arguments, &scenario);
    }
    let plan = match plan(arguments, &scenario) {
        Ok(plan) => plan,
        Err(why) => return complain(&why),
    };
    // So that what is wrong with the header is told before anybody begins.
    let bounds = match Search::new(&scenario, plan.clone()) {
        Ok(search) => search.bounds(),
        Err(why) => return complain(&why.to_string()),
    };
    let started = now();
    let report = work(arguments, &print(&scenario), &plan);
    conclude(arguments, &plan, &bounds, &report, started.elapsed())
}

#[allow(clippy::disallowed_types)] // a bound on the time needs the real time
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

fn plan(arguments: &Arguments, scenario: &Scenario) -> Result<Plan, String> {
    let number = |name: &str, number: Option<u64>| number.map(|number| format!("{name}={number}"));
    let set = [
        number("steps", arguments.steps.map(u64::from)),
        number("crashes", arguments.crashes.map(u64::from)),
        number("blank-disks", arguments.blank_disks.map(u64::from)),
        arguments.duplicates.as_ref().map(|many| format!("duplicates={many}")),
        number("requests", arguments.requests.map(u64::from)),
        number("liars", arguments.liars.map(u64::from)),
        number("lies", arguments.lies.map(u64::from)),
        number("twins", arguments.twins.map(u64::from)),
        number("memory", Some(arguments.memory.into())),
        number("epochs", arguments.epochs),
        arguments.symmetry.then(|| "symmetry=on".into()),
    ];
    let timers = arguments.timers.iter().map(|text| match text.contains('=') {
        true => text.clone(),
        false => format!("timers={text}"),
    });
    let bounds: Vec<_> = set.into_iter().flatten().chain(timers).collect();
    let plan = Plan::read(&Root::of(scenario), &arguments.strategy, &arguments.wanted, &bounds.join(" "))?;
    Ok(Plan { seed: arguments.seed, ..plan })
}

/// What came of it.
struct Report {
    progress: Progress,
    finding: Option<Finding>,
    walk: u64,
    refused: u64,
}

/// Workers take walks until the earliest walk that finds something is known.
fn work(arguments: &Arguments, text: &str, plan: &Plan) -> Report {
    let workers = if plan.strategy == Strategy::Swarm { arguments.workers } else { 1 };
    let style =
        ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}").unwrap_or(ProgressStyle::default_bar());
    let bar = ProgressBar::new_spinner().with_style(style);
    let (earliest, states) = (AtomicU64::new(u64::MAX), AtomicU64::new(0));
    let reports = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let plan = Plan { worker: (worker, workers), ..plan.clone() };
            let (bar, earliest, states, reports) = (&bar, &earliest, &states, &reports);
            scope.spawn(move || {
                let scenario = parse(text).expect("it was read before");
                let mut search = Search::new(&scenario, plan).expect("it was opened before");
                let report = one(&mut search, arguments.within, (earliest, states), bar);
                reports.lock().expect("nobody panics with it").push(report);
            });
        }
    });
    bar.finish_and_clear();
    let all = reports.into_inner().expect("nobody panics with it");
    let (walks, states): (u64, u64) =
        all.iter().fold((0, 0), |(walks, states), one| (walks + one.progress.walks, states + one.progress.states));
    let refused = all.iter().map(|one| one.refused).sum();
    let mut best = all.into_iter().min_by_key(|one| (one.finding.is_none(), one.walk)).expect("there is a worker");
    (best.progress.walks, best.progress.states, best.refused) = (walks, states, refused);
    best
}

fn one(search: &mut Search, within: Duration, (earliest, all): (&AtomicU64, &AtomicU64), bar: &ProgressBar) -> Report {
    let (start, mut before) = (now(), 0);
    loop {
        let progress = search.run_for(SLICE);
        all.fetch_add(progress.states - before, Ordering::Relaxed);
        before = progress.states;
        match progress.phase {
            Phase::Searching if search.walk() > earliest.load(Ordering::Relaxed) => break,
            // What was found is made shorter, whatever the time.
            Phase::Searching if start.elapsed() < within => {}
            Phase::Searching => break,
            Phase::Shrinking => {
                earliest.fetch_min(search.walk(), Ordering::Relaxed);
            }
            Phase::Found | Phase::Complete | Phase::Full => break,
        }
        bar.set_message(message(&progress, all.load(Ordering::Relaxed), start.elapsed()));
        bar.tick();
    }
    let (walk, refused) = (search.walk(), search.refused());
    Report { progress: search.progress(), finding: search.finding().cloned(), walk, refused }
}

fn message(progress: &Progress, states: u64, since: Duration) -> String {
    let rate = HumanCount((states as f64 / since.as_secs_f64().max(0.001)) as u64);
    let shorter = progress.steps.map_or(String::new(), |steps| format!(", found, {steps} steps so far"));
    if progress.walks > 0 {
        return format!("{} steps, {rate}/s{shorter}", HumanCount(states));
    }
    let (depth, frontier, bytes) = (progress.depth, HumanCount(progress.frontier), HumanBytes(progress.bytes));
    format!("{} states, {rate}/s, depth {depth}, {frontier} waiting, {bytes}{shorter}", HumanCount(states))
}

fn conclude(arguments: &Arguments, plan: &Plan, bounds: &str, report: &Report, took: Duration) -> ExitCode {
    let Report { progress, finding, walk, refused } = report;
    let fault = plan.wanted.is_fault();
    let phase = match (&finding, progress.phase) {
        (Some(_), _) => "found",
        (None, Phase::Complete) => "complete",
        (None, Phase::Full) => "full",
        _ => "time",
    };
    if arguments.json {
        let line = serde_json::json!({
            "outcome": phase, "strategy": plan.strategy.word(), "bounds": bounds, "seconds": took.as_secs_f64(),
            "states": progress.states, "transitions": progress.transitions, "walks": progress.walks,
            "walk": walk, "depth": progress.depth, "frontier": progress.frontier, "bounded": progress.bounded,
            "bytes": progress.bytes, "collisions": progress.collisions, "refused": refused,
            "steps": finding.as_ref().map(|finding| finding.steps),
            "property": finding.as_ref().and_then(|finding| finding.property),
            "sentence": finding.as_ref().map(|finding| &finding.sentence),
            "scenario": finding.as_ref().map(|finding| &finding.text),
        });
        put(&format!("{line}\n"));
    } else if let Some(finding) = finding {
        put(&finding.text);
    }
    let what = if progress.walks > 0 { format!("steps in {} walks", progress.walks) } else { "states".to_string() };
    let seen = format!("{} {what} in {:.2} s, within: {bounds}", progress.states, took.as_secs_f64());
    let chance =
        if progress.walks > 0 { String::new() } else { format!("; chance of a collision {:.1e}", progress.collisions) };
    tell(&match (finding, phase) {
        (Some(finding), _) => format!("found in {} steps: {} ({seen}{chance})", finding.steps, finding.sentence),
        (None, "complete") => format!("complete: nothing within these bounds ({seen}{chance})"),
        (None, "full") => format!("the memory is full: nothing down to depth {} ({seen}{chance})", progress.depth),
        _ => format!("the time is over: nothing found so far ({seen}{chance})"),
    });
    if *refused > 0 {
        tell(&format!("{refused} findings did not come true when they were replayed, and were left out"));
    }
    match (phase, fault) {
        ("found", true) | ("complete", false) => ExitCode::FAILURE,
        ("found", false) | ("complete", true) => ExitCode::SUCCESS,
        _ => ExitCode::from(3),
    }
}

fn undecided(arguments: &Arguments, scenario: &Scenario) -> ExitCode {
    let start = now();
    let Some(kept) = keep_undecided(&Root::of(scenario), arguments.duties) else {
        return complain("the scenario can't be carried out");
    };
    let took = start.elapsed().as_secs_f64();
    let (duties, steps, looks) = (kept.duties, kept.steps.len(), kept.looks);
    if arguments.json {
        let line = serde_json::json!({ "outcome": if duties >= arguments.duties { "undecided" } else { "decided" },
            "duties": duties, "steps": steps, "looks": looks, "seconds": took });
        put(&format!("{line}\n"));
    }
    let kept_up = duties >= arguments.duties;
    let how = if kept_up { "kept undecided" } else { "could not be kept undecided" };
    tell(&format!("{how}: {duties} duties done in {steps} steps, {looks} states looked at in {took:.2} s"));
    if kept_up { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

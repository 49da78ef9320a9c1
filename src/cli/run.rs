//! `run FILE`: one run with its outcomes, or a sweep over seeds.

use std::io::{Read, Write};
use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;

use consensus_playground::kernel::show_time;
use consensus_playground::scenario::export::ndjson;
use consensus_playground::scenario::{LONGEST_TEXT, Line, Outcome, Scenario, Session, Statement, When, parse};
use indicatif::{ProgressBar, ProgressStyle};

/// Carries a scenario out. Exits with 1 where an `expect` fails, with 2 where it can't be read.
pub fn run(file: &Path, trace: bool, seeds: Option<Range<u64>>) -> ExitCode {
    let text = match read(file) {
        Ok(text) => text,
        Err(why) => return complain(&format!("{}: {why}", file.display())),
    };
    let scenario = match parse(&text) {
        Ok(scenario) => scenario,
        Err(error) => return complain(&format!("{}: {error}", file.display())),
    };
    match seeds {
        Some(seeds) => sweep(&scenario, seeds),
        None => once(&text, trace),
    }
}

fn complain(why: &str) -> ExitCode {
    eprintln!("{why}");
    ExitCode::from(2)
}

/// Reads at most a little more than a scenario may have, so that a huge file can't fill the memory.
fn read(file: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let limit = LONGEST_TEXT as u64 + 1;
    let result = if file == Path::new("-") {
        std::io::stdin().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    result.map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|_| "the file is no UTF-8 text".to_string())
}

fn once(text: &str, trace: bool) -> ExitCode {
    let mut session = match Session::open(text) {
        Ok(session) => session,
        Err(error) => return complain(&error.to_string()),
    };
    session.finish();
    if trace {
        // A closed pipe ends the printing quietly.
        let _ = std::io::stdout().lock().write_all(ndjson(&session).as_bytes());
    }
    let failed = session.outcomes().iter().filter(|outcome| !outcome.ok).count();
    for outcome in session.outcomes() {
        eprintln!("{}", show_outcome(outcome));
    }
    let world = session.world();
    let counts = world.counts();
    eprintln!(
        "{} in {}: {} events, {} messages ({} between replicas), {} commands decided, {} of {} requests answered, hash {:016x}",
        session.scenario().title(),
        show_time(world.now()),
        counts.events,
        counts.messages,
        counts.between_replicas,
        world.committed(),
        counts.completed,
        counts.requests,
        session.trace_hash()
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn show_outcome(outcome: &Outcome) -> String {
    let mark = if outcome.ok { "ok  " } else { "FAIL" };
    let why = if outcome.ok { String::new() } else { format!(": {}", outcome.why) };
    format!("{mark} line {}: {}{why}", outcome.line, outcome.text)
}

fn sweep(scenario: &Scenario, seeds: Range<u64>) -> ExitCode {
    let style =
        ProgressStyle::with_template("{bar:40} {pos}/{len} seeds, {msg}").unwrap_or(ProgressStyle::default_bar());
    let bar = ProgressBar::new(seeds.end - seeds.start).with_style(style);
    let mut failures = 0u64;
    for seed in seeds {
        let session = Session::open_forgetful(with_seed(scenario, seed));
        let Ok(mut session) = session else { return complain("the scenario can't be carried out with this seed") };
        session.finish();
        if let Some(outcome) = session.outcomes().iter().find(|outcome| !outcome.ok) {
            failures += 1;
            if failures <= 20 {
                bar.suspend(|| eprintln!("seed {seed}: {}", show_outcome(outcome)));
            }
        }
        bar.set_message(format!("{failures} failed"));
        bar.inc(1);
    }
    bar.finish();
    eprintln!("{} seeds, {failures} failed", bar.length().unwrap_or(0));
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn with_seed(scenario: &Scenario, seed: u64) -> Scenario {
    let mut scenario = scenario.clone();
    match scenario.lines.iter_mut().find(|line| matches!(line.statement, Statement::Seed(_))) {
        Some(line) => line.statement = Statement::Seed(seed),
        None => {
            let statement = Statement::Seed(seed);
            scenario
                .lines
                .insert(1, Line { number: 0, uid: 0, above: Vec::new(), beside: None, when: When::Now, statement });
        }
    }
    scenario
}

//! `run FILE`: one run with its outcomes, or a sweep over seeds; `export WHAT FILE`: what a run leaves for other tools.

use std::io::{Read, Write};
use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;

use consensus_playground::kernel::data::limits::WAITING_REQUESTS;
use consensus_playground::kernel::show_time;
use consensus_playground::scenario::export::{Ndjson, history};
use consensus_playground::scenario::text::visible;
use consensus_playground::scenario::{LONGEST_TEXT, Outcome, Scenario, Session, parse};
use indicatif::{ProgressBar, ProgressStyle};

/// How many lines that were not reached are named one by one.
const MOST_NAMED: usize = 20;

/// Carries a scenario out, or once for each seed.
pub fn run(file: &Path, trace: bool, seeds: Option<Range<u64>>) -> ExitCode {
    match (scenario(file), seeds) {
        (Err(why), _) => complain(&why),
        (Ok(scenario), Some(seeds)) => sweep(&scenario, seeds),
        (Ok(scenario), None) => once(&scenario, trace),
    }
}

/// Prints what clients asked and were told, a line of JSON for each operation.
pub fn export_history(file: &Path) -> ExitCode {
    let session = scenario(file).and_then(|scenario| Session::of(scenario).map_err(|error| error.to_string()));
    let mut session = match session {
        Ok(session) => session,
        Err(why) => return complain(&why),
    };
    session.finish();
    print(&history(&session));
    Tally::of(&session).tell().exit()
}

pub(super) fn scenario(file: &Path) -> Result<Scenario, String> {
    let text = read(file).map_err(|why| format!("{}: {why}", file.display()))?;
    parse(&text).map_err(|error| format!("{}: {error}", file.display()))
}

pub(super) fn complain(why: &str) -> ExitCode {
    tell(why);
    ExitCode::from(2)
}

/// Everything that the command says of a scenario goes through here: a title or a name may hold anything.
pub(super) fn tell(text: &str) {
    eprintln!("{}", visible(text));
}

/// A closed pipe ends the printing quietly; `false` then.
pub(super) fn print(text: &str) -> bool {
    std::io::stdout().lock().write_all(text.as_bytes()).is_ok()
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
    // What is too long is told as such, even where the cut goes through a letter.
    if bytes.len() > LONGEST_TEXT {
        return Err(format!("the scenario is too long: it may have {LONGEST_TEXT} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "the file is no UTF-8 text".to_string())
}

fn once(scenario: &Scenario, trace: bool) -> ExitCode {
    let mut session = match Session::of(scenario.clone()) {
        Ok(session) => session,
        Err(error) => return complain(&error.to_string()),
    };
    session.finish();
    if trace {
        let mut lines = Ndjson::new(&session);
        while Some(lines.piece(&session, 256)).filter(|piece| !piece.is_empty()).is_some_and(|piece| print(&piece)) {}
    }
    let tally = Tally::of(&session).tell();
    summary(&session);
    tally.exit()
}

fn summary(session: &Session) {
    let world = session.world();
    let counts = world.counts();
    let dropped = match counts.dropped {
        0 => String::new(),
        some => format!(" ({some} more of the workload dropped: {WAITING_REQUESTS} waited at their client)"),
    };
    tell(&format!(
        "{} in {}: {} events, {} messages ({} between replicas), {} commands decided, {} of {} requests answered{}, hash {:016x}",
        session.scenario().title(),
        show_time(world.now()),
        counts.events,
        counts.messages,
        counts.between_replicas,
        world.committed(),
        counts.completed,
        counts.requests,
        dropped,
        session.trace_hash()
    ));
}

/// What became of the lines of a run.
struct Tally {
    reached: Vec<Outcome>,
    unreached: Vec<Outcome>,
}

impl Tally {
    fn of(session: &Session) -> Self {
        Tally { reached: session.outcomes().to_vec(), unreached: session.unreached() }
    }

    /// Prints it.
    fn tell(self) -> Self {
        self.reached.iter().chain(self.unreached.iter().take(MOST_NAMED)).for_each(|one| tell(&show_outcome(one)));
        if self.unreached.len() > MOST_NAMED {
            tell(&format!("FAIL and {} more lines were not reached", self.unreached.len() - MOST_NAMED));
        }
        self
    }

    /// The first outcome that failed; a line that was not reached has failed.
    fn failure(&self) -> Option<&Outcome> {
        self.reached.iter().chain(&self.unreached).find(|outcome| !outcome.ok && !outcome.undecided)
    }

    /// The first outcome that nobody knows.
    fn undecided(&self) -> Option<&Outcome> {
        self.reached.iter().find(|outcome| outcome.undecided)
    }

    /// How the command ends; see its help.
    fn exit(&self) -> ExitCode {
        exit(self.failure().is_some(), self.undecided().is_some())
    }
}

fn exit(failed: bool, undecided: bool) -> ExitCode {
    match (failed, undecided) {
        (true, _) => ExitCode::FAILURE,
        (false, true) => ExitCode::from(3),
        (false, false) => ExitCode::SUCCESS,
    }
}

fn show_outcome(outcome: &Outcome) -> String {
    let mark = match outcome {
        Outcome { ok: true, .. } => "ok  ",
        Outcome { undecided: true, .. } => "OPEN",
        _ => "FAIL",
    };
    let why = if outcome.why.is_empty() { String::new() } else { format!(": {}", outcome.why) };
    format!("{mark} line {}: {}{why}", outcome.line, outcome.text)
}

fn sweep(scenario: &Scenario, seeds: Range<u64>) -> ExitCode {
    let style =
        ProgressStyle::with_template("{bar:40} {pos}/{len} seeds, {msg}").unwrap_or(ProgressStyle::default_bar());
    let bar = ProgressBar::new(seeds.end - seeds.start).with_style(style);
    let (mut failed, mut undecided) = (0u64, 0u64);
    for seed in seeds {
        let session = Session::open_forgetful(scenario.with_seed(seed));
        let Ok(mut session) = session else { return complain("the scenario can't be carried out with this seed") };
        session.finish();
        let tally = Tally::of(&session);
        let failure = tally.failure();
        failed += u64::from(failure.is_some());
        undecided += u64::from(failure.is_none() && tally.undecided().is_some());
        if let Some(outcome) = failure.or(tally.undecided()).filter(|_| failed + undecided <= 20) {
            bar.suspend(|| tell(&format!("seed {seed}: {}", show_outcome(outcome))));
        }
        bar.set_message(format!("{failed} failed, {undecided} not decided"));
        bar.inc(1);
    }
    bar.finish();
    tell(&format!("{} seeds, {failed} failed, {undecided} not decided", bar.length().unwrap_or(0)));
    exit(failed > 0, undecided > 0)
}

//! Runs without anyone watching: one, or one for each of many seeds. A sweep's figures are whole numbers that add up, so that
//! it does not matter how the seeds were shared out.

use std::collections::BTreeMap;

use consensus_playground::scenario::{Outcome, Scenario, ScenarioError, Session, parse};
use pyo3::prelude::*;
use serde::Serialize;

use crate::{mistake, shown};

/// How many seeds are named for which something failed.
const MOST_NAMED: usize = 20;

/// A run that came to its end.
#[derive(Serialize)]
struct Ended {
    protocol: &'static str,
    title: String,
    seed: u64,
    /// The virtual time at its end.
    now: u64,
    events: u32,
    messages: u32,
    between_replicas: u32,
    requests: u32,
    answered: u32,
    decided: u64,
    trace_hash: String,
    outcomes: Vec<Line>,
}

/// What became of a line of the script.
#[derive(Serialize)]
struct Line {
    line: u32,
    text: String,
    /// `ok`, `failed`, `undecided` or `unreached`.
    verdict: &'static str,
    why: String,
}

/// The sums over many runs.
#[derive(Serialize, Default)]
struct Sums {
    runs: u64,
    failed: u64,
    undecided: u64,
    /// The sum of all traces' hashes, modulo 2^64: equal for equal runs, in whatever order.
    trace_sum: u64,
    /// Of each figure: how many runs had which value.
    counts: BTreeMap<&'static str, BTreeMap<u64, u64>>,
    /// How often each line of the script was ok, failed, undecided, unreached.
    lines: BTreeMap<u32, [u64; 4]>,
    /// The first seeds that failed, and the first that were undecided, each with its line and why.
    failures: Vec<(u64, u32, String)>,
    open: Vec<(u64, u32, String)>,
}

const VERDICTS: [&str; 4] = ["ok", "failed", "undecided", "unreached"];

fn verdict(outcome: &Outcome) -> usize {
    match outcome {
        Outcome { ok: true, .. } => 0,
        Outcome { undecided: true, .. } => 2,
        _ => 1,
    }
}

/// All lines with what became of them, those that were not reached included.
fn outcomes(session: &Session) -> Vec<(Outcome, usize)> {
    let reached = session.outcomes().iter().map(|outcome| (outcome.clone(), verdict(outcome)));
    reached.chain(session.unreached().into_iter().map(|outcome| (outcome, 3))).collect()
}

/// A scenario's text, with another seed where one is given.
fn scenario(text: &str, seed: Option<u64>) -> Result<Scenario, ScenarioError> {
    let scenario = parse(text)?;
    Ok(seed.map_or_else(|| scenario.clone(), |seed| scenario.with_seed(seed)))
}

fn ended(text: &str, seed: Option<u64>) -> Result<Ended, ScenarioError> {
    let scenario = scenario(text, seed)?;
    let (seed, protocol, title) = (scenario.setup().seed, scenario.entry.descriptor.name, scenario.title().to_string());
    let mut session = Session::open_forgetful(scenario)?;
    session.finish();
    let (world, counts) = (session.world(), session.world().counts());
    let line = |(outcome, verdict): (Outcome, usize)| Line {
        line: outcome.line,
        text: outcome.text.to_string(),
        verdict: VERDICTS[verdict],
        why: outcome.why.to_string(),
    };
    Ok(Ended {
        protocol,
        title,
        seed,
        now: world.now(),
        events: counts.events,
        messages: counts.messages,
        between_replicas: counts.between_replicas,
        requests: counts.requests,
        answered: counts.completed,
        decided: world.committed(),
        trace_hash: format!("{:016x}", session.trace_hash()),
        outcomes: outcomes(&session).into_iter().map(line).collect(),
    })
}

impl Sums {
    fn of(text: &str, first: u64, count: u64) -> Result<Sums, ScenarioError> {
        let scenario = parse(text)?;
        let mut sums = Sums::default();
        for seed in (0..count).map(|place| first.wrapping_add(place)) {
            let mut session = Session::open_forgetful(scenario.with_seed(seed))?;
            session.finish();
            sums.add(seed, &session);
        }
        Ok(sums)
    }

    fn add(&mut self, seed: u64, session: &Session) {
        let (world, counts) = (session.world(), session.world().counts());
        let figures = [
            ("now", world.now()),
            ("events", counts.events.into()),
            ("messages", counts.messages.into()),
            ("between_replicas", counts.between_replicas.into()),
            ("answered", counts.completed.into()),
            ("decided", world.committed()),
        ];
        for (name, value) in figures {
            *self.counts.entry(name).or_default().entry(value).or_default() += 1;
        }
        self.runs += 1;
        self.trace_sum = self.trace_sum.wrapping_add(session.trace_hash());
        let outcomes = outcomes(session);
        for (outcome, verdict) in &outcomes {
            self.lines.entry(outcome.line).or_default()[*verdict] += 1;
        }
        let told = |outcome: &Outcome| (seed, outcome.line, outcome.why.to_string());
        if let Some((outcome, _)) = outcomes.iter().find(|(_, verdict)| matches!(verdict, 1 | 3)) {
            self.failed += 1;
            self.failures.extend(Some(told(outcome)).filter(|_| self.failures.len() < MOST_NAMED));
        } else if let Some((outcome, _)) = outcomes.iter().find(|(_, verdict)| *verdict == 2) {
            self.undecided += 1;
            self.open.extend(Some(told(outcome)).filter(|_| self.open.len() < MOST_NAMED));
        }
    }
}

/// Carries a scenario out to its end, with another seed where one is given.
#[pyfunction]
#[pyo3(signature = (text, seed = None))]
pub fn carry_out<'py>(py: Python<'py>, text: &str, seed: Option<u64>) -> PyResult<Bound<'py, PyAny>> {
    let ended = py.detach(|| ended(text, seed)).map_err(|error| mistake(py, &error))?;
    shown(py, &ended)
}

/// Carries a scenario out for each of `count` seeds from `first` on, and adds up what came of it. Other threads of Python go on
/// meanwhile.
#[pyfunction]
pub fn carry_out_seeds<'py>(py: Python<'py>, text: &str, first: u64, count: u64) -> PyResult<Bound<'py, PyAny>> {
    let sums = py.detach(|| Sums::of(text, first, count)).map_err(|error| mistake(py, &error))?;
    shown(py, &sums)
}

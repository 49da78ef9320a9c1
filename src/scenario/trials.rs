//! Expectations that are tried with other seeds: `expect leader in 9 of 10 seeds`. Each of the runs is the script up to that
//! line with the next seed; the lines of this kind before it are left out of it. They are carried out a few steps in a
//! tick, so that whoever calls in slices can look up in between.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::condition::Miss;
use super::expect::{Expect, Seeds};
use super::moment::Moment;
use super::print::print;
use super::{Line, Scenario, Statement, When};
use crate::checker;
use crate::kernel::data::limits::MOST_TICKS;
use crate::kernel::{Time, Trace};

/// How many steps of the other runs are taken in a tick.
const STEPS: u32 = 64;
/// How many steps all runs of one line may take together.
const MOST_STEPS: u64 = 10 * MOST_TICKS as u64;
/// How many results are kept.
const KEPT: usize = 64;

/// What has come of lines that were tried, by the script up to there: whoever goes back and on again waits once.
pub(super) type Results = Rc<RefCell<BTreeMap<String, Tally>>>;

/// In how many runs it held.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    /// The seed of the first run.
    first: u64,
    /// How many were carried out.
    done: u32,
    held: u32,
    /// The first run in which it did not hold, and why.
    missed: Option<(u64, Rc<str>)>,
}

impl Tally {
    /// It in words.
    fn words(&self) -> String {
        let Tally { first, done, held, missed } = self;
        let last = first.wrapping_add(u64::from(done.saturating_sub(1)));
        let runs = format!("it held in {held} of {done} runs, with seeds {first} to {last}");
        match missed {
            Some((seed, why)) => format!("{runs}; with seed {seed}: {why}"),
            None => runs,
        }
    }

    /// What it says of an expectation, in words. Errors: it held in too few.
    pub fn judge(&self, seeds: Seeds) -> Result<String, Miss> {
        if self.held >= seeds.least {
            return Ok(self.words());
        }
        let all = if self.done < seeds.of { ": more would take too many steps" } else { "" };
        Err(Miss { saw: self.words() + all, undecided: false })
    }
}

/// A line that is being tried.
#[derive(Clone)]
pub(super) struct Trial {
    key: Rc<str>,
    /// What is carried out, but for its seed.
    script: Rc<Scenario>,
    tally: Tally,
    steps: u64,
    /// The run that is under way.
    run: Option<(Rc<Scenario>, Box<Moment>)>,
}

impl Trial {
    /// Before the first run.
    pub fn new(scenario: &Scenario, line: &Line, expect: &Expect) -> Self {
        let place = scenario.lines.iter().position(|other| other.uid == line.uid).unwrap_or(scenario.lines.len());
        let tried = |line: &&Line| !matches!(&line.statement, Statement::Expect(expect) if expect.seeds.is_some());
        let mut lines: Vec<_> = scenario.lines[..place].iter().filter(tried).cloned().collect();
        let here = Expect { seeds: None, ..expect.clone() };
        lines.push(Line { statement: Statement::Expect(here), ..line.clone() });
        let script = Scenario { lines, tail: Vec::new(), entry: scenario.entry };
        let tally = Tally { first: script.setup().seed, done: 0, held: 0, missed: None };
        let of = expect.seeds.map_or(0, |seeds| seeds.of);
        let key = format!("{of} {}", print(&script)).into();
        Trial { key, script: Rc::new(script), tally, steps: 0, run: None }
    }

    /// What has come of it before.
    pub fn known(&self, results: &Results) -> Option<Tally> {
        results.borrow().get(&*self.key).cloned()
    }

    /// Goes on for some steps. Gives what has come of it once all runs are over.
    pub fn go_on(&mut self, seeds: Seeds, results: &Results) -> Option<Tally> {
        for _ in 0..STEPS {
            if self.tally.done >= seeds.of || self.steps >= MOST_STEPS {
                let mut results = results.borrow_mut();
                if results.len() >= KEPT {
                    results.clear();
                }
                results.insert(self.key.to_string(), self.tally.clone());
                return Some(self.tally.clone());
            }
            self.step();
        }
        None
    }

    fn step(&mut self) {
        self.steps += 1;
        let seed = self.tally.first.wrapping_add(u64::from(self.tally.done));
        let Some((scenario, mut moment)) = self.run.take().or_else(|| begin(&self.script, seed)) else {
            return self.over(seed, Err("the replicas can't be set up with this seed".into()));
        };
        if moment.is_stuck(&scenario) || moment.tick(&scenario, Time::MAX, &mut Trace::forgetful()).is_none() {
            return self.over(seed, Err("the line was not reached".into()));
        }
        if moment.cursor < scenario.lines.len() {
            self.run = Some((scenario, moment));
            return;
        }
        let outcome = moment.outcomes.last().map(|outcome| (outcome.ok, outcome.why.clone()));
        self.over(
            seed,
            match outcome {
                Some((true, _)) => Ok(()),
                Some((false, why)) => Err(why),
                None => Err("the line was not reached".into()),
            },
        );
    }

    fn over(&mut self, seed: u64, result: Result<(), Rc<str>>) {
        self.tally.done += 1;
        match result {
            Ok(()) => self.tally.held += 1,
            Err(why) => self.tally.missed = self.tally.missed.take().or(Some((seed, why))),
        }
    }
}

/// A run with a seed, at its beginning.
fn begin(script: &Scenario, seed: u64) -> Option<(Rc<Scenario>, Box<Moment>)> {
    let scenario = script.with_seed(seed);
    let setup = scenario.setup();
    let mut world = (scenario.entry.open)(&setup, &mut Trace::forgetful()).ok()?;
    checker::watch(&mut world, !setup.disks.is_empty());
    let moment = Moment::new(world, &scenario);
    Some((Rc::new(scenario), Box::new(moment)))
}

impl Scenario {
    /// The same with another seed.
    pub fn with_seed(&self, seed: u64) -> Scenario {
        let mut scenario = self.clone();
        let statement = Statement::Seed(seed);
        match scenario.lines.iter_mut().find(|line| matches!(line.statement, Statement::Seed(_))) {
            Some(line) => line.statement = statement,
            None => {
                let (above, beside, when) = (Vec::new(), None, When::Now);
                scenario.lines.insert(1, Line { number: 0, uid: 0, above, beside, when, statement });
            }
        }
        scenario
    }
}

//! The restaurant vote over many trials, in a closed loop without a network: the same pure functions as the agents in
//! [`crate::protocols::restaurant_vote`] use, and on a network that loses nothing and delays little the same rounds and winners.
//!
//! ```
//! use consensus_playground::challenge::{Closed, trials};
//! use consensus_playground::kernel::{Options, ReadOptions};
//! use consensus_playground::protocols::restaurant_vote::Config;
//!
//! // Five favourites, random votes, majority.
//! let config = Config::read(5, &Options::default())?;
//! let results = trials(&Closed::honest(config), 0..1_000)?;
//! assert_eq!(results.agreed + results.never, 1_000);
//! # Ok::<(), String>(())
//! ```

mod liars;
mod table;

use std::ops::Range;

use crate::kernel::{Action, Behaviour, NodeId, ReadOptions, Selector};
use crate::protocols::restaurant_vote::Config;
use crate::protocols::restaurant_vote::strategy::{Place, Strategy};
use crate::scenario::{Scenario, Statement, When};
use table::Table;

/// The ways to misbehave that need no network: agents that say something to everybody, true or not.
pub const WAYS: &[&str] = &["random", "stubborn", "contrarian", "equivocate", "collude", "agree", "conceal"];

/// What is tried.
#[derive(Clone, Debug)]
pub struct Closed {
    /// Who votes, how, and on what.
    pub config: Config,
    /// How each agent misbehaves, from agent 1 on, for the whole trial; may be shorter than there are agents.
    pub byzantine: Vec<Option<Behaviour>>,
}

impl Closed {
    /// A vote without liars.
    pub fn honest(config: Config) -> Self {
        Closed { config, byzantine: Vec::new() }
    }

    /// The vote of a scenario: its options, and who is Byzantine from the beginning. What it expects, how long it runs and
    /// further dinners don't matter. Errors: a sentence, where it is no restaurant vote, or about the first line that
    /// does something else to the run, for a closed loop has no network.
    pub fn read(scenario: &Scenario) -> Result<Self, String> {
        if scenario.entry.descriptor.id != "restaurant-vote" {
            return Err(format!(
                "{} has no closed loop: only the restaurant vote has one",
                scenario.entry.descriptor.name
            ));
        }
        let setup = scenario.setup();
        let config = Config::read(setup.replicas, &setup.options)?;
        let mut byzantine = vec![None; config.agents()];
        let mut begun = false;
        for line in &scenario.lines {
            let Statement::Action(act) = &line.statement else {
                begun |= matches!(line.statement, Statement::Run(_) | Statement::Settle(_));
                continue;
            };
            match act {
                Action::Byzantine { replica, behaviour } if !begun && matches!(line.when, When::Now | When::At(0)) => {
                    for (agent, way) in byzantine.iter_mut().enumerate() {
                        if matches!(replica, Selector::All) || *replica == Selector::Node(NodeId::replica(agent + 1)) {
                            *way = Some(behaviour.clone());
                        }
                    }
                }
                Action::Request { .. } | Action::Workload { .. } => {}
                _ => {
                    return Err(format!(
                        "line {}: a closed loop has no network and no faults but Byzantine agents from the start",
                        line.number
                    ));
                }
            }
        }
        let closed = Closed { config, byzantine };
        check(&closed).map(|()| closed)
    }

    /// Whether an agent (from 0) is Byzantine.
    pub fn lies(&self, agent: usize) -> bool {
        self.byzantine.get(agent).is_some_and(Option::is_some)
    }
}

/// How one trial ended. Only what agents said that are not Byzantine is told here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ending {
    /// The round in which the last agent decided; `None` where some agent gave up.
    pub rounds: Option<u64>,
    /// What each agent decided, from agent 1 on.
    pub decided: Vec<Option<Place>>,
}

/// What many trials gave. All counts, so that parts of a long measurement can be added up.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Results {
    /// How many trials.
    pub trials: u64,
    /// How many ended after so many rounds: place r − 1 for r rounds.
    pub rounds: Vec<u64>,
    /// In how many some agent gave up.
    pub never: u64,
    /// In how many all decided, and decided the same.
    pub agreed: u64,
    /// In how many two agents decided differently: agreement is broken.
    pub disagreed: u64,
    /// How often all went to this restaurant, by place on the menu.
    pub winners: Vec<u64>,
    /// Each agent's rating of what it decided (0 where it gave up), in thousandths of a point, summed over all trials.
    pub satisfaction: Vec<u64>,
}

impl Results {
    /// Empty results for this vote.
    pub fn empty(config: &Config) -> Self {
        Results {
            rounds: vec![0; config.max_rounds as usize],
            winners: vec![0; config.menu.len()],
            satisfaction: vec![0; config.agents()],
            ..Results::default()
        }
    }

    /// The share of trials in which all agreed, in parts per million.
    pub fn agreement_rate(&self) -> u64 {
        self.agreed * 1_000_000 / self.trials.max(1)
    }

    /// Adds the results of other trials of the same vote.
    pub fn add(&mut self, other: &Results) {
        let sum = |mine: &mut [u64], theirs: &[u64]| mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        sum(&mut self.rounds, &other.rounds);
        sum(&mut self.winners, &other.winners);
        sum(&mut self.satisfaction, &other.satisfaction);
        self.trials += other.trials;
        self.never += other.never;
        self.agreed += other.agreed;
        self.disagreed += other.disagreed;
    }
}

/// Runs one trial; `seed` stands for the scenario's seed and for the option `strategy-seed`. Errors: as [`trials`].
pub fn trial(closed: &Closed, seed: u64) -> Result<Ending, String> {
    check(closed)?;
    let mut table = Table::new(closed);
    let rounds = table.run(seed);
    let decided = (0..closed.config.agents()).map(|agent| table.decided(agent)).collect();
    Ok(Ending { rounds, decided })
}

/// Runs a trial of the first dinner for each seed. Errors: a sentence, where an agent's votes come from outside, for
/// that needs the outside, or where one misbehaves in a way that is not among [`WAYS`].
pub fn trials(closed: &Closed, seeds: Range<u64>) -> Result<Results, String> {
    check(closed)?;
    let mut table = Table::new(closed);
    let mut results = Results::empty(&closed.config);
    for seed in seeds {
        let rounds = table.run(seed);
        note(&mut results, &table, closed, rounds);
    }
    Ok(results)
}

/// What each of many trials gave, column by column: what a page needs to draw, to compare trial by trial and to save.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Columns {
    /// After how many rounds the last agent that is not Byzantine had decided; 0 where one gave up.
    pub rounds: Vec<u16>,
    /// What each agent decided, trial by trial and agent by agent: a place on the menu, [`Columns::NOTHING`] where it gave up.
    pub decided: Vec<u8>,
}

impl Columns {
    /// No place on the menu.
    pub const NOTHING: u8 = u8::MAX;
    /// So many trials fill 2 MB for their rounds, and 1 MB for each agent: more are to be run in several parts.
    pub const MOST: u64 = 1_000_000;
}

/// As [`trials`], each trial told apart. Errors: besides, where these are more than [`Columns::MOST`].
pub fn columns(closed: &Closed, seeds: Range<u64>) -> Result<Columns, String> {
    check(closed)?;
    if seeds.end.saturating_sub(seeds.start) > Columns::MOST {
        return Err(format!(
            "{} trials are too many at once: run at most {} at a time",
            seeds.end - seeds.start,
            Columns::MOST
        ));
    }
    let mut table = Table::new(closed);
    let mut columns = Columns::default();
    for seed in seeds {
        columns.rounds.push(table.run(seed).unwrap_or(0) as u16);
        for agent in 0..closed.config.agents() {
            columns.decided.push(table.decided(agent).unwrap_or(Columns::NOTHING));
        }
    }
    Ok(columns)
}

fn check(closed: &Closed) -> Result<(), String> {
    for (place, profile) in closed.config.profiles.iter().enumerate() {
        if profile.strategy == Strategy::External {
            return Err(format!("agent {} votes as it is told from outside", place + 1));
        }
    }
    for (place, behaviour) in closed.byzantine.iter().enumerate() {
        if let Some(behaviour) = behaviour.as_ref().filter(|behaviour| !WAYS.contains(&behaviour.name())) {
            let (agent, name) = (place + 1, behaviour.name());
            return Err(format!("agent {agent} is {name}, which needs a network: here it can be {}", WAYS.join(", ")));
        }
    }
    Ok(())
}

fn note(results: &mut Results, table: &Table, closed: &Closed, rounds: Option<u64>) {
    results.trials += 1;
    match rounds {
        Some(rounds) => results.rounds[rounds as usize - 1] += 1,
        None => results.never += 1,
    }
    let (mut first, mut same) = (None, true);
    for (agent, profile) in closed.config.profiles.iter().enumerate() {
        let Some(place) = table.decided(agent).filter(|_| !closed.lies(agent)) else { continue };
        results.satisfaction[agent] += u64::from(profile.ratings[place as usize]);
        same &= first.is_none_or(|first| first == place);
        first = Some(place);
    }
    match first {
        _ if !same => results.disagreed += 1,
        Some(place) if rounds.is_some() => {
            results.agreed += 1;
            results.winners[place as usize] += 1;
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;

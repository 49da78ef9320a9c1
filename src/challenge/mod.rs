//! The restaurant vote over many trials, in a closed loop without a network: the same pure functions as the agents in
//! [`crate::protocols::restaurant_vote`] use, and on a network that loses nothing and delays little the same rounds and winners.
//!
//! ```
//! use consensus_playground::challenge::{Closed, trials};
//! use consensus_playground::kernel::Options;
//! use consensus_playground::protocols::restaurant_vote::Config;
//!
//! let config = Config::read(5, &Options::default())?; // five favourites, random votes, majority
//! let results = trials(&Closed::honest(config), 0..1_000)?;
//! assert_eq!(results.agreed + results.never, 1_000);
//! # Ok::<(), String>(())
//! ```

mod table;

use std::ops::Range;

use crate::protocols::restaurant_vote::Config;
use crate::protocols::restaurant_vote::strategy::{Place, Strategy};
use table::Table;

/// What is tried.
#[derive(Clone, Debug)]
pub struct Closed {
    /// Who votes, how, and on what.
    pub config: Config,
    /// Agents (bit i − 1 for agent i) that tell everybody any restaurant of the menu, at random, whatever they think.
    pub byzantine: u32,
}

impl Closed {
    /// A vote without liars.
    pub fn honest(config: Config) -> Self {
        Closed { config, byzantine: 0 }
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

/// Runs one trial; `seed` stands for the option `strategy-seed`. Errors: as [`trials`].
pub fn trial(closed: &Closed, seed: u64) -> Result<Ending, String> {
    check(closed)?;
    let mut table = Table::new(closed);
    let rounds = table.run(seed);
    let decided = (0..closed.config.agents()).map(|agent| table.decided(agent)).collect();
    Ok(Ending { rounds, decided })
}

/// Runs a trial of the first dinner for each seed. Errors: a sentence, where an agent's votes come from outside, for
/// that needs the outside.
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

fn check(closed: &Closed) -> Result<(), String> {
    let outside = closed.config.profiles.iter().position(|profile| profile.strategy == Strategy::External);
    outside.map_or(Ok(()), |place| Err(format!("agent {} votes as it is told from outside", place + 1)))
}

fn note(results: &mut Results, table: &Table, closed: &Closed, rounds: Option<u64>) {
    results.trials += 1;
    match rounds {
        Some(rounds) => results.rounds[rounds as usize - 1] += 1,
        None => results.never += 1,
    }
    let (mut first, mut same) = (None, true);
    for (agent, profile) in closed.config.profiles.iter().enumerate() {
        let Some(place) = table.decided(agent).filter(|_| closed.byzantine >> agent & 1 == 0) else { continue };
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

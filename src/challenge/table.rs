//! The agents around one table: one trial, on lists that are used over and over, for it runs hundreds of thousands of times
//! a second.

use super::liars::{Decision, Liars, Said};
use super::{Closed, Place};
use crate::protocols::restaurant_vote::Config;
use crate::protocols::restaurant_vote::config::{MOST_AGENTS, strategy_draw, strategy_key};
use crate::protocols::restaurant_vote::decision_rule::count;
use crate::protocols::restaurant_vote::strategy::{
    Change, Choice, Lead, Rating, Strategy, Ties, any, average, conform, favourite, present, vote,
};

pub(super) type Heard = Vec<Option<Place>>;

/// A table of agents. Lists are by agent, from agent 1 on.
pub(super) struct Table<'a> {
    config: &'a Config,
    agents: usize,
    strategies: Vec<Strategy>,
    changes: Vec<Change>,
    hears: Vec<u32>,
    favourites: Vec<Place>,
    /// Whether everybody hears everybody.
    everybody: bool,
    /// Whether all agents hear the same, so that they all decide at once or not at all, and counting once is enough.
    shared: bool,
    /// Whether somebody may change its mind.
    changing: bool,
    /// What each agent's random votes are drawn from.
    keys: Vec<u64>,
    /// What the common coin is drawn from.
    coins: u64,
    round: u64,
    preferences: Vec<Place>,
    /// How each rates the menu; touched only where ratings are averaged.
    ratings: Vec<Vec<Rating>>,
    /// The sums of the ratings that each heard, and how many these were; where all hear the same, only the first one's.
    sums: Vec<Vec<Rating>>,
    raters: Vec<u32>,
    /// What each said before Byzantine ones lied about it.
    proposals: Heard,
    votes: Heard,
    /// What one of them hears of that.
    heard: Heard,
    /// The votes for each restaurant.
    tally: Vec<u16>,
    decided: Vec<Decision>,
    liars: Liars<'a>,
}

/// A list with one place for each agent.
fn each<T>(config: &Config, of: impl FnMut(usize) -> T) -> Vec<T> {
    (0..config.agents()).map(of).collect()
}

impl<'a> Table<'a> {
    pub fn new(closed: &'a Closed) -> Self {
        let config = &closed.config;
        let (agents, profiles, nothing) = (config.agents(), &config.profiles, || each(config, |_| None));
        let everybody = (0..agents).all(|agent| config.electorate(agent) == agents);
        let liars = Liars::new(closed);
        Table {
            config,
            agents,
            strategies: each(config, |agent| profiles[agent].strategy),
            changes: each(config, |agent| profiles[agent].change),
            hears: config.hears.clone(),
            favourites: each(config, |agent| profiles[agent].favourite),
            everybody,
            shared: everybody && liars.len() == 0,
            changing: profiles.iter().any(|profile| profile.change != Change::Stubborn),
            keys: each(config, |_| 0),
            coins: 0,
            round: 0,
            preferences: each(config, |_| 0),
            ratings: each(config, |agent| profiles[agent].ratings.clone()),
            sums: each(config, |agent| profiles[agent].ratings.clone()),
            raters: each(config, |_| 0),
            proposals: nothing(),
            votes: nothing(),
            heard: nothing(),
            tally: vec![0; config.menu.len()],
            decided: each(config, |_| None),
            liars,
        }
    }

    /// What an agent (from 0) decided in the last trial.
    pub fn decided(&self, agent: usize) -> Option<Place> {
        self.decided[agent].map(|(_, place)| place)
    }

    /// Runs a trial. Gives the round in which the last agent decided that is not Byzantine.
    pub fn run(&mut self, seed: u64) -> Option<u64> {
        self.liars.begin(seed);
        self.decided.fill(None);
        self.preferences.copy_from_slice(&self.favourites);
        for (agent, key) in self.keys.iter_mut().enumerate() {
            *key = strategy_key(seed, agent, 1);
        }
        if self.config.averaging {
            for (ratings, profile) in self.ratings.iter_mut().zip(&self.config.profiles) {
                ratings.copy_from_slice(&profile.ratings);
            }
        }
        self.coins = strategy_key(seed, MOST_AGENTS, 1);
        for round in 1..=self.config.max_rounds {
            self.round = round;
            let done = if self.shared {
                self.vote_alike();
                self.count_once()
            } else {
                self.propose();
                self.vote();
                self.count()
            };
            if done {
                return Some(round);
            }
        }
        None
    }

    // --- all hear the same -------------------------------------------------------------------------------------

    fn vote_alike(&mut self) {
        for (proposal, preference) in self.proposals.iter_mut().zip(&self.preferences) {
            *proposal = Some(*preference);
        }
        for agent in 0..self.agents {
            self.votes[agent] = self.choose(agent, &self.proposals, self.agents);
        }
    }

    /// Counts for all. Says whether they have decided.
    fn count_once(&mut self) -> bool {
        let lead = self.lead(true);
        let decides = self.config.rule.accepts(self.agents, &lead);
        if decides {
            self.decided.fill(Some((self.round as u16, lead.place)));
        } else if self.changing {
            if self.config.averaging {
                self.sum(0);
            }
            for agent in 0..self.agents {
                self.change_mind(agent, &lead, 0);
            }
        }
        decides
    }

    // --- each hears something else -----------------------------------------------------------------------------

    /// An agent that has decided proposes and votes that; it does neither afresh.
    fn propose(&mut self) {
        for agent in 0..self.agents {
            self.proposals[agent] = Some(match self.decided[agent] {
                Some((_, place)) => place,
                None => self.preferences[agent],
            });
        }
        for liar in 0..self.liars.len() {
            let agent = self.liars.agent(liar);
            if self.decided[agent].is_none() {
                self.liars.tell(liar, self.round, Said::Proposal, self.proposals[agent], None);
            }
        }
    }

    fn vote(&mut self) {
        let mut first = true;
        for agent in 0..self.agents {
            if let Some((_, place)) = self.decided[agent] {
                self.votes[agent] = Some(place);
                continue;
            }
            self.hear(agent, false, first);
            first = false;
            self.votes[agent] = self.choose(agent, &self.heard, present(&self.heard));
            if let Some(liar) = self.liars.find(agent) {
                self.liars.consider(liar, self.votes[agent], &self.heard);
            }
        }
        // Only now, for until now what they proposed was looked at.
        for liar in 0..self.liars.len() {
            let agent = self.liars.agent(liar);
            if self.decided[agent].is_none() {
                let rarest = self.liars.rarest(liar);
                self.liars.tell(liar, self.round, Said::Vote, self.votes[agent], rarest);
            }
        }
    }

    /// What `me` hears of the votes, or of the proposals. Where everybody hears everybody, only what liars say is another
    /// thing to each, and the rest stays as it was for the first.
    fn hear(&mut self, me: usize, votes: bool, first: bool) {
        let said = if votes { &self.votes } else { &self.proposals };
        let whom = self.hears[me];
        if first || !self.everybody {
            for (agent, (heard, word)) in self.heard.iter_mut().zip(said).enumerate() {
                *heard = word.filter(|_| whom >> agent & 1 == 1);
            }
        }
        for liar in 0..self.liars.len() {
            let agent = self.liars.agent(liar);
            if agent == me {
                self.heard[agent] = said[agent];
            } else if whom >> agent & 1 == 1 {
                self.heard[agent] = self.liars.heard(liar, me, self.round);
            }
        }
    }

    /// Every agent counts. Says whether all have decided that are not Byzantine.
    fn count(&mut self) -> bool {
        // Before anybody decides or changes its mind, for nobody knows yet.
        for agent in 0..self.agents {
            if self.config.averaging && self.decided[agent].is_none() {
                self.sum(agent);
            }
        }
        let (mut all, mut first) = (true, true);
        for agent in 0..self.agents {
            if self.decided[agent].is_some() {
                continue;
            }
            self.hear(agent, true, first);
            first = false;
            let lead = self.lead(false);
            if self.config.rule.accepts(self.hears[agent].count_ones() as usize, &lead) {
                self.decided[agent] = Some((self.round as u16, lead.place));
                if let Some(liar) = self.liars.find(agent) {
                    self.liars.tell(liar, self.round, Said::Decision, Some(lead.place), None);
                }
            } else {
                all &= self.liars.find(agent).is_some();
                self.change_mind(agent, &lead, agent);
            }
        }
        all
    }

    // --- one agent ---------------------------------------------------------------------------------------------

    fn choose(&self, agent: usize, proposals: &[Option<Place>], count: usize) -> Option<Place> {
        let (own, strategy) = (self.preferences[agent], self.strategies[agent]);
        if strategy == Strategy::Own {
            return Some(own);
        }
        let draw = strategy_draw(self.keys[agent], self.round);
        if strategy == Strategy::Random {
            return any(proposals, count, draw);
        }
        let (ties, ranks, ratings) = (self.config.proposal_ties, &self.config.ranks, &self.ratings[agent]);
        vote(strategy, &Choice { own, proposals, ratings, draw, ties, ranks }).0
    }

    /// What leads the votes that all cast, or that one heard.
    fn lead(&mut self, all: bool) -> Lead {
        let (votes, ties) = (if all { &self.votes } else { &self.heard }, self.config.vote_ties);
        count(votes, &mut self.tally);
        let coin = if ties == Ties::Random { strategy_draw(self.coins, self.round) } else { 0 };
        Lead::of(&self.tally, votes, ties, &self.config.ranks, coin)
    }

    fn change_mind(&mut self, me: usize, lead: &Lead, sums: usize) {
        let own = self.preferences[me];
        match self.changes[me] {
            Change::Stubborn => {}
            Change::Conform => self.preferences[me] = conform(own, lead),
            Change::Average => {
                average(&mut self.ratings[me], &self.sums[sums], self.raters[sums]);
                self.preferences[me] = favourite(&self.ratings[me], own);
            }
        }
    }

    /// Adds up the ratings that `me` heard.
    fn sum(&mut self, me: usize) {
        self.raters[me] = 0;
        self.sums[me].fill(0);
        for agent in 0..self.agents {
            // Who stands by a decision tells no ratings.
            let stands = match self.liars.find(agent) {
                Some(liar) if agent != me => self.liars.stands(liar, me, self.round),
                _ => self.decided[agent].is_some(),
            };
            if stands || self.hears[me] >> agent & 1 == 0 {
                continue;
            }
            for (sum, rating) in self.sums[me].iter_mut().zip(&self.ratings[agent]) {
                *sum += rating;
            }
            self.raters[me] += 1;
        }
    }
}

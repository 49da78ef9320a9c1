//! The agents around one table: one trial, on arrays that are used over and over. Loops stand where iterators would read
//! as well: this is what runs hundreds of thousands of times a second, compiled for few bytes.

use super::liars::{Liars, Said};
use super::{Closed, Place};
use crate::protocols::restaurant_vote::config::{MOST_AGENTS, strategy_draw, strategy_key};
use crate::protocols::restaurant_vote::rule::count;
use crate::protocols::restaurant_vote::strategy::{
    Change, Choice, Lead, MENU, Rating, Strategy, average, conform, favourite, vote,
};

pub(super) type Heard = [Option<Place>; MOST_AGENTS];
/// Which places each has decided, and in which round.
type Decided = [Option<(u64, Place)>; MOST_AGENTS];

/// A table of agents.
pub(super) struct Table<'a> {
    closed: &'a Closed,
    agents: usize,
    menu: usize,
    /// Whether all agents hear the same, so that counting once is enough.
    shared: bool,
    /// What each agent's random votes are drawn from, and in the last place the common coin.
    keys: [u64; MOST_AGENTS + 1],
    round: u64,
    preferences: [Place; MOST_AGENTS],
    /// Ratings, agent by agent; touched only where they are averaged.
    ratings: Vec<Rating>,
    new_ratings: Vec<Rating>,
    /// What each said before Byzantine ones lied about it.
    proposals: Heard,
    votes: Heard,
    decided: Decided,
    liars: Liars<'a>,
}

impl<'a> Table<'a> {
    pub fn new(closed: &'a Closed) -> Self {
        let config = &closed.config;
        let (agents, menu) = (config.agents(), config.menu.len());
        let everybody = config.hears.iter().all(|heard| heard.count_ones() as usize == agents);
        let ratings: Vec<_> = config.profiles.iter().flat_map(|profile| profile.ratings.iter().copied()).collect();
        let liars = Liars::new(closed);
        Table {
            closed,
            agents,
            menu,
            shared: everybody && liars.none(),
            keys: [0; MOST_AGENTS + 1],
            round: 0,
            preferences: [0; MOST_AGENTS],
            new_ratings: ratings.clone(),
            ratings,
            proposals: [None; MOST_AGENTS],
            votes: [None; MOST_AGENTS],
            decided: [None; MOST_AGENTS],
            liars,
        }
    }

    /// What an agent (from 0) decided in the last trial.
    pub fn decided(&self, agent: usize) -> Option<Place> {
        self.decided[agent].map(|(_, place)| place)
    }

    /// Runs a trial. Gives the round in which the last agent decided that is not Byzantine.
    pub fn run(&mut self, seed: u64) -> Option<u64> {
        let config = &self.closed.config;
        self.decided = [None; MOST_AGENTS];
        self.liars.begin(seed);
        for agent in 0..self.agents {
            let profile = &config.profiles[agent];
            self.preferences[agent] = profile.favourite;
            self.keys[agent] = strategy_key(seed, agent, 1);
            if config.averaging {
                self.ratings[agent * self.menu..][..self.menu].copy_from_slice(&profile.ratings);
            }
        }
        self.keys[MOST_AGENTS] = strategy_key(seed, MOST_AGENTS, 1);
        for round in 1..=config.max_rounds {
            self.round = round;
            self.propose();
            self.vote();
            if self.count() {
                return Some(round);
            }
        }
        None
    }

    /// An agent that has decided proposes and votes that; it does neither afresh.
    fn propose(&mut self) {
        for agent in 0..self.agents {
            self.proposals[agent] = Some(self.decided(agent).unwrap_or(self.preferences[agent]));
        }
        for liar in 0..self.liars.len() {
            let agent = self.liars.agent(liar);
            if self.decided[agent].is_none() {
                self.liars.tell(liar, self.round, Said::Proposal, self.proposals[agent], None);
            }
        }
    }

    fn vote(&mut self) {
        for agent in 0..self.agents {
            if self.shared && self.decided[agent].is_none() {
                self.votes[agent] = self.choose(agent, &self.proposals);
            } else if self.decided[agent].is_some() {
                self.votes[agent] = self.decided(agent);
            } else {
                let heard = self.heard(agent, &self.proposals);
                self.votes[agent] = self.choose(agent, &heard);
                if let Some(liar) = self.liars.find(agent) {
                    self.liars.consider(liar, self.votes[agent], &heard[..self.agents]);
                }
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

    fn choose(&self, agent: usize, heard: &Heard) -> Option<Place> {
        let config = &self.closed.config;
        let strategy = config.profiles[agent].strategy;
        if strategy == Strategy::Own {
            return Some(self.preferences[agent]);
        }
        let choice = Choice {
            own: self.preferences[agent],
            proposals: &heard[..self.agents],
            ratings: &self.ratings[agent * self.menu..][..self.menu],
            draw: strategy_draw(self.keys[agent], self.round),
            ties: config.proposal_ties,
            ranks: &config.ranks,
        };
        vote(strategy, &choice).0
    }

    /// What `me` hears of what was said.
    fn heard(&self, me: usize, said: &Heard) -> Heard {
        let mut heard = [None; MOST_AGENTS];
        for agent in 0..self.agents {
            if self.closed.config.hears(me, agent) {
                heard[agent] = match self.liars.find(agent).filter(|_| agent != me) {
                    Some(liar) => self.liars.heard(liar, me, self.round),
                    None => said[agent],
                };
            }
        }
        heard
    }

    /// Every agent counts. Says whether all have decided that are not Byzantine.
    fn count(&mut self) -> bool {
        let config = &self.closed.config;
        let (before, mut all) = (self.decided, true);
        let mut lead = None;
        for agent in 0..self.agents {
            if before[agent].is_some() {
                continue;
            }
            let lead = match lead {
                Some(lead) if self.shared => lead,
                _ if self.shared => *lead.insert(self.lead(&self.votes)),
                _ => self.lead(&self.heard(agent, &self.votes)),
            };
            if config.rule.accepts(config.electorate(agent), &lead) {
                self.decided[agent] = Some((self.round, lead.place));
                if let Some(liar) = self.liars.find(agent) {
                    self.liars.tell(liar, self.round, Said::Decision, Some(lead.place), None);
                }
            } else {
                all &= self.liars.find(agent).is_some();
                self.change_mind(agent, &lead, &before);
            }
        }
        if config.averaging {
            std::mem::swap(&mut self.ratings, &mut self.new_ratings);
        }
        all
    }

    fn lead(&self, votes: &Heard) -> Lead {
        let (config, mut tally) = (&self.closed.config, [0; MENU]);
        let (votes, tally) = (&votes[..self.agents], &mut tally[..self.menu]);
        count(votes, tally);
        let coin = strategy_draw(self.keys[MOST_AGENTS], self.round);
        Lead::of(tally, votes, config.vote_ties, &config.ranks, coin)
    }

    fn change_mind(&mut self, me: usize, lead: &Lead, before: &Decided) {
        let own = self.preferences[me];
        let mine = me * self.menu..(me + 1) * self.menu;
        if self.closed.config.averaging {
            self.new_ratings[mine.clone()].copy_from_slice(&self.ratings[mine.clone()]);
        }
        match self.closed.config.profiles[me].change {
            Change::Stubborn => {}
            Change::Conform => self.preferences[me] = conform(own, lead),
            Change::Average => {
                let (mut sums, mut heard) = ([0u64; MENU], 0);
                for agent in 0..self.agents {
                    if self.rates(agent, me, before) {
                        heard += 1;
                        for (sum, rating) in sums.iter_mut().zip(&self.ratings[agent * self.menu..][..self.menu]) {
                            *sum += u64::from(*rating);
                        }
                    }
                }
                average(&mut self.new_ratings[mine.clone()], &sums[..self.menu], heard);
                self.preferences[me] = favourite(&self.new_ratings[mine], own);
            }
        }
    }

    /// Whether `me` heard the ratings of an agent in this round: one that stands by a decision told none.
    fn rates(&self, agent: usize, me: usize, before: &Decided) -> bool {
        let stands = match self.liars.find(agent).filter(|_| agent != me) {
            Some(liar) => self.liars.stands(liar, me, self.round),
            None => before[agent].is_some(),
        };
        !stands && self.closed.config.hears(me, agent)
    }
}

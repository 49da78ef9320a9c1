//! The agents around one table: one trial, on arrays that are used over and over.

use super::Closed;
use crate::kernel::hash::{below, draw};
use crate::protocols::restaurant_vote::config::{MOST_AGENTS, strategy_draw};
use crate::protocols::restaurant_vote::rule::count;
use crate::protocols::restaurant_vote::strategy::{Change, MENU, Place, Rating, average, conform, favourite, vote};

type Heard = [Option<Place>; MOST_AGENTS];

/// What a Byzantine agent's claims are drawn for.
#[derive(Clone, Copy)]
enum Claim {
    Proposal,
    Vote,
    Decision,
}

/// A table of agents.
pub(super) struct Table<'a> {
    closed: &'a Closed,
    agents: usize,
    menu: usize,
    /// Whether all agents hear the same, so that counting once is enough.
    shared: bool,
    seed: u64,
    round: u64,
    preferences: [Place; MOST_AGENTS],
    /// Ratings, agent by agent; touched only where they are averaged.
    ratings: Vec<Rating>,
    new_ratings: Vec<Rating>,
    /// What each said before Byzantine ones lied about it.
    proposals: Heard,
    votes: Heard,
    /// What each has decided, and in which round.
    decided: [Option<(u64, Place)>; MOST_AGENTS],
}

impl<'a> Table<'a> {
    pub fn new(closed: &'a Closed) -> Self {
        let config = &closed.config;
        let (agents, menu) = (config.agents(), config.menu.len());
        let everybody = config.hears.iter().all(|heard| heard.count_ones() as usize == agents);
        let ratings: Vec<_> = config.profiles.iter().flat_map(|profile| profile.ratings.iter().copied()).collect();
        Table {
            closed,
            agents,
            menu,
            shared: everybody && closed.byzantine == 0,
            seed: 0,
            round: 0,
            preferences: [0; MOST_AGENTS],
            new_ratings: ratings.clone(),
            ratings,
            proposals: [None; MOST_AGENTS],
            votes: [None; MOST_AGENTS],
            decided: [None; MOST_AGENTS],
        }
    }

    /// What an agent (from 0) decided in the last trial.
    pub fn decided(&self, agent: usize) -> Option<Place> {
        self.decided[agent].map(|(_, place)| place)
    }

    /// Runs a trial. Gives the round in which the last agent decided that is not Byzantine.
    pub fn run(&mut self, seed: u64) -> Option<u64> {
        let config = &self.closed.config;
        self.seed = seed;
        self.decided = [None; MOST_AGENTS];
        for (agent, profile) in config.profiles.iter().enumerate() {
            self.preferences[agent] = profile.favourite;
            if config.change == Change::Average {
                self.ratings[agent * self.menu..][..self.menu].copy_from_slice(&profile.ratings);
            }
        }
        for round in 1..=config.max_rounds {
            self.round = round;
            self.propose();
            self.vote();
            self.count();
            if (0..self.agents).all(|agent| self.decided[agent].is_some() || self.lies(agent)) {
                return Some(round);
            }
        }
        None
    }

    fn lies(&self, agent: usize) -> bool {
        self.closed.byzantine >> agent & 1 == 1
    }

    /// An agent that has decided proposes and votes that; it does neither afresh.
    fn propose(&mut self) {
        for agent in 0..self.agents {
            self.proposals[agent] = Some(self.decided(agent).unwrap_or(self.preferences[agent]));
        }
    }

    fn vote(&mut self) {
        let config = &self.closed.config;
        for agent in 0..self.agents {
            if let Some((_, place)) = self.decided[agent] {
                self.votes[agent] = Some(place);
                continue;
            }
            let draw = strategy_draw(self.seed, agent, 1, self.round);
            let ratings = &self.ratings[agent * self.menu..][..self.menu];
            let (strategy, own) = (config.profiles[agent].strategy, self.preferences[agent]);
            self.votes[agent] = if self.shared {
                vote(strategy, own, &self.proposals[..self.agents], ratings, draw)
            } else {
                let heard = self.heard(agent, &self.proposals, Claim::Proposal);
                vote(strategy, own, &heard[..self.agents], ratings, draw)
            };
        }
    }

    /// What `me` hears of what was said.
    fn heard(&self, me: usize, said: &Heard, claim: Claim) -> Heard {
        let mut heard = [None; MOST_AGENTS];
        for agent in (0..self.agents).filter(|&agent| self.closed.config.hears(me, agent)) {
            heard[agent] = if agent != me && self.lies(agent) { self.lie(agent, me, claim) } else { said[agent] };
        }
        heard
    }

    /// Any restaurant, drawn for this listener; once it claims to have decided, it stays with what it claimed.
    fn lie(&self, liar: usize, to: usize, claim: Claim) -> Option<Place> {
        let (claim, round) = match self.decided[liar] {
            Some((round, _)) if round < self.round => (Claim::Decision, round),
            _ => (claim, self.round),
        };
        let stream = 0x5_0000_0000 | (liar as u64) << 16 | (to as u64) << 8 | claim as u64;
        Some(below(draw(self.seed, stream, round), self.menu as u64) as Place)
    }

    fn count(&mut self) {
        let mut tally = [0; MENU];
        let before = self.decided;
        for agent in 0..self.agents {
            if before[agent].is_some() {
                continue;
            }
            if !self.shared {
                let heard = self.heard(agent, &self.votes, Claim::Vote);
                count(&heard[..self.agents], &mut tally[..self.menu]);
            } else if agent == 0 {
                count(&self.votes[..self.agents], &mut tally[..self.menu]);
            }
            let config = &self.closed.config;
            match config.rule.decide(config.electorate(agent), &tally[..self.menu]) {
                Some(place) => self.decided[agent] = Some((self.round, place)),
                None => self.change_mind(agent, &tally, &before),
            }
        }
        if self.closed.config.change == Change::Average {
            std::mem::swap(&mut self.ratings, &mut self.new_ratings);
        }
    }

    fn change_mind(&mut self, me: usize, tally: &[u16; MENU], before: &[Option<(u64, Place)>; MOST_AGENTS]) {
        let own = self.preferences[me];
        match self.closed.config.change {
            Change::Stubborn => {}
            Change::Conform => self.preferences[me] = conform(own, &tally[..self.menu]),
            Change::Average => {
                let (mut sums, mut heard) = ([0u64; MENU], 0);
                for agent in 0..self.agents {
                    if before[agent].is_none() && self.closed.config.hears(me, agent) {
                        heard += 1;
                        let ratings = &self.ratings[agent * self.menu..][..self.menu];
                        sums.iter_mut().zip(ratings).for_each(|(sum, rating)| *sum += u64::from(*rating));
                    }
                }
                let mine = me * self.menu..(me + 1) * self.menu;
                self.new_ratings[mine.clone()].copy_from_slice(&self.ratings[mine.clone()]);
                average(&mut self.new_ratings[mine.clone()], &sums[..self.menu], heard);
                self.preferences[me] = favourite(&self.new_ratings[mine], own);
            }
        }
    }
}

//! An agent: what it remembers and how it goes through the rounds, in the order of the exercise: propose, vote, decide.

use std::rc::Rc;

use super::config::{Config, MOST_AGENTS, Restaurant, common_coin, strategy_draw, strategy_key};
use super::decision_rule;
use super::message::{Call, Message};
use super::rules::Rule;
use super::strategy::{self, Change, Choice, Lead, MENU, Place, Rating, Strategy};
use super::{RestaurantVote, Timer};
use crate::kernel::{self, Context, MS, NodeId, PersistentVec};

/// Where an agent stands.
#[derive(kernel::Choice, Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Phase {
    /// Before its first round.
    #[default]
    Waiting,
    /// Collects proposals.
    Proposing,
    /// Collects votes.
    Voting,
    /// Between two rounds.
    Thinking,
    /// Has decided this dinner.
    Decided,
    /// Has given this dinner up.
    GivenUp,
}

impl Phase {
    /// Whether this dinner is over for the agent.
    pub fn done(self) -> bool {
        matches!(self, Phase::Decided | Phase::GivenUp)
    }
}

/// A proposal that came in: where to, and the ratings that came with it.
pub type Proposal = (Restaurant, Option<Rc<[Rating]>>);

/// What an agent said in one round.
#[derive(Clone, Hash, Debug, Default)]
pub struct Said {
    /// Its proposal.
    pub proposal: Option<Proposal>,
    /// Its vote; the inner `None` is an abstention.
    pub vote: Option<Option<Restaurant>>,
}

/// What is known of one agent's doing in the present dinner.
#[derive(Clone, Hash, Debug, Default)]
pub struct Seat {
    /// This round.
    pub now: Said,
    /// Later ones, of which it may already speak: one that hears only agents that decided, or that say so, waits for nobody.
    pub later: Vec<(u64, Said)>,
    /// Its proposal for the first round of the next dinner.
    pub tomorrow: Option<Proposal>,
    /// That it said to have decided this dinner: in which round, and for what.
    pub standing: Option<(u64, Restaurant)>,
}

/// What an agent loses in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// Which dinner, from 1.
    pub dinner: u64,
    /// Which round of it, from 1; 0 before the first.
    pub round: u64,
    /// Where it stands.
    pub phase: Phase,
    /// What it likes best now.
    pub preference: Place,
    /// How it rates the menu now.
    pub ratings: Rc<[Rating]>,
    /// All agents, from agent 1 on, itself included.
    pub seats: Vec<Seat>,
    /// Clients that want to hear how a dinner ends: this one or a later one.
    pub askers: Vec<(NodeId, u64)>,
    /// The question that is open, and what it is about.
    pub asking: Option<(Call, Rc<str>)>,
}

/// What survives a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct Disk {
    /// The dinner of the last vote.
    pub dinner: u64,
    /// The rounds in which this agent voted in that dinner, and its votes.
    pub votes: PersistentVec<(u64, Option<Restaurant>)>,
    /// How the dinners ended, from the first: in which round and where; `None` where it gave up or was not there.
    pub results: PersistentVec<(u64, Option<Restaurant>)>,
    /// Its preference at its last vote.
    pub preference: Option<(Place, Rc<[Rating]>)>,
}

impl Disk {
    /// How a dinner ended, where it is over and was decided: in which round and where.
    pub fn result(&self, dinner: u64) -> Option<(u64, Restaurant)> {
        let (round, restaurant) = self.results.get(dinner as usize - 1)?;
        restaurant.map(|restaurant| (*round, restaurant))
    }

    /// How many dinners were decided.
    pub fn decided(&self) -> u64 {
        self.results.iter().filter(|result| result.1.is_some()).count() as u64
    }

    /// The dinner that it was last at, from 1.
    pub fn last_dinner(&self) -> u64 {
        (self.results.len() as u64).max(self.dinner).max(1)
    }

    /// The last vote cast: dinner, round, for what.
    pub fn cast(&self) -> Option<(u64, u64, Option<Restaurant>)> {
        self.votes.last().map(|(round, vote)| (self.dinner, *round, *vote))
    }
}

/// An agent at work on one input.
pub type Agent<'a> = Context<'a, RestaurantVote>;

/// A fresh state for a dinner, with the preferences that the agent starts with.
pub(super) fn fresh(config: &Config, me: NodeId, dinner: u64) -> State {
    let (agents, profile) = (config.agents(), &config.profiles[me.index()]);
    State {
        dinner,
        round: 0,
        phase: Phase::Waiting,
        preference: profile.favourite,
        ratings: profile.ratings.as_slice().into(),
        seats: vec![Seat::default(); agents],
        askers: Vec::new(),
        asking: None,
    }
}

/// Starts an agent. One that had voted before a crash says its last vote again and goes on from there.
pub fn boot(agent: &mut Agent<'_>) {
    let dinner = agent.disk.last_dinner();
    *agent.state = fresh(agent.config, agent.me, dinner);
    if let Some(&(round, restaurant)) = agent.disk.results.get(dinner as usize - 1) {
        agent.state.phase = if restaurant.is_some() { Phase::Decided } else { Phase::GivenUp };
        agent.state.round = round;
        return agent.rule(Rule::Remembers { dinner, restaurant });
    }
    let Some((_, round, vote)) = agent.disk.cast() else {
        agent.rule(Rule::Wait);
        return agent.set_timer(Timer::Start, 20 * MS..=60 * MS);
    };
    if let Some((preference, ratings)) = &agent.disk.preference {
        (agent.state.preference, agent.state.ratings) = (*preference, ratings.clone());
    }
    (agent.state.round, agent.state.phase) = (round, Phase::Voting);
    agent.state.seats[agent.me.index()].now.vote = Some(vote);
    agent.rule(Rule::Resume { round, vote });
    agent.tell(&Message::Vote { dinner, round, restaurant: vote });
    agent.set_timer(Timer::Votes, agent.config.timeout);
}

impl Agent<'_> {
    fn strategy(&self) -> Strategy {
        self.config.profiles[self.me.index()].strategy
    }

    pub(super) fn restaurant(&self, place: Place) -> Restaurant {
        self.config.menu[place as usize]
    }

    /// Sends to everybody who hears this agent.
    pub(super) fn tell(&mut self, message: &Message) {
        for to in 0..self.config.agents() {
            if to != self.me.index() && self.config.hears(to, self.me.index()) {
                self.out.send(NodeId::replica(to + 1), message.clone());
            }
        }
    }

    // --- a round -----------------------------------------------------------------------------------------------

    /// Starts a round: what came early for it counts.
    pub fn begin_round(&mut self, round: u64) {
        for seat in &mut self.state.seats {
            seat.now = Said::default();
            for (of, said) in std::mem::take(&mut seat.later) {
                if of == round {
                    seat.now = said;
                } else if of > round {
                    seat.later.push((of, said));
                }
            }
        }
        (self.state.round, self.state.phase) = (round, Phase::Proposing);
        self.state.asking = None;
        if self.strategy() == Strategy::External {
            return self.ask(Call::Propose);
        }
        self.propose(Some(self.state.preference));
    }

    /// Broadcasts the proposal and waits for the others'. Without a proposal the agent only listens.
    pub(super) fn propose(&mut self, place: Option<Place>) {
        let (dinner, round) = (self.state.dinner, self.state.round);
        if let Some(place) = place {
            let restaurant = self.restaurant(place);
            let ratings = self.config.averaging.then(|| self.state.ratings.clone());
            self.state.preference = place;
            self.state.seats[self.me.index()].now.proposal = Some((restaurant, ratings.clone()));
            self.out.rule(Rule::Propose { round, restaurant });
            self.tell(&Message::Proposal { dinner, round, restaurant, ratings });
        }
        self.out.set_timer(Timer::Proposals, self.config.timeout);
        self.check_proposals();
    }

    pub(super) fn proposal_of(&self, agent: usize) -> Option<Restaurant> {
        proposal_of(self.state, agent)
    }

    /// The vote of an agent in this round, as far as it is known here.
    pub fn vote_of(&self, agent: usize) -> Option<Option<Restaurant>> {
        vote_of(self.state, agent)
    }

    fn stand_of(&self, agent: usize) -> Option<Restaurant> {
        stand_of(self.state, agent)
    }

    pub(super) fn check_proposals(&mut self) {
        if self.state.phase != Phase::Proposing || self.state.asking.is_some() {
            return;
        }
        let me = self.me.index();
        let missing = (0..self.config.agents())
            .any(|agent| agent != me && self.config.hears(me, agent) && self.proposal_of(agent).is_none());
        if !missing {
            self.vote();
        }
    }

    pub(super) fn proposals(&self) -> Vec<Option<Place>> {
        proposals(self.config, self.state)
    }

    /// Casts a vote by the agent's strategy.
    fn vote(&mut self) {
        let (strategy, round) = (self.strategy(), self.state.round);
        self.out.cancel_timer(Timer::Proposals);
        if strategy == Strategy::External {
            return self.ask(Call::VoteOn);
        }
        let proposals = self.proposals();
        let key = strategy_key(self.config.strategy_seed, self.me.index(), self.state.dinner);
        let (vote, tie) = strategy::vote(
            strategy,
            &Choice {
                own: self.state.preference,
                proposals: &proposals,
                ratings: &self.state.ratings,
                draw: strategy_draw(key, round),
                ties: self.config.proposal_ties,
                ranks: &self.config.ranks,
            },
        );
        let restaurant = vote.map(|place| self.restaurant(place));
        if let Some(restaurant) = restaurant {
            let have = |place| proposals.iter().flatten().filter(|&&other| other == place).count() as u64;
            let number = match strategy {
                Strategy::Popular => have(restaurant.place),
                Strategy::Random => strategy::present(&proposals) as u64,
                _ => u64::from(self.state.ratings[restaurant.place as usize]),
            };
            self.out.rule(Rule::Vote { strategy, restaurant, number, tie });
        }
        self.cast(restaurant);
    }

    /// Writes the vote down, broadcasts it and waits for the others'.
    pub(super) fn cast(&mut self, restaurant: Option<Restaurant>) {
        let (dinner, round) = (self.state.dinner, self.state.round);
        if self.disk.dinner != dinner {
            (self.disk.dinner, self.disk.votes) = (dinner, PersistentVec::new());
        }
        self.disk.votes.push((round, restaurant));
        self.disk.preference = Some((self.state.preference, self.state.ratings.clone()));
        if !self.config.forget_votes {
            self.out.persist(self.disk);
        }
        self.state.seats[self.me.index()].now.vote = Some(restaurant);
        self.state.phase = Phase::Voting;
        if restaurant.is_none() {
            self.out.rule(Rule::Abstain { round });
        }
        self.tell(&Message::Vote { dinner, round, restaurant });
        self.out.set_timer(Timer::Votes, self.config.timeout);
        self.check_votes();
    }

    pub(super) fn check_votes(&mut self) {
        if self.state.phase != Phase::Voting || self.state.asking.is_some() {
            return;
        }
        let me = self.me.index();
        let missing =
            (0..self.config.agents()).any(|agent| self.config.hears(me, agent) && self.vote_of(agent).is_none());
        if !missing {
            self.count();
        }
    }

    /// Applies the decision rule to the tally of the votes that are in.
    fn count(&mut self) {
        self.out.cancel_timer(Timer::Votes);
        if self.strategy() == Strategy::External {
            return self.ask(Call::Decide);
        }
        let electorate = self.config.electorate(self.me.index());
        let lead = lead(self.config, self.state);
        let (round, restaurant) = (self.state.round, self.restaurant(lead.place));
        if lead.tie && lead.votes > lead.second {
            self.out.rule(Rule::TieBroken { restaurant, votes: lead.votes, ties: self.config.vote_ties });
        }
        if self.config.rule.accepts(electorate, &lead) {
            return self.decide_dinner(lead.place, lead.votes);
        }
        let (votes, needed) = (lead.votes, self.config.rule.needed(electorate, lead.second));
        self.out.rule(Rule::NoConsensus { round, restaurant, votes, needed, tie: lead.tie });
        self.no_consensus(Some(&lead));
    }

    pub(super) fn decide_dinner(&mut self, place: Place, votes: u16) {
        let (dinner, round, restaurant) = (self.state.dinner, self.state.round, self.restaurant(place));
        self.state.phase = Phase::Decided;
        self.end_dinner(Some(restaurant));
        self.out.rule(Rule::Decide { restaurant, round, votes, rule: self.config.rule, outside: self.outside() });
        self.out.decide(dinner, restaurant);
        self.tell(&Message::Decided { dinner, round, restaurant });
        self.tell_clients(dinner);
        self.rest();
    }

    fn outside(&self) -> bool {
        self.strategy() == Strategy::External
    }

    fn end_dinner(&mut self, restaurant: Option<Restaurant>) {
        self.disk.results.push((self.state.round, restaurant));
        self.out.persist(self.disk);
    }

    /// Another round, perhaps with another preference; or the end.
    pub(super) fn no_consensus(&mut self, lead: Option<&Lead>) {
        let round = self.state.round;
        if round >= self.config.max_rounds {
            self.state.phase = Phase::GivenUp;
            self.end_dinner(None);
            self.out.rule(Rule::GiveUp { rounds: round });
            self.tell_clients(self.state.dinner);
            return self.rest();
        }
        if let Some(lead) = lead {
            self.change_mind(lead);
        }
        self.state.phase = Phase::Thinking;
        self.out.set_timer(Timer::Next, self.config.pause);
    }

    fn change_mind(&mut self, lead: &Lead) {
        let own = self.state.preference;
        let change = self.config.profiles[self.me.index()].change;
        let new = match change {
            Change::Stubborn => own,
            Change::Conform => strategy::conform(own, lead),
            Change::Average => {
                let mut ratings = self.state.ratings.to_vec();
                let (sums, heard) = self.sum_ratings();
                strategy::average(&mut ratings, &sums, heard);
                self.state.ratings = ratings.into();
                strategy::favourite(&self.state.ratings, own)
            }
        };
        self.state.preference = new;
        let (from, to) = (self.restaurant(own), self.restaurant(new));
        self.out.rule(Rule::ChangeMind { change, from, to });
    }

    fn sum_ratings(&self) -> ([Rating; MENU], u32) {
        let (mut sums, mut heard) = ([0; MENU], 0);
        for agent in (0..self.config.agents()).filter(|&agent| self.stand_of(agent).is_none()) {
            if let Some((_, Some(ratings))) = &self.state.seats[agent].now.proposal {
                heard += 1;
                for (sum, rating) in sums.iter_mut().zip(ratings.iter()) {
                    *sum += rating;
                }
            }
        }
        (sums, heard)
    }

    // --- timers ------------------------------------------------------------------------------------------------

    /// A timer has fired.
    pub fn fire(&mut self, timer: Timer) {
        let (round, phase) = (self.state.round, self.state.phase);
        let (of, free) = (self.config.electorate(self.me.index()) as u16, self.state.asking.is_none());
        match timer {
            Timer::Start if phase == Phase::Waiting => {
                self.out.rule(Rule::StartDinner { dinner: self.state.dinner });
                self.begin_round(1);
            }
            Timer::Proposals if phase == Phase::Proposing && free => {
                let have = self.proposals().iter().flatten().count() as u16;
                self.out.rule(Rule::ProposalsMissing { round, have, of });
                self.vote();
            }
            Timer::Votes if phase == Phase::Voting && free => {
                let have = (0..self.config.agents()).filter(|&agent| self.vote_of(agent).is_some()).count() as u16;
                self.out.rule(Rule::VotesMissing { round, have, of });
                self.count();
            }
            Timer::Next if phase == Phase::Thinking => self.begin_round(round + 1),
            Timer::Next => self.start_tomorrow(),
            _ => {}
        }
    }
}

fn stand_of(state: &State, agent: usize) -> Option<Restaurant> {
    state.seats[agent].standing.filter(|(round, _)| *round < state.round).map(|(_, restaurant)| restaurant)
}

/// What an agent (from 0) proposes in this round, as far as it is known: one that decided earlier stands by that. What it
/// proposed before it claimed so counts, or the moment at which that came would matter.
fn proposal_of(state: &State, agent: usize) -> Option<Restaurant> {
    let said = &state.seats[agent].now;
    said.proposal.as_ref().map(|proposal| proposal.0).or_else(|| stand_of(state, agent))
}

/// The proposals at hand, in the order of the agents' numbers.
pub fn proposals(config: &Config, state: &State) -> Vec<Option<Place>> {
    let place = |agent| proposal_of(state, agent).map(|restaurant| restaurant.place);
    (0..config.agents()).map(place).collect()
}

/// The vote of an agent (from 0) in the present round, as far as it is known: an agent that decided in an earlier round
/// stands by that. The inner `None` is an abstention.
pub fn vote_of(state: &State, agent: usize) -> Option<Option<Restaurant>> {
    stand_of(state, agent).map(Some).or(state.seats[agent].now.vote)
}

/// The votes of the present round, as far as they are known, in the order of the agents' numbers.
fn votes(config: &Config, state: &State) -> [Option<Place>; MOST_AGENTS] {
    let mut votes = [None; MOST_AGENTS];
    for (agent, vote) in votes.iter_mut().enumerate().take(config.agents()) {
        *vote = vote_of(state, agent).flatten().map(|restaurant| restaurant.place);
    }
    votes
}

/// The tally of the present round, by place on the menu.
pub fn tally(config: &Config, state: &State) -> [u16; MENU] {
    let mut tally = [0; MENU];
    decision_rule::count(&votes(config, state), &mut tally);
    tally
}

/// What leads it.
pub fn lead(config: &Config, state: &State) -> Lead {
    let coin = common_coin(config.strategy_seed, state.dinner, state.round);
    let tally = &tally(config, state)[..config.menu.len()];
    Lead::of(tally, &votes(config, state), config.vote_ties, &config.ranks, coin)
}

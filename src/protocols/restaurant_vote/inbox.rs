//! What an agent does about what reaches it besides its timers: messages, clients' wishes, answers from outside.

use super::Timer;
use super::config::Restaurant;
use super::message::{Call, Message, question};
use super::replica::{Agent, Phase, Said, State, fresh, tally};
use super::rules::Rule;
use crate::kernel::NodeId;

impl Agent<'_> {
    // --- messages ----------------------------------------------------------------------------------------------

    /// A message has arrived.
    pub(super) fn deliver(&mut self, from: NodeId, message: &Message) {
        match *message {
            Message::Proposal { dinner, round, restaurant, ref ratings } => {
                if dinner == self.state.dinner + 1 && round == 1 {
                    self.state.seats[from.index()].tomorrow.get_or_insert((restaurant, ratings.clone()));
                    self.out.rule(Rule::Tomorrow { from, dinner });
                    return self.start_tomorrow();
                }
                if self.expects(from, dinner, round, true) {
                    let (me, of) = (self.me.index(), self.config.agents());
                    self.said(from.index(), round).proposal.get_or_insert((restaurant, ratings.clone()));
                    let have = self.count_said(round, |said| said.proposal.is_some());
                    let of = (0..of).filter(|&agent| self.config.hears(me, agent)).count() as u16;
                    self.out.rule(Rule::HearProposal { from, restaurant, round, have, of });
                    self.check_proposals();
                }
            }
            Message::Vote { dinner, round, restaurant } => {
                if self.expects(from, dinner, round, false) {
                    let of = self.config.electorate(self.me.index()) as u16;
                    self.said(from.index(), round).vote.get_or_insert(restaurant);
                    let have = self.count_said(round, |said| said.vote.is_some());
                    self.out.rule(Rule::HearVote { from, restaurant, round, have, of });
                    self.check_votes();
                }
            }
            Message::Decided { dinner, round, restaurant } => self.on_decided(from, dinner, round, restaurant),
            Message::Again { dinner } => self.on_again(from, dinner),
            Message::Told { .. } => {}
        }
    }

    /// What an agent said of this round or a later one.
    fn said(&mut self, agent: usize, round: u64) -> &mut Said {
        let seat = &mut self.state.seats[agent];
        if round == self.state.round {
            return &mut seat.now;
        }
        let mut place = 0;
        while seat.later.get(place).is_some_and(|(of, _)| *of != round) {
            place += 1;
        }
        if place == seat.later.len() {
            seat.later.push((round, Said::default()));
        }
        &mut seat.later[place].1
    }

    fn count_said(&mut self, round: u64, is: fn(&Said) -> bool) -> u16 {
        let now = round == self.state.round;
        let mut count = 0;
        for seat in &self.state.seats {
            let early = || seat.later.iter().any(|(of, said)| *of == round && is(said));
            count += u16::from(if now { is(&seat.now) } else { early() });
        }
        count
    }

    /// Whether a proposal or vote counts, now or later; an agent that fell behind catches up first.
    fn expects(&mut self, from: NodeId, dinner: u64, round: u64, proposal: bool) -> bool {
        if dinner < self.state.dinner || dinner == self.state.dinner && self.state.phase == Phase::Decided {
            self.remind(from, dinner, proposal);
            return false;
        }
        if dinner > self.state.dinner {
            self.start_dinner(dinner);
            self.out.rule(Rule::CatchUp { from, dinner, round });
            self.begin_round(round);
        } else if self.state.phase == Phase::GivenUp || round < self.state.round {
            self.out.rule(Rule::OldRound { from, round, mine: self.state.round });
            return false;
        } else if self.state.seats[from.index()].standing.is_some_and(|(decided, _)| decided < round) {
            self.out.rule(Rule::Contradicts { from, round });
            return false;
        } else if round > self.state.round + 1 && self.missed(from) {
            self.catch_up(from, round);
        }
        // While it waits for an answer from outside, nothing is lost: the ballot takes what comes.
        true
    }

    /// Whether something of this round from an agent that speaks of later ones never came. An agent that has heard it all
    /// is only slower: it waits for others, and they for it.
    fn missed(&self, from: NodeId) -> bool {
        match self.state.phase {
            Phase::Waiting => true,
            Phase::Proposing => self.proposal_of(from.index()).is_none(),
            _ => self.vote_of(from.index()).is_none(),
        }
    }

    fn catch_up(&mut self, from: NodeId, round: u64) {
        for timer in [Timer::Start, Timer::Proposals, Timer::Votes, Timer::Next] {
            self.out.cancel_timer(timer);
        }
        self.out.rule(Rule::CatchUp { from, dinner: self.state.dinner, round });
        self.begin_round(round);
    }

    /// One that still proposes has not heard the decision: it is told again.
    fn remind(&mut self, from: NodeId, dinner: u64, proposal: bool) {
        let known = dinner == self.state.dinner && self.state.seats[from.index()].standing.is_some();
        let result = self.disk.result(dinner);
        match result {
            Some((round, restaurant)) if proposal && !known => {
                self.out.rule(Rule::Remind { to: from, dinner, restaurant });
                self.out.send(from, Message::Decided { dinner, round, restaurant });
            }
            _ => self.out.rule(Rule::OverAlready { from, dinner }),
        }
    }

    /// Another agent has decided: from the next round on that is what it proposes and votes for.
    fn on_decided(&mut self, from: NodeId, dinner: u64, round: u64, restaurant: Restaurant) {
        if dinner < self.state.dinner || dinner == self.state.dinner && self.state.phase.done() {
            if dinner == self.state.dinner {
                self.state.seats[from.index()].standing.get_or_insert((round, restaurant));
            }
            return self.out.rule(Rule::OverAlready { from, dinner });
        }
        let behind = dinner > self.state.dinner || round > self.state.round && self.missed(from);
        if dinner > self.state.dinner {
            self.start_dinner(dinner);
        }
        self.state.seats[from.index()].standing.get_or_insert((round, restaurant));
        self.out.rule(Rule::StandsBy { from, restaurant, round });
        if behind {
            self.catch_up(from, (round + 1).min(self.config.max_rounds));
        } else {
            self.check_proposals();
            self.check_votes();
        }
    }

    // --- dinners and clients -----------------------------------------------------------------------------------

    /// Starts a dinner, with the first preferences again.
    pub(super) fn start_dinner(&mut self, dinner: u64) {
        while (self.disk.results.len() as u64) < dinner - 1 {
            self.disk.results.push((self.config.max_rounds, None));
        }
        self.tell_clients(dinner - 1);
        let askers = std::mem::take(&mut self.state.askers);
        let seats = std::mem::take(&mut self.state.seats);
        let early = self.state.dinner + 1 == dinner;
        *self.state = State { askers, ..fresh(self.config, self.me, dinner) };
        if early {
            for (seat, before) in self.state.seats.iter_mut().zip(seats) {
                seat.later.push((1, Said { proposal: before.tomorrow, vote: None }));
            }
        }
        for timer in [Timer::Proposals, Timer::Votes, Timer::Next] {
            self.out.cancel_timer(timer);
        }
        self.out.rule(Rule::StartDinner { dinner });
    }

    /// A client wants a dinner: the next one is started as soon as this one is over.
    fn on_again(&mut self, client: NodeId, dinner: u64) {
        self.out.rule(Rule::ClientAsks { client, dinner });
        if dinner < self.state.dinner || dinner == self.state.dinner && self.state.phase.done() {
            return self.answer(client, dinner);
        }
        if !self.state.askers.contains(&(client, dinner)) && self.state.askers.len() < 2 * crate::kernel::MOST_CLIENTS {
            self.state.askers.push((client, dinner));
        }
        self.start_tomorrow();
    }

    /// After a dinner, a moment's rest before the next one, if that is wanted already.
    pub(super) fn rest(&mut self) {
        self.out.set_timer(Timer::Next, self.config.pause);
    }

    /// Starts the next dinner if somebody wants it and this one is over.
    pub(super) fn start_tomorrow(&mut self) {
        if !self.state.phase.done() {
            return;
        }
        let asked = self.state.askers.iter().map(|(_, dinner)| *dinner).max().unwrap_or(0);
        let others =
            if self.state.seats.iter().any(|seat| seat.tomorrow.is_some()) { self.state.dinner + 1 } else { 0 };
        if asked.max(others) > self.state.dinner {
            self.start_dinner(asked.max(others));
            self.begin_round(1);
        }
    }

    fn answer(&mut self, client: NodeId, dinner: u64) {
        let result = self.disk.result(dinner);
        self.out.send(client, Message::Told { dinner, restaurant: result.map(|(_, restaurant)| restaurant) });
    }

    /// Tells who asked how the dinners up to this one ended.
    pub(super) fn tell_clients(&mut self, last: u64) {
        let askers = std::mem::take(&mut self.state.askers);
        let (over, later): (Vec<_>, Vec<_>) = askers.into_iter().partition(|(_, dinner)| *dinner <= last);
        self.state.askers = later;
        for (client, dinner) in over {
            self.answer(client, dinner);
        }
    }

    // --- answers from outside ----------------------------------------------------------------------------------

    pub(super) fn ask(&mut self, call: Call) {
        let me = self.me.index();
        let mut list = Vec::new();
        match call {
            Call::Propose => self.config.menu.iter().for_each(|restaurant| list.push((*restaurant, 0))),
            Call::VoteOn => {
                for agent in 0..self.config.agents() {
                    list.extend(self.proposal_of(agent).map(|restaurant| (restaurant, 0)));
                }
            }
            Call::Decide => list = self.votes_in_order(),
        }
        let numbers = [
            ("agents", self.config.electorate(me) as u64),
            ("dinner", self.state.dinner),
            ("round", self.state.round),
            ("seed", self.config.strategy_seed),
        ];
        let text = question(call, self.me, numbers, self.restaurant(self.state.preference), &list);
        self.out.rule(Rule::Ask { call, round: self.state.round });
        self.state.asking = Some((call, text.as_str().into()));
        self.out.ask(text);
    }

    /// The tally, each restaurant where the lowest-numbered agent that voted for it stands.
    fn votes_in_order(&self) -> Vec<(Restaurant, u16)> {
        let mut votes: Vec<(Restaurant, u16)> = Vec::new();
        for restaurant in (0..self.config.agents()).filter_map(|agent| self.vote_of(agent).flatten()) {
            match votes.iter_mut().find(|(known, _)| *known == restaurant) {
                Some((_, count)) => *count += 1,
                None => votes.push((restaurant, 1)),
            }
        }
        votes
    }

    /// An answer from outside. One that names nothing that could be named here counts as none.
    pub(super) fn answered(&mut self, question: &str, answer: &str) {
        let call = match &self.state.asking {
            Some((call, asked)) if **asked == *question => *call,
            _ => return self.out.rule(Rule::StaleAnswer),
        };
        self.state.asking = None;
        let named = self.config.find(answer.trim());
        let fits = named.filter(|restaurant| match call {
            Call::Propose => true,
            Call::VoteOn => self.proposals().contains(&Some(restaurant.place)),
            Call::Decide => tally(self.config, self.state)[restaurant.place as usize] > 0,
        });
        match fits {
            Some(restaurant) => self.out.rule(Rule::Answered { call, restaurant }),
            None if call == Call::Decide && answer.trim().is_empty() => {
                self.out.rule(Rule::NotYet { round: self.state.round });
            }
            None => self.out.rule(Rule::BadAnswer { call }),
        }
        match (call, fits) {
            (Call::Propose, fits) => self.propose(fits.map(|restaurant| restaurant.place)),
            (Call::VoteOn, fits) => self.cast(fits),
            (Call::Decide, Some(restaurant)) => {
                self.decide_dinner(restaurant.place, tally(self.config, self.state)[restaurant.place as usize]);
            }
            (Call::Decide, None) => self.no_consensus(None),
        }
    }
}

//! The proposer (Paxos Made Simple, §2.2): phase 1 finds out what may have been chosen, phase 2 proposes that, or a value of
//! its own where nothing can have been.

use super::message::{Ballot, Message, Value, Vote};
use super::replica::{Phase, Turn};
use super::rules::Rule;
use super::{Backoff, Timer};
use crate::kernel::prelude::*;
use crate::protocols::ballot::include;

impl Turn<'_> {
    /// A client asks: its value is proposed, unless another one is already; either way it is told what is chosen.
    pub(super) fn on_request(&mut self, id: RequestId, value: Value) {
        if let Some(value) = self.state.learned {
            self.rule(Rule::KnownRequest { value });
            return self.send(id.client, Message::Reply { id, value });
        }
        if !self.state.waiting.contains(&id) {
            self.state.waiting.push(id);
        }
        if self.state.own.is_some_and(|own| own != value) {
            return self.rule(Rule::Queue { value });
        }
        self.state.own = Some(value);
        if self.state.ballot.is_none() {
            self.rule(Rule::Want { value });
            self.start_ballot();
        }
    }

    /// Phase 1a: a ballot that is higher than any it has seen.
    fn start_ballot(&mut self) {
        let promised = self.disk.promised.map_or(0, |ballot| ballot.round);
        let forgets = self.config.ballot_reuse;
        let round = 1 + self.state.highest.max(if forgets { 0 } else { promised });
        let ballot = Ballot { round, proposer: self.name_in_ballots() };
        let reused = self.disk.promised.is_some_and(|promised| promised >= ballot);
        self.state.highest = round;
        self.state.attempts += 1;
        self.state.ballot = Some((ballot, Phase::Preparing { promises: Vec::new(), found: None }));
        let wait = self.backoff();
        self.set_timer(Timer::Ballot, wait);
        self.rule(if reused { Rule::ReuseBallot { ballot } } else { Rule::Prepare { ballot } });
        self.tell_all(Message::Prepare { ballot });
    }

    /// Who stands in a ballot's number; the bug leaves that out.
    fn name_in_ballots(&self) -> NodeId {
        if self.config.no_id { NodeId::replica(1) } else { self.me }
    }

    /// How long a ballot may take. Random waits that grow let one of two proposers finish before the other disturbs it.
    fn backoff(&self) -> (Time, Time) {
        let (lo, hi) = self.config.ballot_timeout;
        match self.config.backoff {
            Backoff::Fixed => (lo, lo),
            Backoff::Random => (lo, hi << self.state.attempts.saturating_sub(1).min(6)),
        }
    }

    /// A promise; with enough of them, phase 2a.
    pub(super) fn on_promise(&mut self, from: NodeId, of: Ballot, vote: Option<Vote>) {
        let bugs = self.config;
        let Some((ballot, Phase::Preparing { promises, found })) = &mut self.state.ballot else {
            return self.rule(Rule::LatePromise { from, ballot: of });
        };
        let ballot = *ballot;
        if of != ballot && !bugs.stale_promises {
            return self.rule(Rule::LatePromise { from, ballot: of });
        }
        include(promises, from);
        *found = match (vote, *found) {
            (Some(vote), Some(before)) if bugs.lowest_ballot => Some(vote.min(before)),
            (Some(vote), _) if bugs.last_heard => Some(vote),
            (vote, before) => vote.max(before),
        };
        let (promises, found) = (promises.clone(), *found);
        let (count, enough) = self.count(|phases| &phases.first, &promises);
        self.rule(match of == ballot {
            true => Rule::CountPromise { from, ballot, have: count.have, need: count.need },
            false => Rule::StalePromise { from, ballot: of },
        });
        if enough {
            self.propose(ballot, found);
        }
    }

    /// Phase 2a: once for each ballot.
    fn propose(&mut self, ballot: Ballot, found: Option<Vote>) {
        let Some(own) = self.state.own else { return };
        let (value, rule) = match found {
            None => (own, Rule::ProposeOwn { ballot, value: own }),
            Some(_) if self.config.own_value => (own, Rule::ProposeWrong { ballot, value: own }),
            Some(Vote { value, .. }) if self.config.last_heard || self.config.lowest_ballot => {
                (value, Rule::ProposeWrong { ballot, value })
            }
            Some(vote) => (vote.value, Rule::ProposeFound { ballot, value: vote.value, found: vote.ballot }),
        };
        self.state.ballot = Some((ballot, Phase::Proposing(value)));
        self.rule(rule);
        self.tell_all(Message::Accept { ballot, value });
    }

    /// A higher ballot is under way.
    pub(super) fn on_nack(&mut self, from: NodeId, ballot: Ballot, promised: Ballot) {
        self.state.highest = self.state.highest.max(promised.round);
        if self.state.ballot.as_ref().is_some_and(|(current, _)| *current == ballot) && from != self.me {
            self.rule(Rule::HigherBallot { from, promised });
        }
    }

    /// The ballot takes too long: a message was lost, or a higher ballot came between.
    pub(super) fn on_ballot_timeout(&mut self) {
        if self.state.learned.is_none() && self.state.own.is_some() {
            self.rule(Rule::TryAgain { attempt: self.state.attempts + 1 });
            self.start_ballot();
        }
    }
}

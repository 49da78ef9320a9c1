//! A later leader (Gray, Lamport 2006, §4.1): phases 1 and 2 of Paxos, in all instances at once. Where an instance is free, it
//! proposes aborted: nobody can commit then, and nobody has to wait.

use std::rc::Rc;

use super::message::{Ballot, Message, Transaction, Vote, Votes, number};
use super::replica::{Deed, Phase, Turn};
use super::rules::Rule;
use crate::kernel::prelude::*;
use crate::protocols::ballot::include;

impl Turn<'_> {
    /// Phase 1a: a ballot that is higher than any it has seen.
    pub(super) fn start_ballot(&mut self, what: &Rc<Transaction>) {
        let (me, number, replicas) = (self.me, number(what), self.config.replicas);
        let highest = self.open(number).map_or(0, |open| open.highest);
        let entry = self.entry(what);
        let round = 1 + highest.max(entry.round).max(entry.promised.map_or(0, |promised| promised.round));
        entry.round = round;
        self.disk.deeds.0.push((number, Deed::TookOver));
        self.persist();
        let ballot = Ballot { round, proposer: me };
        if let Some(open) = self.open(number) {
            open.attempts += 1;
            open.ballot = Some((ballot, Phase::Preparing { promises: Vec::new(), found: vec![None; replicas] }));
        }
        self.await_outcome(number);
        self.rule(Rule::StartBallot { number, ballot });
        for acceptor in self.config.acceptors() {
            self.tell(acceptor, Message::TakeOver { what: what.clone(), ballot });
        }
    }

    /// Remembers the highest round that it has heard of.
    pub(super) fn hear_of(&mut self, number: u64, ballot: Ballot) {
        if let Some(open) = self.open(number) {
            open.highest = open.highest.max(ballot.round);
        }
    }

    /// A promise; with a majority of them, phase 2a.
    pub(super) fn on_promise(&mut self, from: NodeId, what: &Rc<Transaction>, of: Ballot, votes: &Votes) {
        let (number, need) = (number(what), self.config.majority());
        let Some((ballot, Phase::Preparing { promises, found })) =
            self.open(number).and_then(|open| open.ballot.as_mut()).filter(|(ballot, _)| *ballot == of)
        else {
            return self.rule(Rule::LatePromise { number, from, ballot: of });
        };
        let ballot = *ballot;
        include(promises, from);
        for &(rm, vote) in votes.iter() {
            if let Some(best) = found.get_mut(rm.index()) {
                *best = (*best).max(Some(vote));
            }
        }
        let (have, found) = (promises.len(), found.clone());
        self.rule(Rule::CountPromise { number, from, have: have as u16, need: need as u16 });
        if have >= need {
            self.propose(what, ballot, &found);
        }
    }

    /// Phase 2a, once for each ballot: what may have been chosen, and aborted where nothing can have been.
    fn propose(&mut self, what: &Rc<Transaction>, ballot: Ballot, found: &[Option<Vote>]) {
        let number = number(what);
        if let Some((_, phase)) = self.open(number).and_then(|open| open.ballot.as_mut()) {
            *phase = Phase::Proposing;
        }
        let free = found.iter().filter(|vote| vote.is_none()).count();
        let vote = |vote: &Option<Vote>| Vote { ballot, prepared: self.proposes_prepared(*vote) };
        let votes = Votes::new(NodeId::replicas(found.len()).zip(found.iter().map(vote)));
        self.rule(match free {
            _ if self.config.abort_what_was_found => Rule::ProposeWrong { number, ballot },
            0 => Rule::ProposeFound { number, ballot },
            _ if self.config.free_means_prepared => Rule::ProposeWrong { number, ballot },
            free => Rule::ProposeFree { number, ballot, free: free as u16 },
        });
        for acceptor in self.config.acceptors() {
            self.tell(acceptor, Message::Propose { what: what.clone(), ballot, votes: votes.clone() });
        }
    }

    fn proposes_prepared(&self, found: Option<Vote>) -> bool {
        match found {
            _ if self.config.abort_what_was_found => false,
            Some(vote) => vote.prepared,
            None => self.config.free_means_prepared,
        }
    }

    /// A higher ballot is under way.
    pub(super) fn on_nack(&mut self, from: NodeId, what: &Rc<Transaction>, promised: Ballot) {
        let number = number(what);
        self.hear_of(number, promised);
        self.rule(Rule::HigherBallot { number, from, promised });
    }
}

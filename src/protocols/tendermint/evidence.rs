//! Evidence (§2.4 of Buchman et al. 2022): two signed statements of one replica, of which a correct one makes at most one.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::message::{Commit, Kind, Offer, Proposal, Vote};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::prelude::*;

/// What somebody is guilty of.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Evidence {
    /// Two proposals in one round.
    Proposals(Signed<Offer>, Signed<Offer>),
    /// Two votes in one step of a round.
    Votes(Signed<Vote>, Signed<Vote>),
    /// A precommit, and a prevote of a later round for another block that no quorum since then allows.
    Amnesia(Signed<Vote>, Signed<Vote>),
}

impl Evidence {
    /// Whom it names, and of what, at which height and in which round.
    pub fn names(&self) -> (NodeId, &'static str, u64, u64) {
        match self {
            Evidence::Proposals(_, two) => (two.signer(), "two proposals", two.body().height, two.body().round),
            Evidence::Votes(_, two) if two.body().kind == Kind::Prevote => {
                (two.signer(), "two prevotes", two.body().height, two.body().round)
            }
            Evidence::Votes(_, two) => (two.signer(), "two precommits", two.body().height, two.body().round),
            Evidence::Amnesia(_, two) => (two.signer(), "a vote against its lock", two.body().height, two.body().round),
        }
    }
}

/// Whether a precommit and a prevote show that their signer broke its lock. Only where prevotes show their validRound.
fn amnesia(precommit: &Vote, prevote: &Vote) -> bool {
    (precommit.kind, prevote.kind) == (Kind::Precommit, Kind::Prevote)
        && precommit.round < prevote.round
        && precommit.id.is_some()
        && prevote.id.is_some()
        && precommit.id != prevote.id
        && prevote.valid_round.is_none_or(|round| round < precommit.round)
}

impl Turn<'_> {
    /// Looks for another proposal of the same round.
    pub(super) fn look_at_proposal(&mut self, proposal: &Proposal) {
        let Offer { height, round, .. } = *proposal.offer.body();
        let other = self.state.log.proposed(height, round).find(|other| other.offer != proposal.offer);
        if let Some(other) = other.map(|other| other.offer) {
            self.hold(Evidence::Proposals(other, proposal.offer));
        }
    }

    /// Looks for a vote of the same signer that it can't have cast as well.
    pub(super) fn look_at_vote(&mut self, vote: Signed<Vote>) {
        let Vote { height, round, kind, .. } = *vote.body();
        let same = |other: &&Signed<Vote>| other.signer() == vote.signer() && other.body() != vote.body();
        let other = self.state.log.step(height, round, kind).find(same).copied();
        if let Some(other) = other {
            return self.hold(Evidence::Votes(other, vote));
        }
        if !self.config.accountable {
            return;
        }
        let forgotten = self.state.log.votes(height).filter(same).find_map(|other| {
            let (before, after) = if kind == Kind::Precommit { (vote, *other) } else { (*other, vote) };
            amnesia(before.body(), after.body()).then_some(Evidence::Amnesia(before, after))
        });
        forgotten.into_iter().for_each(|found| self.hold(found));
    }

    fn hold(&mut self, found: Evidence) {
        let (node, what, height, round) = found.names();
        if node == self.me || self.disk.evidence.iter().any(|held| held.names() == found.names()) {
            return;
        }
        self.out.rule(Rule::HoldEvidence { node, what, height, round });
        self.disk.evidence.push(found);
        self.state.news.evidence += 1;
        self.dirty = true;
    }

    /// Two blocks were decided at one height.
    pub(super) fn on_fork(&mut self, commit: &Rc<Commit>) {
        for vote in &commit.precommits {
            if !self.state.log.has_vote(vote) {
                self.state.log.add_vote(*vote);
                self.look_at_vote(*vote);
            }
        }
        let fork = Some((commit.height, commit.block.id()));
        if self.state.fork != fork {
            self.state.fork = fork;
            self.out.rule(Rule::SeeFork { height: commit.height, accountable: self.config.accountable });
        }
    }
}

//! The proposals and votes that a replica has heard, and what they amount to. Votes that contradict each other are all kept:
//! each counts for what it says, so that who hears a liar's first story is not kept from counting the second, which others heard.

use std::rc::Rc;

use super::Config;
use super::message::{Kind, Offer, Proposal, Vote, signers};
use crate::kernel::prelude::*;

/// Heights behind the present one of which votes are kept, as evidence.
const KEPT: u64 = 4;
/// Heights ahead of the present one of which votes are kept, until it gets there.
const AHEAD: u64 = 1;

/// Proposals and votes.
#[derive(Clone, Hash, Debug, Default)]
pub struct Log {
    proposals: PersistentMap<Offer, Rc<Proposal>>,
    votes: PersistentMap<(Vote, NodeId), Signed<Vote>>,
}

/// The least vote of a step.
fn first(height: u64, round: u64, kind: Kind) -> (Vote, NodeId) {
    (Vote { height, round, kind, id: None, valid_round: None }, NodeId::replica(1))
}

impl Log {
    /// Whether it takes something of this height, where the replica is at `now`.
    pub fn takes(height: u64, now: u64) -> bool {
        height <= now + AHEAD && height + KEPT >= now && height > 0
    }

    pub(super) fn add_proposal(&mut self, proposal: Rc<Proposal>) {
        self.proposals.insert(*proposal.offer.body(), proposal);
    }

    pub(super) fn add_vote(&mut self, vote: Signed<Vote>) {
        self.votes.insert((*vote.body(), vote.signer()), vote);
    }

    pub(super) fn has_proposal(&self, offer: &Offer) -> bool {
        self.proposals.contains_key(offer)
    }

    pub(super) fn has_vote(&self, vote: &Signed<Vote>) -> bool {
        self.votes.contains_key(&(*vote.body(), vote.signer()))
    }

    /// Drops what is too old to be of use at this height.
    pub(super) fn forget_before(&mut self, now: u64) {
        self.proposals.retain(|offer, _| offer.height + KEPT >= now);
        self.votes.retain(|(vote, _), _| vote.height + KEPT >= now);
    }

    /// The proposals of a height, in the order of their rounds.
    pub fn proposals(&self, height: u64) -> impl Iterator<Item = &Rc<Proposal>> {
        let first = Offer { height, round: 0, id: 0, valid_round: None };
        self.proposals.from(&first).take_while(move |(offer, _)| offer.height == height).map(|(_, proposal)| proposal)
    }

    /// The proposals of a round.
    pub fn proposed(&self, height: u64, round: u64) -> impl Iterator<Item = &Rc<Proposal>> {
        let first = Offer { height, round, id: 0, valid_round: None };
        let here =
            self.proposals.from(&first).take_while(move |(offer, _)| (offer.height, offer.round) == (height, round));
        here.map(|(_, proposal)| proposal)
    }

    /// The votes of a height, in the order of their rounds.
    pub fn votes(&self, height: u64) -> impl Iterator<Item = &Signed<Vote>> {
        self.votes_from(first(height, 0, Kind::Prevote)).take_while(move |vote| vote.body().height == height)
    }

    fn votes_from(&self, key: (Vote, NodeId)) -> impl Iterator<Item = &Signed<Vote>> {
        self.votes.from(&key).map(|(_, vote)| vote)
    }

    /// The votes of one step of a round.
    pub fn step(&self, height: u64, round: u64, kind: Kind) -> impl Iterator<Item = &Signed<Vote>> {
        let same = move |vote: &Vote| (vote.height, vote.round, vote.kind) == (height, round, kind);
        self.votes_from(first(height, round, kind)).take_while(move |vote| same(vote.body()))
    }

    /// The votes of one step of a round for one block, or for nil.
    pub fn votes_for(
        &self,
        height: u64,
        round: u64,
        kind: Kind,
        id: Option<u64>,
    ) -> impl Iterator<Item = &Signed<Vote>> {
        let (vote, node) = first(height, round, kind);
        let same = move |vote: &Vote| (vote.height, vote.round, vote.kind, vote.id) == (height, round, kind, id);
        self.votes_from((Vote { id, ..vote }, node)).take_while(move |vote| same(vote.body()))
    }

    /// Line 36 and the like: whether a quorum prevoted this block in this round; where prevotes show their validRound, with
    /// equal ones.
    pub fn polka(&self, config: &Config, height: u64, round: u64, id: u64) -> bool {
        if config.prevotes_across_rounds {
            let all = self.votes(height).filter(|vote| (vote.body().kind, vote.body().id) == (Kind::Prevote, Some(id)));
            return config.power_of_all(distinct(all)) >= config.quorum;
        }
        let (mut sum, mut shown) = (0, None);
        self.votes_for(height, round, Kind::Prevote, Some(id)).any(|vote| {
            sum = if shown == Some(vote.body().valid_round) { sum } else { 0 } + config.power_of(vote.signer());
            shown = Some(vote.body().valid_round);
            sum >= config.quorum
        })
    }

    /// Lines 44 and 49: whether a quorum voted for this in this step.
    pub fn quorum_for(&self, config: &Config, height: u64, round: u64, kind: Kind, id: Option<u64>) -> bool {
        config.power_of_all(distinct(self.votes_for(height, round, kind, id))) >= config.quorum
    }

    /// Lines 34 and 47: whether a quorum voted in this step, whatever it said.
    pub fn quorum_of_any(&self, config: &Config, height: u64, round: u64, kind: Kind) -> bool {
        config.power_of_all(distinct(self.step(height, round, kind))) >= config.quorum
    }

    /// Whoever has said something in this round.
    pub fn heard_in(&self, height: u64, round: u64) -> Vec<NodeId> {
        let mut all: Vec<_> = self.proposed(height, round).map(|proposal| proposal.offer.signer()).collect();
        let votes = self.votes_from(first(height, round, Kind::Prevote));
        all.extend(
            votes.take_while(|vote| (vote.body().height, vote.body().round) == (height, round)).map(Signed::signer),
        );
        all
    }

    /// Line 55: the highest round above this one in which more than a third of the power has said something.
    pub(super) fn later_round(&self, config: &Config, height: u64, above: Option<u64>) -> Option<u64> {
        let above = |round: &u64| above.is_none_or(|mine| *round > mine);
        let voted = self.votes(height).map(|vote| vote.body().round);
        let mut rounds: Vec<_> =
            voted.chain(self.proposals(height).map(|proposal| proposal.offer.body().round)).collect();
        rounds.retain(above);
        rounds.put_in_order();
        rounds.dedup();
        let enough = |round: &u64| {
            let mut heard = self.heard_in(height, *round);
            if !config.skip_by_messages {
                heard = signers(heard.into_iter());
            }
            config.power_of_all(heard) >= config.one_correct
        };
        rounds.into_iter().rev().find(enough)
    }
}

/// Who signed these, each once.
pub fn distinct<'a>(votes: impl Iterator<Item = &'a Signed<Vote>>) -> Vec<NodeId> {
    signers(votes.map(Signed::signer))
}

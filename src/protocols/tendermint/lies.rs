//! What a Byzantine replica may say instead, signed in its own name only.

use std::rc::Rc;

use super::message::{Block, Commit, Kind, Message, Offer, Position, Proposal, Reply, Vote};
use super::{Config, State, Tendermint};
use crate::kernel::{self, prelude::*};

/// The lies.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Proposes an empty block, unlike the one that others get.
    #[lie(Contradict)]
    OtherBlock,
    /// Claims that a quorum prevoted its block in the round before.
    #[lie(Invent)]
    FalseValidRound,
    /// Votes for the block that an equivocating proposer told others of, or for nil.
    #[lie(Contradict)]
    OtherVote,
    /// Votes for nil, although it has accepted the proposal.
    #[lie(Omit)]
    VoteNil,
    /// Votes for what is proposed, whatever it is locked on and whatever a quorum said.
    #[lie(Grant)]
    Amnesia,
    /// Sends a precommit together with the prevote, although no quorum is known yet.
    #[lie(Grant)]
    EarlyPrecommit,
    /// Votes in a round of the far future.
    #[lie(Invent)]
    FarRound,
    /// Sends an empty block as decided, with a single precommit as its proof.
    #[lie(Invent)]
    Undecided,
    /// Says that it is at the first height.
    #[lie(Omit)]
    NothingDecided,
    /// Sends a reply with a made-up result.
    #[lie(Contradict)]
    WrongResult,
}

/// The block that goes against this one.
fn other(block: &Block) -> Block {
    Block { parent: block.parent, requests: Vec::new() }
}

impl kernel::Lie for Tendermint {
    type Lie = Lie;

    fn lies(replica: Glance<'_, Self>, signer: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        match message {
            Message::Proposal(proposal) if proposal.offer.signer() == signer.name() => offers(signer, proposal, lies),
            Message::Vote(vote) if vote.signer() == signer.name() => {
                votes(replica.config, replica.state, signer, *vote.body(), lies);
            }
            Message::Status(status) if status.height > 1 => {
                lies.add(Lie::NothingDecided, Message::Status(Position { height: 1, round: None, last: 0 }));
            }
            Message::Commits(commits) => {
                let wrong = |commit: &Rc<Commit>| {
                    let (height, round, block) = (commit.height, commit.round, Rc::new(other(&commit.block)));
                    let id = Some(block.id());
                    let vote = Vote { height, round, kind: Kind::Precommit, id, valid_round: None };
                    Rc::new(Commit { height, round, block, precommits: vec![signer.sign(vote)] })
                };
                lies.add(Lie::Undecided, Message::Commits(commits.iter().map(wrong).collect()));
            }
            Message::Reply(reply) => {
                let result = if &*reply.body().result == "ok" { "nothing" } else { "ok" };
                let wrong = Reply { result: result.into(), ..reply.body().clone() };
                lies.add(Lie::WrongResult, Message::Reply(Rc::new(signer.sign(wrong))));
            }
            _ => {}
        }
    }
}

fn offers(signer: Signer, proposal: &Proposal, lies: &mut Lies<Tendermint>) {
    let offer = *proposal.offer.body();
    let say = |offer: Offer, block| Message::Proposal(Rc::new(Proposal { offer: signer.sign(offer), block }));
    let block = Rc::new(other(&proposal.block));
    if block != proposal.block {
        lies.add(Lie::OtherBlock, say(Offer { id: block.id(), ..offer }, block));
    }
    if let Some(before) = offer.round.checked_sub(1) {
        let wrong = Offer { valid_round: Some(before), ..offer };
        lies.add(Lie::FalseValidRound, say(wrong, proposal.block.clone()));
    }
}

fn votes(config: &Config, state: Option<&State>, signer: Signer, vote: Vote, lies: &mut Lies<Tendermint>) {
    let say = |vote: Vote| Message::Vote(signer.sign(vote));
    let proposal = state.and_then(|state| state.log.proposed(vote.height, vote.round).next());
    match (vote.id, proposal) {
        (Some(id), known) => {
            let contrary = known.map(|proposal| other(&proposal.block).id()).filter(|other| *other != id);
            lies.add(Lie::OtherVote, say(Vote { id: contrary, ..vote }));
            lies.add(Lie::VoteNil, say(Vote { id: None, valid_round: None, ..vote }));
            if vote.kind == Kind::Prevote {
                lies.add(Lie::EarlyPrecommit, say(Vote { kind: Kind::Precommit, valid_round: None, ..vote }));
            }
        }
        (None, Some(proposal)) => {
            let Offer { id, valid_round, .. } = *proposal.offer.body();
            let shown = valid_round.filter(|_| config.accountable && vote.kind == Kind::Prevote);
            lies.add(Lie::Amnesia, say(Vote { id: Some(id), valid_round: shown, ..vote }));
        }
        (None, None) => {}
    }
    lies.add(Lie::FarRound, say(Vote { round: vote.round + 10, id: None, valid_round: None, ..vote }));
}

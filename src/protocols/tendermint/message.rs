//! What travels. Proposals and votes are signed, so that anybody may pass them on, and two that contradict each other are
//! evidence against their signer.

use std::fmt;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::data::hash::stable_hash;
use crate::kernel::prelude::*;
use crate::services::kv::Command;

/// What a client wants, under its own count of its requests.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Who asks, and which of its requests it is.
    #[field(name = "request")]
    pub id: RequestId,
    /// What is to be done.
    #[field(value = command.to_string())]
    pub command: Command,
}

/// A value v: the block that is proposed for one height of the chain.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Block {
    /// The block decided at the height below; 0 at the first height.
    pub parent: u64,
    /// The requests, as their clients signed them.
    pub requests: Vec<Rc<Signed<Request>>>,
}

impl Block {
    /// id(v): a 64-bit stand-in for a cryptographic hash.
    pub fn id(&self) -> u64 {
        stable_hash(self).max(1)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.requests.as_slice() {
            [] => f.write_str("empty"),
            some => f.write_str(&listed(some.iter().map(|request| &request.body().command), " ")),
        }
    }
}

/// ⟨PROPOSAL, h, round, v, validRound⟩, with id(v) in place of v.
#[derive(ShowField, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Offer {
    /// h.
    pub height: u64,
    /// The round.
    pub round: u64,
    /// id(v).
    #[field(value = short(Some(*id)))]
    pub id: u64,
    /// In which round its proposer saw a quorum of prevotes for v; none, −1 in the paper, for a new one.
    pub valid_round: Option<u64>,
}

/// A proposal with its block.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Proposal {
    /// What its proposer signed.
    pub offer: Signed<Offer>,
    /// v.
    #[field(value = block.to_string())]
    pub block: Rc<Block>,
}

/// The two steps in which votes are cast.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Kind {
    /// Whether to accept the proposal.
    Prevote,
    /// Whether a quorum accepted it.
    Precommit,
}

impl Kind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        ["prevote", "precommit"][self as usize]
    }
}

/// ⟨PREVOTE, h, round, id(v)⟩ or ⟨PRECOMMIT, h, round, id(v)⟩; no id is nil.
#[derive(ShowField, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Vote {
    /// h.
    pub height: u64,
    /// The round.
    pub round: u64,
    /// Which of the two.
    #[field(name = "step", value = kind.word())]
    pub kind: Kind,
    /// id(v), or nil.
    #[field(value = short(*id))]
    pub id: Option<u64>,
    /// Of a prevote, where replicas are accountable: the proposal's validRound, that allows it.
    #[field(when(valid_round.is_some()))]
    pub valid_round: Option<u64>,
}

/// The first characters of an id.
pub fn short(id: Option<u64>) -> String {
    id.map_or_else(|| "nil".into(), |id| format!("{:04x}", id >> 48))
}

/// A decided block with its proof: precommits by a quorum in one round.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Commit {
    /// h.
    pub height: u64,
    /// The round of the precommits.
    pub round: u64,
    /// v.
    #[field(value = block.to_string())]
    pub block: Rc<Block>,
    /// Of different replicas.
    #[field(name = "precommits-of", value = listed(precommits.iter().map(Signed::signer), " "))]
    pub precommits: Vec<Signed<Vote>>,
}

/// What a replica waits for, so that others send what it lacks.
#[derive(ShowField, Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Position {
    /// Its height.
    pub height: u64,
    /// Its round, if it has begun one.
    pub round: Option<u64>,
    /// The block that it decided last.
    #[field(value = short(Some(*last)))]
    pub last: u64,
}

/// What a client is told.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// Which request.
    #[field(name = "request")]
    pub id: RequestId,
    /// What came of it.
    pub result: Word,
}

/// Each once.
pub fn signers(all: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
    let mut signers: Vec<_> = all.collect();
    signers.sort_unstable();
    signers.dedup();
    signers
}

/// Proposals and votes of one height, passed on as they were signed.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Passed {
    /// The height.
    pub height: u64,
    /// Proposals.
    #[field(name = "proposals-of", value = listed(signers(proposals.iter().map(|one| one.offer.signer())), " "))]
    pub proposals: Vec<Rc<Proposal>>,
    /// Votes.
    #[field(name = "votes-of", value = listed(signers(votes.iter().map(Signed::signer)), " "))]
    pub votes: Vec<Signed<Vote>>,
}

/// What travels.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[message(order("request", "proposal", "prevote", "precommit", "reply", "status", "passed-on", "commits"))]
pub enum Message {
    /// A client asks for something and signs its request.
    #[message(glyph = Envelope, label(_0.body().command))]
    Request(#[field(value = _0.body())] Rc<Signed<Request>>),
    /// The proposer of a round says which block it wants decided at this height.
    #[message(glyph = Box, epoch(_0.offer.body().round), label("#{} {}", _0.offer.body().height, _0.block))]
    Proposal(Rc<Proposal>),
    /// A replica says whether it accepts the proposal of this round.
    #[message(
        name = "prevote",
        glyph = Disc,
        reply,
        epoch(_0.body().round),
        label("prevote {}", short(_0.body().id))
    )]
    #[message(
        when(_0.body().kind == Kind::Precommit),
        name = "precommit",
        about = "A replica says whether it has seen a quorum accept the proposal of this round.",
        glyph = Diamond,
        reply,
        epoch(_0.body().round),
        label("precommit {}", short(_0.body().id))
    )]
    Vote(Signed<Vote>),
    /// A replica tells a client what came of its request.
    #[message(glyph = Envelope, reply, label(_0.body().result))]
    Reply(Rc<Signed<Reply>>),
    /// A replica that has waited for a while says how far it is.
    #[message(glyph = Tag, label("at #{}", _0.height))]
    Status(Position),
    /// Proposals and votes of a height, for a replica that may lack some of them.
    #[message(name = "passed-on", glyph = Disc, reply, label("votes #{}", _0.height))]
    Passed(Rc<Passed>),
    /// Decided blocks with the precommits that prove them, for a replica that lacks them.
    #[message(glyph = Diamond, reply, label("decided #{}…", _0.first().map_or(0, |commit| commit.height)))]
    Commits(#[field(name = "heights", value = listed(_0.iter().map(|commit| commit.height), " "))] Vec<Rc<Commit>>),
}

//! What travels: nodes of the tree, votes for them, and quorum certificates, which are so many votes for one node.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::data::hash::stable_hash;
use crate::kernel::prelude::*;
use crate::kernel::{Say, Sentence};
pub use crate::protocols::bft_client::{Reply, Request};

/// What stands below the first node.
pub const GENESIS: u64 = 0;

/// The type of a vote and of a certificate. Basic HotStuff has three votes a view, chained HotStuff a single one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Phase {
    /// The only one of the chained form: each counts for three nodes of a branch at once.
    #[default]
    Generic,
    /// The node is acceptable.
    Prepare,
    /// So many accepted it.
    PreCommit,
    /// So many know that.
    Commit,
}

impl Phase {
    /// The word for it.
    pub fn word(self) -> &'static str {
        ["generic", "prepare", "pre-commit", "commit"][self as usize]
    }
}

/// ⟨vote, type, curView, node⟩.
#[derive(ShowField, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Vote {
    /// The view.
    pub view: u64,
    /// The type.
    #[field(name = "type", value = phase.word())]
    pub phase: Phase,
    /// For which node.
    #[field(value = short(*node))]
    pub node: u64,
}

/// How a certificate proves that n − f replicas voted alike.
#[derive(Choice, Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Proof {
    /// By all their signatures, as in the authors' prototype (§8.3). It grows with n.
    #[default]
    List,
    /// By one threshold signature, made of theirs (§3). It is as long for any n, and does not tell who signed.
    Threshold,
}

// Hashed by hand: what is so by itself leaves no mark, so that a run is the same as before it could be chosen.
impl Hash for Proof {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if *self == Proof::Threshold {
            state.write_u8(1);
        }
    }
}

/// A quorum certificate: n − f replicas signed the same vote.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Certificate {
    /// The type.
    #[field(name = "type", value = phase.word())]
    pub phase: Phase,
    /// The view of the votes.
    pub view: u64,
    /// The node that they are for.
    #[field(value = short(*node))]
    pub node: u64,
    /// The votes that it is made of. With a threshold signature they stand for it here, and nobody reads who signed.
    #[field(name = "signers", value = signers(*proof, votes))]
    pub votes: Vec<Signed<Vote>>,
    /// What became of the signatures.
    #[field(skip)]
    pub proof: Proof,
}

fn signers(proof: Proof, votes: &[Signed<Vote>]) -> String {
    match proof {
        Proof::List => listed(votes.iter().map(Signed::signer), " "),
        Proof::Threshold => format!("{} together", votes.len()),
    }
}

impl Certificate {
    /// Whether it is the one that all begin with: it needs no votes.
    pub fn is_genesis(&self) -> bool {
        (self.view, self.node) == (0, GENESIS) && self.votes.is_empty()
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_genesis() {
            return f.write_str("genesis");
        }
        let signers = signers(self.proof, &self.votes);
        write!(f, "{} view {} node {} by {signers}", self.phase.word(), self.view, short(self.node))
    }
}

/// A node of the tree. In the paper its height is its view, and blank nodes fill the views in between; here the blanks
/// are in the picture alone, and `height` counts the nodes that are there.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Node {
    /// In which view it was proposed.
    pub view: u64,
    /// How many nodes there are up to it.
    pub height: u64,
    /// The node that it builds on.
    #[field(value = short(*parent))]
    pub parent: u64,
    /// cmd: what its leader wants done, as clients signed it.
    #[field(name = "commands", value = commands(requests))]
    pub requests: Vec<Rc<Signed<Request>>>,
    /// The certificate that allows it. In basic HotStuff it stands in the message, beside the node.
    #[field(value = justify.to_string())]
    pub justify: Rc<Certificate>,
}

fn commands(requests: &[Rc<Signed<Request>>]) -> String {
    match requests {
        [] => "empty".into(),
        some => listed(some.iter().map(|request| &request.body().command), " "),
    }
}

impl Node {
    /// Its view in the upper half, and in the lower a stand-in for a cryptographic hash of all that it holds.
    pub fn id(&self) -> u64 {
        self.view << 32 | stable_hash(self) >> 32
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&commands(&self.requests))
    }
}

/// A piece of a node's hash, in letters alone, so that nobody takes it for a number.
pub fn short(id: u64) -> String {
    let letter = |at: u32| char::from(b'a' + (id >> (16 + 4 * at) & 15) as u8);
    if id == GENESIS { "genesis".into() } else { (0..4).rev().map(letter).collect() }
}

/// A node's hash, as sentences say it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Id(pub u64);

impl Say for Id {
    fn say(self, to: &mut Sentence) {
        to.show(&short(self.0));
    }
}

/// Who sends it wants to be in this view, and has given up those below.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct NewView {
    /// The view.
    pub view: u64,
    /// prepareQC or genericQC: the highest certificate that it knows.
    #[field(value = justify.to_string())]
    pub justify: Rc<Certificate>,
    /// How many nodes it has executed, so that others can tell what it lacks.
    pub executed: u64,
    /// Whether it may have said so before, and wants an answer.
    pub again: bool,
}

/// What travels.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[message(order(
    "request",
    "new-view",
    "prepare",
    "pre-commit",
    "commit",
    "decide",
    "generic",
    "vote",
    "reply",
    "fetch",
    "branch",
    "newest"
))]
pub enum Message {
    /// A client asks for something and signs its request.
    #[message(glyph = Envelope, label(_0.body().command))]
    Request(#[field(value = _0.body())] Rc<Signed<Request>>),
    /// A replica wants to enter a view, and shows the highest certificate that it knows.
    #[message(glyph = Tag, epoch(_0.view), label("new view {}", _0.view))]
    NewView(NewView),
    /// The leader of a view proposes a node; its certificate drives the nodes below it on.
    #[message(name = "generic", glyph = Box, epoch(_0.view), label("v{} {}", _0.view, _0))]
    #[message(
        when(_0.justify.phase != Phase::Generic),
        name = "prepare",
        about = "The leader of a view proposes a node, with the highest certificate that it was shown.",
        glyph = Box,
        epoch(_0.view),
        label("v{} {}", _0.view, _0)
    )]
    Proposal(Rc<Node>),
    /// A replica signs its vote and sends it to the leader that gathers the votes.
    #[message(glyph = Disc, reply, epoch(_0.body().view), label("{} v{}", _0.body().phase.word(), _0.body().view))]
    Vote(Signed<Vote>),
    /// The leader shows that n − f accepted its node.
    #[message(name = "pre-commit", glyph = Diamond, epoch(_0.view), label("prepared v{}", _0.view))]
    #[message(
        when(_0.phase == Phase::PreCommit),
        name = "commit",
        about = "The leader shows that n − f know that n − f accepted its node. Replicas lock on it.",
        glyph = Diamond,
        epoch(_0.view),
        label("lock v{}", _0.view)
    )]
    #[message(
        when(_0.phase == Phase::Commit),
        name = "decide",
        about = "The leader shows that n − f are locked on its node, so that it can be executed.",
        glyph = Diamond,
        epoch(_0.view),
        label("decide v{}", _0.view)
    )]
    Certified(Rc<Certificate>),
    /// A replica tells a client what came of its request.
    #[message(glyph = Envelope, reply, label(_0.body().result))]
    Reply(Rc<Signed<Reply>>),
    /// A replica asks for a node that it lacks, and for those below it.
    #[message(glyph = Tag, label("{}?", short(*node)))]
    Fetch {
        /// The node.
        #[field(value = short(*node))]
        node: u64,
        /// Up to where it has executed.
        above: u64,
    },
    /// The nodes that were asked for, the lowest first.
    #[message(glyph = Box, reply, label("{} nodes", _0.len()))]
    Branch(#[field(name = "nodes", value = listed(_0.iter(), "; "))] Vec<Rc<Node>>),
    /// The newest certificates, for a replica that is behind.
    #[message(glyph = Diamond, reply, label("up to v{}", _0.iter().map(|one| one.view).max().unwrap_or(0)))]
    Newest(#[field(name = "certificates", value = listed(_0.iter(), "; "))] Vec<Rc<Certificate>>),
}

//! What travels, and the certificates that are made of it. Certificates and bulky messages are shared, so that copies are cheap.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::sequenced_digest::SequencedDigest;
use super::service::Service;
use crate::kernel::data::hash::stable_hash;
use crate::kernel::prelude::*;
use crate::services::kv::{Command, Word};

/// What a client wants: o, with t the client's own count of its requests (§4.1).
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Who asks, and t.
    #[field(name = "t")]
    pub id: RequestId,
    /// The operation o.
    #[field(name = "operation", value = command.to_string())]
    pub command: Command,
    /// To be answered at once, without an order (§5.1).
    pub read_only: bool,
}

/// Requests that share a number, as their clients signed them (§4.2). None of them: the null request, whose execution
/// does nothing (§4.4).
pub type Batch = Vec<Rc<Signed<Request>>>;

/// D(m), a 64-bit stand-in for a cryptographic digest; 0 is the null request's.
pub fn digest(batch: &Batch) -> u64 {
    if batch.is_empty() { 0 } else { stable_hash(batch).max(1) }
}

/// Whether the clients themselves signed these.
pub fn authentic(batch: &Batch) -> bool {
    batch.iter().all(|request| request.signer().is_client() && request.signer() == request.body().id.client)
}

/// What a signed place says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Phase {
    /// ⟨PRE-PREPARE, v, n, d⟩ (§4.2).
    PrePrepare,
    /// ⟨PREPARE, v, n, d, i⟩ (§4.2).
    Prepare,
    /// ⟨COMMIT, v, n, d, i⟩ (§4.2).
    Commit,
    /// ⟨CHECKPOINT, n, d, i⟩ (§4.3).
    Checkpoint,
}

/// A statement about a place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Vote {
    /// Which.
    pub phase: Phase,
    /// About what.
    pub place: SequencedDigest,
}

impl ShowField for Vote {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        if self.phase != Phase::Checkpoint {
            fields.number("v", self.place.view);
        }
        self.place.show_field(name, fields);
    }
}

/// A pre-prepare with the requests that go with it.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Proposal {
    /// What the primary signed.
    pub order: Signed<Vote>,
    /// m.
    #[field(name = "request", value = show(batch))]
    pub batch: Batch,
}

impl Proposal {
    /// View, number and digest.
    pub fn place(&self) -> &SequencedDigest {
        &self.order.body().place
    }

    fn show(&self) -> String {
        format!("#{} {}", self.place().sequence, show(&self.batch))
    }
}

/// A prepared certificate: a pre-prepare and Q − 1 matching prepares of different backups; or a committed one: a
/// pre-prepare and Q matching commits of different replicas (§4.2).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Certificate {
    /// The pre-prepare.
    pub proposal: Rc<Proposal>,
    /// The prepares or commits, of different signers.
    pub votes: Vec<Signed<Vote>>,
}

/// A stable checkpoint with its proof: Q matching checkpoint messages of different replicas (§4.3). Number 0 needs none.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Stable {
    /// n and d; the view is 0.
    pub place: SequencedDigest,
    /// C: the checkpoint messages.
    #[field(name = "checkpoints-of", value = listed(proof.iter().map(Signed::signer), " "))]
    pub proof: Vec<Signed<Vote>>,
}

/// ⟨VIEW-CHANGE, v, n, C, P, i⟩ (§4.4).
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct ViewChange {
    /// The view that the sender wants.
    #[field(name = "v")]
    pub view: u64,
    /// n and C.
    #[field(name = "stable-checkpoint", value = stable.place.sequence)]
    pub stable: Rc<Stable>,
    /// P: a prepared certificate for each number above n that prepared here, in ascending order.
    #[field(value = listed(prepared.iter().map(|cert| cert.proposal.place().sequence), " "))]
    pub prepared: Vec<Rc<Certificate>>,
}

/// ⟨NEW-VIEW, v, V, O⟩ (§4.4).
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct NewView {
    /// The view that begins.
    #[field(name = "v")]
    pub view: u64,
    /// V: Q view-changes of different replicas.
    #[field(name = "view-changes-of", value = listed(proofs.iter().map(|proof| proof.signer()), " "))]
    pub proofs: Vec<Rc<Signed<ViewChange>>>,
    /// O: the pre-prepares that V demands, in ascending order.
    #[field(name = "pre-prepares", value = listed(proposals.iter().map(|proposal| proposal.show()), ", "))]
    pub proposals: Vec<Rc<Proposal>>,
}

/// ⟨REPLY, v, t, c, i, r⟩ (§4.1).
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// The replica's view, from which the client learns who is primary; in a tentative reply the one it prepared in.
    #[field(name = "v")]
    pub view: u64,
    /// c and t.
    #[field(name = "t")]
    pub id: RequestId,
    /// n: where the request was executed in view v, or the last number before a read; 0 where the reply says nothing of that.
    #[field(name = "n", when(*sequence > 0))]
    pub sequence: u64,
    /// r.
    pub result: Word,
    /// Not committed yet (§5.1).
    #[field(when(*tentative))]
    pub tentative: bool,
}

/// What a replica has, so that others send what it lacks.
#[derive(ShowField, Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Status {
    /// Its view.
    #[field(name = "v")]
    pub view: u64,
    /// Whether it waits for this view to begin.
    #[field(name = "changing-view")]
    pub changing: bool,
    /// The last number that it executed.
    #[field(name = "last-executed")]
    pub executed: u64,
    /// Its last stable checkpoint's number, h.
    #[field(name = "stable-checkpoint")]
    pub stable: u64,
}

/// What travels.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[message(order(
    "request",
    "pre-prepare",
    "prepare",
    "commit",
    "reply",
    "view-change",
    "new-view",
    "status",
    "checkpoint",
    "stable",
    "fetch",
    "state"
))]
pub enum Message {
    /// A client asks for an operation and signs its request.
    ///
    /// From a client, or relayed by a backup.
    #[message(glyph = Envelope, label(_0.body().command))]
    Request(#[field(value = _0.body())] Rc<Signed<Request>>),
    /// The primary gives a request its number in this view.
    ///
    /// From the primary to all; anybody may pass it on.
    #[message(glyph = Box, epoch(_0.place().view), label(_0.show()))]
    PrePrepare(Rc<Proposal>),
    /// A backup has accepted this order and no other.
    ///
    /// A prepare, commit or checkpoint, from each replica to all.
    #[message(
        name = "prepare",
        glyph = Disc,
        reply,
        epoch(_0.body().place.view),
        label("prepare #{}", _0.body().place.sequence)
    )]
    #[message(
        when(_0.body().phase == Phase::Commit),
        name = "commit",
        about = "A replica knows that a quorum has accepted this order.",
        glyph = Diamond,
        reply,
        epoch(_0.body().place.view),
        label("commit #{}", _0.body().place.sequence)
    )]
    #[message(
        when(_0.body().phase == Phase::Checkpoint),
        name = "checkpoint",
        about = "A replica sends the digest of its state after every Kth number.",
        glyph = Disc,
        label("checkpoint #{}", _0.body().place.sequence)
    )]
    Vote(Signed<Vote>),
    /// A replica tells the client the result.
    #[message(glyph = Envelope, reply, epoch(_0.body().view), label(_0.body().result))]
    Reply(Rc<Signed<Reply>>),
    /// A replica wants another primary, and shows its stable checkpoint and what has prepared after it.
    #[message(glyph = Hexagon, epoch(_0.body().view), label("v{}?", _0.body().view))]
    ViewChange(Rc<Signed<ViewChange>>),
    /// The new primary begins its view, with a proof of what must be kept.
    ///
    /// To all; anybody may pass it on.
    #[message(glyph = Hexagon, reply, epoch(_0.body().view), label("v{}!", _0.body().view))]
    NewView(Rc<Signed<NewView>>),
    /// A replica that is missing messages says what it has.
    #[message(glyph = Tag, epoch(_0.view), label("have #{}", _0.executed))]
    Status(Status),
    /// Committed requests with the signatures of a quorum, for a replica that lacks them.
    ///
    /// In ascending order.
    #[message(glyph = Diamond, reply, label("committed #{}…", Ends::of(_0).from))]
    Committed(#[field(value = Ends::of(_0))] Vec<Rc<Certificate>>),
    /// The proof of a stable checkpoint for a replica that lacks it: checkpoint messages from a quorum.
    #[message(glyph = Diamond, reply, label("stable #{}", _0.place.sequence))]
    Stable(Rc<Stable>),
    /// A replica asks for the state of a stable checkpoint.
    ///
    /// At this number or above.
    #[message(glyph = Tag, label = "state #{_0}?")]
    Fetch(#[field(name = "n")] u64),
    /// The state of a stable checkpoint with its proof.
    #[message(glyph = Box, reply, label("state #{}", _0.place.sequence))]
    State(Rc<Stable>, #[field(name = "store", value = _1.store.show())] Service),
}

/// The first and the last number of some certificates.
#[derive(ShowField)]
struct Ends {
    from: u64,
    to: u64,
}

impl Ends {
    fn of(list: &[Rc<Certificate>]) -> Self {
        let sequence = |cert: Option<&Rc<Certificate>>| cert.map_or(0, |cert| cert.proposal.place().sequence);
        Ends { from: sequence(list.first()), to: sequence(list.last()) }
    }
}

/// Requests in a few characters.
pub fn show(batch: &Batch) -> String {
    match batch.as_slice() {
        [] => "null".into(),
        batch => listed(batch.iter().map(|request| &request.body().command), " "),
    }
}

//! What travels, and the certificates that are made of it. Certificates and bulky messages are shared, so that copies are cheap.

use std::rc::Rc;

use super::execute::Service;
use crate::kernel::data::hash::stable_hash;
use crate::kernel::{Fields, Message as Describe, RequestId, Signed, enumerate};
use crate::protocols::kv::{Command, Word};

/// What a client wants: o, with t the client's own count of its requests (§4.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Request {
    /// Who asks, and t.
    pub id: RequestId,
    /// The operation o.
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

/// View, sequence number and digest: what votes speak of. A checkpoint's view is 0, and its digest that of the state.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Place {
    /// v.
    pub view: u64,
    /// n, from 1.
    pub sequence: u64,
    /// d.
    pub digest: u64,
}

/// What a signed place says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
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
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Vote {
    /// Which.
    pub phase: Phase,
    /// About what.
    pub place: Place,
}

/// A pre-prepare with the requests that go with it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Proposal {
    /// What the primary signed.
    pub order: Signed<Vote>,
    /// m.
    pub batch: Batch,
}

impl Proposal {
    /// View, number and digest.
    pub fn place(&self) -> &Place {
        &self.order.body().place
    }
}

/// A prepared certificate: a pre-prepare and Q − 1 matching prepares of different backups; or a committed one: a
/// pre-prepare and Q matching commits of different replicas (§4.2).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Certificate {
    /// The pre-prepare.
    pub proposal: Rc<Proposal>,
    /// The prepares or commits, of different signers.
    pub votes: Vec<Signed<Vote>>,
}

/// A stable checkpoint with its proof: Q matching checkpoint messages of different replicas (§4.3). Number 0 needs none.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Stable {
    /// n and d; the view is 0.
    pub place: Place,
    /// C: the checkpoint messages.
    pub proof: Vec<Signed<Vote>>,
}

/// ⟨VIEW-CHANGE, v, n, C, P, i⟩ (§4.4).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ViewChange {
    /// The view that the sender wants.
    pub view: u64,
    /// n and C.
    pub stable: Rc<Stable>,
    /// P: a prepared certificate for each number above n that prepared here, in ascending order.
    pub prepared: Vec<Rc<Certificate>>,
}

/// ⟨NEW-VIEW, v, V, O⟩ (§4.4).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct NewView {
    /// The view that begins.
    pub view: u64,
    /// V: Q view-changes of different replicas.
    pub proofs: Vec<Rc<Signed<ViewChange>>>,
    /// O: the pre-prepares that V demands, in ascending order.
    pub proposals: Vec<Rc<Proposal>>,
}

/// ⟨REPLY, v, t, c, i, r⟩ (§4.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Reply {
    /// The replica's view, from which the client learns who is primary; in a tentative reply the one it prepared in.
    pub view: u64,
    /// c and t.
    pub id: RequestId,
    /// n: where the request was executed in view v, or the last number before a read; 0 where the reply says nothing of that.
    pub sequence: u64,
    /// r.
    pub result: Word,
    /// Not committed yet (§5.1).
    pub tentative: bool,
}

/// What a replica has, so that others send what it lacks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Status {
    /// Its view.
    pub view: u64,
    /// Whether it waits for this view to begin.
    pub changing: bool,
    /// The last number that it executed.
    pub executed: u64,
    /// Its last stable checkpoint's number, h.
    pub stable: u64,
}

/// What travels.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Message {
    /// From a client, or relayed by a backup.
    Request(Rc<Signed<Request>>),
    /// From the primary to all; anybody may pass it on.
    PrePrepare(Rc<Proposal>),
    /// A prepare, commit or checkpoint, from each replica to all.
    Vote(Signed<Vote>),
    /// From each replica to the client.
    Reply(Rc<Signed<Reply>>),
    /// From each replica that wants another view, to all.
    ViewChange(Rc<Signed<ViewChange>>),
    /// From the new primary to all; anybody may pass it on.
    NewView(Rc<Signed<NewView>>),
    /// From a replica that waits for something.
    Status(Status),
    /// Committed certificates in ascending order, for a replica that lacks them.
    Committed(Vec<Rc<Certificate>>),
    /// A stable checkpoint's proof, for a replica that lacks it.
    Stable(Rc<Stable>),
    /// A replica asks for the state of the stable checkpoint at this number or above.
    Fetch(u64),
    /// A stable checkpoint's proof with its state.
    State(Rc<Stable>, Service),
}

/// Kinds, as places in the descriptor's list.
pub mod kind {
    #![allow(missing_docs)]
    pub const REQUEST: u8 = 0;
    pub const PRE_PREPARE: u8 = 1;
    pub const PREPARE: u8 = 2;
    pub const COMMIT: u8 = 3;
    pub const REPLY: u8 = 4;
    pub const VIEW_CHANGE: u8 = 5;
    pub const NEW_VIEW: u8 = 6;
    pub const STATUS: u8 = 7;
    pub const CHECKPOINT: u8 = 8;
    pub const STABLE: u8 = 9;
    pub const FETCH: u8 = 10;
    pub const STATE: u8 = 11;
    pub const COMMITTED: u8 = 12;
}

/// Requests in a few characters.
pub fn show(batch: &Batch) -> String {
    match batch.as_slice() {
        [] => "null".into(),
        batch => join(batch.iter().map(|request| request.body().command.to_string()), " "),
    }
}

/// Words with something between them.
pub fn join(words: impl Iterator<Item = String>, between: &str) -> String {
    let mut text = String::new();
    for word in words {
        enumerate(&mut text, between, &word);
    }
    text
}

/// A digest in a few characters.
pub fn short(digest: u64) -> String {
    format!("{:08x}", digest >> 32)
}

fn vote_fields(fields: &mut Fields, vote: &Signed<Vote>) {
    let Place { view, sequence, digest } = vote.body().place;
    if vote.body().phase != Phase::Checkpoint {
        fields.number("v", view);
    }
    fields.number("n", sequence);
    fields.text("d", &short(digest));
    fields.show("signed-by", &vote.signer());
}

impl Describe for Message {
    fn kind(&self) -> u8 {
        match self {
            Message::Request(_) => kind::REQUEST,
            Message::PrePrepare(_) => kind::PRE_PREPARE,
            Message::Vote(vote) => match vote.body().phase {
                Phase::PrePrepare => kind::PRE_PREPARE,
                Phase::Prepare => kind::PREPARE,
                Phase::Commit => kind::COMMIT,
                Phase::Checkpoint => kind::CHECKPOINT,
            },
            Message::Reply(_) => kind::REPLY,
            Message::ViewChange(_) => kind::VIEW_CHANGE,
            Message::NewView(_) => kind::NEW_VIEW,
            Message::Status(_) => kind::STATUS,
            Message::Committed(_) => kind::COMMITTED,
            Message::Stable(_) => kind::STABLE,
            Message::Fetch(_) => kind::FETCH,
            Message::State(..) => kind::STATE,
        }
    }

    fn epoch(&self) -> Option<u64> {
        match self {
            Message::PrePrepare(proposal) => Some(proposal.place().view),
            Message::Vote(vote) if vote.body().phase != Phase::Checkpoint => Some(vote.body().place.view),
            Message::Reply(reply) => Some(reply.body().view),
            Message::ViewChange(change) => Some(change.body().view),
            Message::NewView(new) => Some(new.body().view),
            Message::Status(status) => Some(status.view),
            _ => None,
        }
    }

    fn label(&self) -> String {
        match self {
            Message::Request(request) => request.body().command.to_string(),
            Message::PrePrepare(proposal) => format!("#{} {}", proposal.place().sequence, show(&proposal.batch)),
            Message::Vote(vote) => {
                let word = super::descriptor::MESSAGES[self.kind() as usize].name;
                format!("{word} #{}", vote.body().place.sequence)
            }
            Message::Reply(reply) => reply.body().result.to_string(),
            Message::ViewChange(change) => format!("v{}?", change.body().view),
            Message::NewView(new) => format!("v{}!", new.body().view),
            Message::Status(status) => format!("have #{}", status.executed),
            Message::Committed(list) => format!("committed #{}…", ends(list).0),
            Message::Stable(stable) => format!("stable #{}", stable.place.sequence),
            Message::Fetch(sequence) => format!("state #{sequence}?"),
            Message::State(stable, _) => format!("state #{}", stable.place.sequence),
        }
    }

    fn fields(&self, fields: &mut Fields) {
        match self {
            Message::Request(request) => {
                let body = request.body();
                fields.show("operation", &body.command);
                fields.show("t", &body.id);
                fields.text("read-only", yes_no(body.read_only));
            }
            Message::PrePrepare(proposal) => {
                vote_fields(fields, &proposal.order);
                fields.text("request", &show(&proposal.batch));
            }
            Message::Vote(vote) => vote_fields(fields, vote),
            Message::Reply(reply) => {
                let body = reply.body();
                fields.number("v", body.view);
                if body.sequence > 0 {
                    fields.number("n", body.sequence);
                }
                fields.show("t", &body.id);
                fields.text("result", &body.result);
                if body.tentative {
                    fields.text("tentative", "yes");
                }
                fields.show("signed-by", &reply.signer());
            }
            Message::ViewChange(change) => view_change_fields(fields, change),
            Message::NewView(new) => new_view_fields(fields, new),
            Message::Status(status) => {
                fields.number("v", status.view);
                fields.text("changing-view", yes_no(status.changing));
                fields.number("last-executed", status.executed);
                fields.number("stable-checkpoint", status.stable);
            }
            Message::Committed(list) => {
                let (first, last) = ends(list);
                fields.number("from", first);
                fields.number("to", last);
            }
            Message::Stable(stable) => stable_fields(fields, stable),
            Message::Fetch(sequence) => fields.number("n", *sequence),
            Message::State(stable, service) => {
                stable_fields(fields, stable);
                fields.text("store", &service.store.show());
            }
        }
    }
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// The first and the last number of these.
fn ends(list: &[Rc<Certificate>]) -> (u64, u64) {
    let sequence = |cert: Option<&Rc<Certificate>>| cert.map_or(0, |cert| cert.proposal.place().sequence);
    (sequence(list.first()), sequence(list.last()))
}

fn stable_fields(fields: &mut Fields, stable: &Stable) {
    fields.number("n", stable.place.sequence);
    fields.text("d", &short(stable.place.digest));
    fields.text("checkpoints-of", &join(stable.proof.iter().map(|vote| vote.signer().to_string()), " "));
}

fn view_change_fields(fields: &mut Fields, change: &Signed<ViewChange>) {
    let body = change.body();
    let prepared = body.prepared.iter().map(|cert| cert.proposal.place().sequence.to_string());
    fields.number("v", body.view);
    fields.number("stable-checkpoint", body.stable.place.sequence);
    fields.text("prepared", &join(prepared, " "));
    fields.show("signed-by", &change.signer());
}

fn new_view_fields(fields: &mut Fields, new: &Signed<NewView>) {
    let body = new.body();
    let proofs = body.proofs.iter().map(|proof| proof.signer().to_string());
    let orders = body.proposals.iter().map(|p| format!("#{} {}", p.place().sequence, show(&p.batch)));
    fields.number("v", body.view);
    fields.text("view-changes-of", &join(proofs, " "));
    fields.text("pre-prepares", &join(orders, ", "));
    fields.show("signed-by", &new.signer());
}

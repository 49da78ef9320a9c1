//! What travels, and the certificates that are made of it. Certificates and bulky messages are shared, so that copies are cheap.

use std::fmt;
use std::rc::Rc;

use crate::kernel::hash::stable_hash;
use crate::kernel::{Field, Log, Message as Describe, NodeId, RequestId, Signed};
use crate::protocols::kv::{Command, Word};

/// What a client wants: o, with t the client's own count of its requests (§4.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Request {
    /// Who asks, and t.
    pub id: RequestId,
    /// The operation o.
    pub command: Command,
}

/// A request as its client signed it. `None` stands for the null request, whose execution does nothing (§4.4).
pub type Order = Option<Rc<Signed<Request>>>;

/// D(m), a 64-bit stand-in for a cryptographic digest; 0 is the null request's.
pub fn digest(order: &Order) -> u64 {
    order.as_ref().map_or(0, |request| stable_hash(&**request).max(1))
}

/// Whether the client itself signed this; nobody signs null requests.
pub fn authentic(order: &Order) -> bool {
    order.as_ref().is_none_or(|request| request.signer().is_client() && request.signer() == request.body().id.client)
}

/// View, sequence number and digest: what pre-prepares, prepares and commits speak of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// v.
    pub view: u64,
    /// n, from 1.
    pub sequence: u64,
    /// d.
    pub digest: u64,
}

/// ⟨PRE-PREPARE, v, n, d⟩ (§4.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PrePrepare(pub Place);

/// ⟨PREPARE, v, n, d, i⟩ (§4.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Prepare(pub Place);

/// ⟨COMMIT, v, n, d, i⟩ (§4.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Commit(pub Place);

/// A statement about a place.
pub trait Vote {
    /// The place.
    fn place(&self) -> &Place;
}

impl Vote for Prepare {
    fn place(&self) -> &Place {
        &self.0
    }
}

impl Vote for Commit {
    fn place(&self) -> &Place {
        &self.0
    }
}

/// A pre-prepare with the request that goes with it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Proposal {
    /// What the primary signed.
    pub order: Signed<PrePrepare>,
    /// m.
    pub request: Order,
}

impl Proposal {
    /// View, number and digest.
    pub fn place(&self) -> &Place {
        &self.order.body().0
    }
}

/// A prepared certificate: a pre-prepare and Q − 1 matching prepares of different backups (§4.2).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Prepared {
    /// The pre-prepare.
    pub proposal: Rc<Proposal>,
    /// The prepares, of different signers.
    pub prepares: Vec<Signed<Prepare>>,
}

/// A committed request with its proof: Q matching commits of different replicas (§4.2).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Decided {
    /// Where it was committed.
    pub place: Place,
    /// m.
    pub request: Order,
    /// The commits, of different signers.
    pub commits: Vec<Signed<Commit>>,
}

/// ⟨VIEW-CHANGE, v, n, C, P, i⟩ (§4.4). Without checkpoints, n is the last executed number and C holds a commit
/// certificate for each number up to n; a checkpoint's proof will take its place.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ViewChange {
    /// The view that the sender wants.
    pub view: u64,
    /// C, number 1 first; n is its length.
    pub decided: Log<Rc<Decided>>,
    /// P: a prepared certificate for each number above n that prepared here, in ascending order.
    pub prepared: Vec<Rc<Prepared>>,
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
    /// The replica's view, from which the client learns who is primary.
    pub view: u64,
    /// c and t.
    pub id: RequestId,
    /// r.
    pub result: Word,
}

/// What travels.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Message {
    /// From a client, or relayed by a backup.
    Request(Rc<Signed<Request>>),
    /// From the primary to all.
    PrePrepare(Rc<Proposal>),
    /// From each backup to all.
    Prepare(Signed<Prepare>),
    /// From each replica to all.
    Commit(Signed<Commit>),
    /// From each replica to the client.
    Reply(Rc<Signed<Reply>>),
    /// From each replica that wants another view, to all.
    ViewChange(Rc<Signed<ViewChange>>),
    /// From the new primary to all; anybody may pass it on.
    NewView(Rc<Signed<NewView>>),
    /// From a replica that waits for something: what it has, so that others send what it lacks.
    Status {
        /// Its view.
        view: u64,
        /// Whether it waits for this view to begin.
        changing: bool,
        /// The last number it executed.
        executed: u64,
    },
    /// Committed requests with their certificates, in ascending order.
    Decided(Rc<[Rc<Decided>]>),
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
    pub const DECIDED: u8 = 8;
}

/// A request in a few characters.
pub fn show(order: &Order) -> String {
    order.as_ref().map_or_else(|| "null".into(), |request| request.body().command.to_string())
}

fn field(name: &'static str, value: impl fmt::Display) -> Field {
    Field { name, value: value.to_string().into() }
}

fn number(name: &'static str, value: u64) -> Field {
    Field { name, value: value.into() }
}

fn place_fields(place: &Place, signer: NodeId) -> Vec<Field> {
    let digest = format!("{:08x}", place.digest >> 32);
    vec![number("v", place.view), number("n", place.sequence), field("d", digest), field("signed-by", signer)]
}

impl Describe for Message {
    fn kind(&self) -> u8 {
        match self {
            Message::Request(_) => kind::REQUEST,
            Message::PrePrepare(_) => kind::PRE_PREPARE,
            Message::Prepare(_) => kind::PREPARE,
            Message::Commit(_) => kind::COMMIT,
            Message::Reply(_) => kind::REPLY,
            Message::ViewChange(_) => kind::VIEW_CHANGE,
            Message::NewView(_) => kind::NEW_VIEW,
            Message::Status { .. } => kind::STATUS,
            Message::Decided(_) => kind::DECIDED,
        }
    }

    fn epoch(&self) -> Option<u64> {
        match self {
            Message::Request(_) => None,
            Message::PrePrepare(proposal) => Some(proposal.place().view),
            Message::Prepare(vote) => Some(vote.body().0.view),
            Message::Commit(vote) => Some(vote.body().0.view),
            Message::Reply(reply) => Some(reply.body().view),
            Message::ViewChange(change) => Some(change.body().view),
            Message::NewView(new) => Some(new.body().view),
            Message::Status { view, .. } => Some(*view),
            Message::Decided(list) => list.last().map(|decided| decided.place.view),
        }
    }

    fn label(&self) -> String {
        match self {
            Message::Request(request) => request.body().command.to_string(),
            Message::PrePrepare(proposal) => format!("#{} {}", proposal.place().sequence, show(&proposal.request)),
            Message::Prepare(vote) => format!("prepare #{}", vote.body().0.sequence),
            Message::Commit(vote) => format!("commit #{}", vote.body().0.sequence),
            Message::Reply(reply) => reply.body().result.to_string(),
            Message::ViewChange(change) => format!("v{}?", change.body().view),
            Message::NewView(new) => format!("v{}!", new.body().view),
            Message::Status { executed, .. } => format!("have #{executed}"),
            Message::Decided(list) => format!("#{}…", list.first().map_or(0, |decided| decided.place.sequence)),
        }
    }

    fn fields(&self) -> Vec<Field> {
        match self {
            Message::Request(request) => {
                vec![field("operation", &request.body().command), field("t", request.body().id)]
            }
            Message::PrePrepare(proposal) => {
                let mut fields = place_fields(proposal.place(), proposal.order.signer());
                fields.push(field("request", show(&proposal.request)));
                fields
            }
            Message::Prepare(vote) => place_fields(&vote.body().0, vote.signer()),
            Message::Commit(vote) => place_fields(&vote.body().0, vote.signer()),
            Message::Reply(reply) => {
                let body = reply.body();
                let signer = field("signed-by", reply.signer());
                vec![number("v", body.view), field("t", body.id), field("result", &body.result), signer]
            }
            Message::ViewChange(change) => view_change_fields(change),
            Message::NewView(new) => new_view_fields(new),
            Message::Status { view, changing, executed } => {
                let waits = if *changing { "yes" } else { "no" };
                vec![number("v", *view), field("changing-view", waits), number("last-executed", *executed)]
            }
            Message::Decided(list) => {
                let ends = |decided: Option<&Rc<Decided>>| decided.map_or(0, |decided| decided.place.sequence);
                vec![number("from", ends(list.first())), number("to", ends(list.last()))]
            }
        }
    }
}

fn view_change_fields(change: &Signed<ViewChange>) -> Vec<Field> {
    let body = change.body();
    let prepared: Vec<_> = body.prepared.iter().map(|cert| cert.proposal.place().sequence.to_string()).collect();
    vec![
        number("v", body.view),
        number("last-executed", body.decided.len() as u64),
        field("prepared", prepared.join(" ")),
        field("signed-by", change.signer()),
    ]
}

fn new_view_fields(new: &Signed<NewView>) -> Vec<Field> {
    let body = new.body();
    let proofs: Vec<_> = body.proofs.iter().map(|proof| proof.signer().to_string()).collect();
    let orders: Vec<_> =
        body.proposals.iter().map(|p| format!("#{} {}", p.place().sequence, show(&p.request))).collect();
    vec![
        number("v", body.view),
        field("view-changes-of", proofs.join(" ")),
        field("pre-prepares", orders.join(", ")),
        field("signed-by", new.signer()),
    ]
}

//! What a Byzantine replica may say instead, signed in its own name only.

use std::rc::Rc;

use super::message::{
    Commit, Decided, Message, NewView, Place, PrePrepare, Prepare, Proposal, Reply, ViewChange, digest,
};
use crate::kernel::{LieInfo, LieSort, Log, Signer};

/// The lies, for the descriptor.
pub const LIES: &[LieInfo] = &[
    LieInfo::new(
        "null-order",
        LieSort::Contradict,
        "A pre-prepare of the null request: others are told another order.",
    ),
    LieInfo::new("other-number", LieSort::Contradict, "A pre-prepare of the same request under the next number."),
    LieInfo::new("other-digest", LieSort::Contradict, "A prepare or commit for the null request at this number."),
    LieInfo::new("forgetful", LieSort::Omit, "A view-change without its prepared certificates."),
    LieInfo::new("blank", LieSort::Omit, "A view-change of somebody who has executed and prepared nothing."),
    LieInfo::new("wrong-result", LieSort::Contradict, "A reply with a made-up result."),
    LieInfo::new("no-proposals", LieSort::Omit, "A new-view that proposes null requests where others had prepared."),
    LieInfo::new("early-commit", LieSort::Grant, "A commit with the prepare, though nothing has prepared yet."),
    LieInfo::new("nothing-executed", LieSort::Omit, "A status of somebody who has executed nothing."),
    LieInfo::new("unproven", LieSort::Invent, "Null requests, said to be committed, with one commit for a proof."),
];

/// What could be sent instead of this message.
pub fn lies(signer: Signer, message: &Message) -> Vec<(u8, Message)> {
    match message {
        Message::PrePrepare(proposal) if proposal.order.signer() == signer.name() => {
            let place = *proposal.place();
            let order = |place| signer.sign(PrePrepare(place));
            let null = Proposal { order: order(Place { digest: digest(&None), ..place }), request: None };
            let next = order(Place { sequence: place.sequence + 1, ..place });
            let later = Proposal { order: next, request: proposal.request.clone() };
            vec![(0, Message::PrePrepare(Rc::new(null))), (1, Message::PrePrepare(Rc::new(later)))]
        }
        Message::Prepare(vote) => {
            let place = vote.body().0;
            let other = Message::Prepare(signer.sign(Prepare(other(place))));
            vec![(2, other), (7, Message::Commit(signer.sign(Commit(place))))]
        }
        Message::Commit(vote) => vec![(2, Message::Commit(signer.sign(Commit(other(vote.body().0)))))],
        Message::ViewChange(change) if change.signer() == signer.name() => {
            let body = change.body();
            let forgetful = ViewChange { prepared: Vec::new(), ..body.clone() };
            let blank = ViewChange { view: body.view, decided: Log::new(), prepared: Vec::new() };
            let sign = |change| Message::ViewChange(Rc::new(signer.sign(change)));
            vec![(3, sign(forgetful)), (4, sign(blank))]
        }
        Message::Reply(reply) => {
            let result = if &*reply.body().result == "ok" { "nothing" } else { "ok" };
            let wrong = Reply { result: result.into(), ..reply.body().clone() };
            vec![(5, Message::Reply(Rc::new(signer.sign(wrong))))]
        }
        Message::NewView(new) if new.signer() == signer.name() && !new.body().proposals.is_empty() => {
            let null = |proposal: &Rc<Proposal>| {
                let place = Place { digest: digest(&None), ..*proposal.place() };
                Rc::new(Proposal { order: signer.sign(PrePrepare(place)), request: None })
            };
            let proposals = new.body().proposals.iter().map(null).collect();
            let wrong = NewView { proposals, ..new.body().clone() };
            vec![(6, Message::NewView(Rc::new(signer.sign(wrong))))]
        }
        Message::Status { view, changing, executed } if *executed > 0 => {
            vec![(8, Message::Status { view: *view, changing: *changing, executed: 0 })]
        }
        Message::Decided(list) => vec![(9, Message::Decided(list.iter().map(|old| unproven(signer, old)).collect()))],
        _ => Vec::new(),
    }
}

fn unproven(signer: Signer, decided: &Decided) -> Rc<Decided> {
    let place = Place { digest: digest(&None), ..decided.place };
    Rc::new(Decided { place, request: None, commits: vec![signer.sign(Commit(place))] })
}

/// The null request's place where a request stood, and something that nobody asked for where the null request stood.
fn other(place: Place) -> Place {
    Place { digest: u64::from(place.digest == digest(&None)), ..place }
}

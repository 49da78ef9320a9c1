//! What a Byzantine replica may say instead, signed in its own name only.

use std::rc::Rc;

use super::message::{Commit, Message, NewView, Place, PrePrepare, Prepare, Proposal, Reply, ViewChange, digest};
use crate::kernel::{Log, Signer, WordInfo};

/// The lies, for the descriptor.
pub const LIES: &[WordInfo] = &[
    WordInfo { name: "null-order", about: "A pre-prepare of the null request: others are told another order." },
    WordInfo { name: "other-number", about: "A pre-prepare of the same request under the next number." },
    WordInfo { name: "other-digest", about: "A prepare or commit for the null request at this number." },
    WordInfo { name: "forgetful", about: "A view-change without its prepared certificates." },
    WordInfo { name: "blank", about: "A view-change of somebody who has executed and prepared nothing." },
    WordInfo { name: "wrong-result", about: "A reply with a made-up result." },
    WordInfo { name: "no-proposals", about: "A new-view that proposes null requests where others had prepared." },
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
        Message::Prepare(vote) => vec![(2, Message::Prepare(signer.sign(Prepare(other(vote.body().0)))))],
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
        _ => Vec::new(),
    }
}

/// The null request's place where a request stood, and something that nobody asked for where the null request stood.
fn other(place: Place) -> Place {
    Place { digest: u64::from(place.digest == digest(&None)), ..place }
}

//! What a Byzantine replica may say instead, signed in its own name only.

use std::rc::Rc;

use super::message::{
    Batch, Certificate, Message, NewView, Phase, Proposal, Reply, Stable, Status, ViewChange, Vote, digest,
};
use super::sequenced_digest::SequencedDigest;
use super::service::Service;
use super::{Config, Pbft};
use crate::kernel::{self, Lies, Signer};

/// The lies.
#[derive(kernel::Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Sends a pre-prepare with the null request, unlike the one that others get.
    #[lie(Contradict)]
    NullOrder,
    /// Sends a pre-prepare with the same request, but the next number.
    #[lie(Contradict)]
    OtherNumber,
    /// Sends a prepare, commit or checkpoint with another digest.
    #[lie(Contradict)]
    OtherDigest,
    /// Sends a view-change without its prepared certificates.
    #[lie(Omit)]
    Forgetful,
    /// Sends a view-change as if it had no checkpoint and had prepared nothing.
    #[lie(Omit)]
    Blank,
    /// Sends a reply with a made-up result.
    #[lie(Contradict)]
    WrongResult,
    /// Sends a new-view that proposes null requests where others had prepared.
    #[lie(Omit)]
    NoProposals,
    /// Sends a commit together with the prepare, although nothing has prepared yet.
    #[lie(Grant)]
    EarlyCommit,
    /// Sends a status as if it had executed nothing.
    #[lie(Omit)]
    NothingExecuted,
    /// Sends a stable checkpoint of an empty state with a single signature as its proof.
    #[lie(Invent)]
    Unproven,
    /// Sends a pre-prepare far above the high watermark, to fill up the log.
    #[lie(Contradict)]
    SkippedNumber,
    /// Sends a pre-prepare with a number that is already executed and discarded.
    #[lie(Contradict)]
    OldNumber,
    /// Sends a pre-prepare that leaves out the requests of clients with even numbers.
    #[lie(Omit)]
    Starved,
    /// Sends the proof of a checkpoint with an empty state.
    #[lie(Invent)]
    WrongState,
    /// Sends null requests as committed, with a single commit as their proof.
    #[lie(Invent)]
    Uncommitted,
}

/// What could be sent instead of this message.
pub fn lie(config: &Config, signer: Signer, message: &Message, lies: &mut Lies<Pbft>) {
    match message {
        Message::PrePrepare(proposal) if proposal.order.signer() == signer.name() => {
            orders(config, signer, proposal, lies)
        }
        Message::Vote(vote) if vote.signer() == signer.name() => {
            let Vote { phase, place } = *vote.body();
            // The null request's digest where a request stood, and something that nobody asked for where it stood.
            let other = SequencedDigest { digest: u64::from(place.digest == 0), ..place };
            let say = |phase, place| Message::Vote(signer.sign(Vote { phase, place }));
            lies.add(Lie::OtherDigest, say(phase, other));
            if phase == Phase::Prepare {
                lies.add(Lie::EarlyCommit, say(Phase::Commit, place));
            }
        }
        Message::ViewChange(change) if change.signer() == signer.name() => {
            let body = change.body();
            let forgetful = ViewChange { prepared: Vec::new(), ..body.clone() };
            let blank = ViewChange { stable: Rc::default(), ..forgetful.clone() };
            let sign = |change| Message::ViewChange(Rc::new(signer.sign(change)));
            lies.add(Lie::Forgetful, sign(forgetful));
            lies.add(Lie::Blank, sign(blank));
        }
        Message::Reply(reply) => {
            let result = if &*reply.body().result == "ok" { "nothing" } else { "ok" };
            let wrong = Reply { result: result.into(), ..reply.body().clone() };
            lies.add(Lie::WrongResult, Message::Reply(Rc::new(signer.sign(wrong))));
        }
        Message::NewView(new) if new.signer() == signer.name() && !new.body().proposals.is_empty() => {
            let null = |proposal: &Rc<Proposal>| Rc::new(order(signer, *proposal.place(), Batch::new()));
            let proposals = new.body().proposals.iter().map(null).collect();
            let wrong = NewView { proposals, ..new.body().clone() };
            lies.add(Lie::NoProposals, Message::NewView(Rc::new(signer.sign(wrong))));
        }
        Message::Status(status) if status.executed > 0 => {
            lies.add(Lie::NothingExecuted, Message::Status(Status { executed: 0, stable: 0, ..*status }));
        }
        Message::Committed(list) => {
            let wrong = |certificate: &Rc<Certificate>| {
                let proposal = Rc::new(order(signer, *certificate.proposal.place(), Batch::new()));
                let vote = Vote { phase: Phase::Commit, place: *proposal.place() };
                Rc::new(Certificate { proposal, votes: vec![signer.sign(vote)] })
            };
            lies.add(Lie::Uncommitted, Message::Committed(list.iter().map(wrong).collect()));
        }
        Message::Stable(stable) => lies.add(Lie::Unproven, Message::Stable(unproven(signer, stable))),
        Message::State(stable, _) => {
            let empty = Service::default();
            lies.add(Lie::Unproven, Message::State(unproven(signer, stable), empty.clone()));
            lies.add(Lie::WrongState, Message::State(stable.clone(), empty));
        }
        _ => {}
    }
}

/// A proposal with the digest that it must have.
fn order(signer: Signer, place: SequencedDigest, batch: Batch) -> Proposal {
    let place = SequencedDigest { digest: digest(&batch), ..place };
    Proposal { order: signer.sign(Vote { phase: Phase::PrePrepare, place }), batch }
}

fn orders(config: &Config, signer: Signer, proposal: &Proposal, lies: &mut Lies<Pbft>) {
    let place = *proposal.place();
    let mut say = |lie, sequence, batch: &Batch| {
        let wrong = order(signer, SequencedDigest { sequence, ..place }, batch.clone());
        lies.add(lie, Message::PrePrepare(Rc::new(wrong)));
    };
    say(Lie::NullOrder, place.sequence, &Batch::new());
    say(Lie::OtherNumber, place.sequence + 1, &proposal.batch);
    say(Lie::SkippedNumber, place.sequence + config.log_size + config.checkpoint_every, &proposal.batch);
    if let Some(old) = place.sequence.checked_sub(config.checkpoint_every).filter(|&old| old > 0) {
        say(Lie::OldNumber, old, &proposal.batch);
    }
    let mut served = proposal.batch.clone();
    served.retain(|request| !request.body().id.client.number().is_multiple_of(2));
    if served.len() < proposal.batch.len() {
        say(Lie::Starved, place.sequence, &served);
    }
}

fn unproven(signer: Signer, stable: &Stable) -> Rc<Stable> {
    let place = Service::default().place(stable.place.sequence);
    Rc::new(Stable { place, proof: vec![signer.sign(Vote { phase: Phase::Checkpoint, place })] })
}

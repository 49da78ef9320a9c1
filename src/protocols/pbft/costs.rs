//! What a request costs as n grows, and what messages carry to prove who said what.

use super::message::{Certificate, Message, Stable, ViewChange};
use crate::kernel::{Authenticators, Formula, Growth};

/// A request of its own number, without a checkpoint.
pub const GROWTH: &[Growth] = &[Growth {
    variant: "",
    lines: "",
    source: "Castro, Liskov 1999, §4.2",
    messages: Formula { text: "2n(n − 1)", of: messages },
    busiest: Formula { text: "4(n − 1)", of: |n| 4 * (n - 1) },
    authenticators: |n| Authenticators::own(messages(n)),
    delays: (3, 3),
    answer: 5,
}];

/// n − 1 pre-prepares, (n − 1)² prepares and n(n − 1) commits.
fn messages(n: u64) -> u64 {
    2 * n * (n - 1)
}

/// Status and fetch are not signed: they prove nothing to a third party, and ask for what can be checked.
pub fn authenticators(message: &Message) -> Authenticators {
    match message {
        Message::Request(_) | Message::Status(_) | Message::Fetch(_) => Authenticators::default(),
        Message::PrePrepare(_) | Message::Vote(_) | Message::Reply(_) => Authenticators::OWN,
        Message::ViewChange(change) => signed_change(change.body()),
        Message::NewView(begun) => {
            let (changes, orders) = (&begun.body().proofs, &begun.body().proposals);
            let changes = sum(changes.iter().map(|change| signed_change(change.body())));
            Authenticators::OWN.and(changes).and(Authenticators::own(orders.len() as u64))
        }
        Message::Committed(list) => sum(list.iter().map(|proof| certificate(proof))),
        Message::Stable(proof) | Message::State(proof, _) => stable(proof),
    }
}

fn signed_change(change: &ViewChange) -> Authenticators {
    let prepared = sum(change.prepared.iter().map(|proof| certificate(proof)));
    Authenticators::OWN.and(stable(&change.stable)).and(prepared)
}

fn certificate(proof: &Certificate) -> Authenticators {
    Authenticators::OWN.and(Authenticators::of_certificate(proof.votes.len()))
}

/// The checkpoint with number 0 needs no proof.
fn stable(checkpoint: &Stable) -> Authenticators {
    if checkpoint.proof.is_empty() {
        return Authenticators::default();
    }
    Authenticators::of_certificate(checkpoint.proof.len())
}

fn sum(all: impl Iterator<Item = Authenticators>) -> Authenticators {
    all.fold(Authenticators::default(), Authenticators::and)
}

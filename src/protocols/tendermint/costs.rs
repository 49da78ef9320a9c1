//! What a block costs as n grows, and what messages carry to prove who said what.

use super::message::Message;
use crate::kernel::{Authenticators, Formula, Growth};

/// A block that is decided in its first round, all with equal power.
pub const GROWTH: &[Growth] = &[Growth {
    variant: "",
    lines: "",
    source: "Buchman, Kwon, Milosevic 2018, lines 11–54",
    messages: Formula { text: "(n − 1)(2n + 1)", of: messages },
    busiest: Formula { text: "5(n − 1)", of: |n| 5 * (n - 1) },
    authenticators: |n| Authenticators::own(messages(n)),
    delays: (3, 3),
    answer: 5,
}];

/// n − 1 proposals, n(n − 1) prevotes and as many precommits.
fn messages(n: u64) -> u64 {
    (n - 1) * (2 * n + 1)
}

/// Status is not signed: it asks for what can be checked.
pub fn authenticators(message: &Message) -> Authenticators {
    match message {
        Message::Request(_) | Message::Status(_) => Authenticators::default(),
        Message::Proposal(_) | Message::Vote(_) | Message::Reply(_) => Authenticators::OWN,
        Message::Passed(passed) => Authenticators::own((passed.proposals.len() + passed.votes.len()) as u64),
        Message::Commits(list) => {
            let proofs = list.iter().map(|commit| Authenticators::of_certificate(commit.precommits.len()));
            proofs.fold(Authenticators::default(), Authenticators::and)
        }
    }
}

//! What a lone request costs as n grows, and what messages carry to prove who said what.

use super::message::{Certificate, Message, Proof};
use crate::kernel::{Authenticators, Formula, Growth};

/// The forms, with the leader that a run begins with.
pub const GROWTH: &[Growth] = &[
    Growth {
        variant: "basic",
        lines: "set variant basic",
        source: "Yin et al. 2019, Algorithm 2",
        messages: Formula { text: "8(n − 1)", of: |n| 8 * (n - 1) },
        busiest: Formula { text: "8(n − 1)", of: |n| 8 * (n - 1) },
        authenticators: |n| carried(n, 3, 3),
        delays: (7, 8),
        answer: 10,
    },
    Growth {
        variant: "basic, threshold signatures",
        lines: "set variant basic\nset certificates threshold",
        source: "Yin et al. 2019, §3, Table 1",
        messages: Formula { text: "8(n − 1)", of: |n| 8 * (n - 1) },
        busiest: Formula { text: "8(n − 1)", of: |n| 8 * (n - 1) },
        authenticators: |n| Authenticators { certified: 3 * (n - 1), ..carried(n, 3, 3) },
        delays: (7, 8),
        answer: 10,
    },
    Growth {
        variant: "chained",
        lines: "set variant chained",
        source: "Yin et al. 2019, Algorithm 3",
        messages: Formula { text: "8(n − 1)", of: |n| 8 * (n - 1) },
        // The votes of the fourth view go to the next leader.
        busiest: Formula { text: "7n − 6", of: |n| 7 * n - 6 },
        authenticators: |n| carried(n, 4, 3),
        delays: (6, 7),
        answer: 9,
    },
    Growth {
        variant: "two-chain",
        lines: "set variant two-chain",
        source: "Yin et al. 2019, Algorithm 6; Malkhi, Nayak 2023",
        messages: Formula { text: "6(n − 1)", of: |n| 6 * (n - 1) },
        busiest: Formula { text: "6(n − 1)", of: |n| 6 * (n - 1) },
        authenticators: |n| carried(n, 3, 2),
        delays: (4, 5),
        answer: 7,
    },
];

/// Each replica but the leader sends so many votes, and is sent so many certificates of n − f votes.
fn carried(n: u64, votes: u64, certificates: u64) -> Authenticators {
    let (others, quorum) = (n - 1, n - (n - 1) / 3);
    Authenticators {
        statements: votes * others,
        certificates: certificates * others,
        certified: certificates * others * quorum,
    }
}

/// A vote is its sender's statement. What else is sent proves itself by the certificates in it.
pub fn authenticators(message: &Message) -> Authenticators {
    match message {
        Message::Request(_) | Message::Fetch { .. } => Authenticators::default(),
        Message::Vote(_) | Message::Reply(_) => Authenticators::OWN,
        Message::NewView(wanted) => certificate(&wanted.justify),
        Message::Proposal(node) => certificate(&node.justify),
        Message::Certified(made) => certificate(made),
        Message::Branch(nodes) => sum(nodes.iter().map(|node| certificate(&node.justify))),
        Message::Newest(list) => sum(list.iter().map(|one| certificate(one))),
    }
}

/// The first one of all needs no votes.
fn certificate(made: &Certificate) -> Authenticators {
    if made.is_genesis() {
        return Authenticators::default();
    }
    Authenticators::of_certificate(if made.proof == Proof::Threshold { 1 } else { made.votes.len() })
}

fn sum(all: impl Iterator<Item = Authenticators>) -> Authenticators {
    all.fold(Authenticators::default(), Authenticators::and)
}

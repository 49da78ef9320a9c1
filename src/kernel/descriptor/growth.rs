//! How the cost of one decision grows with the number of replicas, as a protocol's paper has it; and what a message carries to
//! prove who said what.

/// What a message carries to prove who said what. A client's own proof of its request is not counted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Authenticators {
    /// Statements that replicas made, each with its author's own proof; the message itself is one where its sender vouches
    /// for it.
    pub statements: u64,
    /// Certificates: several replicas made the same statement, so that their proofs can be put into one.
    pub certificates: u64,
    /// How many replicas' proofs are in those certificates together.
    pub certified: u64,
}

impl Authenticators {
    /// A message whose sender vouches for it, with nothing of others in it.
    pub const OWN: Authenticators = Authenticators { statements: 1, certificates: 0, certified: 0 };

    /// So many such messages.
    pub const fn own(messages: u64) -> Self {
        Authenticators { statements: messages, certificates: 0, certified: 0 }
    }

    /// A certificate of so many replicas.
    pub const fn of_certificate(replicas: usize) -> Self {
        Authenticators { statements: 0, certificates: 1, certified: replicas as u64 }
    }

    /// Both together.
    pub const fn and(self, other: Authenticators) -> Self {
        Authenticators {
            statements: self.statements + other.statements,
            certificates: self.certificates + other.certificates,
            certified: self.certified + other.certified,
        }
    }
}

/// A number that n determines.
#[derive(Clone, Copy)]
pub struct Formula {
    /// As people write it: `2n(n − 1)`.
    pub text: &'static str,
    /// For so many replicas.
    pub of: fn(u64) -> u64,
}

/// What one request costs where nothing fails, by the paper. Messages between different replicas count; those of clients do not.
///
/// The lab carries the request out and shows what it measures beside these.
#[derive(Clone, Copy)]
pub struct Growth {
    /// What sets this form of the protocol apart from its others: `chained`. Empty where there is one form.
    pub variant: &'static str,
    /// Lines for the head of a scenario that choose it: `set chained on`.
    pub lines: &'static str,
    /// Where the figures come from.
    pub source: &'static str,
    /// Messages until the last replica has decided, those that are sent at that moment included.
    pub messages: Formula,
    /// How many of them the busiest replica sends or receives.
    pub busiest: Formula,
    /// What all of them carry to prove who said what.
    pub authenticators: fn(u64) -> Authenticators,
    /// Message delays from the first of them to the first replica's decision, and to the last replica's.
    pub delays: (u64, u64),
    /// Message delays from the client's request to its answer.
    pub answer: u64,
}

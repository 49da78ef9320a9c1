//! Transactions, votes, and what travels.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::prelude::*;
pub use crate::protocols::atomic_commit::{Command, Decision, Transaction, Value};
pub use crate::protocols::ballot::Ballot;

/// A transaction's number: that of its request, so that whoever takes over means the same transaction.
pub fn number(what: &Transaction) -> u64 {
    what.request.slot()
}

/// What an acceptor has accepted in one participant's instance of Paxos.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Vote {
    /// In which ballot; in round 0 the participant speaks for itself.
    pub ballot: Ballot,
    /// Prepared, or aborted.
    pub prepared: bool,
}

/// The word for what an instance chooses.
pub fn prepared_word(prepared: bool) -> &'static str {
    if prepared { "prepared" } else { "aborted" }
}

/// Votes in several instances, in the order of the participants. Copies share them.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Votes(Rc<[(NodeId, Vote)]>);

impl Votes {
    /// These.
    pub fn new(all: impl IntoIterator<Item = (NodeId, Vote)>) -> Self {
        Votes(all.into_iter().collect())
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &(NodeId, Vote)> {
        self.0.iter()
    }

    /// What a message with these is called.
    fn label(&self, verb: &str) -> String {
        let aborted = self.iter().filter(|(_, vote)| !vote.prepared).count();
        match self.0.len() {
            all if aborted > 0 => format!("{verb} {aborted} of {all} aborted"),
            all => format!("{verb} {all} prepared"),
        }
    }
}

impl ShowField for Votes {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        let all = self.iter().map(|(rm, vote)| format!("{rm} {} ({})", prepared_word(vote.prepared), vote.ballot));
        fields.text(name, &listed(all, ", "));
    }
}

/// What travels. `what` is the transaction that it is about.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // Fields are described above.
pub enum Message {
    /// A client asks for a transaction. Whoever does not lead passes that on to the leader.
    #[message(glyph = Envelope, label(_0.command))]
    Request(Rc<Transaction>),
    /// The leader asks a participant to prepare.
    #[message(glyph = Tag, label("prepare {}", what.command))]
    Prepare { what: Rc<Transaction> },
    /// Phase 2a of ballot 0: a participant asks the acceptors to accept its own vote.
    #[message(glyph = Disc, label(prepared_word(*prepared)))]
    Vote { what: Rc<Transaction>, prepared: bool },
    /// Phase 2b: an acceptor has accepted votes, those of all instances bundled in one message.
    #[message(glyph = Diamond, reply, label(votes.label("accepted")))]
    Accepted { what: Rc<Transaction>, votes: Votes },
    /// Phase 1a for all instances: somebody takes over the lead with a higher ballot.
    #[message(glyph = Hexagon, label = "ballot {ballot}", epoch(ballot.epoch()))]
    TakeOver { what: Rc<Transaction>, ballot: Ballot },
    /// Phase 1b: an acceptor promises to take part in no lower ballot, and tells what it has accepted so far.
    #[message(glyph = Disc, reply, label(votes.label("promise:")), epoch(ballot.epoch()))]
    Promise { what: Rc<Transaction>, ballot: Ballot, votes: Votes },
    /// An acceptor has promised a higher ballot.
    #[message(glyph = Disc, reply, label = "no {ballot}", epoch(ballot.epoch()))]
    Nack { what: Rc<Transaction>, ballot: Ballot, promised: Ballot },
    /// Phase 2a: the new leader asks the acceptors to accept a value in each instance.
    #[message(glyph = Box, label(votes.label("accept")), epoch(ballot.epoch()))]
    Propose { what: Rc<Transaction>, ballot: Ballot, votes: Votes },
    /// The decision, commit or abort.
    #[message(glyph = Box, label(decision.word()))]
    Outcome { what: Rc<Transaction>, decision: Decision },
    /// The client is told whether its transaction committed or aborted.
    #[message(glyph = Envelope, reply, label(decision.done()))]
    Reply { request: RequestId, decision: Decision },
}

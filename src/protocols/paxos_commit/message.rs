//! Transactions, votes, and what travels.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::prelude::*;
pub use crate::protocols::atomic_commit::Decision;
pub use crate::protocols::ballot::Ballot;

/// Carry out a transaction at all participants or at none.
///
/// What a client asks for.
#[derive(Command, Display, ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[command(usage = "transaction NAME", example = "transaction trip")]
#[command(
    usage = "transaction NAME refused-by REPLICA",
    example = "transaction trip refused-by 2",
    about = "The same, but this participant can't carry it out and votes to abort."
)]
#[display("{name}")]
pub struct Command {
    /// What people call it, at most 24 characters.
    #[word(at_most = 24)]
    pub name: Rc<str>,
    /// The participant that can't carry it out and will vote to abort; 0 for none.
    #[word(name = "REPLICA", with = participant)]
    #[field(skip)]
    pub refused_by: u16,
}

fn participant(word: &str, replicas: usize) -> Result<u16, String> {
    let number = word.parse().ok().filter(|&number| (1..=replicas).contains(&usize::from(number)));
    number.ok_or_else(|| format!("`{word}` is not a participant: they are numbered 1 to {replicas}"))
}

/// A transaction, as it travels: with the request that it answers.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Transaction {
    /// Whose request it is.
    pub request: RequestId,
    /// What was asked for.
    pub command: Command,
}

impl Transaction {
    /// Its number. It comes from the request, so that whoever takes over means the same transaction: the first requests of
    /// clients 1, 2, … are transactions 1, 2, ….
    pub fn number(&self) -> u64 {
        self.request.slot()
    }
}

/// What is decided in a slot; the slot is the transaction's number.
#[derive(Display, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[display("{} {}", decision.word(), what.command)]
pub struct Value {
    /// Commit or abort.
    pub decision: Decision,
    /// Of what.
    pub what: Rc<Transaction>,
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
        let aborted: Vec<_> = self.iter().filter(|(_, vote)| !vote.prepared).map(|(rm, _)| *rm).collect();
        match (self.0.len(), &*aborted) {
            (0, _) => format!("{verb} nothing"),
            (count, []) => format!("{verb} {count} prepared"),
            (_, some) => format!("{verb} {} aborted", listed(some.iter(), ", ")),
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

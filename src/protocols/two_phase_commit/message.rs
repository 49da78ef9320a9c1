//! What travels: a client's request and its reply, the two phases, and the question of a participant in doubt.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::prelude::*;
pub use crate::protocols::atomic_commit::{Command, Decision, Transaction, Value};

/// What travels.
///
/// `number` is the transaction's number, from 1. Who gets to know of a transaction by a message learns from it `what` the
/// transaction is.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[message(epoch = number, names(number = "transaction", yes = "vote"))]
#[allow(missing_docs)] // Fields are described above.
pub enum Message {
    /// A client asks for a transaction.
    #[message(glyph = Envelope, label(_0.command))]
    Request(Rc<Transaction>),
    /// Phase 1: the coordinator asks for votes.
    ///
    /// VOTE-REQ in Bernstein, Hadzilacos, Goodman; Prepare in Gray, Lamport.
    #[message(glyph = Tag, label = "prepare #{number}")]
    Prepare { number: u64, what: Rc<Transaction> },
    /// Phase 1: a participant votes yes or no.
    ///
    /// YES or NO; Prepared or Aborted.
    #[message(glyph = Disc, reply, label("{} #{number}", yes_no(*yes)))]
    Vote { number: u64, yes: bool },
    /// Phase 2: the decision, commit or abort.
    ///
    /// COMMIT or ABORT.
    #[message(glyph = Box, label("{} #{number}", decision.word()))]
    Outcome { number: u64, what: Rc<Transaction>, decision: Decision },
    /// Phase 2: a participant has the decision in its log.
    ///
    /// The coordinator need not tell it again.
    #[message(glyph = Diamond, reply, label = "ack #{number}")]
    Ack { number: u64 },
    /// A participant in doubt asks what was decided.
    ///
    /// DECISION-REQ.
    #[message(glyph = Hexagon, label = "decision? #{number}")]
    DecisionRequest { number: u64, what: Rc<Transaction> },
    /// The coordinator tells the client whether it committed or aborted.
    #[message(glyph = Envelope, reply, label(decision.done()))]
    Reply { request: RequestId, decision: Decision },
    /// This number is another transaction's: the coordinator has lost its log.
    ///
    /// It gave the number away again. A participant says so of a prepare, with the latest number that it knows of; the
    /// coordinator, of a transaction that has the number `latest` from now on.
    #[message(glyph = Tag, reply, name = "number-taken", label = "taken #{number}")]
    Taken { number: u64, latest: u64 },
    /// Three-phase commit: all have voted yes, and nobody has committed yet.
    ///
    /// PRE-COMMIT. It comes from the coordinator, or from whoever decides in its place.
    #[message(glyph = Box, label = "pre-commit #{number}")]
    PreCommit { number: u64, what: Rc<Transaction> },
    /// Three-phase commit: the pre-commit is in a participant's log.
    #[message(glyph = Diamond, reply, label = "ack #{number}")]
    PreAck { number: u64 },
    /// Three-phase commit: somebody asks all others how far they have come.
    ///
    /// STATE-REQ. Who has survived, without a crash since its vote, wants to decide for all.
    #[message(glyph = Hexagon, label = "state? #{number}")]
    StateRequest { number: u64, what: Rc<Transaction>, survived: bool },
    /// Three-phase commit: the answer, with or without a pre-commit in the log.
    #[message(glyph = Disc, reply, label("{} #{number}", if *committable { "pre-committed" } else { "uncertain" }))]
    State { number: u64, committable: bool, survived: bool },
}

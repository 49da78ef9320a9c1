//! Ballots, values, and what travels.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::descriptor::fields::one_word;
use crate::kernel::prelude::*;
pub use crate::protocols::ballot::Ballot;

/// Propose a value. What is chosen may be another one.
#[derive(Command, Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[command(usage = "propose VALUE", example = "propose red", another = "propose blue")]
pub struct Command {
    /// The value, at most 16 letters.
    #[word(with = value)]
    pub value: Value,
}

fn value(word: &str, _: usize) -> Result<Value, String> {
    Value::try_from(word.to_string())
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "propose {}", self.value)
    }
}

/// What is chosen.
pub type Value = ShortWord;

/// What an acceptor has accepted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Vote {
    /// In which ballot.
    pub ballot: Ballot,
    /// What.
    pub value: Value,
}

impl fmt::Display for Vote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.value, self.ballot)
    }
}

one_word!(Vote);

/// What travels. `ballot` is the attempt that it belongs to.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // Fields are described above.
pub enum Message {
    /// A client asks a replica to propose a value.
    #[message(glyph = Envelope, label(value))]
    Request { id: RequestId, value: Value },
    /// Phase 1a: a proposer asks for promises.
    #[message(glyph = Tag, label = "prepare {ballot}", epoch(ballot.epoch()))]
    Prepare { ballot: Ballot },
    /// Phase 1b: an acceptor promises to take part in no lower ballot.
    ///
    /// It says what it has accepted in the highest ballot so far.
    #[message(glyph = Disc, reply, label = "promise {ballot}", epoch(ballot.epoch()))]
    Promise { ballot: Ballot, accepted: Option<Vote> },
    /// An acceptor has promised a higher ballot.
    #[message(glyph = Disc, reply, label = "no {ballot}", epoch(ballot.epoch()))]
    Nack { ballot: Ballot, promised: Ballot },
    /// Phase 2a: a proposer asks all to accept a value.
    #[message(glyph = Box, label = "accept {ballot} {value}", epoch(ballot.epoch()))]
    Accept { ballot: Ballot, value: Value },
    /// Phase 2b: an acceptor has accepted it.
    #[message(glyph = Diamond, reply, label = "accepted {ballot} {value}", epoch(ballot.epoch()))]
    Accepted { ballot: Ballot, value: Value },
    /// A replica has learned what was chosen.
    #[message(glyph = Box, label = "decided {value}")]
    Decided { value: Value },
    /// A replica tells the client what was chosen.
    #[message(glyph = Envelope, reply, label(value))]
    Reply { id: RequestId, value: Value },
}

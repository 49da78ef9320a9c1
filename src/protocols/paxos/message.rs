//! Ballots, values, and what travels.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::descriptor::rules::{Say, Sentence};
use crate::kernel::prelude::*;

/// In bytes.
const LONGEST_VALUE: usize = 16;

/// Propose a value. What is chosen may be another one.
#[derive(Command, Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[command(usage = "propose VALUE", example = "propose red")]
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

/// What is chosen: a short word. It is a copy wherever it goes, so that a rule's sentence can carry it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Value([u8; LONGEST_VALUE]);

impl Value {
    /// The word.
    pub fn word(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default().trim_end_matches('\0')
    }
}

impl TryFrom<String> for Value {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        let mut bytes = [0; LONGEST_VALUE];
        let room = bytes.get_mut(..word.len()).filter(|_| !word.contains('\0'));
        room.ok_or_else(|| format!("a value has at most {LONGEST_VALUE} bytes"))?.copy_from_slice(word.as_bytes());
        Ok(Value(bytes))
    }
}

impl From<Value> for String {
    fn from(value: Value) -> String {
        value.word().into()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The number of an attempt: a round, and who makes it, so that no two replicas ever use the same (Paxos Made Simple, §2.4:
/// proposers choose their numbers from disjoint sets). Written `2.1`: round 2 of replica 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Ballot {
    /// From 1.
    pub round: u32,
    /// Who proposes.
    pub proposer: NodeId,
}

impl Ballot {
    /// A number of its own for each ballot, for its color: round 2 of replica 1 is 2001.
    pub fn epoch(self) -> u64 {
        u64::from(self.round) * 1_000 + u64::from(self.proposer.raw())
    }
}

impl fmt::Display for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.round, self.proposer)
    }
}

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

/// Each is one word, in a sentence and as a field.
macro_rules! one_word {
    ($($kind:ty),*) => { $(
        impl Say for $kind {
            fn say(self, to: &mut Sentence) {
                to.show(&self);
            }
        }

        impl ShowField for $kind {
            fn show_field(&self, name: &'static str, fields: &mut Fields) {
                fields.show(name, self);
            }
        }
    )* };
}

one_word!(Value, Ballot, Vote);

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

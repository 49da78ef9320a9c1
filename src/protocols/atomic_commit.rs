//! What protocols of atomic commitment are asked for, what they decide, and what they are held to. It is no protocol; several
//! share it.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::data::names::hash_name;
use crate::kernel::data::random::below;
use crate::kernel::prelude::*;

/// Carry out a transaction at all participants or at none.
///
/// What a client asks for.
#[derive(Command, Display, ShowField, Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[command(usage = "transaction NAME", example = "transaction trip")]
#[command(
    usage = "transaction NAME refused-by REPLICA",
    example = "transaction trip refused-by 2",
    about = "The same, but this participant can't carry it out and votes no."
)]
#[display("{name}")]
pub struct Command {
    /// What people call it, at most 24 characters.
    #[word(at_most = 24)]
    pub name: Rc<str>,
    /// The participant that can't carry it out and will vote no, any replica but the first; 0 for none.
    #[word(name = "REPLICA", with = participant)]
    #[field(skip)]
    pub refused_by: u16,
}

// Hashed by hand: the participant is a name.
impl Hash for Command {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let Command { name, refused_by } = self;
        name.hash(hasher);
        hash_name(*refused_by, hasher);
    }
}

fn participant(word: &str, replicas: usize) -> Result<u16, String> {
    let number = word.parse().ok().filter(|&number| (2..=replicas).contains(&usize::from(number)));
    number.ok_or_else(|| format!("`{word}` is not a participant that can refuse: they are numbered 2 to {replicas}"))
}

/// A command of a workload: every fourth transaction is refused, by a participant drawn at random.
pub fn workload(replicas: usize, count: u64, draw: u64) -> Command {
    let refuser = 2 + below(draw, replicas as u64 - 1) as u16;
    let refused_by = if count % 4 == 3 { refuser } else { 0 };
    Command { name: format!("t{}", count + 1).into(), refused_by }
}

/// A transaction, as it travels: with the request that it answers.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Transaction {
    /// Whose request it is.
    pub request: RequestId,
    /// What was asked for.
    pub command: Command,
}

/// What becomes of a transaction; the words for it are orders.
#[derive(Choice, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Decision {
    /// It takes place everywhere.
    Commit,
    /// It takes place nowhere.
    Abort,
}

impl Decision {
    /// The word for it as a fact: `committed`, `aborted`.
    pub fn done(self) -> &'static str {
        ["committed", "aborted"][self as usize]
    }

    /// The other one.
    pub fn opposite(self) -> Self {
        if self == Decision::Commit { Decision::Abort } else { Decision::Commit }
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

const SOURCE: &str = "Bernstein, Hadzilacos, Goodman 1987, §7.3";

/// AC1 to AC4. AC5, that all decide once failures are repaired, is about progress, which no single event can break.
pub const PROPERTIES: [PropertyInfo; 4] = [
    PropertyInfo {
        name: "ac1-agreement",
        about: "All who decide on a transaction make the same decision.",
        source: SOURCE,
    },
    PropertyInfo {
        name: "ac2-no-reversal",
        about: "Nobody reverses a decision, not even after a crash.",
        source: SOURCE,
    },
    PropertyInfo {
        name: "ac3-commit-validity",
        about: "A transaction commits only if every participant has voted yes.",
        source: SOURCE,
    },
    PropertyInfo {
        name: "ac4-abort-validity",
        about: "If nothing fails (a timeout is a failure) and nobody votes no, nobody aborts.",
        source: SOURCE,
    },
];

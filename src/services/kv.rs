//! The state machine that replicated logs apply: a small key-value store.

use std::hash::Hash;

use serde::{Deserialize, Serialize};

use crate::kernel::{self, Access, PersistentMap, RegisterOp};

pub use crate::kernel::Word;

/// How many characters a key or a value has at most.
const LONGEST_WORD: usize = 32;

/// What a client can ask of the store.
#[derive(kernel::Command, kernel::Display, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Write a value.
    #[command(usage = "put KEY VALUE", example = "put x 1")]
    #[display("{_0}={_1}")]
    Put(#[word(at_most = LONGEST_WORD)] Word, #[word(at_most = LONGEST_WORD)] Word),
    /// Read a value.
    #[command(usage = "get KEY", example = "get x")]
    #[display("get {_0}")]
    Get(#[word(at_most = LONGEST_WORD)] Word),
    /// Add to a number; doing it twice shows.
    ///
    /// What is no number counts as 0.
    #[command(usage = "add KEY NUMBER", example = "add x 1")]
    #[display("{_0}{_1:+}")]
    Add(#[word(at_most = LONGEST_WORD)] Word, i32),
}

impl Command {
    /// As an operation on a register, for the check of linearizability.
    pub fn access(&self) -> Access {
        let (key, touch) = match self {
            Command::Put(key, value) => (key, RegisterOp::Write(value.clone())),
            Command::Get(key) => (key, RegisterOp::Read),
            Command::Add(key, amount) => (key, RegisterOp::Add(i64::from(*amount))),
        };
        Access { key: key.clone(), touch }
    }
}

/// The `count`-th command of a steady workload over keys `k1`, `k2`, …: two writes, then a read.
pub fn workload(count: u64, draw: u64, keys: u32) -> Command {
    let key: Word = format!("k{}", crate::kernel::data::random::below(draw, u64::from(keys.max(1))) + 1).into();
    match count % 3 {
        2 => Command::Get(key),
        _ => Command::Put(key, count.to_string().into()),
    }
}

thread_local! {
    /// The answer to every write, made once.
    static OK: Word = "ok".into();
}

/// What a client is told whose command has nothing to tell but that it was carried out.
pub fn ok() -> Word {
    OK.with(Word::clone)
}

/// The store. Clones share what they have in common.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Store {
    map: PersistentMap<Word, Word>,
}

impl Store {
    /// Carries out a command and gives what the client is told.
    pub fn apply(&mut self, command: &Command) -> Word {
        match command {
            Command::Put(key, value) => {
                self.map.insert(key.clone(), value.clone());
                ok()
            }
            Command::Get(key) => self.map.get(key).cloned().unwrap_or_else(|| "nothing".into()),
            Command::Add(key, amount) => {
                let old: i64 = self.map.get(key).and_then(|value| value.parse().ok()).unwrap_or(0);
                let new: Word = old.saturating_add(i64::from(*amount)).to_string().into();
                self.map.insert(key.clone(), new.clone());
                new
            }
        }
    }

    /// What the store holds, by key.
    pub fn values(&self) -> &PersistentMap<Word, Word> {
        &self.map
    }

    /// What the store holds, as `x=1 y=2`.
    pub fn show(&self) -> String {
        self.map.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{ReadCommand, ReadError};

    fn parse(text: &str) -> Result<Command, ReadError> {
        Command::read(&text.split(' ').collect::<Vec<_>>(), 3)
    }

    #[test]
    fn commands_are_read_and_applied() {
        let mut store = Store::default();
        for (text, told) in
            [("put x 1", "ok"), ("add x 2", "3"), ("get x", "3"), ("get y", "nothing"), ("add y -1", "-1")]
        {
            assert_eq!(&*store.apply(&parse(text).unwrap()), told, "{text}");
        }
        assert_eq!(store.show(), "x=3 y=-1");
    }

    #[test]
    fn examples_parse_and_nonsense_does_not() {
        for info in Command::COMMANDS {
            assert!(parse(info.example).is_ok(), "{}", info.example);
        }
        let long = format!("get {}", "x".repeat(33));
        for bad in ["put x", "", "add x much", "delete x", &long] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }
}

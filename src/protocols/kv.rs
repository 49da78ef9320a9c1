//! The state machine that replicated logs apply: a small key-value store. It is no protocol; several share it.

use std::fmt;
use std::hash::Hash;

use crate::kernel::descriptor::command_syntax::whole_number;
use crate::kernel::{Access, CommandInfo, PersistentMap, RegisterOp};

pub use crate::kernel::Word;

/// What a client can ask of the store.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Command {
    /// Write a value.
    Put(Word, Word),
    /// Read a value.
    Get(Word),
    /// Add to a number; what is no number counts as 0. Doing it twice shows.
    Add(Word, i32),
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

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Put(key, value) => write!(f, "{key}={value}"),
            Command::Get(key) => write!(f, "get {key}"),
            Command::Add(key, amount) => write!(f, "{key}{amount:+}"),
        }
    }
}

/// The commands, for a descriptor.
pub const COMMANDS: &[CommandInfo] = &[
    CommandInfo { usage: "put KEY VALUE", example: "put x 1", about: "Write a value." },
    CommandInfo { usage: "get KEY", example: "get x", about: "Read a value." },
    CommandInfo { usage: "add KEY NUMBER", example: "add x 1", about: "Add to a number; doing it twice shows." },
];

/// Makes a command of its place in [`COMMANDS`] and its words. Errors: a sentence that says what was expected.
pub fn command(place: usize, values: &[&str]) -> Result<Command, String> {
    if let Some(long) = values.iter().find(|word| word.chars().count() > 32) {
        let start: String = long.chars().take(12).collect();
        return Err(format!("`{start}…` is too long: keys and values have at most 32 characters"));
    }
    Ok(match (place, values) {
        (0, [key, value]) => Command::Put((*key).into(), (*value).into()),
        (2, [key, amount]) => {
            let amount = whole_number(amount, i32::MIN.into(), i32::MAX.into())?;
            Command::Add((*key).into(), amount as i32)
        }
        _ => Command::Get(values.concat().into()),
    })
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
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
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

    /// What the store holds, as `x=1 y=2`.
    pub fn show(&self) -> String {
        self.map.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::descriptor::command_syntax::understood;

    fn parse(text: &str) -> Result<Command, String> {
        let (place, values) = understood(COMMANDS, &text.split(' ').collect::<Vec<_>>())?;
        command(place, &values)
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
        for info in COMMANDS {
            assert!(parse(info.example).is_ok(), "{}", info.example);
        }
        let long = format!("get {}", "x".repeat(33));
        for bad in ["put x", "", "add x much", "delete x", &long] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }
}

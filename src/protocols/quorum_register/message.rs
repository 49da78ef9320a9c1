//! Tags, what is kept of a register, and what travels.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::descriptor::fields::one_word;
use crate::kernel::prelude::*;

/// A key or a value.
pub type Name = ShortWord;

/// What a register holds that was never written.
pub const NOTHING: Name = Name::of("nothing");
/// What a client is told whose value is written.
pub const OK: Name = Name::of("ok");

fn name(word: &str, _: usize) -> Result<Name, String> {
    Name::try_from(word.to_string())
}

/// What a client can ask for. There is no addition: a register can be read and written, and no more without consensus.
#[derive(Command, Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Write a value.
    #[command(usage = "write KEY VALUE", example = "write x 1", display)]
    Write(#[word(with = name)] Name, #[word(with = name)] Name),
    /// Read a value.
    #[command(usage = "read KEY", example = "read x", display)]
    Read(#[word(with = name)] Name),
}

impl Command {
    /// Which register it is about.
    pub fn key(&self) -> Name {
        let (Command::Write(key, _) | Command::Read(key)) = self;
        *key
    }
}

/// The version number of a value: a timestamp, and who chose it, so that no two writers ever use the same. Written `2.1`:
/// timestamp 2 of replica 1. A register that was never written has tag `0`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Tag {
    /// From 1.
    pub timestamp: u32,
    /// Who chose it; nobody where nothing was written.
    pub writer: Option<NodeId>,
}

impl Tag {
    /// A number of its own for each tag, for its color: timestamp 2 of replica 1 is 2001.
    pub fn epoch(self) -> u64 {
        u64::from(self.timestamp) * 1_000 + self.writer.map_or(0, |writer| u64::from(writer.raw()))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.writer {
            Some(writer) => write!(f, "{}.{writer}", self.timestamp),
            None => write!(f, "{}", self.timestamp),
        }
    }
}

/// A value with its tag.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Version {
    /// How new it is.
    pub tag: Tag,
    /// The value.
    pub value: Name,
}

impl Version {
    /// The newer one of two.
    pub fn newer(self, other: Version) -> Version {
        if other.tag > self.tag { other } else { self }
    }
}

impl Default for Version {
    fn default() -> Self {
        Version { tag: Tag::default(), value: NOTHING }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.value, self.tag)
    }
}

one_word!(Tag, Version, Command);

/// What travels. `id` is the operation that it belongs to, so that answers are matched to it.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // Fields are described above.
pub enum Message {
    /// A client asks a replica to read or write for it.
    #[message(glyph = Envelope, label(command))]
    Request { id: RequestId, command: Command },
    /// Phase 1: a replica asks the others which value they hold, and how new it is.
    #[message(glyph = Tag, label = "{key}?")]
    Query { id: RequestId, key: Name },
    /// A replica tells what it holds.
    #[message(glyph = Disc, reply, label(version), epoch(version.tag.epoch()))]
    Held { id: RequestId, version: Version },
    /// Phase 2: a replica asks the others to hold a value, unless they hold a newer one.
    #[message(glyph = Box, label = "{key}={version}", epoch(version.tag.epoch()))]
    Store { id: RequestId, key: Name, version: Version },
    /// A replica holds that value now, or a newer one.
    #[message(glyph = Diamond, reply, label = "stored {tag}", epoch(tag.epoch()))]
    Stored { id: RequestId, tag: Tag },
    /// Read repair: whoever was seen with an old value is sent the new one.
    #[message(glyph = Box, label = "repair {key}={version}", epoch(version.tag.epoch()))]
    Repair { key: Name, version: Version },
    /// A replica tells the client the outcome.
    #[message(glyph = Envelope, reply, label(value))]
    Reply { id: RequestId, value: Name },
}

//! What clients ask for, and what travels.

use serde::{Deserialize, Serialize};

use super::value::{Name, Value};
use crate::kernel::descriptor::fields::one_word;
use crate::kernel::prelude::*;

/// How much is counted at once at most, so that no sum of a run overflows.
const MOST: u32 = 1_000;

fn name(word: &str, _: usize) -> Result<Name, String> {
    Name::try_from(word.to_string())
}

fn amount(word: &str, _: usize) -> Result<u32, String> {
    let number = word.parse().ok().filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| format!("a counter only grows: expected a number from 1 to {MOST}"))
}

/// What a client can ask for. The replica that is asked answers at once, by itself.
#[derive(Command, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Write a register.
    #[command(usage = "write KEY VALUE", example = "write x 1", display)]
    Write(#[word(with = name)] Name, #[word(with = name)] Name),
    /// Read a register, a counter or a set.
    #[command(usage = "read KEY", example = "read x", display)]
    Read(#[word(with = name)] Name),
    /// Add to a counter.
    #[command(usage = "count KEY NUMBER", example = "count likes 1", display)]
    Count(#[word(with = name)] Name, #[word(with = amount)] u32),
    /// Put an element into a set.
    #[command(usage = "add KEY ELEMENT", example = "add cart milk", display)]
    Add(#[word(with = name)] Name, #[word(with = name)] Name),
    /// Take an element out of a set.
    #[command(usage = "remove KEY ELEMENT", example = "remove cart milk", display)]
    Remove(#[word(with = name)] Name, #[word(with = name)] Name),
}

one_word!(Command);

/// What travels.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // Fields are described above.
pub enum Message {
    /// A client asks a replica to read or update for it.
    #[message(glyph = Envelope, label(command))]
    Request { id: RequestId, command: Command },
    /// A replica shows the checksum of what it holds: if the other's is the same, nothing more has to be sent.
    #[message(glyph = Tag, label(format!("same? {:04x}", sum & 0xffff)))]
    Compare {
        #[field(value = format!("{sum:016x}"))]
        sum: u64,
    },
    /// A replica asks for what the other one holds.
    #[message(glyph = Tag, label = "what have you?")]
    Pull {},
    /// A replica sends what it holds.
    #[message(glyph = Box, label(value), epoch(value.version()))]
    Push { value: Value },
    /// A replica sends what it holds and asks for what the other one holds.
    #[message(glyph = Box, label = "{value} ⇄", epoch(value.version()))]
    Exchange { value: Value },
    /// A replica passes on only what is new to it.
    #[message(glyph = Diamond, label = "new: {value}", epoch(value.version()))]
    Rumor { value: Value },
    /// A replica answers a client.
    #[message(glyph = Envelope, reply, label(answer))]
    Reply { id: RequestId, answer: Word },
}

//! Where a swarm can move, and how good that is: numbers with three decimals, as whole thousandths.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::descriptor::fields::one_word;
use crate::kernel::prelude::*;
use crate::kernel::{MOST_CLIENTS, OptionKind};

/// How many parts one has.
pub const ONE: u64 = 1_000;

/// A nest box, called by a letter; its number is that of the client who has put it up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Site(pub u16);

impl Site {
    /// The client's own.
    pub fn of(client: NodeId) -> Self {
        Site(client.number() as u16)
    }

    /// Who has put it up; `None` where there can't be such a box.
    pub fn client(self) -> Option<NodeId> {
        (1..=MOST_CLIENTS).contains(&self.0.into()).then(|| NodeId::client(self.0.into()))
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            number @ 1..=26 => write!(f, "{}", char::from(b'A' + (number - 1) as u8)),
            number => write!(f, "B{number}"),
        }
    }
}

/// A quality, or how often something happens in a unit of time, in thousandths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Rate(pub u64);

impl Rate {
    /// Reads `5`, `0.868`. Errors: a sentence, where it is none from `lo` to `hi`, in thousandths.
    fn parse(text: &str, lo: u64, hi: u64) -> Result<Self, String> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || decimals.len() > 3 {
            return Err(format!("`{text}` is no number with at most three decimals"));
        }
        let padded = format!("{whole}{decimals:0<3}");
        let rate = padded.parse().map(Rate).ok().filter(|rate| (lo..=hi).contains(&rate.0));
        rate.ok_or_else(|| format!("`{text}` is out of range: it is between {} and {}", Rate(lo), Rate(hi)))
    }
}

impl OptionValue for Rate {
    const KIND: OptionKind = OptionKind::Word;

    fn read_value(text: &str) -> Option<Self> {
        Rate::parse(text, 0, 1_000 * ONE).ok()
    }
}

impl ReadWord for Rate {
    fn read_word(word: &str, _: usize) -> Result<Self, String> {
        Rate::parse(word, ONE / 10, 100 * ONE)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = format!("{:03}", self.0 % ONE);
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{}", self.0 / ONE),
            decimals => write!(f, "{}.{decimals}", self.0 / ONE),
        }
    }
}

one_word!(Site, Rate);

//! What the reader of a scenario notices besides the meaning, for whoever writes it: what each word is, and which words
//! may stand where the next one is to be written.

use std::borrow::Cow;

use super::text::Word;

/// What a word of a scenario is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// A word of the language.
    Keyword,
    /// A word of the protocol's, or of somebody in the run.
    Name,
    /// A number, a share or a rate.
    Number,
    /// A time or a span of time.
    Time,
    /// What stands behind `#`.
    Comment,
}

impl Role {
    /// All with their words.
    pub const ALL: [(&'static str, Role); 5] = [
        ("keyword", Role::Keyword),
        ("name", Role::Name),
        ("number", Role::Number),
        ("time", Role::Time),
        ("comment", Role::Comment),
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    /// What a word is by its looks alone.
    pub(super) fn by_looks(word: &str) -> Option<Role> {
        let first = word.strip_prefix('#').unwrap_or(word);
        if !first.starts_with(|letter: char| letter.is_ascii_digit()) {
            return None;
        }
        let timed = word.ends_with("ms") || word.ends_with("us") || word.ends_with('s') && !word.ends_with("/s");
        Some(if timed { Role::Time } else { Role::Number })
    }
}

/// A word and what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// Its line, from 1.
    pub line: u32,
    /// Its column, from 1, in characters.
    pub column: u32,
    /// How many characters it has.
    pub length: u32,
    /// What it is.
    pub role: Role,
}

/// A word that may stand somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// The word.
    pub word: Cow<'static, str>,
    /// How what it begins is written, or what it means; empty where there is nothing to say.
    pub about: Cow<'static, str>,
    /// What it is.
    pub role: Role,
}

/// What was noticed of one line.
#[derive(Default)]
pub(super) struct Notes {
    /// Columns of words, and what they are.
    pub roles: Vec<(u32, Role)>,
    /// What may stand at the cursor, each word once.
    pub offers: Vec<Offer>,
    /// What is expected at the cursor, in words.
    pub expected: String,
}

impl Notes {
    pub fn offer(&mut self, offer: Offer) {
        if self.offers.iter().all(|other| other.word != offer.word) {
            self.offers.push(offer);
        }
    }

    /// What a word is, as the reader said last, or by its looks.
    pub fn role(&self, word: Word) -> Option<Role> {
        let said = self.roles.iter().rev().find(|(column, _)| *column == word.column);
        said.map(|(_, role)| *role).or_else(|| Role::by_looks(word.text))
    }
}

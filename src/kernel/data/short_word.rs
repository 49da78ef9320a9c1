//! A word that is a copy wherever it goes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A key, a value, a label: at most 16 bytes. It is a copy wherever it goes, so that a rule's sentence can carry it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShortWord([u8; ShortWord::LONGEST]);

impl ShortWord {
    /// How long it is at most, in bytes.
    pub const LONGEST: usize = 16;

    /// A word that is known to be short enough.
    pub const fn of(word: &str) -> Self {
        let (from, mut bytes, mut place) = (word.as_bytes(), [0; ShortWord::LONGEST], 0);
        while place < from.len() {
            bytes[place] = from[place];
            place += 1;
        }
        ShortWord(bytes)
    }

    /// What can be shown, cut off with an ellipsis where it is too long.
    pub fn clipped(shown: &dyn fmt::Display) -> Self {
        let text = shown.to_string();
        let end = |most: usize| (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        match text.len() <= Self::LONGEST {
            true => Self::of(&text),
            false => Self::of(&format!("{}…", &text[..end(Self::LONGEST - '…'.len_utf8())])),
        }
    }

    /// The word.
    pub fn word(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default().trim_end_matches('\0')
    }
}

impl TryFrom<String> for ShortWord {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        let fits = word.len() <= Self::LONGEST && !word.contains('\0');
        fits.then(|| Self::of(&word)).ok_or_else(|| format!("this word has at most {} bytes", Self::LONGEST))
    }
}

impl From<ShortWord> for String {
    fn from(short: ShortWord) -> String {
        short.word().into()
    }
}

impl fmt::Display for ShortWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_word_is_short() {
        let short = |word: &str| ShortWord::try_from(word.to_string());
        assert_eq!(short("red").expect("it is short").to_string(), "red");
        assert_eq!(short("sixteen-letters-").expect("it fits").word().len(), 16);
        assert!(short("seventeen-letters").is_err());
        assert!(short("a\0b").is_err(), "what is padded with must not be in it");
    }

    #[test]
    fn what_is_too_long_is_cut_off_between_characters() {
        assert_eq!(ShortWord::clipped(&"x=1").word(), "x=1");
        assert_eq!(ShortWord::clipped(&"seventeen-letters").word(), "seventeen-let…");
        assert_eq!(ShortWord::clipped(&"äöüäöüäöüäöü").word(), "äöüäöü…");
    }
}

//! What an editor of scenarios is told, as plain data. Lines and columns count from 1, columns in characters.

use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use tsify::Tsify;

use super::types::crossing;
use crate::kernel::data::in_order::InOrder;
use crate::scenario::{self, Offers, Reading};

crossing! {
    /// What came of reading a scenario.
    ScenarioReading {
        /// All that is wrong, by its place.
        errors: Vec<ScenarioMistake>,
        /// What each word is: its line, its column, how long it is, and the place of its role in `roles`, one after the
        /// other, in the order of the text.
        marks: Vec<u32>,
        /// All roles: `keyword`, `name`, `number`, `time`, `comment`.
        roles: Vec<&'static str>,
    }

    /// Something wrong in a scenario.
    ScenarioMistake {
        /// Where.
        line: u32,
        /// Where in the line.
        column: u32,
        /// What, in a sentence.
        message: String,
    }

    /// What may stand somewhere in a scenario.
    ScenarioOffers {
        /// From which column on the word would stand.
        from: u32,
        /// What is expected there, in words; empty where only the words say it.
        expected: String,
        /// Whether something must stand there.
        needed: bool,
        /// The words.
        words: Vec<OfferedWord>,
    }

    /// A word that may stand somewhere.
    OfferedWord {
        /// It.
        word: String,
        /// How what it begins is written, or what it means; may be empty.
        about: String,
        /// What it is: one of the roles.
        role: &'static str,
    }
}

/// Reads a scenario, whatever is wrong in it.
pub fn reading(text: &str) -> ScenarioReading {
    let Reading { mut errors, marks, .. } = scenario::read(text);
    errors.put_in_order_by_key(|error| (error.line, error.column));
    let mistake = |scenario::ScenarioError { line, column, message }| ScenarioMistake { line, column, message };
    ScenarioReading {
        errors: errors.into_iter().map(mistake).collect(),
        marks: marks.iter().flat_map(|mark| [mark.line, mark.column, mark.length, mark.role as u32]).collect(),
        roles: scenario::Role::ALL.map(|(word, _)| word).to_vec(),
    }
}

/// What may stand in a line at a column.
pub fn offers(text: &str, line: u32, column: u32) -> ScenarioOffers {
    let Offers { from, expected, needed, offers } = scenario::offers(text, line, column);
    let word = |offer: scenario::Offer| OfferedWord {
        word: offer.word.into_owned(),
        about: offer.about.into_owned(),
        role: offer.role.word(),
    };
    ScenarioOffers { from, expected, needed, words: offers.into_iter().map(word).collect() }
}

//! Words with their places, and errors that say where and what was meant.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use super::notes::{Mark, Notes, Offer, Role};
pub use crate::kernel::data::limits::LONGEST_TEXT;

/// How many bytes a line may have that is read by itself.
pub const LONGEST_LINE: usize = 10_000;

/// What is wrong in a scenario, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScenarioError {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// What was expected there.
    pub message: String,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for ScenarioError {}

/// A word of a line and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word<'a> {
    /// The word.
    pub text: &'a str,
    /// Its column, from 1, in characters.
    pub column: u32,
}

/// A line, taken apart.
pub struct Words<'a> {
    line: u32,
    end: u32,
    words: Vec<Word<'a>>,
    next: usize,
    /// What was taken off the end.
    behind: Vec<Word<'a>>,
    /// What stands behind a `#`.
    pub comment: Option<&'a str>,
    /// The same with its `#`, and where it stands.
    remark: Option<Word<'a>>,
    /// Whether the comment follows its `#` at once, as in `#1`: perhaps it was meant as a word.
    pub tight: bool,
    /// Where the next word is to be written, if anybody asks what may stand there: an empty word, or the empty end of one.
    cursor: Option<u32>,
    notes: RefCell<Notes>,
}

impl<'a> Words<'a> {
    /// Takes a line apart, in one pass. A word that begins with `#` begins a comment, but for the number in `after #12` and
    /// the words of an answer.
    pub fn of(line: u32, text: &'a str) -> Self {
        let (mut words, mut comment, mut remark, mut tight) = (Vec::<Word>::new(), None, None, false);
        let mut column = 1;
        let mut rest = text;
        // An answer is somebody else's text, to the end of the line.
        let mut answer = false;
        while !rest.is_empty() {
            let blank = rest.len() - rest.trim_start().len();
            column += rest[..blank].chars().count() as u32;
            rest = &rest[blank..];
            if rest.is_empty() {
                break;
            }
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let word = &rest[..length];
            let digits = word.strip_prefix('#').filter(|digits| !digits.is_empty());
            let number = digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
            let event = number && words.last().is_some_and(|last| last.text == "after");
            if word.starts_with('#') && !event && !answer {
                (comment, tight) = (Some(rest[1..].trim()), digits.is_some());
                remark = Some(Word { text: rest.trim_end(), column });
                break;
            }
            // What is done stands first, or behind `at TIME` or `after #12`.
            let timed = words.first().is_some_and(|first| ["at", "after"].contains(&first.text));
            answer |= word == "answer" && words.len() == if timed { 2 } else { 0 };
            words.push(Word { text: word, column });
            column += word.chars().count() as u32;
            rest = &rest[length..];
        }
        let end = words.last().map_or(column, |last| last.column + last.text.chars().count() as u32);
        Words {
            line,
            end,
            words,
            next: 0,
            behind: Vec::new(),
            comment,
            remark,
            tight,
            cursor: None,
            notes: RefCell::default(),
        }
    }

    /// Takes a line apart up to where somebody writes. The word that is begun there is left open, but for what stands before
    /// its last `.` or `=`. `None` in a comment.
    pub fn up_to_cursor(line: u32, text: &'a str) -> Option<Self> {
        let begun = text.len() - text.trim_end_matches(|letter: char| !letter.is_whitespace()).len();
        let (before, begun) = text.split_at(text.len() - begun);
        let mut words = Words::of(line, before);
        if words.comment.is_some() || begun.starts_with('#') {
            return None;
        }
        let kept = &begun[..begun.rfind(['.', '=']).map_or(0, |place| place + 1)];
        let column = before.chars().count() as u32 + 1;
        words.words.push(Word { text: kept, column });
        words.end = column + kept.chars().count() as u32;
        words.cursor = Some(words.end);
        Some(words)
    }

    /// Whether this word is the one that is to be written.
    fn at_cursor(&self, word: Word) -> bool {
        word.text.is_empty() && self.cursor == Some(word.column)
    }

    /// Tells which words may stand in the place of this one, and what they are about, where it is still to be written.
    pub fn offer<N, A>(&self, word: Word, role: Role, known: impl IntoIterator<Item = (N, A)>)
    where
        N: Into<Cow<'static, str>>,
        A: Into<Cow<'static, str>>,
    {
        if self.at_cursor(word) {
            let mut notes = self.notes.borrow_mut();
            for (word, about) in known {
                notes.offer(Offer { word: word.into(), about: about.into(), role });
            }
        }
    }

    /// The same of the next word, which may also be left out.
    pub fn offer_next(&self, known: impl IntoIterator<Item = &'static str>) {
        if let Some(&word) = self.words.get(self.next) {
            self.offer(word, Role::Keyword, known.into_iter().map(|word| (word, "")));
        }
    }

    /// Says what is expected in the place of this word, where it is still to be written.
    pub fn expect(&self, word: Word, expected: &str) {
        if self.at_cursor(word) {
            self.notes.borrow_mut().expected = expected.trim_end_matches(',').to_string();
        }
    }

    /// Says what a word is.
    pub fn note(&self, word: Word, role: Role) {
        self.notes.borrow_mut().roles.push((word.column, role));
    }

    /// What the words are, as far as the line was read or they look like it; and the comment.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        let notes = self.notes.borrow();
        let length = |text: &str| text.chars().count() as u32;
        let mark = |word: Word, role| Mark { line: self.line, column: word.column, length: length(word.text), role };
        let words = self.words.iter().chain(&self.behind);
        let words = words.filter_map(|&word| Some(mark(word, notes.role(word)?)));
        let marks: Vec<_> = words.chain(self.remark.map(|word| mark(word, Role::Comment))).collect();
        marks.into_iter()
    }

    /// What may stand at the cursor: from which column on, in words, and each word.
    pub fn offers(self) -> (u32, String, Vec<Offer>) {
        let Notes { offers, expected, .. } = self.notes.into_inner();
        (self.cursor.unwrap_or(self.end), expected, offers)
    }

    /// Which line it is.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Whether no word is left.
    pub fn is_empty(&self) -> bool {
        self.next >= self.words.len()
    }

    /// The next word, without taking it.
    pub fn peek(&self) -> Option<&'a str> {
        self.words.get(self.next).map(|word| word.text)
    }

    /// The words that are left, without taking them.
    pub fn left(&self) -> &[Word<'a>] {
        self.words.get(self.next..).unwrap_or_default()
    }

    /// Takes the next word. Errors: `expected` is what should have stood there.
    pub fn take(&mut self, expected: &str) -> Result<Word<'a>, ScenarioError> {
        let Some(&word) = self.words.get(self.next) else {
            return Err(self.error_at(self.end, format!("{expected} is missing{}", self.beyond())));
        };
        self.next += 1;
        self.expect(word, expected);
        Ok(word)
    }

    /// Puts the word back that was taken last.
    pub fn back(&mut self) {
        self.next = self.next.saturating_sub(1);
    }

    /// Takes the next word if it is this one.
    pub fn took(&mut self, word: &'static str) -> bool {
        let Some(&found) = self.words.get(self.next) else { return false };
        self.offer(found, Role::Keyword, [(word, "")]);
        let is = found.text == word;
        if is {
            self.note(found, Role::Keyword);
        }
        self.next += usize::from(is);
        is
    }

    /// Takes a word that must be this one.
    pub fn must(&mut self, word: &'static str) -> Result<(), ScenarioError> {
        let found = self.take(&format!("`{word}`"))?;
        self.offer(found, Role::Keyword, [(word, "")]);
        if found.text != word {
            return Err(self.unknown(found, &format!("`{word}`"), [word]));
        }
        self.note(found, Role::Keyword);
        Ok(())
    }

    /// Takes all words that are left.
    pub fn rest(&mut self) -> Vec<Word<'a>> {
        let rest = self.words[self.next..].to_vec();
        self.next = self.words.len();
        rest
    }

    /// Takes two words off the end, where the first of them is this one.
    pub fn took_from_end(&mut self, word: &str) -> Option<Word<'a>> {
        let place = self.words.len().checked_sub(2).filter(|&place| place > self.next)?;
        if self.words[place].text != word {
            return None;
        }
        self.note(self.words[place], Role::Keyword);
        self.behind.extend(self.words.drain(place..));
        self.behind.last().copied()
    }

    /// Nothing more may stand on the line.
    pub fn done(&self) -> Result<(), ScenarioError> {
        match self.words.get(self.next) {
            None => Ok(()),
            Some(word) => Err(self
                .error_at(word.column, format!("nothing more was expected here, but there is {}", quote(word.text)))),
        }
    }

    /// What to add where something is missing: a comment may hide it.
    pub fn beyond(&self) -> &'static str {
        if self.tight { "; what follows `#` is a comment" } else { "" }
    }

    /// An error at a word. Where a comment sticks to the word, that is what is wrong.
    pub fn error(&self, word: Word, message: impl Into<String>) -> ScenarioError {
        let mut message = message.into();
        if word.text.find('#').is_some_and(|place| place > 0) {
            message += "; a comment begins with a space before its `#`";
        }
        self.error_at(word.column, message)
    }

    /// An error at a column of this line.
    pub fn error_at(&self, column: u32, message: impl Into<String>) -> ScenarioError {
        ScenarioError { line: self.line, column, message: message.into() }
    }

    /// A word is not one of those that are known: says which was expected and which is nearest.
    pub fn unknown<'b>(&self, word: Word, expected: &str, known: impl IntoIterator<Item = &'b str>) -> ScenarioError {
        let hint = match nearest(word.text, known) {
            // A word of the language that has another place.
            Some(near) if near == word.text => {
                return self.error(word, format!("{} can't stand here: {expected} was expected", quote(word.text)));
            }
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        self.error(word, format!("{} is not known here: {expected} was expected{hint}", quote(word.text)))
    }

    /// Looks a word up in a list. Errors: says what was expected and which known word is nearest.
    pub fn one_of<T>(
        &self,
        word: Word,
        expected: &str,
        known: impl IntoIterator<Item = (&'static str, T)>,
    ) -> Result<T, ScenarioError> {
        let mut names = Vec::new();
        for (name, value) in known {
            if name == word.text {
                self.note(word, Role::Name);
                return Ok(value);
            }
            names.push(name);
        }
        self.offer(word, Role::Name, names.iter().map(|&name| (name, "")));
        let list = if names.len() <= 8 { format!("{expected} ({})", names.join(", ")) } else { expected.to_string() };
        Err(self.unknown(word, &list, names))
    }

    /// A whole number in a range.
    pub fn number(&self, word: Word, expected: &str, lo: u64, hi: u64) -> Result<u64, ScenarioError> {
        if hi < u32::MAX.into() {
            self.expect(word, &format!("{}, from {lo} to {hi}", expected.trim_end_matches(',')));
        }
        let digits = !word.text.is_empty() && word.text.bytes().all(|b| b.is_ascii_digit());
        if !digits {
            return Err(self.error(word, format!("{expected} is a whole number, and {} is none", quote(word.text))));
        }
        match word.text.parse::<u64>() {
            Ok(number) if (lo..=hi).contains(&number) => Ok(number),
            _ => Err(self.error(word, format!("{expected} is between {lo} and {hi}, not {}", quote(word.text)))),
        }
    }
}

/// A word in quotes, cut where it is long, so that a message stays a sentence; and what can't be seen made visible.
pub fn quote(word: &str) -> String {
    if word.chars().count() <= 24 {
        return format!("`{}`", visible(word));
    }
    format!("`{}…`", visible(&word.chars().take(24).collect::<String>()))
}

/// A text of somebody else's, fit for a terminal: what would steer it, or the direction of writing, is written out.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match steers(letter) {
            true => shown.extend(letter.escape_unicode()),
            false => shown.push(letter),
        }
    }
    Cow::Owned(shown)
}

/// Whether a character does something to a terminal instead of standing there: controls (line breaks are two of them),
/// separators of lines and paragraphs, marks that turn the direction of writing.
pub fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The known word that is most like this one, if any is like it at all.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let short: String = word.chars().take(40).collect::<String>().to_lowercase();
    let far = (short.chars().count() / 3).max(1);
    let distances = known.into_iter().map(|name| (strsim::osa_distance(&short, name), name));
    let best = distances.min_by_key(|(distance, _)| *distance)?;
    (best.0 <= far.max(2) && best.0 < short.chars().count().max(2)).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_their_columns_and_comments() {
        let mut words = Words::of(3, "  at 1s  crash ü 2 # why not");
        let columns: Vec<_> = words.rest().iter().map(|word| (word.text, word.column)).collect();
        assert_eq!(columns, [("at", 3), ("1s", 6), ("crash", 10), ("ü", 16), ("2", 18)]);
        assert_eq!(words.comment, Some("why not"));
    }

    #[test]
    fn an_event_number_is_no_comment() {
        let mut words = Words::of(1, "after #12 crash 1 #12");
        assert_eq!(words.rest().len(), 4);
        assert_eq!(words.comment, Some("12"));
    }

    #[test]
    fn what_is_done_to_a_terminal_is_written_out() {
        assert_eq!(visible("a plain ü"), "a plain ü");
        assert_eq!(visible("\u{1b}[2J\u{202e}x\u{9b}\r"), "\\u{1b}[2J\\u{202e}x\\u{9b}\\u{d}");
        assert_eq!(quote("\u{7}"), "`\\u{7}`");
    }

    #[test]
    fn the_nearest_word_is_named() {
        assert_eq!(nearest("crahs", ["crash", "restart"]), Some("crash"));
        assert_eq!(nearest("xyz", ["crash", "restart"]), None);
        assert_eq!(nearest("Cut", ["cut", "heal"]), Some("cut"));
    }
}

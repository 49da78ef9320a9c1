//! What a client can ask for, and how it is read: as the help says that it is written.

use std::error::Error;
use std::fmt;
use std::rc::Rc;

use super::vocabulary::CommandInfo;
use crate::kernel::data::ids::NodeId;

/// Why words are no command of a protocol. Shown, it is a sentence for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// No command is written like this.
    Form {
        /// How commands are written.
        usages: Vec<&'static str>,
    },
    /// A word can't stand where it does.
    Word {
        /// Why not.
        why: String,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usages = match self {
            ReadError::Word { why } => return f.write_str(why),
            ReadError::Form { usages } => usages,
        };
        f.write_str("a request is ")?;
        for (place, usage) in usages.iter().enumerate() {
            let between = match usages.len() - place {
                _ if place == 0 => "",
                1 => " or ",
                _ => ", ",
            };
            write!(f, "{between}{usage}")?;
        }
        Ok(())
    }
}

impl Error for ReadError {}

impl From<ReadError> for String {
    /// The sentence alone, for those who only show it.
    fn from(error: ReadError) -> String {
        error.to_string()
    }
}

/// The words in place of the capitals of a usage such as `put KEY VALUE`, which has so many; `None` where it is not written
/// so.
pub fn fits<'a, const N: usize>(usage: &str, words: &[&'a str]) -> Option<[&'a str; N]> {
    let mut values = Vec::new();
    let mut words = words.iter();
    for part in usage.split(' ') {
        let word = words.next()?;
        if part.bytes().all(|letter| letter.is_ascii_uppercase()) {
            values.push(*word);
        } else if part != *word {
            return None;
        }
    }
    if words.next().is_some() { None } else { values.try_into().ok() }
}

/// A word of at most so many characters. Errors: a sentence, where it has more.
pub fn at_most(word: &str, most: usize) -> Result<&str, String> {
    if word.chars().count() <= most {
        return Ok(word);
    }
    let start: String = word.chars().take(12).collect();
    Err(format!("`{start}…` is too long: it may have {most} characters"))
}

/// A whole number in a range. Errors: a sentence that tells what is no number from what is too large or too small.
pub fn whole_number(text: &str, lo: i64, hi: i64) -> Result<i64, String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(format!("`{text}` is no whole number"));
    }
    let number = text.parse().ok().filter(|number| (lo..=hi).contains(number));
    number.ok_or_else(|| format!("`{text}` is out of range: the number is between {lo} and {hi}"))
}

/// What a client can ask for, as it is written. The derive makes it of an enum or a struct.
///
/// ```
/// use consensus_playground::kernel::{Command, NodeId, ReadCommand};
///
/// #[derive(Command, PartialEq, Debug)]
/// enum Wanted {
///     /// Write a value.
///     #[command(usage = "put KEY VALUE", example = "put x 1")]
///     Put { key: String, value: i32 },
///     /// Add a member.
///     #[command(usage = "add REPLICA", example = "add 3")]
///     #[command(usage = "add", example = "add", about = "Add whoever is left.")]
///     Add(Option<NodeId>),
/// }
///
/// assert_eq!(Wanted::COMMANDS[2].about, "Add whoever is left.");
/// assert_eq!(Wanted::read(&["put", "x", "-1"], 3), Ok(Wanted::Put { key: "x".into(), value: -1 }));
/// assert_eq!(Wanted::read(&["add"], 3), Ok(Wanted::Add(None)));
/// let refused = |words: &[&str]| Wanted::read(words, 3).unwrap_err().to_string();
/// assert_eq!(refused(&["add", "4"]), "`4` is not a replica: they are numbered 1 to 3");
/// assert_eq!(refused(&["drop", "x"]), "a request is put KEY VALUE, add REPLICA or add");
///
/// /// Tell somebody something.
/// #[derive(Command)]
/// #[command(usage = "tell NAME to GO", example = "tell bob to stop", display)]
/// struct Tell { go: String, #[word(at_most = 3)] name: String }
///
/// let tell = Tell::read(&["tell", "ann", "to", "rest"], 3).unwrap();
/// assert_eq!((tell.go.as_str(), tell.to_string().as_str()), ("rest", "tell ann to rest"));
/// let refused = Tell::read(&["tell", "anna", "to", "rest"], 3).err().unwrap().to_string();
/// assert_eq!(refused, "`anna…` is too long: it may have 3 characters");
/// ```
pub trait ReadCommand: Sized {
    /// For the descriptor.
    const COMMANDS: &'static [CommandInfo];

    /// Makes a command of words, where they are written as one of the usages says, for so many replicas. Errors: a sentence
    /// about the value that does not fit.
    fn understand(words: &[&str], replicas: usize) -> Option<Result<Self, String>>;

    /// Makes a command of words. Errors: what can be written, or which word can't be.
    fn read(words: &[&str], replicas: usize) -> Result<Self, ReadError> {
        match Self::understand(words, replicas) {
            Some(read) => read.map_err(|why| ReadError::Word { why }),
            None => Err(ReadError::Form { usages: Self::COMMANDS.iter().map(|command| command.usage).collect() }),
        }
    }
}

/// A type that can stand in a command.
pub trait ReadWord: Sized {
    /// Reads it, where there are so many replicas. Errors: a sentence.
    fn read_word(word: &str, replicas: usize) -> Result<Self, String>;
}

impl ReadWord for NodeId {
    fn read_word(word: &str, replicas: usize) -> Result<Self, String> {
        match word.parse() {
            Ok(number) if (1..=replicas).contains(&number) => Ok(NodeId::replica(number)),
            _ => Err(format!("`{word}` is not a replica: they are numbered 1 to {replicas}")),
        }
    }
}

impl<T: ReadWord> ReadWord for Option<T> {
    fn read_word(word: &str, replicas: usize) -> Result<Self, String> {
        T::read_word(word, replicas).map(Some)
    }
}

macro_rules! texts {
    ($($text:ty),*) => { $(
        impl ReadWord for $text {
            fn read_word(word: &str, _: usize) -> Result<Self, String> {
                Ok(word.into())
            }
        }
    )* };
}
texts!(String, Rc<str>);

macro_rules! numbers {
    ($($number:ty),*) => { $(
        impl ReadWord for $number {
            fn read_word(word: &str, _: usize) -> Result<Self, String> {
                let (lo, hi) = (i64::try_from(<$number>::MIN), i64::try_from(<$number>::MAX));
                let number = whole_number(word, lo.unwrap_or(i64::MIN), hi.unwrap_or(i64::MAX))?;
                Ok(number as $number)
            }
        }
    )* };
}
numbers!(u8, u16, u32, u64, usize, i32, i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_out_of_range_is_still_a_number() {
        assert_eq!((whole_number("-7", -9, 9), whole_number("+9", -9, 9)), (Ok(-7), Ok(9)));
        for text in ["10", "-10", "99999999999999999999999"] {
            let told = format!("`{text}` is out of range: the number is between -9 and 9");
            assert_eq!(whole_number(text, -9, 9), Err(told));
        }
        for text in ["", "-", "much", "1.5", "1e3", "--1"] {
            assert_eq!(whole_number(text, -9, 9), Err(format!("`{text}` is no whole number")));
        }
    }

    #[test]
    fn capitals_stand_for_any_word() {
        let split = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
        assert_eq!(fits("put KEY VALUE", &split("put GO to")), Some(["GO", "to"]));
        assert_eq!(fits("go", &split("go")), Some([]));
        for wrong in ["", "put", "put x", "put x 1 2", "go x 1", "PUT x 1"] {
            assert_eq!(fits::<2>("put KEY VALUE", &split(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_refusal_names_all_that_can_be_written() {
        let told = |usages: &[&'static str]| ReadError::Form { usages: usages.to_vec() }.to_string();
        let all = ["put KEY VALUE", "go", "go to PLACE"];
        assert_eq!(told(&all), "a request is put KEY VALUE, go or go to PLACE");
        assert_eq!(told(&all[1..2]), "a request is go");
    }
}

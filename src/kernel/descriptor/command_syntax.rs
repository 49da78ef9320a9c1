//! What a client can ask for, and how it is read: as the help says that it is written.

use std::rc::Rc;

use super::vocabulary::CommandInfo;
use crate::kernel::data::ids::NodeId;

/// A sentence that says what can be written.
pub fn refusal(commands: &[CommandInfo]) -> String {
    let mut all = String::from("a request is ");
    for (place, command) in commands.iter().enumerate() {
        let between = match commands.len() - place {
            _ if place == 0 => "",
            1 => " or ",
            _ => ", ",
        };
        all.push_str(between);
        all.push_str(command.usage);
    }
    all
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
/// let refused = |words: &[&str]| Wanted::read(words, 3).unwrap_err();
/// assert_eq!(refused(&["add", "4"]), "`4` is not a replica: they are numbered 1 to 3");
/// assert_eq!(refused(&["drop", "x"]), "a request is put KEY VALUE, add REPLICA or add");
/// ```
pub trait ReadCommand: Sized {
    /// For the descriptor.
    const COMMANDS: &'static [CommandInfo];

    /// Makes a command of words, where they are written as one of the usages says, for so many replicas. Errors: a sentence
    /// about the value that does not fit.
    fn understand(words: &[&str], replicas: usize) -> Option<Result<Self, String>>;

    /// Makes a command of words. Errors: a sentence that says what can be written.
    fn read(words: &[&str], replicas: usize) -> Result<Self, String> {
        Self::understand(words, replicas).unwrap_or_else(|| Err(refusal(Self::COMMANDS)))
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
        let command = |usage| CommandInfo { usage, example: "", about: "" };
        let commands = ["put KEY VALUE", "go", "go to PLACE"].map(command);
        assert_eq!(refusal(&commands), "a request is put KEY VALUE, go or go to PLACE");
        assert_eq!(refusal(&commands[1..2]), "a request is go");
    }
}

//! Options: what was set, and how it is read. What holds where nothing was set stands with the option, in the protocol's
//! configuration: see [`ReadOptions`].

use std::collections::BTreeMap;

use super::setup_error::SetupError;
use super::vocabulary::{Descriptor, OptionInfo, OptionKind};
use crate::kernel::data::duration::{parse_duration, parse_range};
use crate::kernel::data::ids::{NodeId, Time};
use crate::kernel::data::topology::TopologyKind;

/// Options that were set, already checked against the descriptor: `(name, replica or 0 for all)` to the value as written.
#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub struct Options {
    values: BTreeMap<(String, u16), String>,
}

impl Options {
    /// Sets an option, for one replica or (0) for all.
    pub fn set(&mut self, name: &str, replica: u16, value: &str) {
        self.values.insert((name.to_string(), replica), value.to_string());
    }

    /// What was set for all, as written.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(&(name.to_string(), 0)).map(String::as_str)
    }

    /// What was set for this replica, or else for all.
    pub fn of(&self, name: &str, replica: NodeId) -> Option<&str> {
        self.values.get(&(name.to_string(), replica.raw())).map(String::as_str).or_else(|| self.get(name))
    }

    /// Whether a switch is on.
    pub fn is_on(&self, option: &OptionInfo) -> bool {
        bool::read_value(self.get(option.name).unwrap_or(option.default)) == Some(true)
    }

    /// The value of an option, read, or else its default. Errors: where it can't be read.
    pub fn value<T>(
        &self,
        option: &'static str,
        default: &str,
        replicas: usize,
        read: Read<T>,
    ) -> Result<T, SetupError> {
        read(self.get(option).unwrap_or(default), replicas).map_err(|why| SetupError::Value { option, why })
    }

    /// The values of an option for each replica, read. Errors: where one can't be read.
    pub fn values<T>(
        &self,
        option: &'static str,
        default: &str,
        replicas: usize,
        read: Read<T>,
    ) -> Result<Vec<T>, SetupError> {
        let one = |node| read(self.of(option, node).unwrap_or(default), replicas);
        let all: Result<Vec<T>, String> = NodeId::replicas(replicas).map(one).collect();
        all.map_err(|why| SetupError::Value { option, why })
    }

    /// Whether these are options of a protocol with so many replicas, and its numbers are in their ranges. Errors: the first
    /// that is not. That a value can be read shows when it is.
    pub fn check(&self, about: &Descriptor, replicas: usize) -> Result<(), SetupError> {
        for ((name, replica), value) in &self.values {
            let Some(info) = about.options.iter().find(|info| info.name == name) else {
                return Err(SetupError::UnknownOption { protocol: about.name, option: name.clone() });
            };
            let option = info.name;
            if *replica > 0 && !(info.per_replica && usize::from(*replica) <= replicas) {
                return Err(SetupError::NotPerReplica { option, replica: *replica });
            }
            // Saying of it what is said of all does no harm.
            if *replica == 1 && info.not_first && self.get(name) != Some(value) {
                let sentence = format!("{} has no {option}", about.called(NodeId::replica(1)));
                return Err(SetupError::Option { option, sentence });
            }
            if let (OptionKind::Number { lo, hi }, Ok(value)) = (info.kind, value.parse())
                && !(lo..=hi).contains(&value)
            {
                return Err(SetupError::OutOfRange { option, value, range: (lo, hi) });
            }
        }
        Ok(())
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Options {
    /// Names and values, each set for all replicas.
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        let mut options = Options::default();
        pairs.into_iter().for_each(|(name, value)| options.set(name, 0, value));
        options
    }
}

/// What a world is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// How many replicas.
    pub replicas: usize,
    /// All chance comes from it.
    pub seed: u64,
    /// `set …`, checked against the descriptor.
    pub options: Options,
    /// `disk N KEY=VALUE …`.
    pub disks: Vec<(NodeId, Vec<(String, String)>)>,
    /// `network topology …`: how the replicas are linked from the start.
    pub topology: TopologyKind,
}

/// How the value of an option is read, where there are so many replicas. Errors: a sentence.
pub type Read<T> = fn(&str, usize) -> Result<T, String>;

/// A value as its type reads it. Errors: a sentence.
pub fn own<T: OptionValue>(text: &str, _: usize) -> Result<T, String> {
    T::read_value(text).ok_or_else(|| format!("`{text}` can't be its value"))
}

/// A whole number. Errors: a sentence.
pub fn number<T: TryFrom<u64>>(text: &str, _: usize) -> Result<T, String> {
    let number = text.parse().ok().and_then(|number: u64| T::try_from(number).ok());
    number.ok_or_else(|| format!("`{text}` is no whole number that fits"))
}

/// A duration, in virtual microseconds. Errors: a sentence.
pub fn duration(text: &str, _: usize) -> Result<Time, String> {
    parse_duration(text)
}

/// A range of durations, in virtual microseconds. Errors: a sentence.
pub fn range(text: &str, _: usize) -> Result<(Time, Time), String> {
    parse_range(text)
}

/// The same value, where it is not shorter than `least`. Errors: where it is.
pub fn at_least<T: Lasting>(option: &'static str, value: T, least: &'static str) -> Result<T, SetupError> {
    let shortest = parse_duration(least).map_err(|why| SetupError::Value { option, why })?;
    if value.shortest() < shortest { Err(SetupError::TooShort { option, least }) } else { Ok(value) }
}

/// A duration, or a range of them.
pub trait Lasting {
    /// The shortest.
    fn shortest(&self) -> Time;
}

impl Lasting for Time {
    fn shortest(&self) -> Time {
        *self
    }
}

impl Lasting for (Time, Time) {
    fn shortest(&self) -> Time {
        self.0
    }
}

/// A configuration that is made of options. The derive makes it of a struct.
///
/// ```
/// use consensus_playground::kernel::{OptionKind, Options, ReadOptions, SetupError, Time};
///
/// #[derive(Options, Debug)]
/// struct Config {
///     #[option(replicas)]
///     replicas: usize,
///     /// How long a client waits before it asks again.
///     #[option(duration, default = "500ms", at_least = "1ms", source = "§8")]
///     retry: Time,
///     /// How many entries one message carries.
///     #[option(number(1..=64), default = "8")]
///     batch: usize,
///     /// A vote is not on disk when it is given.
///     #[option(breaks("election-safety", "agreement"), source = "§5")]
///     vote_not_durable: bool,
///     #[option(computed = replicas / 2 + 1)]
///     quorum: usize,
/// }
///
/// assert_eq!((Config::OPTIONS[1].name, Config::OPTIONS[2].breaks.len()), ("batch", 2));
/// let mut options = Options::default();
/// options.set("batch", 0, "16");
/// let config = Config::read(5, &options)?;
/// assert_eq!((config.retry, config.batch, config.quorum), (500_000, 16, 3));
/// options.set("retry", 0, "0s");
/// assert_eq!(Config::read(5, &options).unwrap_err().to_string(), "retry must be at least 1ms");
/// # Ok::<(), SetupError>(())
/// ```
pub trait ReadOptions: Sized {
    /// For the descriptor.
    const OPTIONS: &'static [OptionInfo];

    /// Makes it for so many replicas. Errors: where a value can't be read.
    fn read(replicas: usize, set: &Options) -> Result<Self, SetupError>;
}

/// Nothing to choose, and nothing that depends on how many replicas there are.
impl ReadOptions for () {
    const OPTIONS: &'static [OptionInfo] = &[];

    fn read(_: usize, _: &Options) -> Result<Self, SetupError> {
        Ok(())
    }
}

/// A type that the value of an option can have.
pub trait OptionValue: Sized {
    /// What is written.
    const KIND: OptionKind;

    /// Reads it.
    fn read_value(text: &str) -> Option<Self>;
}

impl OptionValue for bool {
    const KIND: OptionKind = OptionKind::Switch;

    fn read_value(text: &str) -> Option<Self> {
        match text {
            "on" | "yes" => Some(true),
            "off" | "no" => Some(false),
            _ => None,
        }
    }
}

impl OptionValue for String {
    const KIND: OptionKind = OptionKind::Word;

    fn read_value(text: &str) -> Option<Self> {
        Some(text.into())
    }
}

/// An enum whose variants are words: values of an option, or what is shown of a field.
///
/// ```
/// use consensus_playground::kernel::Choice;
///
/// #[derive(Choice, Clone, Copy, PartialEq, Debug)]
/// enum Reads {
///     Log,
///     ReadIndex,
/// }
///
/// assert_eq!(Reads::WORDS, ["log", "read-index"]);
/// assert_eq!((Reads::ReadIndex.word(), Reads::parse("log")), ("read-index", Some(Reads::Log)));
/// ```
pub trait Choice: Copy + 'static {
    /// All variants, in their order.
    const ALL: &'static [Self];
    /// The words for them, in the same order.
    const WORDS: &'static [&'static str];

    /// The word for it.
    fn word(self) -> &'static str;

    /// The one of this name.
    fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().position(|known| *known == word).map(|place| Self::ALL[place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::MS;

    #[derive(crate::kernel::Options, PartialEq, Debug)]
    struct Config {
        /// Whether it is fast.
        #[option(default = "on")]
        fast: bool,
        /// How many at once.
        #[option(number(1..=9), default = "4", per_replica)]
        batch: Vec<u8>,
        /// How long it waits.
        #[option(range, default = "150ms..300ms", at_least = "1ms")]
        wait: (Time, Time),
    }

    fn read(set: &[(&str, u16, &str)]) -> Result<Config, SetupError> {
        let mut options = Options::default();
        for (name, replica, value) in set {
            options.set(name, *replica, value);
        }
        Config::read(3, &options)
    }

    #[test]
    fn a_default_stands_where_nothing_was_set_for_all() {
        assert_eq!(read(&[]), Ok(Config { fast: true, batch: vec![4; 3], wait: (150 * MS, 300 * MS) }));
        let set = [("fast", 0, "off"), ("batch", 0, "7"), ("batch", 2, "9"), ("wait", 0, "1ms..2ms")];
        assert_eq!(read(&set), Ok(Config { fast: false, batch: vec![7, 9, 7], wait: (MS, 2 * MS) }));
    }

    #[test]
    fn what_can_not_be_is_named() {
        for (name, value, says) in [
            ("wait", "999us..1ms", "wait must be at least 1ms"),
            ("fast", "maybe", "fast: `maybe` can't be its value"),
            ("batch", "256", "batch: `256` is no whole number that fits"),
        ] {
            assert_eq!(read(&[(name, 0, value)]).unwrap_err().to_string(), says);
        }
    }
}

//! Options: what was set, and beside it what holds where nothing was set. A default is written once, in the descriptor.

use std::collections::BTreeMap;

use super::derived::OptionValue;
use super::vocabulary::{Descriptor, OptionInfo};
use crate::kernel::data::duration::{parse_duration, parse_range};
use crate::kernel::data::ids::{MS, NodeId, Time};

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

    /// The same with the defaults of a protocol behind them.
    pub fn over(&self, about: &Descriptor) -> Settings<'_> {
        Settings { options: self, known: about.options }
    }
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
    number.ok_or_else(|| format!("`{text}` is no whole number"))
}

/// A duration, in virtual microseconds. Errors: a sentence.
pub fn duration(text: &str, _: usize) -> Result<Time, String> {
    parse_duration(text)
}

/// A range of durations, in virtual microseconds. Errors: a sentence.
pub fn range(text: &str, _: usize) -> Result<(Time, Time), String> {
    parse_range(text)
}

/// The same value, where it is not shorter than `least`. Errors: a sentence, where it is.
pub fn at_least<T: Lasting>(name: &str, value: T, least: &str) -> Result<T, String> {
    if value.shortest() < parse_duration(least)? {
        return Err(format!("{name} must be at least {least}"));
    }
    Ok(value)
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

/// The value of each option of a protocol: what was set for all, or else its default.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    options: &'a Options,
    known: &'static [OptionInfo],
}

impl<'a> From<&'a Options> for Settings<'a> {
    /// What was set, for those who know the defaults.
    fn from(options: &'a Options) -> Self {
        Settings { options, known: &[] }
    }
}

impl<'a> Settings<'a> {
    /// What was set for this replica, or else for all; no default.
    pub fn of(&self, name: &str, replica: NodeId) -> Option<&'a str> {
        self.options.of(name, replica)
    }

    /// What was set for all; no default.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.options.get(name)
    }

    /// The value as written; empty where the protocol has no such option.
    pub fn word(&self, name: &str) -> &'a str {
        let default = || self.known.iter().find(|option| option.name == name).map_or("", |option| option.default);
        self.options.get(name).unwrap_or_else(default)
    }

    /// Whether a switch is on.
    pub fn on(&self, name: &str) -> bool {
        matches!(self.word(name), "on" | "yes")
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> u64 {
        self.word(name).parse().unwrap_or_default()
    }

    /// A duration, in virtual microseconds.
    pub fn duration(&self, name: &str) -> Time {
        parse_duration(self.word(name)).unwrap_or_default()
    }

    /// A range of durations, in virtual microseconds.
    pub fn range(&self, name: &str) -> (Time, Time) {
        parse_range(self.word(name)).unwrap_or_default()
    }

    /// The value of an option, read. Errors: a sentence that names it.
    pub fn value<T>(&self, name: &str, default: &str, replicas: usize, read: Read<T>) -> Result<T, String> {
        read(self.options.get(name).unwrap_or(default), replicas).map_err(|why| format!("{name}: {why}"))
    }

    /// The values of an option for each replica, read. Errors: a sentence that names it.
    pub fn values<T>(&self, name: &str, default: &str, replicas: usize, read: Read<T>) -> Result<Vec<T>, String> {
        let one = |node| read(self.options.of(name, node).unwrap_or(default), replicas);
        let all: Result<Vec<T>, String> = NodeId::replicas(replicas).map(one).collect();
        all.map_err(|why| format!("{name}: {why}"))
    }

    /// Durations that something is waited for, in virtual microseconds. Errors: a sentence, where one is less than 1 ms.
    pub fn waits<const N: usize>(&self, names: [&str; N]) -> Result<[Time; N], String> {
        let mut times = [0; N];
        self.wait_for(&names, &mut times)?;
        Ok(times)
    }

    fn wait_for(&self, names: &[&str], times: &mut [Time]) -> Result<(), String> {
        for (name, time) in names.iter().zip(times) {
            *time = self.duration(name);
            if *time < MS {
                return Err(format!("{name} must be at least 1ms"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::kernel::{MS, OptionInfo, OptionKind, Options, Settings};

    const fn option(name: &'static str, kind: OptionKind, default: &'static str) -> OptionInfo {
        OptionInfo { name, kind, default, per_replica: false, bug: false, breaks: &[], about: "", source: "" }
    }

    static KNOWN: [OptionInfo; 4] = [
        option("fast", OptionKind::Switch, "on"),
        option("batch", OptionKind::Number { lo: 1, hi: 9 }, "4"),
        option("retry", OptionKind::Duration, "250ms"),
        option("election", OptionKind::DurationRange, "150ms..300ms"),
    ];

    #[test]
    fn a_default_stands_where_nothing_was_set_for_all() {
        let mut options = Options::default();
        let all = |options: &Options| {
            let set = Settings { options, known: &KNOWN };
            (set.on("fast"), set.number("batch"), set.waits(["retry"]), set.range("election"))
        };
        assert_eq!(all(&options), (true, 4, Ok([250 * MS]), (150 * MS, 300 * MS)));
        for (name, value) in [("fast", "off"), ("batch", "7"), ("retry", "2ms"), ("election", "1ms..2ms")] {
            options.set(name, 0, value);
        }
        options.set("batch", 2, "9");
        assert_eq!(all(&options), (false, 7, Ok([2 * MS]), (MS, 2 * MS)));
    }

    #[test]
    fn a_wait_that_is_too_short_is_named() {
        let mut options = Options::default();
        options.set("retry", 0, "999us");
        let waits = Settings { options: &options, known: &KNOWN }.waits(["retry"]);
        assert_eq!(waits, Err("retry must be at least 1ms".into()));
    }
}

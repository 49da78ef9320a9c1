//! Options: what was set, and beside it what holds where nothing was set. A default is written once, in the descriptor.

use std::collections::BTreeMap;

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

impl<'a> FromIterator<(&'a str, &'a str)> for Options {
    /// Names and values, each set for all replicas.
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        let mut options = Options::default();
        pairs.into_iter().for_each(|(name, value)| options.set(name, 0, value));
        options
    }
}

/// The value of each option of a protocol: what was set for all, or else its default.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    options: &'a Options,
    known: &'static [OptionInfo],
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

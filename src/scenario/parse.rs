//! Reading a scenario.

use std::collections::BTreeMap;

use super::check::check;
use super::parse_act::{Context, duration, parse_act};
use super::parse_expect::{expect, trigger};
use super::text::{LONGEST_LINE, LONGEST_TEXT, ScenarioError, Word, Words, quote};
use super::{Line, Scenario, Statement, Trigger, When};
use crate::kernel::data::duration::{parse_duration, parse_moment, parse_range};
use crate::kernel::data::limits::MOST_LINES;
use crate::kernel::{Action, Descriptor, EventId, NodeId, OptionInfo, OptionKind};
use crate::protocols::{self, Entry};

/// Reads a scenario. Errors: where, what was expected there, and the nearest word that is known.
pub fn parse(text: &str) -> Result<Scenario, ScenarioError> {
    let start = |message: String| ScenarioError { line: 1, column: 1, message };
    if text.len() > LONGEST_TEXT {
        return Err(start(format!("the scenario has {} bytes; it may have {LONGEST_TEXT}", text.len())));
    }
    // Some editors begin a file with a mark of its encoding.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        reader.line(index as u32 + 1, line)?;
    }
    let some = protocols::ALL.first().map_or("", |entry| entry.descriptor.id);
    let unsaid = || start(format!("the first line should say which protocol, as in `protocol {some}`"));
    let entry = reader.entry.ok_or_else(unsaid)?;
    let mut tail = reader.above;
    while tail.last().is_some_and(String::is_empty) {
        tail.pop();
    }
    let scenario = Scenario { entry, lines: reader.lines, tail };
    check(&scenario, text)?;
    Ok(scenario)
}

/// Reads one act, as a person does it by hand: a line without `at`.
pub fn parse_act_line(entry: &'static Entry, replicas: usize, text: &str) -> Result<Action, ScenarioError> {
    if text.len() > LONGEST_LINE {
        return Err(ScenarioError { line: 1, column: 1, message: "the line is too long".into() });
    }
    let mut words = Words::of(1, text);
    let context = Context { descriptor: entry.descriptor, replicas: replicas as u16 };
    let first = words.take("something to do, such as `crash 2`,")?;
    let act = parse_act(&mut words, first, &context)?;
    words.done()?;
    Ok(act)
}

/// Reads a trigger, as a person sets it by hand; `None` where the line is none. Errors: what can't be read.
pub(super) fn parse_trigger_line(
    entry: &'static Entry,
    replicas: usize,
    text: &str,
) -> Result<Option<Trigger>, ScenarioError> {
    let mut words = Words::of(1, text);
    if text.len() > LONGEST_LINE || !words.took("when") {
        return Ok(None);
    }
    let trigger = trigger(&mut words, &Context { descriptor: entry.descriptor, replicas: replicas as u16 })?;
    words.done()?;
    Ok(Some(trigger))
}

#[derive(Default)]
struct Reader {
    entry: Option<&'static Entry>,
    context: Option<Context>,
    replicas: Option<u16>,
    lines: Vec<Line>,
    above: Vec<String>,
    /// What the header has said, and in which line: nothing is said twice.
    said: BTreeMap<String, u32>,
    /// The highest number of a replica that the header has named, and in which line.
    highest: (u16, u32),
}

impl Reader {
    fn line(&mut self, number: u32, text: &str) -> Result<(), ScenarioError> {
        let mut words = Words::of(number, text);
        if words.is_empty() {
            self.above.push(words.comment.unwrap_or("").to_string());
            return Ok(());
        }
        if self.lines.len() >= MOST_LINES {
            return Err(words.error_at(1, format!("a scenario may have {MOST_LINES} lines")));
        }
        let (when, statement) = self.statement(&mut words)?;
        words.done()?;
        let above = std::mem::take(&mut self.above);
        let beside = words.comment.map(str::to_string);
        let uid = self.lines.len() as u32 + 1;
        self.lines.push(Line { number, uid, above, beside, when, statement });
        Ok(())
    }

    fn statement(&mut self, words: &mut Words) -> Result<(When, Statement), ScenarioError> {
        let first = words.take("a line")?;
        let Some(entry) = self.entry else {
            if first.text != "protocol" {
                return Err(words.unknown(first, "`protocol NAME` first", ["protocol"]));
            }
            return self.protocol(words);
        };
        let descriptor = entry.descriptor;
        let begun = self.context.is_some();
        let header = ["protocol", "replicas", "seed", "set", "disk"].contains(&first.text);
        if header && begun {
            return Err(words.error(first, format!("`{}` must stand before the first thing that happens", first.text)));
        }
        if header {
            let statement = self.header(words, first, descriptor)?;
            self.once(words, first, &statement)?;
            return Ok((When::Now, statement));
        }
        let replicas = self.replicas.unwrap_or_else(|| descriptor.replicas.0.max(5).min(descriptor.replicas.1));
        let context = self.context.get_or_insert(Context { descriptor, replicas });
        let (when, first) = when(words, first)?;
        let statement = match first.text {
            "run" => Statement::Run(duration(words)?),
            "settle" => Statement::Settle(settle(words)?),
            "expect" => Statement::Expect(expect(words, context)?),
            "when" => Statement::Trigger(trigger(words, context)?),
            _ if header_word(first.text) => {
                return Err(words.error(first, format!("`{}` can't have a time", first.text)));
            }
            _ => Statement::Action(parse_act(words, first, context)?),
        };
        Ok((when, statement))
    }

    fn protocol(&mut self, words: &mut Words) -> Result<(When, Statement), ScenarioError> {
        let word = words.take("the protocol's name")?;
        let known = protocols::known().into_iter().map(|entry| (entry.descriptor.id, entry));
        let entry = words.one_of(word, "a protocol", known)?;
        self.entry = Some(entry);
        Ok((When::Now, Statement::Protocol(entry.descriptor.id)))
    }

    fn header(
        &mut self,
        words: &mut Words,
        first: Word,
        about: &'static Descriptor,
    ) -> Result<Statement, ScenarioError> {
        let replicas = self.replicas.unwrap_or_else(|| about.replicas.0.max(5).min(about.replicas.1));
        match first.text {
            "protocol" => Err(words.error(first, "a scenario has one protocol")),
            "replicas" => {
                let word = words.take("how many replicas")?;
                let (lo, hi) = about.replicas;
                let count = words.number(
                    word,
                    &format!("the number of {} of {}", about.agents(), about.name),
                    lo.into(),
                    hi.into(),
                )?;
                let (highest, line) = self.highest;
                if u64::from(highest) > count {
                    return Err(
                        words.error(word, format!("line {line} names replica {highest}, but there are {count}"))
                    );
                }
                self.replicas = Some(count as u16);
                Ok(Statement::Replicas(count as u16))
            }
            "seed" => {
                let word = words.take("a number")?;
                Ok(Statement::Seed(words.number(word, "the seed", 0, u64::MAX)?))
            }
            "set" => set(words, about, replicas),
            _ => disk(words, about, replicas),
        }
    }
}

impl Reader {
    /// Of two lines of the header that say the same thing one would go unheard.
    fn once(&mut self, words: &Words, first: Word, statement: &Statement) -> Result<(), ScenarioError> {
        let (what, replica) = match statement {
            Statement::Set { name, replica: 0, .. } => (format!("set {name}"), 0),
            Statement::Set { name, replica, .. } => (format!("set {name} {replica}"), *replica),
            Statement::Disk { replica, .. } => (format!("disk {replica}"), replica.raw()),
            _ => (first.text.to_string(), 0),
        };
        if let Some(line) = self.said.get(&what) {
            return Err(words.error(first, format!("`{what}` stands in line {line} already")));
        }
        self.highest = self.highest.max((replica, words.line()));
        self.said.insert(what, words.line());
        Ok(())
    }
}

/// How many deliveries a `settle` makes at most, where it says so.
fn settle(words: &mut Words) -> Result<Option<u32>, ScenarioError> {
    if words.is_empty() {
        return Ok(None);
    }
    let word = words.take("how many deliveries")?;
    Ok(Some(words.number(word, "the number of deliveries", 0, 100_000)? as u32))
}

fn header_word(word: &str) -> bool {
    ["protocol", "replicas", "seed", "set", "disk"].contains(&word)
}

/// `at 600ms …`, `after #12 …`, or nothing of the kind.
fn when<'a>(words: &mut Words<'a>, first: Word<'a>) -> Result<(When, Word<'a>), ScenarioError> {
    match first.text {
        "at" => {
            let word = words.take("a duration")?;
            let at = parse_moment(word.text).map_err(|why| words.error(word, why))?;
            Ok((When::At(at), words.take("what happens then")?))
        }
        "after" => {
            let word = words.take("an event, as in #12,")?;
            let digits = word.text.strip_prefix('#').ok_or_else(|| words.error(word, "an event is written #12"))?;
            let id = words.number(Word { text: digits, ..word }, "an event's number", 0, u32::MAX.into())?;
            Ok((When::After(EventId(id as u32)), words.take("what happens then")?))
        }
        _ => Ok((When::Now, first)),
    }
}

fn set(words: &mut Words, about: &'static Descriptor, replicas: u16) -> Result<Statement, ScenarioError> {
    let word = words.take("an option")?;
    let info =
        words.one_of(word, &format!("an option of {}", about.name), about.options.iter().map(|o| (o.name, o)))?;
    let mut value = words.take("a value")?;
    let mut replica = 0;
    if info.per_replica && !words.is_empty() {
        replica = words.number(value, "a replica", 1, replicas.into())? as u16;
        value = words.take("a value")?;
    }
    check_option(words, info, value)?;
    Ok(Statement::Set { name: info.name, replica, value: value.text.to_string() })
}

fn check_option(words: &Words, info: &OptionInfo, value: Word) -> Result<(), ScenarioError> {
    let name = info.name;
    let fix = |message: String| words.error(value, format!("{name}: {message}"));
    match info.kind {
        OptionKind::Switch => words.one_of(value, "`on` or `off`", [("on", ()), ("off", ())]),
        OptionKind::YesNo => words.one_of(value, "`yes` or `no`", [("yes", ()), ("no", ())]),
        OptionKind::Number { lo, hi } => words.number(value, name, lo, hi).map(drop),
        OptionKind::Duration => {
            let span = parse_duration(value.text).map_err(fix)?;
            if span > 600_000_000 { Err(fix("at most 600s".into())) } else { Ok(()) }
        }
        OptionKind::DurationRange => {
            let (_, hi) = parse_range(value.text).map_err(fix)?;
            if hi > 600_000_000 { Err(fix("at most 600s".into())) } else { Ok(()) }
        }
        OptionKind::Choice(all) => words.one_of(value, "a choice", all.iter().map(|&word| (word, ()))),
        OptionKind::Word if value.text.chars().count() > 400 => Err(fix("a word of at most 400 characters".into())),
        OptionKind::Word => Ok(()),
    }
}

fn disk(words: &mut Words, about: &'static Descriptor, replicas: u16) -> Result<Statement, ScenarioError> {
    let word = words.take("a replica")?;
    let number = words.number(word, "a replica", 1, replicas.into())?;
    let mut pairs = Vec::<(String, String)>::new();
    for word in words.rest() {
        let Some((key, value)) = word.text.split_once('=') else {
            return Err(words.error(word, format!("KEY=VALUE was expected, not {}", quote(word.text))));
        };
        let known = about.disk.iter().map(|info| (info.name, ()));
        words.one_of(Word { text: key, ..word }, &format!("a key of a disk of {}", about.name), known)?;
        // No more than there are keys, each once.
        if pairs.iter().any(|(other, _)| other == key) {
            return Err(words.error(word, format!("`{key}` stands here twice")));
        }
        pairs.push((key.to_string(), value.to_string()));
    }
    if pairs.is_empty() {
        return Err(words.take("KEY=VALUE").err().unwrap_or_else(|| words.error(word, "KEY=VALUE is missing")));
    }
    Ok(Statement::Disk { replica: NodeId::replica(number as usize), pairs })
}

//! Reading a scenario.

use std::collections::BTreeMap;

use super::check::check;
use super::notes::{Mark, Offer, Role};
use super::parse_act::{ACTS, Context, duration, parse_act};
use super::parse_expect::{expect, trigger};
use super::text::{LONGEST_LINE, LONGEST_TEXT, ScenarioError, Word, Words, quote};
use super::{Line, Scenario, Statement, Trigger, When};
use crate::kernel::data::duration::{parse_duration, parse_moment, parse_range};
use crate::kernel::data::limits::MOST_LINES;
use crate::kernel::{Action, Descriptor, EventId, MOST_CLIENTS, NodeId, OptionInfo, OptionKind, Whom};
use crate::protocols::{self, Entry};

/// Reads a scenario. Errors: where, what was expected there, and the nearest word that is known.
pub fn parse(text: &str) -> Result<Scenario, ScenarioError> {
    let Reading { scenario, errors, .. } = read(text);
    match errors.into_iter().next() {
        Some(error) => Err(error),
        None => scenario.ok_or_else(unsaid),
    }
}

/// What came of reading a scenario as far as that goes.
pub struct Reading {
    /// What was understood; none where no line says which protocol.
    pub scenario: Option<Scenario>,
    /// All that is wrong, at most one thing in each line, in the order in which it is found; at most [`MOST_ERRORS`].
    pub errors: Vec<ScenarioError>,
    /// What each word is.
    pub marks: Vec<Mark>,
}

/// How many errors are told of one scenario: nobody reads more, and each takes its time to show.
pub const MOST_ERRORS: usize = 500;

/// Reads a scenario to its end, whatever is wrong in it. What can't be read is left out of the scenario.
pub fn read(text: &str) -> Reading {
    let failed = |message| Reading { scenario: None, errors: vec![start(message)], marks: Vec::new() };
    if text.len() > LONGEST_TEXT {
        return failed(format!("the scenario has {} bytes; it may have {LONGEST_TEXT}", text.len()));
    }
    // Some editors begin a file with a mark of its encoding.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        if !reader.line(index as u32 + 1, line) {
            break;
        }
    }
    reader.end(text)
}

/// What may stand somewhere in a scenario.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offers {
    /// From which column on the word would stand, from 1, in characters.
    pub from: u32,
    /// What is expected there, in words; empty where only the offers say it.
    pub expected: String,
    /// Whether something must stand there, for the line can't end before it.
    pub needed: bool,
    /// The words.
    pub offers: Vec<Offer>,
}

/// What may stand in a line (from 1) at a column (from 1, in characters), given what stands above and before it. It is
/// the reader itself that tells, by what it looks for there.
pub fn offers(text: &str, line: u32, column: u32) -> Offers {
    let nothing = Offers { from: column, expected: String::new(), needed: false, offers: Vec::new() };
    let text = text.get(..LONGEST_TEXT.min(text.len())).unwrap_or_default();
    let mut lines = text.lines();
    let mut reader = Reader { clients: most_clients(text), ..Reader::default() };
    for (index, above) in lines.by_ref().take(line.saturating_sub(1) as usize).enumerate() {
        reader.line(index as u32 + 1, above);
    }
    let here = lines.next().unwrap_or_default();
    let end = here.char_indices().nth(column.saturating_sub(1) as usize).map_or(here.len(), |(place, _)| place);
    let Some(mut words) = Words::up_to_cursor(line, &here[..end]) else { return nothing };
    let needed = reader.statement(&mut words).is_err();
    let (from, expected, offers) = words.offers();
    Offers { from, expected, needed, offers }
}

/// The highest number of a client that a text names, and at least two.
fn most_clients(text: &str) -> u16 {
    let named = |word: &str| word.strip_prefix('c')?.split('.').next()?.parse().ok();
    let most = text.split_whitespace().filter_map(named).filter(|&number| usize::from(number) <= MOST_CLIENTS).max();
    most.unwrap_or(0).max(2)
}

fn start(message: String) -> ScenarioError {
    ScenarioError { line: 1, column: 1, message }
}

fn unsaid() -> ScenarioError {
    let some = protocols::ALL.first().map_or("", |entry| entry.descriptor.id);
    start(format!("the first line should say which protocol, as in `protocol {some}`"))
}

/// Reads one act, as a person does it by hand: a line without `at`.
pub fn parse_act_line(entry: &'static Entry, replicas: usize, text: &str) -> Result<Action, ScenarioError> {
    if text.len() > LONGEST_LINE {
        return Err(ScenarioError { line: 1, column: 1, message: "the line is too long".into() });
    }
    let mut words = Words::of(1, text);
    let context = Context::new(entry.descriptor, replicas as u16);
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
    let trigger = trigger(&mut words, &Context::new(entry.descriptor, replicas as u16))?;
    words.done()?;
    Ok(Some(trigger))
}

#[derive(Default)]
struct Reader {
    entry: Option<&'static Entry>,
    /// Whether the header is over.
    begun: bool,
    replicas: Option<u16>,
    lines: Vec<Line>,
    above: Vec<String>,
    /// What the header has said, and in which line: nothing is said twice.
    said: BTreeMap<String, u32>,
    /// The highest number of a replica that the header has named, and in which line.
    highest: (u16, u32),
    /// How many clients are worth naming to somebody who may name one.
    clients: u16,
    /// What is wrong.
    errors: Vec<ScenarioError>,
    /// What is wrong with the header, or with the number of replicas: then what does not fit it may well be right.
    header_errs: bool,
    guessed: bool,
    marks: Vec<Mark>,
}

impl Reader {
    /// Reads a line; whether there is any use in reading on.
    fn line(&mut self, number: u32, text: &str) -> bool {
        let mut words = Words::of(number, text);
        if words.is_empty() {
            self.marks.extend(words.marks());
            self.above.push(words.comment.unwrap_or("").to_string());
            return true;
        }
        if self.lines.len() >= MOST_LINES {
            self.errors.push(words.error_at(1, format!("a scenario may have {MOST_LINES} lines")));
            return false;
        }
        let unknown = self.entry.is_none();
        let read = self.statement(&mut words).and_then(|read| words.done().map(|()| read));
        self.marks.extend(words.marks());
        match read {
            Ok((when, statement)) => {
                let above = std::mem::take(&mut self.above);
                let beside = words.comment.map(str::to_string);
                let uid = self.lines.len() as u32 + 1;
                self.lines.push(Line { number, uid, above, beside, when, statement });
            }
            // Once it was said that the protocol is missing, the lines up to it have nothing more to say.
            Err(_) if unknown && !self.errors.is_empty() => {}
            Err(error) => self.errors.push(error),
        }
        self.errors.len() < MOST_ERRORS
    }

    /// What was read, once it was held against a world.
    fn end(self, text: &str) -> Reading {
        let Reader { mut errors, marks, .. } = self;
        let Some(entry) = self.entry else {
            if errors.is_empty() {
                errors.push(unsaid());
            }
            return Reading { scenario: None, errors, marks };
        };
        let mut tail = self.above;
        while tail.last().is_some_and(String::is_empty) {
            tail.pop();
        }
        let scenario = Scenario { entry, lines: self.lines, tail };
        if !self.guessed {
            check(&scenario, text, !self.header_errs, &mut errors);
        }
        errors.truncate(MOST_ERRORS);
        Reading { scenario: Some(scenario), errors, marks }
    }

    fn context(&self, descriptor: &'static Descriptor) -> Context {
        let replicas = self.replicas.unwrap_or_else(|| descriptor.replicas.0.max(5).min(descriptor.replicas.1));
        Context { guessed: self.guessed, clients: self.clients, ..Context::new(descriptor, replicas) }
    }

    fn statement(&mut self, words: &mut Words) -> Result<(When, Statement), ScenarioError> {
        let first = words.take("a line")?;
        let Some(entry) = self.entry else {
            words.offer(first, Role::Keyword, [HEADER[0]]);
            if first.text != HEADER[0].0 {
                return Err(words.unknown(first, "`protocol NAME` first", [HEADER[0].0]));
            }
            words.note(first, Role::Keyword);
            return self.protocol(words);
        };
        let descriptor = entry.descriptor;
        let header = header_word(first.text);
        if header {
            words.note(first, Role::Keyword);
            if self.begun {
                return Err(
                    words.error(first, format!("`{}` must stand before the first thing that happens", first.text))
                );
            }
            let statement = self.header(words, first, descriptor).inspect_err(|_| self.header_errs = true);
            let statement = statement.and_then(|read| self.once(words, first, &read).map(|()| read))?;
            return Ok((When::Now, statement));
        }
        if !self.begun {
            words.offer(first, Role::Keyword, HEADER[1..].iter().copied());
            if !line_words().any(|word| word == first.text) {
                // A misspelt word of the header does not end it.
                words.offer(first, Role::Keyword, lines());
                let known = HEADER.iter().map(|(word, _)| *word).chain(line_words());
                return Err(words.unknown(first, "something to do", known));
            }
        }
        self.begun = true;
        self.happening(words, first, &self.context(descriptor))
    }

    fn happening<'a>(
        &self,
        words: &mut Words<'a>,
        first: Word<'a>,
        context: &Context,
    ) -> Result<(When, Statement), ScenarioError> {
        words.offer(first, Role::Keyword, lines());
        let (when, first) = when(words, first)?;
        words.offer(first, Role::Keyword, LINES.iter().copied().filter(|(word, _)| !TIMES.contains(word)));
        if LINES.iter().any(|(word, _)| *word == first.text) {
            words.note(first, Role::Keyword);
        }
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
        let about = |entry: &'static Entry| (entry.descriptor.id, entry.descriptor.summary);
        words.offer(word, Role::Name, protocols::known().into_iter().map(about));
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
        match first.text {
            "protocol" => Err(words.error(first, "a scenario has one protocol")),
            "replicas" => {
                let word = words.take("how many replicas")?;
                let (lo, hi) = about.replicas;
                // Where it can't be read, whoever is named may well be there.
                (self.guessed, self.replicas) = (true, Some(hi));
                let what = format!("the number of {} of {}", about.agents(), about.name);
                let count = words.number(word, &what, lo.into(), hi.into())?;
                let (highest, line) = self.highest;
                if u64::from(highest) > count {
                    return Err(
                        words.error(word, format!("line {line} names replica {highest}, but there are {count}"))
                    );
                }
                self.guessed = false;
                self.replicas = Some(count as u16);
                Ok(Statement::Replicas(count as u16))
            }
            "seed" => {
                let word = words.take("a number")?;
                Ok(Statement::Seed(words.number(word, "the seed", 0, u64::MAX)?))
            }
            "set" => set(words, about, &self.context(about)),
            _ => disk(words, about, &self.context(about)),
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

/// The words that begin a line of the header, and how these are written.
const HEADER: [(&str, &str); 5] = [
    ("protocol", "protocol NAME"),
    ("replicas", "replicas 5"),
    ("seed", "seed 7"),
    ("set", "set OPTION VALUE"),
    ("disk", "disk 1 KEY=VALUE"),
];

/// The words that begin other lines, besides acts, and how these are written; the first two say when.
const LINES: [(&str, &str); 6] = [
    ("at", "at 600ms ACT"),
    ("after", "after #12 ACT"),
    ("when", "when CONDITION ACT"),
    ("run", "run 2s"),
    ("settle", "settle, settle 3"),
    ("expect", "expect CONDITION [within 2s]"),
];
const TIMES: [&str; 2] = ["at", "after"];

fn header_word(word: &str) -> bool {
    HEADER.iter().any(|(known, _)| *known == word)
}

/// What can begin a line once the header is over, and how it is written.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    LINES.into_iter().chain(ACTS.iter().map(|act| (act.0, act.1)))
}

/// The words that can begin a line once the header is over.
pub fn line_words() -> impl Iterator<Item = &'static str> {
    lines().map(|(word, _)| word)
}

/// `at 600ms …`, `after #12 …`, or nothing of the kind.
fn when<'a>(words: &mut Words<'a>, first: Word<'a>) -> Result<(When, Word<'a>), ScenarioError> {
    if TIMES.contains(&first.text) {
        words.note(first, Role::Keyword);
    }
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

fn set(words: &mut Words, about: &'static Descriptor, context: &Context) -> Result<Statement, ScenarioError> {
    let word = words.take("an option")?;
    words.offer(word, Role::Name, about.options.iter().map(|info| (info.name, info.about)));
    let info =
        words.one_of(word, &format!("an option of {}", about.name), about.options.iter().map(|o| (o.name, o)))?;
    let mut value = words.take("a value")?;
    let mut replica = 0;
    if info.per_replica {
        words.offer(value, Role::Name, context.nodes(Whom::REPLICA, ""));
    }
    if info.per_replica && !words.is_empty() {
        replica = words.number(value, "a replica", 1, context.replicas.into())? as u16;
        value = words.take("a value")?;
    }
    check_option(words, info, value)?;
    Ok(Statement::Set { name: info.name, replica, value: value.text.to_string() })
}

fn check_option(words: &Words, info: &OptionInfo, value: Word) -> Result<(), ScenarioError> {
    let name = info.name;
    let fix = |message: String| words.error(value, format!("{name}: {message}"));
    words.expect(value, &format!("a value of {name}"));
    if !info.default.is_empty() {
        words.offer(value, Role::Name, [(info.default, "as it is where nothing is set")]);
    }
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

fn disk(words: &mut Words, about: &'static Descriptor, context: &Context) -> Result<Statement, ScenarioError> {
    let word = words.take("a replica")?;
    words.offer(word, Role::Name, context.nodes(Whom::REPLICA, ""));
    let number = words.number(word, "a replica", 1, context.replicas.into())?;
    let mut pairs = Vec::<(String, String)>::new();
    for word in words.rest() {
        words.offer(word, Role::Name, about.disk.iter().map(|info| (format!("{}=", info.name), info.about)));
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

//! Reading what is expected of a run.

use super::condition::{Claim, Condition, Operator, Whose, properties};
use super::expect::{Expect, Mode, Seeds};
use super::goal::Goal;
use super::notes::Role;
use super::parse_act::{Context, duration, parse_act, selector};
use super::text::{LONGEST_LINE, ScenarioError, Word, Words};
use super::trigger::Trigger;
use crate::kernel::data::duration::parse_duration;
use crate::kernel::{Health, NodeId, Selector, Whom};
use crate::protocols::Entry;

/// In how many runs at most an expectation is tried.
const MOST_SEEDS: u32 = 1_000;

/// How expectations are written, for help.
pub(super) const EXPECTATIONS: &[&str] = &[
    "expect CONDITION [within 2s], expect not CONDITION",
    "expect ever CONDITION, expect never CONDITION",
    "expect always for 2s CONDITION",
    "expect CONDITION in 9 of 10 seeds",
    "when CONDITION ACT",
];

/// How conditions are written, for help.
pub(super) const CONDITIONS: &[&str] = &[
    "all, PROPERTY, violation PROPERTY",
    "leader, decided 3, committed 3, completed 3, now >= 3s",
    "1.FIELD = VALUE, leader.FIELD >= 2, followers.FIELD != VALUE, all.FIELD = VALUE",
    "any.FIELD = VALUE, 2 of all.FIELD = VALUE",
    "1.store.x = 3, c1.answer = 3, c1.answer.2 = ok, c1.answers >= 2, c1.status = up",
];

/// What `expect` takes.
pub(super) fn expect(words: &mut Words, context: &Context) -> Result<Expect, ScenarioError> {
    let mut expect = claimed(words, context)?;
    if words.took("in") {
        expect.seeds = Some(seeds(words)?);
    }
    Ok(expect)
}

/// What `when` takes: a condition and an act.
pub(super) fn trigger(words: &mut Words, context: &Context) -> Result<Trigger, ScenarioError> {
    let place = words.take("a condition").inspect(|_| words.back())?;
    let claim = claim(words, context)?;
    if matches!(claim.condition, Condition::Now { .. }) {
        return Err(words.error(place, "`when` waits for what happens: what is done at a time is written `at 3s …`"));
    }
    let first = words.take("what is done then")?;
    Ok(Trigger { claim, action: parse_act(words, first, context)? })
}

/// Reads a goal: what stands behind the word `goal`. Errors: line 1, and the column in this text.
pub fn parse_goal(entry: &'static Entry, replicas: usize, text: &str) -> Result<Goal, ScenarioError> {
    if text.len() > LONGEST_LINE {
        return Err(ScenarioError { line: 1, column: 1, message: "the line is too long".into() });
    }
    let mut words = Words::of(1, text);
    let context = Context::new(entry.descriptor, replicas as u16);
    let expect = claimed(&mut words, &context)?;
    words.done()?;
    Ok(Goal { text: super::print::print_claimed(&expect), expect })
}

/// A condition, when it should hold, and how long that may take.
fn claimed(words: &mut Words, context: &Context) -> Result<Expect, ScenarioError> {
    let negated = words.peek() == Some("not");
    let mode = if negated { Mode::Now } else { mode(words)? };
    let claim = claim(words, context)?;
    words.offer_next((mode == Mode::Now).then_some("within"));
    let within = match words.peek() {
        Some("within") => {
            let word = words.take("`within`")?;
            words.note(word, Role::Keyword);
            let looks = match mode {
                Mode::Now => None,
                Mode::Ever => Some("`ever` looks back over the whole run: let time pass with `run` before it"),
                Mode::Never => Some("`never` looks back over the whole run: let time pass with `run` before it"),
                Mode::Always(_) => Some("`always for` says how long already"),
            };
            if let Some(why) = looks {
                return Err(words.error(word, format!("`within` can't stand here: {why}")));
            }
            Some(duration(words)?)
        }
        _ => None,
    };
    Ok(Expect { mode, claim, within, seeds: None })
}

fn mode(words: &mut Words) -> Result<Mode, ScenarioError> {
    if words.took("ever") {
        return Ok(Mode::Ever);
    }
    if words.took("never") {
        return Ok(Mode::Never);
    }
    if words.took("always") {
        words.must("for")?;
        return Ok(Mode::Always(duration(words)?));
    }
    Ok(Mode::Now)
}

fn seeds(words: &mut Words) -> Result<Seeds, ScenarioError> {
    let word = words.take("in how many runs, as in `in 9 of 10 seeds`,")?;
    let least = words.number(word, "the number of runs", 1, MOST_SEEDS.into())? as u32;
    words.must("of")?;
    let word = words.take("of how many runs")?;
    let of = words.number(word, "the number of runs", least.into(), MOST_SEEDS.into())? as u32;
    words.must("seeds")?;
    Ok(Seeds { least, of })
}

/// A condition, or `not` and a condition.
pub(super) fn claim(words: &mut Words, context: &Context) -> Result<Claim, ScenarioError> {
    let not = words.took("not");
    let first = words.take("what is expected")?;
    if let ("ever" | "never" | "always", true) = (first.text, not) {
        let instead =
            if first.text == "ever" { "`never` says that it did not hold once" } else { "put `not` behind it" };
        return Err(words.error(first, format!("`not` can't stand before `{}`: {instead}", first.text)));
    }
    Ok(Claim { not, condition: condition(words, first, context)? })
}

/// The words that begin conditions, and how these are written.
const WORDS: [(&str, &str); 7] = [
    ("all", "no property was broken"),
    ("leader", "somebody leads"),
    ("now", "now >= 3s"),
    ("decided", "decided 3"),
    ("committed", "committed 3"),
    ("completed", "completed 3: so many requests have their answers"),
    ("violation", "violation PROPERTY"),
];

/// What a condition may begin with.
fn offer_conditions(words: &Words, word: Word, context: &Context) {
    words.offer(word, Role::Keyword, WORDS);
    words.offer(word, Role::Name, properties(context.descriptor).map(|info| (info.name, info.about)));
    words.offer(word, Role::Name, [("any.", "of one replica at least")]);
    words.offer(word, Role::Name, context.whom(Whom::NODES, "."));
    if word.text.starts_with(|first: char| first.is_ascii_digit()) {
        words.offer_next(["of"]);
    }
}

fn condition(words: &mut Words, first: Word, context: &Context) -> Result<Condition, ScenarioError> {
    let property = |words: &Words, word| {
        words.offer(word, Role::Name, properties(context.descriptor).map(|info| (info.name, info.about)));
        let known = properties(context.descriptor).map(|info| (info.name, info.name));
        words.one_of(word, &format!("a property of {}", context.descriptor.name), known)
    };
    offer_conditions(words, first, context);
    if WORDS.iter().any(|(word, _)| *word == first.text) {
        words.note(first, Role::Keyword);
    }
    match first.text {
        "all" => Ok(Condition::All),
        "leader" | "primary" => Ok(Condition::Leader),
        "now" => {
            let operator = operator(words)?;
            let word = words.take("a time, as in 3s,")?;
            let time = parse_duration(word.text).map_err(|why| words.error(word, why))?;
            Ok(Condition::Now { operator, time })
        }
        "decided" | "committed" | "completed" => {
            let word = words.take("how many")?;
            let count = words.number(word, "the count", 0, u32::MAX.into())?;
            Ok(match first.text {
                "decided" => Condition::Decided(count),
                "committed" => Condition::Committed(count),
                _ => Condition::Completed(count),
            })
        }
        "violation" => {
            let word = words.take("a property")?;
            Ok(Condition::Violation(property(words, word)?))
        }
        _ if words.peek() == Some("of") && first.text.bytes().all(|byte| byte.is_ascii_digit()) => {
            several(words, first, context)
        }
        text if text.contains('.') => field(words, first, context),
        _ => {
            let own = properties(context.descriptor).map(|info| info.name);
            let more = WORDS.iter().map(|(word, _)| *word);
            let modes = ["not", "ever", "never", "always"];
            if let Some(name) = properties(context.descriptor).find(|info| info.name == first.text) {
                words.note(first, Role::Name);
                return Ok(Condition::Property(name.name));
            }
            Err(words.unknown(
                first,
                "a property, `all`, `leader`, `decided N`, `violation NAME` or `N.FIELD = VALUE`",
                own.chain(more).chain(modes),
            ))
        }
    }
}

/// `2 of all.role = candidate`
fn several(words: &mut Words, first: Word, context: &Context) -> Result<Condition, ScenarioError> {
    let count = words.number(first, "how many replicas", 1, context.replicas.into())? as u16;
    words.must("of")?;
    let word = words.take("`all.FIELD`")?;
    words.offer(word, Role::Name, [("all.", "")]);
    let (who, rest) = word.text.split_once('.').unwrap_or((word.text, ""));
    words.note(word, Role::Name);
    if who != "all" {
        return Err(words.unknown(Word { text: who, ..word }, "`all.FIELD`", ["all"]));
    }
    comparison(words, Word { text: rest, column: word.column + 4 }, context, Whose::AtLeast(count))
}

fn field(words: &mut Words, first: Word, context: &Context) -> Result<Condition, ScenarioError> {
    words.note(first, Role::Name);
    let (who, rest) = first.text.split_once('.').unwrap_or((first.text, ""));
    let whose = match who {
        "any" => Whose::Any,
        _ => Whose::Each(selector(words, Word { text: who, ..first }, context, Whom::NODES)?),
    };
    let column = first.column + who.chars().count() as u32 + 1;
    comparison(words, Word { text: rest, column }, context, whose)
}

/// A field, perhaps with a key, and what it should be.
fn comparison(words: &mut Words, name: Word, context: &Context, whose: Whose) -> Result<Condition, ScenarioError> {
    let (field, key) = name.text.split_once('.').map_or((name.text, None), |(field, key)| (field, Some(key)));
    let word = Word { text: field, ..name };
    match whose {
        Whose::Each(Selector::Node(client)) if client.is_client() => client_field(words, word, key, client)?,
        _ => {
            let common = ["role", "epoch", "committed", "status"];
            let known = common.into_iter().chain(context.descriptor.fields.iter().map(|info| info.name));
            if CLIENT_FIELDS[1..].contains(&field) && known.clone().all(|name| name != field) {
                return Err(words.error(word, format!("`{field}` is a client's, as in `c1.{field}`")));
            }
            let expected = format!("a field of {}", context.descriptor.name);
            words.offer(word, Role::Name, context.descriptor.fields.iter().map(|info| (info.name, info.about)));
            words.one_of(word, &expected, known.map(|name| (name, ())))?;
        }
    }
    if key == Some("") {
        let column = name.column + field.chars().count() as u32 + 1;
        return Err(words.error_at(column, format!("a key is missing, as in `{field}.x`")));
    }
    let operator = operator(words)?;
    let value = words.take("a value")?;
    match field {
        "role" => words.offer(value, Role::Name, context.descriptor.roles.iter().map(|info| (info.name, info.about))),
        "status" => words.offer(
            value,
            Role::Name,
            [Health::Up, Health::Crashed, Health::Paused].map(|health| (health.word(), "")),
        ),
        _ => {}
    }
    let value = value.text.to_string();
    Ok(Condition::Field { whose, field: field.to_string(), key: key.map(str::to_string), operator, value })
}

/// What there is of a client.
const CLIENT_FIELDS: [&str; 3] = ["status", "answer", "answers"];

fn client_field(words: &Words, field: Word, key: Option<&str>, client: NodeId) -> Result<(), ScenarioError> {
    let expected = format!("what there is of the client {client}");
    words.one_of(field, &expected, CLIENT_FIELDS.map(|name| (name, ())))?;
    let column = field.column + field.text.chars().count() as u32 + 1;
    match key {
        Some(key) if field.text == "answer" => {
            let word = Word { text: key, column };
            words.number(word, "which of its requests, as in `c1.answer.2`,", 1, u32::MAX.into()).map(drop)
        }
        Some(_) => Err(words.error_at(column, format!("`{client}.{}` has no parts", field.text))),
        None => Ok(()),
    }
}

fn operator(words: &mut Words) -> Result<Operator, ScenarioError> {
    let word = words.take("a comparison such as `=`")?;
    let operator = words.one_of(word, "a comparison", Operator::ALL)?;
    words.note(word, Role::Keyword);
    Ok(operator)
}

//! What only a world can say of a scenario: whether its header fits together, and whether its requests can be read.

use super::parse::MOST_ERRORS;
use super::text::{ScenarioError, Word, Words};
use super::{Line, Scenario, Statement, Trigger};
use crate::kernel::{Action, SetupError, Trace};

/// Opens a world for the scenario, and lets it read the requests: adds each line and word that it can't take. Whether the
/// header fits together is told only where all of it was `read`: else what is missing may be in a line that was not.
pub(super) fn check(scenario: &Scenario, text: &str, read: bool, errors: &mut Vec<ScenarioError>) {
    let mut scenario = scenario.clone();
    let mut trace = Trace::forgetful();
    // What the header's error is laid to is left out, until the rest fits together.
    let world = loop {
        match (scenario.entry.open)(&scenario.setup(), &mut trace) {
            Ok(world) => break world,
            Err(error) => {
                let blamed = blame(&scenario, text, &error);
                let line = blamed.line;
                if read && errors.len() < MOST_ERRORS {
                    errors.push(blamed);
                }
                let lines = scenario.lines.len();
                scenario.lines.retain(|other| other.number != line || !particular(other));
                if scenario.lines.len() == lines {
                    return;
                }
            }
        }
    };
    let requests = scenario.lines.iter().filter_map(|line| match &line.statement {
        Statement::Action(Action::Request { words, .. })
        | Statement::Trigger(Trigger { action: Action::Request { words, .. }, .. }) => Some((line, words)),
        _ => None,
    });
    let mut texts = text.lines().enumerate();
    for (line, command) in requests {
        let command: Vec<_> = command.iter().map(String::as_str).collect();
        if let Err(why) = world.check_command(&command) {
            let text = texts.find(|(place, _)| place + 1 == line.number as usize).map_or("", |(_, text)| text);
            let mut words = Words::of(line.number, text);
            let all = words.rest();
            let place = all.iter().position(|word| word.text == "request").map_or(0, |place| place + 1);
            let word = all.get(place).copied().unwrap_or(Word { text: "", column: 1 });
            errors.push(words.error(word, why.to_string() + words.beyond()));
        }
    }
}

/// Whether a line of the header is one of those that may or may not fit the others.
fn particular(line: &Line) -> bool {
    matches!(line.statement, Statement::Set { .. } | Statement::Disk { .. })
}

/// Where the header does not fit together: the line that brings this error about, and its word.
fn blame(scenario: &Scenario, text: &str, error: &SetupError) -> ScenarioError {
    let message = error.to_string();
    let fails = |lines: Vec<Line>| {
        let part = Scenario { lines, ..scenario.clone() };
        (part.entry.open)(&part.setup(), &mut Trace::forgetful()).err().as_ref() == Some(error)
    };
    let (rest, base): (Vec<_>, Vec<_>) = scenario.lines.iter().cloned().partition(particular);
    let with = |count: usize| base.iter().chain(&rest[..count]).cloned().collect();
    if fails(with(0)) {
        return at_header(scenario, text, message);
    }
    let place = first_failing(rest.len(), |count| fails(with(count)));
    let Some(line) = rest.get(place - 1) else { return at_header(scenario, text, message) };
    let word = match &line.statement {
        Statement::Disk { replica, pairs } => {
            let cut = |count: usize| Statement::Disk { replica: *replica, pairs: pairs[..count].to_vec() };
            let all = with(place - 1);
            let pair = first_failing(pairs.len(), |count| {
                fails(all.iter().cloned().chain([Line { statement: cut(count), ..line.clone() }]).collect())
            });
            // Behind `disk` and the replica.
            pair + 1
        }
        _ => usize::MAX,
    };
    at_word(text, line.number, word, message)
}

/// The least count, of those up to `all`, which fails, where more never mend what fewer break; `all` fails in any case.
fn first_failing(all: usize, fails: impl Fn(usize) -> bool) -> usize {
    let (mut holds, mut fail) = (0, all);
    while fail - holds > 1 {
        let middle = holds + (fail - holds) / 2;
        if fails(middle) { fail = middle } else { holds = middle }
    }
    fail
}

/// At the number of replicas, or at the protocol's name where none is said.
fn at_header(scenario: &Scenario, text: &str, message: String) -> ScenarioError {
    let line = |meant: fn(&Statement) -> bool| scenario.lines.iter().find(|line| meant(&line.statement));
    let line = line(|statement| matches!(statement, Statement::Replicas(_)))
        .or_else(|| line(|statement| matches!(statement, Statement::Protocol(_))));
    at_word(text, line.map_or(1, |line| line.number), 1, message)
}

/// At a word of a line, or at its last one.
fn at_word(text: &str, line: u32, word: usize, message: String) -> ScenarioError {
    let mut words = Words::of(line, text.lines().nth((line as usize).saturating_sub(1)).unwrap_or_default());
    let all = words.rest();
    let column = all.get(word).or(all.last()).map_or(1, |word| word.column);
    ScenarioError { line, column, message }
}

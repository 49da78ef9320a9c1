//! What only a world can say of a scenario: whether its header fits together, and whether its requests can be read.

use super::text::{ScenarioError, Word, Words};
use super::{Line, Scenario, Statement, Trigger};
use crate::kernel::{Action, SetupError, Trace};

/// Opens a world for the scenario, and lets it read the requests. Errors: the line and the word that it can't take.
pub(super) fn check(scenario: &Scenario, text: &str) -> Result<(), ScenarioError> {
    let mut trace = Trace::forgetful();
    let world = (scenario.entry.open)(&scenario.setup(), &mut trace);
    let world = world.map_err(|error| blame(scenario, text, &error))?;
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
            return Err(words.error(word, why.to_string() + words.beyond()));
        }
    }
    Ok(())
}

/// Where the header does not fit together: the line that brings this error about, and its word.
fn blame(scenario: &Scenario, text: &str, error: &SetupError) -> ScenarioError {
    let message = error.to_string();
    let fails = |lines: Vec<Line>| {
        let part = Scenario { lines, ..scenario.clone() };
        (part.entry.open)(&part.setup(), &mut Trace::forgetful()).err().as_ref() == Some(error)
    };
    let particular = |line: &&Line| matches!(line.statement, Statement::Set { .. } | Statement::Disk { .. });
    let base: Vec<_> = scenario.lines.iter().filter(|line| !particular(line)).cloned().collect();
    let rest: Vec<_> = scenario.lines.iter().filter(particular).cloned().collect();
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

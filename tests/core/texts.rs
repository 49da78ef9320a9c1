//! The scenarios that stand in the texts that people read: each can be read, and what it expects holds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use consensus_playground::kernel::SECOND;
use consensus_playground::protocols;
use consensus_playground::scenario::gallery::FILES;
use consensus_playground::scenario::{Session, parse};

const FENCE: &str = "```";

/// The blocks between fences, each with the word after its fence and the line it begins at.
fn blocks(markdown: &str) -> Vec<(usize, String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String, String)> = None;
    for (place, line) in markdown.lines().enumerate() {
        match (line.strip_prefix(FENCE), &mut open) {
            (Some(word), None) => open = Some((place + 2, word.trim().to_string(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => block.2 = format!("{}{line}\n", block.2),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    blocks
}

/// A block is a scenario if it says so, or if it says nothing and one of its lines names a protocol.
fn is_scenario(word: &str, text: &str) -> bool {
    word == "scenario" || word.is_empty() && text.lines().any(|line| line.starts_with("protocol "))
}

/// Checks the scenarios of a file and says how many there are.
fn check(path: &Path) -> usize {
    let name = path.display();
    let markdown = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut count = 0;
    for (line, _, text) in blocks(&markdown).iter().filter(|block| is_scenario(&block.1, &block.2)) {
        let mut session = Session::open(text).unwrap_or_else(|error| panic!("{name}, the scenario at {line}: {error}"));
        session.finish();
        for outcome in session.outcomes() {
            let at = line + outcome.line as usize - 1;
            assert!(outcome.ok, "{name}, line {at}: {}: {}", outcome.text, outcome.why);
        }
        assert!(text.contains("\nexpect "), "{name}, the scenario at {line} expects nothing");
        count += 1;
    }
    count
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_scenario_of_the_teachers_notes_holds() {
    for entry in protocols::ALL {
        let notes = root().join(format!("lessons/notes/{}.md", entry.descriptor.id));
        assert!(notes.exists(), "{} has no teacher's notes: {}", entry.descriptor.name, notes.display());
        assert!(check(&notes) > 0, "{}: no scenario", notes.display());
    }
}

#[test]
fn every_scenario_of_the_readme_holds() {
    assert!(check(&root().join("README.md")) > 0);
}

/// Somebody who opens the gallery must see at once what a scenario is about, and be through with it soon.
#[test]
fn every_scenario_says_what_to_watch_and_is_short() {
    let mut titles = BTreeSet::new();
    for (file, text) in FILES {
        let scenario = parse(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let about = scenario.about();
        assert!(about.ends_with('.') && about.len() > 40, "{file}: {about}");
        assert!(titles.insert(scenario.title().to_string()), "{file}: the title is taken");
        let mut session = Session::open(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        session.finish();
        assert!(session.world().now() <= 8 * SECOND, "{file} takes {} us", session.world().now());
        assert!(session.event() <= 1_000, "{file} has {} events", session.event());
    }
    assert!(titles.len() >= 16);
}

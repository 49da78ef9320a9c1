//! Nothing outside of a protocol's folder and its line in the registry names a protocol: what is for all of them asks the
//! descriptors, so that one more protocol needs no change there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use consensus_playground::kernel::{COMMON_TERMS, Descriptor};
use consensus_playground::protocols;

/// What is about all protocols, below the root; comments may name one, as an example or by its paper.
const FOR_ALL: [&str; 16] = [
    "src",
    "www/engine/src",
    "www/element/src",
    "www/challenge/src",
    "www/site",
    "fuzz",
    "tests/swarm",
    "tests/explore/walk.rs",
    "tests/explore/fields.rs",
    "tests/explore/breadth_first.rs",
    "tests/core/act_lines.rs",
    "tests/core/narration.rs",
    "tests/core/narration/facts.rs",
    "tests/core/transcripts.rs",
    "tests/bench/act-lines.mjs",
    "tests/browser/page.mjs",
];
/// What there is about one.
const ABOUT_ONE: [(&str, &str); 14] = [
    ("src/protocols", "their folders, and the registry"),
    ("src/challenge", "an exercise about one"),
    ("src/web/trials.rs", "the exercise's boundary"),
    ("src/lab", "measures single ones beside their papers"),
    ("src/cli/lab.rs", "prints what the lab measures"),
    ("src/cli/bench.rs", "measures a named one, to be compared over the years"),
    ("www/challenge", "the exercise's page"),
    ("www/element/src/header/help.ts", "the way to the exercise"),
    ("www/element/src/lab", "the lab's page"),
    ("www/site/src/home-scene.ts", "what lives on the home page"),
    ("www/site/build/pages.ts", "which scenarios the home page's cards show"),
    ("www/site/build/catalogue.ts", "topics of the gallery, by words in scenarios"),
    ("tests/swarm/found.txt", "what was found, protocol by protocol"),
    ("fuzz/target", "built"),
];

/// The words that name a protocol, in small letters: `two-phase-commit`, `two-phase`, `twophasecommit`, but no word of the field
/// that all use, as `quorum`; and those of its own that no other has and that can't be anything else: options, messages, lies and
/// properties of several words.
fn words(about: &Descriptor) -> BTreeSet<String> {
    let mut words = BTreeSet::from([about.name.to_lowercase()]);
    let all = about.id.split('-').count();
    for count in [all, all.saturating_sub(1).max(1)] {
        let parts: Vec<_> = about.id.split('-').take(count).collect();
        words.extend(["-", "_", " ", ""].map(|between| parts.join(between)));
    }
    words.retain(|word| COMMON_TERMS.iter().all(|term| term.name != word));
    words.extend(vocabulary(about).filter(|word| is_own(about, word)).map(String::from));
    words
}

fn vocabulary(about: &Descriptor) -> impl Iterator<Item = &'static str> {
    let options = about.options.iter().map(|option| option.name);
    let options = options.chain(about.messages.iter().map(|kind| kind.name));
    let all = options.chain(about.lies.iter().map(|lie| lie.name));
    all.chain(about.properties.iter().map(|property| property.name)).filter(|word| word.contains('-'))
}

fn is_own(about: &Descriptor, word: &str) -> bool {
    let others = protocols::ALL.iter().filter(|entry| entry.descriptor.id != about.id);
    !others.into_iter().any(|entry| vocabulary(entry.descriptor).any(|other| other == word))
}

/// The files below a path, by name.
fn files(path: PathBuf, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let entries = fs::read_dir(&path).expect("a folder");
        entries.for_each(|entry| files(entry.expect("an entry").path(), found));
    } else if path
        .extension()
        .is_some_and(|kind| ["rs", "ts", "mjs", "js", "css", "dict", "txt"].iter().any(|one| kind == *one))
    {
        found.push(path);
    }
}

/// Whether a line has a word, not as a part of another.
fn names(line: &str, word: &str) -> bool {
    let small = line.to_lowercase();
    small.match_indices(word).any(|(at, _)| {
        let letter = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        !letter(small.as_bytes()[..at].last()) && !letter(line.as_bytes().get(at + word.len()))
    })
}

fn is_comment(line: &str) -> bool {
    ["//", "*", "/*", "#!"].iter().any(|sign| line.trim_start().starts_with(sign))
}

/// The lines of the code for all protocols that name one.
fn named(root: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    FOR_ALL.iter().for_each(|place| files(root.join(place), &mut all));
    all.sort_unstable();
    let words: BTreeSet<_> = protocols::ALL.iter().flat_map(|entry| words(entry.descriptor)).collect();
    let mut found = Vec::new();
    for path in all {
        let text = fs::read_to_string(&path).expect("a text");
        let small = text.to_lowercase();
        let words: Vec<_> = words.iter().filter(|word| small.contains(word.as_str())).collect();
        let place = path.strip_prefix(root).expect("it lies below").display().to_string();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
            if let Some(word) = words.iter().find(|word| names(line, word)) {
                found.push((place.clone(), format!("{place}:{}: {word}: {}", number + 1, line.trim())));
            }
        }
    }
    found
}

#[test]
fn no_protocol_is_named_where_all_are_meant() {
    let found = named(Path::new(env!("CARGO_MANIFEST_DIR")));
    let about_one = |place: &str| ABOUT_ONE.iter().any(|(one, _)| place.starts_with(one));
    let wrong: Vec<_> = found.iter().filter(|(place, _)| !about_one(place)).map(|(_, line)| line.as_str()).collect();
    assert!(wrong.is_empty(), "these are for all protocols, and name one:\n{}", wrong.join("\n"));
}

#[test]
fn a_word_is_found_whole_and_in_every_spelling() {
    let id = "two-phase-commit";
    let about = protocols::find(id).expect("it is registered").descriptor;
    let found = |line: &str| words(about).iter().any(|word| names(line, word));
    for line in
        ["use protocols::two_phase_commit::Vote;", "World<TwoPhaseCommit>", "\"Two-phase commit\"", "always-abort"]
    {
        assert!(found(line), "{line}");
    }
    assert!(!found("commit_two(phase)") && !names("a draft", "raft") && names("type R = Raft;", "raft"));
}

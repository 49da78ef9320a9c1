//! What somebody is told who writes a scenario: every error, what each word is, and what may stand next.

use consensus_playground::protocols;
use consensus_playground::scenario::gallery::gallery;
use consensus_playground::scenario::{Role, offers, parse, read};

/// What is wrong, as `line:column` and the message.
fn errors(text: &str) -> Vec<String> {
    let told = |error: &consensus_playground::scenario::ScenarioError| {
        format!("{}:{} {}", error.line, error.column, error.message)
    };
    read(text).errors.iter().map(told).collect()
}

/// What may stand where `|` is in the text.
fn offered(text: &str) -> Vec<String> {
    let (before, after) = text.split_once('|').unwrap();
    let line = before.lines().count().max(1) as u32 + u32::from(before.ends_with('\n'));
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
    let found = offers(&format!("{before}{after}"), line, column);
    found.offers.into_iter().map(|offer| offer.word.into_owned()).collect()
}

fn expected(line: &str) -> String {
    offers(&format!("protocol raft\n{line}"), 2, line.chars().count() as u32 + 1).expected
}

#[test]
fn every_error_is_told_and_none_that_only_follows_from_another() {
    let text = "protocol raft
replcas 7
seed x
set pre-vot on
set no-op on
crash 9
at 1s crahs 2
run 2
expect agrement
at 2s request putt x 1
set no-op off";
    let told = errors(text);
    let starts = [
        "2:1 `replcas` is not known here: something to do was expected; did you mean `replicas`?",
        "3:6 the seed is a whole number",
        "4:5 `pre-vot` is not known here: an option of Raft was expected; did you mean `pre-vote`?",
        "6:7 there is no replica `9`",
        "7:7 `crahs` is not known here: something to do was expected; did you mean `crash`?",
        "8:5 a duration needs a unit",
        "9:8 `agrement` is not known here",
        "11:1 `set` must stand before the first thing",
        "10:15 a request is ",
    ];
    assert_eq!(told.len(), starts.len(), "{told:#?}");
    for (told, start) in told.iter().zip(starts) {
        assert!(told.starts_with(start), "{told}\nnot: {start}");
    }
}

#[test]
fn what_cannot_be_known_is_not_held_against_a_line() {
    // How many replicas there are can't be read.
    assert_eq!(errors("protocol raft\nreplicas x\nnetwork topology grid 5x4\ncrash 9\nrequest put x 1").len(), 1);
    // That a lease needs other reads may be said in the line that can't be read.
    let lease = "set lease 200ms\nset pre-vote on\nrequest nonsense";
    assert_eq!(errors(&format!("protocol raft\nset reads leese\n{lease}")).len(), 2);
    // Without a protocol nothing can be said of the rest, but once.
    assert_eq!(errors("replicas 5\ncrahs 2\nrun"), errors("replicas 5"));
    assert_eq!(errors("replicas 5\nprotocol raft\ncrahs 2").len(), 2);
    assert_eq!(errors("# nothing yet").len(), 1);
}

#[test]
fn each_disk_that_does_not_fit_is_told() {
    let told = errors("protocol raft\nreplicas 3\ndisk 1 term=x\ndisk 2 term=2\ndisk 3 term=y\nrequest nonsense");
    let places: Vec<_> = told.iter().map(|told| &told[..4]).collect();
    assert_eq!(places, ["3:8 ", "5:8 ", "6:9 "], "{told:#?}");
}

/// The first error is the one that a scenario is refused with.
#[test]
fn what_is_read_by_heart_and_in_full_is_the_same() {
    for item in gallery() {
        let mut text = item.text.to_string();
        assert_eq!(errors(&text), Vec::<String>::new(), "{}", item.file);
        text = text.replacen("run", "rum", 1).replacen("expect", "expct", 2);
        let first = parse(&text).err().map(|error| format!("{}:{} {}", error.line, error.column, error.message));
        assert_eq!(errors(&text).first(), first.as_ref(), "{}", item.file);
    }
}

#[test]
fn words_are_marked_by_what_they_are() {
    let text = "protocol raft # of five\nat 1.5s crash leader\nafter #12 network 1 -> c2 latency 5ms..15ms loss 2%\n\
                request put x 1 from c2\nexpect not 1.role = leader within 2s";
    let marks = read(text).marks;
    let lines: Vec<_> = text.lines().collect();
    let word = |line: u32, column: u32, length: u32| {
        let letters = lines[line as usize - 1].chars().skip(column as usize - 1).take(length as usize);
        letters.collect::<String>()
    };
    let found: Vec<_> = marks
        .iter()
        .map(|mark| format!("{} {}", word(mark.line, mark.column, mark.length), mark.role.word()))
        .collect();
    for wanted in [
        "protocol keyword",
        "raft name",
        "# of five comment",
        "at keyword",
        "1.5s time",
        "crash keyword",
        "leader name",
        "#12 number",
        "latency keyword",
        "5ms..15ms time",
        "2% number",
        "from keyword",
        "c2 name",
        "not keyword",
        "1.role name",
        "within keyword",
    ] {
        assert!(found.iter().any(|one| one == wanted), "{wanted} is not in {found:#?}");
    }
    assert!(marks.is_sorted_by_key(|mark| (mark.line, mark.column)));
}

/// Whatever stands in a scenario that is right was offered where it stands, or is a value that nobody can list.
#[test]
fn what_is_written_was_offered() {
    for item in gallery() {
        for mark in read(item.text).marks {
            let line = item.text.lines().nth(mark.line as usize - 1).unwrap_or_default();
            let word: String = line.chars().skip(mark.column as usize - 1).take(mark.length as usize).collect();
            // The part behind the last dot is what is offered: `1.role`, `leader.store.x`.
            if mark.role != Role::Keyword || word.contains('.') {
                continue;
            }
            let found = offers(item.text, mark.line, mark.column);
            assert!(
                found.offers.iter().any(|offer| offer.word == word) || word == "primary",
                "{}:{}: `{word}` was not offered in `{line}`, but {:?}",
                item.file,
                mark.line,
                found.offers.iter().map(|offer| &offer.word).collect::<Vec<_>>()
            );
        }
    }
}

#[test]
fn offers_come_from_the_tables_that_the_reader_reads_by() {
    let about = protocols::known().into_iter().find(|entry| entry.descriptor.id == "raft").unwrap().descriptor;
    let has = |text: &str, words: &[&str]| {
        let found = offered(text);
        for word in words {
            assert!(found.iter().any(|one| one == word), "{word} is not offered in {text:?}: {found:?}");
        }
    };
    let all: Vec<_> = protocols::known().into_iter().map(|entry| entry.descriptor.id).collect();
    assert_eq!(offered("protocol |"), all);
    assert_eq!(offered("|"), ["protocol"]);
    assert_eq!(offered("# a comment |"), Vec::<String>::new());
    has("protocol raft\n|", &["replicas", "seed", "set", "disk", "at", "expect", "crash", "network"]);
    let options: Vec<_> = about.options.iter().map(|info| info.name).collect();
    assert_eq!(offered("protocol raft\nset |"), options);
    assert_eq!(offered("protocol raft\nset pre-v|ote on"), options);
    has("protocol raft\nset reads |", &["lease"]);
    has("protocol raft\nset pre-vote |", &["on", "off"]);
    has("protocol raft\ndisk 1 |", &["term="]);
    let acts = offered("protocol raft\nat 1s |");
    assert!(acts.contains(&"crash".into()) && !acts.contains(&"at".into()) && !acts.contains(&"set".into()));
    let acts = offered("protocol raft\nwhen leader |");
    assert!(acts.contains(&"crash".into()) && !acts.contains(&"run".into()));
    has("protocol raft\nreplicas 7\ncrash |", &["leader", "7"]);
    assert!(!offered("protocol raft\nreplicas 3\ncrash |").contains(&"4".into()));
    has("protocol raft\nexpect |", &["not", "ever", "never", "always", "agreement", "leader", "1.", "c1.", "any."]);
    has("protocol raft\nexpect 1.|", &["role", "status", "commit-index"]);
    has("protocol raft\nexpect all.r|", &["role"]);
    has("protocol raft\nexpect c1.|", &["answer", "answers", "status"]);
    has("protocol raft\nexpect 1.role |", &["=", "!="]);
    has("protocol raft\nexpect 1.role = |", &["leader", "candidate"]);
    has("protocol raft\nexpect leader |", &["within", "in"]);
    has("protocol raft\nexpect 2 |", &["of"]);
    has("protocol raft\nexpect violation |", &["election-safety"]);
    has("protocol raft\nrequest |", &["put", "get"]);
    has("protocol raft\nrequest put x 1 |", &["from", "to"]);
    assert_eq!(offered("protocol raft\nrequest put x 1 from c2 |"), ["to"]);
    has("protocol raft\nrequest put x 1 from c5\nrequest get x from |", &["c1", "c5"]);
    has("protocol raft\nbyzantine 1 |", &["equivocate", "twins"]);
    has("protocol raft\nbyzantine 1 twins 2 |\n", &["|", "3"]);
    has("protocol raft\ndrop |", &["request-vote", "from", "to", "all"]);
    assert!(!offered("protocol raft\ndrop |").contains(&"by".into()));
    has("protocol raft\ndelay |", &["by"]);
    has("protocol raft\nfire |", &["election-timeout"]);
    has("protocol raft\nnetwork |", &["topology", "latency", "manual", "1", "leader"]);
    assert!(!offered("protocol raft\nnetwork latency 5ms loss |").contains(&"manual".into()));
    has("protocol raft\nnetwork topology |", &["ring", "small-world", "world"]);
}

#[test]
fn where_no_word_can_be_listed_it_is_told_what_is_expected() {
    assert_eq!(expected("at "), "a duration");
    assert_eq!(expected("replicas "), "the number of replicas of Raft, from 1 to 200");
    assert_eq!(expected("network loss "), "a chance, as in 2.5%");
    assert_eq!(expected("request put "), "KEY");
}

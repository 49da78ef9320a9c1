//! A person's mistakes: each gets a clear message, nothing panics, and the run goes on.

use consensus_playground::protocols;
use consensus_playground::scenario::gallery::gallery;
use consensus_playground::scenario::{Session, parse, print};
use proptest::prelude::*;

/// What is said of a text that can't be read.
fn complaint(text: &str) -> String {
    match parse(text) {
        Ok(_) => panic!("this was read:\n{text}"),
        Err(error) => error.to_string(),
    }
}

fn head() -> String {
    format!("protocol {}\nreplicas 5\n", protocols::ALL[0].descriptor.id)
}

#[test]
fn mistakes_are_told_with_place_and_the_nearest_word() {
    let id = protocols::ALL[0].descriptor.id;
    let misspelt = format!("{}x", id);
    let cases = [
        (String::new(), "line 1, column 1: the first line should say which protocol"),
        (format!("protocol {misspelt}"), "line 1, column 10: "),
        (format!("protocol {misspelt}"), &format!("did you mean `{id}`?") as &str),
        (format!("protocol {id}\nreplicas 0"), "line 2, column 10: the number of "),
        (format!("protocol {id}\nreplicas 1000000"), "line 2, column 10: the number of "),
        (head() + "at 1s crahs 2", "line 3, column 7: `crahs` is not known here"),
        (head() + "at 1s crahs 2", "did you mean `crash`?"),
        (head() + "at 1s crash 99", "line 3, column 13: there is no replica `99`: they are numbered 1 to 5"),
        (head() + "at 1 crash 2", "line 3, column 4: a duration needs a unit"),
        (head() + "crash 2 now", "line 3, column 9: nothing more was expected here"),
        (head() + "crash", "line 3, column 6: a replica is missing"),
        (head() + "partition 1 2 | 2 3", "line 3, column 17: 2 can't be in two groups"),
        (head() + "network loss 150%", "line 3, column 14: a chance is at most 100%"),
        (head() + "set nonsense on", "line 3, column 5: `nonsense` is not known here"),
        (head() + "heal\nset nonsense on", "line 4, column 1: `set` must stand before"),
        (head() + "expect agrement", "did you mean `agreement`?"),
        (head() + "expect 1.colour = red", "line 3, column 10: `colour` is not known here"),
        (head() + "fire nonsense of 1", "line 3, column 6: `nonsense` is not known here"),
        (head() + "request nonsense", "line 3, column 9: a request is "),
    ];
    for (text, told) in cases {
        let complaint = complaint(&text);
        assert!(complaint.contains(told), "{text:?}\nsays: {complaint}\nnot:  {told}");
    }
}

/// Of two lines that say the same thing one would go unheard.
#[test]
fn nothing_is_said_twice() {
    let head = "protocol raft\nreplicas 3\n";
    for (lines, told) in [
        ("disk 1 term=2\ndisk 2 term=2\ndisk 1 term=3", "line 5, column 1: `disk 1` stands in line 3 already"),
        ("disk 1 term=2 term=3", "line 3, column 15: `term` stands here twice"),
        ("replicas 5", "line 3, column 1: `replicas` stands in line 2 already"),
        ("seed 1\nseed 2", "line 4, column 1: `seed` stands in line 3 already"),
        ("set pre-vote on\nset pre-vote off", "line 4, column 1: `set pre-vote` stands in line 3 already"),
    ] {
        let complaint = complaint(&format!("{head}{lines}\n"));
        assert!(complaint.starts_with(told), "{lines:?}\nsays: {complaint}\nnot:  {told}");
    }
    let complaint = complaint("protocol raft\ndisk 5 term=2\nreplicas 3\n");
    assert_eq!(complaint, "line 3, column 10: line 2 names replica 5, but there are 3");
}

/// What only a world can find wrong with the header is told at the line and the word that are wrong.
#[test]
fn a_header_that_does_not_fit_is_told_where_it_stands() {
    for (text, told) in [
        ("protocol raft\nreplicas 3\nset no-op on\nset members 1-5\nrun 1s", "line 4, column 13: members: "),
        ("protocol raft\nreplicas 3\nset members nobody\nset no-op on", "line 3, column 13: members: "),
        ("protocol raft\nset reads lease\nset lease 200ms\nset pre-vote on", "line 3, column 11: lease"),
        ("protocol raft\nreplicas 3\ndisk 1 term=2\ndisk 2 term=5 log=4,3\nset no-op on", "line 4, column 15: log: "),
        ("protocol raft\nreplicas 3\ndisk 1 term=x", "line 3, column 8: term: `x` is no whole number"),
        ("protocol raft\nreplicas 3\ndisk 1 term=99999999999", "line 3, column 8: term: `99999999999` is out of range"),
        ("protocol raft\nreplicas 3\ndisk 1 log=1 voted-for=4", "line 3, column 14: voted-for: "),
    ] {
        let complaint = complaint(text);
        assert!(complaint.starts_with(told), "{text:?}\nsays: {complaint}\nnot:  {told}");
    }
}

/// A comment that was meant as a word, and a word that was meant as a comment.
#[test]
fn comments_that_hide_something_are_told() {
    let head = "protocol raft\nreplicas 3\n";
    for (line, told) in [
        ("request put x #1", "line 3, column 9: a request is "),
        ("request put x #1", "; what follows `#` is a comment"),
        ("crash #2", "a replica is missing; what follows `#` is a comment"),
        ("at 800ms#no crash 2", "line 3, column 4: a duration needs a unit"),
        ("at 800ms#no crash 2", "; a comment begins with a space before its `#`"),
        ("crash 2#now", "; a comment begins with a space before its `#`"),
        ("at 1s at 2s crash 1", "line 3, column 7: `at` can't stand here: something to do was expected"),
        ("request add x 99999999999", "line 3, column 9: `99999999999` is out of range"),
        ("request add x much", "line 3, column 9: `much` is no whole number"),
    ] {
        let complaint = complaint(&format!("{head}{line}\n"));
        assert!(complaint.contains(told), "{line:?}\nsays: {complaint}\nnot:  {told}");
        assert!(!complaint.contains("did you mean `at`"), "{complaint}");
    }
    assert!(!complaint("protocol raft\ncrash # whom?\n").contains('#'), "a comment with its space hides nothing");
    // Nothing of this stands in the way of a comment, nor of an answer.
    let text = "\u{feff}protocol raft\nreplicas 3\nrequest put answer 1 # answer\nrun 1s # 1 #2\n";
    let scenario = parse(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(scenario.lines[2].beside.as_deref(), Some("answer"));
    assert_eq!(print(&scenario), text.trim_start_matches('\u{feff}'), "the mark of the encoding is no part of it");
}

/// What a failed expectation says is what was seen.
#[test]
fn a_failed_expectation_says_what_was_seen() {
    let text = "protocol raft\nreplicas 3\nseed 1\nrun 1s\ncrash 3\nexpect not leader.term >= 1\nexpect 3.last-applied = 1\n\
                expect not all.commit-index >= 0\nexpect c1.status = up\nexpect completed 1\nexpect decided 9\n";
    let mut session = Session::open(text).unwrap_or_else(|error| panic!("{error}"));
    session.finish();
    let leader = session.world().leader().expect("it leads");
    let why: Vec<_> = session.outcomes().iter().map(|outcome| (outcome.ok, outcome.why.to_string())).collect();
    assert_eq!(why[0], (false, format!("{leader}.term is 1")));
    assert_eq!(why[1], (false, "3 is crashed, and last-applied was in its memory alone".into()));
    assert!(why[2].0 || why[2].1.contains("commit-index is "), "{:?}", why[2]);
    assert_eq!(why[3], (false, "c1 has asked for nothing yet".into()));
    assert_eq!(why[4], (false, "0 requests have their answers".into()));
}

/// Reading takes steps in proportion to the text: a line of twice as many words takes twice as long, whatever they are.
/// Each of these has a million bytes, and took from seconds to minutes once.
#[test]
fn long_lines_are_read_or_refused() {
    let many = |word: &str| word.repeat(1_000_000 / word.len());
    let lines = [
        format!("crash {}", many("1 ")),
        format!("request {}", many("x ")),
        format!("request put x 1{}", many(" to 1")),
        format!("disk 1 {}", many("term=1 ")),
        format!("partition {}", many("| ")),
        format!("answer 1 {}", many("# ")),
        format!("{}answer {}", "x ".repeat(250_000), "# ".repeat(250_000)),
        format!("network {}", many("loss 1% ")),
        format!("byzantine 1 twins {}", many("2 | ")),
        format!("expect 1.{} = 1", many("x")),
        format!("set election-timeout {}", many("1")),
        format!("#{}", many(" #")),
        many("#\n"),
        many("\u{2003}"),
        many("after #1 "),
        many("ü "),
        format!("seed {}", many("9")),
    ];
    for line in lines {
        if let Err(error) = parse(&format!("protocol raft\nreplicas 3\n{line}\n")) {
            assert!(error.message.len() < 400, "{error}");
        }
    }
}

#[test]
fn a_huge_scenario_is_refused_at_once() {
    let text = "# much too much\n".repeat(10 << 16);
    assert!(text.len() > 10_000_000);
    let complaint = complaint(&text);
    assert!(complaint.contains("it may have 1048576"), "{complaint}");
    assert!(complaint.len() < 200);
}

#[test]
fn a_mistake_by_hand_leaves_the_run_as_it_was() {
    for exhibit in gallery() {
        let mut session = Session::open(exhibit.text).expect("read before");
        session.run(300_000);
        let timer = session.world().descriptor().timers.first().map_or("retry", |timer| timer.name);
        if session.act("crash 2").is_err() {
            continue;
        }
        let (hash, script) = (session.trace_hash(), session.script());
        let fire = format!("fire {timer} of 2");
        for line in [
            "crash 99",
            "crash 2",
            "nonsense",
            "",
            "drop m999999",
            &fire,
            "cut 1 -> 1",
            "request",
            "byzantine 1 polite",
        ] {
            let told = session.act(line).expect_err(line);
            assert!(!told.message.is_empty());
        }
        let told = session.act(&fire).expect_err("a crashed replica has no timers").message;
        let known = !session.world().descriptor().timers.is_empty();
        assert_eq!(told == "replica 2 is crashed: its timers don't run", known, "{told}");
        assert_eq!((session.trace_hash(), session.script()), (hash, script), "{}", exhibit.file);
    }
}

#[test]
fn a_scenario_whose_line_fails_says_so_and_goes_on() {
    let mut session = Session::open(&(head() + "restart 2\nrun 10ms\nexpect all")).expect("it can be read");
    session.finish();
    let outcomes = session.outcomes();
    assert_eq!((outcomes[0].ok, &*outcomes[0].why), (false, "replica 2 is not crashed"));
    assert!(outcomes[1].ok && session.finished());
}

/// The words of expectations, triggers and acts on roles, and some that fit nowhere.
const WORDS: [&str; 48] = [
    "expect",
    "when",
    "ever",
    "never",
    "always",
    "for",
    "not",
    "all",
    "any.role",
    "all.role",
    "1.role",
    "leader.role",
    "2",
    "3",
    "of",
    "in",
    "seeds",
    "within",
    "1s",
    "0s",
    "9999s",
    "now",
    ">=",
    "=",
    "<",
    "leader",
    "followers",
    "c1.answer",
    "c1.answer.1",
    "c1.answers",
    "1.store.x",
    "2.store.",
    "all.store.x.y",
    "any.",
    "agreement",
    "violation",
    "committed",
    "crash",
    "partition",
    "|",
    "cut",
    "->",
    "network",
    "latency",
    "heal",
    "answer",
    "at",
    "#",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Words in any order: refused with a place, or read, printed and read again as the same, and carried out.
    #[test]
    fn words_in_any_order_never_panic(places in prop::collection::vec(0..WORDS.len(), 1..9), begins in 0usize..3) {
        let words: Vec<_> = places.into_iter().map(|place| WORDS[place]).collect();
        let line = format!("{}{}", ["expect ", "when leader ", "when "][begins], words.join(" "));
        match parse(&format!("protocol raft\nreplicas 3\nrequest put x 1\n{line}\nrun 400ms\n")) {
            Err(error) => prop_assert!(error.line == 4 && error.column > 0 && !error.message.is_empty(), "{line}: {error}"),
            Ok(scenario) => {
                let again = parse(&print(&scenario));
                prop_assert!(again.is_ok_and(|again| again.lines == scenario.lines), "{line} reads back as another");
                let mut session = Session::of(scenario).expect("it was read");
                session.run(1_000_000);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Scenarios with bytes changed, lines swapped, words doubled: read or refused, never a panic; and what is read runs.
    #[test]
    fn mutated_scenarios_never_panic(place in 0usize..64, edits in prop::collection::vec((0usize..4000, any::<char>(), 0u8..4), 1..12)) {
        let all = gallery();
        let mut text: Vec<char> = all[place % all.len()].text.chars().collect();
        for (at, with, kind) in edits {
            let at = at % text.len().max(1);
            match kind {
                0 => text[at] = with,
                1 => { text.remove(at); }
                2 => text.insert(at, with),
                _ => { let word: Vec<char> = text[at..(at + 9).min(text.len())].to_vec(); text.extend(word); }
            }
            if text.is_empty() { text.push('#'); }
        }
        let text: String = text.into_iter().collect();
        if let Ok(mut session) = Session::open(&text) {
            session.run(2_000_000);
            let printed = session.script();
            prop_assert!(parse(&printed).is_ok(), "printed, it can't be read: {printed}");
        }
    }

    #[test]
    fn any_line_by_hand_is_done_or_refused(line in "[a-z0-9 .>|%-]{0,40}") {
        let mut session = Session::open(&head()).expect("it can be read");
        session.run(100_000);
        let _ = session.act(&line);
        session.run(100_000);
    }
}

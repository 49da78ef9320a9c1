//! A person's mistakes: each gets a clear message, nothing panics, and the run goes on.

use consensus_playground::protocols;
use consensus_playground::scenario::gallery::gallery;
use consensus_playground::scenario::{Session, parse};
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
        let timer = session.world().descriptor().timers[0].name;
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
        assert_eq!(told, "replica 2 is crashed: its timers don't run");
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

//! The known bugs, as switches: each has a scenario in which it breaks a property, and without it that scenario breaks none.

use consensus_playground::protocols::raft::DESCRIPTOR;
use consensus_playground::scenario::Session;
use consensus_playground::scenario::gallery::FILES;

fn broken(text: &str) -> Vec<&'static str> {
    let mut session = Session::open(text).expect("it can be read");
    session.finish();
    session.world().violations().iter().map(|violation| violation.property).collect()
}

#[test]
fn every_bug_switch_has_a_scenario_and_is_what_breaks_it() {
    for option in DESCRIPTOR.options.iter().filter(|option| option.bug) {
        let line = format!("\nset {} on\n", option.name);
        let mut files = FILES.iter().filter(|(_, text)| text.contains(&line) && text.starts_with("# ")).peekable();
        assert!(files.peek().is_some(), "{} has no scenario", option.name);
        for (file, text) in files {
            assert_ne!(broken(text), [""; 0], "{file}");
            let expects = |line: &&str| !line.starts_with("expect ");
            let without: Vec<_> = text.replace(&line, "\n").lines().filter(expects).map(String::from).collect();
            assert_eq!(broken(&without.join("\n")), [""; 0], "{file} without {}", option.name);
        }
    }
}

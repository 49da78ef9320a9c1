//! The native command, as a person types it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn command(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_consensus-playground"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    child.stdin.take().expect("it has an input").write_all(input.as_bytes()).expect("it reads its input");
    child.wait_with_output().expect("it ends")
}

fn scenario(more: &str) -> String {
    format!("protocol {}\nseed 3\n{more}\n", consensus_playground::protocols::ALL[0].descriptor.id)
}

#[test]
fn a_run_that_holds_exits_with_0() {
    let output = command(&["run", "-"], &scenario("run 1s\nexpect all"));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_failed_expectation_exits_with_1_and_says_why() {
    let output = command(&["run", "-"], &scenario("run 1s\nexpect committed 5"));
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("FAIL line 4: expect committed 5: "), "{told}");
}

/// What was never carried out has not passed.
#[test]
fn lines_that_are_never_reached_fail() {
    let cases = [
        (
            "protocol raft\nreplicas 3\nrun 21000s\nexpect 1.term = 77\n",
            ["run 21000s", "expect 1.term = 77"],
            "the run stopped after ",
        ),
        (
            "protocol restaurant-vote\nreplicas 3\nset strategy external\nrun 5s\nexpect decided 1\n",
            ["run 5s", "expect decided 1"],
            "nobody answers the question of agent 2",
        ),
    ];
    for (text, lines, why) in cases {
        for arguments in [&["run", "-"][..], &["run", "-", "--seeds", "0..1"], &["export", "history", "-"]] {
            let output = command(arguments, text);
            assert_eq!(output.status.code(), Some(1), "{arguments:?} {output:?}");
            let told = String::from_utf8_lossy(&output.stderr);
            let named = if arguments.contains(&"--seeds") { &lines[..1] } else { &lines[..] };
            assert!(named.iter().all(|line| told.contains(&format!(": {line}: not reached: {why}"))), "{told}");
        }
    }
}

/// Nobody knows: that is neither yes nor no.
#[test]
fn what_is_not_decided_is_an_outcome_of_its_own() {
    let adds: String = (0..40)
        .map(|place| format!("request add x {} from c{} to 1\n", (1u32 << (place % 30)) + 3 * place, 20 + place))
        .collect();
    let text = format!(
        "protocol raft\nreplicas 3\nseed 1\nset no-op on\nset read-without-round on\nnetwork latency 5ms\n\
         fire election-timeout of 1\nrun 100ms\nrequest put x 1 from c1 to 1\nrun 100ms\npartition 1 | 2 3\nrun 600ms\n\
         request put x 5 from c2 to 2\nrun 900ms\n{adds}request get x from c4 to 1\nrun 20ms\n"
    );
    let expected = ["linearizability", "not linearizability", "violation linearizability", "all"];
    let lines = expected.map(|expected| format!("expect {expected}\n")).concat();
    let output = command(&["run", "-"], &(text.clone() + &lines));
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{told}");
    for expected in expected {
        assert!(told.contains(&format!(": expect {expected}: linearizability was not decided: ")), "{told}");
    }
    let output = command(&["run", "-"], &format!("{text}expect linearizability within 1ms\nexpect completed 99\n"));
    assert_eq!(output.status.code(), Some(1), "what failed weighs more: {output:?}");
    let output = command(&["run", "-", "--seeds", "1..2"], &format!("{text}expect linearizability\n"));
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 seeds, 0 failed, 1 not decided"), "{output:?}");
}

/// A title or a name may hold anything; a terminal is told none of it.
#[test]
fn nothing_that_steers_a_terminal_is_printed() {
    let hostile = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}";
    let texts = [
        format!("# {hostile}\nprotocol raft\nrequest put {hostile} 1\nrun 2s\nexpect 1.role = {hostile}\n"),
        format!("protocol raft\ncrash {hostile}\n"),
        format!("protocol {hostile}\n"),
        format!("protocol raft\nset members {hostile}\n"),
        format!("protocol restaurant-vote\nset favourite 1 {hostile}\nrun 9s\nexpect 1.favourite = x\n"),
    ];
    for text in &texts {
        for arguments in
            [&["run", "-"][..], &["run", "-", "--trace"], &["run", "-", "--seeds", "0..2"], &["export", "history", "-"]]
        {
            let output = command(arguments, text);
            let told = String::from_utf8([output.stdout, output.stderr].concat()).expect("it is UTF-8");
            let steers = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
            assert!(!told.contains(steers), "{arguments:?} {told:?}");
        }
    }
    let output = command(&["describe", hostile], "");
    assert!(!String::from_utf8_lossy(&output.stderr).contains('\u{1b}'), "{output:?}");
}

#[test]
fn a_misspelt_scenario_exits_with_2_and_says_where() {
    let output = command(&["run", "-"], &scenario("run 1s\nexpct all"));
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("line 4, column 1: ") && told.contains("did you mean `expect`?"), "{told}");
}

#[test]
fn the_trace_is_a_line_of_json_for_each_event() {
    let output = command(&["run", "-", "--trace"], &scenario("run 300ms"));
    let text = String::from_utf8(output.stdout).expect("it is UTF-8");
    assert!(text.lines().count() > 3, "{text}");
    for (place, line) in text.lines().enumerate() {
        let event: serde_json::Value = serde_json::from_str(line).expect("each line is JSON");
        assert_eq!(event["event"], place + 1);
    }
}

#[test]
fn a_sweep_tells_which_seeds_fail() {
    let good = command(&["run", "-", "--seeds", "0..20"], &scenario("run 200ms\nexpect all"));
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    let bad = command(&["run", "-", "--seeds", "0..20"], &scenario("run 1ms\nexpect committed 1"));
    assert_eq!(bad.status.code(), Some(1), "{bad:?}");
    assert!(String::from_utf8_lossy(&bad.stderr).contains("20 seeds, 20 failed, 0 not decided"), "{bad:?}");
}

/// A fuzzer finds by it what a protocol has to say, without anybody writing its words down once more.
#[test]
fn the_fuzzers_dictionary_has_the_words_of_every_protocol() {
    let output = command(&["dictionary"], "");
    let text = String::from_utf8(output.stdout).expect("it is text");
    let entry = |line: &str| line.len() > 2 && line.starts_with('"') && line.ends_with('"') && line.is_ascii();
    assert!(text.lines().all(entry), "{text}");
    let has = |word: &str| text.lines().any(|line| line.trim_matches('"') == word);
    for entry in consensus_playground::protocols::ALL {
        let about = entry.descriptor;
        let words = about.messages.iter().map(|kind| kind.name).chain(about.options.iter().map(|option| option.name));
        for word in words.chain([about.id, about.roles[0].name, "crash", "duplicate", "small-world", "->", "\\x0a"]) {
            assert!(has(word), "{word} of {}", about.id);
        }
    }
}

#[test]
fn every_protocol_can_be_described() {
    for entry in consensus_playground::protocols::ALL {
        let output = command(&["describe", entry.descriptor.id], "");
        let text = String::from_utf8_lossy(&output.stdout).to_string();
        for property in entry.descriptor.properties {
            assert!(text.contains(property.name), "{text}");
        }
    }
    assert_eq!(command(&["describe", "nothing-like-it"], "").status.code(), Some(2));
}

#[test]
fn help_speaks_to_people_not_of_types() {
    let subcommands = ["", "run", "export", "describe", "lab", "bench"];
    for subcommand in subcommands {
        let words: Vec<_> = [subcommand, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let output = command(&words, "");
        let help = String::from_utf8(output.stdout).expect("it is text");
        let is_type = |word: &str| {
            word.chars().zip(word.chars().skip(1)).any(|(one, next)| one.is_lowercase() && next.is_uppercase())
        };
        let types: Vec<_> = help.split(|letter: char| !letter.is_alphanumeric()).filter(|word| is_type(word)).collect();
        assert!(output.status.success() && help.contains("Usage:"), "{help}");
        assert!(types.is_empty(), "{types:?} in {help}");
    }
}

#[test]
fn lessons_are_checked_with_an_honest_exit() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("lessons");
    std::fs::create_dir_all(&folder).expect("a folder");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    let text = std::fs::read_to_string(root.join("03-majorities.md")).expect("a lesson");
    let german = std::fs::read_to_string(root.join("03-majorities.de.md")).expect("a translation");
    let at = |name: &str, text: &str| {
        let file = folder.join(name);
        std::fs::write(&file, text).expect("it is written");
        file.to_str().expect("a path").to_string()
    };
    let (good, bad) = (at("good.md", &text), at("bad.md", &text.replace("```play", "```paly")));
    assert_eq!(command(&["check", &good], "").status.code(), Some(0));
    let output = command(&["check", &bad], "");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let line = text.lines().position(|line| line == "```play").expect("a play") + 1;
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains(&format!("bad.md:{line}:4: `paly` is not known here")), "{told}");
    let output = command(&["check", "--json", &good], "");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert!(told["runs"].as_array().is_some_and(|runs| runs.len() > 5), "{told}");
    let output = command(&["check", &at("good.de.md", &german.replace("seed 2", "seed 3"))], "");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let receipt = format!("lesson good\nfences {}\nanswer 1 4\n", told["fences"].as_str().expect("a hash"));
    let output = command(&["check", &good, &at("receipt.txt", &receipt)], "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("1 of 4\n"), "{output:?}");
    let cheated = receipt.clone() + "task 1 solved\ncrash 4\n";
    assert_eq!(command(&["check", &good, &at("cheated.txt", &cheated)], "").status.code(), Some(1));
    let other = receipt.replace("lesson good", "lesson other");
    assert_eq!(command(&["check", &good, &at("other.txt", &other)], "").status.code(), Some(2));
    assert_eq!(command(&["check", "nowhere"], "").status.code(), Some(2));
}

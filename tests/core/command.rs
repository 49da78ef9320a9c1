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
    assert!(String::from_utf8_lossy(&bad.stderr).contains("20 seeds, 20 failed"), "{bad:?}");
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

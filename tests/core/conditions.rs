//! What a scenario expects: of now, of the whole run so far, of a while, of any or several replicas, of clients and stores.

use consensus_playground::protocols;
use consensus_playground::scenario::{Outcome, Session, parse, print};

fn carried_out(text: &str) -> Session {
    let mut session = Session::open(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    session.finish();
    assert!(session.finished(), "{text}");
    session
}

/// What becomes of a last line after a run.
fn outcome(run: &str, expect: &str) -> Outcome {
    let session = carried_out(&format!("{run}expect {expect}\n"));
    session.outcomes().last().expect("there is an outcome").clone()
}

/// Which of the expectations hold after a run, and why the others don't.
fn check(run: &str, cases: &[(&str, Result<(), &str>)]) {
    for (expect, result) in cases {
        let found = outcome(run, expect);
        match result {
            Ok(()) => assert!(found.ok, "{expect}: {}", found.why),
            Err(why) => {
                assert!(!found.ok && found.why.contains(why), "{expect}: {}, {}\nnot: {why}", found.ok, found.why)
            }
        }
    }
}

/// One is elected, crashes, another one is, and the first comes back.
fn two_leaders() -> String {
    let header = "protocol raft\nreplicas 3\nseed 1\nnetwork latency 10ms\n";
    format!("{header}run 1s\ncrash leader\nrun 1s\nrestart all\nrun 1s\n")
}

#[test]
fn ever_and_never_look_back_over_the_whole_run() {
    let run = two_leaders();
    check(
        &run,
        &[
            ("ever any.status = crashed", Ok(())),
            ("never any.status = crashed", Err("after event ")),
            ("any.status = crashed", Err("status is up")),
            ("ever not leader", Ok(())),
            ("never violation election-safety", Ok(())),
            ("ever violation election-safety", Err("it never held; at the end election-safety was not broken")),
            ("ever committed 1", Err("it never held; at the end 0 commands are decided")),
            ("never leader", Err("leads")),
            ("leader", Ok(())),
        ],
    );
    let why = outcome(&run, "never any.status = crashed").why.to_string();
    assert!(why.contains("at 1s: ") && why.ends_with(".status is crashed"), "{why}");
}

/// What is expected in the middle is about the run up to there.
#[test]
fn what_comes_after_the_line_does_not_count() {
    let text = "protocol raft\nreplicas 3\nrun 1s\nexpect never any.status = crashed\ncrash 1\nexpect ever 1.status = crashed\n";
    assert!(carried_out(text).outcomes().iter().all(|outcome| outcome.ok));
}

/// A line may bring about what no event does: it is looked at after each line as well.
#[test]
fn what_holds_between_two_events_is_seen_where_a_line_stands() {
    let text =
        "protocol raft\nreplicas 3\nnetwork manual\nrun 1s\nrun 1s\nexpect ever now >= 2s\nexpect never now > 2s\n";
    let outcomes = carried_out(text).outcomes().to_vec();
    assert!(outcomes.iter().all(|outcome| outcome.ok), "{outcomes:?}");
}

#[test]
fn always_goes_on_while_it_holds() {
    let run = two_leaders();
    check(
        &run,
        &[
            ("always for 2s leader", Ok(())),
            ("always for 2s not leader", Err("leads, after 0s")),
            ("always for 1s now < 3.5s", Err("it is 3.")),
            ("always for 100ms now < 3.5s", Ok(())),
        ],
    );
    let mut session = carried_out(&format!("{run}expect always for 2s leader\n"));
    assert_eq!(session.world().now(), 5_000_000);
    // Where it breaks, the run stops there.
    session = carried_out(&format!("{run}at 4s crash leader\nexpect always for 5s leader\n"));
    let found = session.outcomes().last().unwrap().clone();
    assert!(!found.ok && found.why.starts_with("nobody leads, after 0s (event "), "{}", found.why);
}

#[test]
fn any_and_several_count_replicas() {
    let run = "protocol raft\nreplicas 5\nseed 1\nnetwork latency 10ms\nrun 1s\ncrash followers\n";
    check(
        run,
        &[
            ("any.role = leader", Ok(())),
            ("any.role = candidate", Err("1.role is ")),
            ("4 of all.status = crashed", Ok(())),
            ("5 of all.status = crashed", Err("status = crashed holds of ")),
            ("1 of all.role = leader", Ok(())),
            ("2 of all.role = leader", Err("role = leader holds of ")),
            ("not 2 of all.role = leader", Ok(())),
            ("3 of all.role = candidate", Err("role = candidate holds of none")),
        ],
    );
}

/// Two leaders of different terms are no two leaders.
#[test]
fn several_share_their_epoch() {
    let run = "protocol raft\nreplicas 5\nseed 1\nnetwork latency 10ms\nrun 1s\n";
    let leader = carried_out(run).world().leader().expect("one leads").number();
    let others: Vec<_> = (1..=5).filter(|node| *node != leader).collect();
    let (a, b, c, d) = (others[0], others[1], others[2], others[3]);
    let run = format!("{run}partition {leader} {a} | {b} {c} {d}\nrun 2s\n");
    check(
        &run,
        &[
            ("2 of all.role = leader", Err(" in term ")),
            ("ever 2 of all.role = leader", Err("it never held")),
            // Whether it runs, and what a store holds, belongs to no term.
            ("5 of all.status = up", Ok(())),
            ("5 of all.store.x = nothing", Ok(())),
            ("5 of all.commit-index >= 0", Err(" in term ")),
        ],
    );
    let both = carried_out(&run);
    let leading = (1..=5)
        .filter(|&number| both.world().role(consensus_playground::kernel::NodeId::replica(number)) == Some("leader"));
    assert_eq!(leading.count(), 2, "both sides have a leader");
}

#[test]
fn a_store_is_asked_for_one_key() {
    let run = "protocol raft\nreplicas 3\nseed 1\nrun 1s\nrequest put x 3\nrequest put y 12\nrun 1s\n";
    check(
        run,
        &[
            ("all.store = x=3", Err("store is x=3 y=12")),
            ("all.store.x = 3", Ok(())),
            ("2.store.y > 9", Ok(())),
            ("2.store.y != 9", Ok(())),
            ("2.store.y < 9", Err("2.store.y is 12")),
            ("2.store.z = nothing", Ok(())),
            ("2.store.z = 3", Err("2.store.z is nothing")),
            ("2.store.z < 3", Err("2.store.z is nothing")),
            ("2.store.z > 3", Err("2.store.z is nothing")),
            ("any.store.x = 4", Err("1.store.x is 3, 2.store.x is 3, 3.store.x is 3")),
            ("ever 3 of all.store.x = 3", Ok(())),
            ("1.role.x = 3", Err("which holds nothing under a key")),
            ("ever 1.store.x = 4", Err("it never held; at the end 1.store.x is 3")),
        ],
    );
}

#[test]
fn a_client_is_asked_what_it_was_told() {
    let run = "protocol raft\nreplicas 3\nseed 1\nrun 1s\nrequest put x 3\nrequest get x\nrun 500ms\nrequest add x 4 from c2\nrun 500ms\n";
    check(
        run,
        &[
            ("c1.answer = 3", Ok(())),
            ("c1.answer = 4", Err("c1.answer is 3")),
            ("ever c1.answer = ok", Ok(())),
            ("c1.answer.1 = ok", Ok(())),
            ("c1.answer.2 = 3", Ok(())),
            ("c1.answer.3 = 3", Err("c1 has no answer to its request 3 yet")),
            ("c1.answers = 2", Ok(())),
            ("c2.answer >= 7", Ok(())),
            ("c3.answer = 7", Err("c3 has asked for nothing yet")),
            ("not c3.answer = 7", Ok(())),
            ("never c1.answer = 4", Ok(())),
        ],
    );
    let early = "protocol raft\nreplicas 3\nrequest get x\n";
    check(early, &[("c1.answer = nothing", Err("c1 has no answer yet")), ("c1.answers = 0", Ok(()))]);
}

/// Each form reads back as it was.
#[test]
fn expectations_are_written_down_as_they_were_read() {
    let all = [
        "expect ever leader",
        "expect never not 1.role = leader",
        "expect always for 2.5s not leader",
        "expect any.role = candidate within 1s",
        "expect not any.role = candidate",
        "expect 2 of all.role = candidate",
        "expect ever 2 of all.last-index >= 1",
        "expect now >= 3s",
        "expect 1.store.x.y = 1",
        "expect c1.answer.2 = x",
        "expect c1.answers >= 2",
    ];
    for line in all {
        let text = format!("protocol raft\nreplicas 3\n{line}\n");
        let scenario = parse(&text).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(print(&scenario), text);
        assert!(parse(&print(&scenario)).unwrap().lines == scenario.lines);
    }
}

#[test]
fn mistakes_in_expectations_are_told_with_place_and_the_nearest_word() {
    let cases = [
        ("expect evr leader", "line 3, column 8: `evr` is not known here"),
        ("expect evr leader", "did you mean `ever`?"),
        ("expect not ever leader", "line 3, column 12: `not` can't stand before `ever`: `never` says"),
        ("expect ever leader within 1s", "line 3, column 20: `within` can't stand here: `ever` looks back"),
        ("expect always leader", "line 3, column 15: `leader` is not known here: `for` was expected"),
        ("expect always for leader", "line 3, column 19: "),
        ("expect 0 of all.role = leader", "line 3, column 8: how many replicas is between 1 and 3"),
        ("expect 4 of all.role = leader", "line 3, column 8: how many replicas is between 1 and 3"),
        (
            "expect 2 of al.role = leader",
            "line 3, column 13: `al` is not known here: `all.FIELD` was expected; did you mean `all`?",
        ),
        ("expect 2 of all.rol = leader", "line 3, column 17: `rol` is not known here"),
        ("expect any.rol = leader", "line 3, column 12: `rol` is not known here"),
        ("expect any.rol = leader", "did you mean `role`?"),
        ("expect 1.store. = 3", "line 3, column 16: a key is missing"),
        ("expect 1.answer = 3", "line 3, column 10: `answer` is a client's"),
        ("expect c1.answr = 3", "line 3, column 11: `answr` is not known here: what there is of the client c1"),
        ("expect c1.answer.x = 3", "line 3, column 18: which of its requests"),
        ("expect c1.status.x = 3", "line 3, column 18: `c1.status` has no parts"),
        ("expect now >= 3", "line 3, column 15: a duration needs a unit"),
        ("expect now", "line 3, column 11: a comparison such as `=` is missing"),
        ("expect ever", "line 3, column 12: what is expected is missing"),
    ];
    assert_eq!(protocols::ALL[0].descriptor.id, "raft");
    for (line, told) in cases {
        let complaint = parse(&format!("protocol raft\nreplicas 3\n{line}\n")).err().expect(line).to_string();
        assert!(complaint.contains(told), "{line}\nsays: {complaint}\nnot:  {told}");
    }
}

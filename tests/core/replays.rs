//! Cases in which a script, or the way back, once gave another run than the one that was seen.

use consensus_playground::scenario::Session;

fn opened(text: &str) -> Session {
    Session::open(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The script of a run gives the same run again.
fn holds_again(session: &Session) {
    let script = session.script();
    let mut again = opened(&script);
    while again.event() < session.event() && again.world().now() <= session.world().now() {
        let before = (again.event(), again.finished());
        again.step();
        if before == (again.event(), again.finished()) && again.finished() {
            break;
        }
    }
    assert_eq!(again.trace().events, session.trace().events, "{script}");
}

#[test]
fn looking_at_the_queue_changes_nothing() {
    let text = "protocol pbft\nreplicas 4\nnetwork latency 100ms\nrequest put x 1\n";
    let run = |look: bool| {
        let mut session = opened(text);
        session.run(150_000);
        session.act("pause 2").unwrap();
        if look {
            let hash = session.trace_hash();
            session.next_event();
            assert_eq!(session.trace_hash(), hash, "a look is no change");
        }
        session.act("resume 2").unwrap();
        session.run(2_000_000);
        session
    };
    let (looked, not) = (run(true), run(false));
    assert_eq!(looked.trace_hash(), not.trace_hash());
    holds_again(&looked);
    assert!(looked.trace().messages.iter().all(|message| message.due >= message.sent + 100_000), "one came too soon");
}

#[test]
fn answers_from_outside_are_in_the_script() {
    let mut session = opened("protocol restaurant-vote\nreplicas 3\nset strategy 2 external\nrun 2s\n");
    for answer in ["Sushi", "# no comment", "Sushi", "Sushi"] {
        session.run(500_000);
        if !session.world().questions().is_empty() {
            session.act(&format!("answer 2 {answer}")).unwrap();
        }
    }
    assert!(session.event() > 20, "the answers were taken");
    let mut again = opened(&session.script());
    again.run_until(session.world().now());
    assert_eq!(again.trace().events, session.trace().events, "{}", session.script());
    for session in [&mut session, &mut again] {
        session.seek(5);
        session.seek(session.last());
    }
    assert_eq!(session.world().state_hash(), again.world().state_hash());
}

#[test]
fn a_branch_shares_no_more_than_what_is_still_the_same() {
    let text = "protocol raft\nreplicas 3\nseed 1\nrun 1s\n";
    let mut session = opened(text);
    session.run(2_000_000);
    let (end, straight) = (session.event(), {
        session.seek(0);
        session.seek(session.last());
        session.trace_hash()
    });
    session.seek(end * 2 / 3);
    session.act("request put a 1").unwrap();
    session.run(500_000);
    session.seek(end / 6);
    session.act("crash 1").unwrap();
    session.act("request put b 1").unwrap();
    session.run(300_000);
    let first = session.branches().iter().find(|branch| branch.name == "as written").unwrap().id;
    assert!(session.switch(first));
    assert_eq!((session.event(), session.trace_hash()), (end, straight), "two runs are mixed");
}

#[test]
fn a_line_with_a_time_that_waits_is_split_by_an_act() {
    for line in ["at 1s run 5s", "at 1s expect committed 1 within 5s", "after #3 run 5s"] {
        let mut session = opened(&format!("protocol raft\nreplicas 3\n{line}\nexpect leader\n"));
        session.run(2_000_000);
        session.act("request put x 1").unwrap();
        session.finish();
        let failed: Vec<_> = session.outcomes().iter().filter(|outcome| !outcome.ok).collect();
        assert!(failed.is_empty(), "{line}: {failed:?}\n{}", session.script());
        holds_again(&session);
    }
}

#[test]
fn a_way_back_in_time_leaves_no_line_out() {
    let text = "protocol pbft\nreplicas 4\nrequest put x 1\nat 500ms expect all\nat 600ms expect completed 1\nrun 1s\n";
    let mut session = opened(text);
    session.run(900_000);
    session.act("crash 4").unwrap();
    assert!(session.undo());
    session.run(3_000_000);
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{:?}", session.outcomes());
    session.seek_time(550_000);
    assert_eq!((session.world().now(), session.outcomes().len()), (550_000, 1));
    session.run(3_000_000);
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{:?}", session.outcomes());
}

#[test]
fn each_delivery_of_a_settling_is_a_step_of_its_own() {
    let text = "protocol raft\nreplicas 3\nnetwork manual\nfire election-timeout of 1\nrequest put x 1\nsettle\n";
    let mut session = opened(text);
    session.finish();
    // A request by hand is two events in one: it is made, and it is there.
    for event in (7..session.last()).rev() {
        session.seek(event);
        assert_eq!(session.event(), event);
    }
}

#[test]
fn a_paused_replica_does_nothing_at_all() {
    let mut session = opened("protocol raft\nreplicas 3\nnetwork manual\npause 1\n");
    session.finish();
    session.act("request put x 1").unwrap();
    assert_eq!(session.world().flights().len(), 1, "the request waits");
    let told = session.act("fire election-timeout of 1").expect_err("it stands still").message;
    assert_eq!(told, "replica 1 is paused: resume it first");
    let told = session.act("deliver all").expect_err("nothing can be delivered").message;
    assert_eq!(told, "replica 1 is paused: resume it first");
}

#[test]
fn messages_that_begin_to_move_have_a_time_of_arrival_in_the_record() {
    let mut session = opened("protocol raft\nreplicas 3\nnetwork manual\nfire election-timeout of 1\n");
    session.finish();
    session.act("network automatic").unwrap();
    assert!(session.trace().messages.iter().all(|message| message.due != u64::MAX));
}

#[test]
fn a_run_that_never_rests_comes_back_to_its_caller() {
    let text =
        "protocol pbft\nreplicas 4\nset resend 1us\nclock all 100x\ncrash 2\ncrash 3\nrequest put x 1\nrun 1ms\n";
    if let Ok(mut session) = Session::open(text) {
        session.finish();
        assert!(session.world().now() > 0);
    }
}

#[test]
fn a_replica_with_a_new_disk_may_do_everything_once_more() {
    let text = "protocol pbft\nreplicas 4\nrequest put x 1\nrun 1s\ncrash 4\nrestart 4 disk lost\nrequest put y 1\nrun 2s\nexpect all\n";
    let mut session = opened(text);
    session.finish();
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{:?}", session.outcomes());
}

#[test]
fn what_is_said_of_a_quorum_is_true_of_the_protocol() {
    let text = "protocol two-phase-commit\nreplicas 4\ncrash 4\nrequest transaction trip\nrun 2s\n";
    let mut session = opened(text);
    session.finish();
    let sentence = consensus_playground::web::show::state(&session).progress.sentence.expect("something is amiss");
    assert!(sentence.contains("4 are needed to commit a transaction"), "{sentence}");
}

/// What is said of the progress at the end of a run of Raft.
fn said(lines: &str) -> String {
    let mut session = opened(&format!("protocol raft\nreplicas 5\nseed 2\nset check-quorum on\n{lines}"));
    session.finish();
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{:?}", session.outcomes());
    consensus_playground::web::show::state(&session).progress.sentence.unwrap_or_default()
}

#[test]
fn what_is_said_of_a_quorum_follows_the_members() {
    let fewer = "network latency 10ms\nrun 600ms\nrequest members 1-3\nrun 700ms\nexpect completed 1\n";
    let crash = |who: &[usize]| who.iter().map(|number| format!("crash {number}\n")).collect::<String>();
    let told = "At most 1 of 3 replicas with a vote run and can talk to each other; \
                2 are needed to elect a leader or to commit.";
    let ask = "request put x 1 from c2\nrun 2s\n";
    let goes_on = said(&format!("{fewer}{}{ask}expect completed 2\n", crash(&[3, 4, 5])));
    assert_eq!(goes_on, "", "two of three members commit");
    assert_eq!(said(&format!("{fewer}run 2s\n{}{ask}", crash(&[1, 2, 4, 5]))), told);
    let first = "set members 1-3\n";
    assert_eq!(said(&format!("{first}{}{ask}", crash(&[1, 2]))), told, "two others run, and have no vote");
    assert_eq!(said(&format!("{first}partition 1 2 | 3 4 5\nrun 1s\n")), "", "one part has two of the three");
    let joint = "network latency 10ms\nrun 600ms\nrequest members 3-5\nrun 35ms\nexpect 1.members = 1-3+3-5\n";
    assert_eq!(said(&format!("{first}{joint}{}{ask}", crash(&[4, 5]))), told, "both majorities are needed");
}

#[test]
fn whoever_asks_for_a_change_of_members_is_answered() {
    let set = "set members 1-3\nnetwork latency 5ms\n";
    let far = "network 1 -> 4 latency 40ms\nnetwork 2 -> 4 latency 40ms\nnetwork 3 -> 4 latency 40ms\n";
    let add = "request add 4 from c9\nrun 4s\n";
    said(&format!("{set}{far}workload clients 8 rate 300/s keys 3\nrun 800ms\n{add}expect leader.members = 1-4\n"));
    let reads = "set reads read-index\n";
    let load = "run 600ms\ncrash 4\nworkload clients 8 rate 200/s keys 3\nrun 200ms\n";
    let mut session = opened(&format!("protocol raft\nreplicas 4\nseed 2\n{reads}{set}{load}{add}"));
    session.finish();
    let c9 = consensus_playground::kernel::NodeId::client(9);
    assert_eq!(session.world().node(c9).map(|node| node.doing), Some(String::new()), "it waits no more");
}

#[test]
fn an_act_on_several_is_seen_one_by_one() {
    let text = "protocol raft\nreplicas 5\nseed 2\nat 500ms crash 2\nat 600ms crash all\nat 700ms restart all\n\
                at 800ms delay all by 1ms\nrun 1s\nexpect not 1.status = crashed\n";
    let mut session = opened(text);
    session.run(599_000);
    let before = session.event();
    let down = |session: &Session| {
        let nodes = (1..=5).map(consensus_playground::kernel::NodeId::replica);
        nodes
            .filter(|&node| session.world().health(node) == Some(consensus_playground::kernel::Health::Crashed))
            .count()
    };
    let mut seen = Vec::new();
    while session.world().now() < 700_000 {
        session.step();
        seen.push((session.event(), down(&session)));
    }
    let crashes: Vec<_> = seen.iter().filter(|seen| seen.1 > 1).take(4).map(|seen| seen.1).collect();
    assert_eq!(crashes, [2, 3, 4, 5], "{seen:?} after {before}");
    session.finish();
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{:?}", session.outcomes());
    let hash = session.trace_hash();
    for (event, crashed) in seen {
        session.seek(event);
        assert_eq!((session.event(), down(&session)), (event, crashed));
    }
    session.seek(0);
    session.finish();
    assert_eq!(session.trace_hash(), hash);
}

#[test]
fn an_act_amid_an_act_on_several_splits_it() {
    let text = "protocol raft\nreplicas 5\nseed 2\nat 500ms crash 2\nat 600ms crash all # all of them\nrun 1s\n";
    let mut session = opened(text);
    session.finish();
    let third = session.trace().events.iter().filter(|event| event.what.word() == "crash").nth(2).unwrap().id.0;
    session.seek(third);
    session.act("network latency 1ms..2ms").unwrap();
    session.finish();
    let script = session.script();
    for line in ["at 600ms crash 1 # all of them\n", "\ncrash 3\n", "\ncrash 4\ncrash 5\n"] {
        assert!(script.contains(line), "{line}\n{script}");
    }
    assert!(!script.contains("crash all"), "{script}");
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{:?}", session.outcomes());
    holds_again(&session);
    // Undone, it is as written again.
    assert!(session.undo());
    assert!(session.script().contains("at 600ms crash all # all of them"));
    session.finish();
    holds_again(&session);
}

/// How the replicas are linked is said before anything is done, and holds from the start: an act at the very beginning
/// must not come before it, or the text of the run begins with another network.
#[test]
fn what_is_done_first_comes_after_the_network_of_the_start() {
    let text = "protocol two-phase-commit\nreplicas 6\nnetwork latency 5ms\nnetwork topology ring\nrun 50ms\n";
    for steps in 0..3 {
        let mut session = opened(text);
        for _ in 0..steps {
            session.step();
        }
        let hash = session.trace_hash();
        session.act("resume 2").expect_err("it runs");
        assert_eq!(session.trace_hash(), hash, "a refusal changes something");
        session.act("byzantine 3 stubborn").unwrap();
        let script = session.script();
        assert!(script.contains("network topology ring\nafter #8 byzantine 3 stubborn\n"), "{script}");
        let (mut again, act) = (opened(&script), session.event());
        again.finish();
        again.seek(act);
        assert_eq!(again.world().state_hash(), session.world().state_hash(), "after {steps} steps");
        assert!(session.undo());
        assert_eq!(session.trace_hash(), hash);
        assert_eq!(session.script(), text);
    }
}

#[test]
fn a_delay_that_would_change_nothing_is_refused() {
    let mut session = opened("protocol raft\nreplicas 3\nnetwork manual\nfire election-timeout of 1\n");
    session.finish();
    for line in ["delay m1 by 5ms", "delay all by 5ms"] {
        let told = session.act(line).expect_err(line).message;
        assert_eq!(
            told,
            format!(
                "m{} waits until it is delivered by hand, so a delay changes nothing",
                if line.contains("all") { 2 } else { 1 }
            )
        );
    }
    let mut session = opened("protocol raft\nreplicas 3\nnetwork latency 5ms\nfire election-timeout of 1\npause 2\n");
    session.run(10_000);
    let told = session.act("delay request-vote from 1 to 2 by 5ms").expect_err("it has arrived").message;
    assert_eq!(told, "m1 has arrived and waits at 2, which is paused, so a delay changes nothing");
}

#[test]
fn one_cut_can_be_taken_back() {
    let mut session = opened("protocol raft\nreplicas 3\ncut 1 -> 2\ncut 2 -> 1\npartition 1 2 | 3\nheal 1 -> 2\n");
    session.run(1_000);
    let network = session.world().network();
    assert_eq!((network.cuts().count(), network.groups().len()), (1, 2), "all else stays as it was");
    let told = session.act("heal 1 -> 2").expect_err("it is not cut").message;
    assert_eq!(told, "1 -> 2 is not cut; `heal` alone takes a partition back");
    session.act("heal 2 -> 1").unwrap();
    assert!(session.script().ends_with("heal 2 -> 1\n"), "{}", session.script());
}

/// Whatever was done, taken back and done again in between: where the person is, the script leads.
#[test]
fn nested_undoing_and_redoing_leads_where_the_script_leads() {
    use consensus_playground::kernel::data::random::{below, draw};
    let text = "protocol raft\nreplicas 3\nseed 3\nrun 2s\nexpect leader within 1s\nrequest put x 1\nrun 1s\nexpect committed 1\n";
    let acts = ["pause 2", "resume 2", "request put y 2", "network latency 1ms..9ms", "crash 3", "restart 3"];
    for seed in 0..60 {
        let mut session = opened(text);
        for count in 0..40 {
            let word = draw(seed, 77, count);
            match below(word, 7) {
                0 | 1 => drop(session.run(1_000 + below(word >> 8, 300_000))),
                2 | 3 => drop(session.act(acts[below(word >> 8, acts.len() as u64) as usize])),
                4 => drop(session.undo()),
                5 => drop(session.redo()),
                _ => session.seek(below(word >> 8, u64::from(session.last()) + 1) as u32),
            }
        }
        session.seek(session.last());
        holds_again(&session);
        session.finish();
        let mut again = opened(&session.script());
        again.finish();
        assert_eq!(again.trace_hash(), session.trace_hash(), "seed {seed}\n{}", session.script());
        assert_eq!(again.outcomes().len(), session.outcomes().len(), "seed {seed}\n{}", session.script());
    }
}

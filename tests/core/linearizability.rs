//! Linearizability over what clients asked and were told, as a property of runs.

use consensus_playground::checker::{History, watch};
use consensus_playground::kernel::{AnyWorld, NodeId, SECOND, Trace};
use consensus_playground::scenario::{Session, parse};

/// Three servers lose their disks, and with them what a client was told to be done.
const AMNESIA: &str = "protocol raft
replicas 3
seed 3
at 0s request put x 1
at 1s request put x 2 from c2
at 2s crash all
restart all disk lost
at 3s request get x
run 2s
expect completed 3
expect violation linearizability
";

fn finished(text: &str) -> Session {
    let mut session = Session::open(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    session.finish();
    for outcome in session.outcomes() {
        assert!(outcome.ok, "{}: {}", outcome.text, outcome.why);
    }
    session
}

#[test]
fn what_was_forgotten_is_a_violation_with_its_evidence() {
    let session = finished(AMNESIA);
    let found = session.world().violations().iter().find(|found| found.property == "linearizability").unwrap();
    assert_eq!(
        found.text,
        "No order of the operations on x explains c1's read (told nothing): x held 2, none of the others fits, but then \
         it can't be placed."
    );
    // The read's beginning and its answer, which is the event that broke the property.
    assert_eq!(found.evidence.last(), Some(&found.event));
    assert_eq!(found.evidence.len(), 2);
    assert!(session.trace().event(found.event).unwrap().violation);
}

#[test]
fn the_whole_history_tells_the_order_and_what_has_no_place_in_it() {
    let session = finished(AMNESIA);
    let history = History::of(session.world());
    let told: Vec<_> = history.operations.iter().map(|lane| lane.told.as_deref().unwrap_or("")).collect();
    assert_eq!(told, ["ok", "ok", "nothing"]);
    let judgement = &history.judge(false, 100_000)[0];
    assert_eq!((&*judgement.key, judgement.verdict, &judgement.order[..]), ("x", "broken", &[0, 1][..]));
    assert_eq!(judgement.stuck, Some(2));
    let crashed: Vec<_> = history.spans.iter().filter(|span| span.fault == "crashed").collect();
    assert_eq!(crashed.len(), 3);
    assert!(crashed.iter().all(|span| 0 < span.start && span.start < span.end));
}

#[test]
fn safe_runs_are_linearizable_under_faults() {
    for (id, replicas, seed) in [("raft", 5, 1), ("raft", 4, 2), ("pbft", 4, 3), ("pbft", 7, 4)] {
        let text = format!(
            "protocol {id}\nreplicas {replicas}\nseed {seed}\nnetwork latency 1ms..40ms loss 3% duplicate 3%\n\
             workload clients 6 rate 40/s keys 2\nat 2s crash leader\nat 4s restart all\nat 5s partition 1 | 2 3 4\n\
             at 7s heal\nat 9s workload off\nrun 3s\nexpect linearizability\nexpect all\n"
        );
        let session = finished(&text);
        assert_eq!(session.world().watch().unwrap().undecided(), None);
        let history = History::of(session.world());
        assert!(history.operations.len() > 100, "{id}: {}", history.operations.len());
        for judgement in history.judge(false, 2_000_000) {
            assert_eq!(judgement.verdict, "linearizable", "{id}: {}", judgement.key);
        }
        assert!(history.spans.iter().any(|span| span.fault == "network split" && span.node.is_none() && span.end > 0));
    }
}

/// Without answers there is nothing to object to, and what is still under way is a lane without an end.
#[test]
fn the_unanswered_are_pending() {
    let session = finished(
        "protocol raft\nreplicas 3\nat 0s crash all\nrequest put x 1\nrequest put x 2\nrun 1s\nexpect linearizability\n",
    );
    let history = History::of(session.world());
    // The second request waits behind the first: it has not begun.
    assert_eq!(history.operations.len(), 1);
    assert_eq!((history.operations[0].end, history.operations[0].id.client), (0, NodeId::client(1)));
}

#[test]
fn a_world_without_a_store_has_no_watch() {
    let session = finished("protocol two-phase-commit\nreplicas 3\nrun 1s\n");
    assert!(session.world().watch().is_none());
    assert!(parse("protocol two-phase-commit\nexpect linearizability\n").is_err());
}

/// The watch only looks: with it and without it a run has the same hash.
#[test]
fn the_watch_changes_no_hash() {
    let session = finished(AMNESIA);
    let scenario = parse(AMNESIA).unwrap();
    let mut trace = Trace::forgetful();
    let mut world = (scenario.entry.open)(&scenario.setup(), &mut trace).unwrap();
    assert!(world.watch().is_none());
    run(&mut *world, &scenario, &mut trace);
    assert_eq!(world.trace_hash(), session.trace_hash());
    let beside = |world: &dyn AnyWorld| world.violations().iter().any(|found| found.property == "linearizability");
    assert!(!beside(&*world) && beside(session.world()));
}

fn run(world: &mut dyn AnyWorld, scenario: &consensus_playground::scenario::Scenario, trace: &mut Trace) {
    use consensus_playground::scenario::{Statement, When};
    for line in &scenario.lines {
        if let When::At(at) = line.when {
            until(world, at, trace);
        }
        match &line.statement {
            Statement::Act(act) => world.act(act, trace).unwrap(),
            Statement::Run(span) => {
                let time = world.now() + span;
                until(world, time, trace);
            }
            _ => {}
        }
    }
}

fn until(world: &mut dyn AnyWorld, time: u64, trace: &mut Trace) {
    while world.peek().is_some_and(|due| due <= time) {
        world.step(trace);
    }
    world.advance(time);
}

/// A preset disk is a past that no client knows of: a first read may be told anything, a second one only the same.
#[test]
fn what_a_disk_began_with_is_believed() {
    let text = "protocol raft\nreplicas 3\nseed 1\ndisk all term=1 log=1,1\nset no-op on\nat 1s request get e1\n\
                at 1.5s request get e1\nrun 1s\nexpect completed 2\nexpect linearizability\n";
    let each = text.replace("disk all term=1 log=1,1\n", "disk 1 term=1 log=1,1\ndisk 2 term=1 log=1,1\n");
    let session = finished(&each);
    let told: Vec<_> = History::of(session.world()).operations.iter().map(|lane| lane.told.clone()).collect();
    assert_eq!(told, [Some("1".into()), Some("1".into())]);
}

/// The watch may be set on a world at any time, and goes on with copies.
#[test]
fn copies_go_on_alike() {
    let text = "protocol raft\nreplicas 3\nseed 5\nworkload clients 3 rate 30/s keys 1\nat 2s workload off\n\
                at 3s crash all\nrestart all disk lost\nat 4s request get k1\nworkload clients 3 rate 30/s keys 1\nrun 2s\n";
    let scenario = parse(text).unwrap();
    let mut trace = Trace::forgetful();
    let mut world = (scenario.entry.open)(&scenario.setup(), &mut trace).unwrap();
    watch(&mut *world, false);
    run(&mut *world, &scenario, &mut trace);
    let found = world.violations().iter().filter(|found| found.property == "linearizability").count();
    assert!(found > 0);
    let mut copy = world.clone_box();
    let later = world.now() + SECOND;
    until(&mut *world, later, &mut trace);
    until(&mut *copy, later, &mut trace);
    assert_eq!(copy.violations(), world.violations());
}

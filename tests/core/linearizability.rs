//! Linearizability over what clients asked and were told, as a property of runs.

use consensus_playground::checker::{History, watch};
use consensus_playground::kernel::{DynWorld, Look, NodeId, SECOND, Trace};
use consensus_playground::protocols::{self, Entry};
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
    let promise = |entry: &&Entry| entry.descriptor.properties.iter().any(|info| info.name == "linearizability");
    for (entry, (replicas, seed)) in
        protocols::ALL.iter().filter(promise).flat_map(|entry| [(5, 1), (4, 2), (7, 4)].map(|size| (entry, size)))
    {
        let id = entry.descriptor.id;
        let leads = entry.descriptor.roles.iter().any(|role| role.look == Look::Lead);
        // Where the lead goes from hand to hand, nobody may have it at that moment.
        let crash = if leads { "at 2s expect leader within 1s\ncrash leader" } else { "at 2s crash 1" };
        let text = format!(
            "protocol {id}\nreplicas {replicas}\nseed {seed}\nnetwork latency 1ms..40ms loss 3% duplicate 3%\n\
             workload clients 6 rate 40/s keys 2\n{crash}\nat 4s restart all\nat 5s partition 1 | 2 3 4\n\
             at 7s heal\nat 9s workload off\nrun 3s\nexpect linearizability\nexpect all\n"
        );
        let session = finished(&text);
        assert_eq!(session.world().observer().unwrap().undecided(), None);
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
    assert!(session.world().observer().is_none());
    assert!(parse("protocol two-phase-commit\nexpect linearizability\n").is_err());
}

/// The watch only looks: with it and without it a run has the same hash.
#[test]
fn the_watch_changes_no_hash() {
    let session = finished(AMNESIA);
    let scenario = parse(AMNESIA).unwrap();
    let mut trace = Trace::forgetful();
    let mut world = (scenario.entry.open)(&scenario.setup(), &mut trace).unwrap();
    assert!(world.observer().is_none());
    run(&mut world, &scenario, &mut trace);
    assert_eq!(world.trace_hash(), session.trace_hash());
    let beside = |world: &DynWorld| world.violations().iter().any(|found| found.property == "linearizability");
    assert!(!beside(&world) && beside(session.world()));
}

fn run(world: &mut DynWorld, scenario: &consensus_playground::scenario::Scenario, trace: &mut Trace) {
    use consensus_playground::scenario::{Statement, When};
    for line in &scenario.lines {
        if let When::At(at) = line.when {
            until(world, at, trace);
        }
        match &line.statement {
            Statement::Action(act) => world.act(act, trace).unwrap(),
            Statement::Run(span) => {
                let time = world.now() + span;
                until(world, time, trace);
            }
            _ => {}
        }
    }
}

fn until(world: &mut DynWorld, time: u64, trace: &mut Trace) {
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
    watch(&mut world, false);
    run(&mut world, &scenario, &mut trace);
    let found = world.violations().iter().filter(|found| found.property == "linearizability").count();
    assert!(found > 0);
    let mut copy = world.clone();
    let later = world.now() + SECOND;
    until(&mut world, later, &mut trace);
    until(&mut copy, later, &mut trace);
    assert_eq!(copy.violations(), world.violations());
}

/// A stale read beside additions without an answer: too many orders for the running check, not for a review of the whole.
const STALE: &str = "protocol raft\nreplicas 3\nseed 1\nset no-op on\nset read-without-round on\nnetwork latency 5ms\n\
    fire election-timeout of 1\nrun 100ms\nrequest put x 1 from c1 to 1\nrun 100ms\npartition 1 | 2 3\nrun 600ms\n\
    request put x 5 from c2 to 2\nrequest put y 5 from c3 to 3\nrun 900ms\n";

#[test]
fn what_the_running_check_gives_up_is_reviewed_when_it_is_asked_for() {
    let adds = |count: u32| -> String {
        (0..count).map(|place| format!("request add x {} from c{} to 1\n", 1 << place, 10 + place)).collect()
    };
    let read = "request get x from c4 to 1\nrun 20ms\nexpect completed 4\n";
    let text = format!(
        "{STALE}{}{read}expect not linearizability\nexpect violation linearizability\nexpect not all\n",
        adds(18)
    );
    let session = finished(&text);
    assert!(session.world().undecided("linearizability").is_some(), "the running check has given up");
    assert_eq!(session.world().violations(), []);
    let mut session = Session::open(&format!("{STALE}{}{read}expect linearizability\n", adds(18))).unwrap();
    session.finish();
    let outcome = session.outcomes().last().unwrap();
    assert!(!outcome.ok && !outcome.undecided, "{outcome:?}");
    assert!(outcome.why.contains("No order of the operations on x explains c4's read (told 1)"), "{}", outcome.why);
    // With fewer of them the running check sees it as it happens.
    let session = finished(&format!("{STALE}{}{read}expect violation linearizability\n", adds(4)));
    assert_eq!((session.world().undecided("linearizability"), session.world().violations().len()), (None, 1));
}

/// What the running check may cost is counted: however many clients ask at once, it comes to an end, and says what it
/// could not decide.
#[test]
fn a_crowd_on_one_key_is_not_decided_and_costs_little() {
    let mut session =
        Session::open("protocol raft\nseed 0\nworkload clients 64 rate 1000/s keys 1\nrun 2s\n").expect("it is read");
    session.finish();
    assert!(session.world().undecided("linearizability").is_some());
    assert!(History::of(session.world()).operations.len() > 1_500);
}

/// A key that is forgotten takes its past with it: from there on nobody claims to know.
#[test]
fn forgotten_keys_leave_the_question_open() {
    let text = |keys: u32| {
        format!(
            "protocol raft\nreplicas 3\nnetwork latency 1ms\nworkload clients 40 rate 4000/s keys {keys}\nrun 3s\nexpect linearizability\n"
        )
    };
    let few = finished(&text(900));
    assert_eq!(few.world().undecided("linearizability"), None);
    // The whole history has all of them, and decides.
    let many = finished(&text(9_000));
    assert!(many.world().undecided("linearizability").is_some());
}

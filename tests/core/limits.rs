//! How large a run may grow: it stops, or leaves something out, and says so.

use consensus_playground::kernel::data::limits::{BRANCHES, Limit, MESSAGES_IN_FLIGHT, WAITING_REQUESTS};
use consensus_playground::scenario::Session;

fn open(text: &str) -> Session {
    Session::open(text).unwrap_or_else(|error| panic!("{error}"))
}

/// Each `duplicate all` doubles what is in flight; a copy too many is refused.
#[test]
fn copies_of_messages_are_refused_past_the_bound() {
    let doubled = "duplicate all\n".repeat(12);
    let mut session =
        open(&format!("protocol raft\nreplicas 9\nnetwork manual\nfire election-timeout of 1\n{doubled}"));
    session.finish();
    let refused = (0..20).find_map(|_| session.act("duplicate all").err()).expect("it is refused in the end");
    assert_eq!(refused.message, format!("there are {MESSAGES_IN_FLIGHT} messages in flight already"));
    assert!(session.world().flights().len() <= MESSAGES_IN_FLIGHT);
}

/// What is sent beyond that stops the run. What comes after in the script is not reached, and going back works.
#[test]
fn a_run_with_too_many_messages_in_flight_stops_and_says_so() {
    let storm = "fire election-timeout of all\n".repeat(3);
    let text = format!("protocol raft\nreplicas 200\nnetwork manual\n{storm}expect leader\n");
    let mut session = open(&text);
    session.finish();
    assert_eq!(session.limit(), Some(Limit::Messages));
    let unreached = session.unreached();
    assert!(!unreached.is_empty());
    assert_eq!(&*unreached[0].why, format!("not reached: {}", Limit::Messages));
    assert!(session.act("crash 1").expect_err("it goes on no further").message.contains("messages are in flight"));
    session.seek(200);
    assert_eq!((session.event(), session.limit()), (200, None));
    session.act("crash 1").expect("back there it goes on");
}

/// A workload that is faster than the cluster: what waits is bounded, what is left out is counted, the rest is answered.
#[test]
fn requests_that_wait_at_a_client_are_bounded() {
    let mut session = open(
        "protocol raft\nreplicas 3\nseed 1\nset no-op on\nnetwork latency 10ms\n\
         at 0s workload clients 2 rate 2000/s keys 3\nrun 4s\n",
    );
    session.finish();
    let counts = session.world().counts();
    assert!(counts.dropped > 1_000, "{counts:?}");
    assert!(counts.requests - counts.completed <= 2 * WAITING_REQUESTS, "{counts:?}");
    let asked = session.act("request put x 1 from c1").expect_err("it is full");
    assert_eq!(asked.message, format!("{WAITING_REQUESTS} requests wait at client c1 already"));
    session.act("request put x 1 from c3").expect("another has room");
}

#[test]
fn branches_are_bounded_and_the_oldest_go() {
    let mut session = open("protocol raft\nreplicas 3\nseed 1\nrun 1s\n");
    for round in 0..BRANCHES + 10 {
        session.finish();
        session.seek(20);
        session.act(if round % 2 == 0 { "network loss 1%" } else { "network loss 0%" }).expect("it can be done");
        session.run(50_000);
    }
    assert_eq!(session.branches().len(), BRANCHES);
}

/// What a workload leaves out is no event, so that a step goes on to the next one.
#[test]
fn a_step_is_an_event_though_requests_are_left_out() {
    let mut session = open(
        "protocol raft\nreplicas 3\nseed 1\nset no-op on\nnetwork latency 10ms\n\
         at 0s workload clients 1 rate 100000/s keys 3\nrun 60s\n",
    );
    session.run(500_000);
    for _ in 0..200 {
        let before = session.event();
        session.step();
        assert_eq!(session.event(), before + 1, "at {} us", session.world().now());
    }
    assert!(session.world().counts().dropped > 1_000);
}

//! Going back and forth, and acting there.

use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::protocols::{ALL, Entry};
use consensus_playground::scenario::gallery::gallery;
use consensus_playground::scenario::{Session, Tick};

/// The hash of the state right after each event that ends a tick, in a straight run.
fn straight(text: &str) -> (Session, Vec<(u32, u64)>) {
    let mut session = Session::open(text).expect("read before");
    let mut states = vec![(session.event(), session.world().state_hash())];
    while !session.finished() {
        if session.step() == Tick::Idle {
            break;
        }
        if states.last().is_none_or(|last| last.0 < session.event()) {
            states.push((session.event(), session.world().state_hash()));
        }
    }
    (session, states)
}

#[test]
fn any_event_can_be_gone_to() {
    for (number, exhibit) in gallery().into_iter().enumerate() {
        let (mut session, states) = straight(exhibit.text);
        let end = session.trace_hash();
        for count in 0..40 {
            let (event, state) = states[below(draw(7, number as u64, count), states.len() as u64) as usize];
            session.seek(event);
            assert_eq!(session.event(), event, "{}", exhibit.file);
            assert_eq!(session.world().state_hash(), state, "{} at event {event}", exhibit.file);
        }
        session.seek(0);
        session.finish();
        assert_eq!(session.trace_hash(), end, "{}: the end is another after going back", exhibit.file);
    }
}

#[test]
fn what_was_done_by_hand_is_written_down_and_runs_again() {
    for exhibit in gallery() {
        let mut session = Session::open(exhibit.text).expect("read before");
        let end = session.scenario().end().max(1_000_000);
        session.run_until(end / 3);
        let _ = session.act("crash 2");
        session.step();
        session.step();
        let _ = session.act("network loss 5%");
        session.run_until(end / 2);
        let _ = session.act("restart 2");
        session.finish();
        let script = session.script();
        let mut again = Session::open(&script).unwrap_or_else(|error| panic!("{}: {error}\n{script}", exhibit.file));
        again.finish();
        assert_eq!(again.trace_hash(), session.trace_hash(), "{}\n{script}", exhibit.file);
    }
}

#[test]
fn acting_in_the_past_gives_up_the_future_and_runs_again() {
    for exhibit in gallery() {
        let (mut session, states) = straight(exhibit.text);
        let middle = states[states.len() / 2].0;
        session.seek(middle);
        assert!(session.last() > session.event() || states.len() < 3, "{}", exhibit.file);
        session.act("network latency 1ms..2ms").expect("the network can always be changed");
        assert_eq!(session.last(), session.event(), "{}: a future is left", exhibit.file);
        session.finish();
        let mut again = Session::open(&session.script()).expect("a script can be read");
        again.finish();
        assert_eq!(again.trace_hash(), session.trace_hash(), "{}\n{}", exhibit.file, session.script());
        assert_eq!(again.trace().messages, session.trace().messages, "{}", exhibit.file);
        // The moments that were kept before the act lead to the same end.
        let hash = session.trace_hash();
        session.seek(middle / 2);
        session.finish();
        assert_eq!(session.trace_hash(), hash, "{}: another end from before the act", exhibit.file);
    }
}

#[test]
fn every_event_can_be_explained() {
    for exhibit in gallery() {
        let (session, _) = straight(exhibit.text);
        let mut sentences = 0;
        for event in session.trace().events.iter().take(300) {
            let explanation = session.explain(event.id.0).expect("every event has an explanation");
            sentences += explanation.rules.len();
            let told = explanation.rules.iter().any(|rule| rule.0 + 1 == event.rule);
            assert!(event.rule == 0 || told, "{} {event:?} {explanation:?}", exhibit.file);
            assert!(explanation.rules.iter().all(|rule| rule.1.ends_with(['.', '?', ':'])), "{:?}", explanation.rules);
        }
        assert!(sentences > 0, "{}: nothing is explained", exhibit.file);
    }
}

/// A run with faults drawn from a seed: acts by hand every 120 virtual milliseconds or so.
fn troubled(entry: &Entry, seed: u64) -> Session {
    let id = entry.descriptor.id;
    let text = format!("protocol {id}\nreplicas 5\nseed {seed}\nworkload clients 2 rate 50/s keys 3\n");
    let mut session = Session::open(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut acts: Vec<String> = [
        "crash leader",
        "crash 2",
        "restart all",
        "restart all",
        "pause 3",
        "resume 3",
        "partition 1 2 | 3 4 5",
        "cut 4 -> 1",
        "heal",
        "heal",
        "network loss 10% duplicate 10%",
        "network loss 0%",
        "clock 5 1.5x",
        "byzantine 1 slow",
        "byzantine 4 equivocate",
        "honest 1",
        "honest 4",
    ]
    .map(String::from)
    .to_vec();
    acts.extend(entry.descriptor.timers.iter().map(|timer| format!("fire {} of all", timer.name)));
    // Where little happens by itself, more is done.
    for count in 0..1_000 {
        if count >= 120 && session.last() > 2_500 {
            break;
        }
        let word = draw(seed, 5, count);
        session.run(20_000 + below(word, 200_000));
        // Not every act fits every moment; those that don't are refused.
        let _ = session.act(&acts[below(draw(seed, 6, count), acts.len() as u64) as usize]);
    }
    session
}

/// So many random positions (`POSITIONS`, or else 1,000) in a run of each protocol with random faults: each is gone to
/// from the one before, and must have the state that a straight run has there.
#[test]
fn any_event_of_a_run_with_random_faults_can_be_gone_to() {
    let positions: u64 = std::env::var("POSITIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000);
    for entry in ALL {
        let id = entry.descriptor.id;
        let mut session = troubled(entry, 11);
        let script = session.script();
        let mut straight = Session::open(&script).unwrap_or_else(|error| panic!("{error}\n{script}"));
        let mut states = std::collections::BTreeMap::new();
        while straight.event() < session.last() {
            states.insert(straight.event(), straight.world().state_hash());
            assert_ne!(straight.step(), Tick::Idle, "{id}: the straight run ends early\n{script}");
        }
        assert!(states.len() > 2_000, "{id}: {} events", states.len());
        let events: Vec<_> = states.keys().copied().collect();
        for count in 0..positions {
            let event = events[below(draw(8, 0, count), events.len() as u64) as usize];
            session.seek(event);
            assert_eq!((session.event(), session.world().state_hash()), (event, states[&event]), "{id}");
        }
        println!(
            "{id}: {positions} random positions among {} events, each with the state of a straight run",
            states.len()
        );
    }
}

/// A moment that is kept after an act without an event must not be taken for the event's own moment.
#[test]
fn going_to_an_event_leads_to_its_own_time() {
    let round = "fire election-timeout of 1\ndrop all\n".repeat(20);
    let text = format!("protocol raft\nreplicas 3\nnetwork manual\n{round}run 1s\nfire election-timeout of 1\n");
    let mut session = Session::open(&text).expect("it is read");
    while session.event() < 64 {
        session.step();
    }
    session.run(1_000);
    session.act("deliver all").expect("there is nothing to deliver, and that is well");
    session.finish();
    assert!(session.event() > 64);
    session.seek(64);
    assert_eq!((session.event(), session.world().now()), (64, 0));
}

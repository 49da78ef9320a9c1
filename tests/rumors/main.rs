//! A whole protocol in one file, as the crate's front page shows it, and what it does on a large, sparse network.

#[path = "protocol.rs"]
mod protocol;

use consensus_playground::kernel::{Action, EventId, NodeId, ReplicaView, Setup, TopologyKind, Trace, What, World};
use consensus_playground::scenario::Session;
use protocol::Rumors;

fn open(replicas: usize, topology: TopologyKind) -> World<Rumors> {
    let setup = Setup { replicas, topology, seed: 1, ..Setup::default() };
    World::new(&setup, &mut Trace::forgetful()).expect("the set-up fits")
}

fn tell(world: &mut World<Rumors>, word: &str) {
    let words = ["tell", word].map(String::from).to_vec();
    let request = Action::Request { client: NodeId::client(1), to: None, words };
    world.act(&request, &mut Trace::forgetful()).expect("the request fits");
}

/// Lines that say something: comments, which people read of the protocol, and empty ones are not counted.
#[test]
fn the_front_page_keeps_its_word_of_eighty_lines() {
    let code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    let lines = include_str!("protocol.rs").lines().filter(code).count();
    assert!(lines <= 80, "{lines} lines");
}

#[test]
fn a_rumor_reaches_everybody_and_each_passes_it_on_once() {
    let mut world = open(1_000, TopologyKind::Random { degree: 4 });
    tell(&mut world, "hello");
    while world.step(&mut Trace::forgetful()).is_some() {}
    let knows = |node| world.cluster().state(node).is_some_and(|known| known.len() == 1);
    assert!(NodeId::replicas(1_000).all(knows));
    assert_eq!((world.committed(), world.violations()), (1, &[][..]));
    // Each of 1,000 tells its 4 neighbors.
    assert_eq!(world.counts().between_replicas, 4_000);
}

#[test]
fn on_a_ring_a_rumor_goes_around_both_ways() {
    let mut world = open(10, TopologyKind::Ring);
    tell(&mut world, "hello");
    while world.step(&mut Trace::forgetful()).is_some() {}
    assert_eq!(world.counts().between_replicas, 20);
}

/// `RUMORS=250 cargo test --profile sweep --test rumors -- --nocapture`: a million recorded deliveries, and going back in them.
#[test]
#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn a_recorded_run_of_a_thousand_can_be_gone_back_in() {
    consensus_playground::protocols::register::<Rumors>();
    let rumors: u32 = std::env::var("RUMORS").ok().and_then(|count| count.parse().ok()).unwrap_or(5);
    let text = format!(
        "protocol rumors\nreplicas 1000\nnetwork topology random 4\nworkload clients 1 rate 10/s\nrun {}ms\nexpect all\n",
        100 * rumors + 50
    );
    let mut session = Session::open(&text).expect("rumors is registered");
    session.finish();
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{:?}", session.outcomes());
    let (end, hash) = (session.event(), session.trace_hash());
    let mut slowest = std::time::Duration::ZERO;
    for place in 1..=10 {
        let start = std::time::Instant::now();
        session.seek(end / 11 * place);
        slowest = slowest.max(start.elapsed());
    }
    // Far from where a moment is kept, too, an event is told of, and what it changed; of more entries than are shown, all
    // of one word, none is seen to change.
    let delivered = |id: &u32| session.trace().event(EventId(*id)).is_some_and(|event| event.what == What::Deliver);
    for id in (end / 2..).filter(delivered).take(600) {
        let told = session.explain(id).expect("it has happened");
        let new = told.rules[0].1.contains("new rumor");
        let seen = new && rumors as usize <= ReplicaView::CELLS;
        assert_eq!(seen, told.changes.iter().any(|(field, ..)| field == "entries"), "{id}: {told:?}");
    }
    session.seek(end / 2);
    session.finish();
    assert_eq!((session.event(), session.trace_hash()), (end, hash));
    println!("{end} events of 1,000 replicas recorded, trace {hash:016x}; the slowest of 10 seeks took {slowest:?}");
}

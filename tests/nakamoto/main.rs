//! Nakamoto's chain in numbers: how often chains fork, how often a thief succeeds, what selfish miners gain, and how it runs
//! with a thousand miners. `SEEDS=100000 cargo test --profile sweep --test nakamoto -- --nocapture` takes the large samples.
#![cfg(not(target_arch = "wasm32"))]

mod measures;

use consensus_playground::scenario::Session;

/// 1,000 miners on a sparse network; `BLOCKS=200` for a long run.
#[test]
#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn a_thousand_miners_can_be_gone_back_in() {
    let blocks = measures::setting("BLOCKS", 12);
    let text = format!(
        "protocol nakamoto\nreplicas 1000\nseed 5\nset block-time 10s\nset confirmations 6\nnetwork topology random 4\n\
         network latency 50ms..150ms\nrun {}s\nexpect all\n",
        10 * blocks
    );
    let start = std::time::Instant::now();
    let mut session = Session::open(&text).expect("it fits");
    session.finish();
    assert!(session.outcomes().iter().all(|outcome| outcome.ok), "{:?}", session.outcomes());
    let (end, hash, took) = (session.event(), session.trace_hash(), start.elapsed());
    let counts = session.world().counts();
    let view = session.world().node(consensus_playground::kernel::NodeId::replica(1)).and_then(|node| node.replica);
    let number =
        |name| view.as_ref().and_then(|view| view.field(name)).map_or(String::new(), |value| value.to_string());
    let found = number("height").parse::<u64>().unwrap_or(0) + number("stale").parse::<u64>().unwrap_or(0);
    let mut slowest = std::time::Duration::ZERO;
    for place in 1..=10 {
        let start = std::time::Instant::now();
        session.seek(end / 11 * place);
        slowest = slowest.max(start.elapsed());
    }
    session.seek(end / 2);
    session.finish();
    assert_eq!((session.event(), session.trace_hash()), (end, hash));
    // Each block crosses each link once, and once more where both ends hear of it at about the same time.
    assert!((found * 900..=found * 4_000).contains(&counts.between_replicas.into()), "{counts:?} for {found} blocks");
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = memory.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!(
        "1,000 miners, {found} blocks: {end} events in {took:?}, {counts:?}, slowest of 10 seeks {slowest:?}, {memory}"
    );
}

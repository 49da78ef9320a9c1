//! Every behaviour in every protocol, over many seeds: PBFT bears up to f of them, and what breaks elsewhere is counted.
//! A seed draws its behaviours: of few seeds each behaviour has its share.

use std::fmt::Write as _;

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::protocols;
use consensus_playground::scenario::{Session, parse};

use super::frame::{all_pass, seeds, tally};

/// How many behaviours there are.
const WAYS: u64 = byzantine::ALL.len() as u64;
/// However few seeds are asked for, each behaviour has so many.
const EACH: u64 = if cfg!(debug_assertions) { 30 } else { 300 };

/// One of so many, by chance: different draws for different streams.
fn pick(seed: u64, stream: u64, bound: usize) -> usize {
    below(draw(seed, 0xb13, stream), bound as u64) as usize
}

/// The behaviour that a seed is about. They come by turns, so that none is left out.
fn way_of(seed: u64) -> &'static str {
    byzantine::ALL[(seed % WAYS) as usize].name()
}

/// A run with loss, duplication, a crash of whoever leads where that can be borne, and liars who change their ways.
fn text(id: &str, replicas: u64, seed: u64, liars: &[(u64, &str)], crash: bool) -> String {
    let pick = |stream, bound| below(draw(seed, 0xb12, stream), bound);
    let mut text = format!(
        "protocol {id}\nreplicas {replicas}\nseed {seed}\nnetwork latency 5ms..{}ms loss {}% duplicate {}%\n",
        10 + pick(1, 20),
        pick(2, 6),
        pick(3, 6)
    );
    for (liar, name) in liars {
        let _ = writeln!(text, "byzantine {liar} {name}");
    }
    let _ = writeln!(text, "workload clients 2 rate 8/s keys 2");
    if crash {
        let _ = writeln!(text, "at {}ms crash leader\nat 2s restart all", 900 + pick(4, 300));
    }
    let _ = writeln!(text, "at 3s workload off\nrun 1s");
    text
}

/// The properties that a run breaks, each once.
fn broken(text: &str) -> Vec<&'static str> {
    let scenario = parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut session = Session::open_forgetful(scenario).unwrap_or_else(|error| panic!("{error}\n{text}"));
    session.finish();
    let mut names: Vec<_> = session.world().violations().iter().map(|violation| violation.property).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// f liars, of four, five or seven replicas, the primary among them or not, of one kind or of two.
#[test]
fn pbft_bears_f_liars_of_every_behaviour() {
    all_pass(seeds().max(EACH * WAYS), |seed| {
        let replicas = [4, 5, 7][pick(seed, 1, 3)];
        let first = pick(seed, 2, replicas);
        let mut liars = vec![(first as u64 + 1, way_of(seed))];
        if replicas == 7 {
            let other = if pick(seed, 3, 2) == 0 { seed } else { pick(seed, 4, WAYS as usize) as u64 };
            liars.push(((first + 1 + pick(seed, 5, replicas - 1)) as u64 % 7 + 1, way_of(other)));
        }
        let text = text("pbft", replicas as u64, seed, &liars, false);
        let broken = broken(&text);
        if broken.is_empty() { Ok(()) } else { Err(format!("{broken:?} broke:\n{text}")) }
    });
}

/// One liar is enough for protocols that bear crashes only; what breaks, and how often, is printed with `--nocapture`.
#[test]
fn other_protocols_break_under_one_liar() {
    const PROTOCOLS: [(&str, usize); 3] = [("raft", 5), ("two-phase-commit", 4), ("restaurant-vote", 5)];
    let counts = tally(seeds().max(EACH * WAYS * PROTOCOLS.len() as u64), |seed| {
        // A protocol has all behaviours in a row.
        let (id, replicas) = PROTOCOLS[(seed / WAYS) as usize % PROTOCOLS.len()];
        let liar = pick(seed, 6, replicas) as u64 + 1;
        let mut found = broken(&text(id, replicas as u64, seed, &[(liar, way_of(seed))], id == "raft"));
        found.push("runs");
        found.into_iter().map(|property| (id, way_of(seed), property)).collect()
    });
    counts.iter().for_each(|((id, way, property), count)| println!("{id:18} {way:14} {property:22} {count}"));
    let breaks = |id, way| counts.keys().any(|key| key.0 == id && key.1 == way && key.2 != "runs");
    for (id, _) in PROTOCOLS {
        assert!(protocols::ALL.iter().any(|entry| entry.descriptor.id == id));
        // Who says nothing, or says it late, is no worse than one that crashes; only the vote can't even bear a lost message.
        for harmless in ["silent", "slow", "withhold"] {
            assert!(!breaks(id, harmless) || id == "restaurant-vote", "{id}: {harmless}");
        }
        for way in ["random", "equivocate"] {
            assert!(breaks(id, way), "{id} is not broken by {way}");
        }
    }
}

/// f + 1 that collude, the primary among them, break PBFT's safety; the table says how often.
#[test]
fn pbft_breaks_under_f_plus_1_that_collude() {
    let counts = tally(seeds().max(EACH * WAYS), |seed| {
        let liars: &[u64] = if pick(seed, 7, 2) == 0 { &[1, 2] } else { &[1, 2, 3] };
        let liars: Vec<_> = liars.iter().map(|&liar| (liar, way_of(seed))).collect();
        let mut found = broken(&text("pbft", 3 * liars.len() as u64 - 2, seed, &liars, false));
        found.push("runs");
        found.into_iter().map(|property| (way_of(seed), property)).collect()
    });
    counts.iter().for_each(|((way, property), count)| println!("pbft, f + 1 {way:14} {property:22} {count}"));
    let count = |way, property| counts.get(&(way, property)).copied().unwrap_or(0);
    let (agreement, runs) = (count("collude", "agreement"), count("collude", "runs"));
    assert!(agreement * 2 > runs, "collusion broke {agreement} of {runs}");
    assert!(!counts.keys().any(|key| key.0 == "silent" && key.1 != "runs"), "{counts:?}");
}

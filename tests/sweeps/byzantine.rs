//! Every behaviour in every protocol, over many seeds: PBFT bears up to f of them, and what breaks elsewhere is counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::hash::{below, draw};
use consensus_playground::protocols;
use consensus_playground::scenario::{Session, parse};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
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

/// f liars of each sort, of four, five or seven replicas, the primary among them or not, all of one kind or mixed.
#[test]
fn pbft_bears_f_liars_of_every_behaviour() {
    let seeds = setting("SEEDS", if cfg!(debug_assertions) { 30 } else { 300 });
    for way in byzantine::ALL {
        for seed in 0..seeds {
            let replicas = [4, 5, 7][seed as usize % 3];
            let first = below(draw(seed, 0xb13, 1), replicas) + 1;
            let other = byzantine::ALL[below(draw(seed, 0xb13, 2), byzantine::ALL.len() as u64) as usize];
            let mut liars = vec![(first, way.name())];
            if replicas == 7 {
                liars.push((first % replicas + 1, if seed % 2 == 0 { way.name() } else { other.name() }));
            }
            let text = text("pbft", replicas, seed, &liars, false);
            let broken = broken(&text);
            assert!(broken.is_empty(), "{}: {broken:?} broke:\n{text}", way.name());
        }
    }
}

/// One liar is enough for protocols that bear crashes only; what breaks, and how often, is printed with `--nocapture`.
#[test]
fn other_protocols_break_under_one_liar() {
    let seeds = setting("SEEDS", if cfg!(debug_assertions) { 20 } else { 300 });
    for (id, replicas) in [("raft", 5), ("two-phase-commit", 4), ("restaurant-vote", 5)] {
        assert!(protocols::ALL.iter().any(|entry| entry.descriptor.id == id));
        let mut breaking = Vec::new();
        for way in byzantine::ALL {
            let mut counts = BTreeMap::new();
            for seed in 0..seeds {
                let liar = below(draw(seed, 0xb14, 1), replicas) + 1;
                for property in broken(&text(id, replicas, seed, &[(liar, way.name())], id == "raft")) {
                    *counts.entry(property).or_insert(0) += 1;
                }
            }
            println!("{id}, {} in {seeds} seeds: {counts:?}", way.name());
            if !counts.is_empty() {
                breaking.push(way.name());
            }
        }
        // Who says nothing, or says it late, is no worse than one that crashes; only the vote can't even bear a lost message.
        for harmless in ["silent", "slow", "withhold"] {
            assert!(!breaking.contains(&harmless) || id == "restaurant-vote", "{id}: {harmless}");
        }
        assert!(breaking.contains(&"random") && breaking.contains(&"equivocate"), "{id}: only {breaking:?} break it");
    }
}

/// f + 1 that collude, the primary among them, break PBFT's safety; the table says how often.
#[test]
fn pbft_breaks_under_f_plus_1_that_collude() {
    let seeds = setting("SEEDS", if cfg!(debug_assertions) { 20 } else { 300 });
    for way in byzantine::ALL {
        let mut counts = BTreeMap::new();
        for seed in 0..seeds {
            let liars: &[_] = if seed % 2 == 0 { &[1, 2] } else { &[1, 2, 3] };
            let liars: Vec<_> = liars.iter().map(|&liar| (liar, way.name())).collect();
            for property in broken(&text("pbft", if seed % 2 == 0 { 4 } else { 7 }, seed, &liars, false)) {
                *counts.entry(property).or_insert(0u64) += 1;
            }
        }
        println!("pbft, f + 1 {} in {seeds} seeds: {counts:?}", way.name());
        let agreement = counts.get("agreement").copied().unwrap_or(0);
        assert!(way.name() != "collude" || agreement * 2 > seeds, "collusion broke {agreement} of {seeds}");
        assert!(way.name() != "silent" || counts.is_empty(), "{counts:?}");
    }
}

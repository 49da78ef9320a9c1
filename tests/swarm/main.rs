//! Random worlds in numbers: one swarm for all protocols, drawn from what each says of itself.
//!
//! A seed draws a scenario's text: how many replicas, how they are linked, options of every kind, what clients ask for, what
//! goes wrong, who lies and how, within what the protocol tolerates. What it promises must hold, and once all is repaired
//! a fresh request must be answered. A run that shows otherwise is cut down to a short scenario, which the test prints.
//!
//! A protocol is in it from its line in the registry on. It says itself what it promises (`Check::tolerated`,
//! `Check::assumes`, `Check::recovers_within`) and which options are bugs; nothing here names one.
//!
//! `SEEDS=100000 cargo test --profile sweep --test swarm -- --nocapture` takes more of them, shared out among the protocols;
//! `PROTOCOL=id` takes one protocol alone, `FROM=seed` begins elsewhere, `REPLICAS=10` takes so many in each run.
#![cfg(not(target_arch = "wasm32"))]

mod bugs;
mod draws;
mod plan;
#[path = "../rumors/protocol.rs"]
mod rumors;
mod settings;
mod shrunk;
mod threads;
mod trouble;
mod verdict;

use std::collections::BTreeMap;

use consensus_playground::faults::byzantine;
use consensus_playground::protocols::{self, Entry};
use plan::{Aim, Plan};
use threads::{first, setting};

/// How many runs in all, shared out among the protocols, so that more of them take no longer.
const RUNS: u64 = if cfg!(debug_assertions) { 200 } else { 6_000 };

/// The protocols that are looked at.
fn entries() -> Vec<&'static Entry> {
    let wanted = std::env::var("PROTOCOL").ok();
    let is_wanted = |entry: &&Entry| wanted.as_ref().is_none_or(|wanted| wanted == entry.descriptor.id);
    protocols::ALL.iter().filter(is_wanted).collect()
}

/// Errors: what does not hold, with a scenario that shows it.
fn holds(entry: &'static Entry, seed: u64, aim: Aim, size: Option<usize>) -> Result<(), String> {
    let plan = Plan::sized(entry, seed, aim, size);
    match verdict::find(&plan, true) {
        None => Ok(()),
        Some(found) => {
            let text = verdict::shortest(&plan, true);
            Err(format!("{}, seed {seed}: {}\n\n{text}", entry.descriptor.id, found.finding))
        }
    }
}

#[test]
fn what_is_promised_holds_and_repaired_clusters_go_on() {
    let entries = entries();
    let (from, each) = (setting("FROM", 0), setting("SEEDS", RUNS) / entries.len() as u64);
    let size = Some(setting("REPLICAS", 0) as usize).filter(|size| *size > 0);
    let mut failed = BTreeMap::new();
    for entry in entries {
        if let Some((_, why)) = first(each, |seed| holds(entry, from + seed, Aim::Holds, size).err()) {
            failed.insert(entry.descriptor.id, why);
        }
    }
    assert!(failed.is_empty(), "{}", failed.into_values().collect::<Vec<_>>().join("\n\n"));
}

/// Three sizes with as many liars as are tolerated, all of one kind; each kind gets so many seeds (`LIARS`).
#[test]
fn as_many_liars_as_are_tolerated_break_nothing_with_4_7_and_10_replicas() {
    let (from, each) = (setting("FROM", 0), setting("LIARS", 1));
    let ways = byzantine::ALL.map(|way| way.name());
    let bears_liars = |entry: &&'static Entry| {
        let (least, most) = entry.descriptor.replicas;
        let sizes = (least..=most).contains(&4) && most >= 10;
        sizes && Plan::sized(entry, 0, Aim::AllLie(ways[0]), Some(4)).faulty == 1
    };
    for entry in entries().into_iter().filter(bears_liars) {
        let runs: Vec<_> = [4, 7, 10].into_iter().flat_map(|size| ways.map(|way| (size, way))).collect();
        let failed = first(each * runs.len() as u64, |place| {
            let (size, way) = runs[place as usize % runs.len()];
            let seed = from + place / runs.len() as u64;
            holds(entry, seed, Aim::AllLie(way), Some(size)).err().map(|why| format!("{size} replicas, {way}: {why}"))
        });
        if let Some((_, why)) = failed {
            panic!("{why}");
        }
        println!("{}: {} runs with 4, 7 and 10 replicas break nothing", entry.descriptor.id, each * runs.len() as u64);
    }
}

/// One that is in no registry is looked at as closely: it says all that is needed itself.
#[test]
fn a_protocol_from_outside_is_in_the_swarm_as_it_is() {
    protocols::register::<rumors::Rumors>();
    let entry = protocols::find("rumors").expect("it was registered a moment ago");
    for seed in 0..40 {
        if let Err(why) = holds(entry, seed, Aim::Holds, None) {
            panic!("{why}");
        }
    }
}

//! One liar more than is tolerated breaks agreement: they tell each half of the rest another story, and vote for both.

use consensus_playground::protocols::Entry;
use consensus_playground::scenario::{Session, parse};

use super::entries;
use super::threads::first;

/// How many seeds a hunt takes.
const MOST: u64 = 2_000;

/// Whether two correct replicas decide differently in the run of this seed, where so many collude.
fn disagree(entry: &Entry, replicas: usize, colluders: usize, seed: u64) -> bool {
    let mut text = format!("protocol {}\nreplicas {replicas}\nseed {seed}\n", entry.descriptor.id);
    for colluder in 1..=colluders {
        text += &format!("byzantine {colluder} collude\n");
    }
    for (time, client) in (0..20).zip((1..=3).cycle()) {
        text += &format!("at {}ms request {} from c{client}\n", 100 * time, entry.descriptor.commands[0].example);
    }
    let scenario = parse(&(text + "run 5s\n")).unwrap_or_else(|error| panic!("{error}"));
    let mut session = Session::open_forgetful(scenario).unwrap_or_else(|error| panic!("{error}"));
    session.finish();
    session.world().violations().iter().any(|violation| violation.property == "agreement")
}

#[test]
fn one_colluder_more_than_is_tolerated_breaks_agreement_and_those_tolerated_do_not() {
    for entry in entries() {
        let id = entry.descriptor.id;
        for faults in 1..=3 {
            let replicas = 3 * faults + 1;
            let found = first(MOST, |seed| disagree(entry, replicas, faults + 1, seed).then_some(()));
            let (seed, ()) = found.unwrap_or_else(|| panic!("{id}: {} of {replicas} break nothing", faults + 1));
            println!("{id}: {} colluders of {replicas} break agreement with seed {seed}", faults + 1);
            assert!(!disagree(entry, replicas, faults, seed), "{id}: {faults} of {replicas} break agreement");
        }
    }
}

//! One liar more than is tolerated breaks agreement: they tell each half of the rest another story, and vote for both. Where one
//! equivocation is not enough, as a decision takes several views, all of them are two: firsts with firsts, seconds with seconds.

use consensus_playground::kernel::Agreement;
use consensus_playground::protocols::Entry;
use consensus_playground::scenario::{Session, parse};

use super::threads::first;
use super::{Start, Way, entries};

/// How many seeds a hunt takes, for each way to collude.
const MOST: u64 = 100;

/// The acts of so many colluders of so many replicas.
type Acts = fn(usize, usize) -> String;

/// How so many collude, as lines of a scenario.
fn collude(_: usize, colluders: usize) -> String {
    (1..=colluders).map(|colluder| format!("byzantine {colluder} collude\n")).collect()
}

/// The same as twins, each shown to one half of the rest. The halves don't hear each other.
fn double(replicas: usize, colluders: usize) -> String {
    let half = |rest: usize| {
        let numbers = (colluders + 1..=replicas).filter(|number| number % 2 == rest);
        numbers.map(|number| number.to_string()).collect::<Vec<_>>()
    };
    let (odd, even) = (half(1), half(0));
    let (first, second) = (odd.join(" "), even.join(" "));
    let mut lines: String =
        (1..=colluders).map(|colluder| format!("byzantine {colluder} twins {first} c1 | {second} c2\n")).collect();
    for (one, other) in odd.iter().flat_map(|one| even.iter().map(move |other| (one, other))) {
        lines += &format!("cut {one} -> {other}\ncut {other} -> {one}\n");
    }
    lines
}

/// Whether two correct replicas decide differently in the run of this seed.
fn disagree(entry: &Entry, replicas: usize, lies: &str, seed: u64) -> bool {
    let mut text = format!("protocol {}\nreplicas {replicas}\nseed {seed}\n{lies}", entry.descriptor.id);
    for (time, client) in (0..20).zip((1..=2).cycle()) {
        let command = entry.descriptor.commands[0].example;
        text += &format!("at {}ms request {command} from c{client}\n", 100 * time);
    }
    let scenario = parse(&(text + "run 5s\n")).unwrap_or_else(|error| panic!("{error}"));
    let mut session = Session::open_forgetful(scenario).unwrap_or_else(|error| panic!("{error}"));
    session.finish();
    session.world().violations().iter().any(|violation| violation.property == "agreement")
}

fn agrees_exactly(entry: &'static Entry) -> bool {
    Start::open(entry, &Way { lines: Vec::new(), twin: 1 }).world.agreement() == Agreement::Exact
}

#[test]
fn one_colluder_more_than_is_tolerated_breaks_agreement_and_those_tolerated_do_not() {
    let ways: [(&str, Acts); 2] = [("that equivocate", collude), ("that are twins", double)];
    // Where values only have to come together, two stories are an average, and it is other lies that pull.
    for entry in entries().into_iter().filter(|entry| agrees_exactly(entry)) {
        let id = entry.descriptor.id;
        for faults in 1..=3 {
            let replicas = 3 * faults + 1;
            let found = ways.into_iter().find_map(|(how, way)| {
                let lies = way(replicas, faults + 1);
                let found = first(MOST, |seed| disagree(entry, replicas, &lies, seed).then_some(()));
                found.map(|(seed, ())| (how, way, seed))
            });
            let (how, way, seed) = found.unwrap_or_else(|| panic!("{id}: {} of {replicas} break nothing", faults + 1));
            println!("{id}: {} of {replicas} {how} break agreement with seed {seed}", faults + 1);
            let tolerated = way(replicas, faults);
            assert!(!disagree(entry, replicas, &tolerated, seed), "{id}: {faults} of {replicas} break agreement");
        }
    }
}

//! Systematic twins (Bano et al., Twins, OPODIS 2021, arXiv 2004.10617): four replicas, one of which is two, and in each of
//! a few rounds another partition of the five nodes. Then the network heals. Whatever the partitions were, correct replicas of
//! a correct protocol keep all that is promised, and a fresh request is answered within the bound that the protocol states.
//!
//! A round lasts until a correct replica has gone on to a later one than anybody was in (a round of Tendermint, a view of PBFT
//! or HotStuff: the protocol's own `epoch`), or for [`ROUND`]. All forms of a protocol are tried, as its `growth` lists them.
//!
//! Where a protocol has an option `leaders`, one replica is the twin and each round has any leader, as in the paper: that is
//! (52 · 4)² = 43,264 schedules of two rounds and (16 · 4)³ = 262,144 of three with two sets at most, for each form. Who leads
//! in Tendermint follows from the height, and from who has proposed, and PBFT's primary from the view: to name others would be
//! another protocol. There any of the four is the twin, and so first, second, third or last to lead: 52² · 4 = 10,816 and
//! 16³ · 4 = 16,384. With different leaders, renaming the replicas turns the paper's schedules into these; of those with one
//! leader twice, we have what a rotation can do. Where a protocol lets one lead several times in a row, that is tried, too.
//!
//! Two twins in one set share out its other members, the first hears the first, the second the second, and so on: so
//! two correct replicas that hear each other hear two stories.
//!
//! `TWINS=all cargo test --profile sweep --test twins -- --nocapture` takes all schedules, and 100,000 random ones of four rounds;
//! `PROTOCOL=id` takes one protocol alone.
#![cfg(not(target_arch = "wasm32"))]

mod colluders;
mod schedule;
mod switches;
#[path = "../swarm/threads.rs"]
mod threads;

use std::sync::atomic::{AtomicU64, Ordering};

use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{Assumption, SECOND, Time};
use consensus_playground::protocols::{self, Entry};
use schedule::{Start, partitions};
use threads::first;

/// How long a round lasts at most: longer than the first timeouts of all that are tried, and a client's retry before them.
pub const ROUND: Time = SECOND;
/// How many random schedules of each length a quick test takes.
const SAMPLE: u64 = 60;

/// The protocols that bear a liar among four and promise agreement for certain, even if any one of them crashes: where it stands
/// on a server, twins of that server are no fault that it bears.
pub fn entries() -> Vec<&'static Entry> {
    let wanted = std::env::var("PROTOCOL").ok();
    let is_wanted = |entry: &&Entry| wanted.as_ref().is_none_or(|wanted| wanted == entry.descriptor.id);
    let bears_one = |entry: &&'static Entry| {
        let (least, most) = entry.descriptor.replicas;
        let world = || Start::open(entry, &Way { lines: Vec::new(), twin: 1 }).world;
        let bears_crashes = |assumed: &[Assumption]| !assumed.contains(&Assumption::NoCrashes);
        (least..=most).contains(&4)
            && world().tolerated() == 1
            && world().agreement().is_certain()
            && world().assumes("agreement").is_some_and(bears_crashes)
    };
    protocols::ALL.iter().filter(is_wanted).filter(bears_one).collect()
}

/// The lines that choose a form of the protocol and its leaders, and which of four is the twin.
#[derive(Clone)]
pub struct Way {
    /// For the head of a scenario.
    pub lines: Vec<String>,
    /// Its number.
    pub twin: usize,
}

/// All ways to begin, for so many rounds.
pub fn ways(entry: &Entry, rounds: usize) -> Vec<Way> {
    let has = |name: &str| entry.descriptor.options.iter().any(|option| option.name == name);
    let mut forms: Vec<Vec<String>> = entry.descriptor.growth.iter().map(|form| owned(form.lines.lines())).collect();
    forms.sort();
    forms.dedup();
    let forms = if forms.is_empty() { vec![Vec::new()] } else { forms };
    let with = |more: &[String], twin: usize| -> Vec<Way> {
        forms.iter().map(|form| Way { lines: [form, more].concat(), twin }).collect()
    };
    let mut ways: Vec<_> = (1..=4).flat_map(|twin| with(&[], twin)).collect();
    let one_each = owned(has("leader-views").then_some("set leader-views 1"));
    if has("leaders") {
        for leaders in 0..4_usize.pow(rounds as u32) {
            let first = (0..rounds as u32).map(|round| (leaders / 4_usize.pow(round) % 4 + 1).to_string());
            let turns = format!("set leaders {},1,2,3,4", first.collect::<Vec<_>>().join(","));
            ways.extend(with(&[one_each.clone(), vec![turns]].concat(), 1));
        }
    } else if !one_each.is_empty() {
        ways.extend((1..=4).flat_map(|twin| with(&one_each, twin)));
    }
    ways
}

fn owned<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    lines.into_iter().map(String::from).collect()
}

/// All schedules of so many rounds, out of the partitions into at most so many sets. Errors: the first that breaks something.
fn all(entry: &'static Entry, rounds: usize, sets: u8) -> Result<u64, String> {
    let partitions = &partitions(sets);
    let (ways, runs) = (&ways(entry, rounds), AtomicU64::new(0));
    let failed = first((ways.len() * partitions.len()) as u64, |place| {
        let place = place as usize;
        let start = Start::open(entry, &ways[place / partitions.len()]);
        let begun = [partitions[place % partitions.len()]];
        start.every(&begun, rounds, partitions, &|_| {
            runs.fetch_add(1, Ordering::Relaxed);
        })
    });
    failed.map_or(Ok(runs.into_inner()), |(_, why)| Err(format!("{}: {why}", entry.descriptor.id)))
}

/// So many random schedules of so many rounds. Errors: the first that breaks something.
fn random(entry: &'static Entry, rounds: usize, most: u64) -> Result<u64, String> {
    let (partitions, ways) = (&partitions(5), &ways(entry, rounds));
    let failed = first(most, |seed| {
        let drawn = |place: u64, bound: usize| below(draw(seed, rounds as u64, place), bound as u64) as usize;
        let start = Start::open(entry, &ways[drawn(0, ways.len())]);
        let schedule: Vec<_> = (0..rounds).map(|round| partitions[drawn(2 + round as u64, partitions.len())]).collect();
        start.run(&schedule)
    });
    failed.map_or(Ok(most), |(seed, why)| Err(format!("{}, random schedule {seed}: {why}", entry.descriptor.id)))
}

#[test]
fn there_are_as_many_partitions_as_bell_and_stirling_say() {
    assert_eq!((partitions(5).len(), partitions(2).len()), (52, 16));
}

#[test]
fn no_schedule_of_twins_breaks_a_correct_protocol() {
    let every = std::env::var("TWINS").is_ok_and(|which| which == "all");
    let mut failed = Vec::new();
    for entry in entries() {
        let runs = if every {
            [all(entry, 2, 5), all(entry, 3, 2), random(entry, 4, 100_000)]
        } else {
            [random(entry, 2, SAMPLE), random(entry, 3, SAMPLE), random(entry, 4, SAMPLE)]
        };
        for (rounds, runs) in (2..).zip(runs) {
            match runs {
                Ok(runs) => println!("{}: {runs} schedules of {rounds} rounds break nothing", entry.descriptor.id),
                Err(why) => failed.push(why),
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

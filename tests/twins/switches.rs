//! Which bug switches twins show: for each the first schedule that breaks what the switch says. Why they don't show the others
//! is said in `hidden.txt`.

use consensus_playground::kernel::OptionInfo;
use consensus_playground::protocols::Entry;

use super::schedule::{Start, partitions};
use super::threads::{first, setting};
use super::{Way, entries, ways};

/// What twins don't show, as far as somebody has found out why: protocol, switch, reason.
const HIDDEN: &str = include_str!("hidden.txt");

/// The first schedule of so many rounds that shows a bug, out of so many, and what it breaks.
fn hunted(entry: &'static Entry, bug: &OptionInfo, rounds: u32, most: u64) -> Option<(u64, String)> {
    let (partitions, ways) = (&partitions(5), &ways(entry, rounds as usize));
    let schedules = 52_usize.pow(rounds);
    first(most, |place| {
        // Far apart from each other, so that a few are of all kinds: the factor has none in common with their number.
        let place = (place as usize).wrapping_mul(1_000_003) % (ways.len() * schedules);
        let Way { lines, twin } = ways[place / schedules].clone();
        let lines = [lines, vec![format!("set {} on", bug.name)]].concat();
        let schedule: Vec<_> = (0..rounds).map(|round| partitions[place / 52_usize.pow(round) % 52]).collect();
        let why = Start::open(entry, &Way { lines, twin }).run(&schedule)?;
        let property = why.lines().next().unwrap_or_default().to_string();
        bug.breaks.contains(&property.as_str()).then_some(property)
    })
}

/// The reason why twins don't show this switch.
fn reason(protocol: &str, switch: &str) -> Option<&'static str> {
    let lines = HIDDEN.lines().filter_map(|line| line.strip_prefix(protocol)?.strip_prefix(' '));
    lines.filter_map(|line| line.strip_prefix(switch)?.strip_prefix(": ")).next()
}

/// Twins are one of many ways to lie: bugs that they don't show, the swarm finds with others.
#[test]
fn twins_show_a_bug_of_every_protocol() {
    let most = setting("SWITCHES", 300);
    for entry in entries() {
        let id = entry.descriptor.id;
        let bugs: Vec<_> = entry.descriptor.options.iter().filter(|option| option.bug).collect();
        let mut found = 0;
        for bug in &bugs {
            let shown = [2, 4].into_iter().find_map(|rounds| Some((rounds, hunted(entry, bug, rounds, most)?)));
            match (shown, reason(id, bug.name)) {
                (Some((rounds, (place, property))), None) => {
                    println!("{id} {}: {property} in schedule {place} of {rounds} rounds", bug.name);
                    found += 1;
                }
                (Some(_), Some(why)) => panic!("{id} {} is shown: it is not true that {why}", bug.name),
                (None, why) => println!("{id} {}: - {}", bug.name, why.unwrap_or("not found")),
            }
        }
        assert!(found > 0 || bugs.is_empty(), "{id}: twins show no bug in {most} schedules");
    }
}

//! Which bug switches twins show: for each the first schedule that breaks what the switch says.

use consensus_playground::kernel::OptionInfo;
use consensus_playground::protocols::Entry;

use super::schedule::{Start, partitions};
use super::threads::{first, setting};
use super::{entries, rotations};

/// The first schedule of two rounds that shows a bug, out of so many, and what it breaks.
fn hunted(entry: &'static Entry, bug: &OptionInfo, most: u64) -> Option<(u64, String)> {
    let (partitions, rotations) = (&partitions(5), &rotations(entry));
    first(most, |place| {
        // Far apart from each other, so that a few are of all kinds: the factor has none in common with their number.
        let all = rotations.len() * 4 * 52 * 52;
        let place = place as usize * 7_919 % all;
        let (twin, rotation) = (place / (52 * 52) % 4 + 1, place / (52 * 52 * 4));
        let mut options = rotations[rotation].clone();
        options.push(format!("set {} on", bug.name));
        let schedule = [partitions[place / 52 % 52], partitions[place % 52]];
        let why = Start::open(entry, &options, twin).run(&schedule)?;
        let property = why.lines().next().unwrap_or_default().to_string();
        bug.breaks.contains(&property.as_str()).then_some(property)
    })
}

/// Twins are one of many ways to lie: bugs that they don't show, the swarm finds with others.
#[test]
fn twins_show_a_bug_of_every_protocol() {
    let most = setting("SWITCHES", 300);
    for entry in entries() {
        let bugs: Vec<_> = entry.descriptor.options.iter().filter(|option| option.bug).collect();
        let mut found = 0;
        for bug in &bugs {
            match hunted(entry, bug, most) {
                Some((place, property)) => {
                    println!("{} {}: {property} in schedule {place}", entry.descriptor.id, bug.name);
                    found += 1;
                }
                None => println!("{} {}: not in {most} schedules", entry.descriptor.id, bug.name),
            }
        }
        assert!(found > 0 || bugs.is_empty(), "{}: twins show no bug in {most} schedules", entry.descriptor.id);
    }
}

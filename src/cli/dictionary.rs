//! `dictionary`: the words of the scenario language and of all protocols, for a fuzzer whose changes should find them.

use std::collections::BTreeSet;

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::{Descriptor, OptionKind, Shape, TopologyKind};
use consensus_playground::protocols;
use consensus_playground::scenario::{expectations, properties, usages};

/// What no list of words has: the header, conditions, signs, numbers of every form.
const OTHERS: &str = "protocol replicas seed set disk at after when run settle expect not ever never always for \
                      any of in seeds now answer answers within all leader primary followers \
                      committed completed decided violation role status external on off yes no 1 2 3 c1 c2 m12 #12 1s 100ms \
                      5ms..15ms 10/s 50% 2nd -> | = != < >= .";

/// Prints each word in the form that libFuzzer reads, a line each.
pub fn dictionary() {
    let mut words: BTreeSet<&str> = OTHERS.split_whitespace().collect();
    words.extend(usages().chain(expectations()).flat_map(parts));
    words.extend(byzantine::ALL.iter().map(|way| way.name()));
    words.extend(TopologyKind::WORDS);
    words.extend(Shape::ALL.map(|(word, _)| word));
    protocols::ALL.iter().for_each(|entry| words.extend(words_of(entry.descriptor)));
    // Of what stays all is printable and without quotes: nothing needs to be escaped but the end of a line.
    words.iter().for_each(|word| println!("\"{word}\""));
    println!("\"\\x0a\"");
}

fn words_of(about: &'static Descriptor) -> impl Iterator<Item = &'static str> {
    let values = about.options.iter().flat_map(|option| match option.kind {
        OptionKind::Choice(words) => words,
        _ => &[],
    });
    let lists = [about.disk, about.fields];
    let named = about.options.iter().map(|option| option.name);
    let named = named.chain(lists.into_iter().flatten().map(|word| word.name));
    let named = named.chain(about.timers.iter().map(|timer| timer.name));
    let named =
        named.chain(about.messages.iter().map(|kind| kind.name)).chain(about.roles.iter().map(|role| role.name));
    let named = named.chain(properties(about).map(|property| property.name));
    let commands = about.commands.iter().flat_map(|command| command.example.split(' '));
    [about.id].into_iter().chain(named).chain(values.copied()).chain(commands)
}

/// The words of a usage: `crash 2 [after 2 sends]`.
fn parts(usage: &'static str) -> impl Iterator<Item = &'static str> {
    let parts = usage.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    parts.filter(|part| part.len() > 1 && part.starts_with(|first: char| first.is_ascii_lowercase()))
}

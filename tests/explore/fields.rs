//! No field is left out of a fingerprint: two worlds that can be told apart have different ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use consensus_playground::kernel::data::hash::stable_hash;
use consensus_playground::kernel::{Moves, NodeId, Protocol, World};

use crate::walk::{Walk, all_protocols, walks};

/// What a replica holds, or a client, to the last field.
fn held<P: Protocol>(world: &World<P>, node: NodeId) -> (u64, String) {
    let cluster = world.cluster();
    if node.is_client() {
        let client = cluster.client(node).expect("it has asked for something");
        return (stable_hash(client), format!("{client:?}"));
    }
    let all = (cluster.state(node), cluster.disk(node), cluster.durable(node));
    (stable_hash(&all), format!("{all:?}"))
}

/// All that is, but for times, numbers of events and messages, and what the properties remember.
pub fn spelled_out<P: Protocol>(world: &World<P>) -> String {
    let mut text = String::new();
    for node in NodeId::replicas(world.size()).chain(NodeId::clients(world.clients())) {
        let view = world.node(node).expect("it is there");
        let mut timers: Vec<_> = view.timers.iter().map(|timer| timer.name).collect();
        timers.sort_unstable();
        let faults = (view.health, view.byzantine, view.traitor, timers);
        writeln!(text, "{node}: {} {faults:?} {:?}", held(world, node).1, view.second.map(|second| second.shown_to))
            .expect("a string takes all");
    }
    let flights = world.flights();
    let mut flights: Vec<_> = flights
        .iter()
        .map(|flight| format!("{} {} {} {:?}", flight.from, flight.to, flight.label, flight.fields))
        .collect();
    flights.sort_unstable();
    let decided: Vec<_> = world.decisions().into_iter().map(|decision| (decision.slot, decision.value)).collect();
    let network =
        (world.network().groups(), world.network().cuts().collect::<Vec<_>>(), world.enabled(&Moves::CALM).len());
    write!(text, "{flights:?} {decided:?} {network:?} {:?}", world.questions().len()).expect("a string takes all");
    text
}

fn tell_worlds_apart<P: Protocol>(replicas: usize) {
    for seed in 0..walks() {
        let (mut worlds, mut nodes) = (BTreeMap::new(), BTreeMap::new());
        let mut walk = Walk::<P>::new(replicas, seed);
        for _ in 0..150 {
            walk.step();
            let world = &walk.world;
            let text = spelled_out(world);
            let first = worlds.entry(world.fingerprint()).or_insert_with(|| text.clone());
            assert_eq!(*first, text, "{} with seed {seed}: two worlds, one fingerprint", P::DESCRIPTOR.id);
            for node in NodeId::replicas(world.size()).chain(NodeId::clients(world.clients())) {
                let (hash, text) = held(world, node);
                let first = nodes.entry((node, hash)).or_insert_with(|| text.clone());
                assert_eq!(*first, text, "{} with seed {seed}: two states of {node}, one hash", P::DESCRIPTOR.id);
            }
        }
    }
}

#[test]
fn worlds_that_differ_have_different_fingerprints() {
    all_protocols!(tell_worlds_apart);
}

/// What a derive makes leaves no field out. Whoever hashes by hand must say in the line above that, and why.
const BY_HAND: &str = "// Hashed by hand: ";

/// Comments on a field that no handler reads, and that is no part of the state: the picture shows it, or a property reads
/// each entry once, when it is new.
const NO_PART_OF_THE_STATE: [&str; 2] = ["for the picture alone", "for those who watch"];

#[test]
fn protocols_leave_their_hashes_to_the_derive() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/protocols");
    let (mut folders, mut found) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a text");
            let name = path.strip_prefix(&root).expect("it lies below").display();
            let lines: Vec<_> = text.lines().collect();
            let unsaid = lines.windows(2).filter(|two| two[1].starts_with("impl") && two[1].contains("Hash for "));
            let unsaid = unsaid.filter(|two| !two[0].starts_with(BY_HAND));
            found.extend(unsaid.map(|two| format!("{name}: {}", two[1])));
            // Only what is told of a violation may be left out, and what no handler reads, as a comment above says.
            let told = name.to_string().ends_with("properties.rs");
            let left_out = lines.windows(4).filter(|four| !told && four[3].contains("Evidence<"));
            let unsaid = left_out
                .filter(|four| !four[..3].iter().any(|line| NO_PART_OF_THE_STATE.iter().any(|why| line.contains(why))));
            found.extend(unsaid.map(|four| format!("{name}: {}", four[3])));
        }
    }
    assert!(found.is_empty(), "these hash by hand, and don't say why: {found:#?}");
}

//! PBFT's own properties. Agreement and validity come from the kernel.

use super::message::digest;
use super::{Pbft, Place};
use crate::kernel::{Cluster, Event, EventId, LINEARIZABILITY, NodeId, PropertyInfo, Report, RequestId, Table, What};
use crate::protocols::kv::Word;

/// The properties, for the descriptor.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "same-request-at-sequence",
        about: "No two correct replicas execute different requests at one sequence number.",
        source: "Castro, Liskov 1999, §4.5.1",
    },
    PropertyInfo {
        name: "prepared-unique",
        about: "No two correct replicas hold prepared certificates for different digests at one view and sequence number.",
        source: "Castro, Liskov 1999, §4.2",
    },
    PropertyInfo {
        name: "exactly-once",
        about: "A correct replica executes a request at most once.",
        source: "Castro, Liskov 1999, §4.1",
    },
    PropertyInfo {
        name: "reply-integrity",
        about: "A result that a client accepts is one that a correct replica computed, as long as at most f lie.",
        source: "Castro, Liskov 1999, §4.1",
    },
    LINEARIZABILITY,
];

/// A fact with the replica and the event that it was first seen at.
type Seen = (u64, NodeId, EventId);

/// What the properties must remember.
#[derive(Clone, Default)]
pub struct Monitor {
    /// How many numbers of each replica have been looked at, by its place.
    looked: Vec<u64>,
    executed: Table<u64, Seen>,
    prepared: Table<(u64, u64), Seen>,
    /// How often each replica has lost its disk, by its place: it may then do everything once more.
    lives: Vec<u32>,
    once: Table<(NodeId, u32, RequestId), ()>,
    results: Table<RequestId, Vec<Word>>,
    /// The last request that each client had answered, by its place.
    answered: Vec<u32>,
}

/// Checks what the event can have changed.
pub fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<Pbft>, report: &mut Report) {
    let Some(node) = event.node else { return };
    if node.is_client() {
        return check_reply(monitor, node, cluster, report);
    }
    check_executed(monitor, node, event, cluster, report);
    // A message that is lost here, or a meddling hand, is an event too, but no step: its news would be the last step's.
    let stepped = matches!(event.what, What::Deliver | What::Fire | What::Boot | What::Restart);
    let Some(state) = cluster.state(node).filter(|_| stepped) else { return };
    for place in &state.news.prepared {
        check_prepared(monitor, node, event, place, report);
    }
    for (id, result) in &state.news.executed {
        check_once(monitor, node, *id, result, report);
    }
}

fn check_executed(monitor: &mut Monitor, node: NodeId, event: &Event, cluster: &Cluster<Pbft>, report: &mut Report) {
    let decided = &cluster.disk(node).decided;
    monitor.looked.resize(cluster.size(), 0);
    let looked = &mut monitor.looked[node.index()];
    monitor.lives.resize(cluster.size(), 0);
    // A replica that lost its disk starts again; it is looked at from where it then is.
    if *looked > decided.len() as u64 {
        *looked = decided.len() as u64;
        monitor.lives[node.index()] += 1;
    }
    while let Some(next) = decided.get(*looked as usize) {
        *looked += 1;
        let (sequence, found) = (*looked, digest(&next.request));
        match monitor.executed.get(&sequence) {
            None => monitor.executed.insert(sequence, (found, node, event.id)),
            Some((first, ..)) if *first == found => {}
            Some((_, other, since)) => {
                let text = format!(
                    "Replica {node} executed {} at number {sequence}, but replica {other} had executed another request there.",
                    super::message::show(&next.request)
                );
                report.broken_since("same-request-at-sequence", text, &[*other, node], &[*since]);
            }
        }
    }
}

fn check_prepared(monitor: &mut Monitor, node: NodeId, event: &Event, place: &Place, report: &mut Report) {
    let key = (place.view, place.sequence);
    match monitor.prepared.get(&key) {
        None => monitor.prepared.insert(key, (place.digest, node, event.id)),
        Some((first, ..)) if *first == place.digest => {}
        Some((_, other, since)) => {
            let (view, sequence) = key;
            let text = format!(
                "Replicas {other} and {node} have prepared different requests at number {sequence} in view {view}."
            );
            report.broken_since("prepared-unique", text, &[*other, node], &[*since]);
        }
    }
}

fn check_once(monitor: &mut Monitor, node: NodeId, id: RequestId, result: &Word, report: &mut Report) {
    let key = (node, monitor.lives.get(node.index()).copied().unwrap_or(0), id);
    if monitor.once.contains_key(&key) {
        report.broken("exactly-once", format!("Replica {node} has executed {id} twice."), &[node]);
    }
    monitor.once.insert(key, ());
    let results = monitor.results.get_or_insert(id, Vec::new());
    if !results.contains(result) {
        results.push(result.clone());
    }
}

fn check_reply(monitor: &mut Monitor, node: NodeId, cluster: &Cluster<Pbft>, report: &mut Report) {
    let Some((id, result)) = cluster.client(node).and_then(|client| client.accepted.as_ref()) else { return };
    if monitor.answered.len() < node.number() {
        monitor.answered.resize(node.number(), 0);
    }
    if monitor.answered[node.index()] == id.number {
        return;
    }
    monitor.answered[node.index()] = id.number;
    if !monitor.results.get(id).is_some_and(|known| known.iter().any(|known| known == result)) {
        let text = format!("Client {node} accepted {result} for {id}, which no correct replica had computed.");
        report.broken("reply-integrity", text, &[]);
    }
}

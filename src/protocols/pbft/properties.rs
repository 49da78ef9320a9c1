//! PBFT's own properties. Agreement and validity come from the kernel.

use super::message::Phase;
use super::{Faulty, Pbft};
use crate::kernel::{
    Cluster, Event, EventId, Evidence, LINEARIZABILITY, NodeId, PersistentMap, PropertyInfo, Report, RequestId, What,
};
use crate::services::kv::{Command, Word};

/// The properties, for the descriptor.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "same-request-at-sequence",
        about: "No two correct replicas execute different requests with the same sequence number.",
        source: "Castro, Liskov 1999, §4.5.1",
    },
    PropertyInfo {
        name: "prepared-unique",
        about: "No two correct replicas have prepared certificates for different requests with the same view and sequence number.",
        source: "Castro, Liskov 1999, §4.2",
    },
    PropertyInfo {
        name: "exactly-once",
        about: "A correct replica executes a request at most once.",
        source: "Castro, Liskov 1999, §4.1",
    },
    PropertyInfo {
        name: "reply-integrity",
        about: "The result that a correct client accepts is the one that correct replicas compute when they finally execute the request.",
        source: "Castro, Liskov 1999, §4.1, §5.1",
    },
    PropertyInfo {
        name: "checkpoint-unique",
        about: "No two correct replicas have proofs of different states for the same checkpoint.",
        source: "Castro, Liskov 1999, §4.3",
    },
    PropertyInfo {
        name: "log-bound",
        about: "A correct replica's log holds no number above its high watermark H = h + L.",
        source: "Castro, Liskov 1999, §4.2, §4.3",
    },
    LINEARIZABILITY,
];

/// What is unique among correct replicas, by kind, view and number, and where it was first seen.
type Facts = PersistentMap<(u8, u64, u64), (u64, Evidence<(NodeId, EventId)>)>;

const EXECUTED: u8 = 0;
const PREPARED: u8 = 1;
const STABLE: u8 = 2;

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    /// Digests: of what was executed at a number, prepared at a view and number, and of the state at a stable checkpoint.
    facts: Facts,
    once: PersistentMap<(NodeId, u32, RequestId), ()>,
    /// The last number that each replica executed, by its place, and how often it has lost its disk: it may then do
    /// everything once more.
    lives: Vec<(u64, u32)>,
    /// What correct replicas computed for good for a request, or told its client without that, and which of these it is;
    /// sorted, for who was first means nothing.
    results: PersistentMap<RequestId, Vec<(Word, bool)>>,
    /// The last result that each client accepted, by its place.
    accepted: Vec<Option<(RequestId, Word)>>,
}

/// Checks what the event can have changed.
pub fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<Pbft>, report: &mut Report) {
    let Some(node) = event.node else { return };
    if node.is_client() {
        return check_accepted(monitor, node, cluster, report);
    }
    // A message that is lost here, or a meddling hand, is an event too, but no step: its news would be the last step's.
    let stepped = matches!(event.what, What::Deliver | What::Fire | What::Boot | What::Restart);
    let Some(state) = cluster.state(node).filter(|_| stepped) else { return };
    let disk = cluster.disk(node);
    monitor.lives.resize(cluster.size(), (0, 0));
    let (last, life) = &mut monitor.lives[node.index()];
    *life += u32::from(disk.executed < *last);
    *last = disk.executed;
    let life = *life;
    for (phase, place) in &state.news.certified {
        let kind = if *phase == Phase::Checkpoint { STABLE } else { PREPARED };
        check_unique(monitor, node, event, (kind, place.view, place.sequence), place.digest, report);
    }
    for (sequence, digest) in &state.news.executed {
        check_unique(monitor, node, event, (EXECUTED, 0, *sequence), *digest, report);
    }
    for (id, result, committed) in &state.news.results {
        check_result(monitor, node, life, (*id, result, *committed), cluster, report);
    }
    let high = disk.low() + cluster.config().log_size;
    if let Some((sequence, _)) = disk.slots.last().filter(|slot| *slot.0 > high) {
        let text = format_args!("The log of replica {node} holds number {sequence}, above its high watermark {high}.");
        report.broken("log-bound", text, &[node]);
    }
}

fn check_unique(
    monitor: &mut Monitor,
    node: NodeId,
    event: &Event,
    key: (u8, u64, u64),
    digest: u64,
    report: &mut Report,
) {
    let Some((first, Evidence((other, since)))) = monitor.facts.get(&key) else {
        return monitor.facts.insert(key, (digest, Evidence((node, event.id))));
    };
    if *first != digest {
        let (kind, view, sequence) = key;
        let (property, what) = match kind {
            EXECUTED => ("same-request-at-sequence", format!("executed different requests with number {sequence}")),
            PREPARED => {
                ("prepared-unique", format!("prepared different requests with number {sequence} in view {view}"))
            }
            _ => ("checkpoint-unique", format!("proofs of different states for checkpoint {sequence}")),
        };
        let text = format_args!("Replicas {other} and {node} have {what}.");
        report.broken_since(property, text, &[*other, node], &[*since]);
    }
}

fn check_result(
    monitor: &mut Monitor,
    node: NodeId,
    life: u32,
    (id, result, committed): (RequestId, &Word, bool),
    cluster: &Cluster<Pbft>,
    report: &mut Report,
) {
    if committed {
        let key = (node, life, id);
        if monitor.once.contains_key(&key) {
            report.broken("exactly-once", format_args!("Replica {node} has executed request {id} twice."), &[node]);
        }
        monitor.once.insert(key, ());
        let accepted = monitor.accepted.get(id.client.index()).and_then(Option::as_ref).filter(|known| known.0 == id);
        if let Some((_, known)) = accepted.filter(|known| known.1 != *result && ordered(cluster, id)) {
            let text = format_args!(
                "Client {} accepted the result {known} for request {id}, but replica {node} computes {result}.",
                id.client
            );
            report.broken("reply-integrity", text, &[node]);
        }
    }
    let results = monitor.results.get_or_insert(id, Vec::new());
    let fact = (result.clone(), committed);
    if let Err(place) = results.binary_search(&fact) {
        results.insert(place, fact);
    }
}

/// Whether the result depends on the order alone. A read may be answered twice, with and without an order, and differently.
fn ordered(cluster: &Cluster<Pbft>, id: RequestId) -> bool {
    !cluster.config().read_only || !matches!(cluster.asked(id), Some(Command::Get(_)))
}

fn check_accepted(monitor: &mut Monitor, node: NodeId, cluster: &Cluster<Pbft>, report: &mut Report) {
    if cluster.config().faulty(node) != Faulty::None {
        return;
    }
    let Some(accepted) = cluster.client(node).and_then(|client| client.accepted.clone()) else { return };
    if monitor.accepted.len() < node.number() {
        monitor.accepted.resize(node.number(), None);
    }
    let last = &mut monitor.accepted[node.index()];
    if last.as_ref() == Some(&accepted) {
        return;
    }
    let (id, result) = accepted.clone();
    *last = Some(accepted);
    let known = monitor.results.get(&id).map_or(&[][..], Vec::as_slice);
    // An ordered request that no correct replica has executed yet is judged when one does.
    let wrong = match ordered(cluster, id) {
        true => known.iter().any(|known| known.1 && known.0 != result),
        false => known.iter().all(|known| known.0 != result),
    };
    if wrong {
        let text = format_args!(
            "Client {node} accepts the result {result} for request {id}, which no correct replica has computed."
        );
        report.broken("reply-integrity", text, &[]);
    }
}

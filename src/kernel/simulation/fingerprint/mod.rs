//! A hash of what a run is, and of nothing that only tells how it came to be that: neither times nor numbers of events and
//! messages, nor the order of what is in flight. Two runs with the same fingerprint have the same futures, where nothing
//! moves by itself; a search meets each of them once.
//!
//! It leaves out, on purpose: the clock and all times; the numbers of events, messages and draws; what the network has
//! carried; what the record has (the trace's hash, counts, the wording of violations); and who was the first to decide.
//! A Byzantine behaviour that acts by chance goes on as its seed says, so that where it stands in its draws is a part of
//! what the run is. The choices of handlers are for the one to make who explores, by a script.
//!
//! Everything is taken apart field by field: what is added to a run, a node or a message must be thought of here, or this
//! does not compile.

#[cfg(test)]
mod tests;

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::byzantine::betrayal_key;
use super::flights::Flight;
use super::state::{Question, Run, Workload};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::NodeId;
use crate::kernel::data::in_order::InOrder;
use crate::kernel::data::names::Names;
use crate::kernel::data::persistent_vec::PersistentVec;
use crate::kernel::data::random::mix;
use crate::kernel::descriptor::timers::TimerKey;
use crate::kernel::node::adversary::Behaviour;
use crate::kernel::node::message::{Envelope, Stamp};
use crate::kernel::node::nodes::{Incarnation, Node, Nodes, RunningTimer};
use crate::kernel::record::client_history::{HistoryEvent, HistoryRecord};
use crate::kernel::record::verdicts::{Decision, Decisions, Shown, Variant, Violation};

impl Run {
    /// The fingerprint: a sum of what each part adds, which does not know in which order it was made.
    pub(crate) fn fingerprint(&self) -> u64 {
        let nodes = self.nodes.names().map(|name| self.node_print(name));
        let flights = self.flights.iter().map(|(_, flight)| flight_print(flight));
        mix(nodes.chain(flights).fold(self.rest_print(None), u64::wrapping_add))
    }

    /// The fingerprint under other names.
    pub(crate) fn fingerprint_under(&self, names: Names) -> u64 {
        let nodes = self.nodes.names().map(|name| self.node_print_under(name, names));
        let flights = self.flights.iter().map(|(_, flight)| flight_print_under(flight, names));
        mix(nodes.chain(flights).fold(self.rest_print(Some(names)), u64::wrapping_add))
    }

    /// What a node adds, which is another at each node.
    pub(crate) fn node_print(&self, name: NodeId) -> u64 {
        let node = self.nodes.at(name);
        let print = node.print.get().unwrap_or_else(|| apart(None, &|hasher| take_node_into(node, hasher)));
        node.print.set(Some(print));
        self.named_print(name, print, StableHasher::default())
    }

    /// The same under other names.
    pub(crate) fn node_print_under(&self, name: NodeId, names: Names) -> u64 {
        let print = apart(Some(names), &|hasher| take_node_into(self.nodes.at(name), hasher));
        self.named_print(name, print, StableHasher::under(names))
    }

    fn named_print(&self, name: NodeId, print: u64, mut hasher: StableHasher) -> u64 {
        (name, print).hash(&mut hasher);
        if lies_by_chance(self.nodes.at(name)) {
            hasher.write_u64(betrayal_key(self.seed, name));
        }
        hasher.finish()
    }

    /// What all that is neither a node nor a message adds, under these names if any. Its parts are hashed apart first, so that none
    /// can be confused with the next.
    pub(crate) fn rest_print(&self, names: Option<Names>) -> u64 {
        let Run {
            // The same for all moments of a run, as the seed is.
            descriptor: _,
            bugs: _,
            protocol,
            nodes,
            network,
            // What is due is in the flights, the timers and the workload.
            queue: _,
            flights: _,
            seed: _,
            // It belongs to the one who explores.
            script: _,
            now: _,
            counts: _,
            hasher: _,
            violations,
            questions,
            limit,
            workload,
            // Empty between events.
            report: _,
            aside: _,
            history,
            // It remembers what the history says.
            observer,
        } = self;
        let Nodes { replicas, clients: _, decisions, looked_at: _ } = nodes;
        let parts: [&dyn Fn(&mut StableHasher); 5] = [
            &|hasher| protocol.take_into(hasher),
            &|hasher| protocol.take_memory_into(hasher),
            &|hasher| network.take_into(hasher),
            &|hasher| take_questions_into(questions, hasher),
            &|hasher| {
                take_decisions_into(decisions, hasher);
                take_violations_into(violations, hasher);
                if observer.is_some() {
                    take_history_into(history, hasher);
                }
                take_workload_into(workload.as_ref(), hasher);
                limit.hash(hasher);
            },
        ];
        let mut whole = names.map_or_else(StableHasher::default, StableHasher::under);
        replicas.len().hash(&mut whole);
        parts.iter().for_each(|part| whole.apart(part));
        whole.finish()
    }
}

/// What a message in flight adds.
pub(crate) fn flight_print(flight: &Flight) -> u64 {
    flight_print_of(flight, flight.content(), StableHasher::default())
}

/// The same under other names.
pub(crate) fn flight_print_under(flight: &Flight, names: Names) -> u64 {
    let content = apart(Some(names), &|hasher| flight.envelope.letter.take_into(hasher));
    flight_print_of(flight, content, StableHasher::under(names))
}

fn flight_print_of(flight: &Flight, content: u64, mut hasher: StableHasher) -> u64 {
    let Flight { id: _, from, to, envelope, sent: _, due: _, cause: _, order: _, held: _, content: _ } = flight;
    let Envelope { letter: _, stamp } = envelope;
    // Kind and epoch are the letter's.
    let Stamp { kind: _, epoch: _, second } = stamp;
    (from, to, second).hash(&mut hasher);
    hasher.write_u64(content);
    hasher.finish()
}

/// What each node waits to be told, in its own order.
fn take_questions_into(questions: &[Question], hasher: &mut StableHasher) {
    let mut open: Vec<_> = questions.iter().collect();
    open.put_in_order_by_key(|question| question.node);
    open.len().hash(hasher);
    for Question { node, text, event: _, second } in open {
        (node, second, text).hash(hasher);
    }
}

/// What was decided, the first value on each slot and those beside it: whether they are valid follows from what was asked.
fn take_decisions_into(decisions: &Decisions, hasher: &mut StableHasher) {
    let names = hasher.names();
    let print = |value: &Rc<dyn Shown>| apart(names, &|hasher| value.take_into(hasher));
    decisions.slots().hash(hasher);
    for (slot, Decision { value, by: _, event: _, at: _, valid: _, beside }) in decisions.iter() {
        slot.hash(hasher);
        print(value).hash(hasher);
        let mut others: Vec<_> = beside.iter().map(|Variant { value, by: _, event: _ }| print(value)).collect();
        others.put_in_order();
        others.hash(hasher);
    }
}

/// Which properties are broken.
fn take_violations_into(violations: &[Violation], hasher: &mut StableHasher) {
    let name = |Violation { property, event: _, at: _, text: _, evidence: _, nodes: _ }: &Violation| *property;
    let mut broken: Vec<_> = violations.iter().map(name).collect();
    broken.put_in_order();
    broken.dedup();
    broken.hash(hasher);
}

/// What clients asked and were told, and in which order.
fn take_history_into(history: &PersistentVec<HistoryRecord>, hasher: &mut StableHasher) {
    for HistoryRecord { event: _, node, what } in history.iter() {
        match what {
            HistoryEvent::Asked(number) => (node, number, None::<&str>).hash(hasher),
            HistoryEvent::Told(number, told) => (node, number, Some(&**told)).hash(hasher),
            HistoryEvent::Faults(_) => {}
        }
    }
}

/// What keeps clients busy.
fn take_workload_into(workload: Option<&Workload>, hasher: &mut StableHasher) {
    let all = |Workload { clients, rate, keys, count, order: _ }: &Workload| (*clients, *rate, *keys, *count);
    workload.map(all).hash(hasher);
}

/// The hash of one part, under these names if any.
fn apart(names: Option<Names>, part: &dyn Fn(&mut StableHasher)) -> u64 {
    let mut hasher = names.map_or_else(StableHasher::default, StableHasher::under);
    part(&mut hasher);
    hasher.finish()
}

/// Whether what it would draw its lies from belongs to what it is.
fn lies_by_chance(node: &Node) -> bool {
    node.byzantine.as_ref().is_some_and(|behaviour| behaviour.way.by_chance())
}

fn take_node_into(node: &Node, hasher: &mut StableHasher) {
    let Node {
        incarnation,
        other,
        // Never between events.
        second: _,
        health,
        timer_keys: _,
        draws,
        rate,
        crash_after,
        byzantine,
        traitor,
        lost_disk,
        waiting,
        asked,
        // Of all the others.
        print: _,
    } = node;
    hasher.apart(&|hasher| take_incarnation_into(incarnation, hasher));
    other.is_some().hash(hasher);
    if let Some(other) = other {
        hasher.apart(&|hasher| take_incarnation_into(other, hasher));
    }
    // As a fraction in lowest terms: a clock that is right again is right.
    let common = greatest_common_divisor(rate.0, rate.1).max(1);
    (health, (rate.0 / common, rate.1 / common), crash_after, traitor, lost_disk, waiting).hash(hasher);
    let behaviour = byzantine.as_ref().map(|Behaviour { way, peers, others }| (way.name(), peers, others));
    behaviour.hash(hasher);
    if lies_by_chance(node) {
        draws.hash(hasher);
    }
    asked.len().hash(hasher);
    asked.iter().for_each(|command| hasher.apart(&|hasher| command.take_into(hasher)));
}

fn take_incarnation_into(incarnation: &Incarnation, hasher: &mut StableHasher) {
    let Incarnation { actor, timers, sent } = incarnation;
    hasher.apart(&|hasher| actor.take_into(hasher));
    hasher.apart(&|hasher| sent.take_into(hasher));
    let name = |running: &RunningTimer| {
        let RunningTimer { timer, key: _, set: _, due: _, order: _, cause: _, queued: _ } = running;
        let TimerKey { kind, about } = timer;
        (*kind, *about)
    };
    let mut running: Vec<_> = timers.iter().map(name).collect();
    running.put_in_order();
    running.hash(hasher);
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

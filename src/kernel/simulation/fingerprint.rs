//! A hash of what a run is, and of nothing that only tells how it came to be that: neither times nor numbers of events and
//! messages, nor the order of what is in flight. Two runs with the same fingerprint have the same futures, where nothing
//! moves by itself; a search meets each of them once.
//!
//! It leaves out, on purpose: the clock and all times; the numbers of events, messages and draws; what the network has
//! carried; what the record has (the trace's hash, counts, the wording of violations); and who was the first to decide.
//! What a Byzantine behaviour draws is not in it: such a run goes on as its seed says.

use std::hash::{Hash, Hasher};

use super::state::Run;
use crate::kernel::data::hash::StableHasher;
use crate::kernel::node::nodes::{Incarnation, Node};
use crate::kernel::record::client_history::HistoryEvent;

impl Run {
    /// The fingerprint. All parts are taken apart first, so that none can be confused with the next.
    pub(crate) fn fingerprint(&self) -> u64 {
        let parts: [&dyn Fn(&mut StableHasher); 6] = [
            &|hasher| self.protocol.take_into(hasher),
            &|hasher| self.protocol.take_memory_into(hasher),
            &|hasher| self.network.take_into(hasher),
            &|hasher| self.take_flights_into(hasher),
            &|hasher| self.take_questions_into(hasher),
            &|hasher| self.take_record_into(hasher),
        ];
        let nodes = self.nodes.replicas.iter().chain(&self.nodes.clients);
        let mut whole = StableHasher::default();
        self.nodes.replicas.len().hash(&mut whole);
        parts.iter().for_each(|part| whole.write_u64(apart(part)));
        nodes.for_each(|node| whole.write_u64(apart(&|hasher| take_node_into(node, hasher))));
        whole.finish()
    }

    /// A multiset: a sum does not know in which order it was made.
    fn take_flights_into(&self, hasher: &mut StableHasher) {
        let message = |hasher: &mut StableHasher, place: u32| {
            let Some(flight) = self.flights.get(place) else { return };
            (flight.from, flight.to, flight.envelope.stamp.second).hash(hasher);
            flight.envelope.letter.take_into(hasher);
        };
        let places = self.flights.iter().map(|(place, _)| place);
        let sum = places.fold(0_u64, |sum, place| sum.wrapping_add(apart(&|hasher| message(hasher, place))));
        (self.flights.len(), sum).hash(hasher);
    }

    /// What each node waits to be told, in its own order.
    fn take_questions_into(&self, hasher: &mut StableHasher) {
        let mut open: Vec<_> = self.questions.iter().collect();
        open.sort_by_key(|question| question.node);
        open.len().hash(hasher);
        open.iter().for_each(|question| (question.node, question.second, &question.text).hash(hasher));
    }

    /// What was decided and what is broken; the clients' history where somebody judges it; what keeps clients busy.
    fn take_record_into(&self, hasher: &mut StableHasher) {
        self.nodes.decisions.slots().hash(hasher);
        for (slot, decision) in self.nodes.decisions.iter() {
            slot.hash(hasher);
            let mut values: Vec<_> =
                decision.variants().map(|variant| apart(&|hasher| variant.value.take_into(hasher))).collect();
            values[1..].sort_unstable();
            values.hash(hasher);
        }
        let mut broken: Vec<_> = self.violations.iter().map(|found| found.property).collect();
        broken.sort_unstable();
        broken.dedup();
        broken.hash(hasher);
        if self.observer.is_some() {
            for record in self.history.iter() {
                match &record.what {
                    HistoryEvent::Asked(number) => (record.node, number, None::<&str>).hash(hasher),
                    HistoryEvent::Told(number, told) => (record.node, number, Some(&**told)).hash(hasher),
                    HistoryEvent::Faults(_) => {}
                }
            }
        }
        let workload = self.workload.as_ref();
        workload.map(|workload| (workload.clients, workload.rate, workload.keys, workload.count)).hash(hasher);
        self.limit.hash(hasher);
    }
}

/// The hash of one part.
fn apart(part: &dyn Fn(&mut StableHasher)) -> u64 {
    let mut hasher = StableHasher::default();
    part(&mut hasher);
    hasher.finish()
}

fn take_node_into(node: &Node, hasher: &mut StableHasher) {
    // A field that is added to a node must be thought of here.
    let Node {
        incarnation,
        other,
        second: _,
        health,
        timer_keys: _,
        draws: _,
        rate,
        crash_after,
        byzantine,
        traitor,
        lost_disk,
        waiting,
        asked,
    } = node;
    hasher.write_u64(apart(&|hasher| take_incarnation_into(incarnation, hasher)));
    other.is_some().hash(hasher);
    if let Some(other) = other {
        hasher.write_u64(apart(&|hasher| take_incarnation_into(other, hasher)));
    }
    // As a fraction in lowest terms: a clock that is right again is right.
    let common = greatest_common_divisor(rate.0, rate.1).max(1);
    (health, (rate.0 / common, rate.1 / common), crash_after, traitor, lost_disk, waiting).hash(hasher);
    let behaviour = byzantine.as_ref();
    behaviour.map(|behaviour| (behaviour.name(), &behaviour.peers, &behaviour.others)).hash(hasher);
    asked.len().hash(hasher);
    asked.iter().for_each(|command| hasher.write_u64(apart(&|hasher| command.take_into(hasher))));
}

fn take_incarnation_into(incarnation: &Incarnation, hasher: &mut StableHasher) {
    let Incarnation { actor, timers, sent } = incarnation;
    hasher.write_u64(apart(&|hasher| actor.take_into(hasher)));
    hasher.write_u64(apart(&|hasher| sent.take_into(hasher)));
    let mut running: Vec<_> = timers.iter().map(|running| (running.timer.kind, running.timer.about)).collect();
    running.sort_unstable();
    running.hash(hasher);
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

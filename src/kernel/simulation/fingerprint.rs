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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::byzantine;
    use crate::kernel::data::ids::{EventId, MessageId, NodeId, RequestId, Time};
    use crate::kernel::data::limits::Limit;
    use crate::kernel::data::topology::TopologyKind;
    use crate::kernel::descriptor::node_view::Health;
    use crate::kernel::descriptor::options::Setup;
    use crate::kernel::record::client_history::{ClientHistory, HistoryObserver, Lookup, Review, Word};
    use crate::kernel::record::trace::Trace;
    use crate::kernel::record::verdicts::Report;
    use crate::kernel::simulation::action::Action;
    use crate::kernel::simulation::network::LinkChange;
    use crate::kernel::simulation::selector::Selector;
    use crate::protocols;

    /// An observer who finds nothing: with one, the history counts.
    struct Nobody;

    impl HistoryObserver for Nobody {
        fn clone_box(&self) -> Box<dyn HistoryObserver> {
            Box::new(Nobody)
        }
        fn asked(&mut self, _: RequestId, _: EventId, _: Lookup<'_>) {}
        fn told(&mut self, _: RequestId, _: &Word, _: (EventId, Time), _: Lookup<'_>, _: &mut Report) {}
        fn undecided(&self) -> Option<EventId> {
            None
        }
        fn review(&self, _: &dyn ClientHistory) -> Review {
            Review::Holds
        }
    }

    /// A run amid things: a request is made, every first timer has fired, replica 2 lies by chance and has sent something, a
    /// question is open, something is decided and something broken.
    fn busy(entry: &protocols::Entry) -> Run {
        let (trace, one) = (&mut Trace::forgetful(), NodeId::replica(1));
        let setup = Setup { replicas: 4, seed: 5, ..Setup::default() };
        let mut world = (entry.open)(&setup, trace).expect("it is a set-up");
        let words = entry.descriptor.commands[0].example.split(' ').map(String::from).collect();
        let request = Action::Request { client: NodeId::client(1), to: None, words };
        let random = byzantine::find("random").expect("it is a way to misbehave");
        let liar = Action::Byzantine { replica: Selector::Node(NodeId::replica(2)), behaviour: random };
        let workload = Action::Workload { clients: 2, rate: 5, keys: 3 };
        for action in [&Action::Manual(true), &liar, &request, &request, &workload] {
            world.act(action, trace).expect("it is possible");
        }
        for timer in 0..entry.descriptor.timers.len() as u8 {
            // Not each of them runs.
            let _ = world.act(&Action::Fire { timer, about: None, node: Selector::All }, trace);
        }
        world.set_observer(Some(Box::new(Nobody)));
        let mut run = world.run().clone();
        run.questions.push(Question { node: one, text: "where?".into(), event: EventId(1), second: false });
        let (text, evidence) = (String::new(), Vec::new());
        let (event, nodes) = (EventId(1), Vec::new());
        run.violations.push(Violation { property: "agreement", event, at: 0, text, evidence, nodes });
        decision(&mut run, decided(7));
        assert!(run.flights.len() > 0, "{}", entry.descriptor.id);
        if entry.descriptor.timers.is_empty() {
            // Where nothing is ever waited for, this stands in.
            let (timer, cause) = (TimerKey { kind: 0, about: None }, EventId(1));
            let timer = RunningTimer { timer, key: 1, set: 0, due: 9, order: 1, cause, queued: 9 };
            self::one(&mut run).incarnation.timers.push(timer);
        }
        run
    }

    fn one(run: &mut Run) -> &mut Node {
        run.nodes.at_mut(NodeId::replica(1))
    }

    fn liar(run: &mut Run) -> &mut Node {
        run.nodes.at_mut(NodeId::replica(2))
    }

    fn flight(run: &mut Run) -> &mut Flight {
        let place = run.flights.iter().next().expect("something is in flight").0;
        run.flights.get_mut(place).expect("it is there")
    }

    /// A timer that runs, at whom one does.
    fn timer(run: &mut Run) -> &mut RunningTimer {
        let name = run.nodes.names().find(|name| !run.nodes.at(*name).incarnation.timers.is_empty());
        &mut run.nodes.at_mut(name.expect("a timer runs")).incarnation.timers[0]
    }

    /// Whether it can be changed: a protocol may have no timers at all.
    fn has(run: &Run, field: &str) -> bool {
        !field.starts_with("timer") || run.nodes.names().any(|name| !run.nodes.at(name).incarnation.timers.is_empty())
    }

    fn workload(run: &mut Run) -> &mut Workload {
        run.workload.as_mut().expect("there is one")
    }

    /// This alone is decided.
    fn decision(run: &mut Run, decision: Decision) {
        run.nodes.decisions = Decisions::default();
        run.nodes.decisions.add(90, decision, 1);
    }

    /// Replica 1 decides it in event 1.
    fn decided(value: u64) -> Decision {
        let (value, by, event) = (Rc::new(value), NodeId::replica(1), EventId(1));
        Decision { value, by, event, at: 0, valid: true, beside: Vec::new() }
    }

    /// Another decides it, too.
    fn beside(value: u64) -> Variant {
        Variant { value: Rc::new(value), by: NodeId::replica(3), event: EventId(3) }
    }

    /// A change of a field, by its name.
    type Change = (&'static str, fn(&mut Run));

    /// What a run is. Each of these changes makes it another.
    const IS: &[Change] = &[
        ("state and disk", |run| one(run).incarnation.actor.crash(true)),
        ("timer kind", |run| timer(run).timer.kind += 1),
        ("timer about", |run| timer(run).timer.about = Some(99)),
        ("timers", |run| {
            let more = [*timer(run); 2];
            one(run).incarnation.timers.extend(more);
        }),
        ("sent", |run| {
            let letter = flight(run).envelope.letter.clone();
            one(run).incarnation.sent.remember(NodeId::replica(3), &letter);
        }),
        ("other", |run| {
            let other = one(run).incarnation.clone();
            one(run).other = Some(Box::new(other));
        }),
        ("health", |run| one(run).health = Health::Paused),
        ("draws of a liar", |run| liar(run).draws += 1),
        ("seed, with a liar", |run| run.seed += 1),
        ("rate", |run| one(run).rate = (3, 2)),
        ("crash_after", |run| one(run).crash_after = Some(3)),
        ("byzantine", |run| one(run).byzantine = byzantine::find("silent")),
        ("byzantine way", |run| liar(run).byzantine = byzantine::find("replay")),
        ("byzantine peers", |run| liar(run).byzantine.as_mut().unwrap().peers.push(NodeId::replica(3))),
        ("byzantine others", |run| liar(run).byzantine.as_mut().unwrap().others.push(NodeId::replica(3))),
        ("traitor", |run| one(run).traitor = true),
        ("lost_disk", |run| one(run).lost_disk = true),
        ("waiting", |run| run.nodes.at_mut(NodeId::client(1)).waiting += 1),
        ("asked", |run| run.nodes.at_mut(NodeId::client(1)).asked.push(Rc::new(8_u64))),
        ("replicas", |run| drop(run.nodes.replicas.pop())),
        ("clients", |run| drop(run.nodes.clients.pop())),
        ("decisions", |run| run.nodes.decisions = Decisions::default()),
        ("decided value", |run| decision(run, decided(8))),
        ("another decided value", |run| decision(run, Decision { beside: vec![beside(8)], ..decided(7) })),
        ("yet another", |run| decision(run, Decision { beside: vec![beside(9)], ..decided(7) })),
        ("flights", |run| {
            let place = run.flights.iter().next().expect("something is in flight").0;
            run.flights.take(place);
        }),
        ("flight from", |run| flight(run).from = NodeId::replica(9)),
        ("flight to", |run| flight(run).to = NodeId::replica(9)),
        ("flight second", |run| flight(run).envelope.stamp.second ^= true),
        ("network cuts", |run| run.network.cut(NodeId::replica(1), NodeId::replica(2))),
        ("network groups", |run| run.network.partition(&[vec![NodeId::replica(1)]], 4)),
        ("network manual", |run| run.network.manual ^= true),
        ("network default", |run| run.network.change(None, &LinkChange { loss: Some(7), ..LinkChange::default() })),
        ("network links", |run| {
            let link = Some((NodeId::replica(1), NodeId::replica(2)));
            run.network.change(link, &LinkChange { loss: Some(7), ..LinkChange::default() });
        }),
        ("network topology", |run| run.network.set_topology(TopologyKind::Ring, 4).expect("four make a ring")),
        ("violations", |run| run.violations[0].property = "validity"),
        ("questions", |run| drop(run.questions.pop())),
        ("question node", |run| run.questions[0].node = NodeId::replica(2)),
        ("question text", |run| run.questions[0].text.push('!')),
        ("question second", |run| run.questions[0].second ^= true),
        ("history", |run| {
            let what = HistoryEvent::Told(1, "ok".into());
            run.history.push(HistoryRecord { event: EventId(1), node: Some(NodeId::client(1)), what });
        }),
        ("limit", |run| run.limit = Some(Limit::Messages)),
        ("workload", |run| run.workload = None),
        ("workload clients", |run| workload(run).clients += 1),
        ("workload rate", |run| workload(run).rate += 1),
        ("workload keys", |run| workload(run).keys += 1),
        ("workload count", |run| workload(run).count += 1),
    ];

    /// How it came to be that. None of these makes it another.
    const WAS: &[Change] = &[
        ("now", |run| run.now += 1),
        ("counts", |run| run.counts.events += 1),
        ("trace hash", |run| run.hasher.write_u8(1)),
        ("queue", |run| {
            run.queue.pop();
        }),
        ("script", |run| run.script = Some(Default::default())),
        ("timer", |run| {
            let at = timer(run);
            (at.key, at.set, at.due, at.order, at.cause, at.queued) = (77, 77, 77, 77, EventId(77), 77);
        }),
        ("timer_keys", |run| one(run).timer_keys += 1),
        ("draws of one who does not lie", |run| one(run).draws += 1),
        ("draws of one who lies by a rule", |run| {
            one(run).draws += 1;
            liar(run).draws += 1;
        }),
        ("flight", |run| {
            let at = flight(run);
            (at.id, at.sent, at.due, at.cause, at.order, at.held) = (MessageId(77), 77, 77, EventId(77), 77, true);
        }),
        ("decision", |run| {
            let (by, event) = (NodeId::replica(2), EventId(7));
            decision(run, Decision { by, event, at: 7, valid: false, ..decided(7) });
        }),
        ("question event", |run| run.questions[0].event = EventId(77)),
        ("violation", |run| {
            let found = &mut run.violations[0];
            (found.event, found.at, found.text) = (EventId(77), 77, "told".into());
            (found.evidence, found.nodes) = (vec![EventId(1)], vec![NodeId::replica(1)]);
        }),
        ("workload order", |run| workload(run).order += 1),
    ];

    #[test]
    fn whatever_a_run_is_changes_its_fingerprint_and_what_it_was_does_not() {
        for entry in protocols::ALL {
            let run = busy(entry);
            let changed = |change: &fn(&mut Run)| {
                let mut run = run.clone();
                change(&mut run);
                run.fingerprint()
            };
            let mut prints = vec![run.fingerprint()];
            for (field, change) in IS.iter().filter(|(field, _)| has(&run, field)) {
                let print = changed(change);
                assert!(!prints.contains(&print), "{}: {field} leaves no mark of its own", entry.descriptor.id);
                prints.push(print);
            }
        }
        for entry in protocols::ALL {
            for (field, change) in WAS.iter().filter(|(field, _)| has(&busy(entry), field)) {
                let mut run = busy(entry);
                if *field == "draws of one who lies by a rule" {
                    liar(&mut run).byzantine = byzantine::find("silent");
                }
                let print = run.fingerprint();
                change(&mut run);
                assert_eq!(run.fingerprint(), print, "{}: {field} leaves a mark", entry.descriptor.id);
            }
        }
    }
}

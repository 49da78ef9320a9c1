//! Whatever a run is changes its fingerprint; how it came to be that does not.

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

//! Replicas that are driven by hand: their properties can be checked.

use std::collections::VecDeque;

use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::protocol::by_hand::{Group, PropertyCheck};
use consensus_playground::kernel::{Effect, Input, NodeId, Protocol, ReadCommand as _, RequestId, Violation};
use consensus_playground::protocols::pbft::Pbft;
use consensus_playground::protocols::raft::{self, Raft};
use consensus_playground::protocols::two_phase_commit::TwoPhaseCommit;

/// A loop as simple as can be: messages in a list, timers that fire when they are told to.
struct Loop<P: Protocol> {
    group: Group<P>,
    check: PropertyCheck<P>,
    mail: Vec<(NodeId, NodeId, P::Message)>,
    timers: Vec<(NodeId, P::Timer)>,
    answers: VecDeque<String>,
    found: Vec<Violation>,
}

impl<P: Protocol> Loop<P> {
    fn start(replicas: usize, set: &[(&str, &str)]) -> Self {
        let options = set.iter().copied().collect();
        let group = Group::new(&options, 7, vec![P::Disk::default(); replicas]).expect("it can be");
        let (check, answers) = (PropertyCheck::new(), VecDeque::new());
        let mut own = Loop { group, check, mail: Vec::new(), timers: Vec::new(), answers, found: Vec::new() };
        for node in NodeId::replicas(replicas) {
            own.group.boot(node);
            own.settle(node);
        }
        own
    }

    fn settle(&mut self, node: NodeId) {
        while let Some(effect) = self.group.next_effect(node) {
            match effect {
                Effect::<P>::Send { to, message } => self.mail.push((node, to, message)),
                Effect::<P>::Broadcast(message) => {
                    let others = self.group.cluster().nodes().filter(|to| *to != node);
                    self.mail.extend(others.map(|to| (node, to, message.clone())));
                }
                Effect::<P>::SetTimer(timer, _) => {
                    self.timers.retain(|(whose, other)| (*whose, other) != (node, &timer));
                    self.timers.push((node, timer));
                }
                Effect::<P>::CancelTimer(timer) => {
                    self.timers.retain(|(whose, other)| (*whose, other) != (node, &timer));
                }
                Effect::<P>::Persist(disk) => self.group.persisted(node, disk),
                Effect::<P>::Complete { outcome, .. } => self.answers.push_back(outcome.to_string()),
                Effect::<P>::Decide { .. } | Effect::<P>::Ask { .. } | Effect::<P>::Rule(_) => {}
            }
        }
        self.found.extend(self.check.observe(&mut self.group));
    }

    fn deliver(&mut self, place: usize) {
        let (from, to, message) = self.mail.remove(place);
        self.group.handle(to, Input::<P>::Deliver { from, message: &message });
        self.settle(to);
    }

    /// Delivers, oldest first, what these send each other, until there is no more.
    fn among(&mut self, nodes: &[NodeId]) {
        let within = |(from, to, _): &(NodeId, NodeId, P::Message)| nodes.contains(from) && nodes.contains(to);
        while let Some(place) = self.mail.iter().position(within) {
            self.deliver(place);
        }
    }

    fn fire(&mut self, place: usize) {
        let (node, timer) = self.timers.remove(place);
        self.group.handle(node, Input::<P>::Fire(timer));
        self.settle(node);
    }

    fn ask(&mut self, client: NodeId, words: &[&str], to: Option<NodeId>) {
        let command = P::Command::read(words, self.group.cluster().size()).expect("a command");
        self.group.ask(client, command, to);
        self.settle(client);
    }

    /// So many steps in random order, with crashes.
    fn at_random(&mut self, seed: u64, steps: u64, words: &[&str]) {
        let size = self.group.cluster().size() as u64;
        for step in 0..steps {
            let chance = |what, of| below(draw(seed, what, step), of);
            let node = NodeId::replica(1 + chance(1, size) as usize);
            match chance(2, 40) {
                0 => {
                    self.group.crash(node, false);
                    self.timers.retain(|(whose, _)| *whose != node);
                    self.settle(node);
                }
                1 => {
                    let disk = self.group.replica(node).durable().clone();
                    self.group.restart(node, disk);
                    self.settle(node);
                }
                2 => self.ask(NodeId::client(1 + chance(3, 2) as usize), words, None),
                3 if !self.timers.is_empty() => self.fire(chance(4, self.timers.len() as u64) as usize),
                _ if !self.mail.is_empty() => self.deliver(chance(5, self.mail.len() as u64) as usize),
                _ if !self.timers.is_empty() => self.fire(chance(4, self.timers.len() as u64) as usize),
                _ => {}
            }
        }
    }
}

fn r(number: usize) -> NodeId {
    NodeId::replica(number)
}

fn names(found: &[Violation]) -> Vec<&str> {
    found.iter().map(|broken| broken.property).collect()
}

/// Replica 1 leads with 2, and 3 with 4, where half of the votes is enough.
fn two_leaders() -> Loop<Raft> {
    let mut own = Loop::<Raft>::start(4, &[("quorum-of-half", "on")]);
    for (leader, follower) in [(1, 2), (3, 4)] {
        let place = own.timers.iter().position(|timer| *timer == (r(leader), raft::Timer::Election));
        own.fire(place.expect("it waits for a leader"));
        own.among(&[r(leader), r(follower)]);
    }
    own
}

#[test]
fn two_leaders_of_one_term_are_found_by_hand() {
    let own = two_leaders();
    assert_eq!(names(&own.found), ["election-safety"]);
    assert_eq!(own.found[0].nodes, [r(1), r(3)]);
}

#[test]
fn two_decisions_on_one_slot_are_found_by_hand() {
    let mut own = two_leaders();
    own.found.clear();
    for (client, to, value) in [(1, 1, "a"), (2, 3, "b")] {
        own.ask(NodeId::client(client), &["put", "x", value], Some(r(to)));
        own.among(&[NodeId::client(client), r(to), r(to + 1)]);
    }
    assert!(names(&own.found).contains(&"agreement"), "{:?}", own.found);
    let broken = own.found.iter().find(|broken| broken.property == "agreement").expect("it is broken");
    assert_eq!(broken.text, "On entry 1, replica 3 decides x=b, but replica 1 decided x=a.");
    assert_eq!(own.answers, ["ok", "ok"]);
}

#[test]
fn a_decision_that_nobody_asked_for_is_found_by_hand() {
    let mut own = Loop::<Raft>::start(3, &[]);
    let place = own.timers.iter().position(|timer| timer.0 == r(1)).expect("it waits for a leader");
    own.fire(place);
    own.among(&[r(1), r(2), r(3)]);
    let id = RequestId { client: NodeId::client(1), number: 1 };
    let command = raft::Command::read(&["put", "x", "1"], 3).expect("a command");
    own.mail.push((id.client, r(1), raft::Message::Request { id, command }));
    own.deliver(own.mail.len() - 1);
    own.among(&[r(1), r(2), r(3)]);
    assert_eq!(names(&own.found), ["validity"]);
}

#[test]
fn whom_nobody_trusts_is_not_spoken_of() {
    let mut own = Loop::<Raft>::start(4, &[("quorum-of-half", "on")]);
    own.group.distrust(r(3));
    for (leader, follower) in [(1, 2), (3, 4)] {
        let place = own.timers.iter().position(|timer| *timer == (r(leader), raft::Timer::Election));
        own.fire(place.expect("it waits for a leader"));
        own.among(&[r(leader), r(follower)]);
    }
    assert_eq!(names(&own.found), [""; 0]);
}

fn nothing_is_broken<P: Protocol>(replicas: usize, words: &[&str]) -> u64 {
    let mut decided = 0;
    for seed in 0..30 {
        let mut own = Loop::<P>::start(replicas, &[]);
        own.at_random(seed, 2_000, words);
        assert_eq!(own.found, [], "{} of seed {seed}", P::DESCRIPTOR.name);
        decided += own.group.cluster().decisions().commands();
    }
    decided
}

#[test]
fn where_nothing_is_broken_nothing_is_found() {
    assert!(nothing_is_broken::<Raft>(3, &["put", "x", "1"]) > 30);
    assert!(nothing_is_broken::<Pbft>(4, &["put", "x", "1"]) > 30);
    assert!(nothing_is_broken::<TwoPhaseCommit>(3, &["transaction", "trip"]) > 30);
}

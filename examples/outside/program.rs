//! What a program that embeds a protocol has to do is: carry bytes from node to node, keep bytes on disks, let timers fire,
//! and put each of these into one call. Here a queue stands for the network, and a map for the files.

use std::collections::{BTreeMap, VecDeque};

use consensus_playground::kernel::data::random::draw;
use consensus_playground::kernel::protocol::by_hand::{Group, PropertyCheck};
use consensus_playground::kernel::{Effect, Input, NodeId, Options};
use consensus_playground::protocols::raft::{Command, Disk, Message, Raft, Timer};
use consensus_playground::services::kv::Command as StoreCommand;

/// How many servers there are.
const SERVERS: usize = 3;
/// How many ticks a message takes. A tick is a millisecond.
const LATENCY: u64 = 3;

/// What chance comes from; a real program takes its own.
const SEED: u64 = 1;

/// Bytes on their way.
struct Packet {
    arrives: u64,
    from: NodeId,
    to: NodeId,
    bytes: Vec<u8>,
}

/// The program: everything but the protocol.
struct Program {
    /// The servers and clients. In a real program each is a process with one [`Replica`](consensus_playground::kernel::Replica);
    /// a test that wants the properties checked has them all in one place.
    group: Group<Raft>,
    check: PropertyCheck<Raft>,
    now: u64,
    network: VecDeque<Packet>,
    /// When a timer fires.
    timers: Vec<(u64, NodeId, Timer)>,
    files: BTreeMap<NodeId, Vec<u8>>,
    down: Option<NodeId>,
    answers: Vec<String>,
    /// How often it has drawn: election timeouts must differ from server to server.
    chance: u64,
}

impl Program {
    fn start() -> Self {
        let options: Options = [("no-op", "on"), ("snapshot-every", "4")].into_iter().collect();
        let group =
            Group::new(&options, 1, vec![Disk::default(); SERVERS]).expect("three servers and two known options");
        let mut program = Program {
            group,
            check: PropertyCheck::new(),
            now: 0,
            network: VecDeque::new(),
            timers: Vec::new(),
            files: BTreeMap::new(),
            down: None,
            answers: Vec::new(),
            chance: 0,
        };
        for server in NodeId::replicas(SERVERS) {
            program.group.boot(server);
            program.carry_out(server);
        }
        program
    }

    /// Carries out what a node wants, in the order in which it wants it: what is to be durable is written before the messages
    /// that rely on it leave.
    fn carry_out(&mut self, node: NodeId) {
        while let Some(effect) = self.group.next_effect(node) {
            match effect {
                Effect::Persist(disk) => {
                    self.files.insert(node, serde_json::to_vec(&disk).expect("a disk can be encoded"));
                    self.group.persisted(node, disk);
                }
                Effect::Send { to, message } => self.send(node, to, &message),
                Effect::Broadcast(message) => {
                    for to in NodeId::replicas(SERVERS).filter(|to| *to != node) {
                        self.send(node, to, &message);
                    }
                }
                Effect::SetTimer(timer, after) => {
                    self.cancel(node, timer);
                    // Random bits of the program's own; what comes of them is in microseconds.
                    self.chance += 1;
                    let due = self.now + after.drawn_from(draw(SEED, 0, self.chance)) / 1_000;
                    self.timers.push((due, node, timer));
                }
                Effect::CancelTimer(timer) => self.cancel(node, timer),
                Effect::Complete { outcome, .. } => self.answers.push(outcome.to_string()),
                // A decision has gone through the state machine already; a program with one of its own applies it here.
                Effect::Decide { .. } => {}
                // Only now would its sentence be made: `rule.sentence(RULES, node)`.
                Effect::Rule(_) => {}
                Effect::Ask { .. } => {}
            }
        }
        let broken = self.check.observe(&mut self.group);
        assert!(broken.is_empty(), "{}", broken[0].sentence());
    }

    fn send(&mut self, from: NodeId, to: NodeId, message: &Message) {
        let bytes = serde_json::to_vec(message).expect("a message can be encoded");
        self.network.push_back(Packet { arrives: self.now + LATENCY, from, to, bytes });
    }

    fn cancel(&mut self, node: NodeId, timer: Timer) {
        self.timers.retain(|(_, whose, other)| (*whose, *other) != (node, timer));
    }

    /// A millisecond passes.
    fn tick(&mut self) {
        self.now += 1;
        while self.network.front().is_some_and(|packet| packet.arrives <= self.now) {
            let Some(packet) = self.network.pop_front() else { break };
            if self.down == Some(packet.to) {
                continue;
            }
            // Bytes from outside may be anything: what is no message is dropped.
            let Ok(message) = serde_json::from_slice(&packet.bytes) else { continue };
            self.group.handle(packet.to, Input::Deliver { from: packet.from, message: &message });
            self.carry_out(packet.to);
        }
        while let Some(place) = self.timers.iter().position(|(due, _, _)| *due <= self.now) {
            let (_, node, timer) = self.timers.remove(place);
            self.group.handle(node, Input::Fire(timer));
            self.carry_out(node);
        }
    }

    /// Lets time pass until there are so many answers.
    fn until_answers(&mut self, count: usize) {
        while self.answers.len() < count {
            self.tick();
            assert!(self.now < 60_000, "no answer within a minute");
        }
    }

    /// The process is killed: its memory and its timers are gone. What is left is its file.
    fn kill(&mut self, server: NodeId) {
        self.group.crash(server, false);
        self.timers.retain(|(_, whose, _)| *whose != server);
        self.down = Some(server);
        self.carry_out(server);
    }

    /// The process is started again and reads its file.
    fn start_again(&mut self, server: NodeId) {
        let disk = self.files.get(&server).map_or_else(Disk::default, |bytes| {
            serde_json::from_slice(bytes).expect("the file holds what was written")
        });
        self.down = None;
        self.group.restart(server, disk);
        self.carry_out(server);
    }

    fn leader(&self) -> Option<NodeId> {
        let cluster = self.group.cluster();
        let leads = |node: &NodeId| cluster.state(*node).is_some_and(|state| state.leader == Some(*node));
        cluster.nodes().filter(leads).max_by_key(|node| cluster.disk(*node).term)
    }

    fn add(&mut self, amount: i32) {
        self.group.ask(NodeId::client(1), Command::Store(StoreCommand::Add("x".into(), amount)), None);
        self.carry_out(NodeId::client(1));
    }
}

/// Adds 1 to 20 to a number. The leader is killed after the fifth answer, and again its successor after the tenth; each comes
/// back a second later. Gives what the client was told.
fn run() -> Vec<String> {
    let mut program = Program::start();
    for count in 1..=20 {
        program.add(count as i32);
        program.until_answers(count);
        if count % 5 == 0 && count < 15 {
            let leader = program.leader().expect("somebody has just answered");
            program.kill(leader);
            for _ in 0..1_000 {
                program.tick();
            }
            program.start_again(leader);
        }
    }
    program.answers
}

pub fn main() {
    let answers = run();
    println!("x, as the client was told after each request: {}", answers.join(" "));
}

#[test]
fn nothing_is_lost_or_done_twice() {
    let sums: Vec<_> = (1..=20).map(|count: i32| (count * (count + 1) / 2).to_string()).collect();
    assert_eq!(run(), sums);
}

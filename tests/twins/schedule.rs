//! Partitions of five nodes, round by round, and what comes of them.

use consensus_playground::kernel::{Action, Assumption, DynWorld, HistoryEvent, NodeId, SECOND, Trace, Violation};
use consensus_playground::protocols::Entry;
use consensus_playground::scenario::{Session, parse, parse_act_line};

use super::{ROUND, Way};

/// Who asks once the network has healed: it has asked nothing before.
const FRESH: NodeId = NodeId::client(9);

/// The set that each of five nodes is in: the three replicas that are one, then the first and the second twin.
pub type Partition = [u8; 5];

/// All partitions into at most so many sets, each once: a node's set is one that was there before it, or the next.
pub fn partitions(sets: u8) -> Vec<Partition> {
    let mut all = vec![([0; 5], 0)];
    for node in 0..5 {
        let more = |(partition, used): ([u8; 5], u8)| {
            (0..=used.min(sets - 1)).map(move |set| {
                let mut partition = partition;
                partition[node] = set;
                (partition, used.max(set + 1))
            })
        };
        all = all.into_iter().flat_map(more).collect();
    }
    all.into_iter().map(|(partition, _)| partition).collect()
}

/// Four replicas at the beginning, and which of them is two.
#[derive(Clone)]
pub struct Start {
    entry: &'static Entry,
    head: String,
    twin: usize,
    /// What has happened since, as lines of a scenario.
    lines: Vec<String>,
    pub world: DynWorld,
}

impl Start {
    /// Opens them with the lines of this way in the scenario's head.
    pub fn open(entry: &'static Entry, way: &Way) -> Start {
        let (id, twin) = (entry.descriptor.id, way.twin);
        let head = format!("protocol {id}\nreplicas 4\nseed 1\n{}\n", way.lines.join("\n"));
        let scenario = parse(&head).unwrap_or_else(|error| panic!("{error}\n{head}"));
        let session = Session::open_forgetful(scenario).unwrap_or_else(|error| panic!("{error}\n{head}"));
        Start { entry, head, twin, lines: Vec::new(), world: session.world().clone() }
    }

    /// Carries out a schedule, heals the network and waits for an answer. What it breaks, with the scenario.
    pub fn run(mut self, schedule: &[Partition]) -> Option<String> {
        schedule.iter().find_map(|partition| self.round(partition)).or_else(|| self.heal())
    }

    /// Carries out every schedule that begins like this one, sharing what they have in common.
    pub fn every(
        mut self,
        begun: &[Partition],
        rounds: usize,
        all: &[Partition],
        ended: &dyn Fn(&Start),
    ) -> Option<String> {
        let found = begun.last().and_then(|partition| self.round(partition));
        if found.is_some() {
            return found;
        }
        if begun.len() == rounds {
            ended(&self);
            return self.heal();
        }
        all.iter().find_map(|&next| self.clone().every(&[begun, &[next]].concat(), rounds, all, ended))
    }

    /// One round in this partition.
    fn round(&mut self, partition: &Partition) -> Option<String> {
        let lines = self.lines_for(partition);
        lines.iter().for_each(|line| self.act(line));
        let (highest, until) = (self.highest(), self.world.now() + ROUND);
        while self.highest() == highest && self.world.step_until(until, &mut Trace::forgetful()).is_some() {
            let broken = self.broken();
            if broken.is_some() {
                return broken;
            }
        }
        if self.highest() == highest {
            self.world.advance(until);
        }
        None
    }

    /// How the lines of a scenario part the nodes so. Each client sees one twin, as if it knew of no other.
    fn lines_for(&self, partition: &Partition) -> Vec<String> {
        let (first, second) = (partition[3], partition[4]);
        let (mut shown, mut lines) = ([String::from("c1"), String::from("c2")], vec!["heal".to_string()]);
        let mut shared = 0;
        let others: Vec<_> = (1..=4).filter(|number| *number != self.twin).zip(partition).collect();
        for &(number, &set) in &others {
            let hears = match (set == first, set == second) {
                (true, true) => {
                    shared += 1;
                    Some((shared - 1) % 2)
                }
                (true, false) => Some(0),
                (false, true) => Some(1),
                (false, false) => None,
            };
            match hears {
                Some(which) => shown[which] += &format!(" {number}"),
                None => lines.extend(cuts(number, self.twin)),
            }
            let parted = others.iter().filter(|(other, theirs)| *other > number && **theirs != set);
            lines.extend(parted.flat_map(|&(other, _)| cuts(number, other)));
        }
        lines.push(format!("byzantine {} twins {} | {}", self.twin, shown[0], shown[1]));
        lines.extend((1..=2).map(|client| format!("request {} from c{client}", self.request(client))));
        lines
    }

    /// What a client asks for: something else than the other does.
    fn request(&self, client: usize) -> String {
        let command = &self.entry.descriptor.commands[0];
        let words = command.usage.split(' ').zip(command.example.split(' '));
        let word =
            |(place, example): (&str, &str)| if place == "VALUE" { client.to_string() } else { example.to_string() };
        words.map(word).collect::<Vec<_>>().join(" ")
    }

    /// All are connected again, the twins stay, and somebody asks for something.
    fn heal(&mut self) -> Option<String> {
        let faults = self.world.now();
        self.act("heal");
        self.act(&format!("byzantine {} twins", self.twin));
        self.act(&format!("request {} from {FRESH}", self.entry.descriptor.commands[0].example));
        let within = self.world.recovers_within(faults).unwrap_or(60 * SECOND);
        let until = self.world.now() + within;
        while !self.has_answer() {
            if self.world.step_until(until, &mut Trace::forgetful()).is_none() {
                return Some(format!("no answer\n{}run {}us", self.script(), within));
            }
            let broken = self.broken();
            if broken.is_some() {
                return broken;
            }
        }
        None
    }

    fn act(&mut self, line: &str) {
        let action = parse_act_line(self.entry, 4, line).unwrap_or_else(|error| panic!("{line}: {error}"));
        self.lines.push(format!("at {}us {line}", self.world.now()));
        match self.world.act(&action, &mut Trace::forgetful()) {
            Ok(()) => {}
            // Nothing was cut in the round before.
            Err(_) if action == Action::Heal => {}
            Err(error) => panic!("{line}: {error}"),
        }
    }

    /// The latest round that a replica is in which is one.
    fn highest(&self) -> u64 {
        let correct = (1..=4).filter(|number| *number != self.twin).map(NodeId::replica);
        correct.filter_map(|replica| self.world.epoch(replica)).max().unwrap_or(0)
    }

    /// The first violation of what is promised where the network fails, with the scenario.
    fn broken(&self) -> Option<String> {
        let promised = |violation: &&Violation| {
            let assumed = self.world.assumes(violation.property);
            assumed.is_some_and(|all| !all.contains(&Assumption::Synchrony))
        };
        let found = self.world.violations().iter().find(promised)?;
        Some(format!("{}\n{}run 1us", found.property, self.script()))
    }

    fn has_answer(&self) -> bool {
        let history = self.world.history();
        let records = (0..history.len()).rev().filter_map(|place| history.get(place));
        let last = records.filter(|record| record.node == Some(FRESH)).map(|record| &record.what).next();
        last.is_some_and(|what| !matches!(what, HistoryEvent::Asked(_)))
    }

    /// The whole as a scenario.
    fn script(&self) -> String {
        format!("{}{}\n", self.head, self.lines.join("\n"))
    }
}

/// Both directions between two.
fn cuts(one: usize, other: usize) -> [String; 2] {
    [format!("cut {one} -> {other}"), format!("cut {other} -> {one}")]
}

//! What Multi-Paxos is held to (the invariants of Paxos Made Moderately Complex, §2), watched in the acceptors' votes.
//!
//! The monitor remembers every vote, so that a vote that a crash wiped out still counts: what was chosen is chosen.

use super::generation::{known_to, phases_from, phases_of, together};
use super::message::{Entry, Pvalue};
use super::replica::State;
use super::{Command, Config, Disk, MultiPaxos, Reads};
use crate::kernel::prelude::*;
use crate::kernel::{Access, Evidence, LINEARIZABILITY};
use crate::protocols::ballot::{Ballot, include};
use crate::protocols::flexible::{Phases, count};
use crate::services::kv::Store;

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    LINEARIZABILITY,
    PropertyInfo {
        name: "one-chosen-value",
        about: "For each slot only one entry is ever chosen, known or not.",
        source: "Paxos Made Moderately Complex, §2.3",
    },
    PropertyInfo {
        name: "one-value-per-ballot",
        about: "No two acceptors accept different entries for one slot in one ballot.",
        source: "Paxos Made Moderately Complex, §2.2, A4",
    },
    PropertyInfo {
        name: "executed-is-chosen",
        about: "Nobody executes in a slot what is not chosen for it.",
        source: "Paxos Made Moderately Complex, §2.1, R1",
    },
    PropertyInfo {
        name: "slot-order",
        about: "Each replica executes slot after slot, and leaves out none.",
        source: "Paxos Made Moderately Complex, §2.1, R2",
    },
    PropertyInfo {
        name: "same-store",
        about: "All that have executed as many slots have the same store: that of each command executed once.",
        source: "Paxos Made Moderately Complex, §2.1, R3",
    },
    PropertyInfo {
        name: "promises-last",
        about: "What an acceptor has promised never goes back to a lower ballot, not even in a crash.",
        source: "Paxos Made Moderately Complex, §2.2, A1",
    },
];

/// A broken property: its name, the facts, and earlier events concerned.
type Broken = (&'static str, String, Vec<EventId>);

/// Who has accepted what. More than one entry is a broken property.
type Voters = Vec<(Entry, Vec<NodeId>)>;

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    /// Who has ever accepted what in which slot and ballot, in the order of their numbers.
    votes: PersistentMap<(u64, Ballot), Voters>,
    /// What was chosen for each slot, in which ballot, and when; the first one first. More than one is a broken property.
    chosen: PersistentMap<u64, Vec<(Entry, Ballot, Evidence<EventId>)>>,
    /// What those have who have executed so many slots, from one on, each command once.
    stores: PersistentVec<(Store, PersistentMap<NodeId, u32>)>,
    /// The last that is known of each replica, by place.
    seen: Vec<Seen>,
}

/// What was last seen of a replica.
#[derive(Clone, Hash, Default)]
struct Seen {
    promised: Option<Ballot>,
    /// How many of its votes were read.
    votes: Evidence<usize>,
    executed: u64,
}

impl Monitor {
    /// What an acceptor has promised and accepted since it was last looked at. What it had written and not made durable when it
    /// crashed, nobody has heard of.
    fn acceptor(&mut self, node: NodeId, event: EventId, config: &Config, now: &Disk) -> Vec<Broken> {
        let mut broken = Vec::new();
        let seen = &mut self.seen[node.index()];
        if now.promised < seen.promised {
            broken.push(("promises-last", format!("Replica {node} has forgotten what it had promised."), Vec::new()));
        }
        seen.promised = now.promised;
        let past = &now.past.0;
        let known = std::mem::replace(&mut seen.votes.0, past.len()).min(past.len());
        for slot in past.from(known) {
            if let Some(pvalue) = now.accepted.get(slot) {
                self.vote(node, event, pvalue, config, &mut broken);
            }
        }
        broken
    }

    fn vote(&mut self, node: NodeId, event: EventId, pvalue: &Pvalue, config: &Config, broken: &mut Vec<Broken>) {
        let Pvalue { ballot, slot, entry } = pvalue;
        let votes = self.votes.get_or_insert((*slot, *ballot), Vec::new());
        if let Some((was, others)) = votes.iter().find(|(other, _)| other != entry) {
            let other = others.first().copied().unwrap_or(node);
            let text = format!(
                "In slot {slot}, ballot {ballot}, replica {node} accepts {entry}, but replica {other} accepted {was}."
            );
            broken.push(("one-value-per-ballot", text, Vec::new()));
        }
        let place = votes.iter().position(|(other, _)| other == entry).unwrap_or_else(|| {
            votes.push((entry.clone(), Vec::new()));
            votes.len() - 1
        });
        include(&mut votes[place].1, node);
        let voters = votes[place].1.clone();
        if !count(&self.phases(*slot, config).second, &voters).is_quorum() {
            return;
        }
        let chosen = self.chosen.get_or_insert(*slot, Vec::new());
        if chosen.iter().all(|(other, ..)| other != entry) {
            if let Some((first, of, when)) = chosen.first() {
                let text = format!(
                    "With the vote of replica {node}, {entry} is chosen for slot {slot} in ballot {ballot}, but {first} was chosen for it in ballot {of}."
                );
                broken.push(("one-chosen-value", text, vec![when.0]));
            }
            chosen.push((entry.clone(), *ballot, Evidence(event)));
        }
    }

    /// The quorums that count in a slot: those of the last weights that were chosen `window` slots before it or earlier.
    fn phases(&self, slot: u64, config: &Config) -> Phases {
        let (mut weights, mut last) = (None, PersistentMap::<NodeId, u32>::new());
        let decided = slot.saturating_sub(config.window);
        for (_, all) in self.chosen.iter().take_while(|(of, _)| config.quorums.weigh() && **of <= decided) {
            if let Some((Entry::Command(id, command), ..)) = all.first()
                && last.get(&id.client).is_none_or(|number| *number < id.number)
            {
                last.insert(id.client, id.number);
                weights = if let Command::Weights(new) = command { Some(new) } else { weights };
            }
        }
        weights.map_or_else(|| config.quorums.phases().clone(), |weights| Phases::weighing(&weights.0))
    }

    /// What a replica has executed since. Whether that was chosen nobody can say where votes of liars are not watched.
    fn learner(&mut self, node: NodeId, state: &State, votes_known: bool) -> Vec<Broken> {
        let mut broken = Vec::new();
        let before = std::mem::replace(&mut self.seen[node.index()].executed, state.executed);
        for slot in before + 1..=state.executed {
            let Some(Pvalue { entry, .. }) = state.learned.get(&slot) else {
                let text = format!("Replica {node} has left out slot {slot}, and executed slot {}.", state.executed);
                broken.push(("slot-order", text, Vec::new()));
                continue;
            };
            let chosen = self.chosen.get(&slot).map_or(&[][..], |all| all);
            if votes_known && chosen.iter().all(|(other, ..)| other != entry) {
                let is = chosen.first().map_or("nothing".into(), |(other, ..)| other.to_string());
                let text = format!("Replica {node} executes {entry} in slot {slot}, but {is} is chosen for it.");
                broken.push(("executed-is-chosen", text, Vec::new()));
            }
            self.execute(slot, entry);
        }
        let should = state.executed.checked_sub(1).and_then(|place| self.stores.get(place as usize));
        if let Some((store, _)) = should.filter(|(store, _)| before != state.executed && *store != state.store) {
            let text = format!(
                "Replica {node} has executed {} slots and holds {}, which should be {}.",
                state.executed,
                held(&state.store),
                held(store)
            );
            broken.push(("same-store", text, Vec::new()));
        }
        broken
    }

    /// The store after so many slots, if nobody has got there before.
    fn execute(&mut self, slot: u64, entry: &Entry) {
        if slot as usize != self.stores.len() + 1 {
            return;
        }
        let (mut store, mut last) = self.stores.last().cloned().unwrap_or_default();
        if let Entry::Command(id, command) = entry
            && last.get(&id.client).is_none_or(|number| *number < id.number)
        {
            if let Command::Store(command) = command {
                store.apply(command);
            }
            last.insert(id.client, id.number);
        }
        self.stores.push((store, last));
    }
}

fn held(store: &Store) -> String {
    Some(store.show()).filter(|held| !held.is_empty()).unwrap_or_else(|| "nothing".into())
}

impl Check for MultiPaxos {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        let Some(node) = event.node.filter(|node| !node.is_client()) else { return };
        monitor.seen.resize(cluster.size(), Seen::default());
        let durable = cluster.durable(node);
        let mut broken = monitor.acceptor(node, event.id, cluster.config(), durable);
        // Where something written is not durable, it crashes amid this event, and has told nobody what it learned.
        let whole = durable == cluster.disk(node);
        match cluster.state(node).filter(|_| whole) {
            Some(state) => {
                let votes_known = cluster.nodes().all(|other| cluster.correct(other));
                broken.extend(monitor.learner(node, state, votes_known));
            }
            None => monitor.seen[node.index()].executed = 0,
        }
        for (property, text, evidence) in broken {
            report.broken_since(property, format_args!("{text}"), &[node], &evidence);
        }
    }

    fn catch_up(monitor: &mut Monitor, cluster: &Cluster<'_, Self>) {
        for (seen, node) in monitor.seen.iter_mut().zip(cluster.nodes()) {
            seen.votes.0 = cluster.durable(node).past.0.len();
        }
    }

    fn valid(_: &Config, value: &Entry, asked: &Asked<'_, Command>) -> bool {
        match value {
            Entry::NoOp => true,
            Entry::Command(id, command) => asked.command(*id) == Some(command),
        }
    }

    fn commands_in(value: &Entry) -> usize {
        usize::from(value.request().is_some())
    }

    fn access(_: &Config, command: &Command) -> Option<Access> {
        match command {
            Command::Store(command) => Some(command.access()),
            Command::Weights(_) => None,
        }
    }

    /// Reads by lease rest on clocks.
    fn assumes(config: &Config, property: &str) -> Option<&'static [Assumption]> {
        let leased = config.reads == Reads::Lease && property == LINEARIZABILITY.name;
        Some(if leased { &[Assumption::Clocks] } else { &[] })
    }

    fn quorums(config: &Config, disk: &Disk) -> Vec<Quorum> {
        let (known, next) = known_to(&disk.accepted, config);
        let elect: Vec<_> = phases_from(&known, config, next).collect();
        vec![
            Quorum { purpose: "to elect a leader", system: together(&elect) },
            Quorum { purpose: "to choose an entry", system: phases_of(&known, config, next).second.clone() },
        ]
    }
}

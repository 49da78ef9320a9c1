//! What EPaxos is held to (§3.1, §4.5). That each instance has one command and one set of attributes is agreement, which the kernel
//! checks.

use super::message::{Entry, Instance, Value};
use super::replica::{Disk, State};
use super::{Config, EPaxos};
use crate::kernel::prelude::*;
use crate::kernel::{Access, Evidence, LINEARIZABILITY};
use crate::protocols::ballot::Ballot;
use crate::services::kv::Command;

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    LINEARIZABILITY,
    PropertyInfo {
        name: "conflicts-ordered",
        about: "Of two committed commands that conflict, at least one depends on the other.",
        source: "EPaxos §4.5, execution consistency",
    },
    PropertyInfo {
        name: "same-order",
        about: "All replicas execute commands that conflict in the same order.",
        source: "EPaxos §3.1, execution consistency",
    },
    PropertyInfo {
        name: "dependencies-first",
        about: "Nothing is executed unless all that it depends on is: before it, or together with it.",
        source: "EPaxos §4.3.2",
    },
    PropertyInfo {
        name: "ballots-last",
        about: "No replica goes back to a lower ballot of an instance, or takes anything in a ballot above the one that it has joined.",
        source: "Sutra 2019; EPaxos §4.7",
    },
];

/// A broken property: its name, the facts, and earlier events concerned.
type Broken = (&'static str, String, Vec<EventId>);

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    /// What was first seen to be committed in each instance, and when.
    committed: PersistentMap<Instance, (Value, Evidence<EventId>)>,
    /// By key: the instances that write it, in the order in which they were first executed anywhere, and before which write each
    /// read was, as the number of writes before it.
    written: PersistentMap<Word, PersistentVec<Instance>>,
    read: PersistentMap<Instance, usize>,
    /// The last that is known of each replica, by place.
    seen: Vec<Seen>,
}

/// What was last seen of a replica.
#[derive(Clone, Hash, Default)]
struct Seen {
    /// The ballots that it had joined.
    joined: PersistentMap<Instance, Ballot>,
    /// How many of its changes were read.
    changes: Evidence<usize>,
    /// How many instances it had executed.
    executed: usize,
    /// How many writes of each key were among them.
    writes: PersistentMap<Word, usize>,
}

impl Monitor {
    /// What a replica has written down since it was last looked at. What it had not made durable when it crashed, nobody has
    /// heard of.
    fn records(&mut self, node: NodeId, event: EventId, now: &Disk) -> Vec<Broken> {
        let mut broken = Vec::new();
        let past = &now.past.0;
        let known = std::mem::replace(&mut self.seen[node.index()].changes.0, past.len()).min(past.len());
        for instance in past.from(known) {
            let Some(record) = now.records.get(instance) else { continue };
            let before = self.seen[node.index()].joined.get(instance).copied();
            let taken = record.taken.as_ref().map(|taken| taken.ballot);
            if taken > Some(record.joined) || before > Some(record.joined) {
                let text = format!("Replica {node} has gone back to ballot {} of instance {instance}.", record.joined);
                broken.push(("ballots-last", text, Vec::new()));
            }
            self.seen[node.index()].joined.insert(*instance, record.joined);
            if let Some(value) = record.committed().filter(|_| !self.committed.contains_key(instance)) {
                broken.extend(self.commit(*instance, value, event));
            }
        }
        broken
    }

    /// An instance is committed for the first time.
    fn commit(&mut self, instance: Instance, value: &Value, event: EventId) -> Option<Broken> {
        let apart = |(other, (found, _)): &(&Instance, &(Value, _))| {
            found.entry.conflicts_with(&value.entry) && !found.deps.has(instance) && !value.deps.has(**other)
        };
        let found = self.committed.iter().find(apart).map(|(other, (found, when))| {
            let text = format!(
                "Instance {instance} is committed with {value}, and {other} with {found}: neither depends on the other."
            );
            ("conflicts-ordered", text, vec![when.0])
        });
        self.committed.insert(instance, (value.clone(), Evidence(event)));
        found
    }

    /// What a replica has executed since.
    fn executions(&mut self, node: NodeId, state: &State, disk: &Disk) -> Vec<Broken> {
        let mut broken = Vec::new();
        let before = std::mem::replace(&mut self.seen[node.index()].executed, state.order.len());
        for &instance in state.order.from(before) {
            let Some(value) = disk.records.get(&instance).and_then(|record| record.committed()) else { continue };
            let missing = value.deps.all().iter().find(|dep| !state.executed.contains_key(dep));
            if let Some(missing) = missing {
                let text = format!("Replica {node} has executed instance {instance} without {missing}.");
                broken.push(("dependencies-first", text, Vec::new()));
            }
            broken.extend(self.execute(node, instance, &value.entry));
        }
        broken
    }

    /// A replica executes what others may have executed before: the same writes of a key before it.
    fn execute(&mut self, node: NodeId, instance: Instance, entry: &Entry) -> Option<Broken> {
        let key = entry.key()?;
        let writes = self.seen[node.index()].writes.get_or_insert(key.clone(), 0);
        let before = *writes;
        let other = |other: String| {
            let text = format!("Replica {node} executes instance {instance} after {before} writes of {key}, {other}.");
            ("same-order", text, Vec::new())
        };
        if entry.reads() {
            let first = *self.read.get_or_insert(instance, before);
            return (first != before).then(|| other(format!("another replica did after {first}")));
        }
        *writes += 1;
        let order = self.written.get_or_insert(key.clone(), PersistentVec::new());
        match order.get(before) {
            None => order.push(instance),
            Some(first) if *first != instance => return Some(other(format!("another replica {first}"))),
            Some(_) => {}
        }
        None
    }
}

impl Check for EPaxos {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        let Some(node) = event.node.filter(|node| !node.is_client()) else { return };
        monitor.seen.resize(cluster.size(), Seen::default());
        let durable = cluster.durable(node);
        let mut broken = monitor.records(node, event.id, durable);
        match cluster.state(node) {
            // Where something written is not durable, it crashes amid this event, and has told nobody what came of it.
            Some(state) if durable == cluster.disk(node) => broken.extend(monitor.executions(node, state, durable)),
            _ => {
                let seen = &mut monitor.seen[node.index()];
                (seen.executed, seen.writes) = (0, PersistentMap::new());
            }
        }
        for (property, text, evidence) in broken {
            report.broken_since(property, format_args!("{text}"), &[node], &evidence);
        }
    }

    fn catch_up(monitor: &mut Monitor, cluster: &Cluster<'_, Self>) {
        for (seen, node) in monitor.seen.iter_mut().zip(cluster.nodes()) {
            seen.changes.0 = cluster.durable(node).past.0.len();
        }
    }

    fn valid(_: &Config, value: &Value, asked: &Asked<'_, Command>) -> bool {
        value.entry.command().is_none_or(|(id, command)| asked.command(id) == Some(command))
    }

    fn commands_in(value: &Value) -> usize {
        usize::from(value.entry.request().is_some())
    }

    fn access(_: &Config, command: &Command) -> Option<Access> {
        Some(command.access())
    }

    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        vec![
            Quorum::simple(config.replicas, config.fast_quorum(), "to commit on the fast path"),
            Quorum::simple(config.replicas, config.majority(), "to commit at all"),
        ]
    }

    fn settled(cluster: &Cluster<'_, Self>) -> bool {
        cluster.nodes().filter_map(|node| cluster.state(node)).all(|state| state.leads.is_empty())
    }
}

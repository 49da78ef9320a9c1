//! What gossip is held to. Nothing is decided, so there is no agreement in the sense of consensus: what holds at any time is
//! that values only grow and are nobody's invention, and once all hold the same, it is the sum of what clients did.

use super::message::Command;
use super::value::{Name, Part, Place, Stamp, Value};
use super::{Config, Disk, Gossip};
use crate::kernel::prelude::*;
use crate::kernel::{Evidence, MOST_CLIENTS};

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "grows",
        about: "What a replica holds only grows: no part is lost, and none goes back, not even in a crash.",
        source: "Shapiro et al. 2011, §2.3: a monotone semilattice",
    },
    PropertyInfo {
        name: "no-invention",
        about: "Nobody holds what no client has asked for: no value, no element, and no greater total.",
        source: "Shapiro et al. 2011, §2",
    },
    PropertyInfo {
        name: "last-writer-wins",
        about: "A write replaces what its replica held at that moment.",
        source: "Lamport 1978; Shapiro et al. 2011, §3.2.1",
    },
    PropertyInfo {
        name: "one-value-per-stamp",
        about: "No two values of a register have the same stamp, so that all take the same for the last one.",
        source: "Johnson, Thomas 1975 (RFC 677); Shapiro et al. 2011, §3.2.1",
    },
    PropertyInfo {
        name: "add-wins",
        about: "After an add the element is in the set, whatever was removed before; after a remove it is out.",
        source: "Shapiro et al. 2011, §3.3.5",
    },
    PropertyInfo {
        name: "no-resurrection",
        about: "A tag that a replica knows to be removed is never in its set again.",
        source: "Demers et al. 1987, §2.1; Shapiro et al. 2011, §3.3.5",
    },
    PropertyInfo {
        name: "adds-up",
        about: "Once all replicas hold the same, a counter's total is the sum of all that was counted.",
        source: "Shapiro et al. 2011, §3.1.1",
    },
];

/// Who showed a value first, and in which event.
type Shown = Evidence<(NodeId, EventId)>;

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    /// The greatest part that each replica has held at each place, by the replica's place.
    held: Vec<PersistentMap<Place, Part>>,
    /// What each replica held last, by place.
    last: Vec<Value>,
    /// The number of each client's last request that a replica has carried out.
    done: PersistentMap<(NodeId, NodeId), u32>,
    /// How many requests of each client were looked at, by place.
    asked: Vec<u32>,
    /// The writes and adds that were asked for.
    words: PersistentMap<Command, ()>,
    /// How much clients have asked to count, and how much was carried out.
    counts: PersistentMap<Name, (u32, u32)>,
    /// Which value each stamp was seen with, where first and when.
    stamps: PersistentMap<(Name, Stamp), (Name, Shown)>,
}

impl Check for Gossip {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        let Some(me) = event.node.filter(|node| !node.is_client()) else { return };
        monitor.held.resize(cluster.size(), PersistentMap::new());
        monitor.last.resize(cluster.size(), Value::default());
        let disk = kept(cluster, me);
        let changed = monitor.last[me.index()] != disk.value;
        if changed {
            monitor.hear(cluster);
            monitor.grows(me, &disk.value, report);
            monitor.is_asked_for(me, &disk.value, report);
            monitor.has_one_value_per_stamp(me, event.id, &disk.value, report);
            monitor.last[me.index()] = disk.value.clone();
        }
        monitor.takes_effect(me, disk, cluster, report);
        if changed {
            monitor.adds_up(me, cluster, report);
        }
    }

    /// Nothing is decided.
    fn valid(_: &Config, value: &Never, _: &Asked<'_, Command>) -> bool {
        match *value {}
    }

    /// Rumors alone may die out, and then copies stay different.
    fn settled(cluster: &Cluster<'_, Self>) -> bool {
        let idle = |client| cluster.client(client).is_none_or(|client| client.wanted.is_empty());
        let mut values = cluster.nodes().filter(|node| cluster.correct(*node)).map(|node| &cluster.disk(node).value);
        let first = values.next();
        NodeId::clients(MOST_CLIENTS).all(idle)
            && (!cluster.config().has_rounds() || values.all(|value| Some(value) == first))
    }
}

/// What a replica has for good: what is not on disk yet, a crash may still undo before anybody hears of it.
fn kept<'a>(cluster: &Cluster<'a, Gossip>, node: NodeId) -> &'a Disk {
    if cluster.config().update_not_durable { cluster.disk(node) } else { cluster.durable(node) }
}

impl Monitor {
    /// Takes note of what clients have asked for since.
    fn hear(&mut self, cluster: &Cluster<'_, Gossip>) {
        self.asked.resize(MOST_CLIENTS, 0);
        for client in NodeId::clients(MOST_CLIENTS) {
            let seen = &mut self.asked[client.index()];
            while let Some(command) = cluster.asked(RequestId { client, number: *seen + 1 }) {
                *seen += 1;
                match *command {
                    Command::Count(key, amount) => self.counts.get_or_insert(key, (0, 0)).0 += amount,
                    Command::Write(..) | Command::Add(..) => self.words.insert(*command, ()),
                    Command::Read(_) | Command::Remove(..) => {}
                }
            }
        }
    }

    /// What changed since this replica was seen last: only that is looked at.
    fn fresh<'a>(&self, me: NodeId, value: &'a Value) -> Vec<(&'a Place, &'a Part)> {
        let last = &self.last[me.index()];
        value.iter().filter(|(place, part)| last.get(place) != Some(part)).collect()
    }

    fn grows(&mut self, me: NodeId, value: &Value, report: &mut Report) {
        let held = &mut self.held[me.index()];
        for (place, most) in held.iter() {
            let now = value.get(place);
            let (property, what) = match (most, now) {
                (_, Some(now)) if now >= most => continue,
                // Whoever forgets a tombstone has lost nothing, unless the element comes back.
                (Part::Removed, None) => continue,
                (Part::Removed, Some(_)) => ("no-resurrection", "had removed it, and now has it again"),
                (_, None) => ("grows", "held it, and now does not"),
                (_, Some(_)) => ("grows", "held a greater one before than now"),
            };
            report.broken(property, format_args!("Replica {me} {what}: {}.", name(place)), &[me]);
        }
        for (place, part) in value.iter() {
            let most = held.get(place).is_none_or(|most| most < part);
            if most {
                held.insert(*place, part.clone());
            }
        }
    }

    fn is_asked_for(&self, me: NodeId, value: &Value, report: &mut Report) {
        for (place, part) in self.fresh(me, value) {
            let (asked, what) = match (place, part) {
                (Place::Register(key), Part::Written(written)) => (
                    self.words.contains_key(&Command::Write(*key, written.value)),
                    format!("{key} = {}", written.value),
                ),
                (Place::Added(key, element, _), _) => {
                    (self.words.contains_key(&Command::Add(*key, *element)), format!("{element} in {key}"))
                }
                (Place::Share(key, _), _) => {
                    let total = value.total(*key);
                    let asked = self.counts.get(key).is_some_and(|(asked, _)| total <= *asked);
                    (asked, format!("a total of {total} for {key}"))
                }
                _ => continue,
            };
            if !asked {
                report.broken("no-invention", format_args!("Replica {me} has {what}, and nobody asked for it."), &[me]);
            }
        }
    }

    fn has_one_value_per_stamp(&mut self, me: NodeId, event: EventId, value: &Value, report: &mut Report) {
        for (place, part) in self.fresh(me, value) {
            let (Place::Register(key), Part::Written(written)) = (place, part) else { continue };
            let first = (written.value, Evidence((me, event)));
            let (other, Evidence((by, since))) = *self.stamps.get_or_insert((*key, written.stamp), first);
            if other != written.value {
                let text = format_args!(
                    "Replica {me} holds {key} = {} with stamp {}, but replica {by} held {other} with the same stamp.",
                    written.value, written.stamp
                );
                report.broken_since("one-value-per-stamp", text, &[by, me], &[since]);
            }
        }
    }

    /// What was just carried out for a client shows in what its replica holds.
    fn takes_effect(&mut self, me: NodeId, disk: &Disk, cluster: &Cluster<'_, Gossip>, report: &mut Report) {
        for (client, (number, _)) in disk.done.iter() {
            let last = self.done.get_or_insert((me, *client), 0);
            if *number <= *last {
                continue;
            }
            *last = *number;
            let Some(command) = cluster.asked(RequestId { client: *client, number: *number }) else { continue };
            let value = &disk.value;
            let (property, holds) = match *command {
                Command::Write(key, word) => {
                    ("last-writer-wins", value.register(key).is_some_and(|written| written.value == word))
                }
                Command::Add(key, element) => ("add-wins", value.contains(key, element)),
                Command::Remove(key, element) => ("add-wins", !value.contains(key, element)),
                Command::Count(key, amount) => {
                    self.counts.get_or_insert(key, (0, 0)).1 += amount;
                    continue;
                }
                Command::Read(_) => continue,
            };
            if !holds {
                let text = format_args!("Replica {me} has carried out {command}, and it does not show.");
                report.broken(property, text, &[me]);
            }
        }
    }

    fn adds_up(&self, me: NodeId, cluster: &Cluster<'_, Gossip>, report: &mut Report) {
        let value = &kept(cluster, me).value;
        let same = |node| cluster.correct(node) && kept(cluster, node).value == *value;
        if !cluster.nodes().all(same) {
            return;
        }
        for (key, (_, counted)) in self.counts.iter().filter(|(key, (_, counted))| value.total(**key) != *counted) {
            let text = format_args!("All replicas hold {key} = {}, but {counted} were counted.", value.total(*key));
            report.broken("adds-up", text, &[me]);
        }
    }
}

/// A place, in words.
fn name(place: &Place) -> String {
    match place {
        Place::Register(key) => format!("register {key}"),
        Place::Share(key, node) => format!("the share of replica {node} in {key}"),
        Place::Added(key, element, tag) => format!("{element} in {key}, with tag {tag}"),
        Place::AnyAdd(key, element) => format!("{element} in {key}"),
    }
}

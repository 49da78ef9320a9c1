//! What the register is held to, besides linearizability, which is checked in what clients saw.

use super::message::{Command, Name, Tag};
use super::replica::{Operation, Phase};
use super::{Config, Disk, QuorumRegister};
use crate::kernel::prelude::*;
use crate::kernel::{Access, Evidence, LINEARIZABILITY, RegisterOp};

/// The protocol's own properties.
pub const PROPERTIES: &[PropertyInfo] = &[
    LINEARIZABILITY,
    PropertyInfo {
        name: "regularity",
        about: "An operation that begins after a write has ended never gets an older tag than that write.",
        source: "Lamport 1986; Attiya, Bar-Noy, Dolev 1995, §3",
    },
    PropertyInfo {
        name: "one-value-per-tag",
        about: "No two values of a register have the same tag.",
        source: "Lynch, Shvartsman 1997, §3",
    },
    PropertyInfo {
        name: "tags-grow",
        about: "A replica's copy never goes back to a lower tag, not even in a crash.",
        source: "Attiya, Bar-Noy, Dolev 1995, §3",
    },
];

/// Who showed a value first, and in which event.
type Shown = Evidence<(NodeId, EventId)>;

/// What the properties must remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    /// The copies of each replica as they were last seen, by place.
    seen: Vec<PersistentMap<Name, Tag>>,
    /// Which value each tag was seen with, where first and when.
    values: PersistentMap<(Name, Tag), (Name, Shown)>,
    /// The greatest tag of the writes of a register that have ended, and when that one did.
    ended: PersistentMap<Name, (Tag, Evidence<EventId>)>,
    /// Of each client's last operation: its number, the greatest tag of a write that had ended before, and when that was;
    /// and whether it has ended itself.
    begun: PersistentMap<NodeId, (u32, Tag, Evidence<EventId>, bool)>,
}

impl Monitor {
    /// What a replica's copies hold now.
    fn look(&mut self, me: NodeId, event: EventId, disk: &Disk, report: &mut Report) {
        let seen = &mut self.seen[me.index()];
        for (&key, before) in seen.clone().iter() {
            let now = disk.copy(key).tag;
            if now < *before {
                let text = format_args!("Replica {me} had {key} with tag {before} and now has tag {now}.");
                report.broken("tags-grow", text, &[me]);
                seen.insert(key, now);
            }
        }
        for (&key, copy) in
            disk.copies.iter().filter(|(key, copy)| seen.get(key) != Some(&copy.tag)).collect::<Vec<_>>()
        {
            seen.insert(key, copy.tag);
            let first = (copy.value, Evidence((me, event)));
            let (value, Evidence((by, since))) = *self.values.get_or_insert((key, copy.tag), first);
            if value != copy.value {
                let text = format_args!(
                    "Replica {me} holds {key} = {} with tag {}, but replica {by} held {value} with the same tag.",
                    copy.value, copy.tag
                );
                report.broken_since("one-value-per-tag", text, &[by, me], &[since]);
            }
        }
    }

    /// How far an operation has come: which writes had ended when it began, and whether it is told less.
    fn follow(&mut self, me: NodeId, event: EventId, operation: &Operation, report: &mut Report) {
        let Operation { id, command, phase, best, .. } = operation;
        let key = command.key();
        if self.begun.get(&id.client).is_none_or(|(number, ..)| *number < id.number) {
            let (floor, when) = self.ended.get(&key).copied().unwrap_or((Tag::default(), Evidence(EventId(0))));
            self.begun.insert(id.client, (id.number, floor, when, false));
        }
        let Some((number, floor, when, over)) = self.begun.get_mut(&id.client) else { return };
        if *phase != Phase::Done || *over || *number != id.number {
            return;
        }
        *over = true;
        if best.tag < *floor {
            let text = format_args!(
                "Replica {me} carries out {command} with tag {}, but a write with tag {floor} had ended before it began.",
                best.tag
            );
            report.broken_since("regularity", text, &[me], &[when.0]);
        }
        if matches!(command, Command::Write(..)) && self.ended.get(&key).is_none_or(|(tag, _)| *tag < best.tag) {
            self.ended.insert(key, (best.tag, Evidence(event)));
        }
    }
}

impl Check for QuorumRegister {
    type Monitor = Monitor;

    fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<'_, Self>, report: &mut Report) {
        let Some(me) = event.node.filter(|node| !node.is_client()) else { return };
        monitor.seen.resize(cluster.size(), PersistentMap::new());
        let durable = !cluster.config().copy_not_durable;
        monitor.look(me, event.id, if durable { cluster.durable(me) } else { cluster.disk(me) }, report);
        for operation in cluster.state(me).into_iter().flat_map(|state| state.operations.values()) {
            monitor.follow(me, event.id, operation, report);
        }
    }

    /// Nothing is decided.
    fn valid(_: &Config, value: &Never, _: &Asked<'_, Command>) -> bool {
        match *value {}
    }

    fn access(_: &Config, command: &Command) -> Option<Access> {
        let (key, touch) = match command {
            Command::Write(key, value) => (key, RegisterOp::Write(value.word().into())),
            Command::Read(key) => (key, RegisterOp::Read),
        };
        Some(Access { key: key.word().into(), touch })
    }

    /// All of it rests on read quorums and write quorums that share a copy.
    fn assumes(config: &Config, property: &str) -> Option<&'static [Assumption]> {
        let promised = match property {
            "linearizability" => config.is_atomic(),
            "regularity" => config.quorums_meet(),
            _ => true,
        };
        promised.then_some(&[])
    }

    fn quorums(config: &Config, _: &Disk) -> Vec<Quorum> {
        vec![
            Quorum::simple(config.copies, config.read_quorum, "to find the newest value"),
            Quorum::simple(config.copies, config.write_quorum, "to store a value"),
        ]
    }

    fn settled(cluster: &Cluster<'_, Self>) -> bool {
        let idle = |client| cluster.client(client).is_none_or(|client| client.wanted.is_empty());
        NodeId::clients(crate::kernel::MOST_CLIENTS).all(idle)
    }
}

//! The five properties of Figure 3, checked after every event on what that event changed.
//!
//! A rolling hash stands for a whole log up to an index, so each check costs the same however long the log is.

use crate::kernel::{
    self, Cluster, Event, EventId, Evidence, LINEARIZABILITY, NodeId, PerReplica, PersistentMap, PropertyInfo, Report,
};

use super::Raft;
use super::log::{Entry, Log};
use super::state::{Disk, Role, State};

/// What the properties say, as data.
pub const PROPERTIES: &[PropertyInfo] = &[
    PropertyInfo {
        name: "election-safety",
        about: "At most one leader is elected in each term.",
        source: "Ongaro, Ousterhout 2014, Figure 3, §5.2",
    },
    PropertyInfo {
        name: "leader-append-only",
        about: "A leader never overwrites or deletes entries of its log; it only appends.",
        source: "Ongaro, Ousterhout 2014, Figure 3, §5.3",
    },
    PropertyInfo {
        name: "log-matching",
        about: "If two logs have an entry with the same index and term, they are identical up to that entry.",
        source: "Ongaro, Ousterhout 2014, Figure 3, §5.3",
    },
    PropertyInfo {
        name: "leader-completeness",
        about: "An entry committed in a term is in the logs of the leaders of all later terms.",
        source: "Ongaro, Ousterhout 2014, Figure 3, §5.4",
    },
    PropertyInfo {
        name: "state-machine-safety",
        about: "No two replicas apply different entries at the same index.",
        source: "Ongaro, Ousterhout 2014, Figure 3, §5.4.3",
    },
    LINEARIZABILITY,
];

/// What the properties remember.
#[derive(Clone, Hash, Default)]
pub struct Monitor {
    seen: PerReplica<Seen>,
    /// Who was elected in each term, and with which log.
    leaders: PersistentMap<u64, Elected>,
    /// For each index and term that any log ever held: the hash up to there. Never forgotten, so that two logs are
    /// compared even where they did not exist at the same time.
    entries: PersistentMap<(u64, u64), Held>,
    /// What leaders committed, by index.
    committed: kernel::PersistentVec<Committed>,
    /// What servers applied, by index.
    applied: kernel::PersistentVec<Applied>,
}

/// A server as it was after its last event; equal means that nothing relevant has changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Seen {
    leads: Option<u64>,
    last: u64,
    prefix: u64,
    commit: u64,
    applied: u64,
}

#[derive(Clone, Hash)]
struct Elected {
    node: NodeId,
    event: Evidence<EventId>,
    log: Log,
}

#[derive(Clone, Copy, Hash)]
struct Held {
    prefix: u64,
    /// Where it was first seen.
    first: Evidence<(NodeId, EventId)>,
}

#[derive(Clone, Copy, Hash)]
struct Committed {
    /// The hash of the log up to here.
    prefix: u64,
    /// The term of the leader that committed it first.
    term: u64,
    /// By whom, and in which event.
    first: Evidence<(NodeId, EventId)>,
}

#[derive(Clone, Hash)]
struct Applied {
    entry: Entry,
    /// Who applied it first, and in which event.
    first: Evidence<(NodeId, EventId)>,
}

/// A property that does not hold: its name, the facts, the replicas and earlier events concerned.
#[derive(Debug)]
pub(super) struct Broken(pub &'static str, pub String, pub Vec<NodeId>, pub Vec<EventId>);

/// See [`crate::kernel::Protocol::observe`].
pub(super) fn observe(monitor: &mut Monitor, event: &Event, cluster: &Cluster<Raft>, report: &mut Report) {
    let Some(me) = event.node.filter(|node| !node.is_client()) else { return };
    let (state, disk) = (cluster.state(me), cluster.disk(me));
    // What a handler wanted done may have been cut by a crash: what is not on disk was not committed by a leader alone.
    let durable = cluster.durable(me).log.last_index();
    let now = Seen::of(state, disk, durable);
    if monitor.seen.get(me.index()) == Some(&now) {
        return; // Mostly nothing has changed that a property speaks of.
    }
    for Broken(property, text, nodes, evidence) in monitor.look(me, event.id, state, disk, durable) {
        report.broken_since(property, format_args!("{text}"), &nodes, &evidence);
    }
}

impl Seen {
    fn of(state: Option<&State>, disk: &Disk, durable: u64) -> Self {
        let Some(state) = state else { return Seen::default() };
        Seen {
            leads: matches!(state.role, Role::Leader(_)).then_some(disk.term),
            last: disk.log.last_index(),
            prefix: disk.log.last_prefix(),
            commit: state.commit.min(durable),
            applied: state.applied.min(durable),
        }
    }
}

impl Monitor {
    /// Looks at one server after an event at it; `state` is `None` while it is crashed.
    pub(super) fn look(
        &mut self,
        me: NodeId,
        event: EventId,
        state: Option<&State>,
        disk: &Disk,
        durable: u64,
    ) -> Vec<Broken> {
        if self.seen.len() <= me.index() {
            self.seen.resize(me.number(), Seen::default());
        }
        let now = Seen::of(state, disk, durable);
        let before = std::mem::replace(&mut self.seen[me.index()], now);
        if before == now || state.is_none() {
            return Vec::new();
        }
        let mut broken = Vec::new();
        let log = &disk.log;
        if (now.last, now.prefix) != (before.last, before.prefix) {
            self.log_matching(me, event, log, &mut broken);
        }
        if let Some(term) = now.leads {
            if before.leads == now.leads {
                leader_append_only(me, term, &before, log, &mut broken);
            } else {
                self.election_safety(me, event, term, log, &mut broken);
            }
            if now.commit > before.commit {
                self.commit(me, event, (term, now.commit), log, &mut broken);
            }
        }
        for index in before.applied + 1..=now.applied {
            self.state_machine_safety(me, event, index, log, &mut broken);
        }
        broken
    }

    /// Only new entries need a look: going back from the end, the first that was seen before with the same hash ends
    /// the search, for all before it were seen with it.
    fn log_matching(&mut self, me: NodeId, event: EventId, log: &Log, broken: &mut Vec<Broken>) {
        for index in (1..=log.last_index()).rev() {
            // At the log's beginning this is the last entry of a snapshot, whose hash stands for all before it.
            let (Some(term), Some(prefix)) = (log.term_at(index), log.prefix_at(index)) else { return };
            match self.entries.get(&(index, term)) {
                None => {
                    let held = Held { prefix, first: Evidence((me, event)) };
                    self.entries.insert((index, term), held);
                }
                Some(held) if held.prefix == prefix => return,
                Some(Held { first: Evidence((first, since)), .. }) => {
                    let text = format!(
                        "Replicas {first} and {me} both have an entry {index} of term {term}, but their logs differ at or before it."
                    );
                    return broken.push(Broken("log-matching", text, vec![*first, me], vec![*since]));
                }
            }
        }
    }

    /// A leader was elected: the only one of its term, and with every entry that was committed in earlier terms.
    fn election_safety(&mut self, me: NodeId, event: EventId, term: u64, log: &Log, broken: &mut Vec<Broken>) {
        match self.leaders.get(&term) {
            Some(first) if first.node != me => {
                let text = format!("Replicas {} and {me} have both been elected leader of term {term}.", first.node);
                broken.push(Broken("election-safety", text, vec![first.node, me], vec![first.event.0]));
            }
            _ => self.leaders.insert(term, Elected { node: me, event: Evidence(event), log: log.clone() }),
        }
        // The last entry committed in an earlier term; its hash stands for all before it. Where all is well terms don't
        // fall along the committed log, so this ends at its first step.
        let mut index = self.committed.len();
        while let Some(committed) = index.checked_sub(1).and_then(|place| self.committed.get(place)) {
            if committed.term < term {
                if !log.may_hold(index as u64, committed.prefix) {
                    broken.push(incomplete(index as u64, committed, (me, term), event));
                }
                return;
            }
            index -= 1;
        }
    }

    /// A leader committed entries up to `index`: leaders of later terms that were elected before it knew must have them too.
    fn commit(&mut self, me: NodeId, event: EventId, (term, index): (u64, u64), log: &Log, broken: &mut Vec<Broken>) {
        let Some(prefix) = log.prefix_at(index) else { return };
        let now = Committed { prefix, term, first: Evidence((me, event)) };
        for (&later, leader) in self.leaders.from(&(term + 1)) {
            if !leader.log.may_hold(index, prefix) {
                broken.push(incomplete(index, &now, (leader.node, later), leader.event.0));
                break;
            }
        }
        for place in self.committed.len() as u64 + 1..=index {
            let Some(prefix) = log.prefix_at(place) else { return };
            self.committed.push(Committed { prefix, ..now });
        }
    }

    fn state_machine_safety(&mut self, me: NodeId, event: EventId, index: u64, log: &Log, broken: &mut Vec<Broken>) {
        let Some(entry) = log.get(index) else { return };
        match self.applied.get(index as usize - 1) {
            // The first to apply it, unless what was before it came in a liar's snapshot.
            None if index as usize > self.applied.len() + 1 => {}
            None => self.applied.push(Applied { entry: entry.clone(), first: Evidence((me, event)) }),
            Some(first) if first.entry.same(entry) => {}
            Some(Applied { entry: other, first: Evidence((first, since)) }) => {
                let text = format!(
                    "Replica {me} applies {} of term {} as entry {index}, but replica {first} applied {} of term {} there.",
                    entry.label(),
                    entry.term,
                    other.label(),
                    other.term
                );
                broken.push(Broken("state-machine-safety", text, vec![*first, me], vec![*since]));
            }
        }
    }
}

fn leader_append_only(me: NodeId, term: u64, before: &Seen, log: &Log, broken: &mut Vec<Broken>) {
    if log.prefix_at(before.last) != Some(before.prefix) {
        let text = format!(
            "Replica {me} leads term {term}, but it has changed or deleted entries of its log, which went up to entry {}.",
            before.last
        );
        broken.push(Broken("leader-append-only", text, vec![me], vec![]));
    }
}

fn incomplete(index: u64, committed: &Committed, (leader, term): (NodeId, u64), elected: EventId) -> Broken {
    let Evidence((by, when)) = committed.first;
    let text = format!(
        "Replica {by} committed entry {index} in term {}, but replica {leader}, the leader of term {term}, lacks that entry or an earlier one.",
        committed.term
    );
    let evidence = vec![when.min(elected), when.max(elected)];
    Broken("leader-completeness", text, vec![by, leader], evidence)
}

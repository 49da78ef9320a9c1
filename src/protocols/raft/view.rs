//! What the page sees of a server.

use crate::kernel::{Cell, CellState, Field, NodeId, ReplicaView, Tally, Value, WordInfo};

use super::Config;
use super::replica::{Disk, Leadership, Role, State};

/// The fields of the view.
pub const FIELDS: &[WordInfo] = &[
    WordInfo { name: "term", about: "The latest term that the server has seen (currentTerm, on disk)." },
    WordInfo { name: "voted-for", about: "Whom it has voted for in that term, or none (votedFor, on disk)." },
    WordInfo { name: "last-index", about: "The index of the last entry of its log (on disk)." },
    WordInfo { name: "leader", about: "Who leads the term, as far as it knows, or none." },
    WordInfo { name: "commit-index", about: "The last entry that it knows to be committed (commitIndex)." },
    WordInfo { name: "last-applied", about: "The last entry that it has applied (lastApplied)." },
    WordInfo { name: "store", about: "What its state machine holds: x=1 y=2." },
    WordInfo { name: "next-index", about: "Of a leader: the next entry to send to each other server (nextIndex)." },
    WordInfo {
        name: "match-index",
        about: "Of a leader: the last entry known to be on each other's disk (matchIndex).",
    },
];

/// The place of each role in the descriptor.
pub fn role_of(role: &Role) -> u8 {
    match role {
        Role::Follower => 0,
        Role::Candidate(_) => 1,
        Role::Leader(_) => 2,
    }
}

/// A server that runs.
pub fn running(config: &Config, me: NodeId, state: &State, disk: &Disk) -> ReplicaView {
    let mut view = from_disk(disk, state.commit);
    view.role = super::ROLES[role_of(&state.role) as usize].name;
    view.committed = state.commit;
    let mut add = |name, value: Value| view.fields.push(Field { name, value });
    add("leader", named(state.leader));
    add("commit-index", state.commit.into());
    add("last-applied", state.applied.into());
    add("store", state.store.show().into());
    if let Role::Leader(lead) = &state.role {
        add("next-index", list(me, &lead.next).into());
        add("match-index", list(me, &lead.matched).into());
    }
    view.tallies = tallies(config, state, disk);
    view
}

/// A server that is crashed: what its disk holds. Which entries are committed is not on it.
pub fn crashed(disk: &Disk) -> ReplicaView {
    from_disk(disk, 0)
}

fn from_disk(disk: &Disk, commit: u64) -> ReplicaView {
    let last = disk.log.last_index();
    let first = last.saturating_sub(ReplicaView::CELLS as u64) + 1;
    let cell = |slot| {
        let entry = disk.log.get(slot)?;
        let state = if slot <= commit { CellState::Committed } else { CellState::Pending };
        Some(Cell { slot, epoch: entry.term, label: entry.label(), state })
    };
    ReplicaView {
        role: super::ROLES[0].name,
        epoch: disk.term,
        committed: 0,
        badge: format!("t{}", disk.term),
        fields: vec![
            Field { name: "term", value: disk.term.into() },
            Field { name: "voted-for", value: named(disk.voted_for) },
            Field { name: "last-index", value: last.into() },
        ],
        log: (first..=last).filter_map(cell).collect(),
        tallies: Vec::new(),
    }
}

fn tallies(config: &Config, state: &State, disk: &Disk) -> Vec<Tally> {
    let needed = config.majority() as u16;
    match &state.role {
        Role::Follower => Vec::new(),
        Role::Candidate(votes) => {
            let votes = votes.keys().map(|node| node.raw()).collect();
            vec![Tally { about: format!("vote for term {}", disk.term), votes, needed }]
        }
        Role::Leader(_) if state.commit == disk.log.last_index() => Vec::new(),
        Role::Leader(lead) => {
            let index = state.commit + 1;
            vec![Tally { about: format!("commit #{index}"), votes: holders(lead, index), needed }]
        }
    }
}

fn holders(lead: &Leadership, index: u64) -> Vec<u16> {
    (1..).zip(&lead.matched).filter(|(_, matched)| **matched >= index).map(|(number, _)| number).collect()
}

fn named(node: Option<NodeId>) -> Value {
    node.map_or("none".into(), |node| Value::Number(i64::from(node.raw())))
}

/// `2:5 3:4`: a number for each server but this one.
fn list(me: NodeId, numbers: &[u64]) -> String {
    let mut text = String::new();
    for (number, index) in (1..).zip(numbers) {
        if number != me.number() {
            text += &format!("{}{number}:{index}", if text.is_empty() { "" } else { " " });
        }
    }
    text
}

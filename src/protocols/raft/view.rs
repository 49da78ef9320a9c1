//! What the page sees of a server.

use crate::kernel::{Cell, CellState, Effects, Field, NodeId, ReplicaView, Tally, Value, WordInfo};

use super::Config;
use super::members::{Group, Members};
use super::reads::Reads;
use super::replica::{Disk, Leadership, Peer, Replica, Role, State};

/// The fields of the view.
pub const FIELDS: &[WordInfo] = &[
    WordInfo { name: "term", about: "The latest term that the server has seen (currentTerm, on disk)." },
    WordInfo { name: "voted-for", about: "Whom it has voted for in that term, or none (votedFor, on disk)." },
    WordInfo { name: "last-index", about: "The index of the last entry of its log (on disk)." },
    WordInfo { name: "members", about: "The latest configuration in its log: 1-3, or joint 1-3+3-5 (§6)." },
    WordInfo { name: "learners", about: "Who gets the log without a vote, in that configuration (thesis §4.2.1)." },
    WordInfo { name: "snapshot-index", about: "The last entry that its snapshot stands for, 0 without one (§7)." },
    WordInfo { name: "leader", about: "Who leads the term, as far as it knows, or none." },
    WordInfo { name: "commit-index", about: "The last entry that it knows to be committed (commitIndex)." },
    WordInfo { name: "last-applied", about: "The last entry that it has applied (lastApplied)." },
    WordInfo { name: "store", about: "What its state machine holds: x=1 y=2." },
    WordInfo { name: "next-index", about: "Of a leader: the next entry to send to each other server (nextIndex)." },
    WordInfo {
        name: "match-index",
        about: "Of a leader: the last entry known to be on each other's disk (matchIndex).",
    },
    WordInfo { name: "lease", about: "Of a leader that reads by lease: whether it holds (thesis §6.4.1)." },
];

/// The place of each role in the descriptor.
pub fn role_of(role: &Role) -> u8 {
    match role {
        Role::Follower => 0,
        Role::Candidate(_) => 1,
        Role::Leader(_) => 2,
        Role::PreCandidate(_) => 3,
    }
}

/// A server that runs.
pub fn running(config: &Config, me: NodeId, state: &State, disk: &Disk) -> ReplicaView {
    let mut view = from_disk(config, disk, state.commit);
    view.role = super::ROLES[role_of(&state.role) as usize].name;
    view.committed = state.commit;
    let mut add = |name, value: Value| view.fields.push(Field { name, value });
    add("leader", named(state.leader));
    add("commit-index", state.commit.into());
    add("last-applied", state.applied.into());
    add("store", state.store.show().into());
    if let Role::Leader(lead) = &state.role {
        add("next-index", list(me, lead, |peer| peer.next).into());
        add("match-index", list(me, lead, |peer| peer.matched).into());
    }
    if config.reads == Reads::Lease && matches!(state.role, Role::Leader(_)) {
        let out = &mut Effects::new(me, config.replicas, 0, 0);
        let (state, disk) = (&mut state.clone(), &mut disk.clone());
        let holds = Replica { config, me, state, disk, out }.has_lease();
        add("lease", if holds { "holds" } else { "over" }.into());
    }
    view.tallies = tallies(config, state, disk);
    view
}

/// A server that is crashed: what its disk holds. Which entries are committed is not on it.
pub fn crashed(config: &Config, disk: &Disk) -> ReplicaView {
    from_disk(config, disk, 0)
}

fn from_disk(config: &Config, disk: &Disk, commit: u64) -> ReplicaView {
    let last = disk.log.last_index();
    let first = last.saturating_sub(ReplicaView::CELLS as u64).max(disk.log.base()) + 1;
    let cell = |slot| {
        let entry = disk.log.get(slot)?;
        let state = if slot <= commit { CellState::Committed } else { CellState::Pending };
        Some(Cell { slot, epoch: entry.term, label: entry.label(), state })
    };
    let members = disk.log.members(config);
    let mut view = ReplicaView {
        role: super::ROLES[0].name,
        epoch: disk.term,
        committed: 0,
        badge: format!("t{}", disk.term),
        fields: vec![
            Field { name: "term", value: disk.term.into() },
            Field { name: "voted-for", value: named(disk.voted_for) },
            Field { name: "last-index", value: last.into() },
            Field { name: "members", value: Members { learners: Group::default(), ..members }.to_string().into() },
            Field { name: "snapshot-index", value: disk.log.base().into() },
        ],
        log: (first..=last).filter_map(cell).collect(),
        tallies: Vec::new(),
    };
    if !members.learners.is_empty() {
        view.fields.push(Field { name: "learners", value: members.learners.to_string().into() });
    }
    view
}

fn tallies(config: &Config, state: &State, disk: &Disk) -> Vec<Tally> {
    let members = disk.log.members(config);
    match &state.role {
        Role::Follower => Vec::new(),
        Role::PreCandidate(votes) => {
            of_groups(config, members, &format!("pre-vote for term {}", disk.term + 1), |node| votes.has(node))
        }
        Role::Candidate(votes) => {
            of_groups(config, members, &format!("vote for term {}", disk.term), |node| votes.has(node))
        }
        Role::Leader(_) if state.commit == disk.log.last_index() => Vec::new(),
        Role::Leader(lead) => {
            // Copies of entries of earlier terms commit nothing (§5.4.2).
            let own = if config.commit_old_terms { 0 } else { disk.log.first_from_term(disk.term) };
            let index = own.max(state.commit + 1);
            let about = match index <= disk.log.last_index() {
                true => format!("commit #{index}"),
                false => format!("waits for an entry of term {}", disk.term),
            };
            of_groups(config, members, &about, |node| lead.matched(node) >= index)
        }
    }
}

/// Who is for it, in each group that needs its majority.
fn of_groups(config: &Config, members: Members, about: &str, is_for: impl Fn(NodeId) -> bool) -> Vec<Tally> {
    let tally = |group: Group| Tally {
        about: if members.is_joint() { format!("{about} of {group}") } else { about.into() },
        votes: group.nodes().filter(|&node| is_for(node)).map(NodeId::raw).collect(),
        needed: config.majority(group.len()) as u16,
    };
    members.groups(config).map(tally).collect()
}

fn named(node: Option<NodeId>) -> Value {
    node.map_or("none".into(), |node| Value::Number(i64::from(node.raw())))
}

/// `2:5 3:4`: a number for each server but this one.
fn list(me: NodeId, lead: &Leadership, number: impl Fn(&Peer) -> u64) -> String {
    let mut text = String::new();
    for (place, peer) in lead.peers.iter().enumerate().filter(|(place, _)| *place != me.index()) {
        text += &format!("{}{}:{}", if text.is_empty() { "" } else { " " }, place + 1, number(peer));
    }
    text
}

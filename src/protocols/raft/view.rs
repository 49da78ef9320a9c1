//! What the page sees of a server.

use crate::kernel::{CellStatus, Effects, NodeId, ReplicaView, View, listed};

use super::Config;
use super::configuration::{Members, NodeSet};
use super::reads::Reads;
use super::state::{Disk, Leadership, Peer, Role, Server, State};

/// The fields of the view.
#[derive(View)]
pub struct Shown {
    /// The latest term that it has seen (currentTerm, on disk).
    term: u64,
    /// Whom it has voted for in that term, or none (votedFor, on disk).
    voted_for: Option<NodeId>,
    /// The index of the last entry of its log (on disk).
    last_index: u64,
    /// The latest configuration in its log: 1-3, or joint 1-3+3-5 (§6).
    members: String,
    /// Who gets the log but has no vote in that configuration (thesis §4.2.1).
    #[field(if_some)]
    learners: Option<String>,
    /// The last entry that its snapshot covers, 0 without a snapshot (§7).
    snapshot_index: u64,
    #[field(flatten)]
    running: Option<Running>,
}

/// What it has in memory.
#[derive(View)]
struct Running {
    /// Who leads the term as far as it knows, or none.
    leader: Option<NodeId>,
    /// The last entry that it knows to be committed (commitIndex).
    commit_index: u64,
    /// The last entry that it has applied (lastApplied).
    last_applied: u64,
    /// What its store holds: x=1 y=2.
    store: String,
    #[field(flatten)]
    leading: Option<Leading>,
}

/// What it has in memory as a leader.
#[derive(View)]
struct Leading {
    /// Of a leader: the next entry to send to each other replica (nextIndex).
    next_index: String,
    /// Of a leader: the last entry that each other replica has confirmed (matchIndex).
    match_index: String,
    /// Of a leader that reads by lease: whether its lease holds or is over (thesis §6.4.1).
    #[field(if_some)]
    lease: Option<&'static str>,
}

/// What a server has on its disk, and in memory while it runs.
pub fn show(config: &Config, me: NodeId, state: Option<&State>, disk: &Disk, view: &mut ReplicaView) {
    view.badge(&format_args!("t{}", disk.term));
    // Which entries are committed is not on a disk.
    view.committed = state.map_or(0, |state| state.commit);
    log(disk, view);
    let members = disk.log.members(config);
    view.add(&Shown {
        term: disk.term,
        voted_for: disk.voted_for,
        last_index: disk.log.last_index(),
        members: Members { learners: NodeSet::default(), ..members }.to_string(),
        learners: (!members.learners.is_empty()).then(|| members.learners.to_string()),
        snapshot_index: disk.log.base(),
        running: state.map(|state| running(config, me, state, disk)),
    });
    if let Some(state) = state {
        tallies(config, state, disk, view);
    }
}

fn running(config: &Config, me: NodeId, state: &State, disk: &Disk) -> Running {
    let leading = match &state.role {
        Role::Leader(lead) => Some(Leading {
            next_index: list(me, lead, |peer| peer.next),
            match_index: list(me, lead, |peer| peer.matched),
            lease: (config.reads == Reads::Lease).then(|| lease(config, me, state, disk)),
        }),
        _ => None,
    };
    let store = state.store.show();
    Running { leader: state.leader, commit_index: state.commit, last_applied: state.applied, store, leading }
}

fn lease(config: &Config, me: NodeId, state: &State, disk: &Disk) -> &'static str {
    let out = &mut Effects::new(me, config.replicas, 0);
    let (state, disk) = (&mut state.clone(), &mut disk.clone());
    let holds = Server { config, me, state, disk, out }.has_lease();
    if holds { "holds" } else { "over" }
}

fn log(disk: &Disk, view: &mut ReplicaView) {
    let last = disk.log.last_index();
    let first = last.saturating_sub(ReplicaView::CELLS as u64).max(disk.log.base()) + 1;
    for slot in first..=last {
        if let Some(entry) = disk.log.get(slot) {
            let state = if slot <= view.committed { CellStatus::Committed } else { CellStatus::Pending };
            view.entry(slot, entry.term, &entry.label(), state);
        }
    }
}

fn tallies(config: &Config, state: &State, disk: &Disk, view: &mut ReplicaView) {
    match &state.role {
        Role::Follower => {}
        Role::PreCandidate(votes) => {
            let about = format!("pre-vote for term {}", disk.term + 1);
            tally(config, disk, &about, &|node| votes.has(node), view);
        }
        Role::Candidate(votes) => {
            let about = format!("vote for term {}", disk.term);
            tally(config, disk, &about, &|node| votes.has(node), view);
        }
        Role::Leader(_) if state.commit == disk.log.last_index() => {}
        Role::Leader(lead) => {
            // Copies of entries of earlier terms commit nothing (§5.4.2).
            let own = if config.commit_old_terms { 0 } else { disk.log.first_from_term(disk.term) };
            let index = own.max(state.commit + 1);
            let about = match index <= disk.log.last_index() {
                true => format!("commit #{index}"),
                false => format!("waits for an entry of term {}", disk.term),
            };
            tally(config, disk, &about, &|node| lead.matched(node) >= index, view);
        }
    }
}

/// Who is for it, in each group that needs its majority.
fn tally(config: &Config, disk: &Disk, about: &str, is_for: &dyn Fn(NodeId) -> bool, view: &mut ReplicaView) {
    let members = disk.log.members(config);
    for group in members.groups(config) {
        let needed = config.majority(group.len());
        match members.is_joint() {
            true => view.tally(&format_args!("{about} of {group}"), needed),
            false => view.tally(&about, needed),
        }
        view.votes(group.nodes().filter(|node| is_for(*node)));
    }
}

/// `2:5 3:4`: a number for each server but this one.
fn list(me: NodeId, lead: &Leadership, number: impl Fn(&Peer) -> u64) -> String {
    let others = lead.peers.iter().enumerate().filter(|(place, _)| *place != me.index());
    listed(others.map(|(place, peer)| format!("{}:{}", place + 1, number(peer))), " ")
}

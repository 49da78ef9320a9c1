//! What the page sees of a server.

use crate::kernel::{CellState, Effects, NodeId, ReplicaView, WordInfo};

use super::Config;
use super::configuration::{Group, Members};
use super::reads::Reads;
use super::replica::{Disk, Leadership, Peer, Role, Server, State};

/// The fields of the view.
pub const FIELDS: &[WordInfo] = &[
    WordInfo { name: "term", about: "The latest term that it has seen (currentTerm, on disk)." },
    WordInfo { name: "voted-for", about: "Whom it has voted for in that term, or none (votedFor, on disk)." },
    WordInfo { name: "last-index", about: "The index of the last entry of its log (on disk)." },
    WordInfo { name: "members", about: "The latest configuration in its log: 1-3, or joint 1-3+3-5 (§6)." },
    WordInfo { name: "learners", about: "Who gets the log but has no vote in that configuration (thesis §4.2.1)." },
    WordInfo { name: "snapshot-index", about: "The last entry that its snapshot covers, 0 without a snapshot (§7)." },
    WordInfo { name: "leader", about: "Who leads the term as far as it knows, or none." },
    WordInfo { name: "commit-index", about: "The last entry that it knows to be committed (commitIndex)." },
    WordInfo { name: "last-applied", about: "The last entry that it has applied (lastApplied)." },
    WordInfo { name: "store", about: "What its store holds: x=1 y=2." },
    WordInfo { name: "next-index", about: "Of a leader: the next entry to send to each other replica (nextIndex)." },
    WordInfo {
        name: "match-index",
        about: "Of a leader: the last entry that each other replica has confirmed (matchIndex).",
    },
    WordInfo {
        name: "lease",
        about: "Of a leader that reads by lease: whether its lease holds or is over (thesis §6.4.1).",
    },
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

/// What a server has on its disk, and in memory while it runs.
pub fn show(config: &Config, me: NodeId, state: Option<&State>, disk: &Disk, view: &mut ReplicaView) {
    view.badge(&format_args!("t{}", disk.term));
    // Which entries are committed is not on a disk.
    view.committed = state.map_or(0, |state| state.commit);
    log(disk, view);
    let members = disk.log.members(config);
    view.number("term", disk.term);
    view.node("voted-for", disk.voted_for);
    view.number("last-index", disk.log.last_index());
    view.show("members", &Members { learners: Group::default(), ..members });
    view.number("snapshot-index", disk.log.base());
    if !members.learners.is_empty() {
        view.show("learners", &members.learners);
    }
    let Some(state) = state else { return };
    view.node("leader", state.leader);
    view.number("commit-index", state.commit);
    view.number("last-applied", state.applied);
    view.text("store", &state.store.show());
    if let Role::Leader(lead) = &state.role {
        view.text("next-index", &list(me, lead, |peer| peer.next));
        view.text("match-index", &list(me, lead, |peer| peer.matched));
        if config.reads == Reads::Lease {
            let out = &mut Effects::new(me, config.replicas, 0);
            let (state, disk) = (&mut state.clone(), &mut disk.clone());
            let holds = Server { config, me, state, disk, out }.has_lease();
            view.text("lease", if holds { "holds" } else { "over" });
        }
    }
    tallies(config, state, disk, view);
}

fn log(disk: &Disk, view: &mut ReplicaView) {
    let last = disk.log.last_index();
    let first = last.saturating_sub(ReplicaView::CELLS as u64).max(disk.log.base()) + 1;
    for slot in first..=last {
        if let Some(entry) = disk.log.get(slot) {
            let state = if slot <= view.committed { CellState::Committed } else { CellState::Pending };
            view.cell(slot, entry.term, &entry.label(), state);
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
        for node in group.nodes() {
            if is_for(node) {
                view.vote(node);
            }
        }
    }
}

/// `2:5 3:4`: a number for each server but this one.
fn list(me: NodeId, lead: &Leadership, number: impl Fn(&Peer) -> u64) -> String {
    let mut text = String::new();
    for (place, peer) in lead.peers.iter().enumerate().filter(|(place, _)| *place != me.index()) {
        text += &format!("{}{}:{}", if text.is_empty() { "" } else { " " }, place + 1, number(peer));
    }
    text
}

//! A server's state, as Figure 2 of the extended paper has it.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::{self, Context, NodeId, PerReplica, PersistentMap, RequestId};
use crate::services::kv::{Store, Word};

use super::Raft;
use super::configuration::{Members, NodeSet};
use super::log::Log;
use super::snapshot::{Sessions, Snapshot};

/// Persistent state: written before any answer that relies on it goes out.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug, Serialize, Deserialize)]
pub struct Disk {
    /// The latest term that the server has seen.
    pub term: u64,
    /// Whom it has voted for in that term.
    pub voted_for: Option<NodeId>,
    /// The log, as far as no snapshot stands for it.
    pub log: Log,
    /// What stands for the entries before it (§7).
    pub snapshot: Option<Rc<Snapshot>>,
    /// Whether the server has run before; only the bug of a blank disk asks.
    pub used: bool,
}

/// Volatile state: gone after a crash, the store too, which snapshot and log bring back.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// What the server is at present.
    pub role: Role,
    /// Who leads the current term, as far as it knows.
    pub leader: Option<NodeId>,
    /// Whether it has heard from a leader less than the least election timeout ago (thesis §4.2.3).
    pub heard: bool,
    /// The index of the last entry that it knows to be committed.
    pub commit: u64,
    /// The index of the last entry that it has applied.
    pub applied: u64,
    /// The state machine.
    pub store: Store,
    /// What each client was answered last (§8).
    pub sessions: Sessions,
    /// The change of members that it was asked for as leader and that is not in the log yet. One that is deposed keeps
    /// it until it hears another leader.
    pub change: Option<Change>,
    /// The last request to hand over that it saw to as leader, and what came of it.
    pub handed_over: Option<(RequestId, &'static str)>,
}

/// What a server is.
#[derive(kernel::Role, Clone, Hash, Debug, Default)]
#[role(order("follower", "candidate", "leader"))]
pub enum Role {
    /// Answers leaders and candidates, and waits to hear from a leader.
    #[default]
    #[role(Follow)]
    Follower,
    /// Asks whether it would be elected before it starts a new term.
    ///
    /// These would vote for it (thesis §9.6).
    #[role(Contend)]
    PreCandidate(NodeSet),
    /// Stands for election and counts its votes.
    ///
    /// These have voted for it, each counted once.
    #[role(Contend)]
    Candidate(NodeSet),
    /// Takes clients' requests and replicates its log.
    #[role(Lead)]
    Leader(Leadership),
}

/// A leader's volatile state, made anew after each election.
#[derive(Clone, Hash, Debug, Default)]
pub struct Leadership {
    /// What it knows of each server, one place for each.
    pub peers: PerReplica<Peer>,
    /// The latest round of heartbeats; they are numbered from 1 in each term.
    pub round: u64,
    /// The last round whose lease is over, by this leader's own clock (thesis §6.4.1).
    pub expired: u64,
    /// Who has answered since it last made sure of a majority (thesis §6.2).
    pub heard: NodeSet,
    /// Reads that wait for a round (thesis §6.4).
    pub reads: Vec<Read>,
    /// To whom it hands over, and whose request that is (thesis §3.10).
    pub transfer: Option<(NodeId, RequestId)>,
    /// Whether it ever told another to stand in this term: its lease means nothing from then on.
    pub told: bool,
    /// The last request of each client that it has appended.
    pub appended: Appended,
}

/// For each client the number and the index of the last of its requests that a leader has appended. The log says the same,
/// so no hash needs it.
#[derive(Clone, Debug, Default)]
pub struct Appended(PersistentMap<NodeId, (u32, u64)>);

// Hashed by hand: the log says the same.
impl Hash for Appended {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Appended {
    /// Whether a request, or a later one of that client, stands behind this index.
    pub fn has(&self, id: RequestId, behind: u64) -> bool {
        self.0.get(&id.client).is_some_and(|&(number, index)| number >= id.number && index > behind)
    }

    /// Takes down that a request was appended at this index.
    pub fn add(&mut self, id: RequestId, index: u64) {
        self.0.insert(id.client, (id.number, index));
    }
}

/// What a leader knows of another server.
#[derive(Clone, Hash, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// The index of the next entry to send to it (nextIndex).
    pub next: u64,
    /// The highest index known to be on its disk (matchIndex).
    pub matched: u64,
    /// The batches that are on their way to it.
    pub in_flight: VecDeque<InFlight>,
    /// How many batches fewer than `pipeline` may be on their way: a network that lets them overtake each other delivers
    /// a full pipeline in vain (thesis §10.2.1).
    pub narrowed: u64,
    /// The latest round that it has answered.
    pub round: u64,
    /// The latest round in which it has shown that it holds what it acknowledged.
    pub agreed: u64,
    /// The round that was under way when it last acknowledged entries: what was sent in a later one was sent after that.
    pub matched_in: u64,
}

/// A batch of entries that is on its way to a server, as far as the leader knows.
#[derive(Clone, Copy, Hash, Debug, PartialEq, Eq)]
pub struct InFlight {
    /// The index of its last entry.
    pub last: u64,
    /// The round in which it was sent.
    pub round: u64,
    /// The round from which on it counts as lost: it has been under way for a heartbeat's time by then.
    pub lost_from: u64,
}

/// A read that waits.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Read {
    /// Whose.
    pub id: RequestId,
    /// What is read.
    pub key: Word,
    /// The commit index when its round began; what is applied must have come so far.
    pub index: u64,
    /// The round that must be answered by a majority; 0 while it waits for the next batch.
    pub round: u64,
}

/// A change that is asked for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Change {
    /// Whose request it is.
    pub id: RequestId,
    /// The members that are wanted.
    pub members: Members,
    /// Whether it goes by joint consensus.
    pub joint: bool,
    /// The last committed entry when this round of replication began, what came later being on its way to all: the round
    /// ends when all new voters have it (thesis §4.2.1).
    pub target: u64,
    /// The round of heartbeats with which it began: only who has answered that one is known to be there now.
    pub heartbeat: u64,
    /// Whether this round has taken an election timeout already.
    pub slow: bool,
    /// How many election timeouts more it waits.
    pub patience: u32,
}

/// A server at work on one input.
pub(super) type Server<'a> = Context<'a, Raft>;

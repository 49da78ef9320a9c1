//! What a client can ask for: something of the store, or something of the cluster itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::{self, NodeId, ReadWord};
use crate::services::kv;

use super::configuration::{Members, NodeSet};

/// A request, as a person makes it.
#[derive(kernel::Command, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Something of the replicated store.
    #[command(flatten)]
    Store(kv::Command),
    /// Let the leader hand its leadership over to this replica (thesis §3.10).
    #[command(usage = "transfer REPLICA", example = "transfer 2")]
    Transfer(NodeId),
    /// Change to these members by joint consensus (§6).
    #[command(usage = "members REPLICAS", example = "members 1-3")]
    Members(NodeSet),
    /// Add one voting member (thesis §4).
    #[command(usage = "add REPLICA", example = "add 3")]
    Add(NodeId),
    /// Remove one member (thesis §4).
    #[command(usage = "remove REPLICA", example = "remove 3")]
    Remove(NodeId),
    /// Let this replica get the log without a vote (thesis §4.2.1).
    #[command(usage = "learner REPLICA", example = "learner 3")]
    Learner(NodeId),
}

impl ReadWord for NodeSet {
    fn read_word(word: &str, replicas: usize) -> Result<Self, String> {
        NodeSet::parse(word, replicas)
    }
}

impl Command {
    /// The members that are wanted, as a change of these; `None` where no change is asked for.
    pub fn change(&self, mut members: Members) -> Option<Members> {
        members.old = NodeSet::default();
        match *self {
            Command::Members(voters) => {
                (members.voters, members.learners) = (voters, members.learners.minus(voters));
            }
            Command::Add(node) => {
                (members.voters, members.learners) = (members.voters.with(node), members.learners.without(node));
            }
            Command::Remove(node) => {
                (members.voters, members.learners) = (members.voters.without(node), members.learners.without(node));
            }
            Command::Learner(node) => {
                (members.voters, members.learners) = (members.voters.without(node), members.learners.with(node));
            }
            Command::Store(_) | Command::Transfer(_) => return None,
        }
        Some(members)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Store(kv::Command::Put(key, value)) => write!(f, "put {key} {value}"),
            Command::Store(kv::Command::Get(key)) => write!(f, "get {key}"),
            Command::Store(kv::Command::Add(key, amount)) => write!(f, "add {key} {amount}"),
            Command::Transfer(to) => write!(f, "transfer {to}"),
            Command::Members(group) => write!(f, "members {group}"),
            Command::Add(node) => write!(f, "add {node}"),
            Command::Remove(node) => write!(f, "remove {node}"),
            Command::Learner(node) => write!(f, "learner {node}"),
        }
    }
}

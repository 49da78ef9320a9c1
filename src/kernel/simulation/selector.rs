//! Whom an act is about.

use std::fmt;

use crate::kernel::data::ids::NodeId;

/// Whom an act is about. Roles are looked up when the act is carried out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Selector {
    /// This node.
    Node(NodeId),
    /// The live replica that leads, of the highest epoch, the lowest id of several. `leader` and `primary` both mean it.
    Leader,
    /// All other live replicas than the leader.
    Followers,
    /// All replicas.
    All,
}

impl fmt::Display for Selector {
    /// As a scenario writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::Node(node) => node.fmt(f),
            Selector::Leader => f.write_str("leader"),
            Selector::Followers => f.write_str("followers"),
            Selector::All => f.write_str("all"),
        }
    }
}

impl From<NodeId> for Selector {
    fn from(node: NodeId) -> Self {
        Selector::Node(node)
    }
}

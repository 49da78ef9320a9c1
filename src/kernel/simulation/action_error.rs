//! Why an action can't be carried out.

use std::error::Error;
use std::fmt;

use super::selector::Selector;
use crate::kernel::data::ids::{MessageId, NodeId};
use crate::kernel::data::topology::TopologyKind;
use crate::kernel::descriptor::command_syntax::ReadError;

/// Why an action, or a look for those whom it is about, is refused. The world is then as it was. Shown, it is a sentence for
/// people.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ActionError {
    /// The command can't be read.
    Command(ReadError),
    /// So many requests wait at a client that it takes no more.
    RequestsWaiting {
        /// Which client.
        client: NodeId,
        /// How many wait at most.
        limit: u32,
    },
    /// There can't be so many clients.
    TooManyClients {
        /// How many there can be.
        limit: usize,
    },
    /// So many messages are in flight that none is added.
    TooManyMessages {
        /// How many there can be.
        limit: usize,
    },
    /// No node has this name.
    NoSuchNode {
        /// Who was named.
        node: NodeId,
        /// How many there are, or can be, of this kind.
        have: usize,
    },
    /// A client has not asked for anything, so that there is nothing to be done to it.
    ClientUnknown {
        /// Which.
        client: NodeId,
    },
    /// Nobody leads.
    NobodyLeads,
    /// Nobody follows.
    NobodyFollows,
    /// A selector means several where it should mean one.
    Several {
        /// How many it means.
        found: usize,
    },
    /// A selector may mean several where it should mean one.
    MayBeSeveral {
        /// The selector.
        selector: Selector,
    },
    /// A client is named where a replica is meant.
    NotAReplica {
        /// Who was named.
        node: NodeId,
    },
    /// A replica is named, or the leader, where a client is meant.
    NotAClient {
        /// Who was named.
        selector: Selector,
    },
    /// Somebody is in two groups of a partition.
    TwoGroups {
        /// Who.
        node: Selector,
    },
    /// Nobody is left for a group of a partition.
    EmptyGroup {
        /// Which, from 1.
        group: usize,
    },
    /// A node is named twice.
    NamedTwice {
        /// Which.
        node: NodeId,
    },
    /// A replica would misbehave towards itself.
    TowardsItself {
        /// Which.
        node: NodeId,
    },
    /// A replica is crashed.
    Crashed {
        /// Which.
        replica: NodeId,
    },
    /// A replica that should crash is crashed.
    CrashedAlready {
        /// Which.
        replica: NodeId,
    },
    /// A replica is crashed, so none of its timers runs.
    NoTimers {
        /// Which.
        replica: NodeId,
    },
    /// A replica that should start again is not crashed.
    NotCrashed {
        /// Which.
        replica: NodeId,
    },
    /// A replica is paused, and takes nothing in.
    Paused {
        /// Which.
        replica: NodeId,
    },
    /// A replica that should pause is paused.
    PausedAlready {
        /// Which.
        replica: NodeId,
    },
    /// A replica that should go on is not paused.
    NotPaused {
        /// Which.
        replica: NodeId,
    },
    /// A replica that should be honest again is.
    NotByzantine {
        /// Which.
        replica: NodeId,
    },
    /// A replica can't tell such a lie about a message now.
    NoLie {
        /// The lie's name.
        lie: &'static str,
        /// Who would tell it.
        replica: NodeId,
        /// About which message.
        message: MessageId,
    },
    /// An agent has no open question.
    NoQuestion {
        /// Which.
        agent: NodeId,
    },
    /// A timer does not run.
    NoTimer {
        /// What it is called.
        timer: &'static str,
        /// What it is about, where that was said.
        about: Option<u64>,
        /// At whom.
        node: NodeId,
    },
    /// A link would lead from a node to itself.
    LinkToItself {
        /// Who was named.
        node: Selector,
    },
    /// A link is not cut by itself.
    NotCut {
        /// From here.
        from: NodeId,
        /// To there.
        to: NodeId,
    },
    /// A message is not in flight.
    NotInFlight {
        /// Which.
        message: MessageId,
    },
    /// Fewer messages are in flight than the one that is meant would need.
    TooFewMessages {
        /// What their kind is called, `message` for any.
        kind: &'static str,
        /// How many there are.
        have: usize,
    },
    /// A delay changes nothing: the message has no time of arrival.
    WaitsForHand {
        /// Which message.
        message: MessageId,
    },
    /// A delay changes nothing: the message has arrived at a paused replica.
    HasArrived {
        /// Which message.
        message: MessageId,
        /// At whom.
        at: NodeId,
    },
    /// So many replicas can't be joined like that.
    Topology {
        /// How they should be joined.
        kind: TopologyKind,
        /// Why they can't.
        why: String,
    },
    /// The action is not one on the network.
    NotOfTheNetwork,
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ActionError::*;
        match self {
            Command(error) => error.fmt(f),
            RequestsWaiting { client, limit } => write!(f, "{limit} requests wait at client {client} already"),
            TooManyClients { limit } => write!(f, "there can be at most {limit} clients"),
            TooManyMessages { limit } => write!(f, "there are {limit} messages in flight already"),
            NoSuchNode { node, have } => {
                let what = if node.is_client() { "clients can be" } else { "replicas are" };
                write!(f, "there is no {node}: {what} numbered 1 to {have}")
            }
            ClientUnknown { client } => write!(f, "client {client} has asked for nothing yet"),
            NobodyLeads => f.write_str("nobody leads right now"),
            NobodyFollows => f.write_str("nobody follows right now"),
            Several { found } => write!(f, "one node is meant here, not {found}"),
            MayBeSeveral { selector } => write!(f, "one node is meant here, and `{selector}` may be several"),
            NotAReplica { node } => write!(f, "a replica is meant here, and {node} is a client"),
            NotAClient { selector: Selector::Node(node) } => {
                write!(f, "a client is meant here, as in c1, and {node} is a replica")
            }
            NotAClient { selector } => write!(f, "a client is meant here, as in c1, and the {selector} is none"),
            TwoGroups { node } => write!(f, "{node} can't be in two groups"),
            EmptyGroup { group } => write!(f, "nobody is left for group {group} of the partition"),
            NamedTwice { node } => write!(f, "{node} is named twice"),
            TowardsItself { node } => write!(f, "{node} can't misbehave towards itself"),
            Crashed { replica } => write!(f, "replica {replica} is crashed"),
            CrashedAlready { replica } => write!(f, "replica {replica} is crashed already"),
            NoTimers { replica } => write!(f, "replica {replica} is crashed: its timers don't run"),
            NotCrashed { replica } => write!(f, "replica {replica} is not crashed"),
            Paused { replica } => write!(f, "replica {replica} is paused: resume it first"),
            PausedAlready { replica } => write!(f, "replica {replica} is paused already"),
            NotPaused { replica } => write!(f, "replica {replica} is not paused"),
            NotByzantine { replica } => write!(f, "replica {replica} is not Byzantine"),
            NoLie { lie, replica, message } => {
                write!(f, "replica {replica} can't tell the lie {lie} about message {message} now")
            }
            NoQuestion { agent } => write!(f, "agent {agent} has asked nothing"),
            NoTimer { timer, about: None, node } => write!(f, "no {timer} timer runs at {node}"),
            NoTimer { timer, about: Some(about), node } => write!(f, "no {timer} timer about {about} runs at {node}"),
            LinkToItself { node } => write!(f, "there is no link from {node} to itself"),
            NotCut { from, to } => write!(f, "{from} -> {to} is not cut; `heal` alone takes a partition back"),
            NotInFlight { message } => write!(f, "message {message} is not in flight"),
            TooFewMessages { kind, have: 0 } => write!(f, "no such {kind} is in flight"),
            TooFewMessages { kind, have } => write!(f, "only {have} such {kind} in flight"),
            WaitsForHand { message } => {
                write!(f, "{message} waits until it is delivered by hand, so a delay changes nothing")
            }
            HasArrived { message, at } => {
                write!(f, "{message} has arrived and waits at {at}, which is paused, so a delay changes nothing")
            }
            Topology { why, .. } => f.write_str(why),
            NotOfTheNetwork => f.write_str("this act is unknown to the network"),
        }
    }
}

impl Error for ActionError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        if let ActionError::Command(error) = self { Some(error) } else { None }
    }
}

impl From<ReadError> for ActionError {
    fn from(error: ReadError) -> Self {
        ActionError::Command(error)
    }
}

impl From<ActionError> for String {
    /// The sentence alone, for those who only show it.
    fn from(error: ActionError) -> String {
        error.to_string()
    }
}

//! Why a protocol can't be set up as somebody asked.

use std::error::Error;
use std::fmt;

use crate::kernel::data::ids::NodeId;
use crate::kernel::data::topology::TopologyKind;

/// Why there is no configuration, no disk or no replica of what was asked for. Shown, it is a sentence for people.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SetupError {
    /// The protocol does not run with so many replicas.
    Replicas {
        /// What the protocol is called.
        protocol: &'static str,
        /// How many were asked for.
        asked: usize,
        /// The fewest and the most that it runs with.
        range: (u16, u16),
    },
    /// There is no such replica, or no such client.
    Node {
        /// Who was named.
        node: NodeId,
        /// How many replicas there are.
        replicas: usize,
    },
    /// A replica was meant, and a client named, or the other way around.
    Kind {
        /// Who was named.
        node: NodeId,
    },
    /// The protocol has no such option.
    UnknownOption {
        /// What the protocol is called.
        protocol: &'static str,
        /// The option's name, as it was written.
        option: String,
    },
    /// An option is set for one replica that is the same for all, or for a replica that is not there.
    NotPerReplica {
        /// Which option.
        option: &'static str,
        /// The replica's number.
        replica: u16,
    },
    /// The number given to an option is too small or too large.
    OutOfRange {
        /// Which option.
        option: &'static str,
        /// What was written.
        value: u64,
        /// The smallest and the largest number that it takes.
        range: (u64, u64),
    },
    /// The value of an option can't be read.
    Value {
        /// Which option.
        option: &'static str,
        /// What is wrong with the value.
        why: String,
    },
    /// A duration is too short.
    TooShort {
        /// Which option.
        option: &'static str,
        /// The shortest that it takes, as it would be written.
        least: &'static str,
    },
    /// An option does not fit the others: only the protocol knows why.
    Option {
        /// Which option.
        option: &'static str,
        /// Why, as a sentence.
        sentence: String,
    },
    /// So many replicas can't be joined like that.
    Topology {
        /// How they should be joined.
        kind: TopologyKind,
        /// Why they can't.
        why: String,
    },
    /// A disk of this protocol has no such key.
    UnknownDiskKey {
        /// What the protocol is called.
        protocol: &'static str,
        /// The key, as it was written.
        key: String,
    },
    /// What a disk should hold can't be, by itself or beside the rest.
    Disk {
        /// Under which key.
        key: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SetupError::Replicas { protocol, asked, range: (lo, hi) } => {
                write!(f, "{protocol} runs with {lo} to {hi} replicas, not with {asked}")
            }
            SetupError::Node { node, replicas } if !node.is_client() => {
                write!(f, "there is no {node}: replicas are numbered 1 to {replicas}")
            }
            SetupError::Node { node, .. } => write!(f, "there is no client {node}"),
            SetupError::Kind { node } if node.is_client() => {
                write!(f, "a replica is meant here, and {node} is a client")
            }
            SetupError::Kind { node } => write!(f, "a client is meant here, and {node} is a replica"),
            SetupError::UnknownOption { protocol, option } => write!(f, "`{option}` is no option of {protocol}"),
            SetupError::NotPerReplica { option, replica } => write!(f, "{option} can't be set for replica {replica}"),
            SetupError::OutOfRange { option, value, range: (lo, hi) } => {
                write!(f, "{option}: `{value}` is out of range: the number is between {lo} and {hi}")
            }
            SetupError::Value { option, why } => write!(f, "{option}: {why}"),
            SetupError::TooShort { option, least } => write!(f, "{option} must be at least {least}"),
            SetupError::Option { sentence: text, .. } | SetupError::Topology { why: text, .. } => f.write_str(text),
            SetupError::UnknownDiskKey { protocol, key } => write!(f, "`{key}` is no key of a disk of {protocol}"),
            SetupError::Disk { key, why } => write!(f, "{key}: {why}"),
        }
    }
}

impl Error for SetupError {}

impl From<SetupError> for String {
    /// The sentence alone, for those who only show it.
    fn from(error: SetupError) -> String {
        error.to_string()
    }
}

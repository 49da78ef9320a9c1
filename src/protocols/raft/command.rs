//! What a client can ask for: something of the store, or something of the cluster itself.

use std::fmt;

use crate::kernel::{CommandInfo, NodeId};
use crate::protocols::kv;

use super::Config;
use super::configuration::{Group, Members};

/// A request, as a person makes it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Command {
    /// Something of the replicated store.
    Store(kv::Command),
    /// The leader hands over to another (thesis §3.10).
    Transfer(NodeId),
    /// Another configuration, by joint consensus (§6).
    Members(Group),
    /// One voter more (thesis §4).
    Add(NodeId),
    /// One server less (thesis §4).
    Remove(NodeId),
    /// One learner more: it gets the log and has no vote (thesis §4.2.1).
    Learner(NodeId),
}

const fn info(usage: &'static str, example: &'static str, about: &'static str) -> CommandInfo {
    CommandInfo { usage, example, about }
}

/// The commands, for the descriptor.
pub const COMMANDS: &[CommandInfo] = &[
    kv::COMMANDS[0],
    kv::COMMANDS[1],
    kv::COMMANDS[2],
    info("transfer REPLICA", "transfer 2", "Let the leader hand its leadership over to this replica (thesis §3.10)."),
    info("members REPLICAS", "members 1-3", "Change to these members by joint consensus (§6)."),
    info("add REPLICA", "add 3", "Add one voting member (thesis §4)."),
    info("remove REPLICA", "remove 3", "Remove one member (thesis §4)."),
    info("learner REPLICA", "learner 3", "Let this replica get the log without a vote (thesis §4.2.1)."),
];

impl Command {
    /// Makes a command of its place in [`COMMANDS`] and its words. Errors: a sentence that says what was expected.
    pub fn new(config: &Config, place: usize, values: &[&str]) -> Result<Command, String> {
        if place < kv::COMMANDS.len() {
            return kv::command(place, values).map(Command::Store);
        }
        let (all, whom) = (config.replicas, values.concat());
        if place == 4 {
            return Group::parse(&whom, all).map(Command::Members);
        }
        let node = match whom.parse() {
            Ok(number) if (1..=all).contains(&number) => NodeId::replica(number),
            _ => return Err(format!("`{whom}` is not a replica: they are numbered 1 to {all}")),
        };
        Ok(match place {
            3 => Command::Transfer(node),
            5 => Command::Add(node),
            6 => Command::Remove(node),
            _ => Command::Learner(node),
        })
    }

    /// The members that are wanted, as a change of these; `None` where no change is asked for.
    pub fn change(&self, mut members: Members) -> Option<Members> {
        members.old = Group::default();
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

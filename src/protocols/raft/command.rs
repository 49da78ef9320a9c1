//! What a client can ask for: something of the store, or something of the cluster itself.

use std::fmt;

use crate::kernel::{CommandInfo, NodeId};
use crate::protocols::kv;

use super::Config;
use super::members::{Group, Members};

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
    info("transfer SERVER", "transfer 2", "Let the leader hand over to this server (thesis §3.10)."),
    info("members SERVERS", "members 1-3", "Change to these members by joint consensus (§6)."),
    info("add SERVER", "add 3", "Add one voting member (thesis §4)."),
    info("remove SERVER", "remove 3", "Remove one member (thesis §4)."),
    info("learner SERVER", "learner 3", "Let this server get the log without a vote (thesis §4.2.1)."),
];

impl Command {
    /// Reads a command. Errors: a sentence that says what was expected.
    pub fn parse(config: &Config, words: &[&str]) -> Result<Command, String> {
        let all = config.replicas;
        let server = |text: &str| match text.parse() {
            Ok(number) if (1..=all).contains(&number) => Ok(NodeId::replica(number)),
            _ => Err(format!("`{text}` is no server: they are numbered 1 to {all}")),
        };
        match words {
            ["transfer", to] => server(to).map(Command::Transfer),
            ["members", list] => Group::parse(list, all).map(Command::Members),
            ["add", node] => server(node).map(Command::Add),
            ["remove", node] => server(node).map(Command::Remove),
            ["learner", node] => server(node).map(Command::Learner),
            _ => kv::parse(words)
                .map(Command::Store)
                .map_err(|why| format!("{why}; to the cluster: transfer, members, add, remove or learner")),
        }
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

//! Instances, what is agreed on in one, and what travels.

use std::fmt;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::descriptor::fields::one_word;
use crate::kernel::prelude::*;
use crate::protocols::ballot::Ballot;
use crate::services::kv::{Command, Word};

/// A place for one command, `2.1`: the first one of replica 2 (L.i in the paper). Instances of different replicas stand in no order
/// of their own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Instance {
    /// Whose it is: the replica that leads it in ballot 0.
    pub leader: NodeId,
    /// Which of that replica's, from 1.
    pub number: u32,
}

impl Instance {
    /// Its slot in a run: a number of its own among all of so many replicas.
    pub fn slot(self, replicas: usize) -> u64 {
        u64::from(self.number - 1) * replicas as u64 + self.leader.number() as u64
    }

    /// The instance of a slot.
    pub fn at(slot: u64, replicas: usize) -> Self {
        let (before, all) = (slot - 1, replicas as u64);
        Instance { leader: NodeId::replica((before % all) as usize + 1), number: (before / all) as u32 + 1 }
    }

    /// Its ballot 0, in which only its own replica proposes.
    pub fn first_ballot(self) -> Ballot {
        Ballot { round: 0, proposer: self.leader }
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.leader, self.number)
    }
}

one_word!(Instance);

/// The instances that another one depends on, in order. Copies share them.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Deps(Option<Rc<[Instance]>>);

impl Deps {
    /// These, which are sorted here.
    pub fn new(mut all: Vec<Instance>) -> Self {
        all.sort_unstable();
        all.dedup();
        Deps((!all.is_empty()).then(|| all.into()))
    }

    /// All of them.
    pub fn all(&self) -> &[Instance] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether this one is among them.
    pub fn has(&self, instance: Instance) -> bool {
        self.all().binary_search(&instance).is_ok()
    }

    /// Those of both.
    pub fn union(&self, other: &Deps) -> Deps {
        match () {
            () if self == other || other.0.is_none() => self.clone(),
            () if self.0.is_none() => other.clone(),
            () => Deps::new([self.all(), other.all()].concat()),
        }
    }

    /// A few characters for a sentence.
    pub fn label(&self) -> ShortWord {
        ShortWord::clipped(&if self.0.is_none() { "nothing".into() } else { self.to_string() })
    }
}

impl fmt::Display for Deps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&listed(self.all(), " "))
    }
}

impl ShowField for Deps {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        fields.text(name, &self.to_string());
    }
}

/// What an instance holds.
#[derive(Display, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Entry {
    /// Nothing: its replica fell silent before anybody heard of a command.
    #[display("no-op")]
    NoOp,
    /// A client's command.
    #[display("{_1}")]
    Command(RequestId, Command),
}

impl Entry {
    /// A few characters for a sentence.
    pub fn label(&self) -> ShortWord {
        ShortWord::clipped(self)
    }

    /// Whose request it is; nobody's where there is no command.
    pub fn request(&self) -> Option<RequestId> {
        self.command().map(|(id, _)| id)
    }

    /// The command.
    pub fn command(&self) -> Option<(RequestId, &Command)> {
        match self {
            Entry::NoOp => None,
            Entry::Command(id, command) => Some((*id, command)),
        }
    }

    /// The key that it is about.
    pub fn key(&self) -> Option<&Word> {
        match self.command()?.1 {
            Command::Put(key, _) | Command::Get(key) | Command::Add(key, _) => Some(key),
        }
    }

    /// Whether it changes nothing that another one can see.
    pub fn reads(&self) -> bool {
        matches!(self.command(), Some((_, Command::Get(_))))
    }

    /// Whether it makes a difference in which order two are executed: they share a key, and one of them writes (§4.1).
    pub fn conflicts_with(&self, other: &Entry) -> bool {
        self.key().is_some() && self.key() == other.key() && !(self.reads() && other.reads())
    }
}

/// What is agreed on in an instance: a command and its attributes.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Value {
    /// The command (γ).
    pub entry: Entry,
    /// Its sequence number: greater than those of the commands that it depends on, as far as was known.
    pub seq: u32,
    /// The instances that it depends on.
    pub deps: Deps,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.deps.all() {
            [] => write!(f, "{} (seq {})", self.entry, self.seq),
            _ => write!(f, "{} (seq {}, after {})", self.entry, self.seq, self.deps),
        }
    }
}

/// How far an instance has come at a replica.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Stage {
    /// It has seen the command, and given it attributes.
    PreAccepted {
        /// Whether it added nothing to what the command's own leader had proposed.
        unchanged: bool,
    },
    /// It has accepted these attributes.
    Accepted,
    /// It knows that they are committed.
    Committed,
}

/// What a replica has taken in an instance.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Taken {
    /// In which ballot (vbal).
    pub ballot: Ballot,
    /// What.
    pub value: Value,
    /// How far that has come.
    pub stage: Stage,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.stage {
            Stage::PreAccepted { unchanged: true } => "pre-accepted unchanged",
            Stage::PreAccepted { unchanged: false } => "pre-accepted",
            Stage::Accepted => "accepted",
            Stage::Committed => "committed",
        };
        write!(f, "{} {how} in {}", self.value, self.ballot)
    }
}

one_word!(Taken);

/// What travels. `ballot` is the attempt in that instance that it belongs to.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // Fields are described above.
pub enum Message {
    /// A client asks a replica, whichever it likes.
    #[message(glyph = Envelope, label(command))]
    Request {
        id: RequestId,
        #[field(value = command.to_string())]
        command: Command,
    },
    /// Phase 1: the command's leader tells what it would be executed after, as far as it knows.
    #[message(glyph = Tag, label = "pre-accept {instance} {value}", epoch(ballot.epoch()))]
    PreAccept {
        instance: Instance,
        ballot: Ballot,
        #[field(value = value.to_string())]
        value: Value,
    },
    /// A replica has noted the command, and may have added to its attributes.
    #[message(glyph = Disc, reply, label = "ok {instance}", epoch(ballot.epoch()))]
    PreAcceptOk { instance: Instance, ballot: Ballot, seq: u32, deps: Deps },
    /// Phase 2, on the slow path: the leader asks to accept these attributes.
    #[message(glyph = Box, label = "accept {instance} {value}", epoch(ballot.epoch()))]
    Accept {
        instance: Instance,
        ballot: Ballot,
        #[field(value = value.to_string())]
        value: Value,
    },
    /// A replica has accepted them.
    #[message(glyph = Diamond, reply, label = "accepted {instance}", epoch(ballot.epoch()))]
    AcceptOk { instance: Instance, ballot: Ballot },
    /// A command and its attributes are final.
    #[message(glyph = Box, label = "commit {instance} {value}", epoch(ballot.epoch()))]
    Commit {
        instance: Instance,
        ballot: Ballot,
        #[field(value = value.to_string())]
        value: Value,
    },
    /// Explicit prepare: a replica has waited long enough, and wants to finish an instance in a higher ballot.
    #[message(glyph = Hexagon, label = "prepare {instance}, {ballot}", epoch(ballot.epoch()))]
    Prepare { instance: Instance, ballot: Ballot },
    /// A replica joins that ballot, and tells what it has taken in this instance.
    #[message(glyph = Disc, reply, label = "joins {ballot}", epoch(ballot.epoch()))]
    PrepareOk {
        instance: Instance,
        ballot: Ballot,
        #[field(if_some)]
        taken: Option<Taken>,
    },
    /// A replica has joined a higher ballot.
    #[message(glyph = Disc, reply, label = "no {instance}, {ballot}", epoch(ballot.epoch()))]
    Nack { instance: Instance, ballot: Ballot, joined: Ballot },
    /// A replica tells the client the outcome.
    #[message(glyph = Envelope, reply, label(outcome))]
    Reply {
        id: RequestId,
        #[field(value = outcome.to_string())]
        outcome: Word,
    },
}

//! What is voted on, and what travels.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::Command;
use crate::kernel::prelude::*;
use crate::protocols::ballot::Ballot;
use crate::services::kv::Word;

/// What a slot holds.
#[derive(Display, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Entry {
    /// Nothing: it fills a hole, so that what is behind it can be executed.
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

    /// Whose request it is; nobody's where it fills a hole.
    pub fn request(&self) -> Option<RequestId> {
        match self {
            Entry::NoOp => None,
            Entry::Command(id, _) => Some(*id),
        }
    }
}

/// An entry, accepted in a ballot: what the paper calls a pvalue, a triple of ballot, slot and command.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Pvalue {
    /// In which ballot.
    pub ballot: Ballot,
    /// In which slot, from 1.
    pub slot: u64,
    /// What.
    pub entry: Entry,
}

/// Several of them, in the order of their slots. Copies share them.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Pvalues(Option<Rc<[Pvalue]>>);

impl Pvalues {
    /// These.
    pub fn new(all: Vec<Pvalue>) -> Self {
        Pvalues((!all.is_empty()).then(|| all.into()))
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &Pvalue> {
        self.0.iter().flat_map(|all| all.iter())
    }

    /// What a promise with these is called.
    fn report(&self, ballot: Ballot) -> String {
        match self.iter().count() {
            0 => format!("promise {ballot}"),
            count => format!("promise {ballot}, {count} accepted"),
        }
    }

    /// What a bundle of decisions is called.
    fn slots(&self) -> String {
        match (self.iter().next(), self.iter().last()) {
            (Some(first), Some(last)) if first.slot < last.slot => format!("decided #{}-{}", first.slot, last.slot),
            (first, _) => format!("decided #{}", first.map_or(0, |first| first.slot)),
        }
    }
}

impl ShowField for Pvalues {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        let all = self.iter().map(|Pvalue { ballot, slot, entry }| format!("#{slot} {entry} ({ballot})"));
        fields.text(name, &listed(all, ", "));
    }
}

/// What travels. `ballot` is the attempt that it belongs to.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // Fields are described above.
pub enum Message {
    /// A client asks a replica; a replica that does not lead passes that on to the leader.
    #[message(glyph = Envelope, label(command))]
    Request {
        id: RequestId,
        #[field(value = command.to_string())]
        command: Command,
    },
    /// Phase 1a, once for all slots: a replica that wants to lead asks for promises, and what was accepted from a slot on.
    #[message(glyph = Tag, label = "prepare {ballot}", epoch(ballot.epoch()))]
    Prepare { ballot: Ballot, slot: u64 },
    /// Phase 1b: an acceptor promises to take part in no lower ballot, in any slot.
    ///
    /// It says what it has accepted, slot by slot, in the highest ballot so far.
    #[message(glyph = Disc, reply, label(accepted.report(*ballot)), epoch(ballot.epoch()))]
    Promise { ballot: Ballot, accepted: Pvalues },
    /// An acceptor has promised a higher ballot.
    #[message(glyph = Disc, reply, label = "no {ballot}", epoch(ballot.epoch()))]
    Nack { ballot: Ballot, promised: Ballot },
    /// Phase 2a: the leader asks all to accept an entry in a slot.
    #[message(glyph = Box, label = "accept #{slot} {entry}", epoch(ballot.epoch()))]
    Accept {
        ballot: Ballot,
        slot: u64,
        #[field(value = entry.to_string())]
        entry: Entry,
    },
    /// Phase 2b: an acceptor has accepted it.
    #[message(glyph = Diamond, reply, label = "accepted #{slot}", epoch(ballot.epoch()))]
    Accepted { ballot: Ballot, slot: u64 },
    /// The leader has learned what is chosen; also several slots at once, for a replica that lags behind.
    #[message(glyph = Box, label(decided.slots()), epoch(ballot.epoch()))]
    Decided { ballot: Ballot, decided: Pvalues },
    /// The leader is there, and has executed so many slots.
    #[message(glyph = Box, label = "beat {ballot}", epoch(ballot.epoch()))]
    Heartbeat { ballot: Ballot, round: u64, executed: u64 },
    /// The answer: a replica still follows that leader, and may lack what was decided from a slot on.
    #[message(glyph = Disc, reply, label = "ok {ballot}", epoch(ballot.epoch()))]
    Alive {
        ballot: Ballot,
        round: u64,
        #[field(if_some)]
        lacks: Option<u64>,
    },
    /// A replica tells the client the outcome.
    #[message(glyph = Envelope, reply, label(outcome))]
    Reply {
        id: RequestId,
        #[field(value = outcome.to_string())]
        outcome: Word,
    },
}

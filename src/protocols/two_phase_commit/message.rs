//! What travels: a client's request and its reply, the two phases, and the question of a participant in doubt.

use std::fmt;
use std::rc::Rc;

use super::TwoPhaseCommit;
use crate::kernel::{Fields, Message as AnyMessage, MessageInfo, NodeId, RequestId};
use crate::kernel::{Glyph, LieInfo, LieSort, Lies};

/// What a client asks for: a transaction that all participants carry out, or none.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Command {
    /// What people call it, at most 24 characters.
    pub name: Rc<str>,
    /// The participant that can't carry it out and will vote no; 0 for none.
    pub refused_by: u16,
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A transaction, as it travels: with the request that it answers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Transaction {
    /// Whose request it is.
    pub request: RequestId,
    /// What was asked for.
    pub command: Command,
}

/// What becomes of a transaction.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Decision {
    /// It takes place everywhere.
    Commit,
    /// It takes place nowhere.
    Abort,
}

impl Decision {
    /// The word for it as an order: `commit`, `abort`.
    pub fn word(self) -> &'static str {
        match self {
            Decision::Commit => "commit",
            Decision::Abort => "abort",
        }
    }

    /// The word for it as a fact: `committed`, `aborted`.
    pub fn done(self) -> &'static str {
        match self {
            Decision::Commit => "committed",
            Decision::Abort => "aborted",
        }
    }

    /// The other one.
    pub fn opposite(self) -> Self {
        match self {
            Decision::Commit => Decision::Abort,
            Decision::Abort => Decision::Commit,
        }
    }
}

/// What is decided in a slot; the slot is the transaction's number.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Value {
    /// Commit or abort.
    pub decision: Decision,
    /// Of what.
    pub what: Rc<Transaction>,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decision.word(), self.what.command)
    }
}

/// What travels. `number` is the transaction's number, from 1; who gets to know of a transaction by a message learns
/// from it what the transaction is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Message {
    /// A client asks for a transaction.
    Request(Rc<Transaction>),
    /// The coordinator calls for votes (VOTE-REQ in Bernstein, Hadzilacos, Goodman; Prepare in Gray, Lamport).
    Prepare {
        /// Which transaction.
        number: u64,
        /// What it is.
        what: Rc<Transaction>,
    },
    /// A participant votes (YES or NO; Prepared or Aborted).
    Vote {
        /// On which transaction.
        number: u64,
        /// Yes or no.
        yes: bool,
    },
    /// The decision (COMMIT or ABORT).
    Outcome {
        /// On which transaction.
        number: u64,
        /// What it is.
        what: Rc<Transaction>,
        /// What was decided.
        decision: Decision,
    },
    /// A participant has the decision in its log, and the coordinator need not tell it again.
    Ack {
        /// On which transaction.
        number: u64,
    },
    /// A participant in doubt asks for the decision (DECISION-REQ).
    DecisionRequest {
        /// On which transaction.
        number: u64,
        /// What it is.
        what: Rc<Transaction>,
    },
    /// The coordinator tells the client what became of its transaction.
    Reply {
        /// Which request.
        request: RequestId,
        /// What was decided.
        decision: Decision,
    },
    /// The number belongs to another transaction: the coordinator gave it away again, for it has lost its log. A participant
    /// says so of a prepare; the coordinator, of a transaction that has another number since.
    Taken {
        /// Which number.
        number: u64,
        /// The highest number that the sender knows of; from the coordinator, the transaction's number from now on.
        latest: u64,
    },
}

/// The kinds, in the order of [`Message`].
pub const MESSAGES: &[MessageInfo] = &[
    kind("request", false, Glyph::Envelope, "A client asks for a transaction."),
    kind("prepare", false, Glyph::Tag, "Phase 1: the coordinator asks for votes."),
    kind("vote", true, Glyph::Disc, "Phase 1: a participant votes yes or no."),
    kind("outcome", false, Glyph::Box, "Phase 2: the decision, commit or abort."),
    kind("ack", true, Glyph::Diamond, "Phase 2: a participant has the decision in its log."),
    kind("decision-request", false, Glyph::Hexagon, "A participant in doubt asks what was decided."),
    kind("reply", true, Glyph::Envelope, "The coordinator tells the client whether it committed or aborted."),
    kind("number-taken", true, Glyph::Tag, "This number is another transaction's: the coordinator has lost its log."),
];

/// What a Byzantine replica can claim: two-phase commit trusts everybody.
pub const LIES: &[LieInfo] = &[
    LieInfo::new("other-vote", LieSort::Contradict, "Votes yes instead of no, and no instead of yes."),
    LieInfo::new(
        "other-outcome",
        LieSort::Contradict,
        "Says abort when commit was decided, and commit when abort was decided.",
    ),
    LieInfo::new("vote-yes", LieSort::Grant, "Votes yes although it can't carry out the transaction."),
    LieInfo::new("commit-all", LieSort::Grant, "Says commit when abort was decided."),
    LieInfo::new("no-record", LieSort::Omit, "Says abort, as if there were no commit in its log."),
    LieInfo::new("claim-decision", LieSort::Invent, "Instead of asking, claims that commit was decided."),
    LieInfo::new("other-reply", LieSort::Contradict, "Tells the client the opposite of the decision."),
];

const fn kind(name: &'static str, reply: bool, glyph: Glyph, about: &'static str) -> MessageInfo {
    MessageInfo { name, reply, glyph, about }
}

impl AnyMessage for Message {
    fn kind(&self) -> u8 {
        match self {
            Message::Request(_) => 0,
            Message::Prepare { .. } => 1,
            Message::Vote { .. } => 2,
            Message::Outcome { .. } => 3,
            Message::Ack { .. } => 4,
            Message::DecisionRequest { .. } => 5,
            Message::Reply { .. } => 6,
            Message::Taken { .. } => 7,
        }
    }

    fn epoch(&self) -> Option<u64> {
        match self {
            Message::Request(_) | Message::Reply { .. } => None,
            Message::Prepare { number, .. }
            | Message::Vote { number, .. }
            | Message::Outcome { number, .. }
            | Message::Ack { number }
            | Message::Taken { number, .. }
            | Message::DecisionRequest { number, .. } => Some(*number),
        }
    }

    fn label(&self) -> String {
        let (word, number) = match self {
            Message::Request(what) => return (*what.command.name).into(),
            Message::Reply { decision, .. } => return decision.done().into(),
            Message::Prepare { number, .. } => ("prepare", number),
            Message::Vote { number, yes } => (yes_no(*yes), number),
            Message::Outcome { number, decision, .. } => (decision.word(), number),
            Message::Ack { number } => ("ack", number),
            Message::Taken { number, .. } => ("taken", number),
            Message::DecisionRequest { number, .. } => ("decision?", number),
        };
        format!("{word} #{number}")
    }

    fn fields(&self, fields: &mut Fields) {
        if let Some(number) = self.epoch() {
            fields.number("transaction", number);
        }
        match self {
            Message::Vote { yes, .. } => fields.text("vote", yes_no(*yes)),
            Message::Outcome { decision, .. } | Message::Reply { decision, .. } => {
                fields.text("decision", decision.word());
            }
            Message::Taken { latest, .. } => fields.number("latest", *latest),
            _ => {}
        }
        let request = match self {
            Message::Request(what)
            | Message::Prepare { what, .. }
            | Message::Outcome { what, .. }
            | Message::DecisionRequest { what, .. } => {
                fields.text("name", &what.command.name);
                what.request
            }
            Message::Reply { request, .. } => *request,
            Message::Vote { .. } | Message::Ack { .. } | Message::Taken { .. } => return,
        };
        fields.show("request", &request);
    }
}

/// What could be sent instead of a message by somebody who lies: no signature stands in the way.
pub(super) fn lie(message: &Message, lies: &mut Lies<TwoPhaseCommit>) {
    match *message {
        Message::Vote { number, yes } => {
            lies.add(0, Message::Vote { number, yes: !yes });
            if !yes {
                lies.add(2, Message::Vote { number, yes: true });
            }
        }
        Message::Outcome { number, ref what, decision } => {
            let other = || Message::Outcome { number, what: what.clone(), decision: decision.opposite() };
            lies.add(1, other());
            lies.add(if decision == Decision::Abort { 3 } else { 4 }, other());
        }
        Message::DecisionRequest { number, ref what } => {
            lies.add(5, Message::Outcome { number, what: what.clone(), decision: Decision::Commit });
        }
        Message::Reply { request, decision } => {
            lies.add(6, Message::Reply { request, decision: decision.opposite() });
        }
        _ => {}
    }
}

/// `yes` or `no`.
pub(super) fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// Whether this participant refuses the command, whatever it was told to vote.
pub(super) fn refuses(command: &Command, me: NodeId) -> bool {
    command.refused_by == me.raw()
}

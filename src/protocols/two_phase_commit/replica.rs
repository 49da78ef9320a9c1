//! What a replica keeps in memory and on its disk, and which handler an input goes to.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::message::{Decision, Message, Transaction, Value};
use super::{COORDINATOR, Timer, TwoPhaseCommit};
use crate::kernel::prelude::*;

/// A line of the log that a replica keeps of transactions (the DT log of Bernstein, Hadzilacos, Goodman, §7.4).
#[derive(Choice, Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Note {
    /// The coordinator calls for votes (start-2PC).
    Start,
    /// This participant votes yes, and may no longer abort by itself.
    Yes,
    /// This participant votes no, and has thereby aborted.
    No,
    /// Decided: commit.
    Commit,
    /// Decided: abort.
    Abort,
    /// Everybody has acknowledged: the coordinator may forget.
    End,
    /// The number belongs to another transaction: nothing is decided on this one under it.
    Withdrawn,
    /// Three-phase commit: all have voted yes.
    PreCommit,
}

impl Note {
    /// What it says was decided, if anything.
    pub fn decision(self) -> Option<Decision> {
        match self {
            Note::Commit => Some(Decision::Commit),
            Note::Abort | Note::No => Some(Decision::Abort),
            Note::Start | Note::Yes | Note::End | Note::Withdrawn | Note::PreCommit => None,
        }
    }
}

/// What a log says of one transaction.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// What the transaction is.
    pub what: Rc<Transaction>,
    /// How this replica voted, if it did.
    pub vote: Option<bool>,
    /// What was decided, if it was.
    pub decision: Option<Decision>,
    /// Whether all have acknowledged.
    pub ended: bool,
    /// Three-phase commit: whether it knows that all have voted yes.
    pub pre_committed: bool,
}

/// The durable log: its lines in order, and what they say of each transaction.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Disk {
    /// Transaction number and line, oldest first.
    pub log: PersistentVec<(u64, Note)>,
    /// By transaction number.
    pub entries: PersistentMap<u64, Entry>,
}

impl Disk {
    /// Adds a line. It is durable once the disk is persisted.
    pub fn write(&mut self, number: u64, what: &Rc<Transaction>, note: Note) {
        let blank = Entry { what: what.clone(), vote: None, decision: None, ended: false, pre_committed: false };
        let entry = self.entries.get_or_insert(number, blank);
        match note {
            Note::Yes | Note::No => entry.vote = Some(note == Note::Yes),
            Note::End => entry.ended = true,
            Note::PreCommit => entry.pre_committed = true,
            Note::Start | Note::Commit | Note::Abort | Note::Withdrawn => {}
        }
        entry.decision = note.decision().or(entry.decision);
        self.log.push((number, note));
    }

    /// Takes back what it says of a number under which nothing is decided.
    pub fn withdraw(&mut self, number: u64) {
        self.entries.remove(&number);
        self.log.push((number, Note::Withdrawn));
    }

    /// Whether a number belongs to another transaction than this one. It does where a coordinator has lost its log and
    /// counts from the beginning again.
    pub fn knows_another(&self, number: u64, what: &Transaction) -> bool {
        self.entries.get(&number).is_some_and(|entry| entry.what.request != what.request)
    }

    /// What a transaction is, where this log knows it.
    pub fn what(&self, number: u64) -> Option<Rc<Transaction>> {
        Some(self.entries.get(&number)?.what.clone())
    }

    /// Whether this log has a pre-commit of a transaction.
    pub fn pre_committed(&self, number: u64) -> bool {
        self.entries.get(&number).is_some_and(|entry| entry.pre_committed)
    }

    /// What was decided on a transaction, as far as this log says.
    pub fn decision(&self, number: u64) -> Option<Decision> {
        self.entries.get(&number)?.decision
    }
}

/// How far a transaction has come that is not finished here.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Stage {
    /// The coordinator collects votes: these have said yes, in the order of their numbers.
    Voting(ByName<NodeId>),
    /// The coordinator tells the decision: these know it, in the order of their numbers.
    Telling(ByName<NodeId>),
    /// A participant has voted yes and knows no decision. It is blocked once it has waited in vain.
    Uncertain {
        /// Set once its decision timeout has fired.
        blocked: bool,
    },
    /// Three-phase commit: it waits for these to acknowledge the pre-commit.
    PreCommitting(Vec<NodeId>),
    /// Three-phase commit: it has asked how far the others have come, and has these reports, in the order of their senders.
    Asking(Vec<Report>),
}

/// How far somebody has come with a transaction that it does not know the decision of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Report {
    /// Who says so.
    pub from: NodeId,
    /// Whether it has the pre-commit.
    pub committable: bool,
    /// Whether it has not crashed since it voted.
    pub survived: bool,
}

/// What is lost in a crash. All of it comes back from the log, but for votes and acknowledgements.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// The transactions that are not finished here.
    pub open: PersistentMap<u64, Stage>,
    /// The coordinator's record of which request became which transaction.
    pub requests: PersistentMap<RequestId, u64>,
    /// The highest transaction number that this replica has heard of; 0 for none.
    pub latest: u64,
    /// How many transactions it knows the decision of.
    pub decided: u64,
    /// How many of the open ones it is blocked on.
    pub blocked: u64,
    /// Three-phase commit: the transactions amid which it has crashed.
    pub recovered: Vec<u64>,
}

/// A replica at work on one input.
pub(super) type Turn<'a> = Context<'a, TwoPhaseCommit>;

impl Turn<'_> {
    /// Starts from what the log says (Bernstein, Hadzilacos, Goodman, §7.4, recovery).
    pub fn boot(&mut self) {
        let entries = self.disk.entries.clone();
        for (&number, entry) in entries.iter() {
            self.state.latest = number;
            self.state.decided += u64::from(entry.decision.is_some());
            if self.me == COORDINATOR {
                self.state.requests.insert(entry.what.request, number);
            }
            let finished = if self.me == COORDINATOR { entry.ended } else { entry.decision.is_some() };
            if finished {
                continue;
            }
            if self.config.pre_commit && entry.decision.is_none() {
                self.state.recovered.push(number);
            }
            if self.me == COORDINATOR {
                self.recover_coordinator(number, &entry.what, entry.decision);
            } else {
                self.recover_participant(number, &entry.what);
            }
        }
    }

    /// One input, to the handler that it belongs to.
    pub fn step(&mut self, input: Input<'_, TwoPhaseCommit>) {
        match input {
            Input::Deliver { from, message } if self.me == COORDINATOR => self.coordinate(from, message),
            Input::Deliver { from, message } => self.participate(from, message),
            Input::Fire(Timer::VoteTimeout(number)) => self.on_vote_timeout(number),
            Input::Fire(Timer::Resend(number)) => self.on_resend(number),
            Input::Fire(Timer::DecisionTimeout(number)) => self.on_decision_timeout(number),
            Input::Fire(Timer::PreCommitTimeout(number)) => self.on_pre_commit_timeout(number),
            Input::Fire(Timer::StateTimeout(number)) => self.on_state_timeout(number),
            Input::Fire(Timer::Retry) | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn coordinate(&mut self, from: NodeId, message: &Message) {
        match *message {
            Message::Request(ref what) => self.on_request(what),
            Message::Vote { number, yes } => self.on_vote(from, number, yes),
            Message::Ack { number } => self.on_ack(from, number),
            Message::DecisionRequest { number, ref what } => self.on_coordinator_asked(from, number, what),
            Message::Taken { number, latest } => self.on_number_taken(from, number, latest),
            Message::PreAck { number } => self.on_pre_ack(from, number),
            Message::StateRequest { number, ref what, survived } => self.on_state_request(from, number, what, survived),
            Message::State { number, committable, survived } => self.on_state(from, number, committable, survived),
            Message::Outcome { number, ref what, decision } => self.on_coordinator_told(from, number, what, decision),
            Message::Prepare { .. } | Message::PreCommit { .. } | Message::Reply { .. } => {}
        }
    }

    fn participate(&mut self, from: NodeId, message: &Message) {
        match *message {
            Message::Request(ref what) => self.pass_on(what),
            Message::Prepare { number, ref what } => self.on_prepare(number, what),
            Message::Outcome { number, ref what, decision } => self.on_outcome(from, number, what, decision),
            Message::DecisionRequest { number, ref what } => self.on_participant_asked(from, number, what),
            Message::Taken { number, latest } => self.on_withdrawn(number, latest),
            Message::PreCommit { number, ref what } => self.on_pre_commit(from, number, what),
            Message::PreAck { number } => self.on_pre_ack(from, number),
            Message::StateRequest { number, ref what, survived } => self.on_state_request(from, number, what, survived),
            Message::State { number, committable, survived } => self.on_state(from, number, committable, survived),
            Message::Vote { .. } | Message::Ack { .. } | Message::Reply { .. } => {}
        }
    }

    /// Decides: into the log first, then it counts (AC2 rests on this order).
    pub fn conclude(&mut self, number: u64, what: &Rc<Transaction>, note: Note) {
        let decision = if note == Note::Commit { Decision::Commit } else { Decision::Abort };
        self.disk.write(number, what, note);
        if note == Note::No || !self.config.decision_not_durable {
            self.out.persist(self.disk);
        }
        self.state.latest = self.state.latest.max(number);
        self.state.decided += 1;
        self.out.decide(number, Value { decision, what: what.clone() });
    }
}

/// Adds a node to a list that is kept in the order of their numbers, once.
pub(super) fn include(nodes: &mut Vec<NodeId>, node: NodeId) {
    if let Err(place) = nodes.binary_search(&node) {
        nodes.insert(place, node);
    }
}

//! What clients asked and were told, and what was wrong meanwhile: the histories that a checker judges. A history is a
//! list of small records in the order of their events; a client's lane is what it says of that client.

use std::fmt;
use std::rc::Rc;

use super::verdicts::Report;
use crate::kernel::data::ids::{EventId, NodeId, RequestId, Time};
use crate::kernel::data::persistent_vec::PersistentVec;

/// A key or a value of a store.
pub type Word = Rc<str>;

/// A command as an operation on one register of a store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Access {
    /// Which register.
    pub key: Word,
    /// What is done to it.
    pub touch: RegisterOp,
}

/// What an operation does to a register. A register that was never written holds `nothing`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RegisterOp {
    /// Is told the value.
    Read,
    /// Sets the value, and is told nothing that matters.
    Write(Word),
    /// Adds to the value, where that is no number to 0, and is told the sum.
    Add(i64),
    /// Sets the value where it is the first, and is told `ok`; is told the value where it is another.
    Swap(Word, Word),
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match &self.touch {
            RegisterOp::Read => write!(f, "read {key}"),
            RegisterOp::Write(value) => write!(f, "write {key} {value}"),
            RegisterOp::Add(amount) => write!(f, "add {key} {amount}"),
            RegisterOp::Swap(from, to) => write!(f, "swap {key} {from} {to}"),
        }
    }
}

/// One record of a history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryRecord {
    /// In which event.
    pub event: EventId,
    /// At whom: a client, or the replica that a fault is about; `None` for the network.
    pub node: Option<NodeId>,
    /// What.
    pub what: HistoryEvent,
}

/// What a record of a history says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HistoryEvent {
    /// The client was to make its request of this number.
    Asked(u32),
    /// The client has its answer to the request of this number.
    Told(u32, Word),
    /// What is wrong with the replica or the network from here on: the sum of the faults' numbers.
    Faults(u8),
}

/// The faults that a history tells of, each with its number and its word.
pub const FAULTS: [(u8, &str); 5] =
    [(1, "crashed"), (2, "paused"), (4, "byzantine"), (8, "wrong clock"), (16, "network split")];

/// What clients asked and were told in a run so far.
pub trait ClientHistory {
    /// The records, in the order of their events.
    fn records(&self) -> &PersistentVec<HistoryRecord>;
    /// The command of a request as an operation on a register, where it is one.
    fn access(&self, id: RequestId) -> Option<Access>;
    /// The command of a request, in words.
    fn command(&self, id: RequestId) -> String;
}

/// Looks up a request's command as an operation on a register; `None` where it is none.
pub type Lookup<'a> = &'a dyn Fn(RequestId) -> Option<Access>;

/// Somebody who follows the clients' operations and judges them as they come in. What it finds is reported beside the
/// protocol's own properties, and changes no hash.
pub trait HistoryObserver {
    /// A copy.
    fn clone_box(&self) -> Box<dyn HistoryObserver>;
    /// A client was told to make a request.
    fn asked(&mut self, id: RequestId, event: EventId, access: Lookup<'_>);
    /// A client has its answer, in this event and at this time.
    fn told(&mut self, id: RequestId, told: &Word, when: (EventId, Time), access: Lookup<'_>, report: &mut Report);
    /// The first event at which it had to give a question up; `None` while it has decided all.
    fn undecided(&self) -> Option<EventId>;
    /// What it says of the whole run so far where it may take its time.
    fn review(&self, history: &dyn ClientHistory) -> Review;
}

/// What a second look at a whole history comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Review {
    /// The property holds.
    Holds,
    /// It does not, and why, in a sentence.
    Broken(String),
    /// That was too much for this look, too; why, in words.
    Undecided(String),
}

impl Clone for Box<dyn HistoryObserver> {
    fn clone(&self) -> Self {
        self.clone_box()
    }
}

//! What goes into a node, and what it wants done. There is one list of each, for replicas and clients, with a protocol's
//! types or without.

use super::types::Types;
use crate::kernel::data::delay::Delay;
use crate::kernel::data::ids::{NodeId, RequestId};
use crate::kernel::record::client_history::Word;

/// One input to a replica or a client.
pub enum Input<'a, T: Types> {
    /// A message has arrived.
    Deliver {
        /// From whom; the network does not lie about it.
        from: NodeId,
        /// What.
        message: &'a T::Message,
    },
    /// A timer has fired.
    Fire(T::Timer),
    /// The person at a client wants something. No replica gets this.
    Request {
        /// The request's name; the client's own count is one higher each time.
        id: RequestId,
        /// What is wanted.
        command: &'a T::Command,
        /// The replica to ask first, where the person said so.
        to: Option<NodeId>,
    },
    /// The world outside has answered a question. No client gets this.
    Answer {
        /// The question, as it was asked.
        question: &'a str,
        /// The answer, as it was given.
        answer: &'a str,
    },
}

/// One thing that a handler wants done.
pub enum Effect<T: Types> {
    /// Send a message to one node.
    Send {
        /// To whom.
        to: NodeId,
        /// What.
        message: T::Message,
    },
    /// Send a message to every other replica, in the order of their numbers; where the network is sparse, to every neighbor.
    Broadcast(T::Message),
    /// Start a timer, or start it again, to fire after so long by the node's own clock.
    SetTimer(T::Timer, Delay),
    /// Stop a timer. Stopping one that does not run does nothing.
    CancelTimer(T::Timer),
    /// Make durable what the disk holds at this point.
    Persist(T::Disk),
    /// Decide a slot. Slots count from 1.
    Decide {
        /// Which slot.
        slot: u64,
        /// What is decided.
        value: T::Value,
    },
    /// A client has the answer to its request.
    Complete {
        /// Which request.
        request: RequestId,
        /// What it was told, in words.
        outcome: Word,
    },
    /// Ask the world outside (a student's code, a language model); the answer comes as an input.
    Ask {
        /// The question, in a form that the protocol describes.
        question: String,
    },
    /// A line of the paper was carried out.
    Rule(T::Rule),
}

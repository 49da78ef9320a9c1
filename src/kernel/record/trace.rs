//! What happened, in small records of fixed size. Payloads and sentences are not kept: they come back by replay.

use std::hash::Hasher;

use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{EventId, MessageId, NodeId, Time};
use crate::kernel::data::paged_vec::PagedVec;
use crate::kernel::descriptor::view::{Field, ReplicaView};

/// What an event was.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum What {
    /// A replica started for the first time.
    Boot,
    /// A message arrived and was handled.
    Deliver,
    /// A message was lost on its way: it met a cut, or a crashed replica, or was dropped by hand.
    Lose,
    /// A timer fired.
    Fire,
    /// A client was told to ask for something.
    Request,
    /// A question was answered from outside.
    Answer,
    /// A replica crashed.
    Crash,
    /// A replica restarted.
    Restart,
    /// A replica was paused.
    Pause,
    /// A paused replica goes on.
    Resume,
    /// A replica's clock rate, Byzantine behaviour or pending crash was changed.
    Meddle,
    /// The network was changed: partition, cut, heal, latency.
    Network,
    /// A message in flight was duplicated, delayed or dropped by hand.
    Tamper,
}

impl What {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            What::Boot => "boot",
            What::Deliver => "deliver",
            What::Lose => "lose",
            What::Fire => "fire",
            What::Request => "request",
            What::Answer => "answer",
            What::Crash => "crash",
            What::Restart => "restart",
            What::Pause => "pause",
            What::Resume => "resume",
            What::Meddle => "meddle",
            What::Network => "network",
            What::Tamper => "tamper",
        }
    }
}

/// One event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// When, in virtual microseconds.
    pub at: Time,
    /// Its number, from 1.
    pub id: EventId,
    /// The event that caused it (the one that sent the message, set the timer, made the crash due); 0 where a person or the scenario did.
    pub cause: EventId,
    /// The message that it is about; 0 for none.
    pub message: MessageId,
    /// The epoch of the node afterwards.
    pub epoch: u32,
    /// The node that it happened at; `None` where it happened to the network.
    pub node: Option<NodeId>,
    /// What it was.
    pub what: What,
    /// The kind of the message or timer, a place in the descriptor's list.
    pub kind: u8,
    /// The role of the node afterwards, a place in the descriptor's list.
    pub role: u8,
    /// One more than the index of its most telling rule (the first milestone, else the last one); 0 for none.
    pub rule: u8,
    /// How many slots were decided in it.
    pub decided: u8,
    /// Whether a property was broken by it.
    pub violation: bool,
}

/// What became of a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Fate {
    /// On its way.
    Flying,
    /// Arrived and handled.
    Delivered,
    /// Lost by chance.
    Lost,
    /// Stopped by a partition or cut.
    Cut,
    /// Arrived at a crashed replica.
    Dead,
    /// Dropped by hand, or never sent by its Byzantine sender.
    Dropped,
    /// Stopped where the topology has no link.
    Unlinked,
}

/// One message. Its number is its place in the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MessageRecord {
    /// When it was sent, in virtual microseconds.
    pub sent: Time,
    /// When it arrives, arrived or died, in virtual microseconds; [`Time::MAX`] while nobody knows (a manual network).
    pub due: Time,
    /// The event in which it was sent.
    pub cause: EventId,
    /// The term, view or ballot that it belongs to; `u32::MAX` for none.
    pub epoch: u32,
    /// From whom.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// Its kind, a place in the descriptor's list.
    pub kind: u8,
    /// What became of it.
    pub fate: Fate,
    /// Whether it is the second copy of another message.
    pub twin: bool,
}

/// The record of a run: all events and messages in order, and a hash over them that needs none of them kept.
#[derive(Clone, Default)]
pub struct Trace {
    /// The events, `events[0]` being number 1; empty where nothing is kept.
    pub events: PagedVec<Event>,
    /// The messages, `messages[0]` being number 1; empty where nothing is kept.
    pub messages: PagedVec<MessageRecord>,
    /// Whether records are kept.
    pub keep: bool,
    /// What happened in words, where a listener wants it.
    pub detail: Option<Box<Detail>>,
}

/// The words of events: collected on replay, when somebody looks.
#[derive(Clone, Default)]
pub struct Detail {
    /// For each event: its number, and the rules with their sentences.
    pub rules: Vec<(EventId, u8, String)>,
    /// The messages that were sent.
    pub messages: Vec<Contents>,
    /// What was decided or answered, in words.
    pub notes: Vec<(EventId, String)>,
    /// For each event in which somebody did something to the run: what that was.
    pub deeds: Vec<(EventId, Deed)>,
    /// For each event at a replica: what it shows afterwards.
    pub states: Vec<(EventId, ReplicaView)>,
    /// The restarts with blank disks.
    pub blank: Vec<EventId>,
}

/// An act in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deed {
    /// What happened, whoever did it: `Replica 1, the leader, crashes.` Empty where the event says so itself.
    pub done: String,
    /// The same to the person who did it: `You crashed replica 1, the leader.`
    pub by_you: String,
    /// What it means, sentence by sentence.
    pub means: Vec<String>,
}

/// What a message says, and what became of it as it was sent.
#[derive(Clone, Debug)]
pub struct Contents {
    /// Its number.
    pub id: MessageId,
    /// A few characters, as it is drawn on the stage: `vote? t4`.
    pub label: String,
    /// What it carries.
    pub fields: Vec<Field>,
    /// Flying, or lost at once.
    pub fate: Fate,
}

impl Trace {
    /// A trace that keeps its records.
    pub fn kept() -> Self {
        Trace { keep: true, ..Trace::default() }
    }

    /// A trace that keeps nothing, for sweeps and replays.
    pub fn forgetful() -> Self {
        Trace::default()
    }

    /// A trace that keeps the words and nothing else, for replays that explain.
    pub fn explaining() -> Self {
        Trace { detail: Some(Box::default()), ..Trace::default() }
    }

    /// The event of this number.
    pub fn event(&self, id: EventId) -> Option<&Event> {
        self.events.get((id.0 as usize).checked_sub(1)?)
    }

    /// The message of this number.
    pub fn message(&self, id: MessageId) -> Option<&MessageRecord> {
        self.messages.get((id.0 as usize).checked_sub(1)?)
    }

    pub(crate) fn push(&mut self, event: Event) {
        if self.keep {
            debug_assert_eq!(self.events.len() + 1, event.id.0 as usize);
            self.events.push(event);
        }
    }

    pub(crate) fn sent(&mut self, record: MessageRecord) {
        if self.keep {
            self.messages.push(record);
        }
    }

    pub(crate) fn ended(&mut self, id: MessageId, fate: Fate, at: Time) {
        if let Some(record) = self.messages.get_mut(id.0 as usize - 1) {
            (record.fate, record.due) = (fate, at);
        }
    }

    /// Forgets what came after; what is in flight then has no fate yet.
    pub fn rewind(&mut self, events: u32, messages: u32, flights: &[(MessageId, Time)]) {
        self.events.truncate(events as usize);
        self.messages.truncate(messages as usize);
        for &(id, due) in flights {
            if let Some(record) = self.messages.get_mut(id.0 as usize - 1) {
                (record.fate, record.due) = (Fate::Flying, due);
            }
        }
    }

    pub(crate) fn delayed(&mut self, id: MessageId, due: Time) {
        if let Some(record) = self.messages.get_mut(id.0 as usize - 1) {
            record.due = due;
        }
    }
}

/// Takes an event into a rolling hash.
pub(crate) fn roll_event(hasher: &mut StableHasher, event: &Event) {
    hasher.write_u64(event.at);
    hasher.write_u64(u64::from(event.id.0) << 32 | u64::from(event.cause.0));
    let node = event.node.map_or(0, NodeId::raw);
    hasher.write_u64(u64::from(event.message.0) << 32 | u64::from(event.epoch));
    let small = [event.what as u8, event.kind, event.role, event.rule, event.decided, u8::from(event.violation)];
    hasher.write_u64(small.iter().fold(u64::from(node), |word, &byte| word << 8 | u64::from(byte)));
}

/// Takes a sent message into a rolling hash.
pub(crate) fn roll_message(hasher: &mut StableHasher, record: &MessageRecord) {
    hasher.write_u64(record.due);
    let ends = u64::from(record.from.raw()) << 16 | u64::from(record.to.raw());
    hasher.write_u64(ends << 16 | u64::from(record.kind) << 8 | record.fate as u64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_small() {
        // A million events and their messages stay below 64 MiB.
        assert_eq!((size_of::<Event>(), size_of::<MessageRecord>()), (32, 32));
    }
}

//! A message on its way out of a node: past its behaviour and the network, into the flights and the record.

use std::cell::Cell;

use super::flights::Flight;
use super::queue::Due;
use super::step::Execution;
use crate::kernel::data::ids::{EventId, MessageId, NodeId, Time};
use crate::kernel::data::limits::{Limit, MESSAGES_IN_FLIGHT};
use crate::kernel::descriptor::view::Fields;
use crate::kernel::node::message::Envelope;
use crate::kernel::record::trace::{Contents, Fate, MessageRecord, roll_message};

impl Execution<'_> {
    /// To every neighbour; a crash that is due ends it midway.
    pub(super) fn broadcast(&mut self, me: NodeId, envelope: &Envelope, cause: EventId) {
        let topology = self.run.network.topology().clone();
        for &to in topology.neighbours(me) {
            if self.run.nodes.at(me).crash_after == Some(0) {
                return;
            }
            self.send(me, to, envelope, cause);
        }
    }

    /// The one place where messages leave a node: here Byzantine behaviour acts, here the network takes over.
    pub(super) fn send(&mut self, from: NodeId, to: NodeId, envelope: &Envelope, cause: EventId) {
        if self.run.hidden(from, to) {
            return;
        }
        if to.is_client() {
            self.meet(to);
        }
        if self.run.nodes.at(from).crash_after.is_some()
            && let Some(more) = &mut self.run.node_mut(from).crash_after
        {
            *more -= 1;
        }
        match &self.run.nodes.at(from).byzantine {
            Some(behaviour) if from != to => {
                let behaviour = behaviour.clone();
                self.betray(&behaviour, from, to, envelope, cause);
            }
            _ => self.hand_on(from, to, envelope, 0, cause),
        }
    }

    /// The network takes a message over.
    pub fn hand_on(&mut self, from: NodeId, to: NodeId, envelope: &Envelope, late: Time, cause: EventId) {
        let now = self.run.now;
        if from == to {
            self.launch(from, to, envelope, (now, Fate::Flying, false), cause);
        } else if let Some(fate) = self.run.network.barrier(from, to) {
            let due = now + self.run.network.least(from, to);
            self.launch(from, to, envelope, (due, fate, false), cause);
        } else {
            self.pass(from, to, envelope, late, cause);
        }
    }

    fn pass(&mut self, from: NodeId, to: NodeId, envelope: &Envelope, late: Time, cause: EventId) {
        if self.run.network.manual {
            return self.launch(from, to, envelope, (Time::MAX, Fate::Flying, false), cause);
        }
        let passage = self.run.network.carry(from, to, self.run.now);
        let fate = if passage.lost { Fate::Lost } else { Fate::Flying };
        self.launch(from, to, envelope, (passage.due + late, fate, false), cause);
        if let Some(due) = passage.twin {
            self.launch(from, to, envelope, (due + late, fate, true), cause);
        }
    }

    /// A message gets its number, its record and, unless it is lost already, its place among the flights.
    pub fn launch(
        &mut self,
        from: NodeId,
        to: NodeId,
        envelope: &Envelope,
        (due, fate, twin): (Time, Fate, bool),
        cause: EventId,
    ) {
        let (run, Envelope { letter, stamp }) = (&mut *self.run, envelope);
        run.counts.messages += 1;
        if !from.is_client() && !to.is_client() && from != to {
            run.counts.between_replicas += 1;
        }
        let (id, sent) = (MessageId(run.counts.messages), run.now);
        let record = MessageRecord { sent, due, cause, epoch: stamp.epoch, from, to, kind: stamp.kind, fate, twin };
        roll_message(&mut run.hasher, &record);
        self.trace.sent(record);
        if let Some(detail) = &mut self.trace.detail {
            let mut fields = Fields::default();
            letter.fields(&mut fields);
            detail.messages.push(Contents { id, label: letter.label(), fields: fields.0, fate });
        }
        if fate != Fate::Flying {
            return;
        }
        let (order, envelope) = (run.queue.order(), envelope.clone());
        let place = run.flights.add(Flight {
            id,
            from,
            to,
            envelope,
            sent,
            due,
            cause,
            order,
            held: false,
            content: Cell::new(None),
        });
        if run.flights.len() > MESSAGES_IN_FLIGHT {
            run.limit = Some(Limit::Messages);
        }
        if due != Time::MAX {
            run.queue.push(due, order, Due::Flight(place));
        }
    }
}

//! What a search needs to see of a world, without a copy of anything.

use super::dyn_world::DynWorld;
use crate::kernel::data::ids::{EventId, MessageId, NodeId, Time};
use crate::kernel::data::signature::Signer;
use crate::kernel::descriptor::node_view::Health;
use crate::kernel::simulation::flights::Flight;

/// Ends and kind of a message in flight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FlightOutline {
    /// Its number.
    pub id: MessageId,
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// The kind, a place in the descriptor's list.
    pub kind: u8,
    /// The event in which it was sent.
    pub cause: EventId,
}

/// What tells a message from others in whatever run of the same nodes, where its number may be another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FlightKey {
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// The kind.
    pub kind: u8,
    /// Whether the second of two incarnations of its sender says it.
    pub second: bool,
    /// A hash of what it says.
    pub content: u64,
}

/// A timer that runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimerOutline {
    /// Whose.
    pub node: NodeId,
    /// The kind, a place in the descriptor's list.
    pub kind: u8,
    /// What it is about, where one of its kind runs for each.
    pub about: Option<u64>,
    /// The event in which it was set.
    pub cause: EventId,
    /// When it fires, in virtual microseconds.
    pub due: Time,
}

fn outline(flight: &Flight) -> FlightOutline {
    let &Flight { id, from, to, cause, ref envelope, .. } = flight;
    FlightOutline { id, from, to, kind: envelope.stamp.kind, cause }
}

pub(super) fn key(flight: &Flight) -> FlightKey {
    let &Flight { from, to, ref envelope, .. } = flight;
    let (kind, second) = (envelope.stamp.kind, envelope.stamp.second);
    FlightKey { from, to, kind, second, content: flight.content() }
}

impl DynWorld {
    /// The messages in flight, in no order that means anything.
    pub fn flight_outlines(&self) -> impl Iterator<Item = FlightOutline> {
        self.run().flights.iter().map(|(_, flight)| outline(flight))
    }

    /// What tells a message in flight from others; `None` where it is not in flight.
    pub fn flight_key(&self, id: MessageId) -> Option<FlightKey> {
        self.run().flights.iter().find(|(_, flight)| flight.id == id).map(|(_, flight)| key(flight))
    }

    /// The oldest message in flight with this key; where there is none and `loose`, the newest of the same kind on the same
    /// link: what is older was passed over before.
    pub fn find_flight(&self, wanted: &FlightKey, loose: bool) -> Option<MessageId> {
        let alike = |flight: &&Flight| {
            (flight.from, flight.to, flight.envelope.stamp.kind) == (wanted.from, wanted.to, wanted.kind)
        };
        let of_kind = || self.run().flights.iter().map(|(_, flight)| flight).filter(alike);
        let exact = of_kind().filter(|flight| key(flight) == *wanted).map(|flight| flight.id).min();
        exact.or_else(|| if loose { of_kind().map(|flight| flight.id).max() } else { None })
    }

    /// The timers that run at nodes that are up, in the order of the nodes.
    pub fn timer_outlines(&self) -> impl Iterator<Item = TimerOutline> {
        let run = self.run();
        run.nodes.names().filter(|&node| run.health(node) == Health::Up).flat_map(|name| {
            let node = run.nodes.at(name);
            let incarnations = std::iter::once(&node.incarnation).chain(node.other.as_deref());
            let timers = incarnations.flat_map(|incarnation| &incarnation.timers);
            timers.map(move |running| TimerOutline {
                node: name,
                kind: running.timer.kind,
                about: running.timer.about,
                cause: running.cause,
                due: running.due,
            })
        })
    }

    /// The lies that the sender of a message in flight could tell its receiver about it now, each by its place in the
    /// descriptor's list; there may be several of one kind.
    pub fn lies_about(&self, id: MessageId) -> Vec<u8> {
        let Some((_, flight)) = self.run().flights.iter().find(|(_, flight)| flight.id == id) else {
            return Vec::new();
        };
        if flight.from.is_client() || self.run().health(flight.from) != Health::Up {
            return Vec::new();
        }
        let actor = &self.run().nodes.at(flight.from).incarnation.actor;
        let lies = actor.lies(Signer::of(flight.from), flight.to, &flight.envelope.letter);
        lies.into_iter().map(|(lie, _)| lie).collect()
    }
}

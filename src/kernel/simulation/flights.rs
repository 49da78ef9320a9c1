//! The messages in flight.

use std::cell::Cell;

use crate::kernel::data::ids::{EventId, MessageId, NodeId, Time};
use crate::kernel::data::in_order::InOrder;
use crate::kernel::descriptor::node_view::FlightView;
use crate::kernel::node::message::{Envelope, content_hash};

/// A message in flight.
#[derive(Clone)]
pub(crate) struct Flight {
    pub id: MessageId,
    pub from: NodeId,
    pub to: NodeId,
    /// What it says.
    pub envelope: Envelope,
    pub sent: Time,
    /// When it arrives; `Time::MAX` where nothing moves by itself.
    pub due: Time,
    pub cause: EventId,
    pub order: u64,
    /// It has arrived at a paused replica and waits there.
    pub held: bool,
    /// A hash of what it says, once somebody has asked for it. Copies know it, too.
    pub content: Cell<Option<u64>>,
}

impl Flight {
    /// A hash of what it says.
    pub fn content(&self) -> u64 {
        let content = self.content.get().unwrap_or_else(|| content_hash(&self.envelope.letter));
        self.content.set(Some(content));
        content
    }

    /// What is shown of it, without label and fields.
    pub fn outline(&self) -> FlightView {
        FlightView {
            id: self.id,
            cause: self.cause,
            kind: self.envelope.stamp.kind,
            from: self.from,
            to: self.to,
            sent: self.sent,
            due: self.due,
            epoch: self.envelope.letter.epoch(),
            label: String::new(),
            fields: Vec::new(),
        }
    }
}

/// The messages in flight, in places that are used again.
#[derive(Clone, Default)]
pub(crate) struct Flights {
    places: Vec<Option<Flight>>,
    free: Vec<u32>,
}

impl Flights {
    pub fn add(&mut self, flight: Flight) -> u32 {
        match self.free.pop() {
            Some(place) => {
                self.places[place as usize] = Some(flight);
                place
            }
            None => {
                self.places.push(Some(flight));
                self.places.len() as u32 - 1
            }
        }
    }

    pub fn get(&self, place: u32) -> Option<&Flight> {
        self.places.get(place as usize)?.as_ref()
    }

    pub fn get_mut(&mut self, place: u32) -> Option<&mut Flight> {
        self.places.get_mut(place as usize)?.as_mut()
    }

    pub fn take(&mut self, place: u32) -> Option<Flight> {
        let flight = self.places.get_mut(place as usize)?.take()?;
        self.free.push(place);
        Some(flight)
    }

    pub fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// How many places there are, taken and free.
    pub fn capacity(&self) -> usize {
        self.places.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, &Flight)> {
        self.places.iter().enumerate().filter_map(|(place, flight)| Some((place as u32, flight.as_ref()?)))
    }

    /// The places of the flights that are meant, oldest first.
    pub fn places(&self, meant: &dyn Fn(&Flight) -> bool) -> Vec<u32> {
        let mut found: Vec<_> =
            self.iter().filter(|(_, flight)| meant(flight)).map(|(place, flight)| (flight.id, place)).collect();
        found.put_in_order();
        found.into_iter().map(|(_, place)| place).collect()
    }
}

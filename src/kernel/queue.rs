//! What is due: messages in flight, timers, the workload, ordered by (time, order of scheduling).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::ids::{EventId, MessageId, NodeId, Time};

/// One entry of the queue. Entries are never taken out of the middle: those that no longer hold are skipped when they come up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Entry {
    pub at: Time,
    pub order: u64,
    pub due: Due,
}

/// What an entry is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Due {
    /// The message in this place of the flights.
    Flight(u32),
    /// The timer of this node with this key.
    Timer(NodeId, u32),
    /// The workload's next request.
    Workload,
}

/// The queue, with the counter that orders what falls on one microsecond.
#[derive(Clone, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Reverse<Entry>>,
    orders: u64,
}

impl Queue {
    /// A fresh number: later than all given out before.
    pub fn order(&mut self) -> u64 {
        self.orders += 1;
        self.orders
    }

    pub fn push(&mut self, at: Time, order: u64, due: Due) {
        self.heap.push(Reverse(Entry { at, order, due }));
    }

    pub fn first(&self) -> Option<Entry> {
        self.heap.peek().map(|entry| entry.0)
    }

    pub fn pop(&mut self) {
        self.heap.pop();
    }
}

/// A message in flight.
#[derive(Clone, Debug)]
pub(super) struct Flight<M> {
    pub id: MessageId,
    pub from: NodeId,
    pub to: NodeId,
    pub message: M,
    pub sent: Time,
    /// When it arrives; `Time::MAX` where nothing moves by itself.
    pub due: Time,
    pub cause: EventId,
    pub order: u64,
    /// It has arrived at a paused replica and waits there.
    pub held: bool,
}

/// The messages in flight, in places that are used again.
#[derive(Clone)]
pub(super) struct Flights<M> {
    places: Vec<Option<Flight<M>>>,
    free: Vec<u32>,
}

impl<M> Default for Flights<M> {
    fn default() -> Self {
        Flights { places: Vec::new(), free: Vec::new() }
    }
}

impl<M> Flights<M> {
    pub fn add(&mut self, flight: Flight<M>) -> u32 {
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

    pub fn get(&self, place: u32) -> Option<&Flight<M>> {
        self.places.get(place as usize)?.as_ref()
    }

    pub fn get_mut(&mut self, place: u32) -> Option<&mut Flight<M>> {
        self.places.get_mut(place as usize)?.as_mut()
    }

    pub fn take(&mut self, place: u32) -> Option<Flight<M>> {
        let flight = self.places.get_mut(place as usize)?.take()?;
        self.free.push(place);
        Some(flight)
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, &Flight<M>)> {
        self.places.iter().enumerate().filter_map(|(place, flight)| Some((place as u32, flight.as_ref()?)))
    }
}

/// A timer that runs. It has at most one live entry in the queue, at `queued`, which may lie before `due`: a timer that
/// is set again and again (a follower's election timer) then costs one entry, not one each time.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimerSlot<T> {
    pub timer: T,
    pub key: u32,
    pub set: Time,
    pub due: Time,
    pub order: u64,
    pub cause: EventId,
    pub queued: Time,
}

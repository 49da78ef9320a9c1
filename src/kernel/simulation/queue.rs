//! What is due: messages in flight, timers, the workload, ordered by (time, order of scheduling).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::kernel::data::ids::{EventId, MessageId, NodeId, Time};
use crate::kernel::node::nodes::Stamp;

/// One entry of the queue. Entries are never taken out of the middle: those that no longer hold are skipped when they come up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub at: Time,
    pub order: u64,
    pub due: Due,
}

/// What comes first is the greatest, for that is what a heap gives. Only the timers of two incarnations share an order.
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order, other.due).cmp(&(self.at, self.order, self.due))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    /// This is what a heap asks; mostly the time alone tells.
    #[inline(always)]
    fn le(&self, other: &Self) -> bool {
        if self.at == other.at { self.cmp(other) != Ordering::Greater } else { self.at > other.at }
    }
}

/// What an entry is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Due {
    /// The message in this place of the flights.
    Flight(u32),
    /// The timer of this node with this key.
    Timer(NodeId, u32),
    /// The workload's next request.
    Workload,
}

/// The queue, with the counter that orders what falls on one microsecond.
#[derive(Clone, Default)]
pub(crate) struct Queue {
    heap: BinaryHeap<Entry>,
    orders: u64,
}

impl Queue {
    /// A fresh number: later than all given out before.
    pub fn order(&mut self) -> u64 {
        self.orders += 1;
        self.orders
    }

    pub fn push(&mut self, at: Time, order: u64, due: Due) {
        self.heap.push(Entry { at, order, due });
    }

    pub fn first(&self) -> Option<Entry> {
        self.heap.peek().copied()
    }

    pub fn len(&self) -> usize {
        self.heap.len()
    }

    pub fn pop(&mut self) -> Option<Entry> {
        self.heap.pop()
    }
}

/// A message in flight: all but what it says, which its protocol keeps in the place of the same number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flight {
    pub id: MessageId,
    pub from: NodeId,
    pub to: NodeId,
    /// Its kind and epoch.
    pub stamp: Stamp,
    pub sent: Time,
    /// When it arrives; `Time::MAX` where nothing moves by itself.
    pub due: Time,
    pub cause: EventId,
    pub order: u64,
    /// It has arrived at a paused replica and waits there.
    pub held: bool,
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
        found.sort_unstable();
        found.into_iter().map(|(_, place)| place).collect()
    }
}

/// A timer that runs; which one it is, its protocol knows by its place in the node's list. It has at most one live entry
/// in the queue, at `queued`, which may lie before `due`: a timer that is set again and again (a follower's election
/// timer) then costs one entry, not one each time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimerSlot {
    pub key: u32,
    pub set: Time,
    pub due: Time,
    pub order: u64,
    pub cause: EventId,
    pub queued: Time,
}

//! What is due: messages in flight, timers, the workload, ordered by (time, order of scheduling).
//! The heap gives the greatest first, so that the order of what is scheduled is the reverse of time's.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::kernel::data::ids::{NodeId, Time};

/// One entry of the queue. Entries are never taken out of the middle: those that no longer hold are skipped when they come up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Scheduled {
    pub at: Time,
    pub order: u64,
    pub due: Due,
}

/// What comes first is the greatest. Only the timers of two incarnations share an order.
impl Ord for Scheduled {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order, other.due).cmp(&(self.at, self.order, self.due))
    }
}

impl PartialOrd for Scheduled {
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
    heap: BinaryHeap<Scheduled>,
    orders: u64,
}

impl Queue {
    /// A fresh number: later than all given out before.
    pub fn order(&mut self) -> u64 {
        self.orders += 1;
        self.orders
    }

    pub fn push(&mut self, at: Time, order: u64, due: Due) {
        self.heap.push(Scheduled { at, order, due });
    }

    pub fn first(&self) -> Option<Scheduled> {
        self.heap.peek().copied()
    }

    pub fn len(&self) -> usize {
        self.heap.len()
    }

    pub fn pop(&mut self) -> Option<Scheduled> {
        self.heap.pop()
    }
}

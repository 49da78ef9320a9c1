//! What a protocol relies on, besides that few enough replicas lie or lose their disk.

/// Something that must go right for a property to be promised.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Assumption {
    /// All clocks run at the same rate, and timers fire when they are due.
    Clocks,
    /// Every message arrives, and soon enough for all timeouts.
    Synchrony,
    /// No replica crashes.
    NoCrashes,
}

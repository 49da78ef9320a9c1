//! What a protocol's messages, timers, values … are: its own types where it is at work, and one type each for all
//! protocols where a simulation carries things out.

use std::rc::Rc;

use super::message::Letter;
use crate::kernel::descriptor::rules::Told;
use crate::kernel::descriptor::timers::TimerKey;
use crate::kernel::record::verdicts::Shown;

/// The types that inputs and effects are made of.
pub trait Types: Sized + 'static {
    /// What a client asks for.
    type Command;
    /// What is decided in a slot.
    type Value;
    /// What travels.
    type Message;
    /// What can be waited for.
    type Timer;
    /// What survives a crash.
    type Disk;
    /// A line of the paper that was carried out.
    type Rule;
}

/// The types of a simulation, which knows no protocol.
pub enum Erased {}

impl Types for Erased {
    type Command = Rc<dyn Shown>;
    type Value = Rc<dyn Shown>;
    type Message = Letter;
    type Timer = TimerKey;
    /// A disk never leaves its replica.
    type Disk = std::convert::Infallible;
    /// The place in the descriptor's list, and what is said of it, where somebody listens.
    type Rule = (u8, Option<Box<Told>>);
}

//! One operation on a register, and what a register holds.

use crate::kernel::{RegisterOp, Word};

/// What a register holds that was never written.
pub const NOTHING: &str = "nothing";

/// What a register holds; `None` where nobody knows.
pub type State = Option<Word>;

/// One operation on a register.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The event in which it began.
    pub start: u32,
    /// The event in which its client was answered; [`u32::MAX`] while it is pending.
    pub end: u32,
    /// What it does.
    pub touch: RegisterOp,
    /// What its client was told; `None` while it is pending.
    pub told: Option<Word>,
    /// Whether it must have a place between `start` and `end`. A pending one may or may not have happened.
    pub needed: bool,
}

impl Operation {
    /// One that has its answer.
    pub fn done(start: u32, end: u32, touch: RegisterOp, told: &str) -> Self {
        Operation { start, end, touch, told: Some(told.into()), needed: true }
    }

    /// One that has none.
    pub fn pending(start: u32, touch: RegisterOp) -> Self {
        Operation { start, end: u32::MAX, touch, told: None, needed: false }
    }
}

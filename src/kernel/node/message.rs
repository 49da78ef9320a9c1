//! Messages whose type is not known here: who needs it opens them.

use std::any::Any;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use crate::kernel::data::hash::StableHasher;
use crate::kernel::descriptor::lists::Never;
use crate::kernel::descriptor::view::Fields;

/// What every message can say of itself.
pub trait Message {
    /// The place of its kind in the descriptor's list.
    fn kind(&self) -> u8;
    /// The term, view, ballot or round that it belongs to, for its color; `None` for a client's.
    fn epoch(&self) -> Option<u64>;
    /// A few characters: `vote? t4`.
    fn label(&self) -> String;
    /// All that it carries, in the paper's words.
    fn fields(&self, fields: &mut Fields);
}

/// Where nobody sends any.
impl Message for Never {
    fn kind(&self) -> u8 {
        match *self {}
    }

    fn epoch(&self) -> Option<u64> {
        match *self {}
    }

    fn label(&self) -> String {
        match *self {}
    }

    fn fields(&self, _: &mut Fields) {
        match *self {}
    }
}

/// A message of some protocol. A broadcast is one letter for all.
pub type Letter = Rc<dyn AnyMessage>;

/// What can be done with a message without its type.
pub trait AnyMessage: Message + Any {
    /// Takes it into a hash.
    fn take_into(&self, hasher: &mut StableHasher);
}

impl<M: Message + Hash + 'static> AnyMessage for M {
    fn take_into(&self, hasher: &mut StableHasher) {
        self.hash(hasher);
    }
}

/// Closes a message.
pub fn letter<M: Message + Hash + 'static>(message: M) -> Letter {
    Rc::new(message)
}

/// What stands in a letter.
pub fn read<M: 'static>(letter: &Letter) -> Option<&M> {
    (&**letter as &dyn Any).downcast_ref()
}

/// A 64-bit hash of what stands in a letter. That two letters collide is not expected, and would do little harm.
pub fn content_hash(letter: &Letter) -> u64 {
    let mut hasher = StableHasher::default();
    letter.take_into(&mut hasher);
    hasher.finish()
}

/// Kind and epoch of a message, as the record has them.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// A place in the descriptor's list.
    pub kind: u8,
    /// Term, view or ballot; `u32::MAX` for none.
    pub epoch: u32,
    /// Whether the second of two incarnations of its sender says it.
    pub second: bool,
}

/// A message that leaves a node, with its stamp.
#[derive(Clone)]
pub struct Envelope {
    /// The message.
    pub letter: Letter,
    /// What the record has of it.
    pub stamp: Stamp,
}

impl Envelope {
    /// Stamps a message. `second`: the second of two incarnations of its sender says it.
    pub fn new(letter: Letter, second: bool) -> Self {
        let stamp = Stamp { kind: letter.kind(), epoch: letter.epoch().map_or(u32::MAX, recorded_epoch), second };
        Envelope { letter, stamp }
    }
}

/// An epoch as records have it: past the highest that they can hold, that one. Only `disk` can put it there.
pub fn recorded_epoch(epoch: u64) -> u32 {
    epoch.min(u64::from(u32::MAX) - 1) as u32
}

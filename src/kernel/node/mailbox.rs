//! Messages on their way, for every protocol alike: who needs their type opens them.

use std::any::Any;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::rc::Rc;

use super::nodes::{Stamp, shown};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::NodeId;
use crate::kernel::descriptor::lists::LieKind;
use crate::kernel::descriptor::view::{Field, Fields};
use crate::kernel::protocol::algorithm::{Message, Protocol};

/// How many of its own messages a Byzantine replica remembers.
const MOST_SAID: usize = 32;

/// A message whose type is not known here. A broadcast is one letter for all.
pub type Letter = Rc<dyn Sealed>;

/// What can be done with a message without its type.
pub trait Sealed: Message + Any {
    /// Takes it into a hash.
    fn hash(&self, hasher: &mut StableHasher);
}

impl<M: Message + Hash + 'static> Sealed for M {
    fn hash(&self, hasher: &mut StableHasher) {
        Hash::hash(self, hasher);
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

/// Where a protocol puts what a Byzantine replica could say instead of a message.
pub struct Lies<P: Protocol> {
    pub(crate) list: Vec<(u8, Letter)>,
    types: PhantomData<P>,
}

impl<P: Protocol> Default for Lies<P> {
    fn default() -> Self {
        Lies { list: Vec::new(), types: PhantomData }
    }
}

impl<P: Protocol> Lies<P> {
    /// Adds a lie.
    pub fn add(&mut self, lie: P::Lie, message: P::Message) {
        self.list.push((lie.place(), letter(message)));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them, with their places in the descriptor's list.
    pub fn iter(&self) -> impl Iterator<Item = (u8, &P::Message)> {
        self.list.iter().filter_map(|(lie, letter)| Some((*lie, read(letter)?)))
    }
}

/// Alike for letters in which the same stands, and for no others that will ever meet.
fn print(letter: &Letter) -> u64 {
    let mut hasher = StableHasher::default();
    Sealed::hash(&**letter, &mut hasher);
    hasher.finish()
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
    #[inline(always)]
    pub fn new(letter: Letter, second: bool) -> Self {
        let stamp = Stamp { kind: letter.kind(), epoch: letter.epoch().map_or(u32::MAX, shown), second };
        Envelope { letter, stamp }
    }
}

/// What a replica sent since it turned Byzantine, oldest first, with the receivers; bounded.
#[derive(Clone, Default)]
pub struct Said(Vec<(NodeId, Letter)>);

impl Said {
    /// What could be sent to a node again: to replicas what was sent to any replica, to a client what was sent to that one.
    pub fn to(&self, to: NodeId) -> impl Iterator<Item = &Letter> {
        let fits = move |old: NodeId| if to.is_client() { old == to } else { !old.is_client() };
        self.0.iter().filter(move |said| fits(said.0)).map(|said| &said.1)
    }

    /// Adds a message.
    pub fn remember(&mut self, to: NodeId, letter: &Letter) {
        // A broadcast is one thing to remember, not one for each receiver.
        let again = |last: &(NodeId, Letter)| last.0.is_client() == to.is_client() && print(letter) == print(&last.1);
        if self.0.last().is_some_and(again) {
            return;
        }
        if self.0.len() == MOST_SAID {
            self.0.remove(0);
        }
        self.0.push((to, letter.clone()));
    }

    /// Forgets all of it.
    pub fn forget(&mut self) {
        self.0.clear();
    }

    /// Takes it into a hash, where there is any.
    pub fn hash(&self, hasher: &mut StableHasher) {
        if !self.0.is_empty() {
            self.0.len().hash(hasher);
        }
        for (to, letter) in &self.0 {
            to.hash(hasher);
            Sealed::hash(&**letter, hasher);
        }
    }
}

/// The messages in their numbered places.
#[derive(Clone, Default)]
pub struct Mail {
    places: Vec<Option<Letter>>,
}

impl Mail {
    /// Puts a message into a place.
    pub fn post(&mut self, place: u32, letter: &Letter) {
        let letter = Some(letter.clone());
        match self.places.get_mut(place as usize) {
            Some(slot) => *slot = letter,
            None => self.places.push(letter),
        }
    }

    /// The message in a place; it stays there.
    pub fn at(&self, place: u32) -> Option<&Letter> {
        self.places.as_slice()[place as usize].as_ref()
    }

    /// Empties a place.
    pub fn collect(&mut self, place: u32) -> Option<Letter> {
        self.places.as_mut_slice()[place as usize].take()
    }

    /// Epoch, label and fields of the message in a place.
    pub fn show(&self, place: u32) -> (Option<u64>, String, Vec<Field>) {
        match &self.places[place as usize] {
            Some(letter) => {
                let mut fields = Fields::default();
                letter.fields(&mut fields);
                (letter.epoch(), letter.label(), fields.0)
            }
            None => (None, String::new(), Vec::new()),
        }
    }

    /// Takes the message in a place into a hash.
    pub fn hash(&self, place: u32, hasher: &mut StableHasher) {
        if let Some(letter) = &self.places[place as usize] {
            Sealed::hash(&**letter, hasher);
        }
    }
}

//! What a protocol's Byzantine replicas can say.

use super::algorithm::Algorithm;
use super::family::Glance;
use crate::kernel::data::ids::NodeId;
use crate::kernel::data::signature::Signer;
use crate::kernel::descriptor::lists::LieKind;

/// What a protocol's Byzantine replicas can say.
pub trait Lie: Algorithm {
    /// The kinds of its lies.
    type Lie: LieKind;

    /// What a Byzantine replica could send to `to` instead of `message`, each with its kind. A lie can be signed in the liar's own name only.
    fn lies(
        _replica: Glance<'_, Self>,
        _signer: Signer,
        _to: NodeId,
        _message: &Self::Message,
        _lies: &mut Lies<Self>,
    ) {
    }
}

/// Lies, each with its place in the descriptor's list.
pub struct Lies<P: Lie> {
    list: Vec<(u8, P::Message)>,
}

impl<P: Lie> Default for Lies<P> {
    fn default() -> Self {
        Lies { list: Vec::new() }
    }
}

impl<P: Lie> Lies<P> {
    /// Adds a lie.
    pub fn add(&mut self, lie: P::Lie, message: P::Message) {
        self.list.push((lie.place(), message));
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
        self.list.iter().map(|(lie, message)| (*lie, message))
    }
}

impl<P: Lie> IntoIterator for Lies<P> {
    type Item = (u8, P::Message);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

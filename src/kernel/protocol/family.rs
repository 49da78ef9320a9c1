//! The types of a protocol that its handlers work on.

use crate::kernel::data::ids::NodeId;
use crate::kernel::node::effect;
use crate::kernel::node::types::Types;

/// The types that a context is made of, beside those of inputs and effects. Every
/// [`Algorithm`](super::algorithm::Algorithm) has them.
pub trait Family: Types {
    /// The same for all replicas and for the whole run.
    type Config: 'static;
    /// What a replica loses in a crash.
    type State: 'static;
    /// What a client remembers.
    type Client: 'static;
}

/// One input to a replica or a client of a protocol.
pub type Input<'a, P> = effect::Input<'a, P>;
/// One thing that a handler of a protocol wants done.
pub type Effect<P> = effect::Effect<P>;

/// A replica as somebody from outside looks at it.
pub struct Glance<'a, P: Family> {
    /// The configuration.
    pub config: &'a P::Config,
    /// Which replica it is.
    pub me: NodeId,
    /// What it has in memory; `None` while it is crashed.
    pub state: Option<&'a P::State>,
    /// What its disk holds, written but not yet persisted things included.
    pub disk: &'a P::Disk,
}

impl<P: Family> Clone for Glance<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Family> Copy for Glance<'_, P> {}

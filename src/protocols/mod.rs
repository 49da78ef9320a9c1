//! The protocols, one folder each; none knows another. This file is their registry, and nothing else names them.

pub mod kv;
pub mod pbft;
pub mod raft;
pub mod restaurant_vote;
pub mod two_phase_commit;

use crate::kernel::{Descriptor, DynWorld, Protocol, Setup, Trace};

/// Makes a world of a protocol. Errors: a sentence, where the set-up does not fit.
pub type Open = fn(&Setup, &mut Trace) -> Result<DynWorld, String>;

/// A protocol in the registry.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its vocabulary.
    pub descriptor: &'static Descriptor,
    /// Makes a world of it.
    pub open: Open,
}

const fn entry<P: Protocol>() -> Entry {
    Entry { descriptor: P::DESCRIPTOR, open: DynWorld::open::<P> }
}

/// All protocols, in the order in which a person should meet them.
pub const ALL: &[Entry] = &[
    entry::<raft::Raft>(),
    entry::<pbft::Pbft>(),
    entry::<two_phase_commit::TwoPhaseCommit>(),
    entry::<restaurant_vote::RestaurantVote>(),
];

/// The protocol of this name.
pub fn find(id: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.descriptor.id == id)
}

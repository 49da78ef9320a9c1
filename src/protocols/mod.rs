//! The protocols, one folder each; none knows another. This file is their registry, and nothing else names them.

pub mod kv;
pub mod nakamoto;
pub mod pbft;
pub mod raft;
pub mod restaurant_vote;
pub mod two_phase_commit;

use std::cell::RefCell;

use crate::kernel::{Descriptor, DynWorld, Protocol, Setup, SetupError, Trace};

/// Makes a world of a protocol. Errors: where the set-up does not fit.
pub type Open = fn(&Setup, &mut Trace) -> Result<DynWorld, SetupError>;

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
    entry::<nakamoto::Nakamoto>(),
    entry::<restaurant_vote::RestaurantVote>(),
];

thread_local! {
    /// What was registered besides.
    static MORE: RefCell<Vec<&'static Entry>> = const { RefCell::new(Vec::new()) };
}

/// Makes a protocol known under its name to this thread's scenarios, so that one from another crate is run, gone back in and
/// checked like those that are here. One of a name that is known already changes nothing.
pub fn register<P: Protocol>() {
    if find(P::DESCRIPTOR.id).is_none() {
        MORE.with_borrow_mut(|more| more.push(Box::leak(Box::new(entry::<P>()))));
    }
}

/// All protocols that a scenario can name.
pub fn known() -> Vec<&'static Entry> {
    MORE.with_borrow(|more| ALL.iter().chain(more.iter().copied()).collect())
}

/// The protocol of this name.
pub fn find(id: &str) -> Option<&'static Entry> {
    known().into_iter().find(|entry| entry.descriptor.id == id)
}

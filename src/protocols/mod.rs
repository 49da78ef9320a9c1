//! The protocols, one folder each; none knows another. This file is their registry, and nothing else names them.

pub mod kv;
pub mod pbft;
pub mod raft;
pub mod restaurant_vote;
pub mod two_phase_commit;

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

const EVERY: &[Entry] = &[
    entry::<raft::Raft>(),
    entry::<pbft::Pbft>(),
    entry::<two_phase_commit::TwoPhaseCommit>(),
    entry::<restaurant_vote::RestaurantVote>(),
];

/// All protocols, in the order in which a person should meet them. A build with `CONSENSUS_WITHOUT=raft` leaves that one
/// out, so that what it weighs can be measured.
pub const ALL: &[Entry] = &kept::<{ EVERY.len() - count_left_out() }>();

const fn kept<const N: usize>() -> [Entry; N] {
    let mut list = [EVERY[0]; N];
    let (mut from, mut to) = (0, 0);
    while from < EVERY.len() {
        if !left_out(&EVERY[from]) {
            list[to] = EVERY[from];
            to += 1;
        }
        from += 1;
    }
    list
}

const fn count_left_out() -> usize {
    let (mut count, mut place) = (0, 0);
    while place < EVERY.len() {
        count += left_out(&EVERY[place]) as usize;
        place += 1;
    }
    count
}

const fn left_out(entry: &Entry) -> bool {
    let Some(name) = option_env!("CONSENSUS_WITHOUT") else { return false };
    let (id, name) = (entry.descriptor.id.as_bytes(), name.as_bytes());
    let mut at = 0;
    while at < id.len() && at < name.len() && id[at] == name[at] {
        at += 1;
    }
    at == id.len() && at == name.len()
}

/// The protocol of this name.
pub fn find(id: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.descriptor.id == id)
}

//! The protocols, one folder each; none knows another. This file is their registry, and nothing else names them.

pub mod approximate_agreement;
pub mod atomic_commit;
pub mod availability;
pub mod ballot;
pub mod ben_or;
pub mod bft_client;
pub mod epaxos;
pub mod flexible;
pub mod gossip;
pub mod honey_bees;
pub mod hotstuff;
pub mod multi_paxos;
pub mod nakamoto;
pub mod paxos;
pub mod paxos_commit;
pub mod pbft;
pub mod quorum_register;
pub mod raft;
pub mod restaurant_vote;
pub mod robust_aggregation;
pub mod tendermint;
pub mod turns;
pub mod two_phase_commit;
pub mod wanted;

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

/// Something that is done with a protocol whose types are known.
pub trait Visit {
    /// Does it.
    fn visit<P: Protocol>(&mut self);
}

macro_rules! registry {
    ($($protocol:ty),* $(,)?) => {
        /// All protocols, in the order in which a person should meet them.
        pub const ALL: &[Entry] = &[$(entry::<$protocol>()),*];

        /// Does something with each of them, in the same order.
        pub fn each(visit: &mut impl Visit) {
            $(visit.visit::<$protocol>();)*
        }
    };
}

registry![
    raft::Raft,
    paxos::Paxos,
    multi_paxos::MultiPaxos,
    pbft::Pbft,
    two_phase_commit::TwoPhaseCommit,
    paxos_commit::PaxosCommit,
    quorum_register::QuorumRegister,
    gossip::Gossip,
    ben_or::BenOr,
    approximate_agreement::ApproximateAgreement,
    nakamoto::Nakamoto,
    honey_bees::HoneyBees,
    restaurant_vote::RestaurantVote,
    robust_aggregation::RobustAggregation,
    tendermint::Tendermint,
    hotstuff::HotStuff,
    epaxos::EPaxos,
];

thread_local! {
    /// What was registered besides.
    static MORE: RefCell<Vec<&'static Entry>> = const { RefCell::new(Vec::new()) };
}

/// Makes a protocol known under its name to this thread's scenarios, so that one from another crate is run, gone back in and
/// checked like those that are here. One of a name that is known already changes nothing.
///
/// Where it names no first scenario, that is one request, of its first command.
pub fn register<P: Protocol>() {
    if find(P::DESCRIPTOR.id).is_some() {
        return;
    }
    let mut entry = entry::<P>();
    if entry.descriptor.first_scenario.is_empty() {
        let first_scenario = first_request(entry.descriptor).leak();
        entry.descriptor = Box::leak(Box::new(Descriptor { first_scenario, ..*entry.descriptor }));
    }
    MORE.with_borrow_mut(|more| more.push(Box::leak(Box::new(entry))));
}

/// A scenario of a protocol's first command, as the command's own example has it.
fn first_request(about: &Descriptor) -> String {
    let request = about.commands.first().map_or(String::new(), |first| format!("at 0s request {}\n", first.example));
    format!("# {}\nprotocol {}\nseed 1\n\n{request}run 2s\n", about.name, about.id)
}

/// All protocols that a scenario can name.
pub fn known() -> Vec<&'static Entry> {
    MORE.with_borrow(|more| ALL.iter().chain(more.iter().copied()).collect())
}

/// The protocol of this name.
pub fn find(id: &str) -> Option<&'static Entry> {
    known().into_iter().find(|entry| entry.descriptor.id == id)
}

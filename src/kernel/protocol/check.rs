//! What a protocol is held to.

use std::hash::Hash;

use super::algorithm::Algorithm;
use super::cluster::Cluster;
use crate::kernel::data::ids::{NodeId, RequestId, SECOND, Time};
use crate::kernel::data::limits::MOST_CLIENTS;
use crate::kernel::data::names::Names;
use crate::kernel::descriptor::agreement::Agreement;
use crate::kernel::descriptor::assumptions::Assumption;
use crate::kernel::descriptor::quorum::Quorum;
use crate::kernel::record::client_history::Access;
use crate::kernel::record::trace::Event;
use crate::kernel::record::verdicts::Report;

/// What a protocol is held to.
pub trait Check: Algorithm {
    /// What the properties must remember. Its hash is part of a run's fingerprint: what is only told of a violation, such as
    /// the event that a fact comes from, stands in an [`Evidence`](crate::kernel::Evidence), which has none.
    type Monitor: Clone + Hash + Default + 'static;

    /// Whether somebody asked for this value, so that it may be decided.
    fn valid(config: &Self::Config, value: &Self::Value, asked: &Asked<'_, Self::Command>) -> bool;

    /// Checks the protocol's own properties after an event at `event.node`. Called after every event at a node that
    /// was never Byzantine; does work only for what that event can have changed.
    fn observe(_monitor: &mut Self::Monitor, _event: &Event, _cluster: &Cluster<'_, Self>, _report: &mut Report) {}

    /// Called where a search puts replicas together with a memory that comes from another run, in which the same was known.
    /// Where the memory holds how much of a replica's record was read, that is all of it from here on.
    fn catch_up(_monitor: &mut Self::Monitor, _cluster: &Cluster<'_, Self>) {}

    /// Whether the rules treat replicas alike: if all had these other names, nothing else would be different. A search then looks
    /// at only one of the states that differ in such names. Whoever leads by its number, or is asked next by its number, is not like
    /// the others. `fires` says which kinds of timers fire at all. Whatever tells replicas apart in a state, a message, or a
    /// memory must be hashed as a [`NodeId`], or stand in a [`PerReplica`](crate::kernel::PerReplica) or a
    /// [`ByName`](crate::kernel::ByName).
    fn alike(_config: &Self::Config, _names: Names, _fires: &dyn Fn(u8) -> bool) -> bool {
        false
    }

    /// How many clients' commands a decided value carries: 0 for a no-op or null request.
    fn commands_in(_value: &Self::Value) -> usize {
        1
    }

    /// How a command reads as an operation on one register of a store; what its outcome shows as text is what it was told
    /// (see [`RegisterOp`](crate::kernel::RegisterOp)). `None` where the protocol keeps no store, and where clients lie, for
    /// a liar's word is no history. A protocol that has it names [`LINEARIZABILITY`](crate::kernel::LINEARIZABILITY) among
    /// its properties, and its clients make one request after the other.
    fn access(_config: &Self::Config, _command: &Self::Command) -> Option<Access> {
        None
    }

    /// The quorums, of replicas that run and can reach each other, that decisions need, as far as a replica with this disk
    /// knows. None where replicas need nobody else.
    fn quorums(_config: &Self::Config, _disk: &Self::Disk) -> Vec<Quorum> {
        Vec::new()
    }

    /// In which sense correct replicas agree.
    fn agreement(_config: &Self::Config) -> Agreement {
        Agreement::Exact
    }

    /// How far apart two decided values are, for [`Agreement::Within`]: 0 for the same ones.
    fn distance(one: &Self::Value, other: &Self::Value) -> u64 {
        if one == other { 0 } else { u64::MAX }
    }

    /// How many replicas may lie or lose their disk, and the properties hold all the same.
    fn tolerated(_config: &Self::Config) -> usize {
        0
    }

    /// What this property relies on with these options; `None` where they don't promise it at all.
    fn assumes(config: &Self::Config, property: &str) -> Option<&'static [Assumption]> {
        let certain = property != "agreement" || Self::agreement(config).is_certain();
        certain.then_some(&[])
    }

    /// How soon a fresh request is answered at the latest, in virtual microseconds, once everything works again after faults
    /// that went on for so long; `None` where nothing is promised.
    fn recovers_within(_cluster: &Cluster<'_, Self>, faults: Time) -> Option<Time> {
        Some(2 * faults + 60 * SECOND)
    }

    /// Whether nothing that was begun is open: a run comes to this within the same time.
    fn settled(_cluster: &Cluster<'_, Self>) -> bool {
        true
    }
}

/// What clients have asked for so far.
pub struct Asked<'a, C>(&'a dyn Fn(RequestId) -> Option<&'a C>);

impl<'a, C> Asked<'a, C> {
    /// What the requests are about that were made.
    pub fn new(command: &'a dyn Fn(RequestId) -> Option<&'a C>) -> Self {
        Asked(command)
    }

    /// The command of a request, if it was made.
    pub fn command(&self, id: RequestId) -> Option<&'a C> {
        (self.0)(id)
    }

    /// All commands, client by client.
    pub fn commands(&self) -> impl Iterator<Item = &'a C> {
        let command = self.0;
        let of = move |client| (1..).map_while(move |number| command(RequestId { client, number }));
        NodeId::clients(MOST_CLIENTS).flat_map(of)
    }
}

/// Whether two decided values contradict each other, in the sense in which the protocol agrees.
pub(crate) fn contradict<P: Check>(config: &P::Config, one: &P::Value, other: &P::Value) -> bool {
    match P::agreement(config) {
        Agreement::Within { epsilon } => P::distance(one, other) > epsilon,
        Agreement::Exact | Agreement::ByPrefix { .. } | Agreement::Likely => one != other,
    }
}

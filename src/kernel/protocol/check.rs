//! What a protocol is held to.

use std::hash::Hash;

use super::algorithm::Algorithm;
use super::cluster::Cluster;
use crate::kernel::data::ids::{NodeId, RequestId, SECOND, Time};
use crate::kernel::descriptor::assumptions::Assumption;
use crate::kernel::descriptor::quorum::Count;
use crate::kernel::record::client_history::Access;
use crate::kernel::record::trace::Event;
use crate::kernel::record::verdicts::Report;

/// What a protocol is held to.
pub trait Check: Algorithm {
    /// What the properties must remember. Its hash is part of a run's fingerprint: what is only told of a violation, such as
    /// the event that a fact comes from, stands in an [`Evidence`](crate::kernel::Evidence), which has none.
    type Monitor: Clone + Hash + Default + 'static;

    /// Whether somebody asked for this value, so that it may be decided.
    fn valid<'a>(
        config: &Self::Config,
        value: &Self::Value,
        asked: &dyn Fn(RequestId) -> Option<&'a Self::Command>,
    ) -> bool;

    /// Checks the protocol's own properties after an event at `event.node`. Called after every event at a node that
    /// was never Byzantine; does work only for what that event can have changed.
    fn observe(_monitor: &mut Self::Monitor, _event: &Event, _cluster: &Cluster<'_, Self>, _report: &mut Report) {}

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

    /// How many replicas, of those that run and can reach each other, a decision needs.
    fn quorum(config: &Self::Config) -> usize;

    /// How many replicas may lie or lose their disk, and the properties hold all the same.
    fn tolerated(_config: &Self::Config) -> usize {
        0
    }

    /// What this property relies on with these options; `None` where they don't promise it at all.
    fn assumes(_config: &Self::Config, _property: &str) -> Option<&'static [Assumption]> {
        Some(&[])
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

    /// How many of those that a decision needs are among these, as far as a replica with this disk knows. All `replicas`
    /// count, unless the protocol changes who does.
    fn count(config: &Self::Config, _disk: &Self::Disk, replicas: usize, among: &dyn Fn(NodeId) -> bool) -> Count {
        Count::of(replicas, Self::quorum(config), among)
    }
}

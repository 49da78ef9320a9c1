//! How a protocol shows itself.

use super::algorithm::Algorithm;
use super::cluster::Cluster;
use super::family::Glance;
use crate::kernel::descriptor::fields::ViewFields;
use crate::kernel::descriptor::growth::Authenticators;
use crate::kernel::descriptor::lists::RoleKind;
use crate::kernel::descriptor::node_view::Status;
use crate::kernel::descriptor::population::Population;
use crate::kernel::descriptor::view::ReplicaView;
use crate::kernel::record::applied_log::AppliedLog;

/// How a protocol shows itself.
pub trait Explain: Algorithm {
    /// What part a replica has.
    type Role: RoleKind;
    /// The fields of its view.
    type Shown: ViewFields;

    /// Whether its replicas keep a state by applying a log: see [`Explain::applied`].
    const FOLDS: bool = false;

    /// The role and epoch of a replica; cheap, called after every event.
    fn status(_replica: Glance<'_, Self>) -> Status {
        Status::default()
    }

    /// Adds to a view what the page shows of a replica, besides role and epoch; of a crashed one what its disk holds.
    fn view(_replica: Glance<'_, Self>, _view: &mut ReplicaView) {}

    /// The log that a replica has applied with the state after each entry, beside the state that it has; `None` where the
    /// protocol keeps no log of commands, and where a replica does not know what it has applied. Called when somebody looks.
    fn applied(_replica: Glance<'_, Self>) -> Option<AppliedLog> {
        None
    }

    /// What a client is up to, in a few words: `waits for put x 1 from 3`.
    fn view_client(_config: &Self::Config, _client: &Self::Client) -> String {
        String::new()
    }

    /// The groups that its replicas fall into, by their epochs, and the equations of a large population, as things stand now; `None`
    /// where there are none.
    fn population(_cluster: &Cluster<'_, Self>) -> Option<Population> {
        None
    }

    /// What a message carries to prove who said what; nothing where every replica is believed.
    fn authenticators(_message: &Self::Message) -> Authenticators {
        Authenticators::default()
    }
}

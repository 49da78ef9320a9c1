//! What is at work within a node, with its protocol's types hidden.

use std::any::Any;

use super::effect::{Effect, Input};
use super::message::Letter;
use super::types::Erased;
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::NodeId;
use crate::kernel::data::script::Script;
use crate::kernel::data::signature::Signer;
use crate::kernel::data::topology::Topology;
use crate::kernel::descriptor::node_view::Status;
use crate::kernel::descriptor::quorum::Quorum;
use crate::kernel::descriptor::view::ReplicaView;
use crate::kernel::record::applied_log::AppliedLog;
use crate::kernel::record::verdicts::Decisions;

/// The state of one incarnation of a replica, or of a client, and its handlers.
pub trait Actor: Any {
    /// A copy.
    fn copy(&self) -> Box<dyn Actor>;
    /// Handles an input, with this many draws behind it, and gives the new number of draws; what it wants then comes by
    /// [`Actor::next`]. A crashed replica does nothing.
    fn handle(&mut self, input: Input<'_, Erased>, draws: u32) -> u32;
    /// The script that answers its choices; `None` where the seed does.
    fn script(&mut self) -> &mut Option<Box<Script>>;
    /// The next thing that it wants; `told` says that somebody listens to the sentences. What it wants made durable is
    /// made durable on the way: a crash may come before that. A value that was decided before is the same value again.
    fn next(&mut self, decisions: &Decisions, told: bool) -> Option<Effect<Erased>>;
    /// Forgets what else it wants: it has crashed on the way.
    fn cut(&mut self);
    /// Takes it into a hash.
    fn take_into(&self, hasher: &mut StableHasher);

    /// Which replicas a replica has a link to.
    fn set_topology(&mut self, topology: &Topology);
    /// A replica starts from what is durable, like [`Actor::handle`].
    fn boot(&mut self, draws: u32) -> u32;
    /// A replica loses what is volatile, and what it had not persisted; with `blank`, its disk too.
    fn crash(&mut self, blank: bool);
    /// Role and epoch; `None` for a crashed replica, and for a client.
    fn status(&self) -> Option<Status>;
    /// The quorums that decisions need, as far as this replica knows.
    fn quorums(&self) -> Vec<Quorum>;
    /// What a replica shows; `None` for a client.
    fn view(&self) -> Option<ReplicaView>;
    /// The same with nothing but its fields: that costs less.
    fn fields(&self) -> Option<ReplicaView>;
    /// The log that a replica has applied; `None` for a client, and where there is none.
    fn applied(&self) -> Option<AppliedLog>;
    /// What a client is up to, in a few words.
    fn doing(&self) -> String;
    /// What a replica could send instead of a message, each with its place in the descriptor's list of lies.
    fn lies(&self, signer: Signer, to: NodeId, message: &Letter) -> Vec<(u8, Letter)>;
}

impl Clone for Box<dyn Actor> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}

//! A protocol whose types are hidden.

use std::any::Any;
use std::rc::Rc;

use super::actor::Actor;
use super::message::Letter;
use super::nodes::Nodes;
use crate::kernel::data::hash::StableHasher;
use crate::kernel::data::ids::{NodeId, Time};
use crate::kernel::data::names::Names;
use crate::kernel::descriptor::agreement::Agreement;
use crate::kernel::descriptor::assumptions::Assumption;
use crate::kernel::descriptor::command_syntax::ReadError;
use crate::kernel::descriptor::growth::Authenticators;
use crate::kernel::descriptor::population::Population;
use crate::kernel::descriptor::setup_error::SetupError;
use crate::kernel::record::client_history::Access;
use crate::kernel::record::trace::Event;
use crate::kernel::record::verdicts::{Report, Shown};

/// What there is once for a run: a protocol with its configuration and its properties, its types hidden.
pub trait AnyProtocol {
    /// A copy.
    fn copy(&self) -> Box<dyn AnyProtocol>;
    /// A replica that has not started yet, with this on its disk. Errors: where it can't be.
    fn replica(&self, me: NodeId, disk: &[(String, String)]) -> Result<Box<dyn Actor>, SetupError>;
    /// A client.
    fn client(&self, me: NodeId) -> Box<dyn Actor>;
    /// Reads a command. Errors: why it can't be read.
    fn command(&self, words: &[&str]) -> Result<Rc<dyn Shown>, ReadError>;
    /// The next command of a workload. `None` where the protocol has no commands.
    fn workload(&self, count: u64, draw: u64, keys: u32) -> Option<Rc<dyn Shown>>;
    /// A command as an operation on a register, where it is one.
    fn access(&self, command: &dyn Any) -> Option<Access>;
    /// Whether somebody asked for a value, and how many commands it carries.
    fn judge(&self, value: &dyn Any, nodes: &Nodes) -> (bool, usize);
    /// What a message carries to prove who said what.
    fn authenticators(&self, letter: &Letter) -> Authenticators;
    /// In which sense correct replicas agree.
    fn agreement(&self) -> Agreement;
    /// Whether two decided values contradict each other, in that sense.
    fn contradict(&self, one: &dyn Any, other: &dyn Any) -> bool;
    /// How many replicas may lie or lose their disk, and the properties hold all the same.
    fn tolerated(&self) -> usize;
    /// What a property relies on; `None` where it is not promised.
    fn assumes(&self, property: &str) -> Option<&'static [Assumption]>;
    /// How soon a fresh request is answered once everything works again after faults that went on for so long.
    fn recovers_within(&self, nodes: &Nodes, faults: Time) -> Option<Time>;
    /// Whether nothing that was begun is open.
    fn settled(&self, nodes: &Nodes) -> bool;
    /// The groups that replicas fall into, and the equations of a large population.
    fn population(&self, nodes: &Nodes) -> Option<Population>;
    /// Whether replicas under other names would do the same: see [`Check::alike`](crate::kernel::Check).
    fn alike(&self, names: Names, fires: &dyn Fn(u8) -> bool) -> bool;
    /// Checks the properties after an event.
    fn observe(&mut self, event: &Event, nodes: &Nodes, report: &mut Report);
    /// What the properties remember comes from another run with the same meaning: see [`Check::catch_up`](crate::kernel::Check).
    fn catch_up(&mut self, nodes: &Nodes);
    /// Takes what the properties remember into a hash.
    fn take_memory_into(&self, hasher: &mut StableHasher);
    /// Takes the configuration into a hash.
    fn take_into(&self, hasher: &mut StableHasher);
}

impl Clone for Box<dyn AnyProtocol> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}

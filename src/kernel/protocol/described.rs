//! A whole protocol, and the lists of its descriptor from the types that it is made of.

use super::algorithm::Algorithm;
use super::check::Check;
use super::explain::Explain;
use super::lies::Lie;
use crate::kernel::descriptor::command_syntax::ReadCommand;
use crate::kernel::descriptor::fields::ViewFields;
use crate::kernel::descriptor::lists::{LieKind, MessageKinds, RoleKind};
use crate::kernel::descriptor::options::ReadOptions;
use crate::kernel::descriptor::rules::Rule;
use crate::kernel::descriptor::timers::Timer;
use crate::kernel::descriptor::vocabulary::{Descriptor, StructureInfo};

/// A protocol, with all that it says of itself.
pub trait Protocol: Algorithm + Explain + Check + Lie {}

impl<P: Algorithm + Explain + Check + Lie> Protocol for P {}

impl Descriptor {
    /// What a protocol's types say of themselves, for the rest of a descriptor to be written around it:
    /// `Descriptor { id: "raft", …, ..Descriptor::of::<Raft>() }`.
    pub const fn of<P: Protocol>() -> Self {
        Descriptor {
            id: "",
            name: "",
            summary: "",
            paper: "",
            epoch: "",
            agent: "replica",
            first_agent: "",
            slot: "",
            replicas: (1, 1),
            first_scenario: "",
            commands: P::Command::COMMANDS,
            options: P::Config::OPTIONS,
            disk: &[],
            messages: P::Message::KINDS,
            timers: P::Timer::TIMERS,
            roles: P::Role::ROLES,
            structures: &[StructureInfo::LOGS],
            folds: P::FOLDS,
            fields: P::Shown::FIELDS,
            properties: &[],
            rules: P::Rule::ALL,
            lies: P::Lie::LIES,
            costs: &[],
            growth: &[],
            terms: &[],
        }
    }
}

//! The lists of a descriptor, from the types that a protocol is made of.

use super::algorithm::Protocol;
use crate::kernel::descriptor::command_syntax::ReadCommand;
use crate::kernel::descriptor::fields::ViewFields;
use crate::kernel::descriptor::lists::{LieKind, MessageKinds, RoleKind};
use crate::kernel::descriptor::options::ReadOptions;
use crate::kernel::descriptor::timers::Timer;
use crate::kernel::descriptor::vocabulary::Descriptor;

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
            quorum_for: "",
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
            fields: P::Shown::FIELDS,
            properties: &[],
            rules: &[],
            lies: P::Lie::LIES,
            costs: &[],
        }
    }
}

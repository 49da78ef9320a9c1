//! One node of a run, a replica or a client, without its protocol's types.

pub mod mailbox;
pub mod nodes;

//! One node of a run, a replica or a client: what goes into it, what comes out, its timers and faults. Its protocol's types
//! are hidden here.

pub mod actor;
pub mod adversary;
pub mod any_protocol;
pub mod effect;
pub mod message;
pub mod nodes;
pub mod sent_letters;
pub mod types;

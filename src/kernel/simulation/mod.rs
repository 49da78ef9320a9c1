//! The deterministic simulation: network, queue, steps, actions, Byzantine behaviour.

pub mod action;
pub mod action_error;
pub mod byzantine;
pub mod claims;
pub mod decide;
pub mod enabled;
pub mod fingerprint;
pub mod flights;
pub(crate) mod link_counts;
pub mod network;
pub mod perform;
pub mod queue;
mod rewire;
pub mod selector;
mod sending;
pub mod state;
pub mod step;
pub mod twins;

//! The deterministic simulation: network, queue, steps, actions, Byzantine behaviour.

pub mod action;
pub mod action_error;
pub mod byzantine;
pub mod claims;
pub mod flights;
pub mod network;
pub mod perform;
pub mod queue;
pub mod state;
pub mod step;
pub mod twins;

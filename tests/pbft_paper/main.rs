//! The statements of §4 of the paper (Castro, Liskov: Practical Byzantine Fault Tolerance, OSDI 1999), and of §5.1, that a
//! replica or a client must obey: one test each, named by its section. They drive one node by hand, message by message.
#![cfg(not(target_arch = "wasm32"))]

mod client;
mod collection;
mod costs;
mod harness;
mod normal_case;
mod optimisations;
mod subsets;
mod view_change;

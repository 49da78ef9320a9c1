//! The seam for a search: what can happen next, choices from a script, fingerprints; and with no more than these a plain
//! breadth-first loop that finds the published numbers of states.
#![cfg(not(target_arch = "wasm32"))]

mod breadth_first;
mod choices;
mod epaxos;
mod fields;
mod fingerprints;
mod goals;
mod interned;
mod paxos_commit;
mod paxos_spec;
mod search;
mod shipped;
mod switches;
mod symmetry;
#[path = "../swarm/threads.rs"]
mod threads;
mod two_phase;
mod walk;

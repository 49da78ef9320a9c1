//! Random worlds in numbers: many seeds, many faults. No property may break, and every run goes on once its faults are
//! repaired. One file a protocol, one function that runs one seed.
#![cfg(not(target_arch = "wasm32"))]

mod bugs;
mod byzantine;
mod frame;
mod pbft;
mod raft;
mod raft_pipeline;
mod restaurant_vote;
mod two_phase_commit;

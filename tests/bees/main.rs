//! Honey bees in numbers: how often a swarm chooses the better box, how long that takes and how many messages, what stop signals do
//! between equal boxes, and the equations of large swarms. `RUNS=10000 cargo test --profile sweep --test bees -- --nocapture` takes the
//! large samples.
#![cfg(not(target_arch = "wasm32"))]

mod habits;
mod mean_field;
mod speed;
mod swarms;

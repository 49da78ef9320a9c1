//! Raft in somebody else's program: with a network, disks, clocks and a loop of its own. `cargo run --example outside`.

#[cfg(not(target_arch = "wasm32"))]
mod program;

fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    program::main();
}

//! The native command: runs scenarios, sweeps seeds.

fn main() {}

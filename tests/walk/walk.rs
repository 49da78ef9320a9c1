//! A walk through what is possible: messages arrive in any order, are lost and doubled; timers fire at any time; replicas crash
//! and come back. For the papers' tests of protocols that must bear all that.

use consensus_playground::kernel::prelude::*;
use consensus_playground::kernel::{Action, Moves, Protocol, Selector, Setup, Trace, World};

/// A random number below `n`, by xorshift: the walk's own dice, apart from the run's.
fn below(dice: &mut u64, n: usize) -> usize {
    *dice ^= *dice << 13;
    *dice ^= *dice >> 7;
    *dice ^= *dice << 17;
    (*dice % n as u64) as usize
}

/// A walk of so many steps: clients 1, 2, … first ask for one of these each, somewhere.
pub fn walk<P: Protocol>(replicas: usize, set: &[(&str, &str)], asked: &[&str], steps: usize, seed: u64) -> World<P> {
    let setup = Setup { replicas, seed, options: set.iter().copied().collect(), ..Setup::default() };
    let trace = &mut Trace::forgetful();
    let mut world = World::<P>::new(&setup, trace).expect("it can be set up");
    world.act(&Action::Manual(true), trace).expect("a network can stand still");
    let mut dice = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for (place, command) in asked.iter().enumerate() {
        let words = command.split(' ').map(String::from).collect();
        let to = Some(Selector::Node(NodeId::replica(1 + below(&mut dice, replicas))));
        world.act(&Action::Request { client: NodeId::client(place + 1), to, words }, trace).expect("it can be asked");
    }
    for _ in 0..steps {
        let moves = match below(&mut dice, 20) {
            0 => Moves { crash: true, ..Moves::default() },
            1 | 2 => Moves { restart: true, ..Moves::default() },
            3 => Moves { drop: true, ..Moves::default() },
            4 => Moves { duplicate: true, ..Moves::default() },
            5..=8 => Moves { fire: true, ..Moves::default() },
            _ => Moves { deliver: true, ..Moves::default() },
        };
        let enabled = world.enabled(&moves);
        if !enabled.is_empty() {
            world.act(&enabled[below(&mut dice, enabled.len())], trace).expect("what is enabled is possible");
        }
    }
    world
}

/// How many seeds are taken: `SEEDS=100000` for the long way.
pub fn seeds() -> u64 {
    let usual = if cfg!(debug_assertions) { 100 } else { 2_000 };
    std::env::var("SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

//! Frequencies against the exact values, each within its 99 % interval. A sample that pins a frequency p within a tenth of
//! itself has 6.64 (1 − p) / (p / 100) members.

use std::thread;

use consensus_playground::kernel::{
    Action, LinkChange, NodeId, Options, SECOND, Selector, Setup, Time, TopologyKind, Trace, World,
};
use consensus_playground::protocols::nakamoto::{Nakamoto, double_spend};

/// A whole number from the environment.
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Whether there is time for the large samples.
fn long() -> bool {
    setting("SEEDS", 400) >= 100_000
}

/// How many are needed to pin a frequency within a tenth of itself.
fn sample(p: f64) -> u64 {
    (664.0 * (1.0 - p) / p).ceil() as u64
}

/// Whether a frequency that was found may be this one: within 99 %, for so many independent trials.
fn holds(what: &str, found: u64, of: u64, p: f64) -> bool {
    let (share, within) = (found as f64 / of as f64, 2.576 * (p * (1.0 - p) / of as f64).sqrt());
    let fits = (share - p).abs() <= within;
    println!("{what:<44} {share:.5} of {of:>7}, known {p:.5} ± {within:.5}{}", if fits { "" } else { "  OUTSIDE" });
    fits
}

fn open(replicas: usize, set: &[(&str, u16, String)], seed: u64, latency: Time) -> World<Nakamoto> {
    let mut options = Options::default();
    set.iter().for_each(|(name, replica, value)| options.set(name, *replica, value));
    let setup = Setup { replicas, options, seed, topology: TopologyKind::Full, ..Setup::default() };
    let mut world = World::new(&setup, &mut Trace::forgetful()).expect("the set-up fits");
    let change = LinkChange { latency: Some((latency, latency)), ..LinkChange::default() };
    world.act(&Action::Network { link: None, change }, &mut Trace::forgetful()).expect("it fits");
    world
}

fn run_until(world: &mut World<Nakamoto>, until: Time) {
    while world.step_until(until, &mut Trace::forgetful()).is_some() {}
}

/// The blocks of a replica's chain, all that it knows, and how many of its chain are not honest.
fn chain(world: &World<Nakamoto>, node: usize) -> (u64, u64, u64) {
    let tree = world.cluster().disk(NodeId::replica(node));
    let known = tree.blocks.get(&tree.head).expect("there is a block");
    (known.block.height, tree.blocks.len() as u64, known.dishonest.into())
}

/// Parts of a sample, each with a seed of its own, on all processors.
fn in_parts<T: Send>(parts: u64, run: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    thread::scope(|scope| {
        let run = &run;
        let worker = |first| scope.spawn(move || (first..parts).step_by(threads as usize).map(run).collect::<Vec<_>>());
        let workers: Vec<_> = (0..threads).map(worker).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a part panicked")).collect()
    })
}

/// Equal miners with a link to everybody: x is how many blocks are found while one travels.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn so_many_blocks_are_stale() {
    let mut fits = true;
    let cases: &[(usize, f64, f64)] = &[
        (10, 0.02, 0.0177),
        (10, 0.1, 0.082),
        (10, 0.5, 0.300),
        (10, 1.0, 0.448),
        (200, 0.1, 0.0909),
        (200, 0.5, 0.3333),
        (200, 1.0, 0.5),
    ];
    for &(miners, x, p) in cases {
        let (all, parts) = (sample(p) * if long() && miners == 10 { 10 } else { 1 }, 8);
        let set = [("block-time", 0, "1s".into()), ("confirmations", 0, "30".into())];
        let found = in_parts(parts, |seed| {
            let mut world = open(miners, &set, seed, (x * SECOND as f64) as Time);
            run_until(&mut world, all / parts * SECOND);
            chain(&world, 1)
        });
        let (height, known) = found.iter().fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        fits &= holds(&format!("stale, {miners} miners, x = {x}"), known - height, known, p);
        // Growth: of the blocks that the time brings, those that are not stale.
        let (growth, meant) = (height as f64, (all / parts * parts) as f64 * (1.0 - p));
        println!("{:<44} {growth:.0}, known {meant:.0} ± {:.0}", "  growth", 2.576 * meant.sqrt());
        fits &= (growth - meant).abs() <= 2.576 * meant.sqrt();
    }
    assert!(fits);
}

/// One try of a thief: whether it succeeds.
fn theft(percent: u64, z: u64, ahead: u64, seed: u64) -> bool {
    let set = [
        ("block-time", 0, "600s".into()),
        ("power", 1, percent.to_string()),
        ("power", 2, (100 - percent).to_string()),
        ("strategy", 1, "thief".into()),
        ("confirmations", 0, z.to_string()),
        ("head-start", 0, ahead.to_string()),
        ("give-up", 0, "35".into()),
    ];
    let mut world = open(2, &set, seed, 1_000);
    let words = ["pay", "coffee", "at", "2"].map(String::from).to_vec();
    let pay = Action::Request { client: NodeId::client(1), to: Some(Selector::Node(NodeId::replica(1))), words };
    world.act(&pay, &mut Trace::forgetful()).expect("the request fits");
    run_until(&mut world, SECOND);
    while world.cluster().state(NodeId::replica(1)).is_some_and(|state| state.attack.theft.is_some()) {
        world.step(&mut Trace::forgetful());
    }
    // What it has published is on its way for a millisecond.
    let now = world.now();
    run_until(&mut world, now + SECOND);
    world.violations().iter().any(|found| found.property == "finality")
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn a_thief_succeeds_so_often() {
    let mut fits = true;
    for (percent, z) in [(10, 1), (10, 2), (10, 6), (30, 1), (30, 2), (30, 6)] {
        for ahead in [1, 0] {
            let p = double_spend((1 << 32) / 100 * percent, z, ahead > 0) as f64 / (1u64 << 32) as f64;
            let wanted = sample(p);
            let all = if long() { wanted } else { wanted.min(12_000) };
            if p * (all as f64) < 50.0 {
                continue;
            }
            let successes = in_parts(all, |seed| u64::from(theft(percent, z, ahead, seed))).into_iter().sum();
            let rule = if ahead > 0 { "one block ahead" } else { "no head start" };
            fits &= holds(&format!("double spend, q = {percent} %, z = {z}, {rule}"), successes, all, p);
        }
    }
    assert!(fits);
}

/// One try of a thief with 40 % of the power where most blocks are found while another is on its way: whether it succeeds.
fn fast_theft(fork_choice: &str, seed: u64) -> bool {
    let set = [
        ("block-time", 0, "1s".into()),
        ("power", 0, "6".into()),
        ("power", 1, "40".into()),
        ("strategy", 1, "thief".into()),
        ("confirmations", 0, "3".into()),
        ("give-up", 0, "15".into()),
        ("fork-choice", 0, fork_choice.into()),
    ];
    let mut world = open(11, &set, seed, SECOND);
    let words = ["pay", "coffee", "at", "2"].map(String::from).to_vec();
    let pay = Action::Request { client: NodeId::client(1), to: Some(Selector::Node(NodeId::replica(1))), words };
    world.act(&pay, &mut Trace::forgetful()).expect("the request fits");
    run_until(&mut world, 3 * SECOND);
    while world.cluster().state(NodeId::replica(1)).is_some_and(|state| state.attack.theft.is_some()) {
        world.step(&mut Trace::forgetful());
    }
    let now = world.now();
    run_until(&mut world, now + 3 * SECOND);
    let broken = |property| world.violations().iter().any(|found| found.property == property);
    assert!(!broken("heaviest-subtree") && !broken("most-work") && !broken("first-seen"), "seed {seed}");
    broken("finality")
}

/// A block takes as long to arrive as one takes to be found. The honest 60 % then build a chain that grows no faster than the
/// thief's 40 %; with GHOST all their blocks count, so that the thief succeeds about as often as with slow blocks.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn ghost_keeps_a_thief_out_where_blocks_are_fast() {
    let tries = if long() { 4_000 } else { 400 };
    let share = |fork_choice| {
        let successes: u64 = in_parts(tries, |seed| u64::from(fast_theft(fork_choice, seed))).into_iter().sum();
        println!("double spend, q = 40 %, z = 3, x = 1, {fork_choice:<10} {successes} of {tries}");
        successes as f64 / tries as f64
    };
    let (most_work, ghost) = (share("most-work"), share("ghost"));
    let slow = double_spend((1 << 32) / 100 * 40, 3, false) as f64 / (1u64 << 32) as f64;
    println!("with slow blocks: {slow:.3}");
    assert!(ghost < slow + 0.07 && most_work > ghost + 0.25, "{most_work} {ghost}");
}

/// The share of the chain of a selfish miner with a share `a` of the power (Eyal, Sirer 2014, equation 8).
fn selfish_share(a: f64, gamma: f64) -> f64 {
    (a * (1.0 - a).powi(2) * (4.0 * a + gamma * (1.0 - 2.0 * a)) - a.powi(3)) / (1.0 - a * (1.0 + (2.0 - a) * a))
}

/// A run of a selfish miner and ten honest ones, until at least so many blocks are public and nothing is secret: the
/// height of the chain, and how many of its blocks are the selfish miner's.
fn selfish(percent: u64, gamma: u64, blocks: u64, seed: u64) -> (f64, f64) {
    let set = [
        ("block-time", 0, "600s".into()),
        ("power", 0, (100 - percent).to_string()),
        ("power", 1, (10 * percent).to_string()),
        ("strategy", 1, "selfish".into()),
        ("gamma", 0, gamma.to_string()),
        ("confirmations", 0, "30".into()),
    ];
    let mut world = open(11, &set, seed, 1_000);
    let secret = |world: &World<Nakamoto>| {
        world.cluster().state(NodeId::replica(1)).is_some_and(|state| state.attack.tip.is_some())
    };
    while chain_height(&world) < blocks || secret(&world) {
        world.step(&mut Trace::forgetful());
    }
    let (height, _, own) = chain(&world, 2);
    (height as f64, own as f64)
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn a_selfish_miner_has_this_share_of_the_chain() {
    let mut fits = true;
    let table = [(25, [0.195, 0.250, 0.305]), (30, [0.273, 0.327, 0.381]), (40, [0.484, 0.526, 0.567])];
    let mut rows = 0;
    for (percent, shares) in table {
        for (gamma, published) in [0, 50, 100].into_iter().zip(shares) {
            let p = selfish_share(percent as f64 / 100.0, gamma as f64 / 100.0);
            assert!((p - published).abs() < 0.0006, "{p} is not the published {published}");
            let (blocks, parts) = (if long() { 10_000 } else { 500 }, 64);
            // Seeds of its own for each row: rows that share their luck would all err alike.
            let first = parts * rows;
            rows += 1;
            let found = in_parts(parts, |seed| selfish(percent, gamma, blocks, first + seed));
            let (height, own) = found.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
            // Neighboring blocks of a chain depend on each other; its parts do not. So the interval is that of a ratio over parts.
            let spread: f64 = found.iter().map(|part| (part.1 - own / height * part.0).powi(2)).sum();
            let within = 2.656 * (spread * parts as f64 / (parts - 1) as f64).sqrt() / height;
            let share = own / height;
            let outside = if (share - p).abs() <= within { "" } else { "  OUTSIDE" };
            println!(
                "selfish, share {percent} %, gamma {gamma:>3} %: {share:.5} of {height:>7}, known {p:.5} ± {within:.5}{outside}"
            );
            fits &= outside.is_empty();
        }
    }
    assert!(fits);
}

fn chain_height(world: &World<Nakamoto>) -> u64 {
    world.cluster().disk(NodeId::replica(2)).head >> 32
}

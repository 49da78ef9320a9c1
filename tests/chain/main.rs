//! A small chain of blocks: a protocol with a tree, without commands, whose agreement is by prefix and likely.

#[path = "protocol.rs"]
mod protocol;

use consensus_playground::kernel::{NodeId, Options, SECOND, Setup, Time, TopologyKind, Trace, World};
use protocol::Chain;

fn run(replicas: usize, set: &[(&str, &str)], seed: u64, until: Time) -> World<Chain> {
    let mut options = Options::default();
    set.iter().for_each(|(name, value)| options.set(name, 0, value));
    let setup = Setup { replicas, options, seed, topology: TopologyKind::Ring, ..Setup::default() };
    let mut world = World::new(&setup, &mut Trace::forgetful()).expect("the set-up fits");
    while world.step_until(until, &mut Trace::forgetful()).is_some() {}
    world
}

fn heights(world: &World<Chain>) -> Vec<u64> {
    let state = |node| world.cluster().state(node).expect("it runs").blocks.get(&world.cluster().state(node)?.tip);
    NodeId::replicas(world.size()).map(|node| state(node).map_or(0, |tip| tip.height)).collect()
}

#[test]
fn a_chain_grows_by_a_block_in_each_block_time_whatever_the_number_of_miners() {
    for replicas in [1, 4, 40] {
        let grown: u64 = (0..10).map(|seed| heights(&run(replicas, &[], seed, 100 * SECOND))[0]).sum();
        // 1,000 are expected but for forks; its standard deviation is 32.
        assert!((850..=1_100).contains(&grown), "{replicas} miners: {grown} blocks in 1,000 block times");
    }
}

#[test]
fn chains_differ_at_their_ends_alone() {
    for seed in 0..20 {
        let world = run(6, &[("confirmations", "12")], seed, 100 * SECOND);
        assert_eq!(world.violations(), [], "seed {seed}");
        assert!(world.decided_slots() > 60);
    }
}

#[test]
fn without_confirmations_enough_a_fork_breaks_what_was_decided() {
    let hasty = [("confirmations", "1"), ("block-time", "10ms")];
    let broken = (0..20).filter(|&seed| !run(6, &hasty, seed, 10 * SECOND).violations().is_empty()).count();
    assert_eq!(broken, 20, "blocks are found faster than they travel");
    let world = run(6, &hasty, 1, 10 * SECOND);
    let (first, agreement) = (&world.violations()[0], world.agreement());
    assert_eq!((first.property, agreement.is_certain()), ("agreement", false));
    assert!(first.text.ends_with("The protocol makes this unlikely, but not impossible."), "{}", first.text);
    assert_eq!(agreement.about(), "The chains of two correct agents very likely differ in their last block at most.");
}

#[test]
fn each_replica_shows_its_tree_with_the_block_that_it_builds_on_last() {
    use consensus_playground::kernel::StructureKind::{Log, Tree, Value};
    let world = run(6, &[("block-time", "50ms")], 3, 2 * SECOND);
    for node in NodeId::replicas(6) {
        let view = world.node(node).and_then(|node| node.replica).expect("a view");
        let tip = world.cluster().state(node).expect("it runs").tip;
        assert_eq!(view.cells(Tree).last().map(|cell| cell.id), Some(tip));
        assert!(view.cells(Tree).iter().all(|cell| cell.parents.len() == 1 && cell.parents[0] < cell.id));
        assert_eq!((view.cells(Value).len(), view.cells(Log).len()), (1, 0));
    }
}

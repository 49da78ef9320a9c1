//! The specification of two-phase commit, and its numbers of states, counted by going through whole worlds.

pub mod specification;

use consensus_playground::kernel::{Action, DynWorld, Moves, Setup, Trace, World};

use crate::breadth_first::{Explored, explore};
use specification::TwoPhase;

/// A world where nothing moves by itself.
pub fn still<P: consensus_playground::kernel::Protocol>(replicas: usize, seed: u64) -> World<P> {
    let setup = Setup { replicas, seed, ..Setup::default() };
    let mut world = World::<P>::new(&setup, &mut Trace::forgetful()).expect("the set-up fits");
    world.act(&Action::Manual(true), &mut Trace::forgetful()).expect("a network can stand still");
    world
}

/// What can come next, where what was delivered stays in the network: it is doubled first.
fn successors(world: &DynWorld) -> Vec<DynWorld> {
    let mut all = Vec::new();
    for action in world.enabled(&Moves::CALM) {
        let mut before = world.clone();
        if let Action::Deliver(pick) = &action {
            before.act(&Action::Duplicate(pick.clone()), &mut Trace::forgetful()).expect("it is in flight");
        }
        let branches = before.branches(&action).expect("what is enabled is possible");
        all.extend(branches.into_iter().map(|(_, world)| world));
    }
    all
}

fn count(managers: usize) -> Explored {
    let root = DynWorld::clone(&still::<TwoPhase>(managers + 1, 1));
    explore(root, DynWorld::fingerprint, |world| {
        assert_eq!(world.violations(), [], "TwoPhase is consistent");
        successors(world)
    })
}

#[test]
fn the_specification_has_the_published_numbers_of_states() {
    let most = if cfg!(debug_assertions) { 4 } else { 6 };
    let published = [(2, 56), (3, 288), (4, 1_568), (5, 8_832), (6, 50_816)];
    for (managers, states) in published.into_iter().filter(|(managers, _)| *managers <= most) {
        let found = count(managers);
        println!("TwoPhase with {managers} resource managers: {} states, {} levels", found.states, found.depth);
        assert_eq!(found.states, states, "{managers} resource managers");
        // TLC gives the depth for 3: it counts the first state, too.
        assert!(managers != 3 || found.depth == 11, "{} levels", found.depth);
    }
}

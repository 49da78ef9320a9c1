//! What Algorithm 1 costs, and who proposes.

use super::Tendermint;
use crate::kernel::protocol::bench::config;
use crate::kernel::{Action, MS, NodeId, SECOND, Setup, Time, Trace, World};

fn decided_at(n: usize, until: Time) -> World<Tendermint> {
    let trace = &mut Trace::forgetful();
    let mut world = World::<Tendermint>::new(&Setup { replicas: n, seed: 1, ..Setup::default() }, trace).expect("fits");
    let change = crate::kernel::LinkChange { latency: Some((10 * MS, 10 * MS)), ..Default::default() };
    world.act(&Action::Network { link: None, change }, trace).expect("possible");
    let words = ["put", "x", "1"].map(String::from).to_vec();
    world.act(&Action::Request { client: NodeId::client(1), to: None, words }, trace).expect("possible");
    while world.peek().is_some_and(|due| due <= until) {
        world.step(trace);
    }
    world
}

#[test]
fn a_block_costs_n_minus_1_times_2n_plus_1_messages_and_silence_none() {
    for (n, cost) in [(4, 27), (7, 90), (10, 189), (16, 495), (31, 1_890), (100, 19_899)] {
        let world = decided_at(n, 10 * SECOND);
        assert_eq!((world.counts().between_replicas, world.counts().completed), (cost, 1), "n = {n}");
        assert_eq!(world.violations(), &[]);
    }
}

#[test]
fn a_decision_takes_three_delays_and_an_answer_five() {
    for n in [4, 7, 10, 31] {
        assert_eq!(decided_at(n, 40 * MS - 1).cluster().decisions().slots(), 0);
        let world = decided_at(n, 40 * MS);
        assert!(world.cluster().nodes().all(|node| world.cluster().disk(node).height() == 2), "n = {n}");
        assert_eq!((world.counts().completed, decided_at(n, 50 * MS).counts().completed), (0, 1));
    }
}

#[test]
fn more_than_two_thirds_of_the_power_are_a_quorum() {
    for (n, quorum, one_correct) in [(1, 1, 1), (3, 3, 2), (4, 3, 2), (5, 4, 2), (7, 5, 3), (10, 7, 4)] {
        let config = config::<Tendermint>(n, &[]);
        assert_eq!((config.quorum, config.one_correct), (quorum, one_correct), "n = {n}");
    }
}

#[test]
fn proposers_take_turns_by_their_power() {
    let turns = super::turns(&[1, 1, 1, 1]);
    assert_eq!(turns, [1, 2, 3, 4].map(NodeId::replica));
    assert_eq!(super::turns(&[1, 1, 1, 4]), [4, 1, 4, 2, 4, 3, 4].map(NodeId::replica));
}

//! §4.2: what a request costs in messages between replicas and in message delays, measured against the formula.

use consensus_playground::kernel::{Action, LinkChange, MS, NodeId, SECOND, Setup, Time, Trace, World};
use consensus_playground::protocols::pbft::Pbft;

fn world(replicas: usize, pairs: &[(&str, &str)]) -> World<Pbft> {
    let setup = Setup { replicas, seed: 1, options: pairs.iter().copied().collect(), ..Setup::default() };
    let mut world = World::new(&setup, &mut Trace::forgetful()).unwrap();
    let change = LinkChange { latency: Some((10 * MS, 10 * MS)), ..LinkChange::default() };
    world.act(&Action::Network { link: None, change }, &mut Trace::forgetful()).unwrap();
    world
}

fn request(world: &mut World<Pbft>, words: &str) {
    let words = words.split(' ').map(String::from).collect();
    world.act(&Action::Request { client: NodeId::client(1), to: None, words }, &mut Trace::forgetful()).unwrap();
}

/// Runs until `done` or the end, and gives how many message delays that took.
fn delays(world: &mut World<Pbft>, done: impl Fn(&World<Pbft>) -> bool) -> Time {
    let start = world.now();
    while !done(world) && world.peek().is_some_and(|due| due < start + SECOND) {
        world.step(&mut Trace::forgetful());
    }
    (world.now() - start) / (10 * MS)
}

fn rest(world: &mut World<Pbft>) {
    while world.peek().is_some() {
        world.step(&mut Trace::forgetful());
    }
}

#[test]
fn s4_2_a_request_costs_2n_n_minus_1_messages_and_a_checkpoint_n_n_minus_1() {
    for (n, cost) in [(4, 24), (7, 84), (10, 180)] {
        let mut world = world(n, &[("checkpoint-every", "3"), ("log-size", "3")]);
        let mut counts = Vec::new();
        for _ in 0..6 {
            let before = world.counts().between_replicas;
            request(&mut world, "add x 1");
            rest(&mut world);
            counts.push(world.counts().between_replicas - before);
        }
        let checkpoint = (n * (n - 1)) as u32;
        assert_eq!(cost, 2 * checkpoint, "the formula, n = {n}");
        assert_eq!(counts, [cost, cost, cost + checkpoint, cost, cost, cost + checkpoint], "n = {n}");
    }
}

#[test]
fn s4_2_a_batch_costs_as_much_as_one_request() {
    for (n, cost) in [(4, 24), (7, 84), (10, 180)] {
        let mut world = world(n, &[("batch", "8"), ("window", "1")]);
        for client in 1..=9 {
            let words = vec!["put".into(), "x".into(), client.to_string()];
            let client = NodeId::client(client);
            world.act(&Action::Request { client, to: None, words }, &mut Trace::forgetful()).unwrap();
        }
        rest(&mut world);
        // The first goes alone; eight wait for it and go together.
        assert_eq!((world.counts().between_replicas, world.counts().completed), (2 * cost, 9), "n = {n}");
        assert_eq!(world.cluster().decisions().slots(), 2);
    }
}

#[test]
fn s4_2_a_decision_takes_three_delays_and_an_answer_five() {
    for n in [4, 7, 10] {
        let mut world = world(n, &[]);
        request(&mut world, "put x 1");
        // The request's own delay comes before the primary's first send.
        let all = |world: &World<Pbft>| world.cluster().nodes().all(|node| world.cluster().disk(node).executed == 1);
        assert_eq!(delays(&mut world, all), 1 + 3, "n = {n}");
        assert_eq!(delays(&mut world, |world| world.counts().completed == 1), 1, "n = {n}");
    }
}

#[test]
fn s5_1_tentative_execution_saves_a_delay_and_a_read_three_and_all_messages_between_replicas() {
    for n in [4, 7, 10] {
        let mut world = world(n, &[("tentative", "on"), ("read-only", "on")]);
        request(&mut world, "put x 1");
        assert_eq!(delays(&mut world, |world| world.counts().completed == 1), 4, "n = {n}");
        rest(&mut world);
        let before = world.counts().between_replicas;
        request(&mut world, "get x");
        assert_eq!(delays(&mut world, |world| world.counts().completed == 2), 2, "n = {n}");
        rest(&mut world);
        assert_eq!(world.counts().between_replicas, before, "n = {n}");
    }
}

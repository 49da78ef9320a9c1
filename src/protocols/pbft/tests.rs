//! What the handlers promise, each test named by what it shows.

use std::collections::BTreeSet;

use super::*;
use crate::faults::byzantine;
use crate::kernel::{
    Action, Behaviour, LinkChange, MS, MessageKinds, Options, Pick, RuleInfo, SECOND, Selector, Setup, Trace, Which,
    World,
};

fn set(pairs: &[(&str, &str)]) -> Options {
    let mut options = Options::default();
    for (name, value) in pairs {
        options.set(name, 0, value);
    }
    options
}

fn world(replicas: usize, seed: u64, options: Options) -> World<Pbft> {
    let setup = Setup { replicas, seed, options, ..Setup::default() };
    World::new(&setup, &mut Trace::forgetful()).unwrap()
}

fn act(world: &mut World<Pbft>, act: Action) {
    world.act(&act, &mut Trace::forgetful()).unwrap();
}

fn request(world: &mut World<Pbft>, words: &str) {
    let words = words.split(' ').map(String::from).collect();
    act(world, Action::Request { client: NodeId::client(1), to: None, words });
}

fn run(world: &mut World<Pbft>, until: Time) {
    while world.peek().is_some_and(|due| due <= until) {
        world.step(&mut Trace::forgetful());
    }
}

fn latency(world: &mut World<Pbft>, latency: Time) {
    let change = LinkChange { latency: Some((latency, latency)), ..LinkChange::default() };
    act(world, Action::Network { link: None, change });
}

fn drop_all(world: &mut World<Pbft>, kind: &str) {
    let kind = Message::KINDS.iter().position(|info| info.name == kind).expect("a kind") as u8;
    act(world, Action::Drop(Pick::Matching { which: Which::All, kind: Some(kind), from: None, to: None }));
}

fn one(number: usize) -> Selector {
    Selector::Node(NodeId::replica(number))
}

fn sound(world: &World<Pbft>) {
    assert_eq!(world.violations(), &[]);
}

/// What 2n(n − 1) says of n = 4, 7, 10, and what follows for other n (Castro, Liskov 1999, §4.2).
#[test]
fn a_request_costs_2n_n_minus_1_messages_between_replicas_and_silence_costs_none() {
    for (n, cost) in [(4, 24), (5, 40), (6, 60), (7, 84), (10, 180)] {
        let mut world = world(n, 1, Options::default());
        request(&mut world, "put x 1");
        run(&mut world, 10 * SECOND);
        assert_eq!((world.counts().between_replicas, world.counts().completed), (cost, 1), "n = {n}");
        request(&mut world, "put x 2");
        run(&mut world, 20 * SECOND);
        assert_eq!((world.counts().between_replicas, world.counts().completed), (2 * cost, 2), "n = {n}");
        sound(&world);
    }
}

/// Request, pre-prepare, prepare, commit, reply: five delays; the decision comes three after the primary's first send.
#[test]
fn a_decision_takes_three_delays_at_every_replica_and_five_for_the_client() {
    for n in [4, 7] {
        let mut world = world(n, 1, Options::default());
        latency(&mut world, 10 * MS);
        request(&mut world, "put x 1");
        run(&mut world, 40 * MS - 1);
        assert_eq!(world.cluster().decisions().slots(), 0, "n = {n}");
        run(&mut world, 40 * MS);
        let executed = |node| world.cluster().disk(node).executed;
        assert!(world.cluster().nodes().all(|node| executed(node) == 1), "n = {n}");
        assert_eq!(world.counts().completed, 0);
        run(&mut world, 50 * MS);
        assert_eq!(world.counts().completed, 1, "n = {n}");
    }
}

#[test]
fn a_crashed_primary_is_replaced_by_the_next_one() {
    for n in [4, 5, 6, 7, 10] {
        let mut world = world(n, 1, Options::default());
        act(&mut world, Action::Crash(one(1)));
        request(&mut world, "put x 1");
        run(&mut world, 2 * SECOND);
        assert_eq!(world.counts().completed, 1, "n = {n}");
        assert_eq!(world.leader(), Some(NodeId::replica(2)), "n = {n}");
        sound(&world);
    }
}

#[test]
fn f_crashed_backups_hinder_nothing_and_f_plus_1_stop_everything_safely() {
    for n in [4, 5, 6, 7, 10] {
        let f = byzantine_faults(n);
        let mut world = world(n, 1, Options::default());
        (0..f).for_each(|i| act(&mut world, Action::Crash(one(n - i))));
        request(&mut world, "put x 1");
        run(&mut world, SECOND);
        assert_eq!(world.counts().completed, 1, "n = {n}");
        act(&mut world, Action::Crash(one(n - f)));
        // Q is 4 of 6: there it takes one crash more than f + 1.
        if n - f > byzantine_quorum(n) {
            act(&mut world, Action::Crash(one(n - f - 1)));
        }
        request(&mut world, "put x 2");
        run(&mut world, 10 * SECOND);
        assert_eq!(world.counts().completed, 1, "n = {n}");
        sound(&world);
    }
}

/// §4.1: a request that was executed is answered from memory.
#[test]
fn a_request_that_arrives_again_is_executed_once_and_answered_again() {
    let mut world = world(4, 1, Options::default());
    latency(&mut world, 10 * MS);
    request(&mut world, "add x 1");
    run(&mut world, 45 * MS);
    drop_all(&mut world, "reply");
    run(&mut world, 5 * SECOND);
    assert_eq!(world.counts().completed, 1);
    assert_eq!(world.cluster().disk(NodeId::replica(1)).service.store.show(), "x=1");
    assert_eq!(world.cluster().disk(NodeId::replica(1)).executed, 1);
    sound(&world);
}

/// §4.2: what a replica has promised outlives its crash, so that it can't promise anything else after it.
#[test]
fn a_restarted_replica_remembers_what_it_accepted() {
    let mut world = world(4, 1, Options::default());
    latency(&mut world, 10 * MS);
    // With one replica gone, each vote of the other three is needed.
    act(&mut world, Action::Crash(one(4)));
    request(&mut world, "put x 1");
    run(&mut world, 20 * MS);
    assert!(world.cluster().disk(NodeId::replica(2)).accepted(1).is_some());
    act(&mut world, Action::Crash(one(2)));
    act(&mut world, Action::Restart { replica: one(2), disk_lost: false });
    assert!(world.cluster().disk(NodeId::replica(2)).accepted(1).is_some());
    run(&mut world, 250 * MS);
    assert_eq!(world.cluster().disk(NodeId::replica(2)).executed, 1, "its own vote counts again");
    sound(&world);
}

/// A replica that was away gets what was committed, with the certificates that prove it.
#[test]
fn a_replica_that_was_away_catches_up() {
    let mut world = world(4, 1, Options::default());
    act(&mut world, Action::Crash(one(4)));
    for count in 0..70 {
        request(&mut world, &format!("put x {count}"));
    }
    run(&mut world, 8 * SECOND);
    assert_eq!(world.counts().completed, 70);
    act(&mut world, Action::Restart { replica: one(4), disk_lost: false });
    run(&mut world, 9 * SECOND);
    assert_eq!(world.cluster().disk(NodeId::replica(4)).executed, 70);
    sound(&world);
}

/// §4.5.2: T for a request and for the first new-view, 2T for the second; T again after progress.
#[test]
fn patience_doubles_until_a_request_is_executed() {
    let mut world = world(10, 1, Options::default());
    latency(&mut world, 10 * MS);
    (1..=3).for_each(|number| act(&mut world, Action::Crash(one(number))));
    request(&mut world, "put x 1");
    let mut asked = Vec::new();
    while world.now() < 3 * SECOND && world.peek().is_some() {
        let before = world.cluster().disk(NodeId::replica(5)).view;
        world.step(&mut Trace::forgetful());
        if world.cluster().disk(NodeId::replica(5)).view > before {
            asked.push(world.now() / MS);
        }
    }
    // The client asks all at 400 ms; 300 ms after that has arrived, the backups give up.
    assert_eq!(asked, [710, 710 + 10 + 300, 1020 + 10 + 600]);
    assert_eq!((world.counts().completed, world.leader()), (1, Some(NodeId::replica(4))));
    assert_eq!(world.cluster().state(NodeId::replica(5)).unwrap().attempts, 0);
    sound(&world);
}

/// §4.4: what prepared keeps its number, and the null request fills the hole below it.
#[test]
fn a_prepared_request_keeps_its_number_through_a_view_change() {
    let mut world = world(4, 1, set(&[("resend", "10s")]));
    latency(&mut world, 10 * MS);
    request(&mut world, "put x 1");
    run(&mut world, 15 * MS);
    drop_all(&mut world, "pre-prepare");
    let words = ["put", "y", "2"].map(String::from).to_vec();
    act(&mut world, Action::Request { client: NodeId::client(2), to: None, words });
    run(&mut world, 45 * MS);
    assert!(world.cluster().disk(NodeId::replica(2)).prepared(2).is_some());
    // Every commit is lost, and the primary with them.
    drop_all(&mut world, "commit");
    act(&mut world, Action::Crash(one(1)));
    run(&mut world, 3 * SECOND);
    let decided = |slot| world.cluster().decisions().get(slot).unwrap().value.to_string();
    assert_eq!([decided(1), decided(2), decided(3)], ["null", "y=2", "x=1"]);
    assert_eq!(world.cluster().disk(NodeId::replica(3)).accepted(1).unwrap().place().view, 1);
    sound(&world);
}

#[test]
fn one_liar_of_four_breaks_nothing() {
    for way in byzantine::ALL {
        for seed in 0..20 {
            let behaviour = Behaviour::from(way);
            let mut world = world(4, seed, Options::default());
            act(&mut world, Action::Byzantine { replica: one(1), behaviour });
            (0..4).for_each(|count| request(&mut world, &format!("add x {count}")));
            run(&mut world, 10 * SECOND);
            sound(&world);
            assert!(world.counts().completed >= 1, "{} seed {seed}: no progress", way.name());
        }
    }
}

#[test]
fn the_smallest_clusters_work() {
    for n in 1..=3 {
        let mut world = world(n, 1, Options::default());
        request(&mut world, "put x 1");
        run(&mut world, SECOND);
        assert_eq!(world.counts().completed, 1, "n = {n}");
        sound(&world);
    }
}

#[test]
fn no_more_than_the_window_is_under_way() {
    let mut world = world(4, 1, set(&[("window", "2")]));
    for number in 1..=8 {
        let words = vec!["put".into(), "x".into(), number.to_string()];
        act(&mut world, Action::Request { client: NodeId::client(number), to: None, words });
    }
    while world.now() < SECOND && world.peek().is_some() {
        world.step(&mut Trace::forgetful());
        let disk = world.cluster().disk(NodeId::replica(1));
        assert!(disk.slots.from(&(disk.executed + 1)).count() <= 2);
    }
    assert_eq!(world.counts().completed, 8);
}

#[test]
fn the_vocabulary_is_unambiguous() {
    let descriptor = Pbft::DESCRIPTOR;
    let names: BTreeSet<_> = descriptor.rules.iter().map(|rule: &RuleInfo| rule.name).collect();
    assert_eq!(names.len(), descriptor.rules.len());
    let rule = Rule::NothingMissing { to: NodeId::replica(2) };
    let index = crate::kernel::Rule::index(&rule) as usize;
    assert_eq!(descriptor.rules[index].name, "nothing-missing");
}

#[test]
fn nothing_can_be_put_on_a_disk_that_holds_signed_messages() {
    let disks = vec![(NodeId::replica(2), vec![("term".into(), "1".into())])];
    let setup = Setup { replicas: 4, disks, ..Setup::default() };
    let world = World::<Pbft>::new(&setup, &mut Trace::forgetful());
    assert_eq!(world.err().map(String::from).as_deref(), Some("`term` is no key of a disk of PBFT"));
}

/// RULES: Q is 2f + 1 at n = 3f + 1 and 4 at n = 5 and 6.
#[test]
fn quorums_and_the_switches_that_weaken_them() {
    let of = |n, pairs: &[(&str, &str)]| {
        let config = Pbft::configure(n, &set(pairs)).unwrap();
        (config.faults, config.quorum, config.prepares, config.commits)
    };
    assert_eq!([4, 5, 6, 7].map(|n| of(n, &[])), [(1, 3, 2, 3), (1, 4, 3, 4), (1, 4, 3, 4), (2, 5, 4, 5)]);
    assert_eq!(of(6, &[("quorum-n-minus-f", "on")]), (2, 4, 3, 4));
    assert_eq!(of(4, &[("weak-prepared", "on")]), (1, 3, 1, 3));
    assert_eq!(of(4, &[("weak-committed", "on")]), (1, 3, 2, 2));
}

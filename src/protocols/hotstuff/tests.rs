//! What Algorithms 2 and 3 cost, and who leads.

use super::HotStuff;
use crate::kernel::protocol::bench::config;
use crate::kernel::{Action, MS, NodeId, SECOND, Setup, Time, Trace, World};

/// One request on a network with delays of 10 ms, up to a time.
fn decided_at(n: usize, variant: &str, until: Time) -> World<HotStuff> {
    let trace = &mut Trace::forgetful();
    let options = [("variant", variant), ("view-timeout", "1s")].into_iter().collect();
    let setup = Setup { replicas: n, seed: 1, options, ..Setup::default() };
    let mut world = World::<HotStuff>::new(&setup, trace).expect("fits");
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
fn a_decision_of_the_basic_form_costs_8_n_minus_1_messages() {
    for (n, cost) in [(4, 24), (7, 48), (10, 72), (16, 120), (31, 240), (100, 792)] {
        let world = decided_at(n, "basic", 10 * SECOND);
        assert_eq!((world.counts().between_replicas, world.counts().completed), (cost, 1), "n = {n}");
        assert_eq!(world.violations(), &[]);
    }
}

#[test]
fn a_view_of_the_chained_form_costs_2_n_minus_1_messages() {
    for (n, view) in [(4, 6), (7, 12), (10, 18), (16, 30), (31, 60), (100, 198)] {
        for (variant, views) in [("chained", 4), ("two-chain", 3)] {
            let world = decided_at(n, variant, 10 * SECOND);
            let counts = world.counts();
            assert_eq!((counts.between_replicas, counts.completed), (views * view, 1), "{variant}, n = {n}");
            assert_eq!(world.violations(), &[]);
        }
    }
}

/// The first to execute is the leader, after 6 delays, or 4; the others follow one later. The request takes one more before;
/// the basic form's new-view messages another.
#[test]
fn a_decision_takes_six_delays_and_seven_everywhere() {
    for n in [4, 7, 10, 31] {
        for (variant, before, first) in [("basic", 2, 6), ("chained", 1, 6), ("two-chain", 1, 4)] {
            let executed = |delays: u64| {
                let world = decided_at(n, variant, (before + delays) * 10 * MS);
                let cluster = world.cluster();
                cluster.nodes().filter(|node| !cluster.disk(*node).chain.is_empty()).count()
            };
            assert_eq!([first - 1, first, first + 1].map(executed), [0, 1, n], "{variant}, n = {n}");
        }
    }
}

#[test]
fn n_minus_f_make_a_certificate() {
    for (n, quorum, one_correct) in [(1, 1, 1), (3, 3, 1), (4, 3, 2), (5, 4, 2), (7, 5, 3), (10, 7, 4), (100, 67, 34)] {
        let config = config::<HotStuff>(n, &[]);
        assert_eq!((config.quorum, config.one_correct), (quorum, one_correct), "n = {n}");
    }
}

#[test]
fn leaders_follow_each_other_and_a_timeout_ends_the_leaders_views() {
    let config = config::<HotStuff>(4, &[("leader-views", "3")]);
    let leaders: Vec<_> = (1..=13).map(|view| config.leader(view).number()).collect();
    assert_eq!(leaders, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 1]);
    assert_eq!([1, 3, 4, 12].map(|view| config.after_failure(view)), [4, 4, 7, 13]);
}

#[test]
fn leaders_can_be_named_and_what_names_none_is_refused() {
    let config = config::<HotStuff>(4, &[("leader-views", "1"), ("leaders", "3,1,3")]);
    assert_eq!([1, 2, 3, 4].map(|view| config.leader(view).number()), [3, 1, 3, 3]);
    for wrong in ["", "0", "5", "1,", "1-3"] {
        let options = [("leaders", wrong)].into_iter().collect();
        assert!(
            World::<HotStuff>::new(&Setup { replicas: 4, options, ..Setup::default() }, &mut Trace::forgetful())
                .is_err()
        );
    }
}

//! What shifts a share and breaks no rule: each beside the swarm as it should be. That these are no bug switches is because no single
//! run shows them.

use super::swarms::{Found, Swarm, setting};

fn of(swarm: &Swarm) -> Found {
    let found = Found::of(&swarm.runs(setting("RUNS", 400)));
    let (set, (time, error)) = (&swarm.set[..swarm.set.len() - 1], found.time);
    println!(
        "{:?} {set:?}: first {} of {} that decided, of {}; after {time:.4} ± {error:.4} units",
        swarm.boxes, found.first, found.decided, found.runs
    );
    found
}

/// By how many standard errors two shares differ.
fn shares_apart((a, of_a): (f64, f64), (b, of_b): (f64, f64)) -> f64 {
    let all = (a + b) / (of_a + of_b);
    (a / of_a - b / of_b) / (all * (1.0 - all) * (1.0 / of_a + 1.0 / of_b)).sqrt()
}

/// By how many standard errors two means differ.
fn means_apart((a, error_a): (f64, f64), (b, error_b): (f64, f64)) -> f64 {
    (a - b) / error_a.hypot(error_b)
}

/// Far more than chance explains: one time in a billion.
const FAR: f64 = 6.0;

fn swarm(set: &[(&'static str, &str)]) -> Found {
    of(&Swarm::new(100, &["5", "4"], set))
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn clocks_that_remember_are_late_at_first() {
    let (known, other) = (swarm(&[("quorum", "10")]), swarm(&[("quorum", "10"), ("clocks", "uniform")]));
    assert!(means_apart(other.time, known.time) > FAR);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn bees_that_meet_the_same_one_all_the_time_are_slower() {
    let meet = |partner: &str| {
        let set = [("quorum", "70"), ("partner", partner)];
        of(&Swarm { units: 2, ..Swarm::new(100, &["5", "4"], &set) })
    };
    let (known, other) = (meet("random"), meet("fixed"));
    assert!(shares_apart((known.decided, known.runs), (other.decided, other.runs)) > FAR);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn without_stop_signals_equal_boxes_tie() {
    let equal = |sigma: &str| {
        of(&Swarm { units: 10, ..Swarm::new(100, &["3", "3"], &[("quorum", "75"), ("stop-rate", sigma)]) })
    };
    let (known, other) = (equal("5"), equal("0"));
    assert!(shares_apart((known.decided, known.runs), (other.decided, other.runs)) > FAR);
}

/// Two poor boxes: a swarm waits for a better one, unless nobody ever gives up.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn a_swarm_that_never_gives_up_takes_a_poor_box() {
    let poor = |giving_up: &str| {
        let set = [("quorum", "75"), ("stop-rate", "2"), ("giving-up", giving_up)];
        of(&Swarm { units: 10, ..Swarm::new(100, &["2", "2"], &set) })
    };
    let (known, other) = (poor("on"), poor("off"));
    assert!(shares_apart((other.decided, other.runs), (known.decided, known.runs)) > FAR);
}

/// Who believes a dance unseen is at no box to be counted.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn hearsay_fills_no_box() {
    let known = swarm(&[("quorum", "40"), ("noise", "80")]);
    let other = swarm(&[("quorum", "40"), ("noise", "80"), ("copy-without-visit", "on")]);
    assert!(means_apart(other.time, known.time) > FAR);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn stopping_ones_own_side_costs_time() {
    let known = swarm(&[("quorum", "50")]);
    let other = of(&Swarm { units: 10, ..Swarm::new(100, &["5", "4"], &[("quorum", "50"), ("stop-own-site", "on")]) });
    assert!(
        shares_apart((known.decided, known.runs), (other.decided, other.runs)) > FAR
            || means_apart(other.time, known.time) > FAR
    );
}

/// A message that takes a thousandth of a unit changes nothing; one that takes a twentieth does.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn slow_messages_cost_time() {
    let late = |latency| of(&Swarm { latency, ..Swarm::new(100, &["5", "4"], &[("quorum", "60")]) });
    let (known, little, much) = (late(1_000), late(super::swarms::UNIT / 1_000), late(super::swarms::UNIT / 20));
    assert!(means_apart(little.time, known.time).abs() < 2.576, "a thousandth");
    assert!(means_apart(much.time, known.time) > 2.576, "a twentieth");
}

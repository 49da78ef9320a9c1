//! A thousand bees.

use consensus_playground::kernel::Trace;

use super::swarms::{Swarm, UNIT, setting};

/// `UNITS=20` for a long run. No time is asserted: it is printed.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn a_thousand_bees_decide() {
    let units = setting("UNITS", 3);
    let mut world = Swarm::new(1_000, &["5", "4"], &[("quorum", "750")]).open(7);
    let start = std::time::Instant::now();
    while world.step_until(units * UNIT, &mut Trace::forgetful()).is_some() {}
    let (counts, took) = (world.counts(), start.elapsed());
    println!(
        "1,000 bees: {counts:?} in {took:?}, {:.0} events a second",
        f64::from(counts.events) / took.as_secs_f64()
    );
    assert_eq!(world.decisions().first().map(|decision| decision.value.as_str()), Some("A"));
    assert!(world.violations().is_empty(), "{:?}", world.violations().first());
}

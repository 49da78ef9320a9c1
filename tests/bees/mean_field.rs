//! The equations of a large swarm (Pais et al. 2013): for the share y of each box and the share u that searches,
//! ẏ_A = v_A u − y_A/v_A + v_A y_A u − σ y_A y_B.

use consensus_playground::kernel::WHOLE;

use super::swarms::Swarm;

/// How the shares change.
fn slope([a, b]: [f64; 2], [va, vb]: [f64; 2], sigma: f64) -> [f64; 2] {
    let u = 1.0 - a - b;
    [va * u * (1.0 + a) - a / va - sigma * a * b, vb * u * (1.0 + b) - b / vb - sigma * a * b]
}

/// Where the shares come to rest from here.
fn rest(mut at: [f64; 2], v: [f64; 2], sigma: f64) -> [f64; 2] {
    let dt = 0.01;
    let step = |at: [f64; 2], by: [f64; 2], dt: f64| [at[0] + dt * by[0], at[1] + dt * by[1]];
    for _ in 0..200_000 {
        let middle = step(at, slope(at, v, sigma), dt / 2.0);
        at = step(at, slope(middle, v, sigma), dt);
    }
    at
}

/// The tie is broken above this rate of stop signals.
fn critical(v: f64) -> f64 {
    4.0 * v.powi(3) / (v * v - 1.0).powi(2)
}

fn near(found: [f64; 2], known: [f64; 2]) {
    let far = (found[0] - known[0]).abs().max((found[1] - known[1]).abs());
    assert!(far < 0.0006, "{found:?} for {known:?}");
}

#[test]
fn equal_boxes_tie_below_the_critical_rate_and_not_above() {
    for (v, known) in [(2.0, 3.556), (3.0, 1.6875), (5.0, 0.868)] {
        assert!((critical(v) - known).abs() < 0.0005, "{}", critical(v));
        // A hair's breadth apart at the beginning: below, the two come together, above they part.
        let below = rest([0.301, 0.3], [v, v], 0.95 * critical(v));
        let above = rest([0.301, 0.3], [v, v], 1.05 * critical(v));
        assert!((below[0] - below[1]).abs() < 1e-6, "v = {v}: {below:?}");
        assert!(above[0] - above[1] > 0.1, "v = {v}: {above:?}");
    }
}

#[test]
fn the_points_of_rest_are_the_known_ones() {
    let sigma = critical(5.0);
    near(rest([0.301, 0.3], [5.0, 5.0], 0.95 * sigma), [0.481, 0.481]);
    near(rest([0.301, 0.3], [5.0, 5.0], 1.05 * sigma), [0.585, 0.375]);
    near(rest([0.301, 0.3], [5.0, 5.0], 2.0 * sigma), [0.819, 0.141]);
    // The better of two wins from anywhere, even from behind.
    for start in [[0.0, 0.0], [0.5, 0.2], [0.0, 0.9], [0.05, 0.95]] {
        near(rest(start, [5.0, 4.0], 5.0), [0.941, 0.027]);
    }
}

/// The same equations in whole numbers, as the page draws them, come to the same rests, and know which of them hold.
#[test]
fn whole_numbers_come_to_the_same_rests() {
    let rests = |boxes: &[&'static str], sigma: &str| {
        let world = Swarm::new(20, boxes, &[("stop-rate", sigma)]).open(1);
        let mut rests = world.population().expect("there are boxes").rests();
        rests.sort_by_key(|rest| rest.shares.clone());
        let share = |share: &i64| *share as f64 / WHOLE as f64;
        rests.iter().map(|rest| ([share(&rest.shares[0]), share(&rest.shares[1])], rest.stable)).collect::<Vec<_>>()
    };
    let same = |found: &[([f64; 2], bool)], known: &[([f64; 2], bool)]| {
        assert_eq!(found.len(), known.len(), "{found:?}");
        for ((found, stable), (known, is_known_stable)) in found.iter().zip(known) {
            near(*found, *known);
            assert_eq!(stable, is_known_stable, "{found:?}");
        }
    };
    let tie = |sigma: f64| rest([0.3, 0.3], [5.0, 5.0], sigma);
    same(&rests(&["5", "5"], "0.825"), &[([0.481, 0.481], true)]);
    // The rate has three decimals there, which shifts the rests by almost a thousandth.
    let parted @ [ahead, behind] = rest([0.301, 0.3], [5.0, 5.0], 0.911);
    same(&rests(&["5", "5"], "0.911"), &[([behind, ahead], true), (tie(0.911), false), (parted, true)]);
    same(&rests(&["5", "5"], "1.736"), &[([0.141, 0.819], true), (tie(1.736), false), ([0.819, 0.141], true)]);
    same(&rests(&["5", "4"], "5"), &[([0.941, 0.027], true)]);
}

//! The facts that the papers state, bit for bit where they are numbers; the rules' properties, on drawn vectors.

use super::*;
use crate::kernel::data::random::{below, draw_key, drawn};

/// A model after so many rounds in which the last f of n workers attack.
struct Training {
    n: usize,
    f: usize,
    rule: Aggregation,
    attack: Option<Attack>,
}

impl Training {
    fn model(&self, seed: u64, rounds: u64) -> (Vector, i64) {
        let &Training { n, f, rule, attack } = self;
        let problem = Problem::draw(seed, n, f, 100);
        let attacker = Attacker { problem: &problem, workers: n, liars: f, seed, strike: 25 };
        let (mut model, mut last) = (Vector::default(), Vector::default());
        for round in 1..=rounds {
            let vector = |place: usize| match attack.filter(|_| place >= n - f) {
                Some(attack) => attacker.sends(attack, place, round, model),
                None => problem.gradient(place, model),
            };
            let vectors: Vec<_> = (0..n).map(vector).collect();
            let chooser = Chooser { rule, f, krum: Krum::default(), trims_in_all: false, last, trust: &[] };
            last = chooser.choose(&vectors);
            model = step(model, last);
        }
        (model, problem.error(model))
    }
}

#[test]
fn a_hundred_rounds_are_the_same_bit_by_bit() {
    let after = |rule| Training { n: 11, f: 2, rule, attack: Some(Attack::SignFlip) }.model(1, 100).0;
    assert_eq!(after(Aggregation::Median), Vector::new(137_810, -73_799));
    assert_eq!(after(Aggregation::Krum), Vector::new(119_971, -74_782));
}

fn vectors(seed: u64, count: usize) -> Vec<Vector> {
    let draw = |k: usize| below(drawn(draw_key(seed, 7), k as u64), 9_000) as i64 - 4_500;
    (0..count).map(|at| Vector::new(draw(2 * at), draw(2 * at + 1))).collect()
}

fn chooser(rule: Aggregation, f: usize) -> Chooser<'static> {
    Chooser { rule, f, krum: Krum::default(), trims_in_all: false, last: Vector::new(7, -9), trust: &[] }
}

const ALL: [Aggregation; 8] = [
    Aggregation::Mean,
    Aggregation::Median,
    Aggregation::Trimmed,
    Aggregation::Krum,
    Aggregation::MultiKrum,
    Aggregation::Geometric,
    Aggregation::Bulyan,
    Aggregation::Clipping,
];

#[test]
fn the_median_and_the_trimmed_mean_stay_among_the_honest_and_krum_takes_one() {
    for seed in 0..400 {
        let n = 3 + (seed % 9) as usize;
        let f = (n - 1) / 2;
        let mut all = vectors(seed, n);
        let honest = all[..n - f].to_vec();
        let far = [-1 << 40, 1 << 40, 0, 4_400][(seed / 9 % 4) as usize];
        all[n - f..].fill(Vector::new(far, -far));
        let range =
            |of: fn(&Vector) -> i64| honest.iter().map(of).min().unwrap()..=honest.iter().map(of).max().unwrap();
        for rule in [Aggregation::Median, Aggregation::Trimmed] {
            let choice = chooser(rule, f).choose(&all);
            assert!(
                range(|at| at.a).contains(&choice.a) && range(|at| at.b).contains(&choice.b),
                "seed {seed}: {rule:?}"
            );
        }
        assert!(all.contains(&chooser(Aggregation::Krum, f).choose(&all)), "seed {seed}");
    }
}

#[test]
fn the_order_in_which_vectors_stand_changes_no_choice() {
    for seed in 0..200 {
        let (n, f) = (11, 2);
        let mut all = vectors(seed, n);
        let choices = ALL.map(|rule| chooser(rule, f).choose(&all));
        for turn in 0..n {
            all.swap(turn, (turn * 7 + seed as usize) % n);
        }
        for (rule, choice) in ALL.into_iter().zip(choices).filter(|(rule, _)| *rule != Aggregation::Bulyan) {
            // Bulyan comes to two that are nearest each other, and takes the first worker's.
            assert_eq!(chooser(rule, f).choose(&all), choice, "seed {seed}: {rule:?}");
        }
    }
}

#[test]
fn of_equals_the_first_is_taken_and_means_are_rounded_down() {
    let at = Vector::new;
    assert_eq!(plain_mean(&[at(0, 0), at(-1, 1)]), at(-1, 0));
    assert_eq!(
        median(&[at(3, 0), at(-4, 5), at(0, 0), at(-1, 1)]),
        at(-1, 0),
        "of four, the mean of the two in the middle"
    );
    // Two pairs that are equally close: the first of the first pair.
    let pairs = [at(0, 0), at(9, 9), at(1, 0), at(10, 9), at(400, 0)];
    assert_eq!(Krum::default().scores(&pairs, 2)[..4], [1, 1, 1, 1]);
    assert_eq!(chooser(Aggregation::Krum, 2).choose(&pairs), at(0, 0));
}

/// With n = 7 and f = 2 a score is the sum of the three smallest squares.
#[test]
fn each_bug_of_krum_changes_its_scores_as_published_code_did() {
    let at = |a: i64| Vector::new(a, 0);
    let all = [at(0), at(2), at(5), at(6), at(9), at(1 << 16), at(1 << 16)];
    let first = |krum: Krum| krum.scores(&all, 2)[0];
    assert_eq!(first(Krum::default()), 4 + 25 + 36);
    assert_eq!(first(Krum { counts_itself: true, ..Krum::default() }), 4 + 25);
    assert_eq!(Krum { no_difference: true, ..Krum::default() }.scores(&all, 2)[1], 25 + 36);
    assert_eq!(first(Krum { unsquared: true, ..Krum::default() }), 2 + 5 + 6);
    assert_eq!(first(Krum { overflow: true, ..Krum::default() }), 4, "2³² is taken for 0");
}

#[test]
fn a_rule_that_trims_f_in_all_lets_a_lie_through() {
    let all = [0, 1, 2, 900, 900].map(|a| Vector::new(a, 0));
    assert_eq!(chooser(Aggregation::Trimmed, 2).choose(&all).a, 2);
    assert_eq!(Chooser { trims_in_all: true, ..chooser(Aggregation::Trimmed, 2) }.choose(&all).a, 301);
}

#[test]
fn a_little_is_enough_by_as_much_as_the_paper_says() {
    let problem = Problem::draw(1, 11, 2, 100);
    let z = |f: usize| Attacker { problem: &problem, workers: 11, liars: f, seed: 1, strike: 9 }.deviations();
    assert_eq!([z(2), z(4), z(5)], [9_156, 37_090, 63_400]);
}

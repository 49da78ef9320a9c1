//! The facts that the papers state, bit for bit where they are numbers; the rules' properties, on drawn vectors.

use super::properties::{bound, near};
use super::*;
use crate::kernel::data::random::{below, draw_key, drawn};
use crate::kernel::protocol::bench::ReplicaBench;
use crate::kernel::{Algorithm as _, NodeId, Options, PersistentMap};

type Bench = ReplicaBench<RobustAggregation>;

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

fn one(number: usize) -> NodeId {
    NodeId::replica(number)
}

fn choice(of: &[Vector], f: usize, vector: Vector) -> Choice {
    let mut all = PersistentMap::new();
    of.iter().enumerate().for_each(|(at, told)| all.insert(one(at + 2), *told));
    Choice { round: 1, of: all, f, vector }
}

/// The bounds are proved for any vectors; here with liars that are far, near, at the edge, or copies.
#[test]
fn each_rule_is_as_near_to_the_honest_mean_as_it_promises() {
    let mut tried = 0;
    for seed in 0..3_000 {
        let (n, rule) = (4 + (seed % 13) as usize, ALL[(seed / 13 % 8) as usize]);
        let f = rule.bears(n);
        let mut all = vectors(seed, n);
        let edge = all[..n - f].iter().copied().max().unwrap();
        let lie = [Vector::new(1 << 40, -1 << 40), Vector::new(4_600, 4_600), edge, all[0]][(seed / 104 % 4) as usize];
        all[n - f..].fill(lie);
        let vector = chooser(rule, f).choose(&all);
        if let Some(bound) = bound(rule, &choice(&all, f, vector), n - f) {
            assert!(near(&all[..n - f], vector, bound), "seed {seed}: {rule:?} of {n} with {f} liars at {lie}");
            tried += 1;
        }
    }
    assert!(tried > 2_000);
    // One liar moves the mean, and the bound says so.
    let all = [1, 2, 3, 1_000].map(|a| Vector::new(a, 0));
    let mean = bound(Aggregation::Mean, &choice(&all, 0, plain_mean(&all)), 3).expect("a bound");
    assert!(!near(&all[..3], plain_mean(&all), mean) && near(&all[..3], Vector::new(2, 0), mean));
}

fn gradient(round: u64, a: i64) -> Message {
    Message::Gradient { round, vector: Vector::new(a, 0) }
}

fn server(set: &[(&str, &str)]) -> Bench {
    let mut bench = Bench::start(one(1), 6, set, Default::default());
    assert_eq!(bench.fire(Timer::Start).messages(), [Message::Model { round: 1, model: Vector::default() }]);
    bench
}

#[test]
fn the_server_takes_a_quarter_of_the_median_off_its_model_in_whatever_order_it_hears() {
    for order in [[2, 3, 4, 5, 6], [6, 2, 5, 3, 4], [4, 6, 3, 5, 2]] {
        let mut bench = server(&[]);
        for from in order {
            bench.hear(one(from), &gradient(1, [10, 20, 33, 900, -900][from - 2]));
        }
        let model = Vector::new(-5, 0);
        assert_eq!(bench.last.messages(), [Message::Model { round: 2, model }], "⌊20/4⌋ off");
        assert!(bench.last.followed("median") && bench.disk().model() == model);
    }
}

#[test]
fn a_worker_counts_once_in_a_round_and_up_to_f_may_be_missing() {
    let mut bench = server(&[("f", "1")]);
    for from in [2, 3, 4] {
        bench.hear(one(from), &gradient(1, 8));
    }
    assert!(bench.hear(one(2), &gradient(1, 99)).followed("ignore"));
    assert!(bench.hear(one(5), &gradient(2, 99)).followed("ignore"), "of a round that has not begun");
    let said = bench.fire(Timer::Round);
    assert!(said.followed("again") && said.messages() == [Message::Model { round: 1, model: Vector::default() }]);
    bench.hear(one(5), &gradient(1, 8));
    assert!(bench.fire(Timer::Round).followed("missing"));
    assert_eq!(bench.disk().model(), Vector::new(-2, 0));
}

#[test]
fn a_worker_answers_with_its_gradient_and_believes_the_server_alone() {
    let mut bench = Bench::start(one(3), 6, &[("rounds", "2")], Default::default());
    let model = |round| Message::Model { round, model: Vector::new(7, 8) };
    let vector = bench.config().problem.gradient(1, Vector::new(7, 8));
    assert_eq!(bench.hear(one(1), &model(1)).messages(), [Message::Gradient { round: 1, vector }]);
    assert!(bench.hear(one(2), &model(2)).followed("ignore"));
    assert!(bench.hear(one(1), &model(3)).followed("learned"));
    assert!(bench.hear(one(1), &model(1)).followed("compute"), "the server may have lost its disk");
    assert_eq!(bench.disk().round, 3);
}

#[test]
fn without_a_server_a_worker_hears_its_neighbors_and_keeps_what_comes_early() {
    let mut bench = Bench::start(one(1), 4, &[("no-server", "on"), ("f", "1"), ("rounds", "1")], Default::default());
    let share = |round, a| Message::Share { round, vector: Vector::new(a, 0) };
    let Some(Message::Share { round: 1, vector }) = bench.fire(Timer::Start).messages().pop() else {
        panic!("a share")
    };
    assert_eq!(vector, step(Vector::default(), bench.config().problem.gradient(0, Vector::default())));
    for (from, a) in [(2, 1 << 30), (3, vector.a), (4, vector.a)] {
        bench.hear(one(from), &share(1, a));
    }
    assert_eq!(bench.last.decided, [], "not before the round is over");
    assert_eq!(bench.fire(Timer::Round).decided.len(), 1);
    assert_eq!(bench.disk().model().a, vector.a);
}

#[test]
fn a_rule_is_told_to_bear_no_more_liars_than_it_can() {
    let bears = |rule, f, n: usize| {
        let options: Options = [("rule", rule), ("f", f)].into_iter().collect();
        RobustAggregation::configure(n + 1, &options).expect("fits").f
    };
    assert_eq!([bears("mean", "2", 11), bears("median", "9", 11), bears("median", "9", 10)], [0, 5, 4]);
    assert_eq!(
        [bears("krum", "9", 11), bears("krum", "9", 13), bears("bulyan", "9", 11), bears("bulyan", "9", 10)],
        [4, 5, 2, 1]
    );
}

//! What the papers say, step by step on a bench; their bounds, for all sizes and lies; and the safe area by another way.

use super::safe_area::SafeArea;
use super::{ApproximateAgreement, Config, Contraction, Message, Point, UNIT};
use crate::kernel::data::random::{below, draw_key, drawn};
use crate::kernel::protocol::bench::ReplicaBench;
use crate::kernel::{Algorithm as _, NodeId, Options};

const ME: NodeId = NodeId::replica(1);

fn config(n: usize, set: &[(&str, &str)]) -> Config {
    let options: Options = set.iter().copied().collect();
    ApproximateAgreement::configure(n, &options).expect("fits")
}

fn whole(value: i64) -> Point {
    Point::line(value * UNIT)
}

fn told(round: u64, value: i64) -> Message {
    Message::Value { round, value: whole(value) }
}

/// A replica that starts with 100 and is told these values by replicas 2, 3, … in round 1.
fn hears(n: usize, set: &[(&str, &str)], values: &[i64]) -> ReplicaBench<ApproximateAgreement> {
    let mut all = vec![("input", "100")];
    all.extend_from_slice(set);
    let mut bench = ReplicaBench::start(ME, n, &all, Default::default());
    assert_eq!(bench.last.messages(), [], "not before all begin");
    assert_eq!(bench.fire(super::Timer::Start).messages(), [told(1, 100)], "the input is told first");
    for (place, value) in values.iter().enumerate() {
        bench.hear(NodeId::replica(place + 2), &told(1, *value));
    }
    bench
}

#[track_caller]
fn second_value(bench: &mut ReplicaBench<ApproximateAgreement>) -> Point {
    bench.fire(super::Timer::Round);
    bench.disk().values.from(1).next().copied().expect("a second value")
}

#[test]
fn a_round_drops_the_extremes_and_averages_every_fth_of_the_rest() {
    assert_eq!(second_value(&mut hears(4, &[], &[200, 300, 900])), whole(250), "f = 1: 200 and 300");
    assert_eq!(
        second_value(&mut hears(7, &[], &[0, 200, 300, 400, 500, 999])),
        whole(300),
        "f = 2: 200 and 400 of 200, 300, 400"
    );
    assert_eq!(second_value(&mut hears(7, &[("average-all", "on")], &[0, 200, 300, 400, 500, 900])), whole(300));
    assert_eq!(second_value(&mut hears(4, &[("plain-mean", "on")], &[200, 300, 1000])), whole(400));
    assert_eq!(second_value(&mut hears(4, &[("drop-one-less", "on")], &[200, 300, 1000])), whole(400));
}

#[test]
fn who_is_not_heard_in_time_is_taken_to_agree() {
    assert_eq!(second_value(&mut hears(4, &[], &[200, 300])), whole(150), "100, 100, 200, 300");
    assert_eq!(second_value(&mut hears(4, &[("missing-is-zero", "on")], &[200, 300])), whole(150), "one 0 is dropped");
    assert_eq!(second_value(&mut hears(4, &[("missing-is-zero", "on")], &[200])), whole(50), "of two, one is not");
}

#[test]
fn without_timed_rounds_n_minus_f_values_are_enough_and_every_2fth_is_averaged() {
    let mut bench = hears(6, &[("asynchronous", "on")], &[200, 300, 400, 900]);
    assert_eq!(bench.disk().values.from(1).next(), Some(&whole(300)), "of 200, 300, 400, every second: 200, 400");
    assert!(bench.hear(NodeId::replica(6), &told(1, 900)).followed("ignore"), "the sixth comes too late");
}

#[test]
fn a_replica_counts_once_in_a_round_and_keeps_what_comes_early() {
    let mut bench = hears(4, &[], &[200]);
    assert!(bench.hear(NodeId::replica(2), &told(1, 500)).followed("ignore"));
    bench.hear(NodeId::replica(3), &told(2, 500));
    assert_eq!(second_value(&mut bench), whole(100), "100, 100, 100, 200");
    assert_eq!(bench.state().heard_in(2).count(), 2, "its own, and the one that came early");
}

#[test]
fn what_is_out_of_range_or_of_another_shape_is_brought_back() {
    let mut bench = hears(4, &[], &[200]);
    let odd = Message::Value { round: 1, value: Point::plane(i64::MAX, i64::MIN) };
    bench.hear(NodeId::replica(3), &odd);
    assert_eq!(bench.state().heard_in(1).last().map(|(_, value)| value), Some(whole(1000)));
}

#[test]
fn the_factor_of_a_round_is_that_of_the_paper() {
    let timed = |n| config(n, &[]).contraction;
    let divided = |by| Contraction::Divided(by);
    // (n, f) = (4, 1), (5, 1), (7, 1), (7, 2).
    assert_eq!([timed(4), timed(5), timed(7)], [divided(2), divided(3), divided(2)]);
    assert_eq!(config(7, &[("f", "1")]).contraction, divided(5));
    let free = |n| config(n, &[("asynchronous", "on")]).contraction;
    assert_eq!([free(6), free(8), free(11), free(5)], [divided(2), divided(3), divided(2), Contraction::AtOnce]);
    for n in 1..=31 {
        assert!(n > 3 * config(n, &[]).f && n <= 3 * config(n, &[]).f + 3);
        assert!(n > 4 * config(n, &[("plane", "on")]).f && n > 5 * config(n, &[("asynchronous", "on")]).f);
    }
    // 1000 to 10 takes ⌈log₂ 100⌉ rounds, and a step of rounding each.
    assert_eq!((config(4, &[]).rounds, config(5, &[]).rounds), (7, 5));
}

#[test]
fn options_that_contradict_each_other_are_told() {
    let error = |set: &[(&str, &str)]| {
        let options: Options = set.iter().copied().collect();
        ApproximateAgreement::configure(4, &options).expect_err("it can't be").to_string()
    };
    assert!(error(&[("plane", "on"), ("input", "3")]).contains("two coordinates"));
    assert!(error(&[("input", "3,4")]).contains("one coordinate"));
    assert!(error(&[("plane", "on"), ("asynchronous", "on")]).contains("timed rounds"));
    assert!(error(&[("input", "1001")]).contains("1001"));
}

fn random_points(seed: u64, count: usize) -> Vec<Point> {
    let draw = |k: usize| below(drawn(draw_key(seed, 7), k as u64), 9) as i64 * 100 * UNIT;
    (0..count).map(|at| Point::plane(draw(2 * at), draw(2 * at + 1))).collect()
}

/// Whether a point is in the convex hull of others, by the definition: it is in a triangle of three of them.
fn in_a_triangle(of: &[Point], point: Point, slack: i128) -> bool {
    let at = |point: &Point| (i128::from(point.x), i128::from(point.y.unwrap_or(0)));
    let side = |a: &Point, b: &Point| {
        let ((ax, ay), (bx, by), (x, y)) = (at(a), at(b), at(&point));
        let length = (bx - ax).abs() + (by - ay).abs();
        ((bx - ax) * (y - ay) - (by - ay) * (x - ax), slack * length)
    };
    of.iter().any(|a| {
        of.iter().any(|b| {
            of.iter().any(|c| {
                let sides = [side(a, b), side(b, c), side(c, a)];
                let (ax, bx) = (of_box(&[*a, *b, *c]), at(&point));
                let near = bx.0 >= ax.0 - slack && bx.0 <= ax.1 + slack && bx.1 >= ax.2 - slack && bx.1 <= ax.3 + slack;
                near && (sides.iter().all(|(side, slack)| *side >= -slack)
                    || sides.iter().all(|(side, slack)| *side <= *slack))
            })
        })
    })
}

fn of_box(of: &[Point]) -> (i128, i128, i128, i128) {
    let xs = || of.iter().map(|point| i128::from(point.x));
    let ys = || of.iter().map(|point| i128::from(point.y.unwrap_or(0)));
    let most = |all: &mut dyn Iterator<Item = i128>| all.max().unwrap_or(0);
    (xs().min().unwrap_or(0), most(&mut xs()), ys().min().unwrap_or(0), most(&mut ys()))
}

/// The middle of the safe area is in the hull of the others, whichever f are left out; and where n > 3f there is one.
#[test]
fn the_middle_of_the_safe_area_is_inside_whoever_is_left_out() {
    for seed in 0..400 {
        let n = 4 + (seed % 4) as usize;
        let points = random_points(seed, n);
        let middle = SafeArea::of(&points, 1).middle().expect("n > 3f");
        for out in 0..n {
            let mut rest = points.clone();
            rest.remove(out);
            assert!(in_a_triangle(&rest, middle, 2), "seed {seed}: {middle} without {out} of {points:?}");
        }
    }
    for seed in 0..60 {
        let points = random_points(seed, 9);
        let middle = SafeArea::of(&points, 2).middle().expect("n > 3f");
        for (one, other) in (0..9).flat_map(|one| (0..one).map(move |other| (one, other))) {
            let rest: Vec<_> = (0..9).filter(|at| ![one, other].contains(at)).map(|at| points[at]).collect();
            assert!(in_a_triangle(&rest, middle, 2), "seed {seed}: {middle} without {one}, {other} of {points:?}");
        }
    }
}

#[test]
fn a_safe_area_can_be_a_point_a_line_or_nothing() {
    let at = |x: i64, y: i64| Point::plane(x * UNIT, y * UNIT);
    let middle = |points: &[Point], f| SafeArea::of(points, f).middle();
    assert_eq!(middle(&[at(5, 5); 4], 1), Some(at(5, 5)));
    assert_eq!(
        middle(&[at(0, 0), at(10, 10), at(20, 20), at(90, 90)], 1),
        Some(at(15, 15)),
        "on a line, as on the line"
    );
    assert_eq!(middle(&[at(0, 0), at(10, 0), at(10, 10), at(0, 10)], 1), Some(at(5, 5)), "where the diagonals meet");
    assert_eq!(middle(&[at(0, 0), at(10, 0), at(0, 10)], 1), None, "n = 3f");
    assert_eq!(middle(&[at(0, 0), at(8, 0), at(8, 8), at(0, 8)], 0), Some(at(4, 4)), "nobody lies: the whole hull");
}

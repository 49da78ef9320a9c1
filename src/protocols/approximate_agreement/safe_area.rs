//! The safe area of points in the plane of which f may be lies: what is in the convex hull of the others, whichever those are
//! (Mendes, Herlihy 2013; Vaidya, Garg 2013). All in whole numbers: corners are kept as exact fractions.

use super::point::{Point, RANGE, UNIT};
use crate::kernel::data::in_order::InOrder;

/// A line a·x + b·y + c = 0. Points with a value above 0 are on its left.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Line {
    a: i128,
    b: i128,
    c: i128,
}

/// The point x/w, y/w. With coordinates below 2²⁶, as all are that are admitted, no product here reaches 2¹⁰⁸.
#[derive(Clone, Copy)]
struct Corner {
    x: i128,
    y: i128,
    w: i128,
}

impl Line {
    /// From one point to another, which is not the same.
    fn through(from: (i128, i128), to: (i128, i128)) -> Self {
        let (a, b) = (from.1 - to.1, to.0 - from.0);
        Line { a, b, c: -(a * from.0 + b * from.1) }
    }

    /// Above 0 left of it, 0 on it.
    fn at(self, (x, y): (i128, i128)) -> i128 {
        self.a * x + self.b * y + self.c
    }

    fn side(self, corner: Corner) -> i128 {
        self.a * corner.x + self.b * corner.y + self.c * corner.w
    }

    /// Where it meets another that is not parallel.
    fn meets(self, other: Line) -> Corner {
        let w = self.a * other.b - other.a * self.b;
        let (x, y) = (self.b * other.c - other.b * self.c, self.c * other.a - other.c * self.a);
        Corner { x: x * w.signum(), y: y * w.signum(), w: w.abs() }
    }
}

/// A convex area: its corners, in order.
pub struct SafeArea(Vec<Point>);

impl SafeArea {
    /// Of these points, of which `f` may be lies. Empty where too many may be.
    pub fn of(points: &[Point], f: usize) -> Self {
        let at = |point: &Point| (i128::from(point.x), i128::from(point.y.unwrap_or(0)));
        let places: Vec<_> = points.iter().map(at).collect();
        let mut distinct = places.clone();
        distinct.put_in_order();
        distinct.dedup();
        let (Some(first), Some(last)) = (distinct.first(), distinct.last()) else { return SafeArea(Vec::new()) };
        if first == last || distinct.iter().all(|place| Line::through(*first, *last).at(*place) == 0) {
            return SafeArea::in_a_line(points, f);
        }
        // A half-plane with all but f of them holds the area. Those whose border goes through two of them are enough: any other
        // one holds what two of these have in common.
        let mut polygon = Polygon::of_all();
        let pairs = distinct.iter().flat_map(|from| distinct.iter().map(move |to| (*from, *to)));
        for line in pairs.filter(|(from, to)| from != to).map(|(from, to)| Line::through(from, to)) {
            if places.iter().filter(|place| line.at(**place) >= 0).count() + f >= places.len() {
                polygon.keep_left_of(line);
            }
        }
        SafeArea(polygon.corners.iter().map(|(corner, _)| corner.rounded()).collect())
    }

    /// Where all are in one line: what is between the f first and the f last.
    fn in_a_line(points: &[Point], f: usize) -> Self {
        let mut sorted = points.to_vec();
        sorted.put_in_order();
        SafeArea(
            sorted
                .get(f..sorted.len().saturating_sub(f))
                .map_or(Vec::new(), |rest| rest.first().into_iter().chain(rest.last()).copied().collect()),
        )
    }

    /// The middle between the two corners that are farthest apart (the rule MidExtremes of Függer, Nowak 2018). `None` where the
    /// area is empty.
    pub fn middle(mut self) -> Option<Point> {
        self.0.put_in_order();
        self.0.dedup();
        let pairs =
            self.0.iter().enumerate().flat_map(|(at, one)| self.0[at..].iter().map(move |other| [*one, *other]));
        // Of pairs that are equally far apart, the first.
        let farthest = pairs.reduce(|best, pair| {
            if pair[0].distance_squared(pair[1]) > best[0].distance_squared(best[1]) { pair } else { best }
        })?;
        Point::mean(&farthest)
    }
}

impl Corner {
    fn rounded(self) -> Point {
        let coordinate = |value: i128| i64::try_from(value.div_euclid(self.w)).unwrap_or(0);
        Point::plane(coordinate(self.x), coordinate(self.y))
    }
}

/// A convex polygon: each corner, and the line from it to the next.
struct Polygon {
    corners: Vec<(Corner, Line)>,
}

impl Polygon {
    /// All that can be asked for.
    fn of_all() -> Self {
        let end = i128::from(RANGE * UNIT);
        let ring = [(0, 0), (end, 0), (end, end), (0, end)];
        let corner = |at: usize| {
            let ((x, y), next) = (ring[at], ring[(at + 1) % 4]);
            (Corner { x, y, w: 1 }, Line::through((x, y), next))
        };
        Polygon { corners: (0..4).map(corner).collect() }
    }

    /// Cuts off what is right of a line (Sutherland, Hodgman 1974).
    fn keep_left_of(&mut self, line: Line) {
        let mut kept = Vec::with_capacity(self.corners.len() + 1);
        for (at, (corner, edge)) in self.corners.iter().enumerate() {
            let (next, _) = self.corners[(at + 1) % self.corners.len()];
            let (here, there) = (line.side(*corner).signum(), line.side(next).signum());
            match (here, there) {
                (0, -1) => kept.push((*corner, line)),
                (1, -1) => kept.extend([(*corner, *edge), (edge.meets(line), line)]),
                (-1, 1) => kept.push((edge.meets(line), *edge)),
                (0 | 1, _) => kept.push((*corner, *edge)),
                _ => {}
            }
        }
        self.corners = kept;
    }
}

//! What is learnt: a line y = a·x + b through points that no worker shows to anybody. Each worker has 16 of them, from a line
//! of its own, near that of the others. All in fixed-point arithmetic, rounded down, so that it is the same everywhere.

use super::vector::Vector;
use crate::kernel::data::random::{between, draw};

/// How many points each worker has.
const POINTS: u64 = 16;
/// The line that all others are near: a = 2, b = −1.
const LINE: Vector = Vector::new(131_072, -65_536);
/// How far a worker's line may be from it in either coordinate, where heterogeneity is 100 %.
const APART: i64 = 32_768;
/// The streams of draws for points and for lines, the worker's place added.
const STREAMS: [u64; 2] = [0x100, 0x200];

/// A worker's points, in steps.
#[derive(Clone, Hash, Debug)]
pub struct Data(Vec<(i64, i64)>);

/// The data of all workers.
#[derive(Clone, Hash, Debug)]
pub struct Problem {
    workers: Vec<Data>,
    /// What the data of the first of them have as their best line: of all but those who may lie.
    best: Vector,
}

impl Data {
    /// The data of the worker in this place, from 0. `heterogeneity` is in percent.
    fn draw(seed: u64, place: u64, heterogeneity: i64) -> Self {
        let drawn = |stream: usize, count, most: i64| {
            between(draw(seed, STREAMS[stream] + place, count), 0, 2 * most as u64) as i64 - most
        };
        let apart = |count| drawn(1, count, APART * heterogeneity / 100);
        let (a, b) = (LINE.a + apart(0), LINE.b + apart(1));
        let point = |j| {
            let (x, error) = (drawn(0, 2 * j, 131_072), drawn(0, 2 * j + 1, 16_384));
            (x, ((a * x) >> 16) + b + error)
        };
        Data((0..POINTS).map(point).collect())
    }

    /// The gradient of half the mean squared error at this model. `flipped` takes −y for y, as wrong labels do.
    fn gradient(&self, model: Vector, flipped: bool) -> Vector {
        let residual = |(x, y): (i64, i64)| (x, ((model.a * x) >> 16) + model.b + if flipped { y } else { -y });
        let sums = self
            .0
            .iter()
            .map(|point| residual(*point))
            .fold(Vector::default(), |sum, (x, r)| Vector::new(sum.a + ((r * x) >> 16), sum.b + r));
        sums.map(|sum| sum.div_euclid(POINTS as i64))
    }
}

impl Problem {
    /// The data of so many workers; the best line is that of all but the last `liars`.
    pub fn draw(seed: u64, workers: usize, liars: usize, heterogeneity: i64) -> Self {
        let workers: Vec<_> = (0..workers).map(|place| Data::draw(seed, place as u64, heterogeneity)).collect();
        let best = best(&workers[..workers.len() - liars.min(workers.len())]);
        Problem { workers, best }
    }

    /// The gradient of the worker in this place, from 0.
    pub fn gradient(&self, place: usize, model: Vector) -> Vector {
        self.workers[place].gradient(model, false)
    }

    /// The same with wrong labels.
    pub fn mislabelled(&self, place: usize, model: Vector) -> Vector {
        self.workers[place].gradient(model, true)
    }

    /// How far a model is from the best line of those who don't lie, in steps.
    pub fn error(&self, model: Vector) -> i64 {
        model.distance(self.best)
    }
}

/// The line of least squares.
fn best(workers: &[Data]) -> Vector {
    let points = || workers.iter().flat_map(|data| &data.0).map(|(x, y)| (i128::from(*x), i128::from(*y)));
    let sum = |of: fn((i128, i128)) -> i128| points().map(of).sum::<i128>();
    let (n, x, y) = (points().count() as i128, sum(|(x, _)| x), sum(|(_, y)| y));
    let (xx, xy) = (sum(|(x, _)| x * x), sum(|(x, y)| x * y));
    let spread = n * xx - x * x;
    if spread == 0 {
        return Vector::default();
    }
    let a = (((n * xy - x * y) << 16).div_euclid(spread)) as i64;
    Vector::new(a, (y - ((i128::from(a) * x) >> 16)).div_euclid(n) as i64)
}

/// A step of learning: a quarter of the gradient, rounded down, off the model.
pub fn step(model: Vector, gradient: Vector) -> Vector {
    model.with(gradient, |at, change| at - change.div_euclid(4)).admitted()
}

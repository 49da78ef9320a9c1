//! How a replica takes a new value from those that it was told, although f of them may be lies.

use super::Config;
use super::point::{Point, RANGE, UNIT};
use super::safe_area::SafeArea;
use crate::kernel::data::in_order::InOrder;

/// The new value, from one value of each replica that was heard. `own` is what the replica holds.
pub fn new_value(config: &Config, told: &[Point], own: Point) -> Point {
    let found = match own.y {
        _ if config.plain_mean => Point::mean(told),
        None => on_the_line(config, told),
        Some(_) => SafeArea::of(told, config.dropped()).middle(),
    };
    found.unwrap_or(own)
}

/// On the line (Dolev et al. 1986): drop the f lowest and the f highest, take every f-th of the rest (every 2f-th where rounds
/// are not timed), the first included, and average those.
fn on_the_line(config: &Config, told: &[Point]) -> Option<Point> {
    let mut sorted = told.to_vec();
    sorted.put_in_order();
    let dropped = config.dropped().min((sorted.len().max(1) - 1) / 2);
    let reduced = &sorted[dropped..sorted.len() - dropped];
    let selected: Vec<_> = reduced.iter().copied().step_by(config.step()).collect();
    Point::mean(&selected)
}

/// By how much a round brings correct values together at least.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Contraction {
    /// All hold the same value after one round: nobody is faulty.
    AtOnce,
    /// The spread is divided by this number (Dolev et al. 1986).
    Divided(u64),
    /// The spread is multiplied by √(7/8) at most (Függer, Nowak 2018).
    InThePlane,
}

impl Contraction {
    /// The spread after a round, at most, in steps: each new value is rounded.
    pub fn after(self, spread: u64) -> u64 {
        match self {
            Contraction::AtOnce => 0,
            Contraction::Divided(by) => spread / by + 1,
            Contraction::InThePlane => (u128::from(spread).pow(2) * 7 / 8).isqrt() as u64 + 4,
        }
    }

    /// How many rounds bring all that can be asked for within so many units.
    pub fn rounds(self, within: u64) -> u64 {
        let corner = if self == Contraction::InThePlane { Point::plane(0, 0) } else { Point::line(0) };
        let mut spread = super::point::spread(&[corner, corner.map(|_| RANGE * UNIT)]);
        let mut rounds = 0;
        while spread > within * UNIT as u64 {
            spread = self.after(spread);
            rounds += 1;
        }
        rounds.max(1)
    }
}

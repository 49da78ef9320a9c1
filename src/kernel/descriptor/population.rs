//! What the equations of a large population say of its groups, where a protocol has such: in whole numbers, so that it reads the
//! same everywhere.

use crate::kernel::data::ids::Time;

/// The whole population, as a share.
pub const WHOLE: i64 = 1_000_000_000;

/// How many steps there are in a unit of time, and at most in a course.
const STEPS: u64 = 256;
const MOST_STEPS: u64 = 100_000;
/// How many steps there are in a unit where only the end counts; how long one waits for it, in units, for near a tie all is slow; and
/// what counts as rest, in a unit.
const STRIDES: u64 = 64;
const PATIENCE: u64 = 1_000;
const STILL: i64 = 200;

/// How the shares of the groups change in a unit of time.
pub type Slope = dyn Fn(&[i64]) -> Vec<i64>;

/// The groups of a population, and how they change if it is large.
pub struct Population {
    /// The unit of time, in virtual microseconds.
    pub unit: Time,
    /// Each group's epoch, and what it is called.
    pub groups: Vec<(u64, String)>,
    /// How their shares change in a unit of time, of [`WHOLE`].
    pub slope: Box<Slope>,
}

/// Shares at which nothing changes any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rest {
    /// The shares, of [`WHOLE`].
    pub shares: Vec<i64>,
    /// Whether whoever is a little beside it comes back to it.
    pub stable: bool,
}

impl Population {
    /// The shares after a step, by the middle of its way (Runge 1895).
    fn step(&self, at: &[i64], over: u64) -> Vec<i64> {
        let moved = |slope: &[i64], part: u64| {
            let by = |slope: i64| (i128::from(slope) * i128::from(over) / i128::from(self.unit * part)) as i64;
            at.iter().zip(slope).map(|(share, slope)| (share + by(*slope)).clamp(0, WHOLE)).collect::<Vec<_>>()
        };
        let middle = moved(&(self.slope)(at), 2);
        moved(&(self.slope)(&middle), 1)
    }

    /// The shares at so many moments, each a piece of time after the one before; the first is the start.
    pub fn course(&self, start: &[i64], piece: Time, count: usize) -> Vec<Vec<i64>> {
        let all = (piece * count as u64 * STEPS / self.unit.max(1)).clamp(count as u64, MOST_STEPS);
        let each = (all / count.max(1) as u64).max(1);
        let mut at = start.to_vec();
        let mut course = Vec::with_capacity(count);
        for _ in 0..count {
            course.push(at.clone());
            (0..each).for_each(|_| at = self.step(&at, piece / each));
        }
        course
    }

    /// Where the shares come to rest from here, if they do.
    pub fn rest(&self, start: &[i64]) -> Option<Rest> {
        let mut at = start.to_vec();
        for _ in 0..PATIENCE * STRIDES {
            if (self.slope)(&at).iter().all(|slope| slope.abs() < STILL) {
                let stable = self.is_stable(&at);
                return Some(Rest { shares: at, stable });
            }
            at = self.step(&at, self.unit / STRIDES);
        }
        None
    }

    /// Where two groups come to rest, from all in one, all in the other, or nobody in either.
    pub fn rests(&self) -> Vec<Rest> {
        let mut found: Vec<Rest> = Vec::new();
        let starts: &[[i64; 2]] = if self.groups.len() == 2 { &[[WHOLE, 0], [0, WHOLE], [0, 0]] } else { &[] };
        for rest in starts.iter().filter_map(|start| self.rest(start)) {
            let near = |a: &i64, b: &i64| (a - b).abs() < WHOLE / 500;
            let known = found.iter().any(|one| one.shares.iter().zip(&rest.shares).all(|(a, b)| near(a, b)));
            if !known {
                found.push(rest);
            }
        }
        found
    }

    /// Of two groups: whether both ways out lead back, by the signs of the trace and the determinant of the derivative.
    fn is_stable(&self, at: &[i64]) -> bool {
        let &[a, b] = at else { return true };
        let h = WHOLE / 10_000;
        let along = |by: [i64; 2]| {
            let ahead = (self.slope)(&[a + by[0], b + by[1]]);
            let behind = (self.slope)(&[a - by[0], b - by[1]]);
            [i128::from(ahead[0] - behind[0]), i128::from(ahead[1] - behind[1])]
        };
        let ([aa, ba], [ab, bb]) = (along([h, 0]), along([0, h]));
        aa + bb < 0 && aa * bb - ab * ba > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A share that goes to a half, whatever the other does, which leaves from a half.
    fn saddle() -> Population {
        let slope = |at: &[i64]| vec![WHOLE / 2 - at[0], at[1] - WHOLE / 2];
        let groups = vec![(1, "A".into()), (2, "B".into())];
        Population { unit: 1_000_000, groups, slope: Box::new(slope) }
    }

    #[test]
    fn a_course_is_that_of_the_equation() {
        let course = saddle().course(&[WHOLE, WHOLE / 2], 1_000_000, 3);
        // A half and e^−t/2 of it.
        let known = [1_000_000_000, 683_939_721, 567_667_642];
        for (at, known) in course.iter().zip(known) {
            assert!((at[0] - known).abs() < 20_000 && at[1] == WHOLE / 2, "{at:?} for {known}");
        }
    }

    #[test]
    fn a_saddle_is_no_stable_rest() {
        let rest = saddle().rest(&[0, WHOLE / 2]).expect("it comes to rest");
        assert!(!rest.stable && (rest.shares[0] - WHOLE / 2).abs() < 5_000, "{rest:?}");
        let back = |at: &[i64]| vec![WHOLE / 2 - at[0], WHOLE / 2 - at[1]];
        let rest = Population { slope: Box::new(back), ..saddle() }.rest(&[0, 0]).expect("it comes to rest");
        assert!(rest.stable);
    }
}

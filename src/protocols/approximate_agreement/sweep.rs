//! Every size, every number of liars that it bears, every lie: each round brings the correct values together as the paper says
//! and leaves none outside of where they began. With one liar too many, they never come together.
//!
//! Rounds are carried out by hand here, so that the liars choose what each receiver is told, and who is heard too late.
//! `SEEDS=1000 cargo test --profile sweep --lib approximate_agreement::sweep` takes more of them.

use super::average::new_value;
use super::lies::Lie;
use super::{ApproximateAgreement, Config, Disk, Message, Point, RANGE, State, UNIT};
use crate::kernel::data::random::{below, draw_key, drawn};
use crate::kernel::{self, Algorithm as _, Glance, Lies, NodeId, Options, Signer};

/// All of them.
const LIES: [Lie; 5] = [Lie::Mirrored, Lie::FarDown, Lie::FarUp, Lie::PushApart, Lie::NeverMoves];
/// How many rounds are looked at.
const ROUNDS: u64 = 6;

fn seeds() -> u64 {
    std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(3)
}

/// What the liars of a run do.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// All tell this lie.
    Same(Lie),
    /// Each tells each receiver what is drawn: a lie, the truth, or nothing.
    Mixed,
}

/// Draws in a row.
struct Dice(u64, u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.1 += 1;
        below(drawn(self.0, self.1), bound)
    }
}

/// A run: the last f lie.
struct Run {
    config: Config,
    values: Vec<Point>,
    liars: usize,
    way: Way,
    dice: Dice,
}

impl Run {
    fn correct(&self) -> usize {
        self.values.len() - self.liars
    }

    /// What a liar tells a replica in place of its value; `None` where it says nothing.
    fn lie(&mut self, liar: usize, to: usize, round: u64) -> Option<Point> {
        let (me, to) = (NodeId::replica(liar + 1), NodeId::replica(to + 1));
        let mut lies = Lies::<ApproximateAgreement>::default();
        let (state, disk, value) = (State::default(), Disk::default(), self.values[liar]);
        let glance = Glance { config: &self.config, me, state: Some(&state), disk: &disk };
        let truth = Message::Value { round, value };
        <ApproximateAgreement as kernel::Lie>::lies(glance, Signer::of(me), to, &truth, &mut lies);
        let wanted = match self.way {
            Way::Same(lie) => lie,
            Way::Mixed => match self.dice.below(7) {
                5 => return Some(value),
                6 => return None,
                which => LIES[which as usize],
            },
        };
        let place = kernel::LieKind::place(wanted);
        let told = lies.iter().find(|(lie, _)| *lie == place).map(|(_, message)| message.clone());
        match told {
            Some(Message::Value { value, .. }) => Some(value),
            _ => Some(value),
        }
    }

    /// What a replica goes by in this round. Where rounds are not timed, f values come too late: the lowest, the highest, or any,
    /// as the liars want it.
    fn told(&mut self, me: usize, round: u64) -> Vec<Point> {
        let own = self.values[me];
        let mut told: Vec<_> = self.values[..self.correct()].to_vec();
        for liar in self.correct()..self.values.len() {
            told.extend(self.lie(liar, me, round));
        }
        if !self.config.asynchronous {
            told.resize(self.values.len(), own);
            return told;
        }
        // Its own is never late.
        told.remove(me);
        told.sort_unstable();
        let late = told.len() + 1 - self.config.awaited;
        match self.dice.below(3) {
            0 => drop(told.drain(..late)),
            1 => told.truncate(told.len() - late),
            _ => (0..late).for_each(|_| {
                let which = self.dice.below(told.len() as u64) as usize;
                told.remove(which);
            }),
        }
        told.push(own);
        told
    }

    /// A round of all; what liars would hold if they were honest goes on, too.
    fn round(&mut self, round: u64) {
        let honest = self.correct();
        let new: Vec<_> = (0..honest)
            .map(|me| {
                let told = self.told(me, round);
                new_value(&self.config, &told, self.values[me])
            })
            .collect();
        let some = new[0];
        self.values[..honest].copy_from_slice(&new);
        self.values[honest..].fill(some);
    }

    fn span(&self) -> (i64, i64) {
        let honest = || self.values[..self.correct()].iter().map(|value| value.x);
        (honest().min().unwrap_or(0), honest().max().unwrap_or(0))
    }
}

fn run(n: usize, f: usize, asynchronous: bool, way: Way, seed: u64) -> Run {
    let mut dice = Dice(draw_key(seed, (n * 64 + f) as u64), 0);
    let f_asked = f.to_string();
    let set = [("f", f_asked.as_str()), ("asynchronous", if asynchronous { "on" } else { "off" })];
    let inputs: Vec<_> = (0..n).map(|_| (dice.below(RANGE as u64 + 1)).to_string()).collect();
    let mut options: Options = set.into_iter().collect();
    inputs.iter().zip(1..).for_each(|(input, replica)| options.set("input", replica, input));
    let config = ApproximateAgreement::configure(n, &options).expect("it fits");
    assert_eq!(config.f, f);
    let values = config.inputs.clone();
    Run { config, values, liars: f, way, dice }
}

/// The divisor of Dolev et al. 1986: ⌊(n−2f−1)/f⌋ + 1 where rounds are timed, of n − f values every 2f-th where not.
fn divisor(n: usize, f: usize, asynchronous: bool) -> i64 {
    let parts = if asynchronous { (n - 3 * f - 1) / (2 * f) } else { (n - 2 * f - 1) / f };
    parts as i64 + 1
}

/// Gives how much of what the bound allows was ever left, in percent.
fn check(n: usize, f: usize, asynchronous: bool, way: Way, seed: u64) -> i64 {
    let mut run = run(n, f, asynchronous, way, seed);
    let about = format!("n = {n}, f = {f}, asynchronous {asynchronous}, {way:?}, seed {seed}");
    let (lo, hi) = run.span();
    let (mut before, mut worst) = (hi - lo, 0);
    for round in 1..=ROUNDS {
        run.round(round);
        let (low, high) = run.span();
        assert!(lo <= low && high <= hi, "{about}, round {round}: {low}..{high} is not in {lo}..{hi}");
        // A mean is rounded down to a step.
        let most = before / divisor(n, f, asynchronous) + 1;
        assert!(high - low <= most, "{about}, round {round}: from {before} to {}, and not to {most}", high - low);
        if most > UNIT {
            worst = worst.max(100 * (high - low) / most);
        }
        before = high - low;
    }
    worst
}

fn sweep(asynchronous: bool) -> i64 {
    let mut worst = 0;
    let parts = if asynchronous { 5 } else { 3 };
    for n in 4..=31 {
        for f in 1..=(n - 1) / parts {
            for way in LIES.map(Way::Same).into_iter().chain([Way::Mixed, Way::Mixed]) {
                for seed in 0..seeds() {
                    worst = worst.max(check(n, f, asynchronous, way, seed));
                }
            }
        }
    }
    worst
}

#[test]
fn timed_rounds_contract_as_the_paper_says_whatever_f_liars_tell() {
    let worst = sweep(false);
    println!("timed: at most {worst} % of what the bound allows is left");
    assert!(worst > 60, "the lies are too tame: {worst} %");
}

#[test]
fn rounds_that_are_not_timed_contract_as_the_paper_says_whatever_f_liars_tell() {
    let worst = sweep(true);
    println!("asynchronous: at most {worst} % of what the bound allows is left");
    assert!(worst > 60, "the lies are too tame: {worst} %");
}

/// n = 3f: f are low, f are high, f tell each where it stands. Whoever drops f at each end is left with its own.
fn never_together(f: usize, liars: usize) -> (i64, i64) {
    let n = 3 * f;
    let mut options: Options = [("f-too-big", "on")].into_iter().collect();
    (1..=n).for_each(|one| options.set("input", one as u16, if one % 2 == 1 { "0" } else { "1000" }));
    let config = ApproximateAgreement::configure(n, &options).expect("it fits");
    assert_eq!(config.f, f, "it believes in as many as n / 3");
    let values = config.inputs.clone();
    let mut run = Run { config, values, liars, way: Way::Same(Lie::PushApart), dice: Dice(0, 0) };
    // A liar confirms whom it tells: it goes by the inputs, and these stay what they are.
    (1..=1_000).for_each(|round| run.round(round));
    run.span()
}

#[test]
fn with_a_third_of_liars_they_stay_apart_for_as_long_as_it_runs() {
    for f in 1..=10 {
        assert_eq!(never_together(f, f), (0, RANGE * UNIT), "n = {}, {f} liars", 3 * f);
    }
    for f in 2..=10 {
        let (low, high) = never_together(f, f - 1);
        assert!(high - low <= UNIT, "n = {}, {} liars: {low}..{high}", 3 * f, f - 1);
    }
}

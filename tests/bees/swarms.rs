//! Whole swarms, run until the first bee decides.

use std::thread;

use consensus_playground::kernel::{
    Action, LinkChange, NodeId, Options, SECOND, Setup, Time, TopologyKind, Trace, World,
};
use consensus_playground::protocols::honey_bees::HoneyBees;

/// A unit of the model's time: long, so that messages take next to none of it.
pub const UNIT: Time = 1_000 * SECOND;

/// A whole number from the environment.
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// How a swarm is set up.
#[derive(Clone)]
pub struct Swarm {
    pub bees: usize,
    /// The boxes' qualities.
    pub boxes: Vec<&'static str>,
    pub set: Vec<(&'static str, String)>,
    /// How many units it has.
    pub units: u64,
    /// How long messages take.
    pub latency: Time,
}

/// How a run ended: the box that was decided on first and when, in units, if any; and how many dances and stop signals there were.
pub struct End {
    pub decided: Option<(usize, f64)>,
    pub messages: u32,
}

impl Swarm {
    pub fn new(bees: usize, boxes: &[&'static str], set: &[(&'static str, &str)]) -> Self {
        let mut set: Vec<_> = set.iter().map(|&(name, value)| (name, value.to_string())).collect();
        set.push(("unit", "1000s".into()));
        Swarm { bees, boxes: boxes.to_vec(), set, units: 1_000, latency: 1_000 }
    }

    pub fn open(&self, seed: u64) -> World<HoneyBees> {
        let mut options = Options::default();
        self.set.iter().for_each(|(name, value)| options.set(name, 0, value));
        let setup = Setup { replicas: self.bees, options, seed, topology: TopologyKind::Full, ..Setup::default() };
        let quiet = &mut Trace::forgetful();
        let mut world = World::new(&setup, quiet).expect("the set-up fits");
        let change = LinkChange { latency: Some((self.latency, self.latency)), ..LinkChange::default() };
        world.act(&Action::Network { link: None, change }, quiet).expect("it fits");
        for (place, quality) in self.boxes.iter().enumerate() {
            let words = vec!["box".to_string(), quality.to_string()];
            let put_up = Action::Request { client: NodeId::client(place + 1), to: None, words };
            world.act(&put_up, quiet).expect("the request fits");
        }
        world
    }

    /// A run until the first bee has decided.
    pub fn run(&self, seed: u64) -> End {
        let mut world = self.open(seed);
        let quiet = &mut Trace::forgetful();
        while world.decided_slots() == 0 && world.step_until(self.units * UNIT, quiet).is_some() {}
        let decided = world.decisions().first().map(|decision| {
            let letter = decision.value.as_bytes()[0];
            (usize::from(letter - b'A'), world.now() as f64 / UNIT as f64)
        });
        // Whoever decides pipes to all others at once.
        let piping = if decided.is_some() { self.bees as u32 - 1 } else { 0 };
        End { decided, messages: world.counts().between_replicas - piping }
    }

    /// So many runs, on all processors, each with a seed of its own.
    pub fn runs(&self, count: u64) -> Vec<End> {
        let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
        thread::scope(|scope| {
            let work = |first| (first..count).step_by(threads as usize).map(|seed| self.run(seed)).collect::<Vec<_>>();
            let workers: Vec<_> = (0..threads).map(|first| scope.spawn(move || work(first))).collect();
            workers.into_iter().flat_map(|worker| worker.join().expect("a run panicked")).collect()
        })
    }
}

/// What many runs come to.
pub struct Found {
    pub runs: f64,
    /// How many decided at all, and how many for the first box.
    pub decided: f64,
    pub first: f64,
    /// Mean and standard error: of the time of those that decided, and of the messages of all.
    pub time: (f64, f64),
    pub messages: (f64, f64),
}

fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let spread = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (spread / count).sqrt())
}

impl Found {
    pub fn of(ends: &[End]) -> Self {
        let decided: Vec<_> = ends.iter().filter_map(|end| end.decided).collect();
        let times: Vec<_> = decided.iter().map(|(_, at)| *at).collect();
        let messages: Vec<_> = ends.iter().map(|end| f64::from(end.messages)).collect();
        let first = decided.iter().filter(|(site, _)| *site == 0).count();
        Found {
            runs: ends.len() as f64,
            decided: decided.len() as f64,
            first: first as f64,
            time: mean(&times),
            messages: mean(&messages),
        }
    }
}

/// Whether a share may be this known one, which is itself known to within so much: within 99 %.
pub fn share_holds(what: &str, found: f64, of: f64, known: f64, known_within: f64) -> bool {
    let share = found / of;
    let sampling = 2.576 * (known * (1.0 - known) / of).sqrt();
    let within = sampling.hypot(known_within);
    let fits = (share - known).abs() <= within;
    println!("{what:<34} {share:.4} of {of}, known {known:.4} ± {within:.4}{}", if fits { "" } else { "  OUTSIDE" });
    fits
}

/// The same for a mean with its standard error.
pub fn mean_holds(what: &str, (found, error): (f64, f64), known: f64, known_within: f64) -> bool {
    let within = (2.576 * error).hypot(known_within);
    let fits = (found - known).abs() <= within;
    println!("{what:<34} {found:.4}, known {known:.4} ± {within:.4}{}", if fits { "" } else { "  OUTSIDE" });
    fits
}

/// 100 bees, boxes of quality 5 and 4, σ = 5: by quorum the share that chooses the better box, the time in units, and the dances and
/// stop signals until then. The known values come from 20,000 runs of the same model by another program.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn a_larger_quorum_is_slower_and_more_often_right() {
    let runs = setting("RUNS", 400);
    let table = [
        (10, 0.693, 0.019, 1.0),
        (20, 0.758, 0.043, 7.0),
        (30, 0.804, 0.074, 20.0),
        (50, 0.917, 0.301, 184.0),
        (60, 0.979, 0.811, 597.0),
        (70, 0.993, 1.342, 1041.0),
    ];
    let mut fits = true;
    for (quorum, best, time, messages) in table {
        let quorum_text = quorum.to_string();
        let found = Found::of(&Swarm::new(100, &["5", "4"], &[("quorum", &quorum_text)]).runs(runs));
        assert_eq!(found.decided, found.runs, "every swarm decides");
        let best_within = if quorum >= 60 { 0.003 } else { 0.008 };
        fits &= share_holds(&format!("Q = {quorum}: best"), found.first, found.runs, best, best_within);
        // The known times are means of 20,000 runs: 14 of ours weigh as much as one of their errors at 400 runs.
        fits &= mean_holds(&format!("Q = {quorum}: time"), found.time, time, 0.012_f64.min(0.02 * time) + 0.0005);
        fits &= mean_holds(&format!("Q = {quorum}: messages"), found.messages, messages, 0.02 * messages + 0.5);
    }
    assert!(fits);
}

/// Two equal boxes, 200 bees, a quorum of 150: the share of swarms that has decided after 20 units. The known values come from
/// 4,000 runs. The equations have an edge at σ* = 3.556, 1.6875, 0.868 for v = 2, 3, 5; a swarm of 200 has a slope.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: run with --profile sweep")]
fn stop_signals_break_the_tie_between_equal_boxes() {
    let runs = setting("RUNS", 400) / 4;
    let table = [
        ("5", [("0.25", 0.0), ("0.5", 0.018), ("0.868", 0.191), ("1.69", 0.787), ("3", 0.985)].as_slice()),
        ("3", [("0.868", 0.010), ("1.69", 0.231), ("3", 0.80), ("5", 0.985)].as_slice()),
    ];
    let mut fits = true;
    for (quality, row) in table {
        for (sigma, known) in row {
            let set = [("quorum", "150"), ("stop-rate", *sigma)];
            let swarm = Swarm { units: 20, ..Swarm::new(200, &[quality, quality], &set) };
            let found = Found::of(&swarm.runs(runs));
            fits &=
                share_holds(&format!("v = {quality}, σ = {sigma}: decided"), found.decided, found.runs, *known, 0.02);
        }
    }
    assert!(fits);
}

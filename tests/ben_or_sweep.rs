//! Ben-Or's protocols under delays, duplicates, crashes, restarts, pauses, partitions and liars, as many as they bear: nothing is
//! ever broken, and after repair everybody decides. Each known bug is found.
//!
//! `SEEDS=100000` sets how many runs.
#![cfg(not(target_arch = "wasm32"))]

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{
    Action, Behaviour, LinkChange, MS, NodeId, Options, Pick, SECOND, Selector, Setup, Time, Trace, Which, World,
};
use consensus_playground::protocols::ben_or::BenOr;

/// The bug switches, the properties that each breaks, and the version that it is a bug of.
const BUGS: [(&str, &[&str], Option<bool>); 6] = [
    ("decide-on-one", &["decision-carries", "agreement"], None),
    ("majority-of-received", &["one-proposal-value", "decision-carries", "agreement"], Some(false)),
    ("stop-on-decide", &["one-more-round"], None),
    ("coin-over-proposal", &["decision-carries", "agreement"], None),
    ("any-round", &["one-proposal-value", "decision-carries", "unanimity", "agreement"], None),
    ("n-is-5f", &["unanimity", "decision-carries", "agreement"], Some(true)),
];

struct Run {
    world: World<BenOr>,
    trace: Trace,
    seed: u64,
    count: u64,
    n: usize,
    /// Those who lie, the last ones.
    liars: usize,
    common_coin: bool,
}

impl Run {
    fn open(seed: u64, bug: Option<(&str, Option<bool>)>) -> Run {
        let mut count = 0;
        let mut dice = |bound: u64| {
            count += 1;
            below(draw(seed, 0xbe0, count), bound)
        };
        let lying = bug.and_then(|bug| bug.1).unwrap_or(dice(2) == 0);
        // Where n is 5f at most, the bug switch makes a difference only there.
        let n = if bug.is_some_and(|bug| bug.0 == "n-is-5f") { 5 * (1 + dice(2)) } else { 3 + dice(9) } as usize;
        let mut options = Options::default();
        let input = ["0", "1", "split"][dice(3) as usize];
        options.set("input", 0, input);
        for replica in 1..=n as u16 {
            if input == "split" && dice(3) == 0 {
                options.set("input", replica, ["0", "1"][dice(2) as usize]);
            }
        }
        let common_coin = dice(2) == 0;
        options.set("byzantine", 0, if lying { "on" } else { "off" });
        options.set("common-coin", 0, if common_coin { "on" } else { "off" });
        let most = if lying { (n - 1 + usize::from(bug.is_some_and(|bug| bug.0 == "n-is-5f"))) / 5 } else { 0 };
        let liars = if bug.is_some() { most } else { dice(most as u64 + 1) as usize };
        if let Some((bug, _)) = bug {
            options.set(bug, 0, "on");
        }
        let mut trace = Trace::forgetful();
        let setup = Setup { replicas: n, seed, options, ..Setup::default() };
        let world = World::new(&setup, &mut trace).expect("the set-up fits");
        Run { world, trace, seed, count: 1_000, n, liars, common_coin }
    }

    fn dice(&mut self, bound: u64) -> u64 {
        self.count += 1;
        below(draw(self.seed, 0xbe0, self.count), bound)
    }

    /// Some acts don't fit the moment (a crash of what is down): then nothing happens.
    fn act(&mut self, act: Action) {
        let _ = self.world.act(&act, &mut self.trace);
    }

    fn node(&mut self) -> Selector {
        Selector::Node(NodeId::replica(self.dice(self.n as u64) as usize + 1))
    }

    fn until(&mut self, end: Time) -> Result<(), String> {
        while self.world.peek().is_some_and(|at| at <= end) {
            self.world.step(&mut self.trace);
            if let Some(broken) = self.world.violations().first() {
                return Err(format!("{}: {}", broken.property, broken.text));
            }
        }
        Ok(())
    }

    fn weather(&mut self, latency: (Time, Time), duplicate: u32) {
        let change = LinkChange {
            latency: Some(latency),
            duplicate: Some(duplicate),
            reorder: Some(true),
            ..LinkChange::default()
        };
        self.act(Action::Network { link: None, change });
    }

    fn lie(&mut self) {
        for liar in self.n - self.liars + 1..=self.n {
            let way = byzantine::ALL[self.dice(byzantine::ALL.len() as u64) as usize];
            let behaviour = Behaviour { way, peers: Vec::new(), others: Vec::new() };
            self.act(Action::Byzantine { replica: Selector::Node(NodeId::replica(liar)), behaviour });
        }
    }

    fn disturb(&mut self) {
        let node = self.node();
        let nth = Which::Nth(1 + self.dice(8) as u32);
        let pick = Pick::Matching { which: nth, kind: None, from: None, to: None };
        match self.dice(14) {
            0 | 1 => self.act(Action::Crash(node)),
            2 => {
                let sends = 1 + self.dice(2 * self.n as u64) as u32;
                self.act(Action::CrashAfter { replica: node, sends });
            }
            3 | 4 => self.act(Action::Restart { replica: Selector::All, disk_lost: false }),
            5 => self.act(Action::Pause(node)),
            6 => self.act(Action::Resume(Selector::All)),
            7 => {
                let group = (1..=self.n).filter(|_| self.dice(2) == 0).collect::<Vec<_>>();
                self.act(Action::Partition(vec![
                    group.into_iter().map(|number| NodeId::replica(number).into()).collect(),
                ]));
            }
            8 => self.act(Action::Heal),
            9 => self.act(Action::Duplicate(pick)),
            10..=12 => self.act(Action::Delay { pick, by: 100 * MS }),
            _ => {
                let words = vec!["outcome".to_string()];
                self.act(Action::Request { client: NodeId::client(2), to: None, words });
            }
        }
    }

    /// Everybody comes back, and so asks for what was lost.
    fn repair(&mut self) {
        self.weather((MS, 20 * MS), 0);
        self.act(Action::Heal);
        self.act(Action::Resume(Selector::All));
        self.act(Action::Crash(Selector::All));
        self.act(Action::Restart { replica: Selector::All, disk_lost: false });
    }

    fn decided(&self) -> Result<(), String> {
        for node in NodeId::replicas(self.n - self.liars) {
            if self.world.cluster().disk(node).decided.is_none() {
                return Err(format!("replica {node} decides nothing"));
            }
        }
        Ok(())
    }

    fn run(&mut self) -> Result<(), String> {
        let (low, wide) = (self.dice(5) * MS, (1 + self.dice(60)) * MS);
        let duplicate = self.dice(3) as u32 * 100_000;
        self.weather((low, low + wide), duplicate);
        self.lie();
        let calm = self.dice(3) == 0;
        for moment in 0..12 {
            self.until(moment * 10 * MS)?;
            if !calm {
                self.disturb();
            }
        }
        if !calm {
            self.repair();
        }
        // With private coins it takes as long as the coins like: 2¹⁰ rounds of 80 ms would be much bad luck.
        self.until(if self.common_coin { 10 * SECOND } else { 100 * SECOND })?;
        self.decided()
    }
}

fn look(seed: u64, bug: Option<(&str, Option<bool>)>) -> Result<(), String> {
    let mut run = Run::open(seed, bug);
    run.run().map_err(|why| format!("seed {seed}, n = {}, {} liars: {why}", run.n, run.liars))
}

fn seeds() -> u64 {
    let set = std::env::var("SEEDS").ok().and_then(|text| text.parse().ok());
    set.unwrap_or(if cfg!(debug_assertions) { 100 } else { 2_000 })
}

#[test]
fn nothing_breaks_and_everybody_decides_after_repair() {
    for seed in 0..seeds() {
        if let Err(why) = look(seed, None) {
            panic!("{why}");
        }
    }
}

#[test]
fn every_bug_is_found() {
    println!("{:<22} {:>6}  what breaks first", "bug switch", "runs");
    for (bug, breaks, lying) in BUGS {
        // Some runs only fail to end: wanted is one that breaks a property.
        let broken = |why: &String| breaks.iter().any(|property| why.contains(property));
        let found = (0..2_000).find_map(|seed| Some((seed, look(seed, Some((bug, lying))).err().filter(broken)?)));
        let (seed, why) = found.unwrap_or_else(|| panic!("{bug} breaks nothing"));
        println!("{bug:<22} {:>6}  {why}", seed + 1);
    }
}

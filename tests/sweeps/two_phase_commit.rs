//! Two-phase commit under crashes, restarts, pauses, partitions, cuts, loss, duplication and reordering, with votes of
//! both kinds: nothing is ever broken, and after repair every transaction is decided everywhere in bounded time.

use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{
    Action, LinkChange, MS, NodeId, Options, Pick, SECOND, Selector, Setup, Time, Trace, Which, World,
};
use consensus_playground::protocols::two_phase_commit::{COORDINATOR, TwoPhaseCommit};

use super::frame::{all_pass, first, seeds};

/// How long a run is disturbed, in virtual microseconds.
const DISTURBED: Time = 20 * SECOND;
/// Within what time after repair every open transaction and a fresh one are decided at every replica: a client may wait
/// for its `retry` (500 ms), a vote-timeout (100 ms) and a resend (100 ms) may run their course, and each of the five
/// messages in a row takes at most 15 ms.
const BOUND: Time = 800 * MS;
/// Within what time after repair every queue of waiting clients is empty.
const DRAINED: Time = 20 * SECOND;
/// The bug switches, and the property that each breaks first.
const BUGS: [(&str, &str); 4] = [
    ("decide-alone-on-timeout", "ac1-agreement"),
    ("vote-not-durable", "ac1-agreement"),
    ("decision-not-durable", "ac2-no-reversal"),
    ("always-abort", "ac4-abort-validity"),
];

struct Dice {
    seed: u64,
    count: u64,
}

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.count += 1;
        below(draw(self.seed, 0x5eed, self.count), bound)
    }

    fn node(&mut self, n: usize) -> Selector {
        Selector::Node(NodeId::replica(self.below(n as u64) as usize + 1))
    }
}

struct Run {
    world: World<TwoPhaseCommit>,
    trace: Trace,
    dice: Dice,
    n: usize,
    /// Whether crashes come in the midst of sending too. Such an order can't be taken back but by a crash.
    sudden: bool,
}

fn open(seed: u64, bug: Option<&str>) -> Run {
    let mut dice = Dice { seed, count: 0 };
    let n = 2 + dice.below(6) as usize;
    let mut options = Options::default();
    for number in 2..=n {
        if dice.below(10) == 0 {
            options.set("vote", number as u16, "no");
        }
    }
    options.set("cooperative", 0, if dice.below(2) == 0 { "on" } else { "off" });
    if let Some(bug) = bug {
        options.set(bug, 0, "on");
    }
    let mut trace = Trace::forgetful();
    let setup = Setup { replicas: n, seed, options, ..Setup::default() };
    Run { world: World::new(&setup, &mut trace).expect("a world"), trace, sudden: dice.below(2) == 0, dice, n }
}

impl Run {
    /// Some acts don't fit the moment (a crash of what is down): then nothing happens.
    fn act(&mut self, act: Action) {
        let _ = self.world.act(&act, &mut self.trace);
    }

    fn request(&mut self, client: usize, to: Option<Selector>, refuser: usize) {
        let mut words = vec!["transaction".to_string(), "trip".to_string()];
        if refuser >= 2 {
            words.extend(["refused-by".to_string(), refuser.to_string()]);
        }
        self.act(Action::Request { client: NodeId::client(client), to, words });
    }

    fn until(&mut self, end: Time) -> Result<(), String> {
        while self.world.peek().is_some_and(|at| at <= end) {
            self.world.step(&mut self.trace);
            self.clean()?;
        }
        Ok(())
    }

    fn clean(&self) -> Result<(), String> {
        if self.world.violations().is_empty() {
            return Ok(());
        }
        let broken = self.world.violations().iter().map(|broken| format!(" {}: {}", broken.property, broken.text));
        Err(format!("n = {},{}", self.n, broken.collect::<String>()))
    }

    fn disturb(&mut self) {
        let node = self.dice.node(self.n);
        let other = self.dice.node(self.n);
        let some = Which::Nth(1 + self.dice.below(3) as u32);
        let pick = Pick::Matching { which: some, kind: None, from: None, to: None };
        match self.dice.below(23) {
            0..=6 => {
                let (client, refuser) = (1 + self.dice.below(3) as usize, self.dice.below(4 * self.n as u64) as usize);
                let to = (self.dice.below(8) == 0).then_some(node);
                self.request(client, to, if refuser <= self.n { refuser } else { 0 });
            }
            7 => self.act(Action::Crash(node)),
            8 => self.act(Action::Crash(Selector::Node(COORDINATOR))),
            9 | 10 if self.sudden => {
                let replica = if self.dice.below(2) == 0 { Selector::Node(COORDINATOR) } else { node };
                let sends = 1 + self.dice.below(2 * self.n as u64) as u32;
                self.act(Action::CrashAfter { replica, sends });
            }
            9..=13 => self.act(Action::Restart { replica: Selector::All, disk_lost: false }),
            14 => self.act(Action::Restart { replica: node, disk_lost: false }),
            15 => self.act(Action::Pause(node)),
            16 => self.act(Action::Resume(Selector::All)),
            17 => {
                let group = (1..=self.n).filter(|_| self.dice.below(2) == 0).map(NodeId::replica).collect();
                self.act(Action::Partition(vec![group]));
            }
            18 => self.act(Action::Cut { from: node, to: other }),
            19 => self.act(Action::Heal),
            20 => self.weather(),
            21 => {
                let rate = (1 + self.dice.below(3) as u32, 1 + self.dice.below(3) as u32);
                self.act(Action::Clock { replica: node, rate });
            }
            _ => self.tamper(pick, node),
        }
    }

    fn weather(&mut self) {
        let low = 1 + self.dice.below(20);
        let change = LinkChange {
            latency: Some((low * MS, (low + 1 + self.dice.below(120)) * MS)),
            loss: Some(self.dice.below(3) as u32 * 100_000),
            duplicate: Some(self.dice.below(3) as u32 * 100_000),
            reorder: Some(self.dice.below(4) > 0),
            ..LinkChange::default()
        };
        self.act(Action::Network { link: None, change });
    }

    fn tamper(&mut self, pick: Pick, node: Selector) {
        match self.dice.below(5) {
            0 => self.act(Action::Drop(pick)),
            1 => self.act(Action::Duplicate(pick)),
            2 => self.act(Action::Delay { pick, by: 300 * MS }),
            timer => self.act(Action::Fire { timer: timer as u8 - 3, about: None, node }),
        }
    }

    fn repair(&mut self) {
        let calm = LinkChange {
            latency: Some((5 * MS, 15 * MS)),
            loss: Some(0),
            duplicate: Some(0),
            reorder: Some(true),
            ..LinkChange::default()
        };
        self.act(Action::Network { link: None, change: calm });
        self.act(Action::Heal);
        self.act(Action::Clock { replica: Selector::All, rate: (1, 1) });
        self.act(Action::Resume(Selector::All));
        if self.sudden {
            self.act(Action::Crash(Selector::All));
        }
        self.act(Action::Restart { replica: Selector::All, disk_lost: false });
    }

    /// All is decided and everybody knows. Then one replica loses its disk, and the next transaction must be taken for none
    /// of those before it. A coordinator that lost its log while something was open would break AC1, as the books say.
    fn lose_a_disk(&mut self, bug: Option<&str>) -> Result<(), String> {
        if bug.is_some() {
            return Ok(()); // What the switch left undone is not ended.
        }
        let end = self.world.now() + SECOND;
        self.until(end)?; // The end of the last one is written, too.
        let node = if self.dice.below(2) == 0 { Selector::Node(COORDINATOR) } else { self.dice.node(self.n) };
        self.act(Action::Crash(node));
        self.act(Action::Restart { replica: node, disk_lost: true });
        let before = self.world.counts().completed;
        for client in 10..13 {
            let refuser = self.dice.below(4 * self.n as u64) as usize;
            self.request(client, None, if refuser <= self.n { refuser } else { 0 });
            let end = self.world.now() + self.dice.below(200) * MS;
            self.until(end)?;
        }
        let end = self.world.now() + BOUND;
        self.until(end)?;
        let answered = self.world.counts().completed - before;
        if answered == 3 { Ok(()) } else { Err(format!("n = {}: {answered} of 3 answered after a lost disk", self.n)) }
    }

    fn decided_everywhere(&self, transactions: u64) -> Result<(), String> {
        for number in 1..=transactions {
            for node in self.world.cluster().nodes() {
                if self.world.cluster().disk(node).decision(number).is_none() {
                    return Err(format!("n = {}: replica {node} has not decided transaction {number}", self.n));
                }
            }
        }
        Ok(())
    }
}

fn sweep(seed: u64, bug: Option<&str>) -> Result<(), String> {
    let mut run = open(seed, bug);
    let mut now = 0;
    while now < DISTURBED {
        run.disturb();
        run.clean()?;
        now += run.dice.below(120) * MS;
        run.until(now)?;
    }
    run.repair();
    run.request(9, None, 0);
    let repaired = now;
    let open = run.world.cluster().disk(COORDINATOR).entries.len() as u64;
    run.until(repaired + BOUND)?;
    run.decided_everywhere(open)?;
    let fresh = run.world.cluster().client(NodeId::client(9)).is_some_and(|client| client.wanted.is_empty());
    if !fresh {
        return Err(format!("n = {}: the fresh request has no answer", run.n));
    }
    run.until(repaired + DRAINED)?;
    let counts = run.world.counts();
    if counts.completed != counts.requests {
        return Err(format!("n = {}: {} of {} requests answered", run.n, counts.completed, counts.requests));
    }
    // Retries and duplicates begin nothing twice.
    let transactions = run.world.cluster().disk(COORDINATOR).entries.len();
    if transactions != counts.requests as usize {
        return Err(format!("n = {}: {transactions} transactions for {} requests", run.n, counts.requests));
    }
    run.decided_everywhere(transactions as u64)?;
    run.lose_a_disk(bug)
}

/// One seed. Errors: a sentence that says what went wrong.
pub fn run(seed: u64) -> Result<(), String> {
    sweep(seed, None)
}

/// What a bug breaks in this run, if anything.
pub fn broken_by(seed: u64, bug: &str) -> Option<String> {
    BUGS.iter().find(|known| known.0 == bug).and_then(|known| sweep(seed, Some(known.0)).err())
}

#[test]
fn atomic_always_and_decided_after_repair() {
    all_pass(seeds(), run);
}

#[test]
fn every_bug_is_found() {
    for (bug, property) in BUGS {
        // Debug builds look at those only that do so soon.
        let most = if cfg!(debug_assertions) { 60 } else { 2_000 };
        let found = first(most, |seed| sweep(seed, Some(bug)).err());
        let Some((seed, why)) = found else {
            assert!(most < 2_000, "{bug} breaks nothing in {most} seeds");
            continue;
        };
        println!("{bug}: seed {seed}: {why}");
        assert!(why.contains(property), "{bug} should break {property}, not: {why}");
    }
}

//! PBFT under up to f crashed, silent or lying replicas, loss, duplication and partitions.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use consensus_playground::checker;
use consensus_playground::faults::byzantine;
use consensus_playground::kernel::Algorithm as _;
use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::descriptor::quorum::byzantine_faults;
use consensus_playground::kernel::{
    Action, LinkChange, MS, NodeId, Options, SECOND, Selector, Setup, Time, Trace, World,
};
use consensus_playground::protocols::pbft::Pbft;

use super::frame::{all_pass, first, seeds};

/// How long the faults last, in virtual microseconds.
const TROUBLE: Time = 20 * SECOND;
/// The bound on progress after repair, in virtual microseconds. The wait that runs at the repair is of 19.2 s at most, for
/// those before it (300 ms + … + 9.6 s = 18.9 s) fit into the trouble's 20 s and the one after it does not; then a view
/// begins. What a faulty primary of that view would take on top has not been seen.
const BOUND: Time = 30 * SECOND;
/// The bug switch that takes a schedule too particular for chance: its scenario shows it, and the table of all bugs asks
/// for that.
const BY_SCENARIO: &str = "match-results-only";

struct Run {
    seed: u64,
    draws: u64,
    world: World<Pbft>,
    trace: Trace,
    faulty: Vec<NodeId>,
    liars: Vec<NodeId>,
}

impl Run {
    fn below(&mut self, bound: u64) -> u64 {
        self.draws += 1;
        below(draw(self.seed, 0x5eed, self.draws), bound)
    }

    fn act(&mut self, act: &Action) {
        // What does not fit the moment (a restart of one that runs) is refused, and that is fine here.
        let _ = self.world.act(act, &mut self.trace);
    }

    fn run(&mut self, until: Time) -> Result<(), String> {
        while self.world.peek().is_some_and(|due| due <= until) {
            self.world.step(&mut self.trace);
            if let Some(broken) = self.world.violations().first() {
                return Err(format!("seed {}: at {} us: {}: {}", self.seed, broken.at, broken.property, broken.text));
            }
        }
        Ok(())
    }

    fn request(&mut self, client: usize, fresh: &str) {
        let words = match (fresh.is_empty(), self.below(3)) {
            (false, _) => vec!["put".into(), "fresh".into(), fresh.into()],
            (true, 0) => vec!["get".into(), "x".into()],
            (true, 1) => vec!["add".into(), "x".into(), "1".into()],
            // A new value, or one that was there before and that a lying reply may name.
            (true, _) => {
                let value = ["ok", "nothing", "1"]
                    .get(self.below(6) as usize)
                    .map_or(self.draws.to_string(), |word| word.to_string());
                vec!["put".into(), "x".into(), value]
            }
        };
        self.act(&Action::Request { client: NodeId::client(client), to: None, words });
    }

    /// One thing that goes wrong, or gets better. Errors: the property that broke meanwhile.
    fn trouble(&mut self) -> Result<(), String> {
        let size = self.world.cluster().size();
        match self.below(13) {
            0..=3 => {
                let client = self.below(3) as usize + 1;
                self.request(client, "");
            }
            4 | 5 => {
                let Some(node) = self.pick_faulty() else { return Ok(()) };
                let sends = self.below(2 * size as u64) as u32;
                self.act(&Action::CrashAfter { replica: Selector::Node(node), sends });
            }
            6 => {
                let Some(node) = self.pick_faulty() else { return Ok(()) };
                let disk_lost = self.below(4) == 0;
                self.act(&Action::Restart { replica: Selector::Node(node), disk_lost });
            }
            7 => {
                let mask = self.below(1 << size);
                let (left, right) = (1..=size).partition::<Vec<_>, _>(|number| mask >> (number - 1) & 1 == 1);
                let groups = [left, right].map(|group| group.into_iter().map(NodeId::replica).collect());
                self.act(&Action::Partition(groups.to_vec()));
            }
            8 => {
                let (from, to) = (self.below(size as u64) as usize + 1, self.below(size as u64) as usize + 1);
                let node = |number| Selector::Node(NodeId::replica(number));
                self.act(&Action::Cut { from: node(from), to: node(to) });
            }
            9 | 10 => self.act(&Action::Heal),
            11 => {
                // A blank disk while what was sent before is under way: the worst time to forget.
                let Some(node) = self.pick_faulty() else { return Ok(()) };
                self.act(&Action::Crash(Selector::Node(node)));
                let soon = self.world.now() + self.below(20) * MS;
                self.run(soon)?;
                self.act(&Action::Restart { replica: Selector::Node(node), disk_lost: true });
            }
            _ => {
                let change = LinkChange {
                    latency: Some((MS, (2 + self.below(60)) * MS)),
                    loss: Some(self.below(150_000) as u32),
                    duplicate: Some(self.below(100_000) as u32),
                    ..LinkChange::default()
                };
                self.act(&Action::Network { link: None, change });
            }
        }
        Ok(())
    }

    fn pick_faulty(&mut self) -> Option<NodeId> {
        let crashing: Vec<_> = self.faulty.iter().copied().filter(|node| !self.liars.contains(node)).collect();
        if crashing.is_empty() { None } else { Some(crashing[self.below(crashing.len() as u64) as usize]) }
    }

    /// Everything works again: no loss, no partition, all up and honest.
    fn repair(&mut self) {
        self.act(&Action::Heal);
        let latency = Some((5 * MS, 15 * MS));
        let change = LinkChange { latency, loss: Some(0), duplicate: Some(0), ..LinkChange::default() };
        self.act(&Action::Network { link: None, change });
        for node in self.faulty.clone() {
            // Some of the faulty stay as they are: f of them must not matter.
            if self.below(2) == 0 {
                let disk_lost = self.below(4) == 0;
                self.act(&Action::Restart { replica: Selector::Node(node), disk_lost });
                self.act(&Action::Honest(Selector::Node(node)));
            }
        }
    }
}

/// Options, each at random.
fn options(seed: u64, bug: Option<&str>) -> Options {
    let pick = |stream, bound| below(draw(seed, 0x0b7, stream), bound);
    let mut options = Options::default();
    let every = [1, 2, 4, 16][pick(1, 4) as usize];
    let mut set = |name: &str, value: String| options.set(name, 0, &value);
    set("checkpoint-every", every.to_string());
    set("log-size", (every + pick(2, 2 * every + 1)).to_string());
    set("batch", (1 + pick(3, 4)).to_string());
    set("window", [1, 2, 16][pick(4, 3) as usize].to_string());
    set("tentative", ["off", "on"][pick(5, 2) as usize].into());
    set("read-only", ["off", "on"][pick(6, 2) as usize].into());
    set("faulty-client", ["none", "none", "two-faced", "partial"][pick(7, 4) as usize].into());
    if let Some(bug) = bug {
        set(bug, "on".into());
    }
    options
}

fn prepare(seed: u64, bug: Option<&str>, too_many: usize) -> Run {
    let replicas = 4 + below(draw(seed, 1, 1), 4) as usize;
    let bearable = if bug == Some("quorum-n-minus-f") { replicas / 3 } else { byzantine_faults(replicas) };
    let faults = bearable + too_many;
    let setup = Setup { replicas, seed, options: options(seed, bug), ..Setup::default() };
    let mut trace = Trace::forgetful();
    let mut world = World::new(&setup, &mut trace).expect("a set-up that fits");
    checker::watch(&mut world, false);
    let mut run = Run { seed, draws: 0, world, trace, faulty: Vec::new(), liars: Vec::new() };
    while run.faulty.len() < faults {
        let node = NodeId::replica(run.below(replicas as u64) as usize + 1);
        if run.faulty.contains(&node) {
            continue;
        }
        run.faulty.push(node);
        // Of twelve faulty ones three crash and restart, the others lie.
        let kind = run.below(byzantine::ALL.len() as u64 + 3) as usize;
        if let Some(way) = byzantine::ALL.get(kind) {
            run.liars.push(node);
            // The inventive kind finds bugs soonest.
            let name = if bug.is_some() || too_many > 0 { "random" } else { way.name() };
            let behaviour = byzantine::find(name).expect("a way to lie");
            run.act(&Action::Byzantine { replica: Selector::Node(node), behaviour });
        }
    }
    run
}

/// One seed, with a bug switch, or with more liars than can be borne. Gives how long the progress after repair took.
/// Errors: the property that broke, or that there was no progress.
fn carry_out(seed: u64, bug: Option<&str>, too_many: usize) -> Result<Time, String> {
    let mut run = prepare(seed, bug, too_many);
    let mut now = 0;
    run.request(1, "");
    while now < TROUBLE {
        now += (50 + run.below(500)) * MS;
        run.run(now)?;
        run.trouble()?;
    }
    run.run(now)?;
    run.repair();
    let client = 4 + run.below(2) as usize;
    run.request(client, "1");
    let (before, until) = (run.world.now(), run.world.now() + BOUND);
    let done = |run: &Run| run.world.cluster().client(NodeId::client(client)).is_some_and(|client| client.idle());
    while !done(&run) && run.world.peek().is_some_and(|due| due <= until) {
        let due = run.world.peek().unwrap_or(until);
        run.run(due)?;
    }
    if done(&run) {
        return Ok(run.world.now() - before);
    }
    let told = run.world.cluster().nodes().map(|node| {
        let disk = run.world.cluster().disk(node);
        let changing = if disk.changing { "?" } else { "" };
        let way = if run.liars.contains(&node) { " liar" } else { "" };
        format!("{node}{way}: view {}{changing}, executed {}, stable {}", disk.view, disk.executed, disk.low())
    });
    let told: Vec<_> = told.collect();
    if std::env::var("SHOW").is_ok() {
        for node in run.world.cluster().nodes().chain([NodeId::client(client)]) {
            println!("{:?}", consensus_playground::kernel::DynWorld::node(&run.world, node));
        }
    }
    Err(format!("seed {seed}: no progress within {} s after repair: {}", BOUND / SECOND, told.join("; ")))
}

/// What a bug breaks in this run, if anything.
pub fn broken_by(seed: u64, bug: &str) -> Option<String> {
    carry_out(seed, Some(bug), 0).err()
}

#[test]
fn pbft_survives_f_faulty_replicas() {
    let slowest = AtomicU64::new(0);
    all_pass(seeds(), |seed| {
        let took = carry_out(seed, None, 0)?;
        slowest.fetch_max(took, Relaxed);
        Ok::<_, String>(())
    });
    println!("{} seeds; slowest progress after repair: {} ms", seeds(), slowest.into_inner() / MS);
}

/// Every bug switch breaks a property within so many seeds; debug builds look at those only that do so soon.
#[test]
fn pbft_breaks_with_every_bug_switch_and_with_more_than_f_liars() {
    let most = if cfg!(debug_assertions) { 200 } else { 6_000 };
    let first = |bug, too_many| first(most, |seed| carry_out(seed, bug, too_many).err()).map(|(_, why)| why);
    for option in Pbft::DESCRIPTOR.options.iter().filter(|option| option.bug) {
        match first(Some(option.name), 0) {
            Some(why) => println!("{}: {why}", option.name),
            None if most < 6_000 || option.name == BY_SCENARIO => println!("{}: nothing in {most} seeds", option.name),
            None => panic!("{} breaks nothing in {most} seeds", option.name),
        }
    }
    let why = first(None, 1).expect("f + 1 liars break something");
    println!("f + 1 liars: {why}");
    assert!(!why.contains("no progress"));
}

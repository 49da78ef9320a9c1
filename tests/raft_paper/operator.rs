//! Changes of the members and of the leader under faults, with an operator who knows the paper: servers that were removed
//! are shut down (§6), one without a vote may lose its disk, and those that somebody wants for members may be dead. The
//! cluster goes on. What needs no operator is the swarm's.

use consensus_playground::checker;
use consensus_playground::kernel::data::random::{below, draw};
use consensus_playground::kernel::{Action, LinkChange, MS, NodeId, SECOND, Selector, Setup, Time, Trace, World};
use consensus_playground::protocols::raft::{Members, NodeSet, Raft};

use crate::threads::{first, setting};

/// How many seeds, unless `SEEDS` says otherwise.
const SEEDS: u64 = if cfg!(debug_assertions) { 30 } else { 400 };
/// How long the faults last, in virtual microseconds.
const TROUBLE: Time = 20 * SECOND;
/// How soon after the repair a fresh request must be answered, in virtual microseconds. Ten waits for a leader, each of
/// at most 300 ms, allow for split votes and for what stragglers know; the client's own timer (at most 600 ms) may have
/// to fire three times before it meets the leader; all of that once more, for timers that were set under a slow clock.
const PROGRESS: Time = 2 * (10 * 300 + 3 * 600) * MS;
/// How often the operator looks after the repair which servers are still needed, in virtual microseconds.
const ROUND: Time = 100 * MS;
/// The client that asks after the repair: it has asked nothing before.
const FRESH: NodeId = NodeId::client(9);

/// Everything that a run draws from its seed.
struct Draws {
    seed: u64,
    count: u64,
}

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.count += 1;
        below(draw(self.seed, 0x5eed, self.count), bound as u64) as usize
    }

    fn time(&mut self, lo: Time, hi: Time) -> Time {
        lo + self.below((hi - lo) as usize) as Time
    }
}

struct Run {
    world: World<Raft>,
    trace: Trace,
    draws: Draws,
    size: usize,
    /// Who was told to crash after so many sends, and may not have got there.
    armed: Vec<Selector>,
    /// Who is gone for good: no operator brings them back.
    dead: NodeSet,
}

/// The options that matter to elections and to the members.
fn options(draws: &mut Draws, size: usize) -> Vec<(&'static str, String)> {
    let mut options = Vec::new();
    let mut set = |name, values: &[&str]| options.push((name, values[draws.below(values.len())].to_string()));
    set("no-op", &["on", "off"]);
    set("pre-vote", &["on", "off"]);
    set("check-quorum", &["on", "off"]);
    set("snapshot-every", &["0", "1", "3", "10"]);
    set("members", if size == 3 { &["all"] } else { &["all", "all", "1-3", "1,3"] });
    options
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut draws = Draws { seed, count: 0 };
        let size = 3 + (seed % 5) as usize;
        let mut setup = Setup { replicas: size, seed, ..Setup::default() };
        let drawn = options(&mut draws, size);
        drawn.iter().for_each(|(name, value)| setup.options.set(name, 0, value));
        let mut trace = Trace::forgetful();
        let mut world = World::new(&setup, &mut trace).expect("the set-up fits");
        checker::watch(&mut world, false);
        Run { world, trace, draws, size, armed: Vec::new(), dead: NodeSet::default() }
    }

    /// Some acts don't fit (a crash of what is crashed): they are passed over.
    fn act(&mut self, act: Action) {
        let _ = self.world.act(&act, &mut self.trace);
    }

    fn advance(&mut self, to: Time) {
        while self.world.peek().is_some_and(|at| at <= to) {
            self.world.step(&mut self.trace);
        }
    }

    fn someone(&mut self) -> Selector {
        Selector::Node(NodeId::replica(1 + self.draws.below(self.size)))
    }

    fn request(&mut self, client: NodeId) {
        // Adding shows what was done twice.
        let key = ["x", "y"][self.draws.below(2)];
        let text = if self.draws.below(3) == 0 { format!("get {key}") } else { format!("add {key} 1") };
        self.ask(client, &text);
    }

    fn ask(&mut self, client: NodeId, text: &str) {
        let words = text.split(' ').map(String::from).collect();
        self.act(Action::Request { client, to: None, words });
    }

    /// Somebody wants another leader or other members.
    fn administer(&mut self) {
        let number = 1 + self.draws.below(self.size);
        let text = match self.draws.below(9) {
            0 | 1 => format!("transfer {number}"),
            2 | 3 => format!("add {number}"),
            4 => format!("remove {number}"),
            5 | 6 => format!("learner {number}"),
            _ => {
                let other = 1 + self.draws.below(self.size);
                format!("members {number},{other},{}", 1 + self.draws.below(self.size))
            }
        };
        self.ask(NodeId::client(8), &text);
    }

    fn fault(&mut self) {
        let someone = self.someone();
        match self.draws.below(12) {
            0 => self.lose_a_disk(),
            1 => self.act(Action::Crash(someone)),
            2 => self.act(Action::Crash(Selector::Leader)),
            3 | 4 => {
                let sends = self.draws.below(8) as u32;
                self.armed.push(someone);
                self.act(Action::CrashAfter { replica: someone, sends });
            }
            5..=7 => self.act(Action::Restart { replica: someone, disk_lost: false }),
            8 => self.act(Action::Restart { replica: Selector::All, disk_lost: false }),
            9 => self.partition(),
            10 => self.act(Action::Heal),
            _ => {
                let change = LinkChange { loss: Some(self.draws.below(25) as u32 * 10_000), ..LinkChange::default() };
                self.act(Action::Network { link: None, change });
            }
        }
    }

    /// Servers that have a vote in no configuration that anybody's log holds: learners, and those that never belonged.
    fn outsiders(&self) -> Vec<NodeId> {
        let cluster = self.world.cluster();
        let mut voters = cluster.config().members.electors();
        for node in cluster.nodes() {
            let mut latest = cluster.disk(node).log.configuration_entry();
            while let Some(entry) = latest {
                voters = voters.and(entry.members.electors());
                latest = entry.before.as_ref();
            }
        }
        cluster.nodes().filter(|&node| !voters.has(node)).collect()
    }

    /// A server without a vote may lose its disk: it has promised nothing. (A voter may not, §5.)
    fn lose_a_disk(&mut self) {
        let outsiders = self.outsiders();
        if outsiders.is_empty() {
            return;
        }
        let node = outsiders[self.draws.below(outsiders.len())];
        self.act(Action::Crash(Selector::Node(node)));
        let soon = self.world.now() + self.draws.time(MS, 40 * MS);
        self.advance(soon);
        // Its leader may have seen it alive and made it a voter meanwhile.
        let disk_lost = self.outsiders().contains(&node);
        self.act(Action::Restart { replica: Selector::Node(node), disk_lost });
    }

    /// Servers that never had a vote are dead, and somebody wants them for members: the cluster must go on without.
    fn add_the_dead(&mut self) -> Result<(), String> {
        let crashed = self.outsiders();
        for &node in &crashed {
            self.act(Action::Crash(Selector::Node(node)));
        }
        // Longer than a change takes that began before: it may have seen one of them alive.
        let wait = self.world.now() + 10 * SECOND;
        self.advance(wait);
        let dead: Vec<_> = self.outsiders().into_iter().filter(|node| crashed.contains(node)).collect();
        self.dead = dead.iter().fold(self.dead, |all, &node| all.with(node));
        self.operate();
        let wait = self.world.now() + SECOND;
        self.advance(wait);
        let Some(leader) = self.world.leader().filter(|_| !dead.is_empty()) else { return Ok(()) };
        let numbers = dead.iter().map(|node| node.number().to_string()).collect::<Vec<_>>().join(",");
        let text = match self.draws.below(2) {
            0 => format!("add {}", dead[0].number()),
            _ => format!("members {},{numbers}", leader.number()),
        };
        self.ask(NodeId::client(11), &text);
        let wait = self.world.now() + 10 * SECOND;
        self.advance(wait);
        match self.progress(NodeId::client(12)) {
            Some(_) => Ok(()),
            None => Err(format!("`{text}`, and all of these are dead: no answer within {PROGRESS} us")),
        }
    }

    fn partition(&mut self) {
        let mut groups = vec![Vec::new(), Vec::new()];
        for number in 1..=self.size {
            groups[self.draws.below(2)].push(NodeId::replica(number).into());
        }
        self.act(Action::Partition(groups));
    }

    fn trouble(&mut self) {
        while self.world.now() < TROUBLE && self.world.violations().is_empty() {
            let until = self.world.now() + self.draws.time(20 * MS, 600 * MS);
            self.advance(until);
            for _ in 0..self.draws.below(3) {
                let client = NodeId::client(1 + self.draws.below(3));
                self.request(client);
            }
            if self.draws.below(4) == 0 {
                self.administer();
            }
            self.fault();
        }
    }

    /// The network is well again, the servers that are needed run, and those that were removed from the cluster are shut
    /// down (§6).
    fn repair(&mut self) {
        self.act(Action::Heal);
        let calm = LinkChange { loss: Some(0), ..LinkChange::default() };
        self.act(Action::Network { link: None, change: calm });
        for replica in std::mem::take(&mut self.armed) {
            self.act(Action::Crash(replica));
        }
        self.operate();
    }

    /// What an operator does from the repair on: servers that may still be needed run, all others are shut down. Needed
    /// are those who can be elected, with the members that they know of.
    fn operate(&mut self) {
        let nodes = || (1..=self.size).map(NodeId::replica);
        let needed = nodes()
            .filter(|&node| self.is_electable(node))
            .fold(NodeSet::default(), |needed, node| needed.with(node).and(self.members(node).everybody()));
        for node in nodes().collect::<Vec<_>>() {
            let replica = Selector::Node(node);
            match (needed.has(node), self.world.cluster().state(node).is_some()) {
                (true, false) if !self.dead.has(node) => self.act(Action::Restart { replica, disk_lost: false }),
                (false, true) => self.act(Action::Crash(replica)),
                _ => {}
            }
        }
    }

    /// Whether a server stands for election and finds a majority of each group whose logs are no newer than its own.
    fn is_electable(&self, node: NodeId) -> bool {
        let cluster = self.world.cluster();
        let log = &cluster.disk(node).log;
        let commit = cluster.state(node).map_or(log.base(), |state| state.commit);
        let open = log.configuration_entry().filter(|latest| latest.index > commit);
        let before =
            open.map(|latest| latest.before.as_ref().map_or(cluster.config().members, |before| before.members));
        let stands =
            self.members(node).electors().has(node) || before.is_some_and(|before| before.electors().has(node));
        let (term, index) = (log.last_term(), log.last_index());
        stands
            && self
                .members(node)
                .count(cluster.config(), |voter| cluster.disk(voter).log.is_no_newer_than(term, index))
                .is_quorum()
    }

    /// The configuration in a server's log.
    fn members(&self, node: NodeId) -> Members {
        let cluster = self.world.cluster();
        cluster.disk(node).log.members(cluster.config())
    }

    /// How long the fresh request takes, in virtual microseconds; `None` where it is not answered within the bound.
    fn progress(&mut self, client: NodeId) -> Option<Time> {
        let start = self.world.now();
        let mut round = start + ROUND;
        self.ask(client, "add x 1");
        while let Some(at) = self.world.peek().filter(|&at| at <= start + PROGRESS) {
            if at > round {
                self.operate();
                round += ROUND;
                continue;
            }
            self.world.step(&mut self.trace);
            if self.world.cluster().client(client).is_some_and(|client| client.waiting.is_none()) {
                return Some(self.world.now() - start);
            }
        }
        None
    }

    fn broken(&self) -> Result<(), String> {
        self.world.violations().first().map_or(Ok(()), |found| Err(format!("{}: {}", found.property, found.text)))
    }
}

/// Errors: what broke, or that nothing moved after the repair.
fn run(seed: u64) -> Result<(), String> {
    let mut run = Run::new(seed);
    run.trouble();
    run.repair();
    let went_on = run.progress(FRESH).ok_or_else(|| format!("no answer within {PROGRESS} us of the repair"));
    let went_on = went_on.and_then(|_| run.add_the_dead());
    run.broken().and(went_on)
}

#[test]
fn s6_a_cluster_goes_on_whose_operator_shuts_down_who_was_removed() {
    let most = setting("SEEDS", SEEDS);
    if let Some((seed, why)) = first(most, |seed| run(seed).err()) {
        panic!("seed {seed} of {most}: {why}");
    }
}

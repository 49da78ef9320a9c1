//! A scenario that a seed draws: what happens until when, what is repaired then, and what the run may not rely on.

use consensus_playground::faults::byzantine;
use consensus_playground::kernel::{Assumption, Descriptor, DynWorld, MS, NodeId, OptionInfo, SECOND, Time, show_time};
use consensus_playground::protocols::Entry;
use consensus_playground::scenario::parse_act_line;

use super::draws::Draws;
use super::settings::Head;
use super::trouble::{self, ALL, Kind};

/// How long things go wrong, in virtual microseconds.
pub const TROUBLE: Time = 20 * SECOND;
/// The client that asks once all is repaired: it has asked nothing before.
pub const FRESH: NodeId = NodeId::client(9);
/// Behaviours that leave out or delay, and say nothing that is untrue. A network does the same, so any number of replicas may.
pub const HARMLESS: [&str; 3] = ["silent", "slow", "withhold"];

/// What a run is to show.
#[derive(Clone, Copy)]
pub enum Aim {
    /// That everything promised holds.
    Holds,
    /// The same, where as many lie as are tolerated, all by this behaviour.
    AllLie(&'static str),
    /// What a bug breaks.
    Bug(&'static OptionInfo),
    /// What one liar more than is tolerated breaks, by this behaviour.
    TooManyLiars(&'static str),
}

/// A scenario that was drawn.
#[derive(Clone)]
pub struct Plan {
    /// How it begins: the protocol, its options, its network.
    pub head: Vec<String>,
    /// What happens, in the order of time.
    pub lines: Vec<String>,
    /// What this run does not grant.
    pub denied: Vec<Assumption>,
    /// How many of the last lines are the repair and the fresh request.
    pub repair: usize,
    /// Whether the fresh request must be answered.
    pub timely: bool,
    /// How many may lie or lose their disk.
    pub faulty: usize,
}

/// A plan that is being drawn.
pub struct Drawing {
    pub entry: &'static Entry,
    pub about: &'static Descriptor,
    /// The world at its beginning.
    pub world: DynWorld,
    pub replicas: usize,
    /// Who may lie or lose its disk.
    pub faulty: Vec<usize>,
    /// Who lies.
    pub liars: Vec<usize>,
    /// Who was told to crash after so many sends, and may not have got there.
    pub armed: Vec<String>,
    pub at: Time,
    pub lines: Vec<String>,
}

impl Plan {
    /// Draws a scenario of a protocol.
    pub fn draw(entry: &'static Entry, seed: u64, aim: Aim) -> Plan {
        Plan::sized(entry, seed, aim, None)
    }

    /// Draws one with so many replicas, or as many as are drawn.
    pub fn sized(entry: &'static Entry, seed: u64, aim: Aim, size: Option<usize>) -> Plan {
        let bug = if let Aim::Bug(option) = aim { Some(option) } else { None };
        let mut head = Head::draw(entry, seed, bug, size);
        let draws = &mut Draws::of(seed, "network");
        let topology = draws.one_in(8).then(|| draws.pick(&["ring", "star", "random 2", "small-world 2 30%"]));
        let topology = topology.filter(|_| head.replicas > 2);
        head.lines.extend(topology.map(|kind| format!("network topology {kind}")));
        let (about, replicas) = (entry.descriptor, head.replicas);
        let world = head.open();
        let most = if world.agreement().is_certain() { world.tolerated() + 1 } else { replicas - 1 };
        let faulty = faulty(seed, replicas, (world.tolerated(), most), aim);
        let (liars, armed, lines) = (Vec::new(), Vec::new(), Vec::new());
        let mut drawing = Drawing { entry, about, world, replicas, faulty, liars, armed, at: 0, lines };
        let mut denied = Vec::new();
        if topology.is_some() || !head.timely {
            denied.push(Assumption::Synchrony);
        }
        drawing.lie(seed, aim, &mut denied);
        drawing.trouble(seed, &mut denied);
        let before = drawing.lines.len();
        drawing.repair(seed);
        let repair = drawing.lines.len() - before;
        let (lines, faulty) = (drawing.lines, drawing.faulty.len());
        Plan { head: head.lines, lines, denied, repair, timely: head.timely, faulty }
    }

    /// The whole as a text, as the page and the command line take it.
    pub fn text(&self) -> String {
        self.head.iter().chain(&self.lines).flat_map(|line| [line, "\n"]).collect()
    }

    /// Whether the run grants all of this.
    pub fn grants(&self, assumptions: &[Assumption]) -> bool {
        !assumptions.iter().any(|assumed| self.denied.contains(assumed))
    }
}

/// Who may lie or lose its disk in this run: as many as are tolerated, or fewer, or one too many. Where agreement is only likely, no
/// number is too many for what is promised of the honest ones: then all but one lie.
fn faulty(seed: u64, replicas: usize, (tolerated, most): (usize, usize), aim: Aim) -> Vec<usize> {
    let draws = &mut Draws::of(seed, "faulty");
    let count = match aim {
        Aim::TooManyLiars(_) => most,
        Aim::AllLie(_) => tolerated,
        _ if draws.one_in(3) => draws.between(0, tolerated),
        _ => tolerated,
    };
    let mut all: Vec<_> = (1..=replicas).collect();
    (0..count.min(replicas)).map(|_| all.remove(draws.below(all.len()))).collect()
}

impl Drawing {
    /// Writes a line at the present time, if it makes sense: a drawn word may be none that fits.
    pub fn then(&mut self, line: &str) {
        if parse_act_line(self.entry, self.replicas, line).is_ok() {
            self.lines.push(format!("at {} {line}", show_time(self.at)));
        }
    }

    /// Of the faulty replicas most lie. Of the others, now and then one leaves out what it should say.
    fn lie(&mut self, seed: u64, aim: Aim, denied: &mut Vec<Assumption>) {
        let draws = &mut Draws::of(seed, "liars");
        for replica in self.faulty.clone() {
            if draws.one_in(4) && !matches!(aim, Aim::TooManyLiars(_) | Aim::AllLie(_)) {
                continue;
            }
            let way = match aim {
                Aim::Holds => draws.pick(&byzantine::ALL).name(),
                // The inventive kind finds bugs soonest.
                Aim::Bug(_) => draws.pick(&["random", "random", "equivocate", "collude", "conceal"]),
                Aim::TooManyLiars(way) | Aim::AllLie(way) => way,
            };
            self.liars.push(replica);
            self.then(&format!("byzantine {replica} {way}"));
        }
        // Where liars are tolerated, one more is one too many, whatever it does.
        let bears_crashes_only = self.world.tolerated() == 0 && self.replicas > 3;
        if bears_crashes_only && draws.one_in(8) {
            let (replica, way) = (draws.between(1, self.replicas), draws.pick(&HARMLESS));
            self.liars.push(replica);
            self.then(&format!("byzantine {replica} {way}"));
            denied.push(Assumption::Synchrony);
        }
    }

    /// Requests, and a few kinds of trouble: with all of them in every run each would hide what another can do (Groce et al.,
    /// Swarm Testing, ISSTA 2012).
    fn trouble(&mut self, seed: u64, denied: &mut Vec<Assumption>) {
        let draws = &mut Draws::of(seed, "trouble");
        let mut kinds: Vec<Kind> = Vec::new();
        for _ in 0..draws.between(0, 4) {
            kinds.push(draws.pick(&ALL));
        }
        kinds.retain(|kind| *kind != Kind::LostDisk || self.faulty.iter().any(|one| !self.liars.contains(one)));
        denied.extend(kinds.iter().flat_map(|kind| kind.denies()));
        let asked = trouble::Requests::draw(self.about, seed);
        let pace = draws.pick(&[100, 300, 600, 1_000]);
        while self.at < TROUBLE {
            self.at += (20 + draws.below(pace)) as Time * MS;
            for _ in 0..draws.below(3) {
                asked.ask(self, draws);
            }
            if !kinds.is_empty() {
                // Before the requests are on their way, or in their midst.
                self.at += draws.pick(&[0, 0, 0, 8, 20]) * MS;
                draws.pick(&kinds).draw(self, draws);
            }
        }
    }

    /// Everything works again, but for some of those that may be faulty, and somebody asks for something.
    fn repair(&mut self, seed: u64) {
        let draws = &mut Draws::of(seed, "repair");
        self.at += MS;
        for line in ["workload off", "heal", "network topology full"] {
            self.then(line);
        }
        self.then("network latency 5ms..15ms loss 0% duplicate 0% reorder on shape uniform");
        self.then("clock all 1x");
        self.then("resume all");
        let mut armed = std::mem::take(&mut self.armed);
        armed.sort_unstable();
        armed.dedup();
        for who in armed {
            // It would come later and be one fault more.
            self.then(&format!("crash {}", if who == "leader" { "all" } else { &who }));
        }
        self.then("restart all");
        for liar in self.liars.clone() {
            if !self.faulty.contains(&liar) || draws.one_in(2) {
                self.then(&format!("honest {liar}"));
            }
        }
        if let Some(command) = self.about.commands.first() {
            self.then(&format!("request {} from {FRESH}", command.example));
        }
    }
}

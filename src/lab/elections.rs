//! How long a Raft cluster is without a leader: the set-up of Figure 16 of the paper (§9.3), and a wide-area network.
//!
//! In Figure 16 five servers have logs of different lengths, so that two of the four that are left can't win. The leader
//! sends heartbeats to all, which sets all their timers in step, and crashes at a random moment before the next ones: the
//! time from there to the next leader is what is measured. Nothing that the followers answer reaches the leader, or it
//! would make their logs alike.

use crate::kernel::data::random::{below, draw};
use crate::kernel::{
    Action, DynWorld, Fate, LinkChange, MS, MessageId, NodeId, Options, Pick, SECOND, Selector, Setup, Time, Trace,
    Which, show_time,
};
use crate::protocols;

/// A trial ends here, leader or not; in virtual microseconds.
pub const CUT: Time = 10 * SECOND;

/// A set-up to be measured.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// What it is called.
    pub name: &'static str,
    /// Which plot it belongs to.
    pub group: &'static str,
    /// The least and the most election timeout, in virtual microseconds.
    pub timeout: (Time, Time),
    /// The latency of one way, in virtual microseconds.
    pub latency: (Time, Time),
    /// How long a server writes its vote to its disk before it answers, in virtual microseconds.
    pub write: Time,
    /// Servers that crash, the leader among them.
    pub failures: usize,
    /// Whether logs have different lengths, and the leader crashes at a random moment between its heartbeats.
    pub hard: bool,
    /// What the paper or the thesis says.
    pub paper: &'static str,
}

const RANDOMNESS: &str = "Figure 16, above: how much randomness";
const LENGTH: &str = "Figure 16, below: how long the timeout";
const WAN: &str = "Wide-area network";

/// A message takes 2 to 3.5 ms and a vote's way to the disk 9.5 ms, so that a broadcast and its answers take about 15 ms:
/// §5.6 says that most of that is the time of the storage.
const fn figure_16(name: &'static str, group: &'static str, lo: Time, hi: Time, paper: &'static str) -> Course {
    let (timeout, latency) = ((lo * MS, hi * MS), (2 * MS, 3_500));
    Course { name, group, timeout, latency, write: 9_500, failures: 1, hard: true, paper }
}

const fn wan(name: &'static str, failures: usize, paper: &'static str) -> Course {
    let (timeout, latency) = ((300 * MS, 600 * MS), (30 * MS, 40 * MS));
    Course { name, group: WAN, timeout, latency, write: 0, failures, hard: false, paper }
}

/// All that is measured.
pub const COURSES: [Course; 13] = [
    figure_16("150–150 ms", RANDOMNESS, 150, 150, "over 10 s, by many split votes"),
    figure_16("150–151 ms", RANDOMNESS, 150, 151, ""),
    figure_16("150–155 ms", RANDOMNESS, 150, 155, "median 287 ms"),
    figure_16("150–175 ms", RANDOMNESS, 150, 175, ""),
    figure_16("150–200 ms", RANDOMNESS, 150, 200, "worst 513 ms"),
    figure_16("150–300 ms", RANDOMNESS, 150, 300, ""),
    figure_16("12–24 ms", LENGTH, 12, 24, "mean 35 ms, worst 152 ms"),
    figure_16("25–50 ms", LENGTH, 25, 50, ""),
    figure_16("50–100 ms", LENGTH, 50, 100, ""),
    figure_16("100–200 ms", LENGTH, 100, 200, ""),
    figure_16("150–300 ms", LENGTH, 150, 300, "advised"),
    wan("one of five fails", 1, "mean about 475 ms, 99.9 % under 1.5 s"),
    wan("two of five fail", 2, "mean about 650 ms, under 3 s"),
];

/// A world of Raft in which nothing but elections happens. Errors: a sentence, where this build has no Raft.
pub(super) fn world(setup: &Setup, latency: (Time, Time), trace: &mut Trace) -> Result<DynWorld, String> {
    let entry = protocols::find("raft").ok_or("this build has no Raft")?;
    let mut world = (entry.open)(setup, trace)?;
    let change = LinkChange { latency: Some(latency), loss: Some(0), ..LinkChange::default() };
    world.act(&Action::Network { link: None, change }, trace)?;
    Ok(world)
}

/// The options that make elections what §5.2 says, with these timeouts.
pub(super) fn options(timeout: (Time, Time)) -> Options {
    let mut options = Options::default();
    options.set("election-timeout", 0, &format!("{}..{}", show_time(timeout.0), show_time(timeout.1)));
    // Half the least timeout, as in §9.3.
    options.set("heartbeat", 0, &show_time(timeout.0 / 2));
    options.set("no-op", 0, "off");
    options
}

fn node(number: usize) -> Selector {
    Selector::Node(NodeId::replica(number))
}

/// One trial: how long there is no leader, in virtual microseconds, at most [`CUT`]. Errors: a sentence.
pub fn trial(course: &Course, seed: u64) -> Result<Time, String> {
    let disk = |number: usize| {
        let log = vec!["1"; 7 - number].join(",");
        (NodeId::replica(number), vec![("term".to_string(), "1".to_string()), ("log".to_string(), log)])
    };
    let disks = if course.hard { (1..=5).map(disk).collect() } else { Vec::new() };
    let setup = Setup { replicas: 5, seed, options: options(course.timeout), disks, ..Setup::default() };
    let trace = &mut Trace::kept();
    let mut world = world(&setup, course.latency, trace)?;
    elect_first(&mut world, trace)?;
    let within = if course.hard { course.timeout.0 / 2 } else { 1 };
    let crash = world.now() + below(draw(seed, 0xf16, 1), within);
    until(&mut world, crash, trace);
    for number in 1..=course.failures {
        world.act(&Action::Crash(node(number)), trace)?;
    }
    while world.leader().is_none() && world.peek().is_some_and(|due| due < crash + CUT) {
        let sent = trace.messages.len();
        world.step(trace);
        delay_votes(&mut world, sent, course.write, trace)?;
    }
    Ok(if world.leader().is_some() { world.now() - crash } else { CUT })
}

/// Votes that have just been sent are under way for as long as the writing took, too.
fn delay_votes(world: &mut DynWorld, sent: usize, by: Time, trace: &mut Trace) -> Result<(), String> {
    for place in sent..if by == 0 { sent } else { trace.messages.len() } {
        let Some(message) = trace.messages.get(place).filter(|message| message.fate == Fate::Flying) else { continue };
        if world.descriptor().messages[message.kind as usize].name == "vote" {
            world.act(&Action::Delay { pick: Pick::Id(MessageId(place as u32 + 1)), by }, trace)?;
        }
    }
    Ok(())
}

fn until(world: &mut DynWorld, time: Time, trace: &mut Trace) {
    while world.peek().is_some_and(|due| due <= time) {
        world.step(trace);
    }
    world.advance(time);
}

/// Replica 1 is elected in no time, and its heartbeats are under way; no answer will come back to it.
fn elect_first(world: &mut DynWorld, trace: &mut Trace) -> Result<(), String> {
    let about = world.descriptor();
    let timer = about.timers.iter().position(|timer| timer.name == "election-timeout");
    let timer = timer.ok_or("Raft has no election-timeout")? as u8;
    world.act(&Action::Manual(true), trace)?;
    world.act(&Action::Fire { timer, about: None, node: node(1) }, trace)?;
    for name in ["request-vote", "vote"] {
        let kind = about.messages.iter().position(|message| message.name == name).map(|kind| kind as u8);
        let pick = Pick::Matching { which: Which::All, kind: Some(kind.ok_or(name)?), from: None, to: None };
        world.act(&Action::Deliver(pick), trace)?;
    }
    if world.leader() != Some(NodeId::replica(1)) {
        return Err("replica 1 was not elected".into());
    }
    for number in 2..=5 {
        world.act(&Action::Cut { from: node(number), to: node(1) }, trace)?;
    }
    world.act(&Action::Manual(false), trace)?;
    Ok(())
}

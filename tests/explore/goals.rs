//! Known bugs, and how soon a search finds them: states or steps of walks, seconds, bytes a state, steps of the schedule.

use consensus_playground::explorer::{Phase, Plan, Root, Search};
use consensus_playground::scenario::parse;

/// A bug: header, strategy, what is looked for, bounds, how many steps the schedule may have at most.
type Goal = (&'static str, &'static str, &'static str, &'static str, usize);

const QUICK: &[Goal] = &[
    ("raft\nreplicas 4\nset quorum-of-half on\nrequest put x 1", "breadth", "any", ELECTIONS, 6),
    ("raft\nreplicas 3\nset votes-of-any-term on", "swarm", "any", "", 12),
    ("pbft\nreplicas 4\nset no-commit-phase on", "swarm", "any", "", 40),
    // One liar more than is tolerated.
    ("pbft\nreplicas 4", "swarm", "agreement", "liars=2", 20),
    // Figure 8 of the paper, from blank disks.
    ("raft\nreplicas 3\nset commit-old-terms on\nrequest put x 1\nrequest put y 2 from c2", "swarm", "any", "", 22),
];

/// With `GOALS=all`, as `cargo xtask bench` has it.
const LONG: &[Goal] = &[
    ("two-phase-commit\nreplicas 3\nset decide-alone-on-timeout on\nrequest transaction a", "breadth", "any", "", 10),
    ("two-phase-commit\nreplicas 3\nset decision-not-durable on\nrequest transaction a", "breadth", "any", "", 12),
    (
        "two-phase-commit\nreplicas 4\nset cooperative on\nset vote-not-durable on\nrequest transaction a",
        "swarm",
        "any",
        "",
        40,
    ),
    ("two-phase-commit\nreplicas 3\nset always-abort on\nrequest transaction a", "breadth", "any", "", 12),
    ("raft\nreplicas 3\nset vote-not-durable on\nrequest put x 1", "breadth", "any", ELECTIONS, 8),
    ("raft\nreplicas 3\nset vote-without-log-check on\nrequest put x 1", "breadth", "any", TERMS, 9),
    ("raft\nreplicas 3\nset append-truncates-always on\nrequest put x 1\nrequest put y 2", "swarm", "any", "", 40),
    ("raft\nreplicas 3\nset read-without-round on\nrequest put x 1\nrequest get x from c2", "swarm", "any", "", 30),
    (
        "raft\nreplicas 3\nset reads read-index\nset read-without-own-entry on\nrequest put x 1\nrequest get x from c2",
        "swarm",
        "any",
        "",
        20,
    ),
    (
        "raft\nreplicas 3\nset reads read-index\nset any-answer-confirms on\nrequest put x 1\nrequest put x 2 from c2 to 2\nrequest get x from c3 to 1",
        "swarm",
        "any",
        "",
        40,
    ),
    ("pbft\nreplicas 4\nset no-re-proposal on", "swarm", "any", "", 60),
    ("pbft\nreplicas 4\nset digest-not-compared on\nbyzantine 1 silent", "swarm", "any", "", 40),
    ("pbft\nreplicas 4\nset weak-prepared on\nbyzantine 1 silent", "swarm", "any", "", 40),
    ("pbft\nreplicas 4\nset weak-committed on\nbyzantine 1 silent", "swarm", "any", "", 40),
    (
        "pbft\nreplicas 4\nset new-view-without-proof on\nset client-retry 200ms\nbyzantine 2 silent\nrequest put x 1\nrequest put y 2",
        "swarm",
        "any",
        "",
        60,
    ),
    ("paxos\nreplicas 4\nset half-quorum on", "swarm", "any", "", 8),
    ("paxos\nreplicas 4\nset phase-2-quorum 1\nset quorums-miss on", "swarm", "any", "", 12),
    ("tendermint\nreplicas 4\nset no-lock on", "swarm", "any", "liars=1", 80),
    ("tendermint\nreplicas 4\nset no-lock on", "swarm", "agreement", "twins=1 crashes=0", 90),
    ("epaxos\nreplicas 3\nset one-ballot on", "swarm", "any", "", 60),
];

/// With `GOALS=all`, too: what walks come across seldom.
const RARE: &[Goal] = &[
    // One more than is tolerated: here two that are two each.
    ("hotstuff\nreplicas 4", "swarm", "agreement", "twins=2 crashes=0", 70),
];

const ELECTIONS: &str = "timers=0 election-timeout=2 epochs=1 crashes=1";
const TERMS: &str = "timers=0 election-timeout=2 epochs=2 crashes=0";
/// After so many steps of walks it counts as not found; and where it is rare.
const MOST: u64 = 4_000_000;
const MOST_IF_RARE: u64 = 30_000_000;

#[allow(clippy::disallowed_types)] // a measurement needs the real time
fn measure(&(header, strategy, wanted, bounds, most): &Goal, walked: u64) -> Result<(), String> {
    let name = header.replace('\n', ", ");
    let scenario = parse(&format!("protocol {header}\n")).map_err(|why| format!("{name}: {why}"))?;
    let plan = Plan::read(&Root::of(&scenario), strategy, wanted, bounds).map_err(|why| format!("{name}: {why}"))?;
    let mut search = Search::new(&scenario, plan).map_err(|why| format!("{name}: {why}"))?;
    let (since, mut found) = (std::time::Instant::now(), None);
    let progress = loop {
        let progress = search.run_for(1_000);
        match progress.phase {
            Phase::Searching if progress.transitions > walked => break progress,
            Phase::Searching => {}
            Phase::Shrinking => {
                found.get_or_insert((since.elapsed(), progress));
            }
            _ => break progress,
        }
    };
    let all = since.elapsed().as_secs_f64();
    let (took, first) = found.map_or((all, progress), |(took, first)| (took.as_secs_f64(), first));
    let bytes = first.bytes / first.states.max(1);
    let steps = search.finding().map(|finding| finding.steps);
    println!(
        "{name}; {strategy} {bounds}: {} states or steps, found after {took:.2} s, shrunk after {all:.2} s, {bytes} bytes a state, {steps:?} steps",
        first.states
    );
    match steps {
        Some(steps) if steps <= most && search.refused() == 0 => Ok(()),
        _ => Err(format!("{name}: {steps:?} steps, {} refused, {progress:?}", search.refused())),
    }
}

#[test]
fn goals_are_met() {
    let (long, rare) = if std::env::var("GOALS").is_ok() { (LONG, RARE) } else { (&[][..], &[][..]) };
    let usual = QUICK.iter().chain(long).map(|goal| measure(goal, MOST));
    let all = usual.chain(rare.iter().map(|goal| measure(goal, MOST_IF_RARE)));
    let wrong: Vec<_> = all.filter_map(Result::err).collect();
    assert_eq!(wrong, Vec::<String>::new());
}

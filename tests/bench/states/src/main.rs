//! Our search beside stateright's: the states of the specification of two-phase commit (Gray, Lamport 2006) with 8 resource
//! managers, one thread each, in one process and one run. They take turns, so that what else the machine does meets each alike;
//! what counts is the median and the ratio.

#[path = "../../../explore/two_phase/specification.rs"]
mod specification;
mod theirs;

use std::time::Instant;

use consensus_playground::explorer::{Phase, Plan, Root, Search};
use consensus_playground::protocols;
use consensus_playground::scenario::parse;

/// How many resource managers, and how many states they have.
const MANAGERS: usize = 8;
const STATES: u64 = 1_745_408;
/// How often each is measured.
const ROUNDS: usize = 5;

/// How many states a search of ours meets, and how many bytes it takes for each at the end and at most.
fn ours(strategy: &str) -> (u64, u64) {
    let scenario = parse(&format!("protocol two-phase\nreplicas {}\n", MANAGERS + 1)).expect("it can be read");
    let bounds = "crashes=0 requests=0 duplicates=any timers=any";
    let plan = Plan::read(&Root::of(&scenario), strategy, "any", bounds).expect("it is a plan");
    let mut search = Search::new(&scenario, plan).expect("it can be opened");
    let mut most = 0;
    loop {
        let progress = search.run_for(10_000);
        most = most.max(progress.bytes);
        if progress.phase != Phase::Searching {
            return (progress.states, most / progress.states);
        }
    }
}

/// Something that counts states.
type Count = fn() -> (u64, u64);

fn main() {
    protocols::register::<specification::TwoPhase>();
    let all: [(&str, Count); 4] = [
        ("stateright, depth first", || (theirs::count(MANAGERS, theirs::Order::Depth), 0)),
        ("ours, depth first", || ours("depth")),
        ("stateright, breadth first", || (theirs::count(MANAGERS, theirs::Order::Breadth), 0)),
        ("ours, breadth first", || ours("breadth")),
    ];
    let mut times = all.map(|_| Vec::new());
    let mut bytes = [0; 4];
    for _ in 0..ROUNDS {
        for (place, (name, count)) in all.iter().enumerate() {
            let since = Instant::now();
            let (states, each) = count();
            times[place].push(since.elapsed().as_secs_f64());
            bytes[place] = each;
            assert_eq!(states, STATES, "{name}");
        }
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let times = times.each_mut().map(median);
    for (place, (name, _)) in all.iter().enumerate() {
        let rate = STATES as f64 / times[place] / 1e6;
        let each = if bytes[place] > 0 { format!(", {} bytes a state at most", bytes[place]) } else { String::new() };
        println!("{name}: {STATES} states in {:.2} s, {rate:.2} million a second{each}", times[place]);
    }
    println!("ours / stateright: {:.2} depth first, {:.2} breadth first", times[0] / times[1], times[2] / times[3]);
}

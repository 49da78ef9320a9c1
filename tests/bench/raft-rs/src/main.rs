//! Our Raft beside raft-rs, TiKV's: replicated entries a second with three servers, in one process and one run. The
//! rounds of all that is measured take turns, so that what else the machine does meets each alike; what counts is the
//! median and the ratio.

mod by_hand;
mod simulated;
mod theirs;

use std::process::ExitCode;
use std::time::Duration;

use cpu_time::ProcessTime;

/// How many servers.
const SERVERS: usize = 3;
/// How many entries are proposed before messages are exchanged, where they are proposed in batches.
const BATCH: usize = 64;
/// How much time on the processor a round takes, at least; the shorter, the better rounds can take turns.
const ROUND: Duration = Duration::from_millis(60);
/// How many rounds are taken of each, unless the command line says otherwise.
const ROUNDS: usize = 11;

/// Something that replicates entries.
trait Contender {
    /// Replicates at least so many more entries; gives how many it were.
    fn replicate(&mut self, entries: usize) -> usize;
}

/// Sets a cluster up with an elected leader, for so many entries on their way at a time.
type Make = fn(usize) -> Box<dyn Contender>;

/// What is measured: a name, whether entries are batched, how it is set up, and what each round came to.
struct Entrant {
    name: &'static str,
    batched: bool,
    make: Make,
    rates: Vec<f64>,
}

impl Entrant {
    /// How many entries are on their way at a time.
    fn batch(&self) -> usize {
        if self.batched { BATCH } else { 1 }
    }

    /// Its name, as `ours, by hand, 64 at a time`.
    fn title(&self) -> String {
        format!("{}, {} at a time", self.name, self.batch())
    }
}

fn entrants() -> Vec<Entrant> {
    let make: [(&'static str, Make); 4] = [
        ("raft-rs, by hand", |batch| Box::new(theirs::Cluster::new(batch, true))),
        ("raft-rs, by hand, commits wait for the next append", |batch| Box::new(theirs::Cluster::new(batch, false))),
        ("ours, by hand", |batch| Box::new(by_hand::Cluster::new(batch))),
        ("ours, simulated: clients, network, properties", |batch| Box::new(simulated::Simulation::new(batch))),
    ];
    let of = |batched: bool| make.map(|(name, make)| Entrant { name, batched, make, rates: Vec::new() });
    [false, true].into_iter().flat_map(of).collect()
}

/// One round with a fresh cluster: entries a second.
fn round(entrant: &Entrant) -> f64 {
    let mut cluster = (entrant.make)(entrant.batch());
    cluster.replicate(BATCH);
    let (start, mut entries) = (ProcessTime::now(), 0);
    while start.elapsed() < ROUND {
        entries += cluster.replicate(16 * BATCH);
    }
    entries as f64 / start.elapsed().as_secs_f64()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn main() -> ExitCode {
    let argument = std::env::args().nth(1);
    let only = std::env::args().nth(2);
    let rounds = match argument.as_deref().map(str::parse::<usize>) {
        None => ROUNDS,
        Some(Ok(rounds)) if rounds > 0 => rounds,
        _ => {
            eprintln!(
                "usage: beside-raft-rs [ROUNDS] [PART]: how many rounds; of those alone whose title has this part"
            );
            return ExitCode::from(2);
        }
    };
    let mut all = entrants();
    all.retain(|entrant| only.as_deref().is_none_or(|only| entrant.title().contains(only)));
    for _ in 0..rounds {
        for entrant in &mut all {
            let rate = round(entrant);
            entrant.rates.push(rate);
        }
    }
    println!("{SERVERS} servers, replicated entries a second, medians of {rounds} rounds that took turns");
    for batched in [false, true] {
        println!("{}", if batched { format!("{BATCH} entries at a time") } else { "one entry after the other".into() });
        let group = || all.iter().filter(move |entrant| entrant.batched == batched);
        let theirs = group().next().map_or(f64::NAN, |entrant| median(&entrant.rates));
        for Entrant { name, rates, .. } in group() {
            let rate = median(rates);
            println!("  {name:<52} {rate:>9.0}   {:>5.2} of raft-rs", rate / theirs);
        }
    }
    ExitCode::SUCCESS
}

//! What all sweeps have in common: how many seeds, several threads, and the first seed that fails.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// A whole number from the environment.
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// How many seeds a sweep takes: `SEEDS`, or else few, fewer still without optimisation.
pub fn seeds() -> u64 {
    setting("SEEDS", if cfg!(debug_assertions) { 60 } else { 400 })
}

/// The lowest seed below `most` for which there is something, and that. Seeds are shared out among threads; what is
/// found does not depend on how.
pub fn first<T: Send>(most: u64, look: impl Fn(u64) -> Option<T> + Sync) -> Option<(u64, T)> {
    let (next, bound) = (AtomicU64::new(0), AtomicU64::new(most));
    let worker = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= bound.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(found) = look(seed) {
                bound.fetch_min(seed, Ordering::Relaxed);
                return Some((seed, found));
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let found = workers.into_iter().filter_map(|worker| worker.join().expect("a sweep's thread panicked"));
        found.min_by_key(|(seed, _)| *seed)
    })
}

/// Every seed passes, or the lowest that does not is named with its reason.
pub fn all_pass<E: Send + std::fmt::Display>(most: u64, run: impl Fn(u64) -> Result<(), E> + Sync) {
    if let Some((seed, why)) = first(most, |seed| run(seed).err()) {
        panic!("seed {seed} of {most}: {why}");
    }
}

/// How often `look` finds each thing in the seeds below `most`.
pub fn tally<K: Ord + Send>(most: u64, look: impl Fn(u64) -> Vec<K> + Sync) -> BTreeMap<K, u64> {
    let counts = Mutex::new(BTreeMap::new());
    all_pass(most, |seed| {
        let found = look(seed);
        let mut counts = counts.lock().map_err(|_| "another seed panicked")?;
        found.into_iter().for_each(|key| *counts.entry(key).or_insert(0) += 1);
        Ok::<_, &str>(())
    });
    counts.into_inner().expect("a sweep's thread panicked")
}

#[test]
fn whatever_is_found_is_counted() {
    let counts = tally(100, |seed| vec![seed % 3, 7]);
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), [(0, 34), (1, 33), (2, 33), (7, 100)]);
}

#[test]
fn the_first_seed_is_found_whoever_looks() {
    assert_eq!(first(1_000, |seed| (seed % 100 == 77).then_some(seed * 2)), Some((77, 154)));
    assert_eq!(first(77, |seed| (seed == 77).then_some(())), None);
}

//! Seeds shared out among threads, and the first one that shows something.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// A whole number from the environment.
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
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

#[test]
fn the_first_seed_is_found_whoever_looks() {
    assert_eq!(first(1_000, |seed| (seed % 100 == 77).then_some(seed * 2)), Some((77, 154)));
    assert_eq!(first(77, |seed| (seed == 77).then_some(())), None);
}

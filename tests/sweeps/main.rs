//! Many seeds of random trouble for every protocol. `SEEDS` says how many; without it 60 in debug mode, 400 in release mode.

mod restaurant_vote;

/// Runs a sweep over the seeds and tells of the first one that fails.
fn sweep(run: impl Fn(u64) -> Result<(), String>) {
    let default = if cfg!(debug_assertions) { 60 } else { 400 };
    let seeds = std::env::var("SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    for seed in 0..seeds {
        if let Err(why) = run(seed) {
            panic!("seed {seed}: {why}");
        }
    }
}

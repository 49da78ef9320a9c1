//! Coverage-guided fuzzing of scenarios and links, for a stated time. Finds are kept below `target/fuzz/finds`, and as
//! tests in `tests/core/finds.rs` once they are mended.

use std::fs;

use anyhow::{Context as _, Result};
use xshell::cmd;

use crate::context::Context;
use crate::step::step;
use crate::tools;

/// The version of cargo-fuzz that is installed below `target/tools`.
const CARGO_FUZZ: &str = "0.13.2";
/// What is fuzzed: the targets of `fuzz/`.
const TARGETS: [&str; 3] = ["scenario", "arrive", "acts"];

/// Fuzzes each target so many seconds, from the scenarios of the gallery on, and acts and links in Node as long.
///
/// # Errors
/// When something was found, or cargo-fuzz can't be had.
pub fn run(ctx: &Context, seconds: u32) -> Result<()> {
    step("cargo-fuzz", |bar| tools::ensure_tool(ctx, bar, "cargo-fuzz", "cargo-fuzz", CARGO_FUZZ))?;
    tools::tidy(ctx)?;
    let sh = &ctx.shell;
    let kept = ctx.root.join("target/fuzz");
    let finds = kept.join("finds");
    fs::create_dir_all(&finds)?;
    let dictionary = kept.join("scenario.dict");
    fs::write(&dictionary, cmd!(sh, "cargo run --quiet --release -- dictionary").read()?)?;
    for target in TARGETS {
        println!("\n── fuzzing: {target}, {seconds} s");
        let corpus = kept.join("corpus").join(target);
        fs::create_dir_all(&corpus)?;
        // cargo-fuzz asks rustc for coverage, which a stable compiler gives when it is told to take itself for a nightly one.
        cmd!(sh, "cargo fuzz run --sanitizer none {target} {corpus} tests/scenarios -- -max_len=3000 -timeout=20 -rss_limit_mb=1024 -verbosity=0 -print_final_stats=1")
            .arg(format!("-dict={}", dictionary.display()))
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/{target}-", finds.display()))
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", &kept)
            .quiet()
            .run()
            .with_context(|| format!("fuzzing {target} found something: see {}", finds.display()))?;
    }
    println!("\n── fuzzing: acts in wasm, {seconds} s");
    cmd!(sh, "node tests/bench/fuzz-acts.mjs").arg(seconds.to_string()).quiet().run()?;
    println!("\n── fuzzing: links, {seconds} s");
    cmd!(sh, "node tests/bench/fuzz-links.mjs").arg(seconds.to_string()).quiet().run()?;
    Ok(())
}

//! `cargo xtask bench`: how fast it is. Adding a measurement is adding a line.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use xshell::{Cmd, cmd};

use crate::context::Context;
use crate::setup::{self, Purpose};
use crate::step::step;
use crate::{browser, build, fuzz, package, python, tools};

/// How many seconds each target is fuzzed.
const FUZZING: u32 = 120;

/// How many seeds the swarm takes here, shared out among the protocols, unless `SEEDS` says otherwise.
const SEEDS: &str = "100000";

/// What is measured, by name.
fn measurements(ctx: &Context) -> Vec<(&'static str, Cmd<'_>)> {
    let sh = &ctx.shell;
    let chrome = browser::find(ctx).unwrap_or_default();
    let fresh = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()).to_string();
    let seeds = std::env::var("SEEDS").unwrap_or_else(|_| SEEDS.into());
    vec![
        ("native", cmd!(sh, "cargo run --quiet --release -- bench")),
        (
            "Raft beside raft-rs",
            cmd!(sh, "cargo run --quiet --release --manifest-path tests/bench/raft-rs/Cargo.toml")
                .args(["--target-dir", "target/raft-rs"]),
        ),
        (
            "the search beside stateright",
            cmd!(sh, "cargo run --quiet --release --manifest-path tests/bench/states/Cargo.toml")
                .args(["--target-dir", "target/states"]),
        ),
        ("the search in wasm", cmd!(sh, "node tests/bench/states.mjs")),
        ("wasm in Node", cmd!(sh, "node tests/bench/wasm.mjs")),
        ("a hundred replicas in wasm", cmd!(sh, "node tests/bench/replicas.mjs")),
        ("trials of the vote in wasm", cmd!(sh, "node tests/bench/vote.mjs")),
        ("wasm in Chromium", cmd!(sh, "node tests/bench/browser.mjs").env("CHROME", &chrome)),
        ("challenge in Chromium", cmd!(sh, "node tests/bench/challenge.mjs").env("CHROME", &chrome)),
        (
            "the page's pace while code attacks its sandbox, by the clock",
            cmd!(sh, "node www/node_modules/@playwright/test/cli.js test --config tests/browser/playwright.config.mjs")
                .args(["sandbox.spec.mjs", "--grep", "attacks", "--workers", "1"])
                .env("PACE", "1")
                .env("CHROME", &chrome),
        ),
        (
            "a minute of random clicking and typing, tame and wild, each",
            cmd!(sh, "node www/node_modules/@playwright/test/cli.js test --config tests/browser/playwright.config.mjs")
                .args(["monkey.spec.mjs", "--workers", "1"])
                .env("MONKEY_SEED", "3")
                .env("CHROME", &chrome),
        ),
        (
            "every scenario on the page, opened, linked and guessed at; every lesson, the whole page by keys, code that is stuck",
            cmd!(sh, "node www/node_modules/@playwright/test/cli.js test --config tests/browser/playwright.config.mjs")
                .args(["--grep", "come back from a link|a right guess|keeps its size|lists its scenarios|nothing is asked|keys alone|without a finding|accessibility tree|by touch|without JavaScript|is stuck|reach of the keys"])
                .env("EVERY", "1")
                .env("CHROME", &chrome),
        ),
        (
            "the package in all bundlers",
            cmd!(sh, "node --test --test-reporter=spec tests/package/pages.mjs").env("EVERY", "1").env("CHROME", &chrome),
        ),
        (
            "where the playground runs, in Chromium, Firefox and WebKit",
            cmd!(sh, "node tests/bench/matrix.mjs").env("CHROME", &chrome),
        ),
        (
            "the page in Chromium, Firefox and WebKit",
            cmd!(sh, "node --test --test-reporter=spec tests/browsers/smoke.mjs").env("CHROME", &chrome),
        ),
        ("packages for learning platforms", cmd!(sh, "cargo xtask scorm")),
        (
            "the challenge and a lesson solved in a learning platform",
            cmd!(sh, "node --test --test-reporter=spec tests/package/scorm.mjs").env("CHROME", &chrome),
        ),
        ("a language model votes", cmd!(sh, "node tests/bench/model.mjs")),
        ("elections, split votes and messages beside the papers", cmd!(sh, "cargo run --quiet --release -- lab")),
        (
            "every bug switch, and what catches it",
            cmd!(sh, "cargo test --profile sweep --test swarm bugs:: -- --nocapture").env("BUG_SEEDS", "10000"),
        ),
        (
            "what holds of any input, with inputs that were never drawn before",
            cmd!(sh, "cargo test --profile sweep --lib --test core --test gossip_rounds --")
                .args(["bad_input", "persistent", "in_order", "checker", "merging"])
                .env("PROPTEST_RNG_SEED", fresh),
        ),
        (
            "random positions in runs with random faults, against straight runs",
            cmd!(sh, "cargo test --profile sweep --test core random_faults -- --nocapture").env("POSITIONS", "1000"),
        ),
        (
            "states of the shipped two-phase commit, and of the specification",
            cmd!(sh, "cargo test --profile sweep --test explore states -- --nocapture").env("STATES", "all"),
        ),
        (
            "known bugs, and how soon a search finds them",
            cmd!(sh, "cargo test --profile sweep --test explore goals -- --nocapture").env("GOALS", "all"),
        ),
        ("the page while it searches", cmd!(sh, "node tests/bench/searching.mjs").env("CHROME", &chrome)),
        ("known bugs, and how soon a search in wasm finds them", cmd!(sh, "node tests/bench/goals.mjs")),
        (
            "fifty random failing runs made shorter",
            cmd!(sh, "cargo test --profile sweep --test swarm shrunk -- --nocapture").env("SHRINK", "50"),
        ),
        ("frames", cmd!(sh, "node tests/bench/frames.mjs").env("CHROME", &chrome)),
        ("a key in the scenario editor", cmd!(sh, "node tests/bench/editor.mjs").env("CHROME", &chrome)),
        (
            "a thousand replicas and a million events in the page",
            cmd!(sh, "node tests/bench/large.mjs").env("CHROME", chrome),
        ),
        (
            "the swarm, all seeds",
            cmd!(sh, "cargo test --profile sweep --test swarm what_is_promised -- --nocapture").env("SEEDS", &seeds),
        ),
        (
            "the swarm with as many liars as are tolerated, of every kind",
            cmd!(sh, "cargo test --profile sweep --test swarm as_many_liars -- --nocapture").env("LIARS", "2800"),
        ),
        (
            "honey bees, ten thousand swarms of each kind",
            cmd!(sh, "cargo test --profile sweep --test bees -- --nocapture").env("RUNS", "10000"),
        ),
        (
            "twins: every partition for two rounds, in two sets for three, random ones for four",
            cmd!(sh, "cargo test --profile sweep --test twins -- --nocapture").env("TWINS", "all").env("SWITCHES", "10816"),
        ),
        (
            "an operator of Raft, and the vote in a closed loop, all seeds",
            cmd!(sh, "cargo test --profile sweep --test raft_paper --test closed_loop -- --nocapture")
                .env("SEEDS", &seeds),
        ),
        (
            "the newer protocols beside the papers, all seeds",
            cmd!(
                sh,
                "cargo test --profile sweep --test paxos_paper --test ben_or_sweep --test nakamoto --test register_paper --test multi_paxos_paper --test tendermint_paper --test flexible_paper --test robust_aggregation -- --nocapture"
            )
            .env("SEEDS", seeds),
        ),
        (
            "Ben-Or's rounds beside the exact values",
            cmd!(sh, "cargo test --profile sweep --test ben_or_rounds -- --nocapture").env("ROUNDS", "1000000"),
        ),
    ]
}

/// Sets up, builds the wasm, and runs each measurement, or those only whose name contains a text.
///
/// # Errors
/// Those of the first that failed; a text that is in no name is one.
pub fn run(ctx: &Context, only: Option<&str>) -> Result<()> {
    let wanted = |name: &str| only.is_none_or(|part| name.contains(part));
    let names: Vec<_> = measurements(ctx).into_iter().map(|(name, _)| name).collect();
    ensure!(names.iter().any(|name| wanted(name)), "no measurement is named so; there are:\n{}", names.join("\n"));
    setup::run(ctx, Purpose::Test)?;
    build::wasm(ctx)?;
    build::site(ctx)?;
    build::page_of_another_crate(ctx)?;
    build::engine_with_two_phase(ctx)?;
    if only.is_none() {
        step("WebKit", |bar| Ok(browser::ensure_webkit(ctx, bar)))?;
        package::run(ctx)?;
        crates(ctx)?;
        python::run(ctx)?;
        println!("\n── the playground in pages of Sphinx, VitePress, mdBook and marimo");
        python::hosts(ctx)?;
    }
    for (name, cmd) in measurements(ctx).into_iter().filter(|(name, _)| wanted(name)) {
        println!("\n── {name}");
        cmd.quiet().run().with_context(|| format!("the measurement that failed is: {name}"))?;
    }
    if only.is_none() { fuzz::run(ctx, FUZZING) } else { Ok(()) }
}

/// Holds the crates' licences, versions and sources to `deny.toml`.
fn crates(ctx: &Context) -> Result<()> {
    let version = &ctx.settings.tools.cargo_deny;
    step("cargo-deny", |bar| tools::ensure_tool(ctx, bar, "cargo-deny", "cargo-deny", version))?;
    tools::tidy(ctx)?;
    println!("\n── licences, versions and sources of the crates");
    cmd!(ctx.shell, "cargo deny --locked check licenses bans sources").quiet().run()?;
    Ok(())
}

//! `cargo xtask test`: every check there is, in the order in which a mistake shows soonest.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use xshell::{Cmd, cmd};

use crate::context::Context;
use crate::setup::{self, Purpose};
use crate::step::{run_streamed, seconds};
use crate::tally::Tally;
use crate::{browser, build, package};

/// Sets up and runs every check; stops at the first that fails.
///
/// # Errors
/// Names the check that failed.
pub fn run(ctx: &Context) -> Result<()> {
    let mut report = Report::default();
    let outcome = checks(ctx, &mut report);
    report.print(outcome.is_err());
    outcome
}

fn checks(ctx: &Context, report: &mut Report) -> Result<()> {
    report.check("set-up", || setup::run(ctx, Purpose::Test))?;
    rust_checks(ctx, report)?;
    report.check("site and budgets", || build::run(ctx))?;
    report.check("page of another crate", || build::page_of_another_crate(ctx))?;
    report.check("npm package", || package::run(ctx))?;
    page_checks(ctx, report)
}

fn rust_checks(ctx: &Context, report: &mut Report) -> Result<()> {
    let sh = &ctx.shell;
    report.run("rustfmt", cmd!(sh, "cargo fmt --all --check"))?;
    report.run("clippy", cmd!(sh, "cargo clippy --workspace --all-targets -- -D warnings"))?;
    let wasm = "wasm32-unknown-unknown";
    report.run("clippy for wasm", cmd!(sh, "cargo clippy --all-targets --target {wasm} -- -D warnings"))?;
    report.run("native and doc tests", cmd!(sh, "cargo test --profile sweep --workspace"))?;
    let settings = browser::driver_settings(ctx)?;
    for browser in &ctx.settings.test.browsers {
        let test = cmd!(sh, "wasm-pack test --headless --{browser}").env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &settings);
        report.run(&format!("wasm tests in {browser}"), test)?;
    }
    Ok(())
}

fn page_checks(ctx: &Context, report: &mut Report) -> Result<()> {
    let sh = &ctx.shell;
    let _in_www = sh.push_dir(ctx.root.join("www"));
    report.run("TypeScript", cmd!(sh, "node node_modules/typescript/bin/tsc --noEmit"))?;
    report.run("ESLint", cmd!(sh, "node node_modules/eslint/bin/eslint.js ."))?;
    let prettier = cmd!(sh, "node node_modules/prettier/bin/prettier.cjs --config .prettierrc.json --check");
    report.run("Prettier", prettier.args([".", "../tests/**/*.{mjs,json}", "!../tests/**/target/**"]))?;
    let node_tests: Vec<_> = sh.read_dir(ctx.root.join("tests/node"))?;
    let node_tests = node_tests.iter().filter(|path| path.extension().is_some_and(|extension| extension == "mjs"));
    report.run("tests in Node", cmd!(sh, "node --test --test-reporter=spec").args(node_tests))?;
    // One after the other: each packs the package anew.
    for (name, file) in
        [("the package in Node", "node"), ("the package in pages", "pages"), ("the element as a guest", "guest")]
    {
        let file = ctx.root.join(format!("tests/package/{file}.mjs"));
        let chrome = browser::find_headless(ctx).context("the browser is gone")?;
        report.run(name, cmd!(sh, "node --test --test-reporter=spec {file}").env("CHROME", chrome))?;
    }
    if browser::find_firefox(ctx).is_some() {
        let file = ctx.root.join("tests/browsers/smoke.mjs");
        let smoke = cmd!(sh, "node --test --test-reporter=spec {file}").env("BROWSERS", "firefox");
        report.run("the page in Firefox", smoke)?;
    }
    let config = ctx.root.join("tests/browser/playwright.config.mjs");
    let page = cmd!(sh, "node node_modules/@playwright/test/cli.js test --config {config}")
        .env("CHROME", browser::find_headless(ctx).context("the browser is gone")?)
        .env("SITE_PORT", free_port()?.to_string());
    report.run("the page in a browser", page)
}

/// A port that nobody listens on just now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Each check's name and time, and the tests counted.
#[derive(Default)]
struct Report {
    rows: Vec<(String, Duration)>,
    tally: Tally,
}

impl Report {
    fn run(&mut self, name: &str, cmd: Cmd<'_>) -> Result<()> {
        let mut tally = Tally::default();
        let outcome = self.check(name, || run_streamed(cmd, |line| tally.read(line)));
        self.tally += tally;
        outcome
    }

    fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n── {name}");
        let started = Instant::now();
        let outcome = work();
        self.rows.push((name.to_owned(), started.elapsed()));
        outcome.map_err(|error| anyhow!("the check that failed is: {name}\n{error:#}"))
    }

    /// The table, and alone on the last line the count. What fails without a test's failing, a lint say, counts as one.
    fn print(&mut self, failed: bool) {
        println!();
        let last = self.rows.len().saturating_sub(1);
        for (row, (name, time)) in self.rows.iter().enumerate() {
            let mark = if failed && row == last { '✗' } else { '✓' };
            println!("{mark} {name:<24} {:>12}", seconds(*time));
        }
        let total = self.rows.iter().map(|(_, time)| *time).sum();
        println!("  {:<24} {:>12}\n", "all", seconds(total));
        if failed && self.tally.failed == 0 {
            self.tally.failed = 1;
        }
        if self.tally.flaky > 0 {
            println!("{} of them failed at first, and passed when run again: see `flaky` above", self.tally.flaky);
        }
        println!("{} passed, {} failed", self.tally.passed, self.tally.failed);
    }
}

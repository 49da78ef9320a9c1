//! `cargo xtask setup`: everything that building and testing need. Each step looks before it works, so a second run takes a second.

use std::fs::File;

use anyhow::{Context as _, Result};

use crate::context::Context;
use crate::step::step;
use crate::{browser, build, node, tools, wasm_target};

/// What the set-up is for: serving the page needs neither a browser to test in nor wasm-pack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Building and serving.
    Build,
    /// That, and testing.
    Test,
}

/// Sets up whatever is missing.
///
/// # Errors
/// Those of the first step that failed.
pub fn run(ctx: &Context, purpose: Purpose) -> Result<()> {
    let lock = File::create(ctx.kept("lock")?)?;
    lock.lock().context("another set-up holds target/setup/lock")?;
    step("Rust", |_| tools::ensure_components(ctx))?;
    step("wasm32 target", |bar| wasm_target::ensure_target(ctx, bar))?;
    if purpose == Purpose::Build {
        build::begin(ctx)?;
    }
    step("npm packages", |bar| node::ensure_packages(ctx, bar))?;
    if purpose == Purpose::Test {
        step("wasm-pack", |bar| tools::ensure_wasm_pack(ctx, bar))?;
        step("wasm-bindgen", |bar| tools::ensure_wasm_bindgen(ctx, bar))?;
        step("browser", |bar| browser::ensure_browser(ctx, bar))?;
        step("Firefox", |bar| browser::ensure_firefox(ctx, bar))?;
        tools::tidy(ctx)?;
    }
    Ok(())
}

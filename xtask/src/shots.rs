//! `cargo xtask shots`: pictures of the page, to be looked at.

use anyhow::{Context as _, Result};
use xshell::cmd;

use crate::context::Context;
use crate::setup::{self, Purpose};
use crate::{browser, build};

/// Sets up, builds, and takes the pictures into `target/shots`; `only` keeps those whose name contains it.
///
/// # Errors
/// When set-up, build or browser fail.
pub fn run(ctx: &Context, only: Option<&str>) -> Result<()> {
    setup::run(ctx, Purpose::Test)?;
    build::run(ctx)?;
    let browser = browser::find(ctx).context("the browser is gone")?;
    cmd!(ctx.shell, "node tests/browser/shots.mjs {only...}").env("CHROME", browser).quiet().run()?;
    Ok(())
}

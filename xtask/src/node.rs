//! Node and the page's npm packages.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use indicatif::ProgressBar;
use xshell::cmd;

use crate::context::Context;
use crate::step::{announce, run_logged};

/// The oldest Node that the page is built and tested with.
const OLDEST: u32 = 20;

/// Makes sure that `www/node_modules` is what `package-lock.json` says.
///
/// # Errors
/// When Node is missing or too old, or `npm ci` fails.
pub fn ensure_packages(ctx: &Context, bar: &ProgressBar) -> Result<String> {
    let version = cmd!(ctx.shell, "node --version").quiet().read().context("Node.js is not on the PATH")?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    ensure!(major.is_some_and(|major| major >= OLDEST), "Node {version} is too old: {OLDEST} is the least");
    let www = ctx.root.join("www");
    let lock = fs::read_to_string(www.join("package-lock.json")).context("www/package-lock.json can't be read")?;
    // Inside node_modules, and written last: `npm ci` begins by deleting the folder, so a stamp vouches for a finished one.
    let stamp = www.join("node_modules/.set-up");
    let wanted = format!("{version}\n{lock}");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(format!("as locked, Node {version}"));
    }
    announce(bar, "npm ci");
    let _in_www = ctx.shell.push_dir(&www);
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let install = cmd!(ctx.shell, "{npm} ci --no-audit --no-fund --loglevel=http");
    run_logged(bar, &ctx.kept("npm.log")?, install)?;
    fs::write(&stamp, wanted)?;
    Ok(format!("just installed, Node {version}"))
}

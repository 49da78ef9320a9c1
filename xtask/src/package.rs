//! `cargo xtask package`: the npm package, ready to be packed, in `target/package/`.

use std::fs;

use anyhow::{Context as _, Result};
use xshell::cmd;

use crate::context::Context;
use crate::step::{run_logged, step};

/// Where the package is written to, from the repository's top.
pub const PACKAGE: &str = "target/package";

/// Writes the package out of the built wasm and the built site.
///
/// # Errors
/// When Vite fails.
pub fn run(ctx: &Context) -> Result<()> {
    let vite = ctx.root.join("www/node_modules/vite/bin/vite.js");
    step("npm package", |bar| {
        let _in_package = ctx.shell.push_dir(ctx.root.join("www/package"));
        // The first empties the folder.
        for mode in ["element", "multi"] {
            let log = ctx.kept(&format!("vite-package-{mode}.log"))?;
            run_logged(bar, &log, cmd!(ctx.shell, "node {vite} build --mode {mode}"))?;
        }
        let element = fs::metadata(ctx.root.join(PACKAGE).join("element.js")).context("Vite left no element")?;
        Ok(format!("{PACKAGE}/, whose element.js has {} bytes", element.len()))
    })
}

//! `cargo xtask serve`: the page on this machine's loopback.

use std::io::IsTerminal as _;
use std::net::TcpListener;
use std::{env, io};

use anyhow::{Context as _, Result};
use xshell::cmd;

use crate::build;
use crate::context::Context;
use crate::setup::{self, Purpose};

/// How to serve.
pub struct Options {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// Whether to open the person's browser.
    pub open: bool,
    /// Serve the sources and reload the page where they change, instead of serving `dist/`.
    pub live: bool,
}

/// Sets up, builds, and serves until it is stopped.
///
/// # Errors
/// When the port is taken, or set-up, build or server fail.
pub fn run(ctx: &Context, options: &Options) -> Result<()> {
    let port = options.port;
    // Before the minutes of a first set-up, not after.
    drop(
        TcpListener::bind(("127.0.0.1", port))
            .with_context(|| format!("port {port} can't be served; `cargo xtask serve --port 8081` takes another"))?,
    );
    setup::run(ctx, Purpose::Build)?;
    build::wasm_soon(ctx)?;
    if !options.live {
        build::site(ctx)?;
    }

    println!("\nConsensus Playground: http://localhost:{port}   (Ctrl-C stops it)\n");
    let vite = ctx.root.join("www/node_modules/vite/bin/vite.js");
    let command = if options.live { "dev" } else { "preview" };
    let _in_www = ctx.shell.push_dir(ctx.root.join("www/site"));
    let port = port.to_string();
    let open = (options.open && can_open()).then_some("--open");
    cmd!(ctx.shell, "node {vite} {command} --port {port} --strictPort --logLevel warn {open...}").quiet().run()?;
    Ok(())
}

/// Whether somebody sits here who could see a browser open.
fn can_open() -> bool {
    let screen =
        !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
    screen && env::var_os("CI").is_none() && io::stdout().is_terminal()
}

//! The Rust tools that cargo installs for us below `target/tools`: for the tests wasm-pack, and the wasm-bindgen that it calls.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use indicatif::ProgressBar;
use xshell::cmd;

use crate::context::Context;
use crate::step::{announce, run_logged};

/// Where the tools are compiled: in one folder, as they have crates in common.
const BUILD: &str = "tools-build";

/// Takes away what compiling the tools left.
///
/// # Errors
/// When set-up has no folder.
pub fn tidy(ctx: &Context) -> Result<()> {
    fs::remove_dir_all(ctx.kept(BUILD)?).ok();
    Ok(())
}

/// Makes sure that rustfmt and clippy are there; rustup brings them by default.
///
/// # Errors
/// When one is missing.
pub fn ensure_components(ctx: &Context) -> Result<String> {
    for (tool, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        let program = tool.trim_start_matches("cargo-");
        let works = cmd!(ctx.shell, "cargo {program} --version").quiet().ignore_stderr().read().is_ok();
        ensure!(works, "`cargo {program}` doesn't work: `rustup component add {component}` installs it");
    }
    cmd!(ctx.shell, "rustc --version").quiet().read().context("rustc can't be started")
}

/// Makes sure that wasm-pack is there, in the version that `wasm-pack.toml` names.
///
/// # Errors
/// When cargo can't install it.
pub fn ensure_wasm_pack(ctx: &Context, bar: &ProgressBar) -> Result<String> {
    ensure_tool(ctx, bar, "wasm-pack", "wasm-pack", &ctx.settings.tools.wasm_pack)
}

/// Makes sure that the wasm-bindgen command is there, in the crate's own version: the two must agree to the digit.
///
/// # Errors
/// When `Cargo.lock` names no wasm-bindgen, or cargo can't install it.
pub fn ensure_wasm_bindgen(ctx: &Context, bar: &ProgressBar) -> Result<String> {
    let version = locked_version(ctx, "wasm-bindgen")?;
    ensure_tool(ctx, bar, "wasm-bindgen-cli", "wasm-bindgen-test-runner", &version)?;
    ensure_tool(ctx, bar, "wasm-bindgen-cli", "wasm-bindgen", &version)
}

/// The version of a package in `Cargo.lock`.
///
/// # Errors
/// When the file can't be read or doesn't name the package.
pub fn locked_version(ctx: &Context, package: &str) -> Result<String> {
    let text = fs::read_to_string(ctx.root.join("Cargo.lock")).context("Cargo.lock can't be read")?;
    let lock: toml::Table = toml::from_str(&text).context("Cargo.lock is no TOML")?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock names no packages")?;
    let found = packages.iter().find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package));
    let version = found.and_then(|entry| entry.get("version")).and_then(toml::Value::as_str);
    Ok(version.with_context(|| format!("Cargo.lock doesn't name {package}"))?.to_owned())
}

/// Looks for `program` of exactly this version on our PATH, else installs its package. A broken or older one is replaced.
///
/// # Errors
/// When cargo can't install it.
pub fn ensure_tool(ctx: &Context, bar: &ProgressBar, package: &str, program: &str, version: &str) -> Result<String> {
    ensure(ctx, bar, package, program, version, &[])
}

/// The same without the package's features.
///
/// # Errors
/// When cargo can't install it.
pub fn ensure_slim_tool(
    ctx: &Context,
    bar: &ProgressBar,
    package: &str,
    program: &str,
    version: &str,
) -> Result<String> {
    ensure(ctx, bar, package, program, version, &["--no-default-features"])
}

fn ensure(
    ctx: &Context,
    bar: &ProgressBar,
    package: &str,
    program: &str,
    version: &str,
    features: &[&str],
) -> Result<String> {
    let present = || {
        let said = cmd!(ctx.shell, "{program} --version").quiet().ignore_stderr().read().unwrap_or_default();
        said.split_whitespace().nth(1).map(|said| said.trim_start_matches('v')) == Some(version)
    };
    if ctx.which(program).is_some() && present() {
        return Ok(format!("{program} {version}"));
    }
    announce(bar, &format!("cargo installs {package} {version} below target/tools, a minute or three"));
    let (tools, build) = (ctx.root.join("target/tools"), ctx.kept(BUILD)?);
    let log = ctx.kept(&format!("{package}.log"))?;
    let install = |locked: Option<&str>| {
        let install = cmd!(ctx.shell, "cargo install {package} {locked...} --force --version {version}")
            .arg("--root")
            .arg(&tools)
            .arg("--target-dir")
            .arg(&build)
            .args(features)
            // Minutes of building against nothing anyone would notice: these work for seconds.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        run_logged(bar, &log, install)
    };
    if let Err(error) = install(Some("--locked")) {
        // A lock file may name a release that was withdrawn, or that a mirror doesn't have yet.
        announce(bar, "its locked dependencies can't be built here; trying what its manifest allows");
        install(None).with_context(|| format!("nor with its locked dependencies: {error:#}"))?;
    }
    ensure!(present(), "{package} {version} is installed, but `{program} --version` doesn't say so");
    Ok(format!("{program} {version}, just installed"))
}

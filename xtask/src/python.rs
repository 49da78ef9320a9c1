//! `cargo xtask python`: the wheel, built and tested in an environment of its own below `target/`; and the pages of other tools
//! that the playground is a guest in, some of which are Python's.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use indicatif::ProgressBar;
use xshell::cmd;

use crate::context::Context;
use crate::step::{announce, run_logged, run_streamed, step};
use crate::{browser, package, tools};

/// Builds the wheel around the package's element, and tests it.
///
/// # Errors
/// When Python is missing or too old, or building or a test fails.
pub fn run(ctx: &Context) -> Result<()> {
    step("Python", |bar| ensure_environment(ctx, bar))?;
    step("wheel", |bar| wheel(ctx, bar))?;
    let pytest = programs(ctx).join("pytest");
    run_streamed(cmd!(ctx.shell, "{pytest} -q -p no:cacheprovider python/tests"), |_| ())
}

/// Builds pages by Sphinx, VitePress, mdBook and marimo, and opens them in Chromium. Takes the wheel's environment as it is.
///
/// # Errors
/// When a tool can't be had, or a page fails.
pub fn hosts(ctx: &Context) -> Result<()> {
    let version = &ctx.settings.tools.mdbook;
    step("mdBook", |bar| tools::ensure_slim_tool(ctx, bar, "mdbook", "mdbook", version))?;
    tools::tidy(ctx)?;
    step("VitePress", |bar| ensure_vitepress(ctx, bar))?;
    let hosts = cmd!(ctx.shell, "node --test --test-reporter=spec tests/hosts/hosts.mjs")
        .env("PYTHON", programs(ctx))
        .env("MDBOOK", ctx.which("mdbook").context("mdBook is gone")?)
        .env("VITEPRESS", vitepress(ctx).join("node_modules"))
        .env("CHROME", browser::find(ctx).context("the browser is gone")?);
    run_streamed(hosts, |_| ())
}

/// Where the environment's programs are.
fn programs(ctx: &Context) -> PathBuf {
    ctx.root.join("target/python-venv").join(if cfg!(windows) { "Scripts" } else { "bin" })
}

/// Makes sure that the environment has what `python/requirements.txt` says.
fn ensure_environment(ctx: &Context, bar: &ProgressBar) -> Result<String> {
    let python = if cfg!(windows) { "python" } else { "python3" };
    let version = cmd!(ctx.shell, "{python} --version").quiet().read().context("Python is not on the PATH")?;
    let minor = version.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok());
    ensure!(minor.is_some_and(|minor| minor >= 10), "{version} is too old: 3.10 is the least");
    let requirements = ctx.root.join("python/requirements.txt");
    let wanted = format!("{version}\n{}", fs::read_to_string(&requirements)?);
    let stamp = ctx.root.join("target/python-venv/.set-up");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(format!("as required, {version}"));
    }
    announce(bar, "pip install, a minute or two");
    let environment = ctx.root.join("target/python-venv");
    run_logged(bar, &ctx.kept("venv.log")?, cmd!(ctx.shell, "{python} -m venv --clear {environment}"))?;
    let pip = programs(ctx).join("pip");
    let install = cmd!(ctx.shell, "{pip} install --disable-pip-version-check -r {requirements}");
    run_logged(bar, &ctx.kept("pip.log")?, install)?;
    fs::write(stamp, wanted)?;
    Ok(format!("just installed, {version}"))
}

/// Builds the wheel and installs it into the environment.
fn wheel(ctx: &Context, bar: &ProgressBar) -> Result<String> {
    let element = ctx.root.join(package::PACKAGE).join("element.js");
    let beside = ctx.root.join("python/consensus_playground/static");
    fs::create_dir_all(&beside)?;
    fs::copy(&element, beside.join("element.js")).context("the npm package has no element")?;
    let (target, wheels) = (ctx.root.join("target/python"), ctx.root.join("target/wheels"));
    fs::remove_dir_all(&wheels).ok();
    announce(bar, "maturin");
    let maturin = programs(ctx).join("maturin");
    let build = cmd!(ctx.shell, "{maturin} build --release --manifest-path python/Cargo.toml").args([
        "--target-dir".as_ref(),
        target.as_os_str(),
        "--out".as_ref(),
        wheels.as_os_str(),
    ]);
    run_logged(bar, &ctx.kept("maturin.log")?, build)?;
    let wheel = fs::read_dir(&wheels)?.flatten().next().context("maturin left no wheel")?.path();
    let pip = programs(ctx).join("pip");
    let install = cmd!(ctx.shell, "{pip} install --disable-pip-version-check --no-deps --force-reinstall {wheel}");
    run_logged(bar, &ctx.kept("pip-wheel.log")?, install)?;
    Ok(format!("{}, {} bytes", wheel.strip_prefix(&ctx.root)?.display(), fs::metadata(&wheel)?.len()))
}

/// Where VitePress is installed: it brings a Vite of its own.
fn vitepress(ctx: &Context) -> PathBuf {
    ctx.root.join("target/vitepress")
}

fn ensure_vitepress(ctx: &Context, bar: &ProgressBar) -> Result<String> {
    let (from, folder) = (ctx.root.join("tests/hosts/vitepress"), vitepress(ctx));
    let lock = fs::read_to_string(from.join("package-lock.json")).context("VitePress has no lock file")?;
    let stamp = folder.join("node_modules/.set-up");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == lock) {
        return Ok("as locked".into());
    }
    announce(bar, "npm ci");
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(from.join(file), folder.join(file))?;
    }
    let _there = ctx.shell.push_dir(&folder);
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run_logged(bar, &ctx.kept("npm-vitepress.log")?, cmd!(ctx.shell, "{npm} ci --no-audit --no-fund"))?;
    fs::write(stamp, lock)?;
    Ok("just installed".into())
}

//! `cargo xtask build`: the wasm, the static site, and the one offline file, with their budgets.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use indicatif::ProgressBar;
use xshell::cmd;

use crate::budget;
use crate::context::Context;
use crate::step::{announce, run_logged, step};

/// The offline page's name in `dist/`.
pub const OFFLINE: &str = "consensus-playground.html";
const WASM: &str = "consensus_playground_bg.wasm";
const GLUE: &str = "consensus_playground.js";

/// Builds everything into `dist/` and holds it to its budgets.
///
/// # Errors
/// Those of the first step that failed; a budget that is overrun is one.
pub fn run(ctx: &Context) -> Result<()> {
    wasm(ctx)?;
    site(ctx)?;
    step("budgets", |_| budget::check(ctx))
}

/// Builds the wasm package into its folder; does nothing where it is there already, made of the same module in the same way.
///
/// # Errors
/// When cargo, wasm-pack or wasm-opt fail.
pub fn wasm(ctx: &Context) -> Result<()> {
    step("wasm", |bar| {
        announce(bar, "cargo and wasm-pack");
        let compile = cmd!(ctx.shell, "cargo build --lib --release --target wasm32-unknown-unknown");
        run_logged(bar, &ctx.kept("wasm.log")?, compile)?;
        let out = ctx.root.join(&ctx.settings.build.out_dir);
        let (stamp, made_of) = (out.join(".stamp"), fingerprint(&ingredients(ctx)?)?);
        let whole = || Ok::<_, anyhow::Error>(format!("{made_of} {}", fingerprint(&[out.join(WASM), out.join(GLUE)])?));
        if fs::read_to_string(&stamp).is_ok_and(|found| whole().is_ok_and(|wanted| found == wanted)) {
            return Ok("unchanged".into());
        }
        let target = &ctx.settings.build.target;
        let pack = cmd!(ctx.shell, "wasm-pack build --release --target {target} --no-pack --mode no-install --out-dir");
        run_logged(bar, &ctx.kept("wasm-pack-build.log")?, pack.arg(&out))?;
        let before = fs::metadata(out.join(WASM))?.len();
        let after = optimise(ctx, bar, &out.join(WASM))?;
        fs::write(&stamp, whole()?)?;
        Ok(format!("{before} bytes, {after} after wasm-opt"))
    })
}

/// What the package is made of: the compiled module, and whatever says how it is worked on.
fn ingredients(ctx: &Context) -> Result<Vec<PathBuf>> {
    let module = target_folder(ctx)?.join("wasm32-unknown-unknown/release/consensus_playground.wasm");
    let files = ["wasm-pack.toml", "Cargo.toml", "Cargo.lock", "www/package-lock.json"];
    Ok(files.iter().map(|file| ctx.root.join(file)).chain([module]).collect())
}

/// Tells one set of files' contents from another.
fn fingerprint(files: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(file).with_context(|| format!("{} can't be read", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn target_folder(ctx: &Context) -> Result<PathBuf> {
    let json = cmd!(ctx.shell, "cargo metadata --no-deps --format-version 1").quiet().read()?;
    let metadata: serde_json::Value = serde_json::from_str(&json)?;
    Ok(metadata["target_directory"].as_str().context("cargo names no target folder")?.into())
}

/// Runs the wasm-opt of the npm package `binaryen`, and returns the module's size in bytes.
fn optimise(ctx: &Context, bar: &ProgressBar, module: &Path) -> Result<u64> {
    let flags = &ctx.settings.build.wasm_opt;
    if !flags.is_empty() {
        announce(bar, "wasm-opt");
        let fresh = module.with_extension("optimised");
        let tool = ctx.root.join("www/node_modules/binaryen/bin/wasm-opt");
        let optimise = cmd!(ctx.shell, "node {tool} {module} -o {fresh} {flags...}");
        run_logged(bar, &ctx.kept("wasm-opt.log")?, optimise)?;
        fs::rename(&fresh, module)?;
    }
    Ok(fs::metadata(module)?.len())
}

/// Builds the site into `dist/`, and beside it the offline page.
///
/// # Errors
/// When Vite fails, or leaves no page.
pub fn site(ctx: &Context) -> Result<()> {
    let vite = ctx.root.join("www/node_modules/vite/bin/vite.js");
    step("site", |bar| {
        let _in_www = ctx.shell.push_dir(ctx.root.join("www"));
        run_logged(bar, &ctx.kept("vite.log")?, cmd!(ctx.shell, "node {vite} build"))?;
        Ok("dist/index.html".into())
    })?;
    step("offline page", |bar| {
        let _in_www = ctx.shell.push_dir(ctx.root.join("www"));
        run_logged(bar, &ctx.kept("vite-offline.log")?, cmd!(ctx.shell, "node {vite} build --mode offline"))?;
        let page = fs::read(ctx.root.join("target/offline/index.html")).context("Vite left no offline page")?;
        ensure!(!page.is_empty(), "the offline page is empty");
        fs::write(ctx.root.join("dist").join(OFFLINE), &page)?;
        Ok(format!("dist/{OFFLINE}, {} bytes", page.len()))
    })
}

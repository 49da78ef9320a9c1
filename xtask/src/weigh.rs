//! `cargo xtask weigh`: what each protocol adds to the wasm. The module is built with all of them, then without each in turn.
//!
//! Two archives differ by more than what one of them lacks: an everyday encoder ends its blocks where its buffer is full,
//! and where that is moves the difference by some hundred bytes either way (measured: 840 bytes standard deviation with
//! zlib, 530 with miniz, under 50 with Zopfli). So differences are those of the smallest gzip archives, by Zopfli with as
//! many blocks as it likes; the whole is what an everyday encoder makes of it.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use indicatif::ProgressBar;
use xshell::cmd;

use crate::budget::gzipped;
use crate::build::{fingerprint, optimise};
use crate::context::Context;
use crate::step::{announce, run_logged};

/// Read by `src/protocols/mod.rs` when it is compiled: the protocol to leave out.
const WITHOUT: &str = "CONSENSUS_WITHOUT";

/// Builds the modules and says what each protocol costs in gzipped bytes. Where the whole module is the same as last time,
/// so are the costs, and only it is built.
///
/// # Errors
/// When a build fails, or a folder in `src/protocols` is no protocol of the registry.
pub fn run(ctx: &Context, bar: &ProgressBar) -> Result<String> {
    let folder = ctx.root.join("target/weigh");
    let whole = compile(ctx, bar, &folder, "")?;
    let method = ["wasm-pack.toml", "www/package-lock.json", "xtask/src/weigh.rs"].map(|name| ctx.root.join(name));
    let made_of = fingerprint(&[&[whole.clone()][..], &method].concat())?;
    let known = folder.join("weights.json");
    let weights = match recall(&known, &made_of) {
        Some(weights) => weights,
        None => {
            let weights = measure(ctx, bar, &folder, &whole)?;
            fs::write(&known, serde_json::to_string(&(made_of, &weights))?)?;
            weights
        }
    };
    Ok(tell(&weights))
}

/// What was measured on this very module before.
fn recall(known: &Path, made_of: &str) -> Option<BTreeMap<String, u64>> {
    let (of, weights): (String, _) = serde_json::from_str(&fs::read_to_string(known).ok()?).ok()?;
    (of == made_of).then_some(weights)
}

/// Gzipped bytes: under `` the whole module, under each protocol's name what goes from the smallest archive when it goes.
fn measure(ctx: &Context, bar: &ProgressBar, folder: &Path, whole: &Path) -> Result<BTreeMap<String, u64>> {
    let all = finish(ctx, bar, folder, whole)?;
    let mut weights = BTreeMap::from([(String::new(), gzipped(&all)?)]);
    let all = smallest(&all)?;
    for name in protocols(ctx)? {
        announce(bar, &format!("without {name}"));
        let module = compile(ctx, bar, folder, &name)?;
        let without = smallest(&finish(ctx, bar, folder, &module)?)?;
        ensure!(without < all, "the registry knows no protocol {name}: leaving it out changes nothing");
        weights.insert(name, all - without);
    }
    Ok(weights)
}

/// The protocols by their folders; what is not a folder is shared by several and belongs to none.
fn protocols(ctx: &Context) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(ctx.root.join("src/protocols"))? {
        let path = entry?.path();
        if path.is_dir() {
            names.push(path.file_name().unwrap_or_default().to_string_lossy().replace('_', "-"));
        }
    }
    names.sort();
    Ok(names)
}

/// Compiles the crate, as a release is compiled, into a target folder of its own: the release's stays as it is.
fn compile(ctx: &Context, bar: &ProgressBar, folder: &Path, without: &str) -> Result<PathBuf> {
    let build = cmd!(ctx.shell, "cargo build --lib --release --target wasm32-unknown-unknown --target-dir {folder}");
    run_logged(bar, &ctx.kept("weigh.log")?, build.env(WITHOUT, without))?;
    let kept = folder.join(format!("without-{without}.wasm"));
    fs::copy(folder.join("wasm32-unknown-unknown/release/consensus_playground.wasm"), &kept)?;
    Ok(kept)
}

/// The bytes of the smallest gzip archive.
fn smallest(module: &[u8]) -> Result<u64> {
    let iteration_count = NonZeroU64::new(5).context("some iterations")?;
    let options = zopfli::Options { iteration_count, maximum_block_splits: 0, ..zopfli::Options::default() };
    let mut archive = Vec::new();
    zopfli::compress(options, zopfli::Format::Gzip, module, &mut archive)?;
    Ok(archive.len() as u64)
}

/// What wasm-bindgen and wasm-opt make of a module.
fn finish(ctx: &Context, bar: &ProgressBar, folder: &Path, module: &Path) -> Result<Vec<u8>> {
    let out = folder.join("bound");
    let target = &ctx.settings.build.target;
    let bind =
        cmd!(ctx.shell, "wasm-bindgen --target {target} --no-typescript --out-name bound --out-dir {out} {module}");
    run_logged(bar, &ctx.kept("weigh-bind.log")?, bind)?;
    let bound = out.join("bound_bg.wasm");
    optimise(ctx, bar, &bound)?;
    fs::read(&bound).context("wasm-bindgen left no module")
}

fn tell(weights: &BTreeMap<String, u64>) -> String {
    let each = weights.iter().filter(|(name, _)| !name.is_empty()).map(|(name, bytes)| format!("{name} {bytes}"));
    let each = each.collect::<Vec<_>>().join(", ");
    format!("{} bytes gzipped, of these {each}", weights.get("").copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_comes_first_and_each_protocol_has_its_share() {
        let weights = [("", 90_000), ("light", 1_024), ("heavy", 1_025)].map(|(name, bytes)| (name.to_owned(), bytes));
        assert_eq!(tell(&BTreeMap::from(weights)), "90000 bytes gzipped, of these heavy 1025, light 1024");
    }
}

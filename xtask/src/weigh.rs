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
use crate::context::{Budget, Context};
use crate::step::{announce, run_logged};

/// Read by `src/protocols/mod.rs` when it is compiled: the protocol to leave out.
const WITHOUT: &str = "CONSENSUS_WITHOUT";

/// Builds the modules, prints what each protocol costs in gzipped bytes, and holds that to its budget; what is left of
/// the module's own must do for those to come. Where the whole module is the same as last time, so are the costs, and only
/// it is built.
///
/// # Errors
/// When a build fails, a folder in `src/protocols` is no protocol of the registry, a protocol costs more than its budget,
/// or those to come would not find room.
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
    judge(bar, &weights, &ctx.settings.budget)
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

fn judge(bar: &ProgressBar, weights: &BTreeMap<String, u64>, budget: &Budget) -> Result<String> {
    let share = &budget.protocol_gzip_kib;
    let costs = || weights.iter().filter(|(name, _)| !name.is_empty());
    for (name, bytes) in costs() {
        announce(bar, &format!("{name} {bytes} of {} bytes gzipped", share.of(name)));
    }
    let unknown: Vec<_> = share.richer.keys().filter(|name| !weights.contains_key(*name)).map(String::as_str).collect();
    ensure!(
        unknown.is_empty(),
        "no protocol has this name (protocol-gzip-kib, wasm-pack.toml): {}",
        unknown.join(", ")
    );
    let heavy: Vec<_> =
        costs().filter(|(name, bytes)| **bytes > share.of(name)).map(|(name, _)| name.as_str()).collect();
    ensure!(heavy.is_empty(), "heavier than they may be (protocol-gzip-kib, wasm-pack.toml): {}", heavy.join(", "));
    let all = weights.get("").copied().unwrap_or_default();
    let room = (budget.wasm_gzip_kib * 1024).saturating_sub(all) / (share.default * 1024);
    ensure!(
        room >= budget.protocols_to_come,
        "{all} bytes gzipped leave room for {room} protocols more of {} KiB, not for {} (protocols-to-come, wasm-pack.toml)",
        share.default,
        budget.protocols_to_come
    );
    let each: Vec<_> = costs().map(|(name, bytes)| format!("{name} {bytes}")).collect();
    let each = each.join(", ");
    Ok(format!("{all} bytes gzipped, of these {each}; room for {room} more of {} KiB", share.default))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Share;

    fn judged(weights: &BTreeMap<String, u64>, share: Share, to_come: u64) -> Result<String, String> {
        let (wasm_gzip_kib, javascript_gzip_kib) = (100, 0);
        let budget =
            Budget { wasm_gzip_kib, javascript_gzip_kib, protocols_to_come: to_come, protocol_gzip_kib: share };
        judge(&ProgressBar::hidden(), weights, &budget).map_err(|error| error.to_string())
    }

    #[test]
    fn those_to_come_find_room() {
        let weights = BTreeMap::from([(String::new(), 76 * 1024), ("one".to_owned(), 1)]);
        let share = || Share { default: 12, richer: BTreeMap::new() };
        assert!(judged(&weights, share(), 2).unwrap().contains("room for 2 more of 12 KiB"));
        assert!(judged(&weights, share(), 3).unwrap_err().contains("room for 2"));
    }

    #[test]
    fn a_protocol_above_its_budget_is_named() {
        let weights = [("", 90_000), ("light", 1_024), ("heavy", 1_025)].map(|(name, bytes)| (name.to_owned(), bytes));
        let weights = BTreeMap::from(weights);
        let judged = |richer: &[(&str, u64)]| {
            let richer = richer.iter().map(|(name, kib)| ((*name).to_owned(), *kib)).collect();
            judged(&weights, Share { default: 1, richer }, 0)
        };
        let error = judged(&[]).unwrap_err();
        assert!(error.contains("heavy") && !error.contains("light"), "{error}");
        assert!(judged(&[("heavy", 2)]).unwrap().contains("heavy 1025"));
        assert!(judged(&[("heavy", 2), ("raff", 2)]).unwrap_err().contains("raff"));
    }
}

//! `cargo xtask build`: the wasm, the static site, and the one offline file, with their budgets.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use indicatif::ProgressBar;
use wasm_bindgen_cli_support::Bindgen;
use xshell::{Cmd, cmd};

use crate::context::Context;
use crate::step::{announce, run_logged, step};
use crate::{budget, tools};

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

/// Begins to compile the module while npm's packages arrive, which keeps one core idle. [`wasm`] asks cargo for the same, waits
/// for this to end, and says what is wrong if it failed.
///
/// # Errors
/// When cargo can't be started.
pub fn begin(ctx: &Context) -> Result<()> {
    let mut compile = Command::from(engine(ctx).compile(ctx));
    compile.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    compile.spawn().context("cargo can't be started")?;
    Ok(())
}

/// Builds the wasm package into its folder.
///
/// # Errors
/// When cargo, wasm-bindgen or wasm-opt fail.
pub fn wasm(ctx: &Context) -> Result<()> {
    step("wasm", |bar| engine(ctx).build(ctx, bar, true))
}

/// The same without wasm-opt, where it is not there already: larger and a little slower, but half a minute sooner.
///
/// # Errors
/// When cargo or wasm-bindgen fail.
pub fn wasm_soon(ctx: &Context) -> Result<()> {
    step("wasm", |bar| engine(ctx).build(ctx, bar, false))
}

fn engine(ctx: &Context) -> Package {
    Package { name: "consensus-playground", out: ctx.root.join(&ctx.settings.build.out_dir) }
}

/// Builds the page around an engine to which another crate has added a protocol, as its author would, into
/// `target/rumors/site`: the page's tests hold it to what it promises of protocols that it has never heard of.
///
/// # Errors
/// When cargo, wasm-bindgen, wasm-opt or Vite fail.
pub fn page_of_another_crate(ctx: &Context) -> Result<()> {
    let target = ctx.root.join("target/rumors");
    let package = Package { name: "rumors-page", out: target.join("engine") };
    step("wasm of another crate", |bar| package.build(ctx, bar, true))?;
    step("its site", |bar| {
        let vite = ctx.root.join("www/node_modules/vite/bin/vite.js");
        let _in_www = ctx.shell.push_dir(ctx.root.join("www/site"));
        let out = target.join("site");
        let build = cmd!(ctx.shell, "node {vite} build --outDir {out}").env("ENGINE", &package.out);
        run_logged(bar, &ctx.kept("vite-rumors.log")?, build)?;
        Ok("target/rumors/site/play.html".into())
    })
}

/// Builds an engine with the specification of two-phase commit, whose numbers of states are published, into
/// `target/two-phase/engine`.
///
/// # Errors
/// When cargo, wasm-bindgen or wasm-opt fail.
pub fn engine_with_two_phase(ctx: &Context) -> Result<()> {
    let package = Package { name: "two-phase-page", out: ctx.root.join("target/two-phase/engine") };
    step("wasm with a specification", |bar| package.build(ctx, bar, true))
}

/// A crate that is packed for the page.
struct Package {
    name: &'static str,
    /// Where the package is written to.
    out: PathBuf,
}

impl Package {
    /// Does nothing where it is there already, made of the same module in the same way. One that is optimised serves whoever
    /// needs none, too.
    fn build(&self, ctx: &Context, bar: &ProgressBar, optimised: bool) -> Result<String> {
        announce(bar, "cargo and wasm-bindgen");
        let Package { name, out } = self;
        run_logged(bar, &ctx.kept(&format!("{name}.log"))?, self.compile(ctx))?;
        let (stamp, made_of) = (out.join(".stamp"), fingerprint(&self.ingredients(ctx)?)?);
        let whole = |optimised: bool| {
            let how = if optimised { "optimised" } else { "plain" };
            Ok::<_, anyhow::Error>(format!("{made_of} {} {how}", fingerprint(&[out.join(WASM), out.join(GLUE)])?))
        };
        let found = fs::read_to_string(&stamp).unwrap_or_default();
        if [true, optimised].iter().any(|how| whole(*how).is_ok_and(|wanted| found == wanted)) {
            return Ok("unchanged".into());
        }
        bind(ctx, &self.module(ctx)?, out)?;
        let before = fs::metadata(out.join(WASM))?.len();
        let after = optimised.then(|| optimise(ctx, bar, &out.join(WASM))).transpose()?;
        fs::write(&stamp, whole(optimised)?)?;
        Ok(after.map_or_else(|| format!("{before} bytes"), |after| format!("{before} bytes, {after} after wasm-opt")))
    }

    fn compile<'a>(&self, ctx: &'a Context) -> Cmd<'a> {
        let name = self.name;
        cmd!(ctx.shell, "cargo build --package {name} --lib --release --target wasm32-unknown-unknown")
    }

    /// The module as cargo leaves it.
    fn module(&self, ctx: &Context) -> Result<PathBuf> {
        let module = self.name.replace('-', "_");
        Ok(target_folder(ctx)?.join(format!("wasm32-unknown-unknown/release/{module}.wasm")))
    }

    /// What the package is made of: the compiled module, and whatever says how it is worked on.
    fn ingredients(&self, ctx: &Context) -> Result<Vec<PathBuf>> {
        let files = ["wasm-pack.toml", "Cargo.toml", "Cargo.lock", "www/package-lock.json"];
        Ok(files.iter().map(|file| ctx.root.join(file)).chain([self.module(ctx)?]).collect())
    }
}

/// Writes what `wasm-pack build` would into a folder: the same library, without the minutes that its command takes to compile.
fn bind(ctx: &Context, module: &Path, out: &Path) -> Result<()> {
    let (linked, support) =
        (tools::locked_version(ctx, "wasm-bindgen")?, tools::locked_version(ctx, "wasm-bindgen-cli-support")?);
    ensure!(
        linked == support,
        "the crate's wasm-bindgen is {linked}, xtask's wasm-bindgen-cli-support {support}: they must agree"
    );
    if out.exists() {
        fs::remove_dir_all(out)?; // snippets of older builds
    }
    let mut bindgen = Bindgen::new();
    match ctx.settings.build.target.as_str() {
        "web" => bindgen.web(true)?,
        "bundler" => bindgen.bundler(true)?,
        "nodejs" => bindgen.nodejs(true)?,
        other => bail!("wasm-pack.toml: the target is web, bundler or nodejs, not {other:?}"),
    };
    // The page knows the package by one name, whatever crate it is of.
    bindgen.input_path(module).out_name(GLUE.trim_end_matches(".js")).typescript(true).omit_default_module_path(false);
    bindgen.generate(out)
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
        let _in_www = ctx.shell.push_dir(ctx.root.join("www/site"));
        run_logged(bar, &ctx.kept("vite.log")?, cmd!(ctx.shell, "node {vite} build"))?;
        Ok("dist/index.html".into())
    })?;
    step("offline page", |bar| {
        let _in_www = ctx.shell.push_dir(ctx.root.join("www/site"));
        run_logged(bar, &ctx.kept("vite-offline.log")?, cmd!(ctx.shell, "node {vite} build --mode offline"))?;
        let page = fs::read(ctx.root.join("target/offline/play.html")).context("Vite left no offline page")?;
        ensure!(!page.is_empty(), "the offline page is empty");
        fs::write(ctx.root.join("dist").join(OFFLINE), &page)?;
        Ok(format!("dist/{OFFLINE}, {} bytes", page.len()))
    })
}

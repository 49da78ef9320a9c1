//! What every step needs: where the repository is, its settings, and a shell with our tools on its PATH.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use xshell::Shell;

/// The repository, its settings and a shell whose PATH begins with the tools that set-up installed.
pub struct Context {
    /// A shell in the repository's top folder.
    pub shell: Shell,
    /// The repository's top folder.
    pub root: PathBuf,
    /// `wasm-pack.toml`.
    pub settings: Settings,
}

/// The contents of `wasm-pack.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// How the wasm is packed.
    pub build: Build,
    /// Where the wasm is tested.
    pub test: Test,
    /// What the page may weigh.
    pub budget: Budget,
    /// The versions of the tools.
    pub tools: Tools,
}

/// How the wasm is packed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Build {
    /// wasm-pack's `--target`.
    pub target: String,
    /// wasm-pack's `--out-dir`, from the repository's top.
    pub out_dir: PathBuf,
    /// Flags for wasm-opt, empty to leave it out.
    pub wasm_opt: Vec<String>,
}

/// Where the wasm is tested.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Test {
    /// Names that `wasm-pack test` takes as flags: `chrome`, `firefox`, `safari`.
    pub browsers: Vec<String>,
}

/// What the page may weigh, in KiB, gzipped.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Budget {
    /// The wasm module.
    pub wasm_gzip_kib: u64,
    /// All JavaScript of the playground's first load: what `play.html` names, what that imports, the element, the worker.
    pub javascript_gzip_kib: u64,
    /// What the home page's first drawing needs: the page, its style sheets, its script and what that imports.
    pub home_gzip_kib: u64,
    /// Of the scripts that the editor of scenarios is made of.
    pub editor_gzip_kib: u64,
}

/// The versions of the tools.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tools {
    /// wasm-pack, from crates.io.
    pub wasm_pack: String,
    /// cargo-deny, from crates.io; only `cargo xtask bench` takes it.
    pub cargo_deny: String,
    /// mdBook, from crates.io; only `cargo xtask bench` takes it.
    pub mdbook: String,
}

impl Context {
    /// Finds the repository and reads its settings.
    ///
    /// # Errors
    /// When `wasm-pack.toml` can't be read or has a key that nobody knows.
    pub fn new() -> Result<Self> {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest.parent().context("xtask has no folder above it")?.to_path_buf();
        let text = fs::read_to_string(root.join("wasm-pack.toml")).context("wasm-pack.toml can't be read")?;
        let settings = toml::from_str(&text).context("wasm-pack.toml is not as xtask expects it")?;
        let shell = Shell::new()?;
        shell.change_dir(&root);
        shell.set_var("PATH", path_with(&root.join("target/tools/bin"))?);
        Ok(Self { shell, root, settings })
    }

    /// A path in the folder of what set-up keeps, made if missing.
    ///
    /// # Errors
    /// When the folder can't be made.
    pub fn kept(&self, name: &str) -> Result<PathBuf> {
        let folder = self.root.join("target/setup");
        fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
        Ok(folder.join(name))
    }

    /// Where a program is on our PATH.
    pub fn which(&self, program: &str) -> Option<PathBuf> {
        let path = self.shell.var_os("PATH").unwrap_or_default();
        let name = format!("{program}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&path).map(|folder| folder.join(&name)).find(|file| file.is_file())
    }

    /// Whether we run as root: there apt may install, and a browser must start without its sandbox.
    pub fn is_root(&self) -> bool {
        cfg!(unix) && xshell::cmd!(self.shell, "id -u").quiet().read().is_ok_and(|id| id == "0")
    }
}

fn path_with(first: &Path) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(std::iter::once(first.to_path_buf()).chain(env::split_paths(&path)))?)
}

//! Finds Rust's standard library for `wasm32-unknown-unknown`, in three steps: it is in the sysroot
//! already; rustup adds it; or, on Debian where rustup can't reach its server, it is built from the
//! Debian source package of the very same compiler version.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use indicatif::ProgressBar;
use xshell::{Cmd, cmd};

use crate::context::Context;
use crate::step::{announce, run_logged};

const TARGET: &str = "wasm32-unknown-unknown";
/// The Debian suites whose `rust-src` is young enough, tried together.
const SUITES: [&str; 2] = ["trixie-backports", "sid"];
const BY_HAND: &str = "Install the target in your own way and start again: `rustup target add wasm32-unknown-unknown`, \
                       or Debian's libstd-rust-dev-wasm32 beside Debian's own rustc.";

/// Makes sure that the target is there, and says how it came.
///
/// # Errors
/// When all three ways fail: the error says why each did.
pub fn ensure_target(ctx: &Context, bar: &ProgressBar) -> Result<String> {
    let sysroot = PathBuf::from(cmd!(ctx.shell, "rustc --print sysroot").quiet().read()?);
    if is_installed(&sysroot) {
        return Ok("in the sysroot".into());
    }
    let refused = match add_by_rustup(ctx, bar) {
        Ok(()) if is_installed(&sysroot) => return Ok("added by rustup".into()),
        Ok(()) => format!("rustup added it, but not to the rustc on the PATH ({})", sysroot.display()),
        Err(error) => format!("{error:#}"),
    };
    let work = ctx.kept("wasm-target")?;
    let built = build_from_source(ctx, bar, &sysroot, &work);
    if built.is_ok() {
        fs::remove_dir_all(&work).ok();
    }
    built.with_context(|| format!("rustc has no {TARGET}.\nrustup: {refused}\n{BY_HAND}\nDebian's source package"))
}

/// Whether core and std of the target are in the sysroot. Both ways of installing end in one rename, so half a target is never seen.
fn is_installed(sysroot: &Path) -> bool {
    let names: Vec<_> = fs::read_dir(sysroot.join("lib/rustlib").join(TARGET).join("lib"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    ["libcore-", "libstd-", "libtest-"].iter().all(|wanted| names.iter().any(|name| name.starts_with(wanted)))
}

fn add_by_rustup(ctx: &Context, bar: &ProgressBar) -> Result<()> {
    ensure!(ctx.which("rustup").is_some(), "it is not installed");
    announce(bar, "asking rustup");
    // A machine that can't reach rustup's server should learn so in seconds.
    let add = cmd!(ctx.shell, "rustup target add {TARGET}").env("RUSTUP_MAX_RETRIES", "1");
    run_logged(bar, &ctx.kept("rustup.log")?, add)
}

/// Fetches the compiler's own source by apt, builds the standard library from it, and puts that into the sysroot.
fn build_from_source(ctx: &Context, bar: &ProgressBar, sysroot: &Path, work: &Path) -> Result<String> {
    let version = compiler_version(ctx)?;
    let rustlib = sysroot.join("lib/rustlib");
    let probe = rustlib.join(format!(".writable-{}", std::process::id()));
    fs::create_dir(&probe)
        .and_then(|()| fs::remove_dir(&probe))
        .with_context(|| format!("{} can't be written by this user", rustlib.display()))?;
    fs::remove_dir_all(work).ok(); // what a run that was stopped left behind
    fs::create_dir_all(work)?;

    let expected = rustlib.join("src/rust");
    if expected.join("library/std/Cargo.toml").is_file() {
        announce(bar, "building the standard library from the sysroot's source, about 90 s");
        build_and_install(ctx, bar, &rustlib, work)?;
        return Ok("built from the sysroot's source".into());
    }
    announce(bar, &format!("fetching Debian's rust-src {version}"));
    let source = fetch_source(ctx, bar, &version, work)?;
    announce(bar, "building the standard library, about 90 s");
    let link = SourceLink::new(&source, expected)?;
    build_and_install(ctx, bar, &rustlib, work)?;
    drop(link);
    Ok(format!("built from Debian's rust-src {version}"))
}

/// `1.95.0` of `rustc 1.95.0 (59807616e 2026-04-14)`.
fn compiler_version(ctx: &Context) -> Result<String> {
    let line = cmd!(ctx.shell, "rustc --version").quiet().read()?;
    let version = line.split_whitespace().nth(1).with_context(|| format!("rustc calls itself {line:?}"))?;
    Ok(version.to_owned())
}

/// Downloads and unpacks the `rust-src` of that version, and returns the folder that holds `library/`.
fn fetch_source(ctx: &Context, bar: &ProgressBar, version: &str, work: &Path) -> Result<PathBuf> {
    for tool in ["apt-get", "apt-cache", "dpkg"] {
        ensure!(ctx.which(tool).is_some(), "there is no {tool} here: not a Debian system");
    }
    let apt = PrivateApt::new(ctx, work)?;
    run_logged(bar, &ctx.kept("apt-update.log")?, apt.command("apt-get").arg("update"))?;
    let table = apt.command("apt-cache").args(["madison", "rust-src"]).quiet().read()?;
    let package = newest_of(&table, version).with_context(|| {
        format!("no rust-src of version {version} in the suites {}; they have:\n{table}", SUITES.join(" and "))
    })?;
    let download = apt.command("apt-get").arg("download").arg(format!("rust-src={package}"));
    {
        let _in_work = ctx.shell.push_dir(work);
        run_logged(bar, &ctx.kept("apt-download.log")?, download)?;
    }
    let archive = fs::read_dir(work)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .context("apt-get downloaded no package")?;
    let unpacked = work.join("unpacked");
    run_logged(bar, &ctx.kept("dpkg.log")?, cmd!(ctx.shell, "dpkg -x {archive} {unpacked}"))?;
    let source = unpacked.join(format!("usr/src/rustc-{version}"));
    ensure!(source.join("library/std/Cargo.toml").is_file(), "rust-src {package} holds no {}", source.display());
    Ok(source)
}

/// The first version of apt's table (`package | version | where`) whose upstream part is the one wanted.
fn newest_of(table: &str, version: &str) -> Option<String> {
    let fits = |found: &&str| {
        let rest = found.strip_prefix(version);
        rest.is_some_and(|rest| rest.starts_with(|next: char| !next.is_ascii_digit() && next != '.'))
    };
    table.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim).find(fits).map(str::to_owned)
}

/// An apt with lists of its own, so that the machine's packages never hear of the younger suites.
struct PrivateApt<'a> {
    ctx: &'a Context,
    options: Vec<String>,
}

impl<'a> PrivateApt<'a> {
    fn new(ctx: &'a Context, work: &Path) -> Result<Self> {
        let home = work.join("apt");
        for folder in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(home.join(folder))?;
        }
        let mirror = mirror(ctx)?;
        let keys = Path::new("/usr/share/keyrings/debian-archive-keyring.gpg");
        let signed = if keys.is_file() { format!("[signed-by={}] ", keys.display()) } else { String::new() };
        let lines: String = SUITES.iter().map(|suite| format!("deb {signed}{mirror} {suite} main\n")).collect();
        fs::write(home.join("sources.list"), lines)?;
        let home = home.display();
        let options = [
            format!("Dir::Etc::SourceList={home}/sources.list"),
            "Dir::Etc::SourceParts=-".into(),
            "Dir::Etc::Preferences=-".into(),
            "Dir::Etc::PreferencesParts=-".into(),
            format!("Dir::State::Lists={home}/lists"),
            format!("Dir::Cache={home}/cache"),
            "APT::Get::List-Cleanup=0".into(),
            "APT::Sandbox::User=root".into(), // apt's own user can't write below target/
            "Acquire::Languages=none".into(),
        ];
        Ok(Self { ctx, options: options.into_iter().flat_map(|option| ["-o".into(), option]).collect() })
    }

    fn command(&self, program: &str) -> Cmd<'a> {
        self.ctx.shell.cmd(program).args(&self.options)
    }
}

/// The Debian archive that this machine uses: the first index address that ends in `/debian`.
fn mirror(ctx: &Context) -> Result<String> {
    let format = "$(REPO_URI)";
    let list = cmd!(ctx.shell, "apt-get indextargets --format {format}").arg("Created-By: Packages").quiet().read()?;
    let addresses = list.lines().map(|line| line.trim_end_matches('/'));
    let found = addresses.into_iter().find(|address| address.ends_with("/debian"));
    Ok(found.context("apt knows no Debian archive here (no index address ends in /debian)")?.to_owned())
}

/// The source's place in the sysroot, where cargo looks for it; taken away again, as it points below `target/`.
struct SourceLink(PathBuf);

impl SourceLink {
    fn new(source: &Path, place: PathBuf) -> Result<Self> {
        if place.is_symlink() {
            fs::remove_file(&place)?; // left by a run that was stopped
        }
        let above = place.parent().context("the sysroot's source has no folder above it")?;
        fs::create_dir_all(above)?;
        link(source, &place).with_context(|| format!("{} can't be made", place.display()))?;
        Ok(Self(place))
    }
}

impl Drop for SourceLink {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

#[cfg(unix)]
fn link(source: &Path, place: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(source, place)?)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Result<()> {
    anyhow::bail!("this way works on Debian only")
}

/// Builds an empty crate together with the standard library, and moves the libraries into the sysroot by one rename.
fn build_and_install(ctx: &Context, bar: &ProgressBar, rustlib: &Path, work: &Path) -> Result<()> {
    let empty = work.join("empty");
    fs::create_dir_all(empty.join("src"))?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::write(empty.join("Cargo.toml"), manifest)?;
    fs::write(empty.join("src/lib.rs"), "")?;
    {
        let _in_empty = ctx.shell.push_dir(&empty);
        let parts = "-Zbuild-std=std,panic_abort,proc_macro,test";
        let build = cmd!(ctx.shell, "cargo build --release {parts} --target {TARGET} --target-dir out")
            .env("RUSTC_BOOTSTRAP", "1") // -Z flags on a stable compiler: its own library may be built with them
            .env("RUSTFLAGS", "-Cembed-bitcode=yes") // else `lto = true` misses the section .llvmbc
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        run_logged(bar, &ctx.kept("build-std.log")?, build)?;
    }
    let fresh = rustlib.join(format!(".{TARGET}-{}", std::process::id()));
    fs::create_dir_all(fresh.join("lib"))?;
    for entry in fs::read_dir(empty.join("out").join(TARGET).join("release/deps"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(&path, fresh.join("lib").join(name))?;
        }
    }
    let place = rustlib.join(TARGET);
    if place.exists() && !is_installed(rustlib.parent().and_then(Path::parent).unwrap_or(rustlib)) {
        fs::remove_dir_all(&place)?; // half a target, of whatever origin
    }
    fs::rename(&fresh, &place).with_context(|| format!("{} can't be put in its place", place.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_the_source_of_the_same_version_only() {
        let table =
            " rust-src | 1.95.01+dfsg1-1 | x\n rust-src | 1.95.0+dfsg1-1~bpo13+1 | y\n rust-src | 1.95.0+dfsg1-1 | z\n";
        assert_eq!(newest_of(table, "1.95.0").as_deref(), Some("1.95.0+dfsg1-1~bpo13+1"));
        assert_eq!(newest_of(table, "1.9"), None);
        assert_eq!(newest_of("", "1.95.0"), None);
    }
}

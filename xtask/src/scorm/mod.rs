//! `cargo xtask scorm`: packages for learning platforms, in `target/scorm/`.

mod manifest;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use xshell::cmd;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

use self::manifest::{Contents, Item, Version, manifest};
use crate::context::Context;
use crate::step::{run_logged, step};

/// Where the packages are written to, from the repository's top, and the folders that they are made of.
const PACKAGES: &str = "target/scorm";

/// What is there for people alone, and no part of a page.
const ASIDE: [&str; 1] = ["grade.mjs"];

/// Writes a package of each version for the challenge, and for the path of lessons in each language.
///
/// # Errors
/// When Vite fails, or a file can't be read or written.
pub fn run(ctx: &Context) -> Result<()> {
    pack(ctx, "challenge", "restaurant-challenge", &|_| {
        let item = Item { page: "challenge.html".into(), title: "The restaurant challenge".into(), files: Vec::new() };
        Ok(("The restaurant challenge".into(), vec![item]))
    })?;
    for language in languages(&ctx.root.join("lessons"))? {
        let mode = format!("lessons-{language}");
        pack(ctx, &mode, &mode, &|folder| lessons(folder, &language))?;
    }
    Ok(())
}

type Course = (String, Vec<Item>);

/// Builds a folder of pages and zips it twice.
fn pack(ctx: &Context, mode: &str, name: &str, course: &dyn Fn(&Path) -> Result<Course>) -> Result<()> {
    step(&format!("{name} for courses"), |bar| {
        let vite = ctx.root.join("www/node_modules/vite/bin/vite.js");
        let _in_scorm = ctx.shell.push_dir(ctx.root.join("www/scorm"));
        let log = ctx.kept(&format!("vite-scorm-{mode}.log"))?;
        run_logged(bar, &log, cmd!(ctx.shell, "node {vite} build --mode {mode}"))?;
        let out = ctx.root.join(PACKAGES);
        let folder = out.join(mode);
        let (title, items) = course(&folder)?;
        let own: BTreeSet<_> = items.iter().flat_map(|item| std::iter::once(&item.page).chain(&item.files)).collect();
        let shared = files(&folder)?.into_iter().filter(|file| !own.contains(file)).collect();
        let contents = Contents { id: format!("consensus-playground-{name}"), title, items, shared };
        let mut sizes = Vec::new();
        for version in [Version::Old, Version::New] {
            let file = out.join(format!("{name}-scorm-{}.zip", version.name()));
            write(&file, &folder, &contents, version)?;
            sizes.push(format!("SCORM {} {} bytes", version.name(), fs::metadata(&file)?.len()));
        }
        Ok(format!("{PACKAGES}/{name}-scorm-*.zip, {}", sizes.join(", ")))
    })
}

/// The languages of which there are lessons, from the names of their files: `06-figure-8.de.md`.
fn languages(folder: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::from(["en".to_owned()]);
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let [_, language, "md"] = name.split('.').collect::<Vec<_>>()[..] {
            found.insert(language.to_owned());
        }
    }
    Ok(found)
}

/// The lessons that were built into a folder, in their order, each with its text.
fn lessons(folder: &Path, language: &str) -> Result<Course> {
    let mut items = Vec::new();
    for text in files(&folder.join("lessons"))? {
        let id = text.trim_end_matches(".md");
        let written = fs::read_to_string(folder.join("lessons").join(&text))?;
        let title = written.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(id);
        items.push(Item { page: format!("{id}.html"), title: title.into(), files: vec![format!("lessons/{text}")] });
    }
    ensure!(!items.is_empty(), "Vite left no lessons");
    let title = if language == "de" { "Consensus Playground: Lektionen" } else { "Consensus Playground: lessons" };
    Ok((title.into(), items))
}

/// All files below a folder, by their paths from it, in order.
fn files(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(below) = open.pop() {
        for entry in fs::read_dir(folder.join(&below)).with_context(|| format!("no {}", folder.display()))? {
            let entry = entry?;
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                open.push(format!("{name}/"));
            } else if !ASIDE.contains(&name.as_str()) {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Writes a package. Its files have no times, so that the same contents are the same package.
fn write(file: &Path, folder: &Path, contents: &Contents, version: Version) -> Result<()> {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(file)?));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    zip.start_file("imsmanifest.xml", options)?;
    zip.write_all(manifest(version, contents).as_bytes())?;
    let own = contents.items.iter().flat_map(|item| std::iter::once(&item.page).chain(&item.files));
    for name in own.chain(&contents.shared) {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(&fs::read(folder.join(name))?)?;
    }
    zip.finish()?.flush()?;
    Ok(())
}

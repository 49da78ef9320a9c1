//! What the page weighs, held against `wasm-pack.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::context::Context;

const MANIFEST: &str = "dist/.vite/manifest.json";

/// What the playground's page imports at once, when it knows in which language it is to speak.
const ELEMENT: &str = "../element/src/consensus-playground.ts";

/// The view that it shows unless it is told otherwise, which comes beside the element.
const FULL_VIEW: &str = "../element/src/views/full.ts";

/// The editor of scenarios, which comes when it is opened.
const EDITOR: &str = "../element/src/header/scenario-panel.ts";

/// Measures the first loads of the playground and of the home page, and what the editor adds, and says what it found in bytes, gzipped.
///
/// # Errors
/// When the site isn't built, or weighs more than its budget.
pub fn check(ctx: &Context) -> Result<String> {
    let dist = ctx.root.join("dist");
    let text = fs::read_to_string(ctx.root.join(MANIFEST)).context("the site is not built")?;
    let manifest: Value = serde_json::from_str(&text)?;
    let files = files_of(&dist.join("assets"))?;
    let wasm: Vec<_> = files.iter().filter(|name| name.ends_with(".wasm")).cloned().collect();
    let page = |name: &str| fs::read_to_string(dist.join(name)).context("the site is not built");
    let mut scripts = named(&page("play.html")?, &manifest, &[ELEMENT, FULL_VIEW])?;
    let mut editor = named(&page("play.html")?, &manifest, &[ELEMENT, FULL_VIEW, EDITOR])?;
    editor.retain(|script| !scripts.contains(script));
    scripts.extend(workers(&manifest, &files)?);
    let mut home = named(&page("index.html")?, &manifest, &[])?;
    home.extend(styles(&page("index.html")?, &files));
    home.insert("index.html".into());
    ensure!(!wasm.is_empty(), "dist/assets holds no wasm");
    let budget = &ctx.settings.budget;
    let found = [
        ("wasm", weigh(&dist, &wasm)?, budget.wasm_gzip_kib * 1024),
        ("first-load JavaScript", weigh(&dist, &scripts)?, budget.javascript_gzip_kib * 1024),
        ("first drawing of the home page", weigh(&dist, &home)?, budget.home_gzip_kib * 1024),
        ("the scenario editor", weigh(&dist, &editor)?, budget.editor_gzip_kib * 1024),
    ];
    for (what, bytes, limit) in found {
        if bytes > limit {
            bail!("{what} weighs {bytes} bytes gzipped, more than its budget of {limit} (wasm-pack.toml)");
        }
    }
    let said = found.map(|(what, bytes, limit)| format!("{what} {bytes} of {limit} bytes gzipped"));
    Ok(said.join(", "))
}

fn files_of(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).context("the site is not built")? {
        names.push(format!("assets/{}", entry?.file_name().to_string_lossy()));
    }
    names.sort();
    Ok(names)
}

/// The scripts that the page loads without being asked: those that it names, some that they are known to fetch, and what
/// these import statically. The manifest can't be asked for the page's own entry: where two pages share one script, it
/// lists neither page.
fn named(page: &str, manifest: &Value, fetched: &[&str]) -> Result<BTreeSet<String>> {
    let chunks = manifest.as_object().context("Vite's manifest is no object")?;
    let named = |chunk: &Value| chunk["file"].as_str().is_some_and(|file| file.ends_with(".js") && page.contains(file));
    let mut wanted: Vec<_> = chunks.iter().filter(|(_, chunk)| named(chunk)).map(|(key, _)| key.clone()).collect();
    ensure!(!wanted.is_empty(), "the page names no script of Vite's manifest");
    wanted.extend(fetched.iter().map(ToString::to_string));
    let mut seen = BTreeSet::new();
    let mut scripts = BTreeSet::new();
    while let Some(key) = wanted.pop() {
        let chunk = chunks.get(&key).with_context(|| format!("Vite's manifest doesn't name {key}"))?;
        if seen.insert(key) {
            scripts.insert(chunk["file"].as_str().context("a chunk without a file")?.to_owned());
            wanted
                .extend(chunk["imports"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
        }
    }
    Ok(scripts)
}

/// The manifest lists the chunks of the pages; a script that it doesn't list as one is a worker's.
fn workers(manifest: &Value, files: &[String]) -> Result<Vec<String>> {
    let chunks = manifest.as_object().context("Vite's manifest is no object")?;
    let of_pages: BTreeSet<_> = chunks.values().filter_map(|chunk| chunk["file"].as_str()).collect();
    Ok(files.iter().filter(|name| name.ends_with(".js") && !of_pages.contains(name.as_str())).cloned().collect())
}

/// The style sheets that the page names.
fn styles<'a>(page: &'a str, files: &'a [String]) -> impl Iterator<Item = String> + 'a {
    files.iter().filter(move |name| name.ends_with(".css") && page.contains(name.as_str())).cloned()
}

/// The files' sizes in bytes, each gzipped by itself, as a server sends them.
fn weigh<'a>(dist: &Path, names: impl IntoIterator<Item = &'a String>) -> Result<u64> {
    let mut total = 0;
    for name in names {
        total += gzipped(&fs::read(dist.join(name)).with_context(|| format!("dist/{name} can't be read"))?)?;
    }
    Ok(total)
}

/// How many bytes are left when these are gzipped.
fn gzipped(bytes: &[u8]) -> Result<u64> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_loads_at_first_and_nothing_else() {
        let manifest = serde_json::json!({
            "index.html": { "file": "assets/index-1.js", "isEntry": true, "imports": ["_shared.js"], "dynamicImports": ["later.ts"] },
            "_shared.js": { "file": "assets/shared-2.js", "imports": ["_shared.js"] },
            "later.ts": { "file": "assets/later-3.js", "isDynamicEntry": true },
        });
        let files =
            ["index-1.js", "later-3.js", "shared-2.js", "worker-4.js", "a.css"].map(|name| format!("assets/{name}"));
        let page = r#"<script type="module" src="./assets/index-1.js"></script>"#;
        let set = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        let found = named(page, &manifest, &[]).unwrap();
        assert_eq!(found, set(&["assets/index-1.js", "assets/shared-2.js"]));
        let found = named(page, &manifest, &["later.ts"]).unwrap();
        assert_eq!(found, set(&["assets/index-1.js", "assets/later-3.js", "assets/shared-2.js"]));
        assert_eq!(workers(&manifest, &files).unwrap(), ["assets/worker-4.js"]);
        assert!(named(page, &manifest, &["gone.ts"]).is_err());
        assert!(named(page, &serde_json::json!({}), &[]).is_err());
        let linked = r#"<link rel="stylesheet" href="./assets/a.css">"#;
        assert_eq!(styles(linked, &files).collect::<Vec<_>>(), ["assets/a.css"]);
    }
}

//! Run by cargo before the crate is compiled: writes down which scenario files there are, so that the gallery is the
//! folder `tests/scenarios` and nothing has to be listed by hand.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    let folder =
        Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo says where the package is")).join("tests/scenarios");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=src/scenario/build.rs");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("tests/scenarios can be read")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "scenario"))
        .collect();
    files.sort();
    let mut code = String::from("/// The scenario files, by name.\npub const FILES: &[(&str, &str)] = &[\n");
    for file in &files {
        let name = file.file_stem().and_then(|name| name.to_str()).expect("scenario files have plain names");
        writeln!(code, "    ({name:?}, include_str!({:?})),", file).expect("a string takes all that is written");
    }
    code.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").expect("cargo says where to write")).join("gallery.rs");
    fs::write(out, code).expect("the gallery's list can be written");
}

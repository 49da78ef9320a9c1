//! The rooms of `src/` stand on each other as the maps in `src/lib.rs` and `src/kernel/mod.rs` say: no arrow leads back.

use std::path::{Path, PathBuf};

/// The rooms, each with arrows only to those before it.
const ROOMS: &[&str] = &[
    "kernel",
    "faults",
    "services",
    "protocols",
    "checker",
    "scenario",
    "explorer",
    "challenge",
    "lab",
    "lessons",
    "web",
    "cli",
];
/// What the crate has beside its rooms: the macro that makes a protocol's rules, and how tests over random input are run.
const BESIDE: &[&str] = &["rules", "random_cases"];
/// The rooms of the kernel, in the same way.
const KERNEL: &[&str] = &["data", "descriptor", "record", "node", "protocol", "simulation", "world"];

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let below = folders.iter().flat_map(|folder| self::files(folder));
    files.into_iter().filter(|file| file.extension().is_some_and(|end| end == "rs")).chain(below).collect()
}

/// The code of a file, without comments and tests.
fn code(file: &Path) -> String {
    let text = std::fs::read_to_string(file).expect("a text");
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// What is named right behind `path` in some code. What a macro names is named where it is used.
fn named<'a>(code: &'a str, path: &'a str) -> impl Iterator<Item = &'a str> {
    let places = code.match_indices(path).filter(|(at, _)| !code[..*at].ends_with('$'));
    places.map(|(at, _)| {
        let rest = &code[at + path.len()..];
        &rest[..rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len())]
    })
}

/// Arrows that lead back, or to what the map does not know.
fn back(root: &Path, rooms: &[&str], path: &str) -> (Vec<String>, usize) {
    let (mut back, mut arrows) = (Vec::new(), 0);
    for file in files(root) {
        let name = file.strip_prefix(root).expect("it lies below");
        let room = name.iter().next().and_then(|room| room.to_str()).expect("a name");
        // Files beside the rooms are the front door; tests may go anywhere.
        if room.ends_with(".rs") || name.ends_with("tests.rs") {
            continue;
        }
        let place = rooms.iter().position(|known| *known == room);
        let place = place.unwrap_or_else(|| panic!("{room} is on no map"));
        for target in named(&code(&file), path).filter(|target| *target != room && !BESIDE.contains(target)) {
            arrows += 1;
            match rooms.iter().position(|known| *known == target) {
                Some(to) if to < place => {}
                _ => back.push(format!("{} → {path}{target}", name.display())),
            }
        }
    }
    (back, arrows)
}

#[test]
fn no_arrow_leads_back() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (root, rooms, path) in [(src.clone(), ROOMS, "crate::"), (src.join("kernel"), KERNEL, "crate::kernel::")] {
        let (back, arrows) = back(&root, rooms, path);
        assert!(arrows > 100, "only {arrows} arrows were found");
        assert_eq!(back, [""; 0]);
    }
}

/// The maps name every room.
#[test]
fn the_maps_name_every_room() {
    let read = |file: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a text");
    let (house, kernel, readme) = (read("src/lib.rs"), read("src/kernel/mod.rs"), read("README.md"));
    for room in ROOMS {
        // The native command is no room of the library.
        assert!(*room == "cli" || house.contains(&format!("//! | [`{room}`]")), "src/lib.rs: {room}");
        assert!(readme.contains(&format!("| `src/{room}/` |")), "README.md: {room}");
    }
    for room in KERNEL {
        assert!(kernel.contains(&format!("//! | [`{room}`]")), "src/kernel/mod.rs: {room}");
        assert!(readme.contains(&format!("`{room}`")), "README.md: {room}");
    }
}

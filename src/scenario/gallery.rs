//! The scenarios that come with the playground: those of the protocols' folders and the files of `tests/scenarios`.
//! Nothing in `web` uses them, so that the files' texts are not in the wasm: the page has them beside it.

use super::parse;
use crate::protocols;

include!(concat!(env!("OUT_DIR"), "/gallery.rs"));

/// A scenario that comes with the playground.
pub struct Exhibit {
    /// Its file's name without the ending; for a protocol's first scenario the protocol's name.
    pub file: &'static str,
    /// The protocol.
    pub protocol: &'static str,
    /// Its first comment line.
    pub title: String,
    /// The text.
    pub text: &'static str,
}

/// All of them, each protocol's first scenario before its others. One that can't be read is left out; the tests see to it
/// that there is none.
pub fn gallery() -> Vec<Exhibit> {
    let mut exhibits = Vec::new();
    for entry in protocols::ALL {
        let id = entry.descriptor.id;
        add(&mut exhibits, id, id, entry.descriptor.first_scenario);
        for &(file, text) in FILES {
            add(&mut exhibits, id, file, text);
        }
    }
    exhibits
}

fn add(exhibits: &mut Vec<Exhibit>, id: &'static str, file: &'static str, text: &'static str) {
    if let Ok(scenario) = parse(text)
        && scenario.entry.descriptor.id == id
    {
        exhibits.push(Exhibit { file, protocol: id, title: scenario.title().to_string(), text });
    }
}

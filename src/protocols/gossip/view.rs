//! What the page shows of a replica.

use super::value::{Name, Value, counter_key, register_key, set_key};
use super::{Client, Config, Gossip};
use crate::kernel::prelude::*;

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// Its registers: x=1 y=2.
    registers: String,
    /// The stamp of each register: x:2.1 y:1.3.
    stamps: String,
    /// Its counters, each the sum of all shares that it knows: likes=3.
    counters: String,
    /// Its sets: cart=eggs+milk.
    sets: String,
    /// How many removed tags it remembers.
    tombstones: usize,
    /// How many conflicts it has resolved since it started.
    conflicts: u32,
    /// Its clock, where stamps come from clocks.
    #[field(if_some)]
    clock: Option<u32>,
}

fn each<T: std::fmt::Display>(keys: Vec<Name>, between: &str, of: impl Fn(Name) -> T) -> String {
    listed(keys.into_iter().map(|key| format!("{key}{between}{}", of(key))), " ")
}

fn elements(value: &Value, key: Name) -> String {
    let elements = value.elements(key);
    if elements.is_empty() { super::NOTHING.to_string() } else { listed(elements, "+") }
}

impl Explain for Gossip {
    type Role = ();
    type Shown = Shown;

    fn status(Glance { disk, .. }: Glance<'_, Self>) -> Status {
        Status::new(&(), disk.value.version())
    }

    fn view(Glance { config, state, disk, .. }: Glance<'_, Self>, view: &mut ReplicaView) {
        let value = &disk.value;
        let stamp = |key| value.register(key).map(|written| written.stamp).unwrap_or_default();
        let word = |key| value.register(key).map_or(super::NOTHING, |written| written.value);
        view.add(&Shown {
            registers: each(value.keys(register_key), "=", word),
            stamps: each(value.keys(register_key), ":", stamp),
            counters: each(value.keys(counter_key), "=", |key| value.total(key)),
            sets: each(value.keys(set_key), "=", |key| elements(value, key)),
            tombstones: value.tombstones(),
            conflicts: state.map_or(0, |state| state.conflicts),
            clock: config.clock_stamps.then_some(disk.clock),
        });
        if value.is_empty() {
            return;
        }
        let shown = value.to_string();
        let alone = shown.split_once('=').map(|(_, told)| told).filter(|told| !told.contains(['=', '+']));
        view.badge(&alone.map_or_else(|| format!("v{}", value.version()), String::from));
        view.value(1 + value.checksum() % (1 << 32), value.version(), &shown, CellStatus::Prepared);
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.wanted.show()
    }
}

//! What the page shows of a replica.

use std::hash::{Hash, Hasher};

use super::message::{Name, Version};
use super::replica::{Operation, Phase, State};
use super::{Client, Config, QuorumRegister, Role};
use crate::kernel::data::hash::StableHasher;
use crate::kernel::prelude::*;

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// What its copies hold: x=1 y=2.
    store: String,
    /// The tag of each copy: x:2.1 y:1.3.
    tags: String,
    /// What it carries out for clients.
    carries_out: String,
    /// Its clock, where tags come from clocks.
    #[field(if_some)]
    clock: Option<u32>,
}

/// The operations under way, client by client.
fn under_way(state: Option<&State>) -> impl Iterator<Item = &Operation> {
    state.into_iter().flat_map(|state| state.operations.values()).filter(|operation| operation.phase != Phase::Done)
}

impl Explain for QuorumRegister {
    type Role = Role;
    type Shown = Shown;

    fn status(Glance { state, disk, .. }: Glance<'_, Self>) -> Status {
        let role = match under_way(state).map(|operation| operation.phase).max_by_key(|phase| *phase as u8) {
            Some(Phase::Query) => Role::Querying,
            Some(_) => Role::Storing,
            None => Role::Replica,
        };
        Status::new(&role, disk.copies.values().map(|copy| copy.tag.epoch()).max().unwrap_or(0))
    }

    fn view(Glance { config, state, disk, .. }: Glance<'_, Self>, view: &mut ReplicaView) {
        view.add(&Shown {
            store: listed(disk.copies.iter().map(|(key, copy)| format!("{key}={}", copy.value)), " "),
            tags: listed(disk.copies.iter().map(|(key, copy)| format!("{key}:{}", copy.tag)), " "),
            carries_out: listed(under_way(state).map(|operation| operation.command.to_string()), ", "),
            clock: config.clock_tags.then_some(disk.clock),
        });
        if let Some((key, copy)) = disk.copies.iter().max_by_key(|(_, copy)| copy.tag) {
            view.badge(&copy.value);
            view.value(number(*key, *copy), copy.tag.epoch(), copy, CellStatus::Prepared);
        }
        for Operation { command, phase, heard, best, .. } in under_way(state) {
            match phase {
                Phase::Query => view.tally(&format_args!("{command}: answers"), config.read_quorum),
                _ => view.tally(&format_args!("{}={best} stored", command.key()), config.write_quorum),
            }
            view.votes(heard.iter().map(|(node, _)| *node));
        }
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.wanted.show()
    }
}

/// A number that is the same for the same value everywhere, for its color.
fn number(key: Name, copy: Version) -> u64 {
    let mut hasher = StableHasher::default();
    (key, copy).hash(&mut hasher);
    1 + hasher.finish() % (1 << 32)
}

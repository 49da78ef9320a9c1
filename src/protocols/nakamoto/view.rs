//! What the page shows of a replica.

use super::tree::height;
use super::{Client, Config, Nakamoto};
use crate::kernel::prelude::*;

/// How far below the head blocks are shown.
const SHOWN: u64 = 40;

/// The roles.
#[derive(Role, Clone, Copy)]
pub enum Role {
    /// Mines on the branch with the most work, and publishes what it finds.
    #[role(Follow)]
    Miner,
    /// Keeps blocks back, so that others work in vain.
    #[role(Contend)]
    Selfish,
    /// Mines in secret a chain in which it has not paid.
    #[role(Contend)]
    Thief,
    /// Shows a merchant a branch that nobody else sees.
    #[role(Contend)]
    Eclipser,
}

/// The fields of a view.
#[derive(View)]
pub struct Shown {
    /// The last block of the chain that counts: its height and who found it.
    head: String,
    /// How many blocks its chain has.
    height: u64,
    /// How many blocks it knows beside its chain: work that does not count.
    stale: u64,
    /// How many blocks wait for the one below them.
    orphans: u64,
    /// How many blocks it keeps secret.
    secret: u64,
    /// The most blocks of its chain that were ever replaced at once.
    deepest_reorganization: u64,
    /// How many percent of its chain miners have found who are not honest.
    dishonest_share: u64,
    /// How hard the next block is to find; 1000 at the beginning.
    difficulty: u64,
    /// For how many payments it has handed over goods.
    sold: u64,
}

impl Explain for Nakamoto {
    type Role = Role;
    type Shown = Shown;

    fn status(Glance { config, me, disk, .. }: Glance<'_, Self>) -> Status {
        let role = [Role::Miner, Role::Selfish, Role::Thief, Role::Eclipser][config.strategy[me.index()] as usize];
        Status::new(&role, height(disk.head))
    }

    fn view(Glance { config, state, disk, .. }: Glance<'_, Self>, view: &mut ReplicaView) {
        let (head, top) = (disk.head, height(disk.head));
        let secret = state.map_or(0, |state| state.attack.secret.len() as u64);
        let known = disk.blocks.get(&head);
        view.committed = (top + 1).saturating_sub(config.confirmations);
        view.badge(&top);
        view.add(&Shown {
            head: known.map_or("none".into(), |known| format!("{top} by {}", known.block.miner)),
            height: top,
            stale: disk.blocks.len() as u64 - top - secret,
            orphans: state.map_or(0, |state| state.orphans.len() as u64),
            secret,
            deepest_reorganization: state.map_or(0, |state| state.deepest),
            dishonest_share: known.map_or(0, |known| u64::from(known.dishonest) * 100 / top),
            difficulty: disk.next_difficulty(config, head),
            sold: state.map_or(0, |state| state.sold.len() as u64),
        });
        let tip = state.and_then(|state| state.attack.tip).unwrap_or(head);
        let mut branch: Vec<_> = disk.chain(head).map(|block| block.id).take(SHOWN as usize + 1).collect();
        branch.reverse();
        let shown = disk.blocks.from(&(top.saturating_sub(SHOWN) << 32)).filter(|(id, _)| **id != tip);
        for (id, known) in shown.chain(disk.blocks.get(&tip).map(|known| (&tip, known))) {
            let block = &known.block;
            let how = match branch.binary_search(id) {
                Ok(_) if block.height <= view.committed => CellStatus::Committed,
                Ok(_) => CellStatus::Prepared,
                Err(_) => CellStatus::Pending,
            };
            view.block(*id, &[block.parent], block.miner.raw().into(), block, how);
        }
        if let Some(known) = known {
            view.value(head, known.block.miner.raw().into(), &known.block, CellStatus::Prepared);
        }
    }

    fn view_client(_: &Config, client: &Client) -> String {
        match client.open.first() {
            Some(payment) => format!("waits for {}", payment.what),
            None => "idle".into(),
        }
    }
}

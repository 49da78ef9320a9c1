//! What the page shows of a replica.

use super::message::{Certificate, GENESIS, Message, Node, Vote};
use super::{Client, Config, Disk, HotStuff, State, costs};
use crate::kernel::data::hash::stable_hash;
use crate::kernel::prelude::*;
use crate::services::fold::{Fold, Logged};

/// How many views below the highest one are drawn.
const SHOWN: u64 = 24;
/// How many blanks are drawn between two nodes; of more, one stands for all.
const MOST_BLANKS: u64 = 4;

/// The roles.
#[derive(Role, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Leads its view: proposes a node, and gathers votes.
    #[role(Lead)]
    Leader,
    /// Votes on what the leader proposes.
    #[role(Follow)]
    Replica,
}

/// The fields.
#[derive(View)]
pub struct Shown {
    /// curView: the view that it is in.
    view: u64,
    /// The view that it wants to be in, if it has given up that one; else the same.
    wants: u64,
    /// Who leads its view.
    leader: NodeId,
    /// genericQC (in the basic form prepareQC), the highest certificate that it knows: type, view, node, signers.
    generic_qc: String,
    /// Its view.
    generic_view: u64,
    /// lockedQC, the certificate that it is locked on: type, view, node, signers.
    locked_qc: String,
    /// Its view.
    locked_view: u64,
    /// The certificate by which it executed the last node: type, view, node, signers.
    decided_by: String,
    /// The view of its last vote, or none.
    voted: Option<u64>,
    /// How many timeouts there were since something was executed.
    failures: u64,
    /// Requests that it has received and that are not executed.
    waiting_for: String,
    /// What its store holds: x=1 y=2.
    store: String,
}

impl Explain for HotStuff {
    type Role = Role;
    type Shown = Shown;
    const FOLDS: bool = true;

    fn status(Glance { config, me, disk, .. }: Glance<'_, Self>) -> Status {
        let leads = config.leader(disk.view) == me;
        Status::new(if leads { &Role::Leader } else { &Role::Replica }, disk.view)
    }

    fn view(Glance { config, state, disk, .. }: Glance<'_, Self>, view: &mut ReplicaView) {
        let waiting = state.iter().flat_map(|state| &state.waiting);
        view.committed = disk.chain.len() as u64;
        view.badge(&format_args!("v{}", disk.view));
        view.add(&Shown {
            view: disk.view,
            wants: disk.wish,
            leader: config.leader(disk.view),
            generic_qc: disk.generic.to_string(),
            generic_view: disk.generic.view,
            locked_qc: disk.locked.to_string(),
            locked_view: disk.locked.view,
            decided_by: disk.decided.to_string(),
            voted: disk.voted.last().map(|((view, _), _)| *view),
            failures: state.map_or(0, |state| state.failures.into()),
            waiting_for: listed(waiting.map(|request| &request.body().command), " "),
            store: disk.service.store.show(),
        });
        tree(disk, view);
        if let Some(state) = state {
            tallies(config, disk, state, view);
        }
    }

    fn applied(Glance { disk, .. }: Glance<'_, Self>) -> Option<AppliedLog> {
        let mut fold = Fold::new();
        for requests in disk.chain.iter().map(|(_, node)| &node.requests) {
            fold.take(requests.iter().map(|request| Logged::command(request.body().id, &request.body().command)));
        }
        Some(fold.beside(disk.chain.len() as u64, &disk.service.store, &disk.service.replies))
    }

    fn view_client(_: &Config, client: &Client) -> String {
        client.doing()
    }

    fn authenticators(message: &Message) -> Authenticators {
        costs::authenticators(message)
    }
}

/// A node in a few characters: its view, its first command, and how many more there are.
fn label(node: &Node) -> String {
    let first = node.requests.first().map_or("empty".into(), |request| request.body().command.to_string());
    let more = node.requests.len().saturating_sub(1);
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    format!("v{} {first}{more}", node.view)
}

/// The marks that slide up the branch.
fn marks(disk: &Disk, id: u64) -> Vec<&'static str> {
    let at = |certificate: &Certificate| certificate.node == id && !certificate.is_genesis();
    let executed = disk.chain.last().is_some_and(|(last, _)| *last == id);
    let marks = [("generic", at(&disk.generic)), ("lock", at(&disk.locked)), ("commit", executed)];
    marks.into_iter().filter(|(_, here)| *here).map(|(mark, _)| mark).collect()
}

/// The nodes, with blanks for the views in which none was certified. Decided ones are solid; those between the last
/// decided one and the highest certificate are half filled: the chain of three.
fn tree(disk: &Disk, view: &mut ReplicaView) {
    let lowest = disk.tree.top().saturating_sub(SHOWN);
    for (id, node) in disk.tree.since(lowest) {
        let executed = disk.chain.get(node.height as usize - 1).is_some_and(|(done, _)| *done == id);
        let certified = disk.tree.extends(disk.generic.node, id);
        let how = match (executed, certified) {
            (true, _) => CellStatus::Committed,
            (false, true) => CellStatus::Prepared,
            (false, false) => CellStatus::Pending,
        };
        let below = disk.tree.get(node.parent).map_or(0, |parent| parent.view);
        let parent = if below < lowest { GENESIS } else { node.parent };
        let parent = blanks(parent, below, node.view, view);
        view.block(id, &[parent], node.view, &label(node), how);
        view.mark_block(marks(disk, id));
    }
    if let Some(node) = disk.tree.get(disk.generic.node) {
        view.value(disk.generic.node, node.view, &label(node), CellStatus::Prepared);
    }
}

/// Blanks for the views between a node and the one below it; gives what the node is drawn on.
fn blanks(parent: u64, below: u64, above: u64, view: &mut ReplicaView) -> u64 {
    let skipped = above - below - 1;
    if parent == GENESIS && below > 0 || skipped == 0 {
        return parent;
    }
    // A number of its view, like a node's.
    let blank = |on: u64, at: u64| at << 32 | stable_hash(&(on, at, "blank")) >> 32;
    if skipped > MOST_BLANKS {
        let id = blank(parent, above - 1);
        view.block(id, &[parent], 0, &format_args!("v{}–{}", below + 1, above - 1), CellStatus::Pending);
        return id;
    }
    (below + 1..above).fold(parent, |on, at| {
        let id = blank(on, at);
        view.block(id, &[on], 0, &format_args!("v{at}"), CellStatus::Pending);
        id
    })
}

/// The votes that it gathers for its own and the next view.
fn tallies(config: &Config, disk: &Disk, state: &State, view: &mut ReplicaView) {
    let mut seen: Vec<Vote> =
        state.votes.keys().map(|(vote, _)| *vote).filter(|vote| vote.view + 2 > disk.view).collect();
    seen.dedup();
    for vote in seen {
        let label = disk.tree.get(vote.node).map_or_else(|| super::message::short(vote.node), |node| node.to_string());
        view.tally(&format_args!("{} v{} {label}", vote.phase.word(), vote.view), config.quorum);
        view.votes(state.votes.keys().filter(|(other, _)| *other == vote).map(|(_, voter)| *voter));
    }
}

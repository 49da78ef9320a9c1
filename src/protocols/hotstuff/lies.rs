//! What a Byzantine replica may say instead, signed in its own name only. It holds whatever certificates it was shown.

use std::rc::Rc;

use super::message::{Certificate, GENESIS, Message, NewView, Node, Phase, Reply, Vote};
use super::{Config, Disk, HotStuff};
use crate::kernel::{self, prelude::*};

/// The lies.
#[derive(Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Proposes an empty node in the same view, unlike the one that others get.
    #[lie(Contradict)]
    OtherNode,
    /// Proposes a node on the genesis, with its highest certificate as if that allowed it.
    #[lie(Contradict)]
    JustifyElsewhere,
    /// Shows an old certificate as one of the view before.
    #[lie(Contradict)]
    FalseView,
    /// Builds on what the others are locked on, so that the certified nodes above are lost.
    #[lie(Contradict)]
    Fork,
    /// Shows an older certificate than its highest: the newest of another branch, if there is one.
    #[lie(Omit)]
    OldCertificate,
    /// Votes for a node that does not exist, and so for none.
    #[lie(Omit)]
    VoteForNothing,
    /// Votes for the node that an equivocating leader showed to others.
    #[lie(Grant)]
    VoteOther,
    /// Wants a view of the far future.
    #[lie(Invent)]
    FarView,
    /// Sends no certificate to a replica that is behind.
    #[lie(Omit)]
    NothingNewer,
    /// Sends a reply with a made-up result.
    #[lie(Contradict)]
    WrongResult,
}

/// How many views back it looks for other branches.
const RECENT: u64 = 16;

/// What the others are locked on at most, if this certificate is still a secret of its leader.
fn locked_by_others(config: &Config, disk: &Disk, secret: &Rc<Certificate>) -> Rc<Certificate> {
    let below = |one: Rc<Certificate>| disk.tree.get(one.node).map_or(one, |node| node.justify.clone());
    let shown = below(secret.clone());
    if config.is_basic() || config.commits_after_two() { shown } else { below(shown) }
}

/// A certificate that it shows in place of this one: the newest of another branch, or the one that others are locked on.
fn older(config: &Config, disk: &Disk, than: &Rc<Certificate>) -> Rc<Certificate> {
    let elsewhere = |one: &Rc<Certificate>| one.view < than.view && !disk.tree.extends(than.node, one.node);
    let shown =
        disk.tree.since(than.view.saturating_sub(RECENT)).map(|(_, node)| node.justify.clone()).filter(elsewhere);
    shown.max_by_key(|one| one.view).unwrap_or_else(|| locked_by_others(config, disk, than))
}

/// The oldest certificate on this branch, as if it had been made just before this view.
fn renewed(disk: &Disk, from: u64, view: u64) -> Option<Rc<Certificate>> {
    let lowest = disk.tree.branch(from).map(|(_, node)| &node.justify).filter(|one| !one.is_genesis()).last()?;
    let renewed = Certificate { view: view - 1, ..Certificate::clone(lowest) };
    (renewed.view != lowest.view).then(|| Rc::new(renewed))
}

/// A node in the same view, on the node of this certificate.
fn built_on(disk: &Disk, node: &Node, justify: Rc<Certificate>) -> Message {
    let parent = justify.node;
    let height = disk.tree.get(parent).map_or(0, |below| below.height) + 1;
    Message::Proposal(Rc::new(Node { parent, height, justify, ..node.clone() }))
}

impl kernel::Lie for HotStuff {
    type Lie = Lie;

    fn lies(replica: Glance<'_, Self>, signer: Signer, _: NodeId, message: &Message, lies: &mut Lies<Self>) {
        let (config, disk) = (replica.config, replica.disk);
        match message {
            Message::Proposal(node) => proposals(config, disk, node, lies),
            Message::Vote(vote) if vote.signer() == signer.name() => votes(disk, signer, *vote.body(), lies),
            Message::Certified(shown) if shown.phase == Phase::Prepare => {
                let below = disk.tree.get(shown.node).map_or(GENESIS, |node| node.justify.node);
                if let Some(renewed) = renewed(disk, below, shown.view + 1) {
                    lies.add(Lie::FalseView, Message::Certified(renewed));
                }
            }
            Message::NewView(wanted) => {
                let justify = older(config, disk, &wanted.justify);
                lies.add(Lie::OldCertificate, Message::NewView(NewView { justify, ..wanted.clone() }));
                lies.add(Lie::FarView, Message::NewView(NewView { view: wanted.view + 100, ..wanted.clone() }));
                if let Some(justify) = renewed(disk, wanted.justify.node, wanted.view) {
                    lies.add(Lie::FalseView, Message::NewView(NewView { justify, ..wanted.clone() }));
                }
            }
            Message::Newest(_) => lies.add(Lie::NothingNewer, Message::Newest(Vec::new())),
            Message::Reply(reply) => {
                let result = if &*reply.body().result == "ok" { "nothing" } else { "ok" };
                let wrong = Reply { result: result.into(), ..reply.body().clone() };
                lies.add(Lie::WrongResult, Message::Reply(Rc::new(signer.sign(wrong))));
            }
            _ => {}
        }
    }
}

fn proposals(config: &Config, disk: &Disk, node: &Rc<Node>, lies: &mut Lies<HotStuff>) {
    let empty = Node { requests: Vec::new(), ..Node::clone(node) };
    if empty != **node {
        lies.add(Lie::OtherNode, Message::Proposal(Rc::new(empty)));
    }
    if node.parent != GENESIS {
        let elsewhere = Node { parent: GENESIS, height: 1, ..Node::clone(node) };
        lies.add(Lie::JustifyElsewhere, Message::Proposal(Rc::new(elsewhere)));
    }
    if let Some(renewed) = renewed(disk, node.parent, node.view) {
        lies.add(Lie::FalseView, built_on(disk, node, renewed));
    }
    let lowest = locked_by_others(config, disk, &node.justify);
    if lowest != node.justify {
        lies.add(Lie::Fork, built_on(disk, node, lowest));
    }
    let older = older(config, disk, &node.justify);
    if older != node.justify {
        lies.add(Lie::OldCertificate, built_on(disk, node, older));
    }
}

fn votes(disk: &Disk, signer: Signer, vote: Vote, lies: &mut Lies<HotStuff>) {
    lies.add(Lie::VoteForNothing, Message::Vote(signer.sign(Vote { node: !vote.node, ..vote })));
    let other = disk.tree.since(vote.view).find(|(id, node)| node.view == vote.view && *id != vote.node);
    let contrary = disk.tree.get(vote.node).map(|node| Node { requests: Vec::new(), ..Node::clone(node) }.id());
    if let Some(node) = other.map(|(id, _)| id).or(contrary).filter(|id| *id != vote.node) {
        lies.add(Lie::VoteOther, Message::Vote(signer.sign(Vote { node, ..vote })));
    }
}

//! What a Byzantine agent may say instead. Nothing is signed or passed on, so each receiver may be told another story.

use super::config::{Config, Restaurant};
use super::message::Message;
use crate::kernel::{LieInfo, LieSort, NodeId};

/// The lies, for the descriptor.
pub const LIES: &[LieInfo] = &[
    LieInfo::new("other-proposal", LieSort::Contradict, "Proposes another restaurant to this agent."),
    LieInfo::new("other-vote", LieSort::Contradict, "Votes for another restaurant towards this agent."),
    LieInfo::new("other-decision", LieSort::Contradict, "Tells this agent that it decided another restaurant."),
    LieInfo::new("please", LieSort::Grant, "Wants, votes for and decides what this agent likes best."),
    LieInfo::new("abstain", LieSort::Omit, "Abstains towards this agent, though it has voted."),
    LieInfo::new("claim-decision", LieSort::Invent, "Claims that it has decided, though it only votes."),
];

/// What could be sent instead of this message: the other restaurants in the order of the menu, then the rest.
pub fn lies(config: &Config, to: NodeId, message: &Message) -> Vec<(u8, Message)> {
    let Some((contradiction, truth)) = said(message) else { return Vec::new() };
    let others = config.menu.iter().filter(|other| Some(**other) != truth);
    let mut lies: Vec<_> = others.map(|&other| (contradiction, with(message, other))).collect();
    if let Some(liked) = config.profiles.get(to.index()).filter(|_| !to.is_client()) {
        lies.push((3, with(message, config.menu[liked.favourite as usize])));
    }
    if let Message::Vote { dinner, round, restaurant: Some(restaurant) } = *message {
        lies.push((4, Message::Vote { dinner, round, restaurant: None }));
        lies.push((5, Message::Decided { dinner, round, restaurant }));
    }
    lies
}

/// Which lie contradicts a message, and the restaurant that it speaks of. Clients are told no lies.
fn said(message: &Message) -> Option<(u8, Option<Restaurant>)> {
    match message {
        Message::Proposal { restaurant, .. } => Some((0, Some(*restaurant))),
        Message::Vote { restaurant, .. } => Some((1, *restaurant)),
        Message::Decided { restaurant, .. } => Some((2, Some(*restaurant))),
        Message::Again { .. } | Message::Told { .. } => None,
    }
}

/// The same message with another restaurant.
fn with(message: &Message, other: Restaurant) -> Message {
    let mut message = message.clone();
    match &mut message {
        Message::Proposal { restaurant, .. } | Message::Decided { restaurant, .. } => *restaurant = other,
        Message::Vote { restaurant, .. } => *restaurant = Some(other),
        Message::Again { .. } | Message::Told { .. } => {}
    }
    message
}

//! What a Byzantine agent may say instead. Nothing is signed or passed on, so each receiver may be told another story.
//! What the lies are is a pure function, for the closed loop tells the same ones.

use super::RestaurantVote;
use super::config::{Config, Restaurant};
use super::message::Message;
use super::strategy::{Place, rarest};
use crate::kernel::{self, Lies, NodeId};

/// The lies.
#[derive(kernel::Lie, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Proposes another restaurant to some agents.
    #[lie(Contradict)]
    OtherProposal,
    /// Votes for the least popular proposal other than its true vote.
    #[lie(Contradict)]
    Rarest,
    /// Tells some agents another vote.
    #[lie(Contradict)]
    OtherVote,
    /// Tells some agents that it decided on another restaurant.
    #[lie(Contradict)]
    OtherDecision,
    /// Proposes, votes for and decides on its own favourite, whatever it has heard.
    #[lie(Contradict)]
    Insist,
    /// Proposes, votes for and decides on whatever the receiver likes best.
    #[lie(Grant)]
    Please,
    /// Tells some agents that it abstains, although it has voted.
    #[lie(Omit)]
    Abstain,
    /// Claims that it decided in the round before, although it is still voting.
    #[lie(Invent)]
    ClaimDecision,
}

/// What a lie is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About {
    /// A proposal.
    Proposal,
    /// A vote, in this round; what the fewest propose but for the true vote.
    Vote(u64, Option<Place>),
    /// A decision.
    Decision,
}

/// What is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// The same sort of message, for this restaurant.
    Place(Place),
    /// An abstention.
    Nothing,
    /// That it had decided this one in the round before.
    Decided(Place),
}

/// What there is to lie about.
#[derive(Clone, Copy, Debug)]
pub struct Matter {
    /// What the message is.
    pub about: About,
    /// What it should say; `None` is an abstention.
    pub truth: Option<Place>,
    /// How long the menu is.
    pub menu: usize,
    /// What the liar liked best at first.
    pub favourite: Place,
    /// What the receiver liked best at first.
    pub liked: Place,
}

impl Matter {
    /// The lie in this place, and what it says: what the fewest want, the other restaurants in the order of
    /// the menu, the liar's own favourite, the receiver's, and of a vote none at all and a decision that was never taken.
    pub fn lie(&self, mut place: usize) -> Option<(Lie, Told)> {
        let others = self.menu - usize::from(self.truth.is_some());
        let mut other = 0;
        if let About::Vote(_, Some(rarest)) = self.about {
            if place == 0 {
                return Some((Lie::Rarest, Told::Place(rarest)));
            }
            place -= 1;
        }
        if place < others {
            other = place as Place;
            other += Place::from(self.truth.is_some_and(|truth| truth <= other));
        }
        let kind = match self.about {
            About::Proposal => Lie::OtherProposal,
            About::Vote(..) => Lie::OtherVote,
            About::Decision => Lie::OtherDecision,
        };
        let vote = if let About::Vote(round, _) = self.about { Some(round) } else { None };
        match (place.wrapping_sub(others) as isize, self.truth, vote) {
            (isize::MIN..=-1, ..) => Some((kind, Told::Place(other))),
            (0, ..) => Some((Lie::Insist, Told::Place(self.favourite))),
            (1, ..) => Some((Lie::Please, Told::Place(self.liked))),
            (2, Some(_), Some(_)) => Some((Lie::Abstain, Told::Nothing)),
            (3, Some(truth), Some(round)) if round > 1 => Some((Lie::ClaimDecision, Told::Decided(truth))),
            _ => None,
        }
    }

    /// How many lies there are.
    pub fn lies(&self) -> usize {
        let mut count = 0;
        while self.lie(count).is_some() {
            count += 1;
        }
        count
    }
}

/// What could be sent instead of this message, by an agent that heard these proposals. Clients are told no lies.
pub fn lie(
    config: &Config,
    (me, to): (NodeId, NodeId),
    proposals: &[Option<Place>],
    message: &Message,
    lies: &mut Lies<RestaurantVote>,
) {
    let menu = config.menu.len();
    let (dinner, round, about, truth) = match *message {
        Message::Proposal { dinner, round, restaurant, .. } => (dinner, round, About::Proposal, Some(restaurant)),
        Message::Vote { dinner, round, restaurant } => {
            let rarest = rarest(proposals, menu, restaurant.map(|restaurant| restaurant.place));
            (dinner, round, About::Vote(round, rarest), restaurant)
        }
        Message::Decided { dinner, round, restaurant } => (dinner, round, About::Decision, Some(restaurant)),
        Message::Again { .. } | Message::Told { .. } => return,
    };
    if to.is_client() {
        return;
    }
    let favourite = |node: NodeId| config.profiles[node.index()].favourite;
    let truth = truth.map(|restaurant| restaurant.place);
    let matter = Matter { about, truth, menu, favourite: favourite(me), liked: favourite(to) };
    while let Some((kind, told)) = matter.lie(lies.len()) {
        let lie = match told {
            Told::Place(place) => with(message, config.menu[place as usize]),
            Told::Nothing => Message::Vote { dinner, round, restaurant: None },
            Told::Decided(place) => {
                Message::Decided { dinner, round: round - 1, restaurant: config.menu[place as usize] }
            }
        };
        lies.add(kind, lie);
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

//! What a Byzantine agent may say instead. Nothing is signed or passed on, so each receiver may be told another story.
//! What the lies are is a pure function, for the closed loop tells the same ones.

use super::RestaurantVote;
use super::config::{Config, Restaurant};
use super::message::Message;
use super::strategy::{Place, rarest};
use crate::kernel::{LieInfo, LieSort, Lies, NodeId};

/// The lies, for the descriptor.
pub const LIES: &[LieInfo] = &[
    LieInfo::new("other-proposal", LieSort::Contradict, "Proposes another restaurant to some agents."),
    LieInfo::new("rarest", LieSort::Contradict, "Votes for the least popular proposal other than its true vote."),
    LieInfo::new("other-vote", LieSort::Contradict, "Tells some agents another vote."),
    LieInfo::new("other-decision", LieSort::Contradict, "Tells some agents that it decided on another restaurant."),
    LieInfo::new(
        "insist",
        LieSort::Contradict,
        "Proposes, votes for and decides on its own favourite, whatever it has heard.",
    ),
    LieInfo::new("please", LieSort::Grant, "Proposes, votes for and decides on whatever the receiver likes best."),
    LieInfo::new("abstain", LieSort::Omit, "Tells some agents that it abstains, although it has voted."),
    LieInfo::new(
        "claim-decision",
        LieSort::Invent,
        "Claims that it decided in the round before, although it is still voting.",
    ),
];

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
    /// The lie in this place, with its place in [`LIES`]: what the fewest want, the other restaurants in the order of
    /// the menu, the liar's own favourite, the receiver's, and of a vote none at all and a decision that was never taken.
    pub fn lie(&self, mut place: usize) -> Option<(u8, Told)> {
        let others = self.menu - usize::from(self.truth.is_some());
        let mut other = 0;
        if let About::Vote(_, Some(rarest)) = self.about {
            if place == 0 {
                return Some((1, Told::Place(rarest)));
            }
            place -= 1;
        }
        if place < others {
            other = place as Place;
            other += Place::from(self.truth.is_some_and(|truth| truth <= other));
        }
        let kind = match self.about {
            About::Proposal => 0,
            About::Vote(..) => 2,
            About::Decision => 3,
        };
        let vote = if let About::Vote(round, _) = self.about { Some(round) } else { None };
        match (place.wrapping_sub(others) as isize, self.truth, vote) {
            (isize::MIN..=-1, ..) => Some((kind, Told::Place(other))),
            (0, ..) => Some((4, Told::Place(self.favourite))),
            (1, ..) => Some((5, Told::Place(self.liked))),
            (2, Some(_), Some(_)) => Some((6, Told::Nothing)),
            (3, Some(truth), Some(round)) if round > 1 => Some((7, Told::Decided(truth))),
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

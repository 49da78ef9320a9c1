//! The vocabulary of the vote.

use super::RestaurantVote;
use super::config::MOST_AGENTS;
use crate::kernel::prelude::*;

const FIRST: &str = "\
# Five friends, five favourites
# Each votes in its own way, and all conform to the restaurant that leads: how many rounds do they need?
protocol restaurant-vote
replicas 5
set strategy 1 own
set strategy 2 utility
set strategy 3 random
set strategy 4 random
set strategy 5 popular
set preference-change conform
set rule two-thirds
set strategy-seed 37
run 1500ms
expect agreement
expect committed 1   # predict: Five friends have five favourites, and all give way to what leads. Will two thirds of them ever agree? | Yes: what leads once draws the others | No: five opinions have no majority
";

/// The descriptor.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: "restaurant-vote",
    name: "Restaurant vote",
    summary: "Agents with different favourites propose and vote, round by round, until a rule accepts the result.",
    paper: "A classroom exercise: build a voting-based consensus",
    epoch: "round",
    agent: "agent",
    slot: "dinner",
    replicas: (2, MOST_AGENTS as u16),
    first_scenario: FIRST,
    structures: &[StructureInfo { kind: StructureKind::Log, name: "Votes by round", empty: "Nobody has voted yet." }],
    properties: super::properties::PROPERTIES,
    costs: &[
        WordInfo {
            name: "messages",
            about: "2n(n − 1) per round, and n(n − 1) to announce the decision: 40 and 20 with five agents.",
        },
        WordInfo { name: "delays", about: "2 per round: proposals and votes." },
    ],
    terms: super::terms::TERMS,
    ..Descriptor::of::<RestaurantVote>()
};

//! The vocabulary of the vote.

use super::Timer;
use super::config::MOST_AGENTS;
use super::decision_rule::DecisionRule;
use super::lies::Lie;
use super::message::Again;
use super::strategy::{Change, Strategy, Ties};
use super::topology::Hears;
use crate::kernel::{
    Descriptor, Glyph, LieKind, Look, MessageInfo, OptionInfo, OptionKind, ReadCommand, RoleInfo, Timer as _, WordInfo,
};

const fn word(name: &'static str, about: &'static str) -> WordInfo {
    WordInfo { name, about }
}

const fn option(
    name: &'static str,
    kind: OptionKind,
    default: &'static str,
    per_replica: bool,
    about: &'static str,
    source: &'static str,
) -> OptionInfo {
    OptionInfo { name, kind, default, per_replica, bug: false, breaks: &[], about, source }
}

const fn message(name: &'static str, reply: bool, glyph: Glyph, about: &'static str) -> MessageInfo {
    MessageInfo { name, reply, glyph, about }
}

const OPTIONS: &[OptionInfo] = &[
    option(
        "strategy",
        OptionKind::Choice(Strategy::WORDS),
        "random",
        true,
        "How an agent votes: for its own proposal, the most popular one, a random one, the one that it rates highest, or as code outside tells it.",
        "task 1",
    ),
    option(
        "favourite",
        OptionKind::Word,
        "default",
        true,
        "What an agent proposes first: by default what it rates highest, or else Pizza, Sushi, Tacos, Curry, Ramen, … by its number.",
        "task 2",
    ),
    option(
        "utility",
        OptionKind::Word,
        "default",
        true,
        "An agent's ratings from 0 to 10 points: Pizza=5,Sushi=3; anything not named gets 0. By default the favourite gets 10 and the others 1 to 9, drawn from their names and the agent's number.",
        "task 1",
    ),
    option(
        "rule",
        OptionKind::Choice(DecisionRule::WORDS),
        "majority",
        false,
        "How many of all agents' votes make a consensus; votes that did not arrive count against it.",
        "task 1",
    ),
    option(
        "proposal-ties",
        OptionKind::Choice(Ties::WORDS),
        "lowest-agent",
        false,
        "What an agent votes for when several proposals are equally popular or equally rated: the proposal of the agent with the lowest number, the first by name, a random one, or (none) its own.",
        "task 1",
    ),
    option(
        "vote-ties",
        OptionKind::Choice(Ties::WORDS),
        "none",
        false,
        "Which restaurant leads when several have equally many votes: none, the vote of the agent with the lowest number, the first by name, or a random one, by a coin that all agents share. It matters for plurality and for conforming.",
        "task 1",
    ),
    option(
        "preference-change",
        OptionKind::Choice(Change::WORDS),
        "stubborn",
        true,
        "How a preference changes after a round without consensus: not at all, to the leading restaurant, or by moving all ratings halfway to the mean.",
        "task 5; DeGroot 1974",
    ),
    option(
        "round-timeout",
        OptionKind::Duration,
        "200ms",
        false,
        "How long an agent waits for proposals, and then for votes, before it continues with those that have arrived.",
        "",
    ),
    option("pause", OptionKind::Duration, "40ms", false, "How long an agent pauses between two rounds.", ""),
    option(
        "max-rounds",
        OptionKind::Number { lo: 1, hi: 1_000 },
        "50",
        false,
        "After how many rounds without consensus an agent gives up.",
        "task 4",
    ),
    option(
        "hears",
        OptionKind::Choice(Hears::WORDS),
        "everyone",
        false,
        "Whom an agent hears: everyone, its two neighbours in a ring, or its neighbours in a connected random graph. The rule counts only those and itself.",
        "",
    ),
    option(
        "degree",
        OptionKind::Number { lo: 2, hi: 24 },
        "3",
        false,
        "About how many neighbours an agent has in a random graph.",
        "",
    ),
    option(
        "graph-seed",
        OptionKind::Number { lo: 0, hi: (1 << 53) - 1 },
        "1",
        false,
        "The seed of the random graph.",
        "",
    ),
    option(
        "strategy-seed",
        OptionKind::Number { lo: 0, hi: (1 << 53) - 1 },
        "1",
        false,
        "The seed of random votes. A vote also depends on the agent, the dinner and the round, but not on the order of messages.",
        "",
    ),
    OptionInfo {
        name: "forget-votes",
        kind: OptionKind::Switch,
        default: "off",
        per_replica: false,
        bug: true,
        breaks: &["one-vote-per-round"],
        about: "A vote is not written down before it is sent, so an agent may vote again after a crash.",
        source: "as in Raft §5: a vote must be durable",
    },
];

const FIELDS: &[WordInfo] = &[
    word("dinner", "Which dinner the agents vote on, from 1."),
    word("round", "The round of that dinner, from 1."),
    word("phase", "waiting, proposing, voting, thinking, asking, decided, given-up."),
    word("strategy", "How the agent votes."),
    word("favourite", "What it liked best at the start."),
    word("preference", "What it proposes now."),
    word("rating", "How it rates that now, from 0 to 10 points."),
    word("vote", "Its vote in this round: none before it votes, abstains if it votes for no restaurant."),
    word("tally", "The votes that it knows of in this round."),
    word("decided", "What it has decided on for this dinner, or none."),
    word("rounds-used", "In which round it decided; 0 if it has not."),
];

const MESSAGES: &[MessageInfo] = &[
    message("proposal", false, Glyph::Box, "An agent's proposal for a round."),
    message("vote", false, Glyph::Disc, "An agent's vote in a round."),
    message("decided", false, Glyph::Diamond, "An agent has decided and will not change its mind."),
    message("again", false, Glyph::Envelope, "A client wants another dinner."),
    message("told", true, Glyph::Envelope, "An agent tells a client how a dinner ended for it."),
];

const COSTS: &[WordInfo] = &[
    word("messages", "2n(n − 1) per round, and n(n − 1) to announce the decision: 40 and 20 with five agents."),
    word("delays", "2 per round: proposals and votes."),
];

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
    quorum_for: "to agree",
    agent: "agent",
    first_agent: "",
    slot: "dinner",
    replicas: (2, MOST_AGENTS as u16),
    first_scenario: FIRST,
    commands: Again::COMMANDS,
    options: OPTIONS,
    disk: &[],
    messages: MESSAGES,
    timers: Timer::TIMERS,
    roles: &[
        RoleInfo { name: "voting", look: Look::Follow, about: "Takes part in the rounds." },
        RoleInfo {
            name: "decided",
            look: Look::Done,
            about: "Has seen enough votes for its rule and will not change its mind.",
        },
        RoleInfo {
            name: "given-up",
            look: Look::Blocked,
            about: "Has had its last round without reaching a consensus.",
        },
    ],
    fields: FIELDS,
    properties: super::properties::PROPERTIES,
    rules: super::rules::RULES,
    lies: Lie::LIES,
    costs: COSTS,
};

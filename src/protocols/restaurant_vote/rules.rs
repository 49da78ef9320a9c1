//! The lines of the exercise that the agents carry out, each with the sentence that says why.

use super::config::Restaurant;
use super::message::{Call, show_rating};
use super::rule::DecisionRule;
use super::strategy::{Change, Strategy, Ties};
use crate::kernel::{NodeId, RuleInfo};

/// A line, with what its sentence needs.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // each is said in words by `sentence`
pub enum Rule {
    Wait,
    StartDinner { dinner: u64 },
    Resume { round: u64, vote: Option<Restaurant> },
    Remembers { dinner: u64, restaurant: Option<Restaurant> },
    Propose { round: u64, restaurant: Restaurant },
    HearProposal { from: NodeId, restaurant: Restaurant, round: u64, have: u16, of: u16 },
    ProposalsMissing { round: u64, have: u16, of: u16 },
    Vote { strategy: Strategy, restaurant: Restaurant, number: u64, tie: bool },
    Abstain { round: u64 },
    HearVote { from: NodeId, restaurant: Option<Restaurant>, round: u64, have: u16, of: u16 },
    VotesMissing { round: u64, have: u16, of: u16 },
    TieBroken { restaurant: Restaurant, votes: u16, ties: Ties },
    Decide { restaurant: Restaurant, round: u64, votes: u16, rule: DecisionRule, outside: bool },
    NoConsensus { round: u64, restaurant: Restaurant, votes: u16, needed: u16, tie: bool },
    ChangeMind { change: Change, from: Restaurant, to: Restaurant },
    GiveUp { rounds: u64 },
    StandsBy { from: NodeId, restaurant: Restaurant, round: u64 },
    OldRound { from: NodeId, round: u64, mine: u64 },
    CatchUp { from: NodeId, dinner: u64, round: u64 },
    Remind { to: NodeId, dinner: u64, restaurant: Restaurant },
    OverAlready { from: NodeId, dinner: u64 },
    Tomorrow { from: NodeId, dinner: u64 },
    Ask { call: Call, round: u64 },
    Answered { call: Call, restaurant: Restaurant },
    NotYet { round: u64 },
    BadAnswer { call: Call },
    StaleAnswer,
    ClientAsks { client: NodeId, dinner: u64 },
    ClientSends { dinner: u64 },
    ClientRetries { dinner: u64 },
    ClientHears { from: NodeId, have: u16, needed: u16 },
    ClientDone { dinner: u64 },
}

const fn line(
    name: &'static str,
    block: &'static str,
    code: &'static str,
    source: &'static str,
    milestone: bool,
) -> RuleInfo {
    RuleInfo { name, block, code, source, milestone }
}

/// The lines, in the order of [`Rule::index`](crate::kernel::Rule::index).
pub const RULES: &[RuleInfo] = &[
    line("wait", "start", "wait a moment, then start dinner 1", "", false),
    line("start-dinner", "start", "round := 1; preference := favourite", "", true),
    line("resume", "start", "after a crash: say the last vote again, vote no second time", "", false),
    line("remembers", "start", "after a crash: what was decided stays decided", "", false),
    line("propose", "propose", "broadcast proposal(round, preference)", "task 1", false),
    line("hear-proposal", "propose", "on proposal: remember it; all in → vote", "", false),
    line("proposals-missing", "propose", "on time-out: vote on what is in", "", false),
    line("vote", "vote_on(proposals)", "v := strategy(proposals); broadcast vote(round, v)", "task 1", false),
    line("abstain", "vote_on(proposals)", "no proposal, or no valid answer → abstain", "", false),
    line("hear-vote", "decide(votes)", "on vote: count it; all in → apply the rule", "", false),
    line("votes-missing", "decide(votes)", "on time-out: apply the rule to what is in", "", false),
    line("tie-broken", "decide(votes)", "as many votes for others → the tie is broken by vote-ties", "task 1", false),
    line("decide", "decide(votes)", "rule satisfied by v → decide v; broadcast decided(v)", "task 1", true),
    line("no-consensus", "decide(votes)", "else → no consensus in this round", "task 4", true),
    line("change-mind", "next round", "preference := change(preference, what was heard)", "task 5", false),
    line("give-up", "next round", "round = max-rounds → give up; else round := round + 1", "", true),
    line("stands-by", "others", "on decided(v): from now on that agent proposes and votes v", "", false),
    line("old-round", "others", "message of an earlier round → ignore", "", false),
    line("catch-up", "others", "message of a far later round → go there", "", false),
    line("remind", "others", "still proposing after my decision → tell decided(v) again", "", false),
    line("over-already", "others", "message of a dinner that is over → ignore", "", false),
    line("tomorrow", "others", "proposal for the next dinner → join it once this one is over", "", false),
    line("ask", "outside", "ask the agent's own code, or a person", "task 1", false),
    line("answered", "outside", "do as it answers", "", false),
    line("not-yet", "outside", "decide answers nothing → no consensus yet", "", true),
    line("bad-answer", "outside", "an answer that names no choice → none", "", true),
    line("stale-answer", "outside", "the round is over → ignore the answer", "", false),
    line("client-asks", "client", "on again(n): start dinner n once the last is over", "", false),
    line("client-sends", "client", "broadcast again(last dinner + 1)", "", false),
    line("client-retries", "client", "on time-out: ask again", "", false),
    line("client-hears", "client", "on told(v): wait for a majority that tells the same", "", false),
    line("client-done", "client", "a majority tells the same, or all have told → done", "", true),
];

fn name(restaurant: Option<Restaurant>) -> String {
    restaurant.map_or_else(|| "nothing".into(), |restaurant| restaurant.to_string())
}

impl Rule {
    fn place(&self) -> u8 {
        match self {
            Rule::Wait => 0,
            Rule::StartDinner { .. } => 1,
            Rule::Resume { .. } => 2,
            Rule::Remembers { .. } => 3,
            Rule::Propose { .. } => 4,
            Rule::HearProposal { .. } => 5,
            Rule::ProposalsMissing { .. } => 6,
            Rule::Vote { .. } => 7,
            Rule::Abstain { .. } => 8,
            Rule::HearVote { .. } => 9,
            Rule::VotesMissing { .. } => 10,
            Rule::TieBroken { .. } => 11,
            Rule::Decide { .. } => 12,
            Rule::NoConsensus { .. } => 13,
            Rule::ChangeMind { .. } => 14,
            Rule::GiveUp { .. } => 15,
            Rule::StandsBy { .. } => 16,
            Rule::OldRound { .. } => 17,
            Rule::CatchUp { .. } => 18,
            Rule::Remind { .. } => 19,
            Rule::OverAlready { .. } => 20,
            Rule::Tomorrow { .. } => 21,
            Rule::Ask { .. } => 22,
            Rule::Answered { .. } => 23,
            Rule::NotYet { .. } => 24,
            Rule::BadAnswer { .. } => 25,
            Rule::StaleAnswer => 26,
            Rule::ClientAsks { .. } => 27,
            Rule::ClientSends { .. } => 28,
            Rule::ClientRetries { .. } => 29,
            Rule::ClientHears { .. } => 30,
            Rule::ClientDone { .. } => 31,
        }
    }
}

impl crate::kernel::Rule for Rule {
    fn index(&self) -> u8 {
        self.place()
    }

    fn sentence(&self, me: NodeId) -> String {
        match *self {
            Rule::Vote { strategy, restaurant, number, tie } => vote_sentence(me, strategy, restaurant, number, tie),
            Rule::TieBroken { restaurant, votes, ties } => {
                let by =
                    ["", "the vote of the lowest-numbered agent", "the alphabet", "the common coin"][ties as usize];
                format!(
                    "Agent {me} counts {votes} votes for {restaurant} and as many for another; {by} breaks the tie."
                )
            }
            Rule::ChangeMind { change, from, to } => change_sentence(me, change, from, to),
            Rule::Decide { restaurant, round, votes, rule, outside } => {
                let why =
                    if outside { "its own code accepts that".into() } else { format!("that is {}", rule_words(rule)) };
                format!("Agent {me} decides {restaurant} in round {round}: {votes} votes in its tally, and {why}.")
            }
            Rule::NoConsensus { round, restaurant, votes, needed, tie } => {
                let tied = if tie { ", and something else has as many" } else { "" };
                format!(
                    "Agent {me} sees no consensus in round {round}: {restaurant} leads with {votes} of {needed} votes needed{tied}."
                )
            }
            Rule::Wait
            | Rule::StartDinner { .. }
            | Rule::Resume { .. }
            | Rule::Remembers { .. }
            | Rule::Propose { .. }
            | Rule::HearProposal { .. }
            | Rule::ProposalsMissing { .. }
            | Rule::Abstain { .. }
            | Rule::HearVote { .. }
            | Rule::VotesMissing { .. }
            | Rule::GiveUp { .. } => self.round_sentence(me),
            _ => self.other_sentence(me),
        }
    }
}

impl Rule {
    fn round_sentence(&self, me: NodeId) -> String {
        match *self {
            Rule::Wait => format!("Agent {me} looks at the menu; the first round starts in a moment."),
            Rule::StartDinner { dinner } => format!("Agent {me} starts dinner {dinner} with its own favourite."),
            Rule::Resume { round, vote } => {
                format!("Agent {me} is back in round {round}; it had voted for {} and doesn't vote again.", name(vote))
            }
            Rule::Remembers { dinner, restaurant: None } => {
                format!("Agent {me} is back; it had given up dinner {dinner}.")
            }
            Rule::Remembers { dinner, restaurant } => {
                format!("Agent {me} is back; it had decided {} for dinner {dinner}.", name(restaurant))
            }
            Rule::Propose { round, restaurant } => format!("Agent {me} proposes {restaurant} in round {round}."),
            Rule::HearProposal { from, restaurant, round, have, of } => {
                format!("Agent {me} hears that {from} proposes {restaurant} in round {round}: {have} of {of} are in.")
            }
            Rule::ProposalsMissing { round, have, of } => {
                format!("Agent {me} waits no longer in round {round}: {have} of {of} proposals are in.")
            }
            Rule::Abstain { round } => format!("Agent {me} abstains in round {round}."),
            Rule::HearVote { from, restaurant, round, have, of } => {
                format!(
                    "Agent {me} hears that {from} votes for {} in round {round}: {have} of {of} are in.",
                    name(restaurant)
                )
            }
            Rule::VotesMissing { round, have, of } => {
                format!(
                    "Agent {me} waits no longer in round {round}: {have} of {of} votes are in; others may see more."
                )
            }
            Rule::GiveUp { rounds } => format!("Agent {me} gives up after {rounds} rounds without consensus."),
            _ => String::new(),
        }
    }

    fn other_sentence(&self, me: NodeId) -> String {
        match *self {
            Rule::StandsBy { from, restaurant, round } => {
                format!(
                    "Agent {me} hears that {from} decided {restaurant} in round {round}; {from} will stand by that."
                )
            }
            Rule::OldRound { from, round, mine } => {
                format!("Agent {me} ignores what {from} said in round {round}: it is in round {mine} itself.")
            }
            Rule::CatchUp { from, dinner, round } => {
                format!("Agent {me} fell behind {from}: it goes on in round {round} of dinner {dinner}.")
            }
            Rule::Remind { to, dinner, restaurant } => {
                format!("Agent {me} tells {to} again that it decided {restaurant} for dinner {dinner}.")
            }
            Rule::OverAlready { from, dinner } => {
                format!("Agent {me} ignores what {from} says of dinner {dinner}: it is over for agent {me}.")
            }
            Rule::Tomorrow { from, dinner } => format!("Agent {me} hears that {from} has started dinner {dinner}."),
            Rule::Ask { call, round } => format!("Agent {me} asks its own code in round {round}: {}.", call.word()),
            Rule::Answered { call, restaurant } => {
                format!("Agent {me} does what its own code answers to {}: {restaurant}.", call.word())
            }
            Rule::NotYet { round } => format!("Agent {me} is told that round {round} is no consensus yet."),
            Rule::BadAnswer { call } => {
                format!("Agent {me} can't use the answer to {}: it names nothing that can be chosen here.", call.word())
            }
            Rule::StaleAnswer => format!("Agent {me} ignores an answer that comes too late."),
            Rule::ClientAsks { client, dinner } => format!("Agent {me} hears that {client} wants dinner {dinner}."),
            Rule::ClientSends { dinner } => format!("Client {me} asks the agents for dinner {dinner}."),
            Rule::ClientRetries { dinner } => {
                format!("Client {me} has no answer yet and asks for dinner {dinner} again.")
            }
            Rule::ClientHears { from, have, needed } => {
                format!("Client {me} hears from {from}: {have} of {needed} agents tell the same.")
            }
            Rule::ClientDone { dinner } => format!("Client {me} knows how dinner {dinner} ended."),
            _ => String::new(),
        }
    }
}

fn vote_sentence(me: NodeId, strategy: Strategy, restaurant: Restaurant, number: u64, tie: bool) -> String {
    let why = match strategy {
        Strategy::Own => "what it proposes itself".into(),
        Strategy::Popular => format!("the most popular proposal, with {number}"),
        Strategy::Random => format!("drawn from {number} proposals"),
        Strategy::Utility => format!("it rates none of the proposals higher than {}", show_rating(number as u32)),
        Strategy::External => "as it was told".into(),
    };
    let tied = if tie { ", and there was a tie" } else { "" };
    format!("Agent {me} votes for {restaurant}: {why}{tied}.")
}

fn change_sentence(me: NodeId, change: Change, from: Restaurant, to: Restaurant) -> String {
    match (change, from == to) {
        (Change::Stubborn, _) => format!("Agent {me} is stubborn: it goes on to prefer {from}."),
        (Change::Conform, true) => format!("Agent {me} goes on to prefer {from}: nothing else leads."),
        (Change::Conform, false) => {
            format!("Agent {me} conforms: it prefers {to} now, which leads, and no longer {from}.")
        }
        (Change::Average, true) => format!("Agent {me} moves its ratings towards the others'; {from} stays on top."),
        (Change::Average, false) => {
            format!("Agent {me} moves its ratings towards the others'; now {to} is on top and no longer {from}.")
        }
    }
}

fn rule_words(rule: DecisionRule) -> &'static str {
    match rule {
        DecisionRule::Majority => "a majority of all agents",
        DecisionRule::TwoThirds => "two thirds of all agents",
        DecisionRule::Unanimous => "all agents",
        DecisionRule::Plurality => "what leads",
    }
}

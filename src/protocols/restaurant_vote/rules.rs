//! The lines of the exercise that the agents carry out, each with the sentence that says why.

use super::config::Restaurant;
use super::message::{Call, show_rating};
use super::rule::DecisionRule;
use super::strategy::{Change, Strategy, Ties};
use crate::kernel::NodeId;
use crate::kernel::rules::{Say, Sentence};

impl Say for Restaurant {
    fn say(self, to: &mut Sentence) {
        to.text(self.name());
    }
}

/// A restaurant, or `nothing`.
fn name(restaurant: Option<Restaurant>) -> String {
    restaurant.map_or_else(|| "nothing".into(), |restaurant| restaurant.name().into())
}

/// What satisfied an agent that counted its votes.
fn satisfied(rule: DecisionRule, outside: bool) -> &'static str {
    let of = ["a majority of all agents", "two thirds of all agents", "all agents", "what leads"];
    if outside { "what its own code accepts" } else { of[rule as usize] }
}

crate::rules! {
    "start" {
        Wait "wait" "" "wait a moment, then start dinner 1"
            => "Agent {me} looks at the menu; the first round starts in a moment.";
        #[milestone] StartDinner { dinner: u64 } "start-dinner" "" "round := 1; preference := favourite"
            => "Agent {me} starts dinner {dinner} with its own favourite.";
        Resume { round: u64, vote: Option<Restaurant> } "resume" ""
            "after a crash: say the last vote again, vote no second time"
            => "Agent {me} is back in round {round}; it had voted for {what} and doesn't vote again."
               with { round, what: name(vote) };
        Remembers { dinner: u64, restaurant: Option<Restaurant> } "remembers" ""
            "after a crash: what was decided stays decided"
            => "Agent {me} is back; it had decided {what} for dinner {dinner}." with { dinner, what: name(restaurant) },
               "Agent {me} is back; it had given up dinner {dinner}." if restaurant.is_none();
    }
    "propose" {
        Propose { round: u64, restaurant: Restaurant } "propose" "task 1" "broadcast proposal(round, preference)"
            => "Agent {me} proposes {restaurant} in round {round}.";
        HearProposal { from: NodeId, restaurant: Restaurant, round: u64, have: u16, of: u16 } "hear-proposal" ""
            "on proposal: remember it; all in → vote"
            => "Agent {me} hears that {from} proposes {restaurant} in round {round}: {have} of {of} are in.";
        ProposalsMissing { round: u64, have: u16, of: u16 } "proposals-missing" "" "on time-out: vote on what is in"
            => "Agent {me} waits no longer in round {round}: {have} of {of} proposals are in.";
    }
    "vote_on(proposals)" {
        Vote { strategy: Strategy, restaurant: Restaurant, number: u64, tie: bool } "vote" "task 1"
            "v := strategy(proposals); broadcast vote(round, v)"
            => "Agent {me} votes for {restaurant}, which it proposes itself."
               with { restaurant, number, points: show_rating(number as u32), tied: if tie { "; there was a tie" } else { "" } },
               "Agent {me} votes for {restaurant}, the most popular proposal, with {number}{tied}."
                   if strategy == Strategy::Popular,
               "Agent {me} votes for {restaurant}, drawn from {number} proposals." if strategy == Strategy::Random,
               "Agent {me} votes for {restaurant}: it rates none of the proposals higher than {points}{tied}."
                   if strategy == Strategy::Utility;
        Abstain { round: u64 } "abstain" "" "no proposal, or no valid answer → abstain"
            => "Agent {me} abstains in round {round}.";
    }
    "decide(votes)" {
        HearVote { from: NodeId, restaurant: Option<Restaurant>, round: u64, have: u16, of: u16 } "hear-vote" ""
            "on vote: count it; all in → apply the rule"
            => "Agent {me} hears that {from} votes for {what} in round {round}: {have} of {of} are in."
               with { from, what: name(restaurant), round, have, of };
        VotesMissing { round: u64, have: u16, of: u16 } "votes-missing" "" "on time-out: apply the rule to what is in"
            => "Agent {me} waits no longer in round {round}: {have} of {of} votes are in; others may see more.";
        TieBroken { restaurant: Restaurant, votes: u16, ties: Ties } "tie-broken" "task 1"
            "as many votes for another → vote-ties says what leads"
            => "Agent {me} counts {votes} votes for {restaurant} and as many for another: the tie is broken by the vote of the agent with the lowest number."
               with { restaurant, votes },
               "Agent {me} counts {votes} votes for {restaurant} and as many for another: the alphabet breaks the tie."
                   if ties == Ties::Alphabetical,
               "Agent {me} counts {votes} votes for {restaurant} and as many for another: the coin that all share breaks the tie."
                   if ties == Ties::Random;
        #[milestone] Decide { restaurant: Restaurant, round: u64, votes: u16, rule: DecisionRule, outside: bool } "decide"
            "task 1" "rule satisfied by v → decide v; broadcast decided(v)"
            => "Agent {me} decides {restaurant} in round {round}: {votes} votes in its tally, and that is {why}."
               with { restaurant, round, votes, why: satisfied(rule, outside) };
        #[milestone] NoConsensus { round: u64, restaurant: Restaurant, votes: u16, needed: u16, tie: bool } "no-consensus"
            "task 4" "else → no consensus in this round"
            => "Agent {me} sees no consensus in round {round}: {restaurant} leads with {votes} of {needed} votes needed."
               with { round, restaurant, votes, needed },
               "Agent {me} sees no consensus in round {round}: {restaurant} has {votes} of {needed} votes needed, and something else has as many."
                   if tie;
    }
    "next round" {
        ChangeMind { change: Change, from: Restaurant, to: Restaurant } "change-mind" "task 5"
            "preference := change(preference, what was heard)"
            => "Agent {me} is stubborn: it goes on to prefer {from}." with { from, to },
               "Agent {me} conforms: it prefers {to} now, which leads, and no longer {from}." if change == Change::Conform,
               "Agent {me} goes on to prefer {from}: nothing else leads." if change == Change::Conform && from == to,
               "Agent {me} moves its ratings towards the others'; now {to} is on top and no longer {from}."
                   if change == Change::Average,
               "Agent {me} moves its ratings towards the others'; {from} stays on top."
                   if change == Change::Average && from == to;
        #[milestone] GiveUp { rounds: u64 } "give-up" "" "round = max-rounds → give up; else round := round + 1"
            => "Agent {me} gives up after {rounds} rounds without consensus.";
    }
    "others" {
        StandsBy { from: NodeId, restaurant: Restaurant, round: u64 } "stands-by" ""
            "on decided(v): from now on that agent proposes and votes v"
            => "Agent {me} hears that {from} decided {restaurant} in round {round}; {from} will stand by that.";
        OldRound { from: NodeId, round: u64, mine: u64 } "old-round" "" "message of an earlier round → ignore"
            => "Agent {me} ignores what {from} said in round {round}: it is in round {mine} itself.";
        Contradicts { from: NodeId, round: u64 } "contradicts" "" "message of one that decided before → ignore"
            => "Agent {me} ignores what {from} says in round {round}: it said before that it had decided.";
        CatchUp { from: NodeId, dinner: u64, round: u64 } "catch-up" "" "message of a far later round → go there"
            => "Agent {me} fell behind {from}: it goes on in round {round} of dinner {dinner}.";
        Remind { to: NodeId, dinner: u64, restaurant: Restaurant } "remind" ""
            "still proposing after my decision → tell decided(v) again"
            => "Agent {me} tells {to} again that it decided {restaurant} for dinner {dinner}.";
        OverAlready { from: NodeId, dinner: u64 } "over-already" "" "message of a dinner that is over → ignore"
            => "Agent {me} ignores what {from} says of dinner {dinner}: it is over for agent {me}.";
        Tomorrow { from: NodeId, dinner: u64 } "tomorrow" "" "proposal for the next dinner → join it once this one is over"
            => "Agent {me} hears that {from} has started dinner {dinner}.";
    }
    "outside" {
        Ask { call: Call, round: u64 } "ask" "task 1" "ask the agent's own code, or a person"
            => "Agent {me} asks its own code in round {round}: {what}." with { round, what: call.word() };
        Answered { call: Call, restaurant: Restaurant } "answered" "" "do as it answers"
            => "Agent {me} does what its own code answers to {what}: {restaurant}." with { restaurant, what: call.word() };
        #[milestone] NotYet { round: u64 } "not-yet" "" "decide answers nothing → no consensus yet"
            => "Agent {me} is told that round {round} is no consensus yet.";
        #[milestone] BadAnswer { call: Call } "bad-answer" "" "an answer that names no choice → none"
            => "Agent {me} can't use the answer to {what}: it names nothing that can be chosen here."
               with { what: call.word() };
        StaleAnswer "stale-answer" "" "the round is over → ignore the answer"
            => "Agent {me} ignores an answer that comes too late.";
    }
    "client" {
        ClientAsks { client: NodeId, dinner: u64 } "client-asks" "" "on again(n): start dinner n once the last is over"
            => "Agent {me} hears that {client} wants dinner {dinner}.";
        ClientSends { dinner: u64 } "client-sends" "" "broadcast again(last dinner + 1)"
            => "Client {me} asks the agents for dinner {dinner}.";
        ClientRetries { dinner: u64 } "client-retries" "" "on time-out: ask again"
            => "Client {me} has no answer yet and asks for dinner {dinner} again.";
        ClientHears { from: NodeId, have: u16, needed: u16 } "client-hears" ""
            "on told(v): wait for a majority that tells the same"
            => "Client {me} hears from {from}: {have} of {needed} agents tell the same.";
        #[milestone] ClientDone { dinner: u64 } "client-done" "" "a majority tells the same, or all have told → done"
            => "Client {me} knows how dinner {dinner} ended.";
    }
}

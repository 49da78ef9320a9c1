//! The lines of the exercise that the agents carry out, each with the sentence that says why.

use super::config::Restaurant;
use super::decision_rule::DecisionRule;
use super::message::{Call, show_rating};
use super::strategy::{Change, Strategy, Ties};
use crate::kernel::NodeId;
use crate::kernel::descriptor::rules::{Many, Say, Sentence};

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
    let enough = ["that is a majority", "that is at least two thirds", "that is everybody", "nothing has more"];
    if outside { "its own code accepts that" } else { enough[rule as usize] }
}

crate::rules! {
    "start" {
        Wait "wait" "" "wait a moment, then start dinner 1"
            => "Agent {me} looks at the menu; the first round starts in a moment.";
        #[milestone] StartDinner { dinner: u64 } "start-dinner" "" "round := 1; preference := favourite"
            => "Agent {me} starts dinner {dinner} with its own favourite.";
        Resume { round: u64, vote: Option<Restaurant> } "resume" ""
            "after a crash: repeat the last vote, do not vote again"
            => "Agent {me} is back in round {round}. It has already voted for {what} and does not vote again."
               with { round, what: name(vote) };
        Remembers { dinner: u64, restaurant: Option<Restaurant> } "remembers" ""
            "after a crash: what was decided stays decided"
            => "Agent {me} is back. It has already decided on {what} for dinner {dinner}." with { dinner, what: name(restaurant) },
               "Agent {me} is back. It has already given up dinner {dinner}." if restaurant.is_none();
    }
    "propose" {
        Propose { round: u64, restaurant: Restaurant } "propose" "task 1" "broadcast proposal(round, preference)"
            => "Agent {me} proposes {restaurant} in round {round}.";
        HearProposal { from: NodeId, restaurant: Restaurant, round: u64, have: u16, of: u16 } "hear-proposal" ""
            "on proposal: remember it; all in → vote"
            => "Agent {me} hears that agent {from} proposes {restaurant} in round {round}: {have} of {of} proposals are in.";
        ProposalsMissing { round: u64, have: u16, of: u16 } "proposals-missing" "" "on time-out: vote on what is in"
            => "Agent {me} stops waiting in round {round}: {have} of {of} proposals are in.";
    }
    "vote_on(proposals)" {
        Vote { strategy: Strategy, restaurant: Restaurant, number: u64, tie: bool } "vote" "task 1"
            "v := strategy(proposals); broadcast vote(round, v)"
            => "Agent {me} votes for {restaurant}, which it proposes itself."
               with { restaurant, agents: Many(number, "agent"), proposals: Many(number, "proposal"), points: show_rating(number as u32), tied: if tie { "; there was a tie" } else { "" } },
               "Agent {me} votes for {restaurant}, the most popular proposal, made by {agents}{tied}."
                   if strategy == Strategy::Popular,
               "Agent {me} votes for {restaurant}, drawn at random from {proposals}." if strategy == Strategy::Random,
               "Agent {me} votes for {restaurant}: none of the proposals is worth more to it than {points} points{tied}."
                   if strategy == Strategy::Utility;
        Abstain { round: u64 } "abstain" "" "no proposal, or no valid answer → abstain"
            => "Agent {me} abstains in round {round}.";
    }
    "decide(votes)" {
        HearVote { from: NodeId, restaurant: Option<Restaurant>, round: u64, have: u16, of: u16 } "hear-vote" ""
            "on vote: count it; all in → apply the rule"
            => "Agent {me} hears that agent {from} votes for {what} in round {round}: {have} of {of} votes are in."
               with { from, what: name(restaurant), round, have, of };
        VotesMissing { round: u64, have: u16, of: u16 } "votes-missing" "" "on time-out: apply the rule to what is in"
            => "Agent {me} stops waiting in round {round}: {have} of {of} votes are in. Others may have seen more.";
        TieBroken { restaurant: Restaurant, votes: u16, ties: Ties } "tie-broken" "task 1"
            "as many votes for another → vote-ties says what leads"
            => "Agent {me} counts {votes} for {restaurant} and as many for another: the vote of the agent with the lowest number breaks the tie."
               with { restaurant, votes: Many(votes.into(), "vote") },
               "Agent {me} counts {votes} for {restaurant} and as many for another: the alphabet breaks the tie."
                   if ties == Ties::Alphabetical,
               "Agent {me} counts {votes} for {restaurant} and as many for another: a coin that all agents share breaks the tie."
                   if ties == Ties::Random;
        #[milestone] Decide { restaurant: Restaurant, round: u64, votes: u16, rule: DecisionRule, outside: bool } "decide"
            "task 1" "rule satisfied by v → decide v; broadcast decided(v)"
            => "Agent {me} decides on {restaurant} in round {round}: it counts {votes}, and {why}."
               with { restaurant, round, votes: Many(votes.into(), "vote"), why: satisfied(rule, outside) };
        #[milestone] NoConsensus { round: u64, restaurant: Restaurant, votes: u16, needed: u16, tie: bool } "no-consensus"
            "task 4" "else → no consensus in this round"
            => "Agent {me} sees no consensus in round {round}: {restaurant} leads with {votes} of the {needed} votes needed."
               with { round, restaurant, votes, needed },
               "Agent {me} sees no consensus in round {round}: {restaurant} has {votes} of the {needed} votes needed, and another restaurant has as many."
                   if tie;
    }
    "next round" {
        ChangeMind { change: Change, from: Restaurant, to: Restaurant } "change-mind" "task 5"
            "preference := change(preference, what was heard)"
            => "Agent {me} is stubborn: it still prefers {from}." with { from, to },
               "Agent {me} conforms: it no longer prefers {from}, but {to}, which leads." if change == Change::Conform,
               "Agent {me} still prefers {from}: nothing else leads." if change == Change::Conform && from == to,
               "Agent {me} moves its ratings toward those of the others: {to} is now on top, ahead of {from}."
                   if change == Change::Average,
               "Agent {me} moves its ratings toward those of the others: {from} stays on top."
                   if change == Change::Average && from == to;
        #[milestone] GiveUp { rounds: u64 } "give-up" "" "round = max-rounds → give up; else round := round + 1"
            => "Agent {me} gives up after {rounds} without consensus." with { rounds: Many(rounds, "round") };
    }
    "others" {
        StandsBy { from: NodeId, restaurant: Restaurant, round: u64 } "stands-by" ""
            "on decided(v): from now on that agent proposes and votes v"
            => "Agent {me} hears that agent {from} decided on {restaurant} in round {round}, and counts that as its proposal and its vote from now on.";
        OldRound { from: NodeId, round: u64, mine: u64 } "old-round" "" "message of an earlier round → ignore"
            => "Agent {me} ignores what agent {from} said in round {round}: agent {me} is in round {mine} now.";
        Contradicts { from: NodeId, round: u64 } "contradicts" "" "message of an agent that decided before → ignore"
            => "Agent {me} ignores what agent {from} says in round {round}: that agent said before that it had decided.";
        CatchUp { from: NodeId, dinner: u64, round: u64 } "catch-up" "" "message of a much later round → go there"
            => "Agent {me} has fallen behind agent {from}: it continues in round {round} of dinner {dinner}.";
        Remind { to: NodeId, dinner: u64, restaurant: Restaurant } "remind" ""
            "still proposing after my decision → tell decided(v) again"
            => "Agent {me} tells agent {to} again that it decided on {restaurant} for dinner {dinner}.";
        OverAlready { from: NodeId, dinner: u64 } "over-already" "" "message of a dinner that is over → ignore"
            => "Agent {me} ignores what agent {from} says about dinner {dinner}: that dinner is over for agent {me}.";
        Tomorrow { from: NodeId, dinner: u64 } "tomorrow" "" "proposal for the next dinner → join it once this one is over"
            => "Agent {me} hears that agent {from} has started dinner {dinner}.";
    }
    "outside" {
        Ask { call: Call, round: u64 } "ask" "task 1" "ask the agent's own code, or a person"
            => "Agent {me} asks its own code in round {round}: {what}." with { round, what: call.word() };
        Answered { call: Call, restaurant: Restaurant } "answered" "" "do as it answers"
            => "Agent {me} does what its own code answers to {what}: {restaurant}." with { restaurant, what: call.word() };
        #[milestone] NotYet { round: u64 } "not-yet" "" "decide answers nothing → no consensus yet"
            => "Agent {me} is told by its own code that round {round} has brought no consensus yet.";
        #[milestone] BadAnswer { call: Call } "bad-answer" "" "an answer that names no choice → none"
            => "Agent {me} can't use the answer to {what}: it names nothing that can be chosen here."
               with { what: call.word() };
        StaleAnswer "stale-answer" "" "the round is over → ignore the answer"
            => "Agent {me} ignores an answer that comes too late.";
    }
    "client" {
        ClientAsks { client: NodeId, dinner: u64 } "client-asks" "" "on again(n): start dinner n once the last is over"
            => "Agent {me} hears that client {client} wants dinner {dinner}.";
        ClientSends { dinner: u64 } "client-sends" "" "broadcast again(last dinner + 1)"
            => "Client {me} asks the agents for dinner {dinner}.";
        ClientRetries { dinner: u64 } "client-retries" "" "on time-out: ask again"
            => "Client {me} has no answer yet and asks for dinner {dinner} again.";
        ClientHears { from: NodeId, have: u16, needed: u16 } "client-hears" ""
            "on told(v): wait until a majority has told the same"
            => "Client {me} gets an answer from agent {from}: {have} of the {needed} agents needed agree.";
        #[milestone] ClientDone { dinner: u64 } "client-done" "" "a majority has told the same, or all have told → done"
            => "Client {me} knows how dinner {dinner} ended.";
    }
}

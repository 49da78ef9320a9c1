//! What the page shows of an agent.

use super::config::{Config, Restaurant};
use super::message::show_rating;
use super::replica::{Disk, Phase, State, fresh, lead, tally, vote_of};
use super::strategy::Strategy;
use crate::kernel::{self, CellStatus, Choice, NodeId, ReplicaView, Status, View, listed};

/// The roles.
#[derive(kernel::Role, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Takes part in the rounds.
    #[role(Follow)]
    Voting,
    /// Has seen enough votes for its rule and will not change its mind.
    #[role(Done)]
    Decided,
    /// Has had its last round without reaching a consensus.
    #[role(Blocked)]
    GivenUp,
}

/// The fields.
#[derive(View)]
pub struct Shown {
    /// Which dinner the agents vote on, from 1.
    dinner: u64,
    /// The round of that dinner, from 1.
    round: u64,
    /// waiting, proposing, voting, thinking, asking, decided, given-up.
    #[field(if_some)]
    phase: Option<&'static str>,
    /// How the agent votes.
    strategy: Strategy,
    /// What it liked best at the start.
    favourite: String,
    /// What it proposes now.
    #[field(if_some)]
    preference: Option<String>,
    /// How it rates that now, from 0 to 10 points.
    #[field(if_some)]
    rating: Option<String>,
    /// Its vote in this round: none before it votes, abstains if it votes for no restaurant.
    vote: String,
    /// The votes that it knows of in this round.
    #[field(if_some)]
    tally: Option<String>,
    /// What it has decided on for this dinner, or none.
    decided: String,
    /// In which round it decided; 0 if it has not.
    rounds_used: u64,
}

/// Role and epoch.
pub fn status(config: &Config, me: NodeId, state: Option<&State>, disk: &Disk) -> Status {
    let Some(state) = state else { return Status { role: 0, epoch: kept(config, me, disk).round } };
    let role = match state.phase {
        Phase::Decided => Role::Decided,
        Phase::GivenUp => Role::GivenUp,
        _ => Role::Voting,
    };
    Status::new(&role, state.round)
}

/// What a crashed agent still has: what it wrote down.
fn kept(config: &Config, me: NodeId, disk: &Disk) -> State {
    let mut state = fresh(config, me, disk.last_dinner());
    if let Some((dinner, round, vote)) = disk.cast()
        && dinner == state.dinner
    {
        (state.round, state.seats[me.index()].now.vote) = (round, Some(vote));
    }
    state
}

/// What an agent has in mind while it runs, and what it wrote down.
pub fn show(config: &Config, me: NodeId, state: Option<&State>, disk: &Disk, view: &mut ReplicaView) {
    let crashed = kept(config, me, disk);
    let (runs, state) = (state.is_some(), state.unwrap_or(&crashed));
    let menu = |place: u8| config.menu[place as usize].name();
    let profile = &config.profiles[me.index()];
    let decided = disk.result(state.dinner);
    let goes = decided.map_or_else(|| "none".to_string(), |(_, restaurant)| restaurant.to_string());
    view.committed = disk.decided();
    let phase = if state.asking.is_some() { "asking" } else { state.phase.word() };
    view.add(&Shown {
        dinner: state.dinner,
        round: state.round,
        phase: runs.then_some(phase),
        strategy: profile.strategy,
        favourite: menu(profile.favourite).into(),
        preference: runs.then(|| menu(state.preference).into()),
        rating: runs.then(|| show_rating(state.ratings[state.preference as usize])),
        vote: vote_of(state, me.index()).map_or_else(|| "none".into(), show_vote),
        tally: runs.then(|| show_tally(config, state)),
        decided: goes.clone(),
        rounds_used: decided.map_or(0, |(round, _)| round),
    });
    if runs {
        let badge = if state.phase.done() { &goes } else { menu(state.preference) };
        view.badge(&badge.chars().take(6).collect::<String>());
        tallies(config, me, state, view);
    }
    log(disk, state.dinner, decided.map(|(round, _)| round), view);
}

fn show_vote(vote: Option<Restaurant>) -> String {
    vote.map_or_else(|| "abstains".into(), |restaurant| restaurant.to_string())
}

/// `Pizza 3 Sushi 1`, in the order of the menu.
fn show_tally(config: &Config, state: &State) -> String {
    let counts = config.menu.iter().zip(tally(config, state)).filter(|(_, votes)| *votes > 0);
    listed(counts.map(|(restaurant, votes)| format!("{restaurant} {votes}")), " ")
}

/// One cell a round: what the agent voted; the round in which it decided is solid.
fn log(disk: &Disk, dinner: u64, decided: Option<u64>, view: &mut ReplicaView) {
    if disk.dinner != dinner {
        return;
    }
    for (round, vote) in disk.votes.iter().skip(disk.votes.len().saturating_sub(ReplicaView::CELLS)) {
        let state = if decided == Some(*round) { CellStatus::Committed } else { CellStatus::Pending };
        match vote {
            Some(restaurant) => view.entry(*round, *round, restaurant, state),
            None => view.entry(*round, *round, &"–", state),
        }
    }
}

/// Who has proposed, or who has voted for the restaurant that leads.
fn tallies(config: &Config, me: NodeId, state: &State, view: &mut ReplicaView) {
    let agents = NodeId::replicas(config.agents());
    let electorate = config.electorate(me.index());
    match state.phase {
        Phase::Proposing => {
            view.tally(&format_args!("proposals of round {}", state.round), electorate);
            let proposed = |agent: &NodeId| {
                let place = agent.index();
                state.seats[place].now.proposal.is_some() || vote_of(state, place).is_some()
            };
            view.votes(agents.filter(proposed));
        }
        Phase::Voting | Phase::Thinking => {
            let lead = lead(config, state);
            if lead.votes == 0 {
                return;
            }
            let about = format_args!("{} in round {}", config.menu[lead.place as usize], state.round);
            view.tally(&about, config.rule.needed(electorate, lead.second) as usize);
            let votes_for =
                |agent: &NodeId| vote_of(state, agent.index()).flatten().is_some_and(|vote| vote.place == lead.place);
            view.votes(agents.filter(votes_for));
        }
        _ => {}
    }
}

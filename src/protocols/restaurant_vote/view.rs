//! What the page shows of an agent.

use super::config::Config;
use super::message::show_rating;
use super::replica::{Disk, Phase, State, fresh, lead, tally, vote_of};
use crate::kernel::{Cell, CellState, Field, NodeId, ReplicaView, Status, Tally, Value};

/// The place of a role in the descriptor's list.
pub fn status(state: &State) -> Status {
    let role = match state.phase {
        Phase::Decided => 1,
        Phase::GivenUp => 2,
        _ => 0,
    };
    Status { role, epoch: state.round }
}

fn field(name: &'static str, value: impl Into<Value>) -> Field {
    Field { name, value: value.into() }
}

/// A running agent.
pub fn view(config: &Config, me: NodeId, state: &State, disk: &Disk) -> ReplicaView {
    let menu = |place: u8| config.menu[place as usize].name();
    let profile = &config.profiles[me.index()];
    let vote = vote_of(state, me.index()).map_or_else(|| "none".into(), show_vote);
    let decided = disk.result(state.dinner);
    let goes = decided.map_or("none", |_| "");
    let goes = decided.map_or_else(|| goes.to_string(), |(_, restaurant)| restaurant.to_string());
    let (counted, phase) =
        (show_tally(config, state), if state.asking.is_some() { "asking" } else { state.phase.word() });
    let badge = if state.phase.done() { &goes } else { menu(state.preference) };
    ReplicaView {
        role: super::DESCRIPTOR.roles[status(state).role as usize].name,
        epoch: state.round,
        committed: disk.decided(),
        badge: badge.chars().take(6).collect(),
        fields: vec![
            field("dinner", state.dinner),
            field("round", state.round),
            field("phase", phase),
            field("strategy", profile.strategy.word()),
            field("favourite", menu(profile.favourite)),
            field("preference", menu(state.preference)),
            field("rating", show_rating(state.ratings[state.preference as usize])),
            field("vote", vote),
            field("tally", counted),
            field("decided", goes.clone()),
            field("rounds-used", decided.map_or(0, |(round, _)| round)),
        ],
        log: log(disk, state.dinner, decided.map(|(round, _)| round)),
        tallies: tallies(config, me, state),
    }
}

/// What a crashed agent still has.
const KEPT: [&str; 7] = ["dinner", "round", "strategy", "favourite", "vote", "decided", "rounds-used"];

/// A crashed agent: what it wrote down.
pub fn view_disk(config: &Config, me: NodeId, disk: &Disk) -> ReplicaView {
    let mut state = fresh(config, me, disk.last_dinner());
    if let Some((dinner, round, vote)) = disk.cast()
        && dinner == state.dinner
    {
        (state.round, state.seats[me.index()].now.vote) = (round, Some(vote));
    }
    let mut view = view(config, me, &state, disk);
    view.fields.retain(|field| KEPT.contains(&field.name));
    view.badge.clear();
    view
}

fn show_vote(vote: Option<super::config::Restaurant>) -> String {
    vote.map_or_else(|| "abstains".into(), |restaurant| restaurant.to_string())
}

/// `Pizza 3 Sushi 1`, in the order of the menu.
fn show_tally(config: &Config, state: &State) -> String {
    let mut text = String::new();
    for (restaurant, votes) in config.menu.iter().zip(tally(config, state)).filter(|(_, votes)| *votes > 0) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&format!("{restaurant} {votes}"));
    }
    text
}

/// One cell a round: what the agent voted; the round in which it decided is solid.
fn log(disk: &Disk, dinner: u64, decided: Option<u64>) -> Vec<Cell> {
    if disk.dinner != dinner {
        return Vec::new();
    }
    let cell = |&(round, vote): &(u64, Option<super::config::Restaurant>)| Cell {
        slot: round,
        epoch: round,
        label: vote.map_or_else(|| "–".into(), |restaurant| restaurant.to_string()),
        state: if decided == Some(round) { CellState::Committed } else { CellState::Pending },
    };
    disk.votes.iter().skip(disk.votes.len().saturating_sub(ReplicaView::CELLS)).map(cell).collect()
}

/// Who has proposed, or who has voted for the restaurant that leads.
fn tallies(config: &Config, me: NodeId, state: &State) -> Vec<Tally> {
    let agents = 0..config.agents();
    let number = |agent: usize| agent as u16 + 1;
    let electorate = config.electorate(me.index());
    match state.phase {
        Phase::Proposing => {
            let has = |agent: &usize| state.seats[*agent].now.proposal.is_some() || vote_of(state, *agent).is_some();
            let votes = agents.filter(has).map(number).collect();
            vec![Tally { about: format!("proposals of round {}", state.round), votes, needed: electorate as u16 }]
        }
        Phase::Voting | Phase::Thinking => {
            let lead = lead(config, state);
            if lead.votes == 0 {
                return Vec::new();
            }
            let for_it = |agent: &usize| vote_of(state, *agent).flatten().is_some_and(|vote| vote.place == lead.place);
            let about = format!("{} in round {}", config.menu[lead.place as usize], state.round);
            let needed = config.rule.needed(electorate, lead.second);
            vec![Tally { about, votes: agents.filter(for_it).map(number).collect(), needed }]
        }
        _ => Vec::new(),
    }
}

//! Who votes, how, and on what: the options, read.

use std::fmt;

use super::decision_rule::DecisionRule;
use super::strategy::{Change, MENU, Place, Rating, Strategy, Ties, favourite};
use super::topology::{Hears, graph};
use crate::kernel::data::hash::stable_hash;
use crate::kernel::data::random::{between, draw, mix};
use crate::kernel::{Fields, OptionInfo, Options, ReadOptions, SetupError, ShowField, Time};

/// The favourites of agents for whom none is set: agent 1 likes the first, and so on, over again after the last.
pub const DEFAULTS: [&str; 12] =
    ["Pizza", "Sushi", "Tacos", "Curry", "Ramen", "Burger", "Kebab", "Pasta", "Tapas", "Paella", "Bagel", "Waffle"];

/// The most agents: a set of them fits 32 bits, and each knows all others.
pub const MOST_AGENTS: usize = 25;

const NAME: usize = 15;

/// A restaurant: its place on the menu, and its name, at most 15 bytes of UTF-8.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Restaurant {
    /// From 0.
    pub place: Place,
    length: u8,
    name: [u8; NAME],
}

impl Restaurant {
    fn new(place: usize, text: &str) -> Result<Restaurant, String> {
        let length = text.len();
        if length == 0 || length > NAME {
            return Err(format!("`{text}` is no name for a restaurant: it has 1 to {NAME} letters"));
        }
        let mut name = [0; NAME];
        name[..length].copy_from_slice(text.as_bytes());
        Ok(Restaurant { place: place as Place, length: length as u8, name })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        std::str::from_utf8(&self.name[..self.length as usize]).unwrap_or_default()
    }
}

impl fmt::Display for Restaurant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ShowField for Restaurant {
    fn show_field(&self, name: &'static str, fields: &mut Fields) {
        fields.text(name, self.name());
    }
}

impl fmt::Debug for Restaurant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The options, as they are written.
#[derive(Options)]
struct Written {
    /// How an agent votes: for its own proposal, the most popular one, a random one, the one that it rates highest,
    /// or as code outside tells it.
    #[option(per_replica, default = "random", source = "task 1")]
    strategy: Vec<Strategy>,
    /// What an agent proposes first: by default what it rates highest, or else Pizza, Sushi, Tacos, Curry, Ramen, …
    /// by its number.
    #[option(per_replica, default = "default", source = "task 2")]
    favourite: Vec<String>,
    /// An agent's ratings from 0 to 10 points: Pizza=5,Sushi=3; anything not named gets 0. By default the favourite
    /// gets 10 and the others 1 to 9, drawn from their names and the agent's number.
    #[option(per_replica, default = "default", source = "task 1")]
    utility: Vec<String>,
    /// How many of all agents' votes make a consensus; votes that did not arrive count against it.
    #[option(default = "majority", source = "task 1")]
    rule: DecisionRule,
    /// What an agent votes for when several proposals are equally popular or equally rated: the proposal of the
    /// agent with the lowest number, the first by name, a random one, or (none) its own.
    #[option(default = "lowest-agent", source = "task 1")]
    proposal_ties: Ties,
    /// Which restaurant leads when several have equally many votes: none, the vote of the agent with the lowest
    /// number, the first by name, or a random one, by a coin that all agents share. It matters for plurality and
    /// for conforming.
    #[option(default = "none", source = "task 1")]
    vote_ties: Ties,
    /// How a preference changes after a round without consensus: not at all, to the leading restaurant, or by
    /// moving all ratings halfway to the mean.
    #[option(per_replica, default = "stubborn", source = "task 5; DeGroot 1974")]
    preference_change: Vec<Change>,
    /// How long an agent waits for proposals, and then for votes, before it continues with those that have arrived.
    #[option(duration, default = "200ms")]
    round_timeout: Time,
    /// How long an agent pauses between two rounds.
    #[option(duration, default = "40ms")]
    pause: Time,
    /// After how many rounds without consensus an agent gives up.
    #[option(number(1..=1_000), default = "50", source = "task 4")]
    max_rounds: u64,
    /// Whom an agent hears: everyone, its two neighbours in a ring, or its neighbours in a connected random graph.
    /// The rule counts only those and itself.
    #[option(default = "everyone")]
    hears: Hears,
    /// About how many neighbours an agent has in a random graph.
    #[option(number(2..=24), default = "3")]
    degree: usize,
    /// The seed of the random graph.
    #[option(number(0..=(1 << 53) - 1), default = "1")]
    graph_seed: u64,
    /// The seed of random votes. A vote also depends on the agent, the dinner and the round, but not on the order
    /// of messages.
    #[option(number(0..=(1 << 53) - 1), default = "1")]
    strategy_seed: u64,
    /// A vote is not written down before it is sent, so an agent may vote again after a crash.
    #[option(breaks("one-vote-per-round"), source = "as in Raft §5: a vote must be durable")]
    forget_votes: bool,
}

/// What is known of one agent.
#[derive(Clone, Hash, Debug)]
pub struct Profile {
    /// How it votes.
    pub strategy: Strategy,
    /// What it proposes first.
    pub favourite: Place,
    /// How it likes each restaurant of the menu.
    pub ratings: Vec<Rating>,
    /// What happens to its preference after a round without consensus.
    pub change: Change,
}

/// Who votes, how, and on what.
#[derive(Clone, Hash, Debug)]
pub struct Config {
    /// All restaurants that can be proposed: the favourites and whatever is rated, in the order in which they were named.
    pub menu: Vec<Restaurant>,
    /// The agents, from agent 1 on.
    pub profiles: Vec<Profile>,
    /// When a tally is a consensus.
    pub rule: DecisionRule,
    /// What an agent does where several proposals are equally good.
    pub proposal_ties: Ties,
    /// What leads where several restaurants have as many votes.
    pub vote_ties: Ties,
    /// The places' order by name.
    pub ranks: Vec<u8>,
    /// Whether somebody averages ratings, so that all tell theirs.
    pub averaging: bool,
    /// What random votes are drawn from, together with agent, dinner and round.
    pub strategy_seed: u64,
    /// How long an agent waits for proposals, and then for votes, in virtual microseconds.
    pub timeout: Time,
    /// How long an agent thinks between two rounds, in virtual microseconds.
    pub pause: Time,
    /// After so many rounds without consensus an agent gives up.
    pub max_rounds: u64,
    /// Whom each agent hears, itself included: bit i − 1 for agent i.
    pub hears: Vec<u32>,
    /// The bug switch: what an agent voted is not written down before the vote goes out.
    pub forget_votes: bool,
}

impl ReadOptions for Config {
    const OPTIONS: &'static [OptionInfo] = Written::OPTIONS;

    fn read(agents: usize, set: &Options) -> Result<Config, SetupError> {
        let written = Written::read(agents, set)?;
        let mut menu = Vec::new();
        let mut wishes = Vec::new();
        let favourite = |sentence| SetupError::Option { option: "favourite", sentence };
        for me in 0..agents {
            let rated = match written.utility[me].as_str() {
                "default" => Vec::new(),
                text => parse_utility(text, &mut menu)
                    .map_err(|sentence| SetupError::Option { option: "utility", sentence })?,
            };
            let favourite = match written.favourite[me].as_str() {
                "default" if !rated.is_empty() => None,
                "default" => Some(place_of(DEFAULTS[me % DEFAULTS.len()], &mut menu).map_err(favourite)?),
                name => Some(place_of(name, &mut menu).map_err(favourite)?),
            };
            wishes.push((favourite, rated));
        }
        let mut profiles = Vec::new();
        for (me, (wish, rated)) in wishes.iter().enumerate() {
            let ways = (written.strategy[me], written.preference_change[me]);
            profiles.push(profile(me, ways, *wish, rated, &menu));
        }
        Ok(Config {
            ranks: ranks(&menu),
            averaging: profiles.iter().any(|profile| profile.change == Change::Average),
            hears: graph(written.hears, agents, written.degree, written.graph_seed),
            menu,
            profiles,
            rule: written.rule,
            proposal_ties: written.proposal_ties,
            vote_ties: written.vote_ties,
            strategy_seed: written.strategy_seed,
            timeout: written.round_timeout,
            pause: written.pause,
            max_rounds: written.max_rounds,
            forget_votes: written.forget_votes,
        })
    }
}

impl Config {
    /// How many agents there are.
    pub fn agents(&self) -> usize {
        self.profiles.len()
    }

    /// Whether `me` (from 0) hears `from` (from 0).
    pub fn hears(&self, me: usize, from: usize) -> bool {
        self.hears[me] >> from & 1 == 1
    }

    /// How many agents' votes `me` (from 0) counts, its own included.
    pub fn electorate(&self, me: usize) -> usize {
        self.hears[me].count_ones() as usize
    }

    /// The restaurant of this name.
    pub fn find(&self, name: &str) -> Option<Restaurant> {
        self.menu.iter().find(|restaurant| restaurant.name() == name).copied()
    }
}

/// What an agent's (from 0) random votes for a dinner are drawn from.
pub fn strategy_key(seed: u64, agent: usize, dinner: u64) -> u64 {
    draw(seed, 0x4_0000_0000 | agent as u64, dinner)
}

/// The 64 random bits for the vote in a round (from 1): whoever asks for the same agent, dinner and round gets the same,
/// in whatever order the messages came.
#[inline]
pub fn strategy_draw(key: u64, round: u64) -> u64 {
    mix(key.wrapping_add(round.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

/// What a tie of votes is broken with where that is left to chance: a common coin, the same for all agents.
pub fn common_coin(seed: u64, dinner: u64, round: u64) -> u64 {
    strategy_draw(strategy_key(seed, MOST_AGENTS, dinner), round)
}

/// How many names come before each.
fn ranks(menu: &[Restaurant]) -> Vec<u8> {
    let before = |one: &Restaurant| menu.iter().filter(|other| other.name() < one.name()).count() as u8;
    menu.iter().map(before).collect()
}

fn place_of(name: &str, menu: &mut Vec<Restaurant>) -> Result<Place, String> {
    if let Some(known) = menu.iter().find(|known| known.name() == name) {
        return Ok(known.place);
    }
    if menu.len() == MENU {
        return Err(format!("there can be at most {MENU} restaurants"));
    }
    menu.push(Restaurant::new(menu.len(), name)?);
    Ok(menu.len() as Place - 1)
}

/// Reads `Pizza=5,Sushi=3`.
fn parse_utility(text: &str, menu: &mut Vec<Restaurant>) -> Result<Vec<(Place, Rating)>, String> {
    let mut rated = Vec::new();
    for part in text.split(',') {
        let bad =
            || format!("`{part}` is no rating: write RESTAURANT=POINTS, points from 0 to 10, like Pizza=5,Sushi=3");
        let (name, points) = part.split_once('=').ok_or_else(bad)?;
        let points: Rating = points.parse().ok().filter(|points| *points <= 10).ok_or_else(bad)?;
        rated.push((place_of(name, menu)?, points * 1_000));
    }
    Ok(rated)
}

/// Ratings that are set stand as they are, the others 0. Where none is set, the favourite has 10 points and each other
/// restaurant 1 to 9, drawn from the agent's number and the name, so that they are the same in every run.
fn profile(
    index: usize,
    (strategy, change): (Strategy, Change),
    wish: Option<Place>,
    rated: &[(Place, Rating)],
    menu: &[Restaurant],
) -> Profile {
    let mut ratings = vec![0; menu.len()];
    for &(place, rating) in rated {
        ratings[place as usize] = rating;
    }
    if rated.is_empty() {
        for (rating, restaurant) in ratings.iter_mut().zip(menu) {
            *rating = between(draw(0, index as u64, stable_hash(restaurant.name())), 1, 9) as Rating * 1_000;
        }
        if let Some(place) = wish {
            ratings[place as usize] = 10_000;
        }
    }
    let first = rated.first().map_or(0, |(place, _)| *place);
    Profile { strategy, favourite: wish.unwrap_or_else(|| favourite(&ratings, first)), ratings, change }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Options;

    fn read(agents: usize, list: &[(&str, u16, &str)]) -> Result<Config, SetupError> {
        let mut options = Options::default();
        for (name, replica, value) in list {
            options.set(name, *replica, value);
        }
        Config::read(agents, &options)
    }

    #[test]
    fn utilities_make_the_menu_and_the_favourite() {
        let config = read(3, &[("utility", 2, "Thai=3,Pizza=8"), ("favourite", 3, "Thai")]).unwrap();
        let names: Vec<_> = config.menu.iter().map(Restaurant::name).collect();
        assert_eq!(names, ["Pizza", "Thai"]);
        assert_eq!(config.profiles.iter().map(|p| p.favourite).collect::<Vec<_>>(), [0, 0, 1]);
        assert_eq!(config.profiles[1].ratings, [8_000, 3_000]);
        assert_eq!(config.profiles[2].ratings[1], 10_000);
    }

    #[test]
    fn what_can_not_be_read_is_named() {
        for bad in ["Pizza", "Pizza=11", "Pizza=much", "=3", "Aubergine-Parmigiana=3"] {
            assert!(read(2, &[("utility", 1, bad)]).is_err(), "{bad}");
        }
        let many: Vec<_> = (0..70).map(|i| format!("r{i}=1")).collect();
        assert!(read(2, &[("utility", 1, &many.join(","))]).unwrap_err().to_string().contains("at most 64"));
    }

    #[test]
    fn restaurants_are_ranked_by_name_and_changes_are_each_agents_own() {
        let config = read(3, &[("preference-change", 0, "conform"), ("preference-change", 2, "average")]).unwrap();
        assert_eq!(config.ranks, [0, 1, 2], "Pizza, Sushi, Tacos");
        assert_eq!(config.profiles.iter().map(|p| p.change as u8).collect::<Vec<_>>(), [1, 2, 1]);
        assert!(read(3, &[("preference-change", 2, "average")]).unwrap().averaging);
        assert_eq!(read(3, &[("favourite", 1, "Zoo")]).unwrap().ranks, [2, 0, 1]);
    }
}

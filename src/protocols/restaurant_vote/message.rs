//! What agents, and clients with them, say to each other.

use std::rc::Rc;

use super::config::Restaurant;
use super::strategy::Rating;
use crate::kernel::prelude::*;

/// What travels. Nothing is signed or passed on: whoever tells two agents two things is not found out.
#[derive(Message, Clone, PartialEq, Eq, Hash, Debug)]
#[message(epoch = round)]
pub enum Message {
    /// An agent's proposal for a round.
    ///
    /// "I'd like to go there."
    #[message(glyph = Box, label = "{restaurant}?")]
    Proposal {
        /// Which dinner.
        dinner: u64,
        /// Which round.
        round: u64,
        /// Where to.
        restaurant: Restaurant,
        /// How the agent rates the menu; told where preferences are averaged.
        #[field(value = show_ratings(ratings), when(ratings.is_some()))]
        ratings: Option<Rc<[Rating]>>,
    },
    /// An agent's vote in a round.
    #[message(glyph = Disc, label(show(*restaurant)))]
    Vote {
        /// Which dinner.
        dinner: u64,
        /// Which round.
        round: u64,
        /// For what; `None` is an abstention.
        restaurant: Option<Restaurant>,
    },
    /// An agent has decided and will not change its mind.
    ///
    /// It has seen the decision rule satisfied, and stands by this from the next round on.
    #[message(glyph = Diamond, label = "{restaurant}!")]
    Decided {
        /// Which dinner.
        dinner: u64,
        /// In which round.
        round: u64,
        /// For what.
        restaurant: Restaurant,
    },
    /// A client wants another dinner.
    #[message(glyph = Envelope, label = "dinner {dinner}?")]
    Again {
        /// Which dinner.
        dinner: u64,
    },
    /// An agent tells a client how a dinner ended for it.
    #[message(glyph = Envelope, reply, label(show(*restaurant)))]
    Told {
        /// Which dinner.
        dinner: u64,
        /// Where to; `None` where it gave up.
        restaurant: Option<Restaurant>,
    },
}

fn show(restaurant: Option<Restaurant>) -> String {
    restaurant.map_or_else(|| "none".into(), |restaurant| restaurant.to_string())
}

fn show_ratings(ratings: &Option<Rc<[Rating]>>) -> String {
    listed(ratings.iter().flat_map(|ratings| ratings.iter()).map(|rating| show_rating(*rating)), " ")
}

/// A rating in points with one decimal, rounded down: `7.5`.
pub fn show_rating(rating: Rating) -> String {
    format!("{}.{}", rating / 1_000, rating % 1_000 / 100)
}

/// Hold another dinner after the last one that this client knows of; the first one starts by itself.
#[derive(Command, Display, Clone, PartialEq, Eq, Hash, Debug)]
#[command(usage = "again", example = "again")]
#[display("another dinner")]
pub struct Again;

/// What a client is told in the end.
#[derive(Display, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// A majority of agents say that they go there.
    #[display("dinner {_0} is at {_1}")]
    Goes(u64, Restaurant),
    /// A majority of agents gave up.
    #[display("dinner {_0}: they gave up")]
    GaveUp(u64),
    /// All agents have told, and no majority tells the same.
    #[display("dinner {_0}: they disagree")]
    Disagree(u64),
}

/// What an agent is asked from outside: see [`question`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Call {
    /// What it proposes.
    Propose,
    /// What it votes for.
    VoteOn,
    /// Whether it accepts the tally.
    Decide,
}

impl Call {
    /// The word for it.
    pub fn word(self) -> &'static str {
        ["propose", "vote_on", "decide"][self as usize]
    }
}

/// The text of a question, as compact JSON: `call`, `agent`, `agents` (how many votes could come in), `dinner`, `round`,
/// `seed` (for the agent's own chance, to be mixed with the others), `preference`, and what the call needs, which is `list`:
/// the `menu`, the `proposals` (in the order of the agents' numbers), or the `votes` (how many each restaurant got).
/// The answer is the name of a restaurant; to `decide` an empty one means "no consensus yet".
pub fn question(
    call: Call,
    me: NodeId,
    numbers: [(&str, u64); 4],
    preference: Restaurant,
    list: &[(Restaurant, u16)],
) -> String {
    let mut text = String::from("{\"call\":\"");
    text.push_str(call.word());
    text.push('"');
    for (name, number) in [("agent", me.number() as u64)].into_iter().chain(numbers) {
        key(name, &mut text);
        text.push_str(&number.to_string());
    }
    key("preference", &mut text);
    quote(preference.name(), &mut text);
    key(["menu", "proposals", "votes"][call as usize], &mut text);
    let counted = call == Call::Decide;
    let mut before = if counted { '{' } else { '[' };
    if list.is_empty() {
        text.push(before);
    }
    for (restaurant, votes) in list {
        text.push(before);
        quote(restaurant.name(), &mut text);
        if counted {
            text.push(':');
            text.push_str(&votes.to_string());
        }
        before = ',';
    }
    text.push_str(if counted { "}}" } else { "]}" });
    text
}

fn key(name: &str, text: &mut String) {
    text.push_str(",\"");
    text.push_str(name);
    text.push_str("\":");
}

fn quote(name: &str, text: &mut String) {
    text.push('"');
    for letter in name.chars() {
        match letter {
            '"' | '\\' => {
                text.push('\\');
                text.push(letter);
            }
            c if (c as u32) < 0x20 => {
                text.push_str("\\u00");
                text.push(if c as u32 > 15 { '1' } else { '0' });
                text.extend(char::from_digit(c as u32 % 16, 16));
            }
            c => text.push(c),
        }
    }
    text.push('"');
}

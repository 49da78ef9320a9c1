//! Reading what is said of the network: its links, how they behave, and how they join the replicas.

use super::notes::Role;
use super::parse_act::{Context, ROLES, arrow};
use super::text::{ScenarioError, Word, Words};
use crate::kernel::data::duration::{parse_duration, parse_percent, parse_range};
use crate::kernel::{Action, LinkChange, MOST_REPLICAS, Shape, Time, TopologyKind, Whom};

/// What can be said of the network, and which of it stands in a line of its own.
const NETWORK: [&str; 8] = ["manual", "automatic", "topology", "latency", "loss", "duplicate", "reorder", "shape"];
const ALONE: [&str; 3] = ["manual", "automatic", "topology"];

/// Reads what is said of the network.
pub(super) fn network(words: &mut Words, context: &Context) -> Result<Action, ScenarioError> {
    if words.took("manual") {
        return Ok(Action::Manual(true));
    }
    if words.took("automatic") {
        return Ok(Action::Manual(false));
    }
    if words.took("topology") {
        return topology(words, context).map(Action::Topology);
    }
    let meant =
        |word: &str| ROLES.contains(&word) || word.trim_start_matches('c').starts_with(|c: char| c.is_ascii_digit());
    if let Some(&word) = words.left().first() {
        words.offer(word, Role::Keyword, NETWORK.map(|word| (word, "")));
        words.offer(word, Role::Name, context.whom(Whom::NODES, ""));
    }
    let link = if words.peek().is_some_and(meant) { Some(arrow(words, context)?) } else { None };
    let (mut change, mut said) = (LinkChange::default(), Vec::new());
    loop {
        let word = words.take("topology, latency, loss, duplicate, reorder, shape or manual")?;
        let fits = |other: &&str| !ALONE.contains(other) && !said.contains(other);
        words.offer(word, Role::Keyword, NETWORK.into_iter().filter(fits).map(|word| (word, "")));
        if said.contains(&word.text) {
            return Err(words.error(word, format!("`{}` stands here twice", word.text)));
        }
        if NETWORK.contains(&word.text) {
            words.note(word, Role::Keyword);
        }
        said.push(word.text);
        match word.text {
            "latency" if words.took("exponential") => {
                if change.shape.is_some() {
                    return Err(words.error(word, "an exponential latency has no other shape"));
                }
                (change.latency, change.shape) = (Some(latency(words, true)?), Some(Shape::Exponential));
            }
            "latency" => change.latency = Some(latency(words, false)?),
            "loss" => change.loss = Some(chance(words)?),
            "duplicate" => change.duplicate = Some(chance(words)?),
            "reorder" => {
                let value = words.take("`on` or `off`")?;
                change.reorder = Some(words.one_of(value, "`on` or `off`", [("on", true), ("off", false)])?);
            }
            "shape" => {
                if change.shape.is_some() {
                    return Err(words.error(word, "an exponential latency has no other shape"));
                }
                let value = words.take("a shape")?;
                change.shape = Some(words.one_of(value, "a shape", Shape::ALL)?);
            }
            alone if ALONE.contains(&alone) => {
                return Err(words.error(word, format!("`network {}` stands in a line of its own", word.text)));
            }
            _ => {
                return Err(words.unknown(
                    word,
                    "topology, latency, loss, duplicate, reorder, shape, manual or automatic",
                    NETWORK,
                ));
            }
        }
        if words.is_empty() {
            return Ok(Action::Network { link, change });
        }
    }
}

/// A range of latencies, or (both its ends) the mean of an exponential one.
fn latency(words: &mut Words, exponential: bool) -> Result<(Time, Time), ScenarioError> {
    let range = "a range of durations, as in 5ms..15ms, or `exponential`";
    let value = words.take(if exponential { "a mean, as in 12ms," } else { range })?;
    if !exponential && value.text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Err(words.unknown(value, range, ["exponential"]));
    }
    let read = if exponential { parse_duration(value.text).map(|mean| (mean, mean)) } else { parse_range(value.text) };
    match read.map_err(|why| words.error(value, why))? {
        (_, most) if most > 600_000_000 => Err(words.error(value, "a latency is at most 600s")),
        ends => Ok(ends),
    }
}

/// How the replicas are linked, checked against their number.
fn topology(words: &mut Words, context: &Context) -> Result<TopologyKind, ScenarioError> {
    let word = words.take("full, ring, star, grid, random, small-world or world")?;
    let known = TopologyKind::WORDS.map(|word| (word, word));
    // What does not fit is told at the number that makes it so.
    let (kind, place) = match words.one_of(word, "a topology", known)? {
        "full" => (TopologyKind::Full, word),
        "ring" => (TopologyKind::Ring, word),
        "star" => (TopologyKind::Star, word),
        "world" => (TopologyKind::World, word),
        "grid" => grid(words)?,
        "random" => {
            let (degree, place) = degree(words)?;
            (TopologyKind::Random { degree }, place)
        }
        _ => {
            let (degree, place) = degree(words)?;
            (TopologyKind::SmallWorld { degree, rewired: chance(words)? }, place)
        }
    };
    if !context.guessed {
        kind.check(context.replicas.into()).map_err(|why| words.error(place, why))?;
    }
    Ok(kind)
}

fn degree<'a>(words: &mut Words<'a>) -> Result<(u16, Word<'a>), ScenarioError> {
    let word = words.take("how many neighbours each has")?;
    Ok((words.number(word, "the number of neighbours", 1, MOST_REPLICAS as u64)? as u16, word))
}

fn grid<'a>(words: &mut Words<'a>) -> Result<(TopologyKind, Word<'a>), ScenarioError> {
    let word = words.take("columns and rows, as in 5x4,")?;
    let side = |digits: &str| digits.parse::<u16>().ok().filter(|&side| side > 0);
    let sides = word.text.split_once('x').and_then(|(columns, rows)| Some((side(columns)?, side(rows)?)));
    let wrong = || words.error(word, "a grid is written as its columns and rows, as in 5x4");
    let (columns, rows) = sides.ok_or_else(wrong)?;
    Ok((TopologyKind::Grid { columns, rows }, word))
}

fn chance(words: &mut Words) -> Result<u32, ScenarioError> {
    let word = words.take("a chance, as in 2.5%,")?;
    parse_percent(word.text).map_err(|why| words.error(word, why))
}

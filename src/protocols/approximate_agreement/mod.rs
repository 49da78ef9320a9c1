//! Approximate agreement: values that come together although some replicas lie, without ever being quite the same.
//!
//! As in Dolev, Lynch, Pinter, Stark, Weihl (*Reaching approximate agreement in the presence of faults*, 1986). Each replica
//! starts with a number. In each round it tells its value to all, and takes a new one from what it is told:
//!
//! 1. Drop the f lowest and the f highest: what is left lies between values of correct replicas.
//! 2. Average every f-th of the rest: any two replicas that were told almost the same come closer together.
//!
//! Each round divides the spread of the correct values by ⌊(n−2f−1)/f⌋+1 at least, and none ever leaves the range in which
//! they began. That takes n > 3f where rounds are timed, so that who is silent can be told from who is slow. Where any message
//! may take any time, a replica waits for n − f values, takes every 2f-th, and n > 5f is needed.
//!
//! In the plane, the place of dropping is taken by the safe area: what is in the convex hull of the others, whichever f are
//! lies (Mendes, Herlihy 2013; Vaidya, Garg 2013). A replica goes to the middle between its two farthest corners (Függer, Nowak
//! 2018). As a liar may tell each replica another point, n > 4f is needed.
//!
//! Exact agreement is impossible where messages may take any time (Fischer, Lynch, Paterson 1985). This is not: nobody needs
//! to know what the last message said.

mod average;
mod client;
mod lies;
mod message;
mod point;
mod properties;
mod replica;
mod rules;
mod safe_area;
#[cfg(test)]
mod sweep;
mod terms;
#[cfg(test)]
mod tests;
mod view;

pub use average::Contraction;
pub use client::{Client, Question};
pub use message::{Message, Outcome};
pub use point::{Point, RANGE, UNIT, spread};
pub use properties::Monitor;
pub use replica::{Disk, State};
pub use rules::Rule;

use crate::kernel::OptionKind;
use crate::kernel::prelude::*;

/// What breaks where a lie can get through.
const LIES: &[&str] = &["range", "contraction", "agreement"];
/// What breaks where values come together too slowly.
const SLOW: &[&str] = &["contraction", "agreement"];

/// Approximate agreement.
pub struct ApproximateAgreement;

/// With which value a replica starts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Start {
    /// All are spread over the whole range.
    Spread,
    /// With this one.
    At(Point),
}

impl OptionValue for Start {
    const KIND: OptionKind = OptionKind::Word;

    fn read_value(text: &str) -> Option<Self> {
        let coordinate =
            |text: &str| text.parse().ok().filter(|value| (0..=RANGE).contains(value)).map(|value: i64| value * UNIT);
        match text.split_once(',') {
            _ if text == "spread" => Some(Start::Spread),
            None => Some(Start::At(Point::line(coordinate(text)?))),
            Some((x, y)) => Some(Start::At(Point::plane(coordinate(x)?, coordinate(y)?))),
        }
    }
}

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// How many replicas.
    #[option(replicas)]
    pub replicas: usize,
    /// The value that a replica starts with, from 0 to 1000, as `250`, in the plane as `250,40`; `spread` spreads them over the whole range.
    #[option(name = "input", per_replica, default = "spread", source = "Dolev et al. 1986")]
    pub starts: Vec<Start>,
    /// Values are points in the plane, and not numbers.
    #[option(source = "Mendes, Herlihy 2013; Vaidya, Garg 2013")]
    pub plane: bool,
    /// Rounds are not timed: a replica goes on with n − f values, however long they take.
    #[option(source = "Dolev et al. 1986, asynchronous algorithm")]
    pub asynchronous: bool,
    /// How far apart decided values may be, in units.
    #[option(number(1..=1_000), default = "10", source = "Dolev et al. 1986")]
    pub within: u64,
    /// How many rounds there are; 0 stands for as many as are needed for the whole range.
    #[option(name = "rounds", number(0..=200), default = "0", source = "Dolev et al. 1986")]
    pub asked_rounds: u64,
    /// How long a round lasts where rounds are timed.
    #[option(duration, default = "100ms", at_least = "1ms", source = "Dolev et al. 1986, synchronous algorithm")]
    pub round: Time,
    /// How long a client waits before it asks again.
    #[option(duration, default = "500ms", at_least = "1ms")]
    pub retry: Time,
    /// How many faulty replicas to bear: this many, or as many as possible where these are fewer.
    #[option(name = "f", number(0..=33), default = "33", source = "n > 3f; in the plane n > 4f; asynchronous n > 5f")]
    pub asked_f: usize,
    /// Averages all values that it is told, and drops none.
    #[option(breaks = LIES, source = "Dolev et al. 1986")]
    pub plain_mean: bool,
    /// Drops one less at each end, so that one lie gets through.
    #[option(breaks = LIES, source = "Dolev et al. 1986")]
    pub drop_one_less: bool,
    /// Takes a value that did not come for 0.
    #[option(breaks("range", "contraction", "agreement"), source = "Dolev et al. 1986, synchronous algorithm")]
    pub missing_is_zero: bool,
    /// Averages all that are left after dropping, and not every f-th of them.
    #[option(breaks = SLOW, source = "Dolev et al. 1986")]
    pub average_all: bool,
    /// Counts the values of any round in the round at hand.
    #[option(breaks = SLOW, source = "Dolev et al. 1986")]
    pub any_round: bool,
    /// Stops one round early.
    #[option(breaks("agreement"), source = "Dolev et al. 1986")]
    pub stop_early: bool,
    /// Believes in one faulty replica more than it can bear.
    #[option(breaks = LIES, source = "Dolev et al. 1986: n > 3f")]
    pub f_too_big: bool,
    /// How many faulty replicas it bears.
    #[option(computed = asked_f.min((replicas - 1) / parts(plane, asynchronous)) + usize::from(f_too_big))]
    pub f: usize,
    /// How many values end a round where rounds are not timed, its own included.
    #[option(computed = (replicas - f.min(replicas - 1)).max(1))]
    pub awaited: usize,
    /// By how much a round brings correct values together.
    #[option(computed = contraction(plane, asynchronous, replicas, f))]
    pub contraction: Contraction,
    /// How many rounds bring the whole range within what is asked for.
    #[option(computed = contraction.rounds(within))]
    pub needed_rounds: u64,
    /// After how many rounds it decides.
    #[option(computed = (if asked_rounds == 0 { needed_rounds } else { asked_rounds } - u64::from(stop_early)).max(1))]
    pub rounds: u64,
    /// The value that each replica starts with, by place.
    #[option(computed = starts.iter().enumerate().map(|(at, start)| input(*start, at, replicas, plane)).collect())]
    pub inputs: Vec<Point>,
}

/// More than so many times f replicas are needed.
fn parts(plane: bool, asynchronous: bool) -> usize {
    if asynchronous { 5 } else { 3 + usize::from(plane) }
}

fn contraction(plane: bool, asynchronous: bool, n: usize, f: usize) -> Contraction {
    let (received, step) = if asynchronous { (n.saturating_sub(f), 2 * f) } else { (n, f) };
    match (received.saturating_sub(2 * f + 1)).checked_div(step) {
        None => Contraction::AtOnce,
        Some(_) if plane => Contraction::InThePlane,
        // Where f is too big, nothing is promised: it hopes for half.
        Some(parts) => Contraction::Divided((parts as u64 + 1).max(2)),
    }
}

fn input(start: Start, at: usize, replicas: usize, plane: bool) -> Point {
    match start {
        Start::At(point) => point,
        Start::Spread => {
            let across = at as i64 * RANGE * UNIT / (replicas.max(2) as i64 - 1);
            // Up and down, no three in a line.
            let upwards = (at * at * 37 + 11) as i64 % 101 * (RANGE / 100) * UNIT;
            if plane { Point::plane(across, upwards.min(RANGE * UNIT)) } else { Point::line(across) }
        }
    }
}

impl Config {
    /// How many values are dropped at each end, or may be lies in the plane.
    pub fn dropped(&self) -> usize {
        self.f - usize::from(self.drop_one_less).min(self.f)
    }

    /// Which of the values that are left are averaged: each so many-th.
    pub fn step(&self) -> usize {
        let step = if self.asynchronous { 2 * self.f } else { self.f };
        if self.average_all { 1 } else { step.max(1) }
    }
}

/// What can be waited for.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// All begin at one time, just after the run does.
    #[timer(waits = "for the beginning", then = "tells its value to all")]
    Start,
    /// The round's time.
    #[timer(waits = "for the end of the round", then = "averages what it was told")]
    Round,
    /// A client waits for answers.
    #[timer(waits = "for answers", then = "asks again")]
    Retry,
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "approximate-agreement",
    name: "Approximate agreement",
    summary: "Replicas start with numbers and come together round by round: each drops the extremes and averages the rest, so that liars can't pull them away.",
    paper: "Dolev, Lynch, Pinter, Stark, Weihl 1986; in the plane: Mendes, Herlihy 2013",
    epoch: "round",
    slot: "value",
    replicas: (1, 100),
    first_scenario: include_str!("first.scenario"),
    structures: &[
        StructureInfo { kind: StructureKind::Points, name: "Paths", empty: "Nobody has started." },
        StructureInfo { kind: StructureKind::Value, name: "Decided values", empty: "Nobody has decided." },
    ],
    properties: properties::PROPERTIES,
    costs: &[
        WordInfo { name: "messages", about: "n(n−1) a round." },
        WordInfo { name: "delays", about: "One delay per round. A timed round takes the time that is set for it." },
    ],
    terms: terms::TERMS,
    ..Descriptor::of::<ApproximateAgreement>()
};

impl Algorithm for ApproximateAgreement {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Outcome;
    type Value = Point;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Rule = Rule;

    fn reconcile(config: &mut Config, _: &Options) -> Result<(), SetupError> {
        let error = |option, why: &str| Err(SetupError::Value { option, why: why.into() });
        if config.plane && config.asynchronous {
            return error(
                "plane",
                "points in the plane need timed rounds here: without them, liars must be kept from telling each another point",
            );
        }
        if config.plane && config.replicas > 31 {
            return error("plane", "in the plane there are at most 31 replicas");
        }
        if config.inputs.iter().any(|point| point.y.is_some() != config.plane) {
            let wanted = if config.plane {
                "in the plane, an input has two coordinates: 250,40"
            } else {
                "an input has one coordinate: 250"
            };
            return error("input", wanted);
        }
        Ok(())
    }

    fn boot(cx: &mut Context<'_, Self>) {
        cx.boot();
    }

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        match input {
            Input::Deliver { from, message } => match *message {
                Message::Value { round, value } => cx.hear(from, round, value),
                Message::Resume { round } => cx.on_resume(from, round),
                Message::Ask { request } => cx.on_ask(request),
                Message::Reply { .. } => {}
            },
            Input::Fire(Timer::Start) => cx.start(),
            Input::Fire(Timer::Round) => cx.end_round(),
            Input::Fire(Timer::Retry) | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        client::step(cx, input);
    }
}

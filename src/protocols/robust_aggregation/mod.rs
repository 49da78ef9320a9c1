//! Robust aggregation: a small model is learnt from data that each worker keeps for itself, although some workers lie.
//!
//! Federated learning in rounds. The server (replica 1) sends its model to all workers. Each finds the gradient of the model on its
//! own data, and sends it back. The server makes one vector of all, by a rule of aggregation, and takes a step.
//!
//! - With the *mean*, one liar can lead the model anywhere. A robust rule bears f liars of n workers: the *median* and the *trimmed
//!   mean* of each coordinate where n > 2f (Yin, Chen, Kannan, Bartlett 2018), *Krum* where n > 2f + 2 (Blanchard, El Mhamdi, Guerraoui,
//!   Stainer 2017), *Bulyan* where n ≥ 4f + 3 (El Mhamdi, Guerraoui, Rouault 2018).
//! - Robust in which sense: the choice is as near to the mean of the honest gradients as their own spread explains (Allouah et al. 2023).
//!   So where workers' data differ much, small lies still do harm.
//!
//! Without a server, each worker takes a step of its own, tells the model to its neighbors, and takes the rule's choice of theirs and
//! its own (decentralized learning; He, Karimireddy, Jaggi 2022).

mod aggregation;
mod attack;
mod client;
mod krum;
mod lies;
mod message;
mod problem;
mod properties;
mod replica;
mod rules;
mod server;
mod terms;
#[cfg(test)]
mod tests;
mod vector;
mod view;

pub use aggregation::{Aggregation, Chooser, median, plain_mean};
pub use attack::{Attack, Attacker};
pub use client::{Client, Question};
pub use krum::Krum;
pub use message::{Message, Outcome};
pub use problem::{Problem, step};
pub use properties::Monitor;
pub use replica::{Choice, Disk, State};
pub use rules::Rule;
pub use vector::{UNIT, Vector};

use crate::kernel::prelude::*;

/// What breaks where another choice is made than the rule's.
const WRONG: &[&str] = &["definition", "resilience", "honest-range"];

/// Robust aggregation.
pub struct RobustAggregation;

/// What holds for the whole run. Times are in virtual microseconds.
#[derive(Options, Clone, Hash, Debug)]
pub struct Config {
    /// How many replicas: the server and the workers, or the workers alone.
    #[option(replicas)]
    pub replicas: usize,
    /// Which rule makes one vector of many.
    #[option(default = "median", source = "Yin et al. 2018; Blanchard et al. 2017; El Mhamdi et al. 2018")]
    pub rule: Aggregation,
    /// How many liars to bear: this many, or as many as the rule can bear where these are fewer.
    #[option(name = "f", number(0..=100), default = "2", source = "median n > 2f; Krum n > 2f + 2; Bulyan n ≥ 4f + 3")]
    pub asked_f: usize,
    /// What a worker that is Byzantine sends in place of its gradient, if its behavior is to contradict. For this, the last f workers act together and know all data.
    #[option(default = "sign-flip", source = "Baruch et al. 2019; Xie et al. 2019")]
    pub attack: Attack,
    /// In which round those that have earned trust strike.
    #[option(number(1..=200), default = "15")]
    pub strike: u64,
    /// How much the data of workers differ, in percent of what is usual here.
    #[option(number(0..=400), default = "100", source = "Karimireddy, He, Jaggi 2022")]
    pub heterogeneity: i64,
    /// From which number the workers' data are drawn.
    #[option(name = "data", number(0..=1_000_000), default = "1")]
    pub seed: u64,
    /// There is no server: each worker has a model of its own, and hears its neighbors.
    #[option(source = "He, Karimireddy, Jaggi 2022")]
    pub no_server: bool,
    /// Without a server: how far apart the models may be in the end, in thousandths.
    #[option(number(1..=100_000), default = "1000")]
    pub within: u64,
    /// How many rounds there are.
    #[option(number(1..=200), default = "20")]
    pub rounds: u64,
    /// How long a round waits for those that are not heard; without a server, how long it lasts.
    #[option(duration, default = "100ms", at_least = "1ms")]
    pub round: Time,
    /// How long a client waits before it asks again.
    #[option(duration, default = "500ms", at_least = "1ms")]
    pub retry: Time,
    /// Krum takes each vector as its own nearest neighbor.
    #[option(breaks = WRONG, source = "Blanchard et al. 2017: of the others")]
    pub krum_counts_itself: bool,
    /// Krum takes the length of the other vector for the distance to it.
    #[option(breaks = WRONG, source = "Blanchard et al. 2017")]
    pub no_difference: bool,
    /// Krum adds distances up, and not their squares.
    #[option(breaks = WRONG, source = "Blanchard et al. 2017")]
    pub unsquared: bool,
    /// Krum keeps squares in 32 bits, so that large ones come out small.
    #[option(breaks = WRONG, source = "Blanchard et al. 2017")]
    pub overflow: bool,
    /// Trims f in all, and not f at each end.
    #[option(breaks = WRONG, source = "Yin et al. 2018")]
    pub trims_in_all: bool,
    /// Does not check how many liars the rule can bear.
    #[option(breaks("resilience", "honest-range"), source = "Blanchard et al. 2017: n > 2f + 2")]
    pub no_bound_check: bool,
    /// How many workers there are.
    #[option(computed = replicas - usize::from(!no_server))]
    pub workers: usize,
    /// How many liars it believes to bear.
    #[option(computed = asked_f.min(if no_bound_check { workers - 1 } else { rule.bears(workers) }))]
    pub f: usize,
    /// The workers' data.
    #[option(computed = Problem::draw(seed, workers, asked_f, heterogeneity))]
    pub problem: Problem,
}

impl Config {
    /// The place of a worker among the data, from 0; `None` of the server.
    pub fn place(&self, node: NodeId) -> Option<usize> {
        node.index().checked_sub(usize::from(!self.no_server))
    }

    /// Whether it is the server.
    pub fn is_server(&self, node: NodeId) -> bool {
        self.place(node).is_none()
    }

    /// What Krum does wrong.
    pub fn krum(&self) -> Krum {
        let &Config { krum_counts_itself: counts_itself, no_difference, unsquared, overflow, .. } = self;
        Krum { counts_itself, no_difference, unsquared, overflow }
    }

    /// Those who lie, as far as they act together.
    pub fn attacker(&self) -> Attacker<'_> {
        let &Config { ref problem, workers, asked_f: liars, seed, strike, .. } = self;
        Attacker { problem, workers, liars, seed, strike }
    }
}

/// What can be waited for.
#[derive(Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// The run has begun.
    #[timer(waits = "for the beginning", then = "starts from the model 0,0")]
    Start,
    /// The round's time.
    #[timer(waits = "for those that are not heard", then = "goes on with those that are")]
    Round,
    /// A client waits for answers.
    #[timer(waits = "for answers", then = "asks again")]
    Retry,
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "robust-aggregation",
    name: "Robust aggregation",
    summary: "Workers learn a model together and keep their data for themselves: one gradient is made of all theirs, by a rule that liars can't bend.",
    paper: "Blanchard, El Mhamdi, Guerraoui, Stainer 2017; Yin, Chen, Kannan, Bartlett 2018",
    epoch: "round",
    slot: "model",
    replicas: (4, 201),
    first_scenario: include_str!("first.scenario"),
    structures: &[
        StructureInfo { kind: StructureKind::Points, name: "Gradients and models", empty: "Nobody has started." },
        StructureInfo { kind: StructureKind::Value, name: "Learned models", empty: "Nothing is learned yet." },
    ],
    properties: properties::PROPERTIES,
    costs: &[
        WordInfo { name: "messages", about: "2(n−1) a round, the server one of the n; without a server n(n−1)." },
        WordInfo {
            name: "delays",
            about: "2 a round; without a server 1, and each round lasts as long as it is set to.",
        },
    ],
    terms: terms::TERMS,
    ..Descriptor::of::<RobustAggregation>()
};

impl Algorithm for RobustAggregation {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Outcome;
    type Value = Vector;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = Client;
    type Rule = Rule;

    fn boot(cx: &mut Context<'_, Self>) {
        cx.boot();
    }

    fn step(cx: &mut Context<'_, Self>, input: Input<'_, Self>) {
        match input {
            Input::Deliver { from, message } => match *message {
                Message::Model { round, model } => cx.on_model(from, round, model),
                Message::Gradient { round, vector } | Message::Share { round, vector } => cx.hear(from, round, vector),
                Message::Resume {} => cx.on_resume(from),
                Message::Ask { request } => cx.on_ask(request),
                Message::Reply { .. } => {}
            },
            Input::Fire(Timer::Start) => cx.start(),
            Input::Fire(Timer::Round) => cx.time_is_over(),
            Input::Fire(Timer::Retry) | Input::Request { .. } | Input::Answer { .. } => {}
        }
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        client::step(cx, input);
    }
}

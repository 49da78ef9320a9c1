//! The restaurant vote: agents with different favourites must agree where to eat. It is the exercise that opens many
//! courses on agreement, as naive as there: every round each agent broadcasts a proposal, then a vote chosen by its
//! strategy, and accepts a restaurant once a decision rule holds for the votes that it saw itself.
//!
//! What is guaranteed, and what is not:
//!
//! - Where everybody hears everybody, no message is lost or later than the round's time-out, and nobody crashes or
//!   lies, all agents see the same votes, and so decide the same in the same round (or none does: strategies may
//!   circle for ever, and after `max-rounds` they give up). That is all.
//! - With loss, crashes or late messages two agents may see different tallies: one decides, the others go on and may
//!   decide otherwise in a later round, for nothing locks a vote. An agent that decided says so, and its decision counts
//!   as its proposal and vote in all later rounds; that helps the others along, but locks nobody.
//! - A Byzantine agent tells everybody something else. With `majority` and `plurality` two agents may then decide
//!   differently in the very same round, with `two-thirds` and more than three agents in different rounds. With `unanimous` they never do: a
//!   decision needs the votes of all correct agents, and who decided vetoes all else; but one vote out of line blocks it.
//! - In a ring the rule counts neighbours only, and neighbourhoods may disagree.
//!
//! The page's agreement badge shows it when that happens. How protocols do better is what the rest of this house is about.
//!
//! Strategies ([`strategy`]) and rules ([`decision_rule`]) are pure functions, and random votes are drawn by agent, dinner and
//! round, so that [`crate::challenge`] gets the same rounds and winners without a network.

pub mod client;
pub mod config;
pub mod decision_rule;
mod descriptor;
mod inbox;
pub mod lies;
mod message;
mod properties;
pub mod replica;
pub mod rules;
pub mod strategy;
mod terms;
#[cfg(test)]
mod tests;
pub mod topology;
mod view;

pub use config::Config;
pub use descriptor::DESCRIPTOR;
use message::{Again, Message};
use replica::{Agent, Disk, State};

use crate::kernel::{
    self, Algorithm, Asked, Assumption, Check, ClientContext, Cluster, Descriptor, Event, Explain, Glance, Input, Lie,
    Lies, MS, NodeId, Quorum, ReplicaView, Report, Signer, Status, Time,
};

/// The protocol.
pub struct RestaurantVote;

/// What an agent or a client waits for.
#[derive(kernel::Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// When the first round starts.
    #[timer(then = "starts the first round")]
    Start,
    /// When an agent votes on the proposals that are in.
    #[timer(name = "proposal-timeout", waits = "for proposals", then = "votes on those that are in")]
    Proposals,
    /// When an agent applies the rule to the votes that are in.
    #[timer(name = "vote-timeout", waits = "for votes", then = "counts those that are in")]
    Votes,
    /// When an agent starts the next round, or the next dinner.
    #[timer(name = "next-round", then = "starts the next round")]
    Next,
    /// When a client asks again.
    #[timer(waits = "for an answer", then = "asks again")]
    Retry,
}

impl Algorithm for RestaurantVote {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Again;
    type Value = config::Restaurant;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = client::Client;
    type Rule = rules::Rule;

    fn boot(cx: &mut Agent<'_>) {
        replica::boot(cx);
    }

    fn step(cx: &mut Agent<'_>, input: Input<'_, Self>) {
        match input {
            Input::Deliver { from, message } => cx.deliver(from, message),
            Input::Fire(timer) => cx.fire(timer),
            Input::Answer { question, answer } => cx.answered(question, answer),
            Input::Request { .. } => {}
        }
    }

    fn client(cx: &mut ClientContext<'_, Self>, input: Input<'_, Self>) {
        cx.client.step(cx.config, cx.me, input, cx.out);
    }
}

impl Explain for RestaurantVote {
    type Role = view::Role;
    type Shown = view::Shown;

    fn status(Glance { config, me, state, disk }: Glance<'_, Self>) -> Status {
        view::status(config, me, state, disk)
    }

    fn view(Glance { config, me, state, disk }: Glance<'_, Self>, view: &mut ReplicaView) {
        view::show(config, me, state, disk, view);
    }

    fn view_client(_: &Config, client: &client::Client) -> String {
        client.doing()
    }
}

/// Whether no agent is code from outside, which decides as it likes.
fn goes_by_rule(config: &Config) -> bool {
    config.profiles.iter().all(|profile| profile.strategy != strategy::Strategy::External)
}

impl Check for RestaurantVote {
    type Monitor = properties::Monitor;

    fn observe(monitor: &mut Self::Monitor, event: &Event, cluster: &Cluster<Self>, report: &mut Report) {
        monitor.observe(event, cluster, report);
    }

    /// What stands on the menu was somebody's wish: a favourite, or rated by somebody.
    fn valid(config: &Config, value: &Self::Value, _: &Asked<'_, Again>) -> bool {
        let at = value.place as usize;
        config.menu.get(at) == Some(value)
            && config.profiles.iter().any(|profile| profile.favourite == value.place || profile.ratings[at] > 0)
    }

    /// Each dinner counts as one, the first, which nobody needs to ask for, included.
    fn commands_in(_: &Self::Value) -> usize {
        1
    }

    fn quorums(config: &Config, _: &replica::Disk) -> Vec<Quorum> {
        let needed = config.rule.needed(config.agents(), 0) as usize;
        vec![Quorum::simple(config.agents(), needed, "to agree")]
    }

    /// Agreement rests on nothing but that all see the same votes and go by the same rule.
    fn assumes(config: &Config, property: &str) -> Option<&'static [Assumption]> {
        let all_hear_all = (0..config.agents()).all(|me| config.electorate(me) == config.agents());
        match property {
            "agreement" => {
                (all_hear_all && goes_by_rule(config)).then_some(&[Assumption::Synchrony, Assumption::NoCrashes])
            }
            _ => Some(&[]),
        }
    }

    /// Four dinners: the one under way, those that clients still wait for, and the fresh one. Code from outside may take as
    /// long as it likes.
    fn recovers_within(cluster: &Cluster<Self>, _: Time) -> Option<Time> {
        let config = cluster.config();
        goes_by_rule(config)
            .then_some(4 * config.max_rounds * (2 * config.timeout + config.pause + 60 * MS) + client::RETRY)
    }

    fn settled(cluster: &Cluster<Self>) -> bool {
        cluster.nodes().all(|node| cluster.state(node).is_some_and(|state| state.phase.done()))
    }
}

impl Lie for RestaurantVote {
    type Lie = lies::Lie;

    fn lies(
        Glance { config, state, .. }: Glance<'_, Self>,
        signer: Signer,
        to: NodeId,
        message: &Message,
        lies: &mut Lies<Self>,
    ) {
        let proposals = state.map(|state| replica::proposals(config, state)).unwrap_or_default();
        lies::lie(config, (signer.name(), to), &proposals, message, lies);
    }
}

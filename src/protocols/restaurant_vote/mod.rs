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
//! Strategies ([`strategy`]) and rules ([`rule`]) are pure functions, and random votes are drawn by agent, dinner and
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
#[cfg(test)]
mod tests;
pub mod topology;
mod view;

pub use config::Config;
pub use descriptor::DESCRIPTOR;
use message::{Again, Message};
use replica::{Agent, Disk, State};

use crate::kernel::{
    self, ClientInput, Cluster, Effects, Event, Input, Lies, NodeId, Protocol, ReplicaView, Report, RequestId, Signer,
    Status,
};

/// The protocol.
pub struct RestaurantVote;

/// What an agent or a client waits for.
#[derive(kernel::Timer, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// When the first round starts.
    Start,
    /// When an agent votes on the proposals that are in.
    #[timer(name = "proposal-timeout")]
    Proposals,
    /// When an agent applies the rule to the votes that are in.
    #[timer(name = "vote-timeout")]
    Votes,
    /// When an agent starts the next round, or the next dinner.
    #[timer(name = "next-round")]
    Next,
    /// When a client asks again.
    Retry,
}

impl Protocol for RestaurantVote {
    const DESCRIPTOR: &'static crate::kernel::Descriptor = &DESCRIPTOR;
    type Config = Config;
    type Command = Again;
    type Value = config::Restaurant;
    type Message = Message;
    type Timer = Timer;
    type State = State;
    type Disk = Disk;
    type Client = client::Client;
    type Monitor = properties::Monitor;
    type Rule = rules::Rule;
    type Role = view::Role;
    type Lie = lies::Lie;
    type Shown = view::Shown;

    fn workload(_: &Config, _: u64, _: u64, _: u32) -> Again {
        Again
    }

    fn boot(config: &Config, me: NodeId, disk: &mut Disk, out: &mut Effects<Self>) -> State {
        replica::boot(config, me, disk, out)
    }

    fn step(
        config: &Config,
        me: NodeId,
        state: &mut State,
        disk: &mut Disk,
        input: Input<'_, Self>,
        out: &mut Effects<Self>,
    ) {
        let mut agent = Agent { config, me, state, disk, out };
        match input {
            Input::Deliver { from, message } => agent.deliver(from, message),
            Input::Fire(timer) => agent.fire(timer),
            Input::Answer { question, answer } => agent.answered(question, answer),
        }
    }

    fn client_step(
        config: &Config,
        me: NodeId,
        client: &mut client::Client,
        input: ClientInput<'_, Self>,
        out: &mut Effects<Self>,
    ) {
        client.step(config, me, input, out);
    }

    fn observe(monitor: &mut Self::Monitor, event: &Event, cluster: &Cluster<Self>, report: &mut Report) {
        monitor.observe(event, cluster, report);
    }

    /// What stands on the menu was somebody's wish: a favourite, or rated by somebody.
    fn valid<'a>(config: &Config, value: &Self::Value, _: &dyn Fn(RequestId) -> Option<&'a Again>) -> bool {
        let at = value.place as usize;
        config.menu.get(at) == Some(value)
            && config.profiles.iter().any(|profile| profile.favourite == value.place || profile.ratings[at] > 0)
    }

    /// Each dinner counts as one, the first, which nobody needs to ask for, included.
    fn commands_in(_: &Self::Value) -> usize {
        1
    }

    fn status(config: &Config, me: NodeId, state: Option<&State>, disk: &Disk) -> Status {
        view::status(config, me, state, disk)
    }

    fn view(config: &Config, me: NodeId, state: Option<&State>, disk: &Disk, view: &mut ReplicaView) {
        view::show(config, me, state, disk, view);
    }

    fn view_client(_: &Config, client: &client::Client) -> String {
        client.doing()
    }

    fn quorum(config: &Config) -> usize {
        config.rule.needed(config.agents(), 0) as usize
    }

    fn lies(
        config: &Config,
        state: Option<&State>,
        signer: Signer,
        to: NodeId,
        message: &Message,
        lies: &mut Lies<Self>,
    ) {
        let proposals = state.map(|state| replica::proposals(config, state)).unwrap_or_default();
        lies::lie(config, (signer.name(), to), &proposals, message, lies);
    }
}

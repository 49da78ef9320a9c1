//! A client: it asks one replica after the other until it is told what was chosen.

use super::message::{Command, Message};
use super::rules::Rule;
use super::{Paxos, Timer};
use crate::kernel::prelude::*;
use crate::protocols::wanted::{Wanted, own_replica};

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants, and whom it asks.
    pub wanted: Wanted<Command>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, Paxos>, input: Input<'_, Paxos>) {
    match input {
        Input::Request { id, command, to } => {
            // Clients spread, so that proposers meet.
            let own = own_replica(cx.me, cx.replicas());
            if cx.client.wanted.add(id, *command, to.unwrap_or(own)) {
                cx.rule(Rule::Ask);
                ask(cx);
            }
        }
        Input::Deliver { message: &Message::Reply { id, value }, .. } => {
            if cx.client.wanted.answered(id).is_some() {
                cx.cancel_timer(Timer::Retry);
                cx.rule(Rule::Answered { value });
                cx.complete(id, value.word());
                ask(cx);
            }
        }
        Input::Fire(_) => {
            if let Some(to) = cx.client.wanted.ask_next(cx.replicas()) {
                cx.rule(Rule::AskNext { to });
            }
            ask(cx);
        }
        Input::Deliver { .. } | Input::Answer { .. } => {}
    }
}

fn ask(cx: &mut ClientContext<'_, Paxos>) {
    if let Some(&(id, Command { value }, to)) = cx.client.wanted.foremost() {
        cx.send(to, Message::Request { id, value });
        cx.set_timer(Timer::Retry, cx.config.retry);
    }
}

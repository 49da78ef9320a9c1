//! A client: it makes one request after the other, each to one replica, and asks the same one again until it is answered, for
//! that one knows what it has carried out already.

use super::message::{Command, Message};
use super::rules::Rule;
use super::value::Name;
use super::{Gossip, Timer};
use crate::kernel::prelude::*;
use crate::protocols::wanted::{Wanted, own_replica};

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants, and whom it asks.
    pub wanted: Wanted<Command>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, Gossip>, input: Input<'_, Gossip>) {
    match input {
        Input::Request { id, command, to } => {
            let to = to.unwrap_or(own_replica(cx.me, cx.replicas()));
            if cx.client.wanted.add(id, *command, to) {
                cx.rule(Rule::Ask { to, command: *command });
                ask(cx);
            }
        }
        Input::Deliver { message: Message::Reply { id, answer }, .. } => {
            let Some(command) = cx.client.wanted.answered(*id) else { return };
            cx.cancel_timer(Timer::Retry);
            cx.rule(Rule::Told { command, answer: Name::clipped(answer) });
            cx.complete(*id, answer.clone());
            ask(cx);
        }
        Input::Fire(_) => {
            if let Some(&(_, command, to)) = cx.client.wanted.foremost() {
                cx.rule(Rule::AskAgain { to, command });
            }
            ask(cx);
        }
        Input::Deliver { .. } | Input::Answer { .. } => {}
    }
}

fn ask(cx: &mut ClientContext<'_, Gossip>) {
    if let Some(&(id, command, to)) = cx.client.wanted.foremost() {
        cx.send(to, Message::Request { id, command });
        cx.set_timer(Timer::Retry, cx.config.retry);
    }
}

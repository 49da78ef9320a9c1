//! A client: it makes one request after the other, to the replica that it was told to ask, else to one of its own, and asks the next
//! one where no answer comes.

use super::message::Message;
use super::rules::Rule;
use super::{EPaxos, Timer};
use crate::kernel::prelude::*;
use crate::protocols::wanted::{Wanted, own_replica};
use crate::services::kv::Command;

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants, and whom it asks.
    pub wanted: Wanted<Command>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, EPaxos>, input: Input<'_, EPaxos>) {
    match input {
        Input::Request { id, command, to } => {
            let to = to.unwrap_or(own_replica(cx.me, cx.replicas()));
            if cx.client.wanted.add(id, command.clone(), to) {
                cx.rule(Rule::Ask { to });
                ask(cx);
            }
        }
        Input::Deliver { message: Message::Reply { id, outcome }, .. } => {
            if cx.client.wanted.answered(*id).is_some() {
                cx.cancel_timer(Timer::Retry);
                cx.rule(Rule::Answered { outcome: ShortWord::clipped(outcome) });
                cx.complete(*id, outcome.clone());
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

fn ask(cx: &mut ClientContext<'_, EPaxos>) {
    if let Some((id, command, to)) = cx.client.wanted.foremost().cloned() {
        cx.send(to, Message::Request { id, command });
        cx.set_timer(Timer::Retry, cx.config.retry);
    }
}

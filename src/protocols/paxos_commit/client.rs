//! A client: it asks one replica after the other until it is told what became of its transaction.

use std::rc::Rc;

use super::message::{Command, Message, Transaction};
use super::rules::Rule;
use super::{LEADER, PaxosCommit, Timer};
use crate::kernel::prelude::*;
use crate::protocols::wanted::Wanted;

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants, and whom it asks.
    pub wanted: Wanted<Command>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, PaxosCommit>, input: Input<'_, PaxosCommit>) {
    match input {
        Input::Request { id, command, to } => {
            if cx.client.wanted.add(id, command.clone(), to.unwrap_or(LEADER)) {
                ask(cx);
            }
        }
        Input::Deliver { message: &Message::Reply { request, decision }, .. } => {
            if cx.client.wanted.answered(request).is_some() {
                cx.cancel_timer(Timer::Retry);
                cx.rule(Rule::Told { number: request.number, decision });
                cx.complete(request, decision.done());
                ask(cx);
            }
        }
        Input::Fire(_) => {
            cx.client.wanted.ask_next(cx.replicas());
            ask(cx);
        }
        Input::Deliver { .. } | Input::Answer { .. } => {}
    }
}

fn ask(cx: &mut ClientContext<'_, PaxosCommit>) {
    if let Some((request, command, to)) = cx.client.wanted.foremost().cloned() {
        cx.rule(Rule::Ask { number: request.number, to });
        cx.send(to, Message::Request(Rc::new(Transaction { request, command })));
        cx.set_timer(Timer::Retry, cx.config.retry);
    }
}

//! A client: it makes one request after the other, each to one replica, and asks the same one again until it is answered.
//! Another replica would choose another tag for the same write.

use std::collections::VecDeque;

use super::message::{Command, Message};
use super::rules::Rule;
use super::{QuorumRegister, Timer};
use crate::kernel::prelude::*;

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants, and whom it asks; the foremost has been asked for.
    pub wanted: VecDeque<(RequestId, Command, NodeId)>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, QuorumRegister>, input: Input<'_, QuorumRegister>) {
    match input {
        Input::Request { id, command, to } => {
            // Clients who are not told whom to ask spread over the replicas.
            let own = NodeId::replica(1 + cx.me.index() % cx.replicas());
            let one_writer = cx.config.one_writer && matches!(command, Command::Write(..));
            let to = if one_writer { NodeId::replica(1) } else { to.unwrap_or(own) };
            cx.client.wanted.push_back((id, *command, to));
            if cx.client.wanted.len() == 1 {
                cx.rule(Rule::Ask { to, command: *command });
                ask(cx);
            }
        }
        Input::Deliver { message: &Message::Reply { id, value }, .. } => {
            let Some(&(_, command, _)) = cx.client.wanted.front().filter(|(wanted, ..)| *wanted == id) else { return };
            cx.client.wanted.pop_front();
            cx.cancel_timer(Timer::Retry);
            cx.rule(Rule::Told { command, value });
            cx.complete(id, value.word());
            ask(cx);
        }
        Input::Fire(_) => {
            if let Some(&(_, command, to)) = cx.client.wanted.front() {
                cx.rule(Rule::AskAgain { to, command });
            }
            ask(cx);
        }
        Input::Deliver { .. } | Input::Answer { .. } => {}
    }
}

fn ask(cx: &mut ClientContext<'_, QuorumRegister>) {
    if let Some(&(id, command, to)) = cx.client.wanted.front() {
        cx.send(to, Message::Request { id, command });
        cx.set_timer(Timer::Retry, cx.config.retry);
    }
}

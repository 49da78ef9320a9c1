//! A client: it asks one replica after the other until it is told what was chosen.

use std::collections::VecDeque;

use super::message::{Command, Message};
use super::rules::Rule;
use super::{Paxos, Timer};
use crate::kernel::prelude::*;

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants, and whom it asks; the foremost has been asked for.
    pub wanted: VecDeque<(RequestId, Command, NodeId)>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, Paxos>, input: Input<'_, Paxos>) {
    match input {
        Input::Request { id, command, to } => {
            // Clients who are not told whom to ask spread over the replicas, so that proposers meet.
            let own = NodeId::replica(1 + cx.me.index() % cx.replicas());
            cx.client.wanted.push_back((id, *command, to.unwrap_or(own)));
            if cx.client.wanted.len() == 1 {
                cx.rule(Rule::Ask);
                ask(cx);
            }
        }
        Input::Deliver { message: &Message::Reply { id, value }, .. } => {
            if cx.client.wanted.front().is_some_and(|(wanted, ..)| *wanted == id) {
                cx.client.wanted.pop_front();
                cx.cancel_timer(Timer::Retry);
                cx.rule(Rule::Answered { value });
                cx.complete(id, value.word());
                ask(cx);
            }
        }
        Input::Fire(_) => {
            let replicas = cx.replicas();
            if let Some((_, _, to)) = cx.client.wanted.front_mut() {
                *to = NodeId::replica(1 + to.number() % replicas);
                let rule = Rule::AskNext { to: *to };
                cx.rule(rule);
            }
            ask(cx);
        }
        Input::Deliver { .. } | Input::Answer { .. } => {}
    }
}

fn ask(cx: &mut ClientContext<'_, Paxos>) {
    if let Some(&(id, Command { value }, to)) = cx.client.wanted.front() {
        cx.send(to, Message::Request { id, value });
        cx.set_timer(Timer::Retry, cx.config.retry);
    }
}

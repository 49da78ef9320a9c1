//! A client: it makes one request after the other, to the replica that answered last, and asks the next one where no answer comes.

use super::message::Message;
use super::rules::Rule;
use super::{MultiPaxos, Timer};
use crate::kernel::prelude::*;
use crate::protocols::wanted::{Wanted, own_replica};
use crate::services::kv::Command;

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants.
    pub wanted: Wanted<Command>,
    /// Who answered last: it probably leads.
    pub leader: Option<NodeId>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, MultiPaxos>, input: Input<'_, MultiPaxos>) {
    match input {
        Input::Request { id, command, to } => {
            let to = to.or(cx.client.leader).unwrap_or(own_replica(cx.me, cx.replicas()));
            if cx.client.wanted.add(id, command.clone(), to) {
                cx.rule(Rule::Ask { to });
                ask(cx);
            }
        }
        Input::Deliver { from, message: Message::Reply { id, outcome } } => {
            if cx.client.wanted.answered(*id).is_some() {
                cx.client.leader = Some(from);
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

fn ask(cx: &mut ClientContext<'_, MultiPaxos>) {
    if let Some((id, command, to)) = cx.client.wanted.foremost().cloned() {
        cx.send(to, Message::Request { id, command });
        cx.set_timer(Timer::Retry, cx.config.retry);
    }
}

//! A client: it makes one request after the other, each to one replica, and asks the same one again until it is answered.
//! Another replica would choose another tag for the same write.

use super::message::{Command, Message};
use super::rules::Rule;
use super::{QuorumRegister, Timer};
use crate::kernel::prelude::*;
use crate::protocols::wanted::{Wanted, own_replica};

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants, and whom it asks.
    pub wanted: Wanted<Command>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, QuorumRegister>, input: Input<'_, QuorumRegister>) {
    match input {
        Input::Request { id, command, to } => {
            let own = own_replica(cx.me, cx.replicas());
            let one_writer = cx.config.one_writer && matches!(command, Command::Write(..));
            let to = if one_writer { NodeId::replica(1) } else { to.unwrap_or(own) };
            if cx.client.wanted.add(id, *command, to) {
                cx.rule(Rule::Ask { to, command: *command });
                ask(cx);
            }
        }
        Input::Deliver { message: &Message::Reply { id, value }, .. } => {
            let Some(command) = cx.client.wanted.answered(id) else { return };
            cx.cancel_timer(Timer::Retry);
            cx.rule(Rule::Told { command, value });
            cx.complete(id, value.word());
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

fn ask(cx: &mut ClientContext<'_, QuorumRegister>) {
    if let Some(&(id, command, to)) = cx.client.wanted.foremost() {
        cx.send(to, Message::Request { id, command });
        cx.set_timer(Timer::Retry, cx.config.retry);
    }
}

//! A client: one transaction at a time, asked for until the answer is there.

use std::rc::Rc;

use super::message::{Message, Transaction};
use super::rules::Rule;
use super::{COORDINATOR, Config, Timer, TwoPhaseCommit};
use crate::kernel::prelude::*;

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants, and whom it asks first; the foremost has been asked for.
    pub wanted: Vec<(Rc<Transaction>, NodeId)>,
}

/// One input to a client.
pub(super) fn step(
    config: &Config,
    client: &mut Client,
    input: ClientInput<'_, TwoPhaseCommit>,
    out: &mut Effects<TwoPhaseCommit>,
) {
    match input {
        ClientInput::Request { id, command, to } => {
            let what = Rc::new(Transaction { request: id, command: command.clone() });
            client.wanted.push((what, to.unwrap_or(COORDINATOR)));
            if client.wanted.len() == 1 {
                out.rule(Rule::Ask { number: id.number });
                ask(config, client, out);
            }
        }
        ClientInput::Deliver { message: &Message::Reply { request, decision }, .. } => {
            if client.wanted.first().is_none_or(|(what, _)| what.request != request) {
                return;
            }
            client.wanted.remove(0);
            out.cancel_timer(Timer::Retry);
            out.rule(Rule::Told { number: request.number, decision });
            out.complete(request, &decision.done());
            ask(config, client, out);
        }
        ClientInput::Deliver { .. } => {}
        ClientInput::Fire(_) => {
            // Whom it asked first may be down; the coordinator is the one that can decide.
            if let Some((what, to)) = client.wanted.first_mut() {
                *to = COORDINATOR;
                out.rule(Rule::Retry { number: what.request.number });
            }
            ask(config, client, out);
        }
    }
}

fn ask(config: &Config, client: &Client, out: &mut Effects<TwoPhaseCommit>) {
    if let Some((what, to)) = client.wanted.first() {
        out.send(*to, Message::Request(what.clone()));
        out.wait(Timer::Retry, config.retry);
    }
}

//! A client: one transaction at a time, asked for until the answer is there.

use std::rc::Rc;

use super::message::{Message, Transaction};
use super::rules::Rule;
use super::{COORDINATOR, Timer, TwoPhaseCommit};
use crate::kernel::prelude::*;

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants, and whom it asks first; the foremost has been asked for.
    pub wanted: Vec<(Rc<Transaction>, NodeId)>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, TwoPhaseCommit>, input: Input<'_, TwoPhaseCommit>) {
    let wanted = &mut cx.client.wanted;
    match input {
        Input::Request { id, command, to } => {
            let what = Rc::new(Transaction { request: id, command: command.clone() });
            wanted.push((what, to.unwrap_or(COORDINATOR)));
            if wanted.len() == 1 {
                cx.rule(Rule::Ask { number: id.number });
                ask(cx);
            }
        }
        Input::Deliver { message: &Message::Reply { request, decision }, .. } => {
            if wanted.first().is_none_or(|(what, _)| what.request != request) {
                return;
            }
            wanted.remove(0);
            cx.cancel_timer(Timer::Retry);
            cx.rule(Rule::Told { number: request.number, decision });
            cx.complete(request, decision.done());
            ask(cx);
        }
        Input::Deliver { .. } | Input::Answer { .. } => {}
        Input::Fire(_) => {
            // Whom it asked first may be down; the coordinator is the one that can decide.
            if let Some((what, to)) = wanted.first_mut() {
                *to = COORDINATOR;
                let number = what.request.number;
                cx.rule(Rule::Retry { number });
            }
            ask(cx);
        }
    }
}

fn ask(cx: &mut ClientContext<'_, TwoPhaseCommit>) {
    if let Some((what, to)) = cx.client.wanted.first() {
        let (what, to) = (what.clone(), *to);
        cx.send(to, Message::Request(what));
        cx.set_timer(Timer::Retry, cx.config.retry);
    }
}

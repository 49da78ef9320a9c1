//! A client asks for the outcome. One that names a replica believes it. One that names nobody asks all: of n − f answers, f may
//! be lies, so it takes a value that lies between the others, as a replica does in a round.

use super::average::new_value;
use super::message::Message;
use super::point::Point;
use super::rules::Rule;
use super::{ApproximateAgreement, Timer};
use crate::kernel::prelude::*;

/// What a client wants to know.
#[derive(Clone, Hash, Debug)]
pub struct Question {
    /// Its number.
    pub id: RequestId,
    /// Whom it asks; `None` for all.
    pub to: Option<NodeId>,
    /// Who has answered, and what, in the order of their numbers.
    pub answers: PersistentMap<NodeId, Point>,
}

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// Its questions that are open, one after the other: only the first is asked.
    pub open: Vec<Question>,
    /// What it took as the outcome of its last question.
    pub outcome: Option<Point>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, ApproximateAgreement>, input: Input<'_, ApproximateAgreement>) {
    match input {
        Input::Request { id, to, .. } => {
            cx.client.open.push(Question { id, to, answers: PersistentMap::new() });
            if cx.client.open.len() == 1 {
                cx.rule(to.map_or(Rule::AskAll, |to| Rule::Ask { to }));
                ask(cx);
            }
        }
        Input::Deliver { from, message: &Message::Reply { request, value } } => hear(cx, from, request, value),
        Input::Fire(_) => {
            cx.rule(Rule::AskAgain);
            ask(cx);
        }
        Input::Deliver { .. } | Input::Answer { .. } => {}
    }
}

/// Asks its first question of whoever has not answered it yet.
fn ask(cx: &mut ClientContext<'_, ApproximateAgreement>) {
    let Some(Question { id, to, answers }) = cx.client.open.first().cloned() else { return };
    let asked = NodeId::replicas(cx.replicas()).filter(|node| to.is_none_or(|to| to == *node));
    for node in asked.filter(|node| !answers.contains_key(node)) {
        cx.send(node, Message::Ask { request: id });
    }
    cx.set_timer(Timer::Retry, cx.config.retry);
}

fn hear(cx: &mut ClientContext<'_, ApproximateAgreement>, from: NodeId, request: RequestId, value: Point) {
    let config = cx.config;
    let Some(question) = cx.client.open.first_mut().filter(|question| question.id == request) else { return };
    question.answers.insert(from, value.admitted(config.inputs[0]));
    let needed = if question.to.is_some() { 1 } else { config.awaited };
    if question.answers.len() < needed {
        return;
    }
    let answers: Vec<_> = question.answers.values().copied().collect();
    let value = if answers.len() > 1 { new_value(config, &answers, answers[0]) } else { answers[0] };
    cx.client.open.remove(0);
    cx.client.outcome = Some(value);
    cx.cancel_timer(Timer::Retry);
    cx.rule(Rule::Told { value });
    cx.complete(request, value.to_string());
    ask(cx);
}

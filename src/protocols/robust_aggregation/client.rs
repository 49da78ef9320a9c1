//! A client asks what was learned: the server, or where there is none all workers. Of n − f of their answers, f may be lies, so it
//! takes the median.

use super::aggregation::median;
use super::message::Message;
use super::rules::Rule;
use super::vector::Vector;
use super::{RobustAggregation, Timer};
use crate::kernel::prelude::*;

/// What a client wants to know.
#[derive(Clone, Hash, Debug)]
pub struct Question {
    /// Its number.
    pub id: RequestId,
    /// Whom it asks; `None` for all.
    pub to: Option<NodeId>,
    /// Who has answered, and what.
    pub answers: PersistentMap<NodeId, Vector>,
}

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// Its questions that are open, one after the other: only the first is asked.
    pub open: Vec<Question>,
    /// What it took as the outcome of its last question.
    pub outcome: Option<Vector>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, RobustAggregation>, input: Input<'_, RobustAggregation>) {
    match input {
        Input::Request { id, to, .. } => {
            let to = to.or((!cx.config.no_server).then_some(NodeId::replica(1)));
            cx.client.open.push(Question { id, to, answers: PersistentMap::new() });
            if cx.client.open.len() == 1 {
                cx.rule(to.map_or(Rule::AskAll, |to| Rule::Ask { to }));
                ask(cx);
            }
        }
        Input::Deliver { from, message: &Message::Reply { request, model } } => hear(cx, from, request, model),
        Input::Fire(_) => {
            cx.rule(Rule::AskAgain);
            ask(cx);
        }
        Input::Deliver { .. } | Input::Answer { .. } => {}
    }
}

/// Asks its first question of whoever has not answered it yet.
fn ask(cx: &mut ClientContext<'_, RobustAggregation>) {
    let Some(Question { id, to, answers }) = cx.client.open.first().cloned() else { return };
    let asked = NodeId::replicas(cx.replicas()).filter(|node| to.is_none_or(|to| to == *node));
    for node in asked.filter(|node| !answers.contains_key(node)) {
        cx.send(node, Message::Ask { request: id });
    }
    cx.set_timer(Timer::Retry, cx.config.retry);
}

fn hear(cx: &mut ClientContext<'_, RobustAggregation>, from: NodeId, request: RequestId, model: Vector) {
    let needed = cx.config.replicas - cx.config.f;
    let Some(question) = cx.client.open.first_mut().filter(|question| question.id == request) else { return };
    question.answers.insert(from, model.admitted());
    if question.answers.len() < if question.to.is_some() { 1 } else { needed } {
        return;
    }
    let model = median(&question.answers.values().copied().collect::<Vec<_>>());
    cx.client.open.remove(0);
    cx.client.outcome = Some(model);
    cx.cancel_timer(Timer::Retry);
    cx.rule(Rule::Told { model });
    cx.complete(request, model.to_string());
    ask(cx);
}

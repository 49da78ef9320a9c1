//! A client asks for the outcome.

use super::ApproximateAgreement;
use super::message::Message;
use super::rules::Rule;
use crate::kernel::prelude::*;

/// What a client remembers: what it wants to know.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// Its questions, and whom it has asked.
    pub open: Vec<RequestId>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, ApproximateAgreement>, input: Input<'_, ApproximateAgreement>) {
    match input {
        Input::Request { id, to, .. } => {
            let to = to.unwrap_or(NodeId::replica(1));
            cx.client.open.push(id);
            cx.rule(Rule::Ask { to });
            cx.send(to, Message::Ask { request: id });
        }
        Input::Deliver { message: &Message::Reply { request, value }, .. } if cx.client.open.contains(&request) => {
            cx.client.open.retain(|open| *open != request);
            cx.rule(Rule::Told { value });
            cx.complete(request, value.to_string());
        }
        _ => {}
    }
}

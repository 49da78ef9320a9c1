//! A client: it pays, and waits until the merchant hands over.

use super::Nakamoto;
use super::block::{Message, Payment};
use super::rules::Rule;
use crate::kernel::prelude::*;

/// What a client remembers: what it has paid for and not got.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// Its payments.
    pub open: Vec<Payment>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, Nakamoto>, input: Input<'_, Nakamoto>) {
    match input {
        Input::Request { id, command, to } => {
            let payment = Payment { request: id, what: command.clone(), back: false };
            cx.client.open.push(payment.clone());
            cx.rule(Rule::Pay);
            cx.send(to.unwrap_or(NodeId::replica(1)), Message::Pay(payment));
        }
        Input::Deliver { message: &Message::Sold { request, height }, .. } => {
            let before = cx.client.open.len();
            cx.client.open.retain(|payment| payment.request != request);
            if cx.client.open.len() < before {
                cx.rule(Rule::Receive { height });
                cx.complete(request, "sold");
            }
        }
        Input::Deliver { .. } | Input::Fire(_) | Input::Answer { .. } => {}
    }
}

//! A client asks for the outcome. The first one is also the dealer of the common coin (after Rabin 1983, whose dealer hands
//! the coins out before the run): it tosses once a round, when one correct replica at least is through with the proposals.

use super::message::{Bit, Message};
use super::rules::Rule;
use super::{BenOr, Timer};
use crate::kernel::prelude::*;

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants to know, and whom it asks; the foremost has been asked for.
    pub wanted: Vec<(RequestId, NodeId)>,
    /// Of the dealer: the coin of each round, once it is tossed.
    pub coins: PersistentMap<u64, Bit>,
    /// Of the dealer: who wants the coin of a round that is not tossed yet.
    pub waiting: PersistentMap<u64, Vec<NodeId>>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, BenOr>, input: Input<'_, BenOr>) {
    match input {
        Input::Request { id, to, .. } => {
            cx.client.wanted.push((id, to.unwrap_or(NodeId::replica(1))));
            if cx.client.wanted.len() == 1 {
                ask(cx);
            }
        }
        Input::Deliver { from, message: &Message::CoinRequest { round } } => deal(cx, from, round),
        Input::Deliver { message: &Message::Reply { request, value }, .. } => {
            if cx.client.wanted.first().is_some_and(|(id, _)| *id == request) {
                cx.client.wanted.remove(0);
                cx.cancel_timer(Timer::Retry);
                cx.rule(Rule::Told { value });
                cx.complete(request, value.word());
                ask(cx);
            }
        }
        Input::Fire(Timer::Retry) => {
            // Whom it asked may be down.
            let replicas = cx.replicas();
            let next = |to: NodeId| NodeId::replica(to.number() % replicas + 1);
            cx.client.wanted.first_mut().into_iter().for_each(|(_, to)| *to = next(*to));
            ask(cx);
        }
        Input::Deliver { .. } | Input::Answer { .. } => {}
    }
}

fn ask(cx: &mut ClientContext<'_, BenOr>) {
    if let Some(&(request, to)) = cx.client.wanted.first() {
        cx.rule(Rule::Ask { to });
        cx.send(to, Message::Ask { request });
        cx.set_timer(Timer::Retry, cx.config.retry);
    }
}

fn deal(cx: &mut ClientContext<'_, BenOr>, from: NodeId, round: u64) {
    if let Some(&value) = cx.client.coins.get(&round) {
        return cx.send(from, Message::Coin { round, value });
    }
    let need = cx.config.f + 1;
    let waiting = cx.client.waiting.get_or_insert(round, Vec::new());
    if !waiting.contains(&from) {
        waiting.push(from);
    }
    if waiting.len() < need {
        return;
    }
    let all = std::mem::take(waiting);
    cx.client.waiting.remove(&round);
    let value = Bit::of_coin(cx.choose(2));
    cx.client.coins.insert(round, value);
    cx.rule(Rule::Deal { round, value });
    all.into_iter().for_each(|to| cx.send(to, Message::Coin { round, value }));
}

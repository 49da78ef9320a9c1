//! A client asks for the outcome. The first one is also the dealer of the common coin (after Rabin 1983, whose dealer hands
//! the coins out before the run): it tosses once a round, when one correct replica at least has the round's proposals.

use super::BenOr;
use super::message::{Bit, Message};
use super::rules::Rule;
use crate::kernel::prelude::*;

/// What a client remembers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// What it wants to know.
    pub open: Vec<RequestId>,
    /// Of the dealer: the coin of each round, if it is tossed, and who wants it.
    pub coins: PersistentMap<u64, (Option<Bit>, Vec<NodeId>)>,
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, BenOr>, input: Input<'_, BenOr>) {
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
        Input::Deliver { from, message: &Message::CoinRequest { round } } => deal(cx, from, round),
        _ => {}
    }
}

fn deal(cx: &mut ClientContext<'_, BenOr>, from: NodeId, round: u64) {
    let (coin, asked) = cx.client.coins.get_or_insert(round, (None, Vec::new()));
    if let Some(value) = *coin {
        return cx.send(from, Message::Coin { round, value });
    }
    if !asked.contains(&from) {
        asked.push(from);
    }
    if asked.len() > cx.config.f {
        let (value, asked) = (cx.out.choose(2) as Bit, std::mem::take(asked));
        *coin = Some(value);
        cx.rule(Rule::Deal { round, value });
        asked.into_iter().for_each(|to| cx.send(to, Message::Coin { round, value }));
    }
}

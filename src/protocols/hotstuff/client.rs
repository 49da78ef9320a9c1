//! A client: it sends its request to all, and believes what f + 1 replicas tell it.

use std::collections::VecDeque;
use std::rc::Rc;

use super::message::{Message, Reply, Request};
use super::rules::Rule;
use super::{HotStuff, Timer};
use crate::kernel::prelude::*;
use crate::services::kv::Command;

/// A request with the replies that it has.
type Asked = (Rc<Signed<Request>>, Vec<Rc<Signed<Reply>>>);

/// One request under way, further ones wait here.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    current: Option<Asked>,
    queue: VecDeque<(RequestId, Command, Option<NodeId>)>,
}

impl Client {
    /// What it is up to, in a few words.
    pub fn doing(&self) -> String {
        match &self.current {
            Some((request, replies)) => {
                let more = if self.queue.is_empty() { String::new() } else { format!(", {} more", self.queue.len()) };
                format!("waits for {}: {} replies{more}", request.body().command, replies.len())
            }
            None => "idle".into(),
        }
    }
}

/// One input to a client.
pub(super) fn step(cx: &mut ClientContext<'_, HotStuff>, input: Input<'_, HotStuff>) {
    match input {
        Input::Request { id, command, to } => {
            cx.client.queue.push_back((id, command.clone(), to));
            ask_next(cx);
        }
        Input::Deliver { from, message: Message::Reply(reply) } => on_reply(cx, from, reply.clone()),
        Input::Fire(_) => {
            let Some((request, _)) = cx.client.current.clone() else { return };
            cx.rule(Rule::ClientRetries { id: request.body().id });
            ask(cx, request, None);
        }
        Input::Deliver { .. } | Input::Answer { .. } => {}
    }
}

fn ask_next(cx: &mut ClientContext<'_, HotStuff>) {
    if cx.client.current.is_some() {
        return;
    }
    let Some((id, command, to)) = cx.client.queue.pop_front() else { return };
    let request = Rc::new(cx.sign(Request { id, command }));
    cx.client.current = Some((request.clone(), Vec::new()));
    cx.rule(Rule::ClientAsks { id });
    ask(cx, request, to);
}

fn ask(cx: &mut ClientContext<'_, HotStuff>, request: Rc<Signed<Request>>, to: Option<NodeId>) {
    let all = NodeId::replicas(cx.config.replicas).filter(|node| to.is_none_or(|to| to == *node));
    all.for_each(|node| cx.send(node, Message::Request(request.clone())));
    cx.set_timer(Timer::Retry, cx.config.client_retry);
}

fn on_reply(cx: &mut ClientContext<'_, HotStuff>, from: NodeId, reply: Rc<Signed<Reply>>) {
    let id = reply.body().id;
    let current = cx.client.current.as_mut().filter(|(request, _)| request.body().id == id);
    let Some((_, replies)) = current.filter(|_| reply.signer() == from && !from.is_client()) else { return };
    replies.retain(|old| old.signer() != from);
    replies.push(reply.clone());
    let have = replies.iter().filter(|other| other.body() == reply.body()).count();
    let need = cx.config.one_correct;
    if have < need {
        return cx.rule(Rule::ClientCounts { id, have: have as u16, need: need as u16 });
    }
    cx.rule(Rule::ClientAccepts { id });
    cx.complete(id, reply.body().result.clone());
    cx.client.current = None;
    cx.cancel_timer(Timer::Retry);
    ask_next(cx);
}

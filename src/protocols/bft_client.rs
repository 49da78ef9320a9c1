//! A client of replicas of whom some lie: it sends its request to all, and believes what enough of them tell it, so that a
//! correct one is among them. It is no protocol; several share it.

use std::collections::VecDeque;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::kernel::prelude::*;
use crate::services::kv::Command;

/// What a client wants, under its own count of its requests.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Who asks, and which of its requests it is.
    #[field(name = "request")]
    pub id: RequestId,
    /// What is to be done.
    #[field(value = command.to_string())]
    pub command: Command,
}

/// What a client is told.
#[derive(ShowField, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// Which request.
    #[field(name = "request")]
    pub id: RequestId,
    /// What came of it.
    pub result: Word,
}

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

/// What a client has done with a request, which its protocol says in its own words.
#[derive(Clone, Copy)]
pub enum Deed {
    /// It has sent it to the replicas.
    Asks,
    /// It has heard too little for too long, and sends it to all again.
    Retries,
    /// It has equal replies of so much weight, and needs so much.
    Counts(usize, usize),
    /// It believes the answer.
    Accepts,
}

/// A protocol with such clients.
pub trait Served: Algorithm<Command = Command, Client = Client> {
    /// What the timer is called that runs while a client waits.
    const RETRY: Self::Timer;

    /// How long it waits before it asks again, in virtual microseconds.
    fn patience(config: &Self::Config) -> Time;
    /// How much weight these have who gave the same answer, and how much is needed, so that one of them is correct.
    fn weight(config: &Self::Config, equal: &[NodeId]) -> (usize, usize);
    /// A request, as it travels.
    fn request(request: Rc<Signed<Request>>) -> Self::Message;
    /// The reply in a message.
    fn reply(message: &Self::Message) -> Option<&Rc<Signed<Reply>>>;
    /// The rule that says this.
    fn told(id: RequestId, deed: Deed) -> Self::Rule;
}

/// One input to a client.
pub fn step<P: Served>(cx: &mut ClientContext<'_, P>, input: Input<'_, P>) {
    match input {
        Input::Request { id, command, to } => {
            cx.client.queue.push_back((id, command.clone(), to));
            ask_next(cx);
        }
        Input::Deliver { from, message } => {
            if let Some(reply) = P::reply(message) {
                on_reply(cx, from, reply.clone());
            }
        }
        Input::Fire(_) => {
            let Some((request, _)) = cx.client.current.clone() else { return };
            cx.rule(P::told(request.body().id, Deed::Retries));
            ask(cx, request, None);
        }
        Input::Answer { .. } => {}
    }
}

fn ask_next<P: Served>(cx: &mut ClientContext<'_, P>) {
    if cx.client.current.is_some() {
        return;
    }
    let Some((id, command, to)) = cx.client.queue.pop_front() else { return };
    let request = Rc::new(cx.sign(Request { id, command }));
    cx.client.current = Some((request.clone(), Vec::new()));
    cx.rule(P::told(id, Deed::Asks));
    ask(cx, request, to);
}

fn ask<P: Served>(cx: &mut ClientContext<'_, P>, request: Rc<Signed<Request>>, to: Option<NodeId>) {
    let all = NodeId::replicas(cx.replicas()).filter(|node| to.is_none_or(|to| to == *node));
    all.for_each(|node| cx.send(node, P::request(request.clone())));
    cx.set_timer(P::RETRY, P::patience(cx.config));
}

fn on_reply<P: Served>(cx: &mut ClientContext<'_, P>, from: NodeId, reply: Rc<Signed<Reply>>) {
    let id = reply.body().id;
    let current = cx.client.current.as_mut().filter(|(request, _)| request.body().id == id);
    let Some((_, replies)) = current.filter(|_| reply.signer() == from && !from.is_client()) else { return };
    replies.retain(|old| old.signer() != from);
    replies.push(reply.clone());
    let equal = replies.iter().filter(|other| other.body() == reply.body()).map(|other| other.signer());
    let (have, need) = P::weight(cx.config, &equal.collect::<Vec<_>>());
    if have < need {
        return cx.rule(P::told(id, Deed::Counts(have, need)));
    }
    cx.rule(P::told(id, Deed::Accepts));
    cx.complete(id, reply.body().result.clone());
    cx.client.current = None;
    cx.cancel_timer(P::RETRY);
    ask_next(cx);
}

//! The client: it asks the primary, then everybody, and believes f + 1 equal replies (§4.1).

use std::collections::VecDeque;
use std::rc::Rc;

use super::message::{Message, Reply, Request};
use super::rules::Rule;
use super::{Config, Pbft, Timer};
use crate::kernel::{ClientInput, Effects, NodeId, RequestId, Signed};
use crate::protocols::kv::{Command, Word};

/// Replies to one request, at most one of each replica.
type Replies = Vec<Rc<Signed<Reply>>>;

/// A client: it has one request under way, further ones wait here.
#[derive(Clone, Hash, Default)]
pub struct Client {
    /// The view it believes the replicas to be in.
    view: u64,
    /// The request under way, with the replies to it.
    current: Option<(Rc<Signed<Request>>, Replies)>,
    queue: VecDeque<(RequestId, Command, Option<NodeId>)>,
    /// The last result that it accepted.
    pub(super) accepted: Option<(RequestId, Word)>,
}

impl Client {
    /// Whether it has the answer to everything that it asked for.
    pub fn idle(&self) -> bool {
        self.current.is_none()
    }

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
pub fn step(config: &Config, client: &mut Client, input: ClientInput<Pbft>, out: &mut Effects<Pbft>) {
    match input {
        ClientInput::Request { id, command, to } if client.current.is_some() => {
            out.rule(Rule::ClientQueues { id });
            client.queue.push_back((id, command, to));
        }
        ClientInput::Request { id, command, to } => ask(config, client, id, command, to, out),
        ClientInput::Deliver { from, message: Message::Reply(reply) } => on_reply(config, client, from, reply, out),
        ClientInput::Deliver { .. } => {}
        ClientInput::Fire(_) => retry(config, client, out),
    }
}

fn ask(
    config: &Config,
    client: &mut Client,
    id: RequestId,
    command: Command,
    to: Option<NodeId>,
    out: &mut Effects<Pbft>,
) {
    let request = Rc::new(out.sign(Request { id, command }));
    let to = to.unwrap_or(config.primary(client.view));
    out.rule(Rule::ClientAsks { id, to });
    out.send(to, Message::Request(request.clone()));
    out.set_timer(Timer::Retry, config.client_retry..=config.client_retry);
    client.current = Some((request, Vec::new()));
}

fn retry(config: &Config, client: &mut Client, out: &mut Effects<Pbft>) {
    let Some((request, _)) = &client.current else { return };
    out.rule(Rule::ClientRetries { id: request.body().id });
    for number in 1..=config.replicas {
        out.send(NodeId::replica(number), Message::Request(request.clone()));
    }
    out.set_timer(Timer::Retry, config.client_retry..=config.client_retry);
}

fn on_reply(config: &Config, client: &mut Client, from: NodeId, reply: Rc<Signed<Reply>>, out: &mut Effects<Pbft>) {
    let id = reply.body().id;
    let current = client.current.as_mut().filter(|(request, _)| request.body().id == id);
    let Some((_, replies)) = current.filter(|_| reply.signer() == from && !from.is_client()) else {
        return out.rule(Rule::ClientIgnores { from });
    };
    replies.retain(|old| old.signer() != from);
    replies.push(reply.clone());
    let matching = || replies.iter().filter(|other| other.body().result == reply.body().result);
    let (have, need) = (matching().count(), config.faults + 1);
    if have < need {
        return out.rule(Rule::ClientCounts { id, have: have as u16, need: need as u16 });
    }
    // The lowest view of those that agree: a liar among them can't send the client to a primary of the far future.
    client.view = matching().map(|reply| reply.body().view).min().unwrap_or(client.view);
    out.rule(Rule::ClientAccepts { id, have: have as u16 });
    out.complete(id, reply.body().result.clone());
    client.accepted = Some((id, reply.body().result.clone()));
    client.current = None;
    out.cancel_timer(Timer::Retry);
    if let Some((id, command, to)) = client.queue.pop_front() {
        ask(config, client, id, command, to, out);
    }
}

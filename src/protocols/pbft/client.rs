//! The client: it asks the primary, then everybody, and believes f + 1 equal replies (§4.1), or a quorum of tentative ones
//! and of answers to reads (§5.1).

use std::collections::VecDeque;
use std::rc::Rc;

use super::message::{Message, Reply, Request};
use super::rules::Rule;
use super::{Config, Faulty, Pbft, Timer};
use crate::kernel::{Effects, Input, NodeId, RequestId, Signed};
use crate::services::kv::{Command, Word};

/// Replies to one request, at most one of each replica.
type Replies = Vec<Rc<Signed<Reply>>>;

/// A client: it has one request under way, further ones wait here.
#[derive(Clone, Hash, Debug, Default)]
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
pub fn step(config: &Config, client: &mut Client, input: Input<'_, Pbft>, out: &mut Effects<Pbft>) {
    match input {
        Input::Request { id, command, to } if client.current.is_some() => {
            out.rule(Rule::ClientQueues { id });
            client.queue.push_back((id, command.clone(), to));
        }
        Input::Request { id, command, to } => {
            ask(config, client, id, command.clone(), to, out);
        }
        Input::Deliver { from, message: Message::Reply(reply) } => {
            on_reply(config, client, from, reply.clone(), out);
        }
        Input::Deliver { .. } | Input::Answer { .. } => {}
        Input::Fire(_) => retry(config, client, out),
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
    let read_only = config.read_only && matches!(command, Command::Get(_));
    let request = Rc::new(out.sign(Request { id, command, read_only }));
    client.current = Some((request, Vec::new()));
    if read_only {
        out.rule(Rule::ClientReads { id });
        return ask_all(config, client, out);
    }
    let to = to.unwrap_or(config.primary(client.view));
    out.rule(Rule::ClientAsks { id, to });
    match config.faulty(id.client) {
        Faulty::None => ask_one(config, client, to, out),
        _ => return ask_all(config, client, out),
    }
    out.set_timer(Timer::Retry, config.client_retry);
}

fn ask_all(config: &Config, client: &mut Client, out: &mut Effects<Pbft>) {
    for number in 1..=config.replicas {
        ask_one(config, client, NodeId::replica(number), out);
    }
    out.set_timer(Timer::Retry, config.client_retry);
}

/// Sends the request under way to one replica; a faulty client sends something else or nothing.
fn ask_one(config: &Config, client: &Client, to: NodeId, out: &mut Effects<Pbft>) {
    let Some((request, _)) = &client.current else { return };
    let even = to.number().is_multiple_of(2);
    match config.faulty(out.me()) {
        Faulty::TwoFaced if even => {
            let other = Command::Put("two-faced".into(), to.to_string().as_str().into());
            let other = out.sign(Request { command: other, ..request.body().clone() });
            out.send(to, Message::Request(Rc::new(other)));
        }
        Faulty::Partial if !even || to == config.primary(client.view) => {}
        _ => out.send(to, Message::Request(request.clone())),
    }
}

fn retry(config: &Config, client: &mut Client, out: &mut Effects<Pbft>) {
    let Some((request, replies)) = &mut client.current else { return };
    let Request { id, command, read_only } = request.body().clone();
    if read_only {
        out.rule(Rule::ClientFallsBack { id });
        *request = Rc::new(out.sign(Request { id, command, read_only: false }));
        replies.clear();
    } else {
        out.rule(Rule::ClientRetries { id });
    }
    ask_all(config, client, out);
}

fn on_reply(config: &Config, client: &mut Client, from: NodeId, reply: Rc<Signed<Reply>>, out: &mut Effects<Pbft>) {
    let id = reply.body().id;
    let current = client.current.as_mut().filter(|(request, _)| request.body().id == id);
    let Some((request, replies)) = current.filter(|_| reply.signer() == from && !from.is_client()) else {
        return out.rule(Rule::ClientIgnores { from });
    };
    replies.retain(|old| old.signer() != from);
    replies.push(reply.clone());
    let (read, last) = (request.body().read_only, reply.body());
    let equal = || replies.iter().map(|other| other.body()).filter(|other| other.result == last.result);
    // What prepared at a quorum in one view, at one number, outlives every view change; what prepared at some in one view
    // and at others in another need not (§5.1). The answers to a read must be of one state: values come back, numbers don't.
    let at_one_place = |other: &&Reply| other.sequence == last.sequence && (read || other.view == last.view);
    let together = equal().filter(|other| config.bugs.match_results_only || at_one_place(other)).count();
    let firm = equal().filter(|other| !read && !other.tentative).count();
    let have = together.max(firm);
    // What a read shows must hold for reads to come: a quorum of them meets every quorum that answered a write (§5.1).
    let enough = if config.read_only { config.quorum } else { config.faults + 1 };
    if have < config.quorum && firm < enough {
        let need = if firm < have { config.quorum } else { enough };
        out.rule(Rule::ClientCounts { id, have: have as u16, need: need as u16 });
        // All have answered a read, and differently: it will not get better.
        if read && replies.len() == config.replicas {
            retry(config, client, out);
        }
        return;
    }
    // The lowest view of those that agree: a liar among them can't send the client to a primary of the far future.
    client.view = equal().map(|other| other.view).min().unwrap_or(client.view);
    out.rule(Rule::ClientAccepts { id, have: have as u16 });
    out.complete(id, reply.body().result.clone());
    client.accepted = Some((id, reply.body().result.clone()));
    client.current = None;
    out.cancel_timer(Timer::Retry);
    if let Some((id, command, to)) = client.queue.pop_front() {
        ask(config, client, id, command, to, out);
    }
}

//! The client's side (§8): it asks the leader that it knows, follows redirects, and tries others when nobody answers.

use std::collections::VecDeque;

use crate::kernel::{Effects, Input, NodeId, RequestId};

use super::command::Command;
use super::message::{Answer, Message};
use super::rules::Rule;
use super::{Config, Raft, Timer};

/// How many redirects a client follows before it waits: servers that point at each other must not keep it running.
const MOST_HOPS: u8 = 3;

/// A client: one request at a time, so that a serial number for each client is enough for the servers.
#[derive(Clone, Hash, Debug, Default)]
pub struct Client {
    /// Who leads, as far as it knows; at first replica 1 is asked.
    pub leader: Option<NodeId>,
    /// The request that is not answered yet.
    pub waiting: Option<Waiting>,
    /// Requests to be made after that one, with the replica to ask first.
    pub queue: VecDeque<(RequestId, Command, Option<NodeId>)>,
}

/// A request under way.
#[derive(Clone, Hash, Debug)]
pub struct Waiting {
    /// Its name.
    pub id: RequestId,
    /// What is wanted.
    pub command: Command,
    /// Who was asked last.
    pub to: NodeId,
    /// How many redirects it has followed since the timer was set off.
    pub hops: u8,
}

impl Client {
    /// One input to a client.
    pub(super) fn handle(&mut self, config: &Config, input: Input<'_, Raft>, out: &mut Effects<Raft>) {
        match input {
            Input::Request { id, command, to } => {
                self.queue.push_back((id, command.clone(), to));
                if self.waiting.is_some() {
                    return out.rule(Rule::Queue { id });
                }
                self.next(config, out);
            }
            Input::Deliver { from, message: Message::Reply { id, answer } } => {
                self.hear(config, from, *id, answer, out);
            }
            Input::Fire(Timer::Retry) => self.retry(config, out),
            _ => {}
        }
    }

    fn next(&mut self, config: &Config, out: &mut Effects<Raft>) {
        let Some((id, command, to)) = self.queue.pop_front() else { return };
        let to = to.or(self.leader).unwrap_or(NodeId::replica(1));
        out.rule(Rule::Ask { id, to });
        self.waiting = Some(Waiting { id, command, to, hops: 0 });
        self.ask(config, out);
    }

    /// Sends the request. The timer is long against a round trip, as election timeouts are (§5.6).
    fn ask(&mut self, config: &Config, out: &mut Effects<Raft>) {
        let Some(Waiting { id, command, to, .. }) = &self.waiting else { return };
        out.send(*to, Message::Request { id: *id, command: command.clone() });
        let (_, hi) = config.election_timeout;
        out.set_timer(Timer::Retry, hi..=2 * hi);
    }

    fn hear(&mut self, config: &Config, from: NodeId, id: RequestId, answer: &Answer, out: &mut Effects<Raft>) {
        let Some(waiting) = self.waiting.as_mut().filter(|waiting| waiting.id == id) else {
            return out.rule(Rule::IgnoreReply { id });
        };
        match answer {
            Answer::Done(outcome) => {
                self.leader = Some(from);
                self.waiting = None;
                out.rule(Rule::Satisfied { id, from });
                out.complete(id, outcome.clone());
                out.cancel_timer(Timer::Retry);
                self.next(config, out);
            }
            Answer::NotLeader(Some(leader)) if *leader != waiting.to && waiting.hops < MOST_HOPS => {
                waiting.hops += 1;
                waiting.to = *leader;
                self.leader = Some(*leader);
                out.rule(Rule::AskLeader { id, to: *leader });
                self.ask(config, out);
            }
            Answer::NotLeader(_) => out.rule(Rule::AwaitLeader { id }),
        }
    }

    fn retry(&mut self, config: &Config, out: &mut Effects<Raft>) {
        let Some(waiting) = &mut self.waiting else { return };
        waiting.to = NodeId::replica(waiting.to.number() % config.replicas + 1);
        waiting.hops = 0;
        out.rule(Rule::AskAnother { id: waiting.id, to: waiting.to });
        self.ask(config, out);
    }

    /// What it is up to, in a few words.
    pub fn show(&self) -> String {
        match &self.waiting {
            None => String::new(),
            Some(waiting) => {
                let more = match self.queue.len() {
                    0 => String::new(),
                    more => format!(", then {more} more"),
                };
                format!("waits for {} from {}{more}", waiting.command, waiting.to)
            }
        }
    }
}

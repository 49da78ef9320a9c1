//! A client: somebody who wants to know where the next dinner is.

use super::config::{Config, Restaurant};
use super::message::{Again, Message, Outcome};
use super::rules::Rule;
use super::{RestaurantVote, Timer};
use crate::kernel::descriptor::quorum::majority;
use crate::kernel::{Input, MS, NodeId, RequestId, Time};

type Effects = crate::kernel::Effects<RestaurantVote>;

/// How long a client waits before it asks again, in virtual microseconds.
pub const RETRY: Time = 500 * MS;

/// What a client waits for.
#[derive(Clone, Hash, Debug)]
pub struct Asking {
    id: RequestId,
    dinner: u64,
    told: Vec<(NodeId, Option<Restaurant>)>,
}

/// A client's side. The agents hold the first dinner by themselves, so that a client asks for the one after the last
/// that it knows of; two clients may so come to ask for the same dinner, and both are told how it ended.
#[derive(Clone, Hash, Debug)]
pub struct Client {
    /// The last dinner that the client knows to be over.
    known: u64,
    asking: Option<Asking>,
    queue: Vec<(RequestId, Option<NodeId>)>,
}

impl Default for Client {
    fn default() -> Self {
        Client { known: 1, asking: None, queue: Vec::new() }
    }
}

impl Client {
    /// What it is up to, in a few words.
    pub fn doing(&self) -> String {
        match &self.asking {
            Some(asking) => format!("waits for dinner {}", asking.dinner),
            None => String::new(),
        }
    }

    /// One input.
    pub fn step(&mut self, config: &Config, me: NodeId, input: Input<'_, RestaurantVote>, out: &mut Effects) {
        match input {
            Input::Request { id, command: Again, to } => {
                self.queue.push((id, to));
                self.next(out);
            }
            Input::Deliver { from, message: &Message::Told { dinner, restaurant } } => {
                self.told(config, from, dinner, restaurant, out);
            }
            Input::Deliver { .. } | Input::Answer { .. } => {}
            Input::Fire(_) => {
                if let Some(asking) = &self.asking {
                    out.rule(Rule::ClientRetries { dinner: asking.dinner });
                    out.broadcast(Message::Again { dinner: asking.dinner });
                    out.set_timer(Timer::Retry, RETRY);
                }
            }
        }
        debug_assert!(me.is_client());
    }

    /// Asks for the next dinner, if nothing else is open.
    fn next(&mut self, out: &mut Effects) {
        if self.asking.is_some() || self.queue.is_empty() {
            return;
        }
        let (id, to) = self.queue.remove(0);
        let dinner = self.known + 1;
        out.rule(Rule::ClientSends { dinner });
        match to {
            Some(to) => out.send(to, Message::Again { dinner }),
            None => out.broadcast(Message::Again { dinner }),
        }
        out.set_timer(Timer::Retry, RETRY);
        self.asking = Some(Asking { id, dinner, told: Vec::new() });
    }

    fn told(&mut self, config: &Config, from: NodeId, dinner: u64, where_: Option<Restaurant>, out: &mut Effects) {
        let Some(asking) = self.asking.as_mut().filter(|asking| asking.dinner == dinner) else { return };
        if asking.told.iter().all(|(agent, _)| *agent != from) {
            asking.told.push((from, where_));
        }
        let alike = asking.told.iter().filter(|(_, other)| *other == where_).count();
        let needed = majority(config.agents());
        out.rule(Rule::ClientHears { from, have: alike as u16, needed: needed as u16 });
        let outcome = match where_ {
            Some(restaurant) if alike >= needed => Outcome::Goes(dinner, restaurant),
            None if alike >= needed => Outcome::GaveUp(dinner),
            _ if asking.told.len() == config.agents() => Outcome::Disagree(dinner),
            _ => return,
        };
        out.rule(Rule::ClientDone { dinner });
        out.complete(asking.id, outcome.to_string());
        out.cancel_timer(Timer::Retry);
        (self.known, self.asking) = (dinner, None);
        self.next(out);
    }
}

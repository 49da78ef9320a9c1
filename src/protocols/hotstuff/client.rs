//! A client, in HotStuff's words: it believes what f + 1 replicas tell it.

use std::rc::Rc;

use super::message::{Message, Reply, Request};
use super::rules::Rule;
use super::{Config, HotStuff, Timer};
use crate::kernel::prelude::*;
use crate::protocols::bft_client::{Deed, Served};

impl Served for HotStuff {
    const RETRY: Timer = Timer::Retry;

    fn patience(config: &Config) -> Time {
        config.client_retry
    }

    fn weight(config: &Config, equal: &[NodeId]) -> (usize, usize) {
        (equal.len(), config.one_correct)
    }

    fn request(request: Rc<Signed<Request>>) -> Message {
        Message::Request(request)
    }

    fn reply(message: &Message) -> Option<&Rc<Signed<Reply>>> {
        if let Message::Reply(reply) = message { Some(reply) } else { None }
    }

    fn told(id: RequestId, deed: Deed) -> Rule {
        match deed {
            Deed::Asks => Rule::ClientAsks { id },
            Deed::Retries => Rule::ClientRetries { id },
            Deed::Counts(have, need) => Rule::ClientCounts { id, have: have as u16, need: need as u16 },
            Deed::Accepts => Rule::ClientAccepts { id },
        }
    }
}

//! A nest box: a client that is a place. It decides nothing. Bees come and go, and each sees how many others are there.

use super::HoneyBees;
use super::message::{Message, PutUp};
use super::rules::Rule;
use super::site::{Rate, Site};
use crate::kernel::prelude::*;

/// A box.
#[derive(Clone, Hash, Debug, Default)]
pub struct NestBox {
    /// How good it is; `None` before it is put up.
    pub quality: Option<Rate>,
    /// Each bee's last visit, and whether it is still there.
    pub visits: PersistentMap<NodeId, (u32, bool)>,
    /// How many are there.
    pub here: u32,
    /// What the bee that came last has been told.
    pub told: u32,
    /// Whether the swarm has moved in.
    pub taken: bool,
    /// What is not done before that.
    pub open: Vec<RequestId>,
}

impl NestBox {
    /// A bee comes or goes, unless something later is known of it.
    fn note(&mut self, bee: NodeId, visit: u32, here: bool) {
        let (known, was_here) = self.visits.get(&bee).copied().unwrap_or((0, false));
        if visit < known || (visit == known && here) {
            return;
        }
        self.visits.insert(bee, (visit, here));
        self.here = self.here + u32::from(here) - u32::from(was_here);
    }
}

/// One input to a box.
pub(super) fn step(cx: &mut ClientContext<'_, HoneyBees>, input: Input<'_, HoneyBees>) {
    match input {
        Input::Request { id, command, .. } => put_up(cx, id, command),
        Input::Deliver { from, message } => on_message(cx, from, message),
        Input::Fire(_) | Input::Answer { .. } => {}
    }
}

fn put_up(cx: &mut ClientContext<'_, HoneyBees>, id: RequestId, &PutUp { number: quality }: &PutUp) {
    let site = Site::of(cx.me);
    cx.client.quality = Some(quality);
    cx.rule(Rule::PutUp { site, quality });
    cx.client.open.push(id);
    cx.broadcast(Message::Box { quality });
    if cx.client.taken {
        finish(cx);
    }
}

fn on_message(cx: &mut ClientContext<'_, HoneyBees>, from: NodeId, message: &Message) {
    let site = Site::of(cx.me);
    match *message {
        Message::Enter { visit } => {
            let Some(quality) = cx.client.quality else { return };
            cx.client.note(from, visit, true);
            let ever = cx.config.quorum_ever_visited;
            let count = if ever { cx.client.visits.len() as u32 } else { cx.client.here };
            cx.client.told = count;
            cx.rule(Rule::Enter { site, from, count });
            cx.send(from, Message::Look { visit, quality, count });
        }
        Message::Leave { visit } => {
            cx.client.note(from, visit, false);
            cx.rule(Rule::Leave { site, from, count: cx.client.here });
        }
        Message::MoveIn if !cx.client.taken => {
            cx.client.taken = true;
            cx.rule(Rule::MoveIn { site });
            finish(cx);
        }
        _ => {}
    }
}

fn finish(cx: &mut ClientContext<'_, HoneyBees>) {
    for request in std::mem::take(&mut cx.client.open) {
        cx.complete(request, "home");
    }
}

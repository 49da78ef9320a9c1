//! Two incarnations of one identity: a replica that equivocates by being two, each shown to its part of the network
//! (Bano et al., Twins, OPODIS 2021). Both are the protocol's own handlers on a state of their own, both have timers, and
//! nobody outside can tell them apart: what comes from the first part of the network reaches the first, and so on.

use super::state::{Body, Run};
use super::step::Execution;
use crate::kernel::data::ids::NodeId;
use crate::kernel::descriptor::view::Health;

impl Run {
    /// Whether a message between these two concerns the second incarnation of `at`. Of two replicas that are both
    /// twins, the first speaks with the first and the second with the second: `second` is who speaks there.
    #[inline(always)]
    pub(crate) fn second_at(&self, at: NodeId, peer: NodeId, second: bool) -> bool {
        let twin = |node| self.body(node).is_some_and(|body| body.other.is_some());
        if at == peer || twin(peer) {
            return second;
        }
        let behaviour = self.body(at).and_then(|body| body.byzantine.as_ref());
        behaviour.is_some_and(|behaviour| behaviour.second_shown_to(peer))
    }

    /// Whether the incarnation at work in `from` is hidden from `to`.
    pub(crate) fn hidden(&self, from: NodeId, to: NodeId) -> bool {
        let Some(body) = self.body(from).filter(|body| body.other.is_some()) else { return false };
        body.second != self.second_at(from, to, body.second)
    }
}

impl Execution<'_> {
    /// Carries something out at one incarnation of a replica: at the second where it is asked for and there is one.
    pub(crate) fn at_incarnation(&mut self, node: NodeId, second: bool, act: impl FnOnce(&mut Self)) {
        let turn = second && self.run.body(node).is_some_and(|body| body.other.is_some());
        if turn {
            self.swap(node);
        }
        act(self);
        if turn {
            self.swap(node);
        }
    }

    fn swap(&mut self, node: NodeId) {
        self.agents.swap(node);
        let Body { timers, other: Some(other), second, .. } = self.run.body_mut(node) else { return };
        std::mem::swap(timers, other);
        *second = !*second;
    }

    /// A replica becomes two; where it is two already, both stay what they are.
    pub(crate) fn split(&mut self, node: NodeId) {
        self.agents.split(node);
        let mut twins = Vec::new();
        let run = &mut *self.run;
        let body = &mut run.replicas[node.index()];
        if body.other.is_some() {
            return;
        }
        for slot in &body.timers {
            body.keys += 1;
            let twin = super::queue::TimerSlot { key: body.keys, order: run.queue.order(), ..*slot };
            // One that stands still is put into the queue when it goes on.
            if body.health != Health::Paused {
                run.queue.push(twin.due, twin.order, super::queue::Due::Timer(node, twin.key));
            }
            twins.push(super::queue::TimerSlot { queued: twin.due, ..twin });
        }
        body.other = Some(twins);
    }

    /// A replica is one again: the second incarnation vanishes with all that it knew.
    pub(crate) fn join(&mut self, node: NodeId) {
        self.agents.join(node);
        self.run.body_mut(node).other = None;
    }
}

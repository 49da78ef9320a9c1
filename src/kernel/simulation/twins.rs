//! Two incarnations of one identity: a replica that equivocates by being two, each shown to its part of the network
//! (Bano et al., Twins, OPODIS 2021). Both are the protocol's own handlers on a state of their own, both have timers, and
//! nobody outside can tell them apart: what comes from the first part of the network reaches the first, and so on.

use super::queue::Due;
use super::state::Run;
use super::step::Execution;
use crate::kernel::data::ids::NodeId;
use crate::kernel::descriptor::node_view::Health;
use crate::kernel::node::nodes::RunningTimer;

impl Run {
    /// Whether a message between these two concerns the second incarnation of `at`. Of two replicas that are both
    /// twins, the first speaks with the first and the second with the second: `second` is who speaks there.
    pub(crate) fn second_at(&self, at: NodeId, peer: NodeId, second: bool) -> bool {
        let twin = |node| self.node(node).is_some_and(|node| node.other.is_some());
        if at == peer || twin(peer) {
            return second;
        }
        let behaviour = self.node(at).and_then(|node| node.byzantine.as_ref());
        behaviour.is_some_and(|behaviour| behaviour.second_shown_to(peer))
    }

    /// Whether the incarnation at work in `from` is hidden from `to`.
    pub(crate) fn hidden(&self, from: NodeId, to: NodeId) -> bool {
        let Some(node) = self.node(from).filter(|node| node.other.is_some()) else { return false };
        node.second != self.second_at(from, to, node.second)
    }
}

impl Execution<'_> {
    /// Carries something out at one incarnation of a replica: at the second where it is asked for and there is one.
    pub(crate) fn at_incarnation(&mut self, node: NodeId, second: bool, act: impl FnOnce(&mut Self)) {
        let turn = second && self.run.node(node).is_some_and(|node| node.other.is_some());
        if turn {
            self.run.node_mut(node).swap();
        }
        act(self);
        if turn {
            self.run.node_mut(node).swap();
        }
    }

    /// A replica becomes two, the same to the bit; where it is two already, both stay what they are.
    pub(crate) fn split(&mut self, me: NodeId) {
        let run = &mut *self.run;
        let node = run.nodes.at_mut(me);
        if node.other.is_some() {
            return;
        }
        let mut other = Box::new(node.incarnation.clone());
        for running in &mut other.timers {
            node.timer_keys += 1;
            let (key, order) = (node.timer_keys, run.queue.order());
            *running = RunningTimer { key, order, queued: running.due, ..*running };
            // One that stands still is put into the queue when it goes on.
            if node.health != Health::Paused {
                run.queue.push(running.due, order, Due::Timer(me, key));
            }
        }
        node.other = Some(other);
    }

    /// A replica is one again: the second incarnation vanishes with all that it knew.
    pub(crate) fn join(&mut self, node: NodeId) {
        if self.run.nodes.at(node).other.is_some() {
            self.run.node_mut(node).other = None;
        }
    }
}

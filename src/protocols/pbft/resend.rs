//! Retransmission. The paper's network delivers what is retransmitted often enough (§2); it leaves open how. Here, as in
//! Castro's implementation (thesis, §5.2), whoever waits says what it has, and the others send what it lacks. A replica
//! that waits for nothing sends nothing.

use std::rc::Rc;

use super::Timer;
use super::certificates::sound_decided;
use super::message::{Commit, Decided, Message, Prepare};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::NodeId;

/// How many committed requests, and how many numbers under way, go into one answer.
const BATCH: usize = 32;

impl Turn<'_> {
    /// A replica that has waited for a while says what it has.
    pub(super) fn on_resend(&mut self) {
        self.state.resending = false;
        self.state.behind = false;
        self.ask_all();
    }

    /// Tells all what this replica has.
    pub(super) fn ask_all(&mut self) {
        let (view, changing, executed) = (self.disk.view, self.disk.changing, self.disk.executed());
        self.out.rule(Rule::AsksForMissing { executed, view });
        self.broadcast(Message::Status { view, changing, executed });
    }

    /// Sends what the asker lacks: committed requests, the new-view or the call for a view, messages of the present view.
    pub(super) fn on_status(&mut self, to: NodeId, view: u64, changing: bool, executed: u64) {
        let before = self.sends.len();
        if executed < self.disk.executed() {
            let missing = self.disk.decided.from(executed as usize).take(BATCH);
            let list: Vec<_> = missing.cloned().collect();
            self.send(to, Message::Decided(list.into()));
        }
        if self.disk.changing {
            if let Some(change) = self.disk.view_change.clone().filter(|_| view <= self.disk.view) {
                self.send(to, Message::ViewChange(change));
            }
        } else if view < self.disk.view || (view == self.disk.view && changing) {
            self.pass_on_new_view(to);
        } else if view == self.disk.view {
            self.send_under_way(to, executed);
        }
        if view > self.disk.view || (view == self.disk.view && self.disk.changing && !changing) {
            self.state.behind = true;
        }
        let nothing = self.sends.len() == before;
        self.out.rule(if nothing { Rule::NothingMissing { to } } else { Rule::SendsMissing { to } });
    }

    /// The message with which the present view began, as its primary signed it.
    pub(super) fn pass_on_new_view(&mut self, to: NodeId) {
        if let Some(new) = self.disk.new_view.clone() {
            self.send(to, Message::NewView(new));
        }
    }

    /// This replica's own messages of the present view, as they were.
    fn send_under_way(&mut self, to: NodeId, executed: u64) {
        let open: Vec<_> = self.disk.slots.from(&(executed + 1)).map(|(&sequence, _)| sequence).take(BATCH).collect();
        for sequence in open {
            let Some(proposal) = self.disk.accepted(sequence).cloned() else { continue };
            let place = *proposal.place();
            if self.leads() {
                self.send(to, Message::PrePrepare(proposal));
            } else {
                let vote = self.out.sign(Prepare(place));
                self.send(to, Message::Prepare(vote));
            }
            if self.disk.prepared(sequence).is_some() && !self.config.bugs.no_commit_phase {
                let vote = self.out.sign(Commit(place));
                self.send(to, Message::Commit(vote));
            }
        }
    }

    /// Takes over what is proven to be committed, in order.
    pub(super) fn on_decided(&mut self, from: NodeId, list: &[Rc<Decided>]) {
        let before = self.disk.executed();
        for decided in list {
            if decided.place.sequence != self.disk.executed() + 1 {
                continue;
            }
            if !sound_decided(self.config, decided) {
                return self.out.rule(Rule::BadProof { from });
            }
            self.execute(decided.clone());
        }
        let last = self.disk.executed();
        if last == before {
            return self.out.rule(Rule::Late { sequence: last });
        }
        self.out.rule(Rule::Learns { last, from });
        self.execute_committed();
        if list.len() == BATCH {
            let (view, changing, executed) = (self.disk.view, self.disk.changing, self.disk.executed());
            self.send(from, Message::Status { view, changing, executed });
        }
    }

    /// A timer has fired.
    pub(super) fn fire(&mut self, timer: Timer) {
        match timer {
            Timer::ViewChange => {
                self.state.awaited = None;
                self.on_timeout();
            }
            Timer::Resend => self.on_resend(),
            Timer::Retry => {}
        }
    }
}

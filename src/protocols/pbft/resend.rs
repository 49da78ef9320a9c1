//! Retransmission. The paper's network delivers what is retransmitted often enough (§2); it leaves open how. Here, as in
//! Castro's implementation (thesis, §5.2), whoever waits says what it has, and the others send what it lacks: messages of
//! the present view, the proof of what has committed above the last stable checkpoint, the proof of the checkpoint. Without
//! proofs, one that has left its view alone would learn nothing (Berger, Reiser, Bessani 2021). A replica
//! that waits for nothing sends nothing.

use std::rc::Rc;

use super::certificates::is_valid_committed;
use super::message::{Certificate, Message, Phase, Status};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::NodeId;

/// How many numbers under way go into one answer.
const MOST: u64 = 16;

impl Turn<'_> {
    /// A replica that has waited for a while says what it has.
    pub(super) fn on_resend(&mut self) {
        self.state.resending = false;
        self.state.behind = false;
        self.relay_unordered();
        self.catch_up();
        self.ask_all();
    }

    /// Sends the primary once more what this backup waits for and has no number in the present view: the relay may be
    /// lost, or the primary another one since. Else it would leave the view alone, for a request that nobody else knows.
    fn relay_unordered(&mut self) {
        if self.disk.changing || self.leads() {
            return;
        }
        let primary = self.config.primary(self.disk.view);
        for request in self.state.waiting.clone() {
            let id = request.body().id;
            if !self.ordered(id) {
                self.out.rule(Rule::RelayAgain { id, primary });
                self.send(primary, Message::Request(request));
            }
        }
    }

    /// Tells all what this replica has.
    pub(super) fn ask_all(&mut self) {
        let (view, changing, executed) = (self.disk.view, self.disk.changing, self.disk.executed);
        self.out.rule(Rule::AsksForMissing { executed, view });
        self.broadcast(Message::Status(Status { view, changing, executed, stable: self.disk.low() }));
    }

    /// Sends what the asker lacks: the last stable checkpoint's proof, the new-view or the call for a view, messages of
    /// the present view.
    pub(super) fn on_status(&mut self, to: NodeId, asker: Status) {
        let before = self.sends.len();
        let (view, mine) = (asker.view, self.disk.view);
        if asker.stable < self.disk.low() {
            self.send(to, Message::Stable(self.disk.stable.clone()));
        }
        if self.disk.changing {
            if let Some(change) = self.disk.view_change.clone().filter(|_| view <= mine) {
                self.send(to, Message::ViewChange(change));
            }
        } else if view < mine || (view == mine && asker.changing) {
            self.pass_on_new_view(to);
        }
        self.send_under_way(to, asker);
        // Of a view that has not begun there either, only the asker's call for it can be missing here.
        let has_call = self.state.view_changes.get(&to).is_some_and(|call| call.body().view >= view);
        let ahead = if asker.changing { view > mine && !has_call } else { view > mine || self.disk.changing };
        self.state.behind |= ahead && view >= mine;
        let nothing = self.sends.len() == before;
        self.out.rule(if nothing { Rule::NothingMissing { to } } else { Rule::SendsMissing { to } });
    }

    /// The message with which the present view began, as its primary signed it.
    pub(super) fn pass_on_new_view(&mut self, to: NodeId) {
        if let Some(new) = self.disk.new_view.clone() {
            self.send(to, Message::NewView(new));
        }
    }

    /// What has committed, with its proof; of what has not, the pre-prepares of the present view and this replica's own
    /// votes, as they were; and its checkpoints.
    fn send_under_way(&mut self, to: NodeId, asker: Status) {
        let same_view = asker.view == self.disk.view && !asker.changing && !self.disk.changing;
        // Who is in this view has its new-view, and O with it.
        let new_view = self.disk.new_view.as_ref().and_then(|new| new.body().proposals.last());
        let proposed = new_view.map_or(0, |proposal| proposal.place().sequence);
        let mut committed = Vec::new();
        let open: Vec<_> = self.disk.slots.from(&(asker.stable + 1)).map(|(&sequence, _)| sequence).collect();
        for sequence in open {
            let certificate = self.disk.slots.get(&sequence).and_then(|slot| slot.committed.clone());
            let wanted = sequence > asker.executed && sequence <= asker.executed + MOST;
            match (certificate.filter(|_| wanted), self.disk.accepted(sequence).cloned()) {
                (Some(certificate), _) => committed.push(certificate),
                (None, Some(proposal)) if wanted && same_view && sequence > proposed => {
                    self.send(to, Message::PrePrepare(proposal))
                }
                _ => {}
            }
            for vote in self.own_votes(sequence) {
                if vote.body().phase == Phase::Checkpoint || (wanted && same_view && !self.disk.committed(sequence)) {
                    self.send(to, Message::Vote(vote));
                }
            }
        }
        if !committed.is_empty() {
            self.send(to, Message::Committed(committed));
        }
    }

    /// Takes over what is proven to be committed, in order.
    pub(super) fn on_committed(&mut self, from: NodeId, list: &[Rc<Certificate>]) {
        let before = self.disk.executed;
        for certificate in list {
            let sequence = certificate.proposal.place().sequence;
            if sequence != self.disk.executed + 1 || self.disk.lags() || sequence > self.high() {
                continue;
            }
            if !is_valid_committed(self.config, certificate) {
                return self.out.rule(Rule::BadCommits { from });
            }
            self.disk.slot(sequence).committed = Some(certificate.clone());
            self.execute_committed();
        }
        let last = self.disk.executed;
        self.out.rule(if last == before { Rule::Late { sequence: last } } else { Rule::Learns { last, from } });
    }
}

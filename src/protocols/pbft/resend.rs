//! Retransmission. The paper's network delivers what is retransmitted often enough (§2); it leaves open how. Here, as in
//! Castro's implementation (thesis, §5.2), whoever waits says what it has, and the others send what it lacks: messages of
//! the present view for numbers above the last stable checkpoint, the proof of the checkpoint for those below. A replica
//! that waits for nothing sends nothing.

use super::message::{Message, Phase, Status};
use super::replica::Turn;
use super::rules::Rule;
use crate::kernel::NodeId;

/// How many numbers under way go into one answer.
const MOST: usize = 16;

impl Turn<'_> {
    /// A replica that has waited for a while says what it has.
    pub(super) fn on_resend(&mut self) {
        self.state.resending = false;
        self.state.behind = false;
        self.catch_up();
        self.ask_all();
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
        if view > mine || (view == mine && self.disk.changing && !asker.changing) {
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

    /// The pre-prepares of the present view and this replica's own votes, as they were; and its checkpoints.
    fn send_under_way(&mut self, to: NodeId, asker: Status) {
        let same_view = asker.view == self.disk.view && !asker.changing && !self.disk.changing;
        let open: Vec<_> = self.disk.slots.from(&(asker.stable + 1)).map(|(&sequence, _)| sequence).collect();
        let mut room = MOST;
        for sequence in open {
            let wanted = same_view && sequence > asker.executed && room > 0;
            if let Some(proposal) = self.disk.accepted(sequence).filter(|_| wanted).cloned() {
                room -= 1;
                self.send(to, Message::PrePrepare(proposal));
            }
            for vote in self.own_votes(sequence) {
                if wanted || vote.body().phase == Phase::Checkpoint {
                    self.send(to, Message::Vote(vote));
                }
            }
        }
    }
}

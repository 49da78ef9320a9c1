//! Changes of the members: joint consensus (§6), one server at a time (thesis §4), and learners.

use std::rc::Rc;

use crate::kernel::RequestId;

use super::Timer;
use super::command::Command;
use super::configuration::Members;
use super::log::{Entry, Payload};
use super::rules::Rule;
use super::state::{Change, Role, Server};

/// How many election timeouts new members have to catch up (thesis §4.2.1).
const PATIENCE: u32 = 10;

impl Server<'_> {
    /// Whether it belongs to those that may lead. One whose removal is not known to be committed may (thesis §4.2.2).
    pub(super) fn may_stand(&self) -> bool {
        let latest = self.disk.log.configuration_entry().filter(|latest| latest.index > self.state.commit);
        let before = latest.map(|latest| latest.before.as_ref().map_or(self.config.members, |before| before.members));
        self.members().electors().has(self.me) || before.is_some_and(|before| before.electors().has(self.me))
    }

    /// A leader is asked for other members.
    pub(super) fn change_members(&mut self, id: RequestId, command: &Command) {
        let now = self.members();
        let Some(members) = command.change(now) else { return };
        let latest = self.disk.log.configuration_entry().filter(|latest| latest.index > self.state.commit);
        let under_way = latest.and_then(|latest| self.disk.log.get(latest.index)?.request);
        let waiting = self.state.change.as_ref().map(|change| change.id);
        if waiting.or(under_way) == Some(id) {
            self.out.rule(Rule::AwaitEntry { id });
            return self.need_own_entry();
        }
        let nobody = members.voters.is_empty();
        if waiting.is_some() || nobody {
            self.out.rule(Rule::RefuseChange { id });
            return self.done(id, if nobody { "refused: nobody would vote" } else { "refused: another is under way" });
        }
        let joint = matches!(command, Command::Members(_)) && members != now;
        self.state.change =
            Some(Change { id, members, joint, target: 0, heartbeat: u64::MAX, slow: false, patience: PATIENCE });
        self.out.rule(Rule::BeginChange { id });
        if !self.config.change_without_own_entry {
            self.need_own_entry();
        }
        self.begin_catch_up();
        self.go_on_with_change();
    }

    /// A round of catching up begins: the new voters are sent what is committed by now. Each must answer: what was known of
    /// it may be long out of date, and a server that is gone must not become one whose vote is needed (thesis §4.2.1).
    fn begin_catch_up(&mut self) {
        self.await_catch_up();
        let Some(change) = &self.state.change else { return };
        let new = change.members.voters.minus(self.members().electors());
        if !new.is_empty() {
            self.begin_round();
        }
        if let (Role::Leader(lead), Some(change)) = (&self.state.role, &mut self.state.change) {
            (change.target, change.heartbeat) = (self.state.commit, if new.is_empty() { 0 } else { lead.round });
        }
        new.nodes().for_each(|to| self.send_append(to));
    }

    /// What is in the way of a change: the lack of a committed entry of this term (raft-dev 2015), an earlier change that
    /// is not committed, or a new voter that needs longer than an election timeout for what is new (thesis §4.2.1).
    fn obstacle(&self, change: &Change) -> Option<&'static str> {
        let Role::Leader(lead) = &self.state.role else { return Some("it leads no more") };
        let new = change.members.voters.minus(self.members().electors());
        if !self.config.change_without_own_entry && !self.own_term_committed() {
            return Some("no entry of its own term is committed");
        }
        if self.disk.log.configuration_entry().is_some_and(|latest| latest.index > self.state.commit) {
            return Some("the change before it is not committed");
        }
        if new.nodes().any(|node| lead.peers[node.index()].agreed < change.heartbeat) {
            return Some("a new member does not answer");
        }
        let lags = change.slow || new.nodes().any(|node| lead.matched(node) < change.target);
        lags.then_some("a new member does not catch up")
    }

    /// Puts the configuration into the log once nothing is in its way.
    pub(super) fn go_on_with_change(&mut self) {
        let Some(mut change) = self.state.change.clone() else { return };
        let slow = std::mem::take(&mut change.slow);
        if self.obstacle(&change).is_some() {
            return;
        }
        if slow {
            // This round took too long. What has come meanwhile is the next one.
            self.state.change = Some(change.clone());
            self.begin_catch_up();
            match self.state.change.clone() {
                Some(next) if self.obstacle(&next).is_none() => change = next,
                _ => return,
            }
        }
        self.drop_change();
        if self.answers_again(change.id) {
            return; // By now all that was committed before this term is applied (thesis §6.3).
        }
        let mut members = change.members;
        if change.joint {
            members.old = self.members().voters;
        }
        self.append_members(members, Some(change.id));
    }

    fn append_members(&mut self, members: Members, id: Option<RequestId>) {
        let (index, term) = (self.disk.log.last_index() + 1, self.disk.term);
        self.out.rule(match members.is_joint() {
            true => Rule::AppendJoint { index, old: members.old.len(), new: members.voters.len() },
            false => Rule::AppendMembers { index, new: members.voters.len() },
        });
        self.append_own(Entry::new(term, Payload::Members(Rc::new(members)), id));
        self.send_news();
        self.advance_commit(self.me);
    }

    /// A leader has committed: the joint configuration is followed by the new one, and a leader that is not among the
    /// new members goes (§6).
    pub(super) fn follow_up_members(&mut self) {
        let commit = self.state.commit;
        let Some(latest) = self.disk.log.configuration_entry().filter(|latest| latest.index <= commit).cloned() else {
            return;
        };
        if !self.leads() {
            return;
        }
        if latest.members.is_joint() {
            let id = self.disk.log.get(latest.index).and_then(|entry| entry.request);
            let members = Members { old: Default::default(), ..latest.members };
            return self.append_members(members, id);
        }
        if !latest.members.voters.has(self.me) {
            self.broadcast_heartbeat();
            self.out.rule(Rule::LeaveCluster);
            self.state.leader = None;
            self.become_follower();
        }
    }

    /// A leader that was deposed in the middle of a change and is elected again goes on with it. Otherwise the new member,
    /// which no leader talks to, keeps raising its term, and deposes the leader again when the client repeats its request.
    pub(super) fn resume_change(&mut self) {
        let Some(change) = &mut self.state.change else { return };
        change.heartbeat = 0; // Rounds are counted anew, and nobody has acknowledged anything to this leader yet.
        self.out.rule(Rule::ResumeChange { id: change.id });
        if !self.config.change_without_own_entry && self.disk.log.last_term() != self.disk.term {
            self.append_no_op();
        }
    }

    fn await_catch_up(&mut self) {
        let (_, hi) = self.config.election_timeout;
        self.out.set_timer(Timer::CatchUp, hi);
    }

    /// The change is in the log, or no business of this server any more.
    pub(super) fn drop_change(&mut self) {
        if self.state.change.take().is_some() {
            self.out.cancel_timer(Timer::CatchUp);
        }
    }

    /// Another election timeout has passed, and the change is not in the log yet.
    pub(super) fn lose_patience(&mut self) {
        let Some(mut change) = self.state.change.take() else { return };
        change.patience -= 1;
        if change.patience > 0 {
            self.state.change = Some(Change { slow: true, ..change });
            return self.await_catch_up();
        }
        let Some(why) = self.obstacle(&Change { slow: true, ..change }).filter(|_| self.leads()) else { return };
        self.out.rule(Rule::GiveUpChange { id: change.id, why });
        self.done(change.id, format!("refused: {why}"));
    }
}

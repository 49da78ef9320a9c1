//! Changes of the members: joint consensus (§6), one server at a time (thesis §4), and learners.

use std::rc::Rc;

use crate::kernel::RequestId;

use super::command::Command;
use super::log::{Entry, Payload};
use super::members::Members;
use super::replica::{Replica, Role};
use super::rules::Rule;

/// How many heartbeats a new member has to catch up.
const PATIENCE: u32 = 40;

/// A change that is asked for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Change {
    /// Whose request it is.
    pub id: RequestId,
    /// The members that are wanted.
    pub members: Members,
    /// Whether it goes by joint consensus.
    pub joint: bool,
    /// How many heartbeats more it waits.
    pub patience: u32,
}

impl Replica<'_> {
    /// Whether it belongs to those that may lead. One whose removal is not known to be committed may (thesis §4.2.2).
    pub fn may_stand(&self) -> bool {
        let latest = self.disk.log.arrangement().filter(|latest| latest.index > self.state.commit);
        let before = latest.map(|latest| latest.before.as_ref().map_or(self.config.members, |before| before.members));
        self.members().electors().has(self.me) || before.is_some_and(|before| before.electors().has(self.me))
    }

    /// A leader is asked for other members.
    pub fn change_members(&mut self, id: RequestId, command: &Command) {
        let now = self.members();
        let Some(members) = command.change(now) else { return };
        let latest = self.disk.log.arrangement().filter(|latest| latest.index > self.state.commit);
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
        self.state.change = Some(Change { id, members, joint, patience: PATIENCE });
        self.out.rule(Rule::BeginChange { id });
        if !self.config.change_without_own_entry {
            self.need_own_entry();
        }
        for to in members.voters.minus(now.everybody()).nodes() {
            self.send_append(to);
        }
        self.go_on_with_change();
    }

    /// Puts the configuration into the log once nothing is in its way: an earlier change that is not committed, the
    /// lack of a committed entry of this term (raft-dev 2015), or a new voter that lags (thesis §4.2.1).
    pub fn go_on_with_change(&mut self) {
        let Role::Leader(lead) = &self.state.role else { return };
        let Some(change) = self.state.change.clone() else { return };
        let (now, commit) = (self.members(), self.state.commit);
        let settled = self.disk.log.arrangement().is_none_or(|latest| latest.index <= commit);
        let new = change.members.voters.minus(now.electors());
        let caught_up = new.nodes().all(|node| lead.peers[node.index()].matched >= commit);
        let own = self.config.change_without_own_entry || self.own_term_committed();
        if !settled || !caught_up || !own {
            return;
        }
        self.state.change = None;
        if self.answers_again(change.id) {
            return; // By now all that was committed before this term is applied (thesis §6.3).
        }
        let mut members = change.members;
        if change.joint {
            members.old = now.voters;
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
    pub fn follow_up_members(&mut self) {
        let commit = self.state.commit;
        let Some(latest) = self.disk.log.arrangement().filter(|latest| latest.index <= commit).cloned() else { return };
        if !self.leads() {
            return;
        }
        if latest.members.is_joint() {
            let id = self.disk.log.get(latest.index).and_then(|entry| entry.request);
            let members = Members { old: Default::default(), ..latest.members };
            return self.append_members(members, id);
        }
        if !latest.members.voters.has(self.me) {
            self.beat();
            self.out.rule(Rule::LeaveCluster);
            self.state.leader = None;
            self.become_follower();
        }
    }

    /// A leader that was deposed in the midst of a change, by a new member's later term as a rule, is elected again:
    /// unless it goes on, that server, which no leader talks to, is ahead once more when the client asks again.
    pub fn resume_change(&mut self) {
        let Some(change) = &self.state.change else { return };
        self.out.rule(Rule::ResumeChange { id: change.id });
        if !self.config.change_without_own_entry && self.disk.log.last_term() != self.disk.term {
            self.append_no_op();
        }
    }

    /// With each heartbeat a new member that does not catch up has one chance less.
    pub fn lose_patience(&mut self) {
        if !self.leads() {
            return;
        }
        let Some(change) = &mut self.state.change else { return };
        change.patience -= 1;
        if change.patience == 0 {
            let id = change.id;
            self.state.change = None;
            self.out.rule(Rule::GiveUpChange { id });
            self.done(id, "refused: a new member does not catch up");
        }
    }
}

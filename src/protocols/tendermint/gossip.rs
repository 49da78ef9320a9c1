//! Gossip (§2.1): what one correct replica has reaches all others. Whoever has waited for a while says how far it is; the
//! others send what it may lack, as it was signed. A replica that waits for nothing says nothing.

use std::rc::Rc;

use super::log::distinct;
use super::message::{Commit, Kind, Message, Passed, Position};
use super::replica::Turn;
use super::rules::Rule;
use super::{Config, Timer};
use crate::kernel::prelude::*;

/// How many decided blocks go into one answer.
const MOST: usize = 16;

/// Whether a quorum of different replicas precommitted this block in one round.
pub fn proven(config: &Config, commit: &Commit) -> bool {
    let id = Some(commit.block.id());
    let all_for_it = commit.precommits.iter().all(|vote| {
        let vote = vote.body();
        (vote.height, vote.round, vote.kind, vote.id) == (commit.height, commit.round, Kind::Precommit, id)
    });
    all_for_it && config.power_of_all(distinct(commit.precommits.iter())) >= config.quorum
}

impl Turn<'_> {
    /// It has waited for a while.
    pub(super) fn on_gossip(&mut self, timer: Timer) {
        if timer == Timer::Gossip {
            self.state.gossiping = false;
            self.state.behind = false;
            self.ask();
        }
    }

    /// Tells all how far it is.
    pub(super) fn ask(&mut self) {
        let status = Position { height: self.disk.height(), round: self.disk.round, last: self.disk.last() };
        self.out.rule(Rule::TellStatus { height: status.height });
        self.broadcast(Message::Status(status));
    }

    /// Sends what the asker may lack.
    pub(super) fn on_status(&mut self, to: NodeId, asker: Position) {
        let mine = self.disk.height();
        let before = self.sends.len();
        self.state.behind |= asker.height > mine;
        if (1..mine).contains(&asker.height) {
            let commits = self.disk.chain.from(asker.height as usize - 1).take(MOST).cloned().collect();
            self.send(to, Message::Commits(commits));
        }
        if asker.height == mine && asker.last != self.disk.last() {
            self.show_branch(to);
        }
        if asker.height == mine {
            self.pass_on(to, asker.round);
        }
        let nothing = self.sends.len() == before;
        self.out.rule(Rule::PassOn { to, height: asker.height, nothing });
    }

    /// Two blocks were decided at the height below: it shows its own, and the votes around it.
    fn show_branch(&mut self, to: NodeId) {
        let below = self.disk.height() - 1;
        let Some(commit) = self.disk.chain.last().cloned() else { return };
        let votes = self.state.log.votes(below).copied().collect();
        self.send(to, Message::Commits(vec![commit]));
        self.send(to, Message::Passed(Rc::new(Passed { height: below, proposals: Vec::new(), votes })));
    }

    /// What can matter still: the round at hand, the one of the valid value, and all in which somebody precommitted a block.
    fn pass_on(&mut self, to: NodeId, theirs: Option<u64>) {
        let height = self.disk.height();
        let valid = self.disk.valid.as_ref().map(|(_, round)| *round);
        let mut rounds: Vec<_> = [self.disk.round, theirs, valid].into_iter().flatten().collect();
        let votes = self.state.log.votes(height).map(Signed::body);
        rounds.extend(votes.filter(|vote| vote.kind == Kind::Precommit && vote.id.is_some()).map(|vote| vote.round));
        let wanted = |round| rounds.contains(&round);
        let proposals: Vec<_> =
            self.state.log.proposals(height).filter(|one| wanted(one.offer.body().round)).cloned().collect();
        let votes: Vec<_> = self.state.log.votes(height).filter(|vote| wanted(vote.body().round)).copied().collect();
        if !proposals.is_empty() || !votes.is_empty() {
            self.send(to, Message::Passed(Rc::new(Passed { height, proposals, votes })));
        }
    }

    pub(super) fn on_passed(&mut self, from: NodeId, passed: &Passed) {
        let mut nothing = true;
        for proposal in &passed.proposals {
            nothing &= !self.keep_proposal(proposal);
        }
        for vote in &passed.votes {
            nothing &= !self.keep_vote(*vote);
        }
        self.out.rule(Rule::HearMore { from, height: passed.height, nothing });
    }

    /// Takes over what is proven to be decided, in order; what contradicts its own chain is looked at for evidence.
    pub(super) fn on_commits(&mut self, from: NodeId, commits: &[Rc<Commit>]) {
        for commit in commits {
            let height = self.disk.height();
            if !proven(self.config, commit) || commit.height == 0 {
                return self.out.rule(Rule::BadCommit { from });
            }
            let own = self.disk.chain.get(commit.height as usize - 1).map(|own| own.block.id());
            if own.is_some_and(|own| own != commit.block.id()) {
                self.on_fork(commit);
            } else if commit.height == height && super::execute::acceptable(self.config, self.disk, &commit.block) {
                self.out.rule(Rule::LearnCommit { from, height });
                self.decide(Commit::clone(commit));
            }
        }
    }
}

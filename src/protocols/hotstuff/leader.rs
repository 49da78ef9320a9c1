//! The leader's half: it makes certificates of votes, and builds on the highest one that it knows.

use std::rc::Rc;

use super::message::{Certificate, GENESIS, Id, Message, Node, Phase, Vote};
use super::replica::Turn;
use super::rules::Rule;
use super::{HORIZON, Timer};
use crate::kernel::prelude::*;

impl Turn<'_> {
    /// A vote from its signer.
    pub(super) fn on_vote(&mut self, from: NodeId, vote: Signed<Vote>) {
        let Vote { view, phase, node } = *vote.body();
        let awaited = vote.signer() == from
            && self.config.gathers(view) == self.me
            && (phase == Phase::Generic) != self.config.is_basic()
            && self.disk.view < view + HORIZON
            && view < self.disk.view + HORIZON
            && !self.state.votes.contains_key(&(*vote.body(), from));
        if !awaited {
            return self.out.rule(Rule::IgnoreVote { from, view });
        }
        self.state.votes.insert((*vote.body(), from), vote);
        let have = self.votes_for(*vote.body()).count() as u16;
        let need = self.config.quorum as u16;
        self.out.rule(Rule::CountVote { from, view, phase: phase.word(), node: Id(node), have, need });
    }

    fn votes_for(&self, vote: Vote) -> impl Iterator<Item = &Signed<Vote>> {
        let all = self.state.votes.from(&(vote, NodeId::replica(1)));
        all.take_while(move |((other, _), _)| *other == vote).map(|(_, vote)| vote)
    }

    /// QC(V), as soon as n − f votes are there (Algorithm 2, lines 11–13, 20–22, 28–30; Algorithm 3, pre-commit phase).
    pub(super) fn certify(&mut self) -> bool {
        let basic = self.config.is_basic();
        let first = if basic { self.disk.view } else { self.disk.generic.view + 1 };
        let open = |vote: &Vote| match basic {
            true => vote.view == first && (vote.view, vote.phase) > self.state.certified,
            false => !self.lacks(vote.node),
        };
        let least = Vote { view: first, phase: Phase::Generic, node: GENESIS };
        let gathered = self.state.votes.from(&(least, NodeId::replica(1))).map(|((vote, _), _)| *vote);
        let quorum = |vote: &Vote| open(vote) && self.votes_for(*vote).count() >= self.config.quorum;
        let found = gathered.into_iter().find(quorum);
        let Some(vote) = found else { return false };
        let Vote { view, phase, node } = vote;
        let votes: Vec<_> = self.votes_for(vote).copied().collect();
        let first = votes.iter().map(Signed::signer).find(|signer| *signer != self.me).unwrap_or(self.me);
        let signers = votes.len() as u16;
        let made = Rc::new(Certificate { phase, view, node, votes, proof: self.config.certificates });
        self.out.rule(Rule::Certify { view, phase: phase.word(), node: Id(node), signers });
        if basic {
            self.state.certified = (view, phase);
            self.broadcast(Message::Certified(made.clone()));
            self.on_certified(self.me, &made);
        } else {
            // What it executes now, the others execute only when they see this certificate.
            let owes = self.is_busy();
            self.learn(first, &made);
            self.state.owes = if owes { view + 1 } else { self.state.owes };
        }
        true
    }

    /// Whether enough is known to propose in this view, so that no lock can stand against it; and how it knows.
    fn may_propose(&mut self, view: u64) -> bool {
        let follows = !self.config.is_basic() && self.disk.generic.view + 1 == view;
        if follows && (self.is_busy() || self.state.owes == view) {
            return true;
        }
        let shown = self.state.new_views.values().filter(|one| one.view >= view).count();
        let learned = self.state.unlearned.iter().all(|(_, one)| one.view <= self.disk.generic.view);
        if shown < self.config.quorum || !learned {
            return false;
        }
        let enough = follows || !self.config.waits() || shown == self.config.replicas || self.state.waited == view;
        if !enough && self.state.waits < view {
            self.state.waits = view;
            self.out.rule(Rule::WaitLonger { view });
            self.out.set_timer(Timer::Wait, self.config.wait);
        }
        enough
    }

    /// Algorithm 2, lines 3–6; Algorithm 3, prepare phase: createLeaf on the highest certificate.
    pub(super) fn propose(&mut self) -> bool {
        let view = self.disk.view;
        let mine = self.config.leader(view) == self.me && self.disk.proposed < view && self.disk.wish == view;
        if !mine || !self.may_propose(view) {
            return false;
        }
        let justify = self.disk.generic.clone();
        let height = self.disk.tree.get(justify.node).map_or(0, |node| node.height) + 1;
        let requests = self.next_requests(justify.node);
        let blanks = view.saturating_sub(justify.view + 1);
        self.out.rule(Rule::Propose { view, justify: justify.view, blanks, empty: requests.is_empty() });
        let node = Rc::new(Node { view, height, parent: justify.node, requests, justify });
        self.disk.tree.insert(&node);
        self.disk.proposed = view;
        self.dirty = true;
        self.state.early.insert(view, node.clone());
        self.broadcast(Message::Proposal(node));
        true
    }
}

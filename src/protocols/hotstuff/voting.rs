//! The replica's half: whether to vote (Algorithm 1), the three votes of a view (Algorithm 2), and what a certificate means
//! for the nodes below it (Algorithms 3 and 4).

use std::rc::Rc;

use super::HORIZON;
use super::execute::signed_by_clients;
use super::message::{Certificate, GENESIS, Id, Message, Node, Phase, Vote};
use super::replica::Turn;
use super::rules::Rule;
use super::tree::{justifying, proven};
use crate::kernel::prelude::*;

impl Turn<'_> {
    /// The node that the leader of a view proposes. It waits until this replica is in that view.
    pub(super) fn on_proposal(&mut self, from: NodeId, node: &Rc<Node>) {
        let view = node.view;
        let sound = from == self.config.leader(view)
            && node.justify.view < view
            && node.justify.phase == justifying(self.config)
            && proven(self.config, &node.justify)
            && signed_by_clients(node);
        if !sound {
            return self.out.rule(Rule::IgnoreProposal { from, view });
        }
        self.hold(from, node);
        if node.justify.view + 1 == view {
            self.enter(view);
        }
        let new = !self.state.early.contains_key(&view) && view < self.disk.view + HORIZON;
        if new && self.can_vote(view, justifying(self.config)) {
            self.state.early.insert(view, node.clone());
        } else {
            self.out.rule(Rule::IgnoreProposal { from, view });
        }
        if view != self.disk.view {
            self.learn(from, &node.justify);
        }
    }

    /// Votes on the node of the view that it is in, once it knows the nodes below; then looks at the node's certificate.
    pub(super) fn take_early(&mut self) -> bool {
        let now = self.disk.view;
        let due = |view: u64| view == now || (view < now && self.config.vote_once_per_height);
        let known = |node: &Node| self.disk.tree.reaches(node.id());
        let found = self.state.early.iter().find(|(view, node)| due(**view) && known(node));
        let Some((view, node)) = found.map(|(view, node)| (*view, node.clone())) else { return false };
        self.state.early.remove(&view);
        let in_view = self.disk.wish <= view;
        self.vote_on(&node);
        if in_view {
            self.lock_by(&node.justify);
        }
        self.learn(self.config.leader(view), &node.justify);
        true
    }

    /// Whether it may vote: once in each phase of a view, and never below a vote that it has cast or a view that it gave up.
    fn can_vote(&self, view: u64, phase: Phase) -> bool {
        if self.config.vote_once_per_height {
            return !self.disk.voted.contains_key(&(view, phase));
        }
        view >= self.disk.wish && self.disk.voted.last().is_none_or(|(last, _)| *last < (view, phase))
    }

    /// safeNode (Algorithm 1, lines 25–27): it extends the locked node, or its certificate is newer than the lock.
    fn is_safe(&self, id: u64, justify: &Certificate) -> bool {
        self.config.no_lock
            || self.disk.tree.extends(id, self.disk.locked.node)
            || (justify.view > self.disk.locked.view && !self.config.lock_for_ever)
    }

    /// Algorithm 2, lines 8–10; Algorithm 3, prepare phase.
    fn vote_on(&mut self, node: &Node) {
        let (id, view, phase) = (node.id(), node.view, justifying(self.config));
        if !self.can_vote(view, phase) {
            return;
        }
        let extends = self.disk.tree.extends(node.parent, node.justify.node);
        if !extends && !self.config.justify_not_ancestor {
            return self.out.rule(Rule::RefuseElsewhere { view });
        }
        let locked = self.disk.locked.view;
        if !self.is_safe(id, &node.justify) {
            self.state.news.refused.push((view, self.config.leader(view)));
            return self.out.rule(Rule::RefuseLocked { view, justify: node.justify.view, locked });
        }
        let unlocked = !self.disk.tree.extends(id, self.disk.locked.node);
        self.out.rule(Rule::Vote { view, node: Id(id), justify: node.justify.view, locked, unlocked });
        self.cast(phase, view, id);
    }

    /// Signs a vote, which binds it from now on, and sends it to who gathers the votes. In the chained form that is the
    /// leader of the next view, in which it is now.
    fn cast(&mut self, phase: Phase, view: u64, node: u64) {
        let vote = self.out.sign(Vote { view, phase, node });
        self.disk.voted.insert((view, phase), node);
        self.dirty = true;
        self.state.news.votes.push(*vote.body());
        let gathers = self.config.gathers(view);
        if gathers == self.me {
            self.state.votes.insert((*vote.body(), self.me), vote);
        } else {
            self.send(gathers, Message::Vote(vote));
        }
        if !self.config.is_basic() {
            self.enter(view + 1);
        }
    }

    /// Basic HotStuff: the leader shows the certificate of a phase, and the next phase begins (Algorithm 2, lines 15–36).
    pub(super) fn on_certified(&mut self, from: NodeId, shown: &Rc<Certificate>) {
        let Certificate { view, phase, node, .. } = **shown;
        let sound = from == self.config.leader(view)
            && self.config.is_basic()
            && phase != Phase::Generic
            && proven(self.config, shown);
        let now = view >= self.disk.wish || self.config.view_not_checked || phase == Phase::Commit;
        if !sound || !now {
            self.out.rule(Rule::IgnoreCertificate { from, view });
            return self.learn(from, shown);
        }
        if !self.disk.tree.reaches(node) {
            return self.lack(from, shown);
        }
        self.enter(view);
        let voted = match phase {
            Phase::Commit => return self.learn(from, shown),
            Phase::PreCommit => {
                self.lock(shown);
                Phase::Commit
            }
            _ => {
                self.disk.generic = shown.clone();
                self.out.rule(Rule::Prepared { view, node: Id(node) });
                if self.config.two_phases {
                    self.lock(shown);
                }
                if self.config.two_phases { Phase::Commit } else { Phase::PreCommit }
            }
        };
        self.dirty = true;
        if self.can_vote(view, voted) {
            self.cast(voted, view, node);
        }
    }

    /// lockedQC ← this. Where certificates are checked, this one is newer.
    fn lock(&mut self, on: &Rc<Certificate>) {
        if self.disk.locked == *on || self.config.no_lock {
            return;
        }
        self.disk.locked = on.clone();
        self.dirty = true;
        self.out.rule(Rule::Lock { view: on.view, node: Id(on.node) });
    }

    /// A certificate from elsewhere than the leader of a view may bring this replica into another view, whose leader should
    /// then know of it.
    pub(super) fn learn_beside(&mut self, from: NodeId, shown: &Rc<Certificate>) {
        let before = self.disk.view;
        self.learn(from, shown);
        if self.disk.view > before {
            self.show_leader();
        }
    }

    /// What a certificate means, whatever view this replica is in. It locks on nothing here: a lock comes with a vote.
    pub(super) fn learn(&mut self, from: NodeId, shown: &Rc<Certificate>) {
        let fits = (shown.phase == Phase::Generic) != self.config.is_basic();
        if shown.is_genesis() || !fits || !proven(self.config, shown) {
            return;
        }
        if !self.disk.tree.reaches(shown.node) {
            return self.lack(from, shown);
        }
        match shown.phase {
            Phase::Generic => self.update(shown),
            Phase::Prepare => {
                self.raise(shown);
                self.enter(shown.view);
            }
            Phase::PreCommit => {}
            Phase::Commit => {
                self.commit(shown.node, shown);
                self.enter(shown.view + 1);
            }
        }
    }

    fn raise(&mut self, shown: &Rc<Certificate>) {
        if shown.view > self.disk.generic.view {
            self.disk.generic = shown.clone();
            self.dirty = true;
            self.out.rule(Rule::RaiseGeneric { view: shown.view, node: Id(shown.node) });
        }
    }

    /// Chained form: what the certificate of the view's node is for was justified by a certificate, and that is the lock; with
    /// two phases, the first one is (Algorithm 3, commit phase; Malkhi, Nayak 2023). A liar may hang its node elsewhere than
    /// on the node of its certificate: of one that is not known here, nobody can say what justified it.
    fn lock_by(&mut self, justify: &Rc<Certificate>) {
        let Some(certified) = self.disk.tree.get(justify.node) else { return };
        let lock = if self.config.commits_after_two() { justify.clone() } else { certified.justify.clone() };
        if !self.config.is_basic() && lock.view > self.disk.locked.view {
            self.lock(&lock);
        }
    }

    /// Algorithm 4, update, with the names of Algorithm 3: b″ is certified, b′ is what b″ was justified by, and b is what b′ was.
    fn update(&mut self, shown: &Rc<Certificate>) {
        let tree = &self.disk.tree;
        let b2 = shown.node;
        let b1 = tree.justified(b2);
        let b0 = tree.justified(b1);
        let direct = |node, parent| tree.is_direct(self.config, node, parent);
        let (committed, in_a_row) = match self.config.commits_after_two() {
            true => (b1, direct(b2, b1)),
            false => (b0, direct(b2, b1) && direct(b1, b0)),
        };
        self.raise(shown);
        if in_a_row && committed != GENESIS {
            self.commit(committed, shown);
        }
        self.enter(shown.view + 1);
    }
}

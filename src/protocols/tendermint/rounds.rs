//! Algorithm 1: one function for each `upon`, named by its line. Each says whether its condition held and it did something.

use std::rc::Rc;

use super::Timer;
use super::execute::acceptable;
use super::log::Log;
use super::message::{Block, Commit, Kind, Message, Offer, Proposal, Vote, short};
use super::replica::{Step, Turn};
use super::rules::Rule;
use crate::kernel::prelude::*;

impl Turn<'_> {
    /// A proposal from its proposer.
    pub(super) fn hear_proposal(&mut self, from: NodeId, proposal: &Rc<Proposal>) {
        if !self.keep_proposal(proposal) {
            let Offer { height, round, .. } = *proposal.offer.body();
            self.out.rule(Rule::IgnoreProposal { from, height, round });
        }
    }

    /// Keeps a proposal, whoever passed it on, if it is new and its proposer signed it.
    pub(super) fn keep_proposal(&mut self, proposal: &Rc<Proposal>) -> bool {
        let Offer { height, round, id, .. } = *proposal.offer.body();
        self.state.behind |= height > self.disk.height();
        let sound = Log::takes(height, self.disk.height())
            && proposal.offer.signer() == self.config.proposer(height, round)
            && proposal.block.id() == id;
        let news = sound && !self.state.log.has_proposal(proposal.offer.body());
        if news {
            self.state.log.add_proposal(proposal.clone());
            self.look_at_proposal(proposal);
        }
        news
    }

    /// Keeps a vote, whoever passed it on, if it is new and a replica signed it.
    pub(super) fn keep_vote(&mut self, vote: Signed<Vote>) -> bool {
        let height = vote.body().height;
        self.state.behind |= height > self.disk.height();
        let sound = Log::takes(height, self.disk.height()) && self.config.power_of(vote.signer()) > 0;
        let news = sound && !self.state.log.has_vote(&vote);
        if news {
            self.state.log.add_vote(vote);
            self.look_at_vote(vote);
        }
        news
    }

    /// A vote from its signer.
    pub(super) fn hear_vote(&mut self, from: NodeId, vote: Signed<Vote>) {
        let Vote { height, round, kind, id, .. } = *vote.body();
        if !self.keep_vote(vote) {
            return self.out.rule(Rule::IgnoreVote { from, height, round });
        }
        let have = self.config.power_of_all(super::log::distinct(self.state.log.votes_for(height, round, kind, id)));
        let (have, need) = (have as u16, self.config.quorum as u16);
        self.out.rule(Rule::CountVote { from: vote.signer(), height, round, kind: kind.word(), id, have, need });
    }

    /// Carries out what the messages at hand allow, until nothing more is to do. Where a quorum agrees, that comes before the
    /// timeouts that would wait for it.
    pub(super) fn advance(&mut self) {
        while self.line_49() || self.begin() || self.line_55() || self.in_round() {}
    }

    fn in_round(&mut self) -> bool {
        let (height, Some(round)) = (self.disk.height(), self.disk.round) else { return false };
        self.line_22(height, round)
            || self.line_28(height, round)
            || self.line_36(height, round)
            || self.line_44(height, round)
            || self.line_34(height, round)
            || self.line_47(height, round)
    }

    /// Line 10, put off until there is something to decide.
    fn begin(&mut self) -> bool {
        let height = self.disk.height();
        let asked = !self.state.waiting.is_empty() || self.state.log.proposals(height).next().is_some();
        let begins = asked && self.disk.round.is_none();
        if begins {
            self.start_round(0);
        }
        begins
    }

    /// Lines 11–21.
    pub(super) fn start_round(&mut self, round: u64) {
        let height = self.disk.height();
        [Timer::Propose, Timer::Prevote, Timer::Precommit].into_iter().for_each(|timer| self.out.cancel_timer(timer));
        self.disk.round = Some(round);
        self.disk.step = Step::Propose;
        self.dirty = true;
        self.state.mixed_prevotes = false;
        self.state.mixed_precommits = false;
        self.state.polka_seen = false;
        let proposer = self.config.proposer(height, round);
        if proposer != self.me {
            self.out.rule(Rule::AwaitProposal { height, round, proposer });
            return self.wait(Timer::Propose, round);
        }
        let known = if self.config.lock_without_valid { &self.disk.locked } else { &self.disk.valid };
        let (block, valid_round) = match known.clone() {
            Some((block, round)) => (block, Some(round)),
            None => (Rc::new(self.next_block()), None),
        };
        match valid_round {
            Some(valid_round) => self.out.rule(Rule::ProposeValid { height, round, valid_round }),
            None => self.out.rule(Rule::ProposeNew { height, round }),
        }
        let offer = self.out.sign(Offer { height, round, id: block.id(), valid_round });
        let proposal = Rc::new(Proposal { offer, block });
        self.disk.proposed.push(proposal.clone());
        self.state.log.add_proposal(proposal.clone());
        self.broadcast(Message::Proposal(proposal));
    }

    /// Starts a timeout of this round.
    pub(super) fn wait(&mut self, timer: Timer, round: u64) {
        let (which, first) = match timer {
            Timer::Prevote => (1, self.config.timeout_prevote),
            Timer::Precommit => (2, self.config.timeout_precommit),
            _ => (0, self.config.timeout_propose),
        };
        let wait = self.config.timeout(first, round);
        self.state.news.waits.push((self.disk.height(), round, which, wait));
        self.out.set_timer(timer, wait);
    }

    /// Whether the lock lets it prevote for a block that a quorum prevoted in this round; in none, for a new block.
    fn lock_allows(&self, id: u64, valid_round: Option<u64>) -> bool {
        let Some((block, round)) = self.disk.locked.as_ref().filter(|_| !self.config.no_lock) else { return true };
        let newer = valid_round.is_some_and(|valid_round| *round <= valid_round);
        newer || (block.id() == id && !self.config.accountable)
    }

    /// Lines 22–27: a new block.
    fn line_22(&mut self, height: u64, round: u64) -> bool {
        let fits = |proposal: &&Rc<Proposal>| proposal.offer.body().valid_round.is_none() || self.config.rule_22_any_vr;
        let found = self.state.log.proposed(height, round).find(fits).filter(|_| self.disk.step == Step::Propose);
        let Some(proposal) = found.cloned() else { return false };
        self.prevote_on(&proposal);
        true
    }

    /// Lines 28–33: a block that a quorum prevoted in an earlier round.
    fn line_28(&mut self, height: u64, round: u64) -> bool {
        let fits = |proposal: &&Rc<Proposal>| {
            let Offer { id, valid_round, .. } = *proposal.offer.body();
            valid_round.is_some_and(|earlier| earlier < round && self.state.log.polka(self.config, height, earlier, id))
        };
        let found = self.state.log.proposed(height, round).find(fits).filter(|_| self.disk.step == Step::Propose);
        let Some(proposal) = found.cloned() else { return false };
        self.prevote_on(&proposal);
        true
    }

    fn prevote_on(&mut self, proposal: &Proposal) {
        let Offer { height, round, id, valid_round } = *proposal.offer.body();
        self.out.cancel_timer(Timer::Propose);
        let good = acceptable(self.config, self.disk, &proposal.block);
        let allowed = self.lock_allows(id, valid_round);
        let locked = self.disk.locked.as_ref().map_or(0, |(_, round)| *round);
        match (good, allowed) {
            (false, _) => self.out.rule(Rule::PrevoteNilBad { height, round }),
            (true, false) => self.out.rule(Rule::PrevoteNilLocked { height, round, locked }),
            (true, true) => self.out.rule(Rule::Prevote { height, round, valid_round }),
        }
        self.vote(Kind::Prevote, (good && allowed).then_some(id), valid_round);
    }

    /// Lines 34–35.
    fn line_34(&mut self, height: u64, round: u64) -> bool {
        let due = self.disk.step == Step::Prevote
            && !self.state.mixed_prevotes
            && self.state.log.quorum_of_any(self.config, height, round, Kind::Prevote);
        if due {
            self.state.mixed_prevotes = true;
            self.out.rule(Rule::AwaitPrevotes { height, round });
            self.wait(Timer::Prevote, round);
        }
        due
    }

    /// Lines 36–43.
    fn line_36(&mut self, height: u64, round: u64) -> bool {
        if self.disk.step == Step::Propose || self.state.polka_seen {
            return false;
        }
        let fits = |proposal: &&Rc<Proposal>| {
            let id = proposal.offer.body().id;
            self.state.log.polka(self.config, height, round, id) && acceptable(self.config, self.disk, &proposal.block)
        };
        let Some(proposal) = self.state.log.proposed(height, round).find(fits).cloned() else { return false };
        let (id, block) = (proposal.offer.body().id, proposal.block.clone());
        self.state.polka_seen = true;
        self.state.news.polkas.push((height, round, id));
        let locks = self.disk.step == Step::Prevote;
        if locks || !self.config.lock_without_valid {
            self.disk.valid = Some((block.clone(), round));
            let polka = self.state.log.votes_for(height, round, Kind::Prevote, Some(id)).copied().collect();
            self.disk.polka = Rc::new(polka);
            self.dirty = true;
        }
        if locks {
            self.disk.locked = Some((block, round));
            self.out.rule(Rule::Lock { height, round });
            self.out.cancel_timer(Timer::Prevote);
            self.vote(Kind::Precommit, Some(id), None);
        } else {
            self.out.rule(Rule::RememberValid { height, round });
        }
        true
    }

    /// Lines 44–46.
    fn line_44(&mut self, height: u64, round: u64) -> bool {
        let due = self.disk.step == Step::Prevote
            && self.state.log.quorum_for(self.config, height, round, Kind::Prevote, None);
        if due {
            self.out.rule(Rule::PrecommitNil { height, round });
            self.out.cancel_timer(Timer::Prevote);
            self.vote(Kind::Precommit, None, None);
        }
        due
    }

    /// Lines 47–48.
    fn line_47(&mut self, height: u64, round: u64) -> bool {
        let due =
            !self.state.mixed_precommits && self.state.log.quorum_of_any(self.config, height, round, Kind::Precommit);
        if due {
            self.state.mixed_precommits = true;
            self.out.rule(Rule::AwaitPrecommits { height, round });
            self.wait(Timer::Precommit, round);
        }
        due
    }

    /// Lines 49–54, for any round.
    fn line_49(&mut self) -> bool {
        let height = self.disk.height();
        let decided = |proposal: &&Rc<Proposal>| {
            let Offer { round, id, .. } = *proposal.offer.body();
            self.state.log.quorum_for(self.config, height, round, Kind::Precommit, Some(id))
                && acceptable(self.config, self.disk, &proposal.block)
        };
        let Some(proposal) = self.state.log.proposals(height).find(decided).cloned() else { return false };
        let Offer { round, id, .. } = *proposal.offer.body();
        let mut precommits: Vec<_> =
            self.state.log.votes_for(height, round, Kind::Precommit, Some(id)).copied().collect();
        precommits.dedup_by_key(|vote| vote.signer());
        self.out.rule(Rule::Decide { height, round, have: precommits.len() as u16, id: Id(id) });
        self.decide(Commit { height, round, block: proposal.block.clone(), precommits });
        true
    }

    /// Lines 51–54: on to the next height.
    pub(super) fn decide(&mut self, commit: Commit) {
        let height = commit.height;
        self.decisions.push((height, Block::clone(&commit.block)));
        self.execute(&commit.block);
        self.disk.chain.push(Rc::new(commit));
        self.disk.round = None;
        self.disk.step = Step::Propose;
        self.disk.locked = None;
        self.disk.valid = None;
        self.disk.polka = Rc::default();
        self.disk.proposed.clear();
        self.disk.voted.clear();
        self.dirty = true;
        self.state.behind = false;
        [Timer::Propose, Timer::Prevote, Timer::Precommit].into_iter().for_each(|timer| self.out.cancel_timer(timer));
        self.state.log.forget_before(height + 1);
    }

    /// Lines 55–56.
    fn line_55(&mut self) -> bool {
        let height = self.disk.height();
        let Some(round) = self.state.log.later_round(self.config, height, self.disk.round) else { return false };
        self.out.rule(Rule::SkipTo { height, round });
        self.state.news.skips.push((height, round));
        self.start_round(round);
        true
    }

    /// Lines 57–60.
    pub(super) fn on_timeout_propose(&mut self, round: u64) {
        if self.disk.step == Step::Propose {
            self.out.rule(Rule::TimeoutPropose { height: self.disk.height(), round });
            self.vote(Kind::Prevote, None, None);
        }
    }

    /// Lines 61–64.
    pub(super) fn on_timeout_prevote(&mut self, round: u64) {
        if self.disk.step == Step::Prevote {
            self.out.rule(Rule::TimeoutPrevote { height: self.disk.height(), round });
            self.vote(Kind::Precommit, None, None);
        }
    }

    /// Lines 65–67.
    pub(super) fn on_timeout_precommit(&mut self, round: u64) {
        self.out.rule(Rule::TimeoutPrecommit { height: self.disk.height(), round });
        self.start_round(round + 1);
    }
}

/// A block's id, as sentences say it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Id(pub u64);

impl crate::kernel::Say for Id {
    fn say(self, to: &mut crate::kernel::Sentence) {
        to.show(&short(Some(self.0)));
    }
}

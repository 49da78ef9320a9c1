//! A replica's state, and the shape of a step: what changed becomes durable before anything is said.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::execute::Service;
use super::log::Log;
use super::message::{Block, Commit, Kind, Message, Proposal, Request, Vote};
use super::rules::Rule;
use super::{Config, Tendermint, Timer};
use crate::kernel::prelude::*;

/// step_p.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Step {
    /// Waits for the proposal.
    #[default]
    Propose,
    /// Has prevoted.
    Prevote,
    /// Has precommitted.
    Precommit,
}

/// Survives a crash.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug, Serialize, Deserialize)]
pub struct Disk {
    /// Whether it has run before.
    pub born: bool,
    /// decision_p: what was decided, height by height; h_p is the next one.
    pub chain: PersistentVec<Rc<Commit>>,
    /// round_p, if h_p has begun here.
    pub round: Option<u64>,
    /// step_p.
    pub step: Step,
    /// lockedValue_p and lockedRound_p.
    pub locked: Option<(Rc<Block>, u64)>,
    /// validValue_p and validRound_p.
    pub valid: Option<(Rc<Block>, u64)>,
    /// The prevotes of that quorum, which it shows whoever lacks them. A liar among them won't vote once more.
    pub polka: Rc<Vec<Signed<Vote>>>,
    /// What it has proposed at h_p.
    pub proposed: Vec<Rc<Proposal>>,
    /// How it has voted at h_p.
    pub voted: Vec<Signed<Vote>>,
    /// The store after the last decided block.
    pub service: Service,
    /// What shows that others lied.
    pub evidence: Vec<Evidence>,
}

impl Disk {
    /// h_p.
    pub fn height(&self) -> u64 {
        self.chain.len() as u64 + 1
    }

    /// id of the block decided last; 0 before the first.
    pub fn last(&self) -> u64 {
        self.chain.last().map_or(0, |commit| commit.block.id())
    }
}

/// What one step brought about, for the properties.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct News {
    /// Votes that it signed, each with the proposal's validRound where it prevoted on one.
    pub votes: Vec<(Vote, Option<u64>)>,
    /// Quorums of prevotes of which it made something: height, round, id.
    pub polkas: Vec<(u64, u64, u64)>,
    /// Rounds that it skipped to: height, round.
    pub skips: Vec<(u64, u64)>,
    /// Timeouts that it started: height, round, which, how long.
    pub waits: Vec<(u64, u64, u8, Time)>,
    /// Evidence that it found.
    pub evidence: usize,
}

/// Lost in a crash.
#[derive(Clone, Hash, Debug, Default)]
pub struct State {
    /// Requests received and not decided, oldest first.
    pub waiting: Vec<Rc<Signed<Request>>>,
    /// Proposals and votes of this height and those around it.
    pub log: Log,
    /// Whether the timeouts of lines 34 and 47 were started in this round, and line 36 was carried out.
    pub mixed_prevotes: bool,
    pub(super) mixed_precommits: bool,
    pub(super) polka_seen: bool,
    /// Others were seen to be further, or this replica has just come back.
    pub(super) behind: bool,
    pub(super) gossiping: bool,
    /// The other branch that was seen to be decided, if any: its height and block.
    pub fork: Option<(u64, u64)>,
    pub(super) news: News,
}

/// One step of a replica. What is sent waits until the disk is safe.
pub struct Turn<'a> {
    pub(super) config: &'a Config,
    pub(super) me: NodeId,
    pub(super) state: &'a mut State,
    pub(super) disk: &'a mut Disk,
    pub(super) out: &'a mut Effects<Tendermint>,
    pub(super) dirty: bool,
    pub(super) decisions: Vec<(u64, Block)>,
    pub(super) sends: Vec<(Option<NodeId>, Message)>,
}

impl<'a> Turn<'a> {
    /// Begins a step.
    pub fn new(cx: &'a mut Context<'_, Tendermint>) -> Self {
        cx.state.news = News::default();
        Turn {
            config: cx.config,
            me: cx.me,
            state: cx.state,
            disk: cx.disk,
            out: cx.out,
            dirty: false,
            decisions: Vec::new(),
            sends: Vec::new(),
        }
    }

    /// Ends a step: what changed becomes durable, then it is told. Whoever waits for something will say so in a while.
    pub fn finish(mut self) {
        self.advance();
        if self.dirty {
            self.out.persist(self.disk);
        }
        for (height, block) in self.decisions.drain(..) {
            self.out.decide(height, block);
        }
        for (to, message) in self.sends.drain(..) {
            match to {
                Some(to) => self.out.send(to, message),
                None => self.out.broadcast(message),
            }
        }
        let waits = self.disk.round.is_some() || !self.state.waiting.is_empty() || self.state.behind;
        match (waits, self.state.gossiping) {
            (true, false) => self.out.set_timer(Timer::Gossip, self.config.gossip),
            (false, true) => self.out.cancel_timer(Timer::Gossip),
            _ => {}
        }
        self.state.gossiping = waits;
    }

    /// Starts from the disk: what it said in this height it says again when it is asked.
    pub fn recover(&mut self) {
        for (commit, height) in self.disk.chain.iter().zip(1..) {
            self.decisions.push((height, Block::clone(&commit.block)));
        }
        if !self.disk.born {
            self.disk.born = true;
            self.dirty = true;
            return;
        }
        let (height, round) = (self.disk.height(), self.disk.round);
        self.out.rule(Rule::Resume { height, round });
        self.disk.proposed.iter().for_each(|proposal| self.state.log.add_proposal(proposal.clone()));
        self.disk.voted.iter().chain(self.disk.polka.iter()).for_each(|vote| self.state.log.add_vote(*vote));
        self.state.behind = true;
        if let Some(round) = round.filter(|_| self.disk.step == Step::Propose) {
            self.wait(Timer::Propose, round);
        }
        self.ask();
    }

    /// One message.
    pub fn deliver(&mut self, from: NodeId, message: &Message) {
        match message {
            Message::Request(request) => self.on_request(request.clone()),
            Message::Proposal(proposal) => self.hear_proposal(from, proposal),
            Message::Vote(vote) => self.hear_vote(from, *vote),
            Message::Status(status) => self.on_status(from, *status),
            Message::Passed(passed) => self.on_passed(from, passed),
            Message::Commits(commits) => self.on_commits(from, commits),
            Message::Reply(_) => {}
        }
    }

    /// A timer has fired.
    pub fn fire(&mut self, timer: Timer) {
        let Some(round) = self.disk.round.filter(|_| timer != Timer::Gossip) else { return self.on_gossip(timer) };
        match timer {
            Timer::Propose => self.on_timeout_propose(round),
            Timer::Prevote => self.on_timeout_prevote(round),
            Timer::Precommit => self.on_timeout_precommit(round),
            Timer::Gossip | Timer::Retry => {}
        }
    }

    pub(super) fn broadcast(&mut self, message: Message) {
        self.sends.push((None, message));
    }

    pub(super) fn send(&mut self, to: NodeId, message: Message) {
        self.sends.push((Some(to), message));
    }

    /// Signs a vote, which binds it from now on, and counts it as its own.
    pub(super) fn vote(&mut self, kind: Kind, id: Option<u64>, valid_round: Option<u64>) {
        let (height, round) = (self.disk.height(), self.disk.round.unwrap_or(0));
        let shown = valid_round.filter(|_| self.config.accountable && kind == Kind::Prevote);
        let vote = self.out.sign(Vote { height, round, kind, id, valid_round: shown });
        self.disk.step = if kind == Kind::Prevote { Step::Prevote } else { Step::Precommit };
        self.disk.voted.push(vote);
        self.dirty |= !self.config.vote_not_durable;
        self.state.news.votes.push((*vote.body(), valid_round));
        self.state.log.add_vote(vote);
        self.broadcast(Message::Vote(vote));
    }
}

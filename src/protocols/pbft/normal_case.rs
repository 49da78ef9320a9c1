//! The normal case: request, pre-prepare, prepare, commit (§4.1, §4.2).

use std::rc::Rc;

use super::certificates::{fits_batch, matching};
use super::message::{Batch, Certificate, Message, Phase, Proposal, Request, Vote, authentic, digest};
use super::replica::Turn;
use super::rules::Rule;
use super::sequenced_digest::SequencedDigest;
use crate::kernel::{NodeId, RequestId, Signed};

/// How many pre-prepares of later views are kept.
const MOST_EARLY: usize = 64;

impl Turn<'_> {
    /// §4.2: the primary gives a request a number; §4.4: a backup relays it and starts its timer.
    pub(super) fn on_request(&mut self, from: NodeId, request: Rc<Signed<Request>>) {
        let id = request.body().id;
        if !authentic(&vec![request.clone()]) {
            return self.out.rule(Rule::BadRequest { from });
        }
        if self.answer_again(id) {
            return;
        }
        self.wait_for(&request);
        if self.leads() {
            if self.ordered(id) {
                return self.out.rule(Rule::AlreadyOrdered { id });
            }
            return self.order_waiting();
        }
        if self.disk.changing {
            return self.out.rule(Rule::Keep { id, view: self.disk.view });
        }
        if !from.is_client() {
            return self.out.rule(Rule::Watch { id });
        }
        let primary = self.config.primary(self.disk.view);
        self.out.rule(Rule::Relay { id, primary });
        self.send(primary, Message::Request(request));
    }

    /// Remembers a request that is to be executed; a client's later request takes the place of an earlier one.
    pub(super) fn wait_for(&mut self, request: &Rc<Signed<Request>>) {
        let id = request.body().id;
        let newer = |old: &Rc<Signed<Request>>| old.body().id.client == id.client && old.body().id.number >= id.number;
        if self.disk.service.done(id) || self.state.waiting.iter().any(newer) {
            return;
        }
        self.state.waiting.retain(|old| old.body().id.client != id.client);
        self.state.waiting.push(request.clone());
    }

    /// Whether a request has a number in the present view.
    pub(super) fn ordered(&self, id: RequestId) -> bool {
        let holds = |proposal: &Rc<Proposal>| {
            proposal.place().view == self.disk.view && proposal.batch.iter().any(|request| request.body().id == id)
        };
        self.disk.slots.values().any(|slot| slot.accepted.as_ref().is_some_and(holds))
    }

    /// The primary gives numbers to the requests that wait for one, several to a number, as long as there is room.
    pub(super) fn order_waiting(&mut self) {
        let mut waiting: Batch = Vec::new();
        for request in &self.state.waiting {
            if !self.ordered(request.body().id) {
                waiting.push(request.clone());
            }
        }
        for batch in waiting.chunks(self.config.batch) {
            let (view, sequence) = (self.disk.view, self.state.next);
            let begun = self.disk.executed.max(self.disk.low());
            let high = self.high();
            if sequence > begun + self.config.window || sequence > high {
                let id = batch[0].body().id;
                return self.out.rule(Rule::Queued { id, under_way: sequence - 1 - begun, high });
            }
            self.state.next += 1;
            let batch = batch.to_vec();
            let place = SequencedDigest { view, sequence, digest: digest(&batch) };
            let id = batch[0].body().id;
            self.out.rule(match batch.len() {
                1 => Rule::Assign { id, view, sequence },
                count => Rule::AssignBatch { count: count as u16, view, sequence },
            });
            let order = self.out.sign(Vote { phase: Phase::PrePrepare, place });
            let proposal = Rc::new(Proposal { order, batch });
            self.broadcast(Message::PrePrepare(proposal.clone()));
            self.accept(proposal);
            self.advance(sequence);
        }
    }

    /// §4.2: a backup accepts a pre-prepare once for each view and number, between the watermarks.
    pub(super) fn on_pre_prepare(&mut self, from: NodeId, proposal: Rc<Proposal>) {
        let SequencedDigest { view, sequence, .. } = *proposal.place();
        if proposal.order.signer() != self.config.primary(view) || proposal.order.body().phase != Phase::PrePrepare {
            return self.out.rule(Rule::NotThePrimary { from, view });
        }
        if !fits_batch(self.config, proposal.place(), &proposal.batch) {
            return self.out.rule(Rule::WrongDigest { sequence, from });
        }
        if view > self.disk.view || (view == self.disk.view && self.disk.changing) {
            self.state.behind = true;
            if self.state.early.len() < MOST_EARLY {
                self.state.early.push(proposal);
            }
            return self.out.rule(Rule::TooEarly { view });
        }
        if view < self.disk.view {
            return self.out.rule(Rule::OtherView { view, mine: self.disk.view });
        }
        if !self.in_range(sequence) {
            return;
        }
        if let Some(old) = self.disk.accepted(sequence) {
            let same = old.place().digest == proposal.place().digest;
            return self.out.rule(if same {
                Rule::Repeated { sequence }
            } else {
                Rule::SecondPrePrepare { view, sequence }
            });
        }
        for request in &proposal.batch {
            self.wait_for(request);
        }
        if self.leads() {
            // Its own order, from before it lost its disk. A certificate takes prepares of backups: the primary sends none.
            self.out.rule(Rule::OwnPrePrepareReturned { view, sequence });
            self.state.next = self.state.next.max(sequence + 1);
            self.accept(proposal);
        } else {
            self.out.rule(Rule::PrePrepareAccepted { view, sequence });
            self.accept(proposal);
            self.prepare(sequence);
        }
        self.advance(sequence);
    }

    /// h < n ≤ H. Messages above show that others are ahead.
    fn in_range(&mut self, sequence: u64) -> bool {
        let (low, high) = (self.disk.low(), self.high());
        if sequence == 0 || (sequence <= low && !self.config.bugs.no_low_watermark) {
            self.out.rule(Rule::BelowWatermark { sequence, low });
            return false;
        }
        if sequence > high && !self.config.bugs.no_high_watermark {
            self.state.behind = true;
            self.out.rule(Rule::AboveWatermark { sequence, high });
            return false;
        }
        true
    }

    /// Writes down what is accepted for a number.
    pub(super) fn accept(&mut self, proposal: Rc<Proposal>) {
        let sequence = proposal.place().sequence;
        self.disk.slot(sequence).accepted = Some(proposal);
        self.dirty = true;
    }

    /// Signs a statement, counts it here, and tells all.
    pub(super) fn vote(&mut self, phase: Phase, place: SequencedDigest) {
        let vote = self.out.sign(Vote { phase, place });
        self.keep(vote);
        self.broadcast(Message::Vote(vote));
    }

    /// Keeps a vote: of each signer and phase the one of the highest view, and of one view the first.
    pub(super) fn keep(&mut self, vote: Signed<Vote>) {
        let votes = self.state.votes.get_or_insert(vote.body().place.sequence, Vec::new());
        let same = |old: &&mut Signed<Vote>| old.signer() == vote.signer() && old.body().phase == vote.body().phase;
        match votes.iter_mut().find(same) {
            None => votes.push(vote),
            Some(old) if old.body().place.view < vote.body().place.view => *old = vote,
            Some(_) => {}
        }
    }

    /// A backup's prepare for what it accepted.
    pub(super) fn prepare(&mut self, sequence: u64) {
        if let Some(place) = self.disk.accepted(sequence).map(|proposal| *proposal.place()) {
            self.vote(Phase::Prepare, place);
        }
    }

    /// This replica's own votes on a number, as its disk has them.
    pub(super) fn own_votes(&self, sequence: u64) -> Vec<Signed<Vote>> {
        let mut votes = Vec::new();
        let mut add = |phase, place| votes.push(self.out.sign(Vote { phase, place }));
        if let Some(proposal) = self.disk.accepted(sequence) {
            let place = *proposal.place();
            if self.config.primary(place.view) != self.me {
                add(Phase::Prepare, place);
            }
            if self.disk.prepared(sequence).is_some() && !self.config.bugs.no_commit_phase {
                add(Phase::Commit, place);
            }
        }
        if let Some(state) = self.disk.slots.get(&sequence).and_then(|slot| slot.snapshot.as_ref()) {
            add(Phase::Checkpoint, state.place(sequence));
        }
        votes
    }

    pub(super) fn on_vote(&mut self, vote: Signed<Vote>) {
        let Vote { phase, place: SequencedDigest { view, sequence, .. } } = *vote.body();
        let mine = self.disk.view;
        if phase == Phase::Checkpoint {
            return self.on_checkpoint(vote);
        }
        if phase == Phase::PrePrepare || (phase == Phase::Prepare && vote.signer() == self.config.primary(view)) {
            self.out.rule(Rule::PrepareOfPrimary { from: vote.signer() });
        } else if view < mine {
            self.out.rule(Rule::OtherView { view, mine });
        } else if self.in_range(sequence) {
            if view == mine && self.disk.committed(sequence) {
                return self.out.rule(Rule::Late { sequence });
            }
            self.keep(vote);
            self.advance(sequence);
        }
    }

    /// Looks whether a number has prepared or committed by now.
    pub(super) fn advance(&mut self, sequence: u64) {
        if self.disk.changing {
            return self.out.rule(Rule::TooEarly { view: self.disk.view });
        }
        let Some(proposal) = self.disk.accepted(sequence).cloned() else {
            return self.out.rule(Rule::NoPrePrepare { sequence });
        };
        if self.disk.prepared(sequence).is_none() && !self.prepares(sequence, &proposal) {
            return;
        }
        if !self.disk.committed(sequence) {
            self.commits(sequence, proposal);
        }
    }

    /// The votes of a phase that say the same as a place, and how many.
    fn count(&self, phase: Phase, place: &SequencedDigest) -> (Vec<Signed<Vote>>, u16) {
        let votes = self
            .state
            .votes
            .get(&place.sequence)
            .map_or(Vec::new(), |votes| matching(self.config, votes, phase, place));
        let have = votes.len() as u16;
        (votes, have)
    }

    /// prepared(m, v, n, i): the pre-prepare and Q − 1 matching prepares of different backups.
    fn prepares(&mut self, sequence: u64, proposal: &Rc<Proposal>) -> bool {
        let place = *proposal.place();
        let ((prepares, have), need) = (self.count(Phase::Prepare, &place), self.config.prepares as u16);
        if have < need {
            let early = self.count(Phase::Commit, &place).1 > 0;
            self.out.rule(match early {
                false => Rule::PreparesCounted { sequence, have, need },
                true => Rule::NotPrepared { sequence },
            });
            return false;
        }
        self.out.rule(Rule::PreparedNow { view: place.view, sequence, have });
        self.disk.slot(sequence).prepared = Some(Rc::new(Certificate { proposal: proposal.clone(), votes: prepares }));
        self.state.news.certified.push((Phase::Prepare, place));
        self.dirty = true;
        if !self.config.bugs.no_commit_phase {
            self.vote(Phase::Commit, place);
        }
        self.execute_tentatively();
        true
    }

    /// committed-local(m, v, n, i): prepared, and Q matching commits.
    fn commits(&mut self, sequence: u64, proposal: Rc<Proposal>) {
        let place = *proposal.place();
        let ((votes, have), need) = (self.count(Phase::Commit, &place), self.config.commits as u16);
        if have < need {
            return self.out.rule(Rule::CommitsCounted { sequence, have, need });
        }
        self.out.rule(Rule::Committed { view: place.view, sequence, have });
        self.disk.slot(sequence).committed = Some(Rc::new(Certificate { proposal, votes }));
        self.dirty = true;
        // No more votes are needed, but those on the checkpoint.
        if let Some(votes) = self.state.votes.get_mut(&sequence) {
            votes.retain(|vote| vote.body().phase == Phase::Checkpoint);
        }
        if sequence <= self.disk.executed {
            return self.out.rule(Rule::Redone { sequence });
        }
        self.execute_committed();
        if self.disk.executed < sequence {
            self.out.rule(Rule::WaitsForLower { sequence, lower: self.disk.executed + 1 });
        }
    }
}

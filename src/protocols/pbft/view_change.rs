//! The backups' timers, view change and new-view (§4.4, §4.5.2).

use std::rc::Rc;

use super::Timer;
use super::certificates::{Demands, demands, is_valid_new_view, is_valid_view_change};
use super::message::{Message, NewView, Phase, Proposal, ViewChange, Vote, digest};
use super::replica::{Awaited, Turn};
use super::rules::Rule;
use super::sequenced_digest::SequencedDigest;
use crate::kernel::data::duration::LONGEST;
use crate::kernel::{NodeId, Signed, Span, Time};

/// The time-out doubles until it is longer than any run: this keeps the shift below within 64 bits.
const MOST_DOUBLINGS: u32 = 25;

impl Turn<'_> {
    /// How long to wait for a new-view or a request: T for the first view change, then 2T, 4T, … (§4.5.2).
    fn patience(&self) -> Time {
        let doubled = self.config.view_change_timeout << self.state.attempts.saturating_sub(1).min(MOST_DOUBLINGS);
        doubled.min(LONGEST)
    }

    /// Timers follow what is being waited for. A backup's timer runs for one request; when that one is executed, it stops
    /// or starts again for another (§4.4).
    pub(super) fn update_timers(&mut self) {
        let stuck = self.stuck();
        if stuck && !self.state.resending {
            self.out.set_timer(Timer::Resend, self.config.resend);
        } else if !stuck && self.state.resending {
            self.out.cancel_timer(Timer::Resend);
        }
        self.state.resending = stuck;
        if self.disk.changing || self.leads() {
            return;
        }
        if self.state.awaited.is_some_and(|awaited| self.still_awaits(awaited)) {
            return;
        }
        let before = self.state.awaited;
        self.state.awaited = self.next_awaited();
        if self.state.awaited.is_some() {
            let wait = self.patience();
            self.out.set_timer(Timer::ViewChange, wait);
        } else if before.is_some() {
            self.out.cancel_timer(Timer::ViewChange);
        }
    }

    fn still_awaits(&self, awaited: Awaited) -> bool {
        match awaited {
            Awaited::Request(id) => self.state.waiting.iter().any(|request| request.body().id == id),
            Awaited::Number(sequence) => sequence > self.disk.executed,
        }
    }

    fn next_awaited(&self) -> Option<Awaited> {
        let request = self.state.waiting.first().map(|request| Awaited::Request(request.body().id));
        request.or_else(|| self.first_under_way().map(Awaited::Number))
    }

    /// The lowest number that is accepted in the present view and not executed.
    fn first_under_way(&self) -> Option<u64> {
        let open = self.disk.slots.from(&(self.disk.executed + 1));
        open.map(|(&sequence, _)| sequence).find(|&sequence| self.disk.accepted(sequence).is_some())
    }

    /// Whether something is missing that others could send again.
    fn stuck(&self) -> bool {
        self.disk.changing
            || self.state.behind
            || self.disk.lags()
            || !self.state.waiting.is_empty()
            || self.state.votes.last().is_some_and(|(&sequence, _)| sequence > self.disk.executed)
            || self.first_under_way().is_some()
    }

    /// The timer has expired: of a backup in its view, or of a replica that waits for a new-view.
    pub(super) fn on_timeout(&mut self) {
        if self.leads() {
            return;
        }
        let view = self.disk.view;
        self.out.rule(Rule::TimedOut { view, next: view + 1 });
        self.start_view_change(view + 1);
    }

    /// Leaves the present view and asks for a later one.
    fn start_view_change(&mut self, view: u64) {
        self.state.attempts += 1;
        (self.state.awaited, self.state.quorum_known) = (None, false);
        self.out.cancel_timer(Timer::ViewChange);
        let log = self.disk.slots.from(&(self.disk.low() + 1));
        let prepared = log.filter_map(|(_, slot)| slot.prepared.clone()).collect();
        let change = ViewChange { view, stable: self.disk.stable.clone(), prepared };
        let change = Rc::new(self.out.sign(change));
        (self.disk.view, self.disk.changing) = (view, true);
        (self.disk.view_change, self.disk.new_view) = (Some(change.clone()), None);
        self.dirty = true;
        self.state.view_changes.insert(self.me, change.clone());
        self.broadcast(Message::ViewChange(change));
        self.count_view_changes();
    }

    pub(super) fn on_view_change(&mut self, from: NodeId, change: Rc<Signed<ViewChange>>) {
        let (view, mine, signer) = (change.body().view, self.disk.view, change.signer());
        if view == mine && !self.disk.changing {
            self.out.rule(Rule::OldViewChange { view, mine, begun: true });
            return self.pass_on_new_view(from);
        }
        if view < mine || self.state.view_changes.get(&signer).is_some_and(|old| old.body().view >= view) {
            return self.out.rule(Rule::OldViewChange { view, mine, begun: false });
        }
        if signer != from || !is_valid_view_change(self.config, &change) {
            return self.out.rule(Rule::BadViewChange { from });
        }
        self.state.view_changes.insert(signer, change);
        self.count_view_changes();
    }

    /// f + 1 for later views: join the smallest. Q for this view: wait for its primary, or begin it.
    fn count_view_changes(&mut self) {
        let later: Vec<_> = self.views_asked().filter(|&view| view > self.disk.view).collect();
        if let Some(&next) = later.iter().min().filter(|_| later.len() > self.config.faults) {
            self.out.rule(Rule::Joins { next, have: later.len() as u16 });
            return self.start_view_change(next);
        }
        let (view, need) = (self.disk.view, self.config.quorum);
        if !self.disk.changing {
            let (have, need) = (later.len() as u16, self.config.faults as u16 + 1);
            return self.out.rule(Rule::LaterViewsCounted { view, have, need });
        }
        let have = self.views_asked().filter(|&asked| asked == view).count();
        self.out.rule(Rule::ViewChangesCounted { view, have: have as u16, need: need as u16 });
        if have >= need && self.config.primary(view) == self.me {
            return self.begin_view();
        }
        // Who asks for a later view has left this one too. Counting only those for this very view, replicas that are
        // spread over neighbouring views would wait for ever.
        if !self.state.quorum_known && have + later.len() >= need {
            self.state.quorum_known = true;
            let wait = self.patience();
            self.out.set_timer(Timer::ViewChange, wait);
            let primary = self.config.primary(view);
            self.out.rule(Rule::WaitsForNewView { view, primary, wait: Span(wait) });
        }
    }

    fn views_asked(&self) -> impl Iterator<Item = u64> {
        self.state.view_changes.values().map(|change| change.body().view)
    }

    /// The new primary computes O from V, tells all, and enters.
    fn begin_view(&mut self) {
        let view = self.disk.view;
        let asked = self.state.view_changes.values().filter(|change| change.body().view == view);
        let proofs: Vec<_> = asked.cloned().collect();
        let Demands { stable, orders } = demands(self.config, &proofs);
        let low = stable.place.sequence;
        let mut proposals = Vec::with_capacity(orders.len());
        for (sequence, (prepared_in, batch)) in (low + 1..).zip(orders) {
            self.out.rule(match prepared_in {
                Some(view) => Rule::Reproposes { sequence, view },
                None => Rule::FillsHole { sequence },
            });
            let place = SequencedDigest { view, sequence, digest: digest(&batch) };
            let order = self.out.sign(Vote { phase: Phase::PrePrepare, place });
            proposals.push(Rc::new(Proposal { order, batch }));
        }
        let high = low + proposals.len() as u64;
        self.out.rule(Rule::Begins { view, low, high });
        let new = Rc::new(self.out.sign(NewView { view, proofs, proposals }));
        self.broadcast(Message::NewView(new.clone()));
        self.enter(new);
    }

    pub(super) fn on_new_view(&mut self, from: NodeId, new: Rc<Signed<NewView>>) {
        let (view, mine) = (new.body().view, self.disk.view);
        if view < mine || (view == mine && !self.disk.changing) {
            return self.out.rule(Rule::OtherView { view, mine });
        }
        if !is_valid_new_view(self.config, &new) {
            return self.out.rule(Rule::BadNewView { from, view });
        }
        let low = demands(self.config, &new.body().proofs).stable.place.sequence;
        self.out.rule(Rule::Enters { view, low, high: low + new.body().proposals.len() as u64 });
        self.enter(new);
    }

    /// Enters the view: takes over the checkpoint that O starts from, accepts O, and drops what was accepted in earlier
    /// views. What was prepared or committed in earlier views stays, with its certificates, for later view changes.
    fn enter(&mut self, new: Rc<Signed<NewView>>) {
        let body = new.body();
        (self.disk.view, self.disk.changing) = (body.view, false);
        (self.disk.new_view, self.disk.view_change) = (Some(new.clone()), None);
        self.dirty = true;
        (self.state.awaited, self.state.quorum_known) = (None, false);
        self.out.cancel_timer(Timer::ViewChange);
        let stable = demands(self.config, &body.proofs).stable;
        let mut high = stable.place.sequence;
        if high > self.disk.low() {
            self.stabilise(stable);
        }
        self.forget_earlier_views();
        for proposal in &body.proposals {
            high = proposal.place().sequence;
            if high > self.disk.low() {
                self.accept(proposal.clone());
            }
        }
        self.roll_back();
        self.state.next = self.disk.executed.max(high).max(self.disk.low()) + 1;
        for proposal in &body.proposals {
            let sequence = proposal.place().sequence;
            if sequence <= self.disk.low() {
                continue;
            }
            if !self.leads() {
                self.prepare(sequence);
            }
            self.advance(sequence);
        }
        self.handle_early();
        self.execute_committed();
    }

    fn forget_earlier_views(&mut self) {
        let view = self.disk.view;
        self.disk.slots.retain(|_, slot| {
            slot.accepted = None;
            slot.prepared.is_some() || slot.committed.is_some() || slot.snapshot.is_some()
        });
        self.state.votes.retain(|_, votes| {
            votes.retain(|vote| vote.body().phase == Phase::Checkpoint || vote.body().place.view >= view);
            !votes.is_empty()
        });
        self.state.view_changes.retain(|_, change| change.body().view > view);
    }

    fn handle_early(&mut self) {
        let view = self.disk.view;
        let early = std::mem::take(&mut self.state.early);
        for proposal in early {
            match proposal.place().view {
                of if of > view => self.state.early.push(proposal),
                of if of == view => self.on_pre_prepare(proposal.order.signer(), proposal),
                _ => {}
            }
        }
    }
}

/// What a replica starts with: what its disk holds, its own votes among it.
pub fn recover(turn: &mut Turn) {
    if let Some(change) = turn.disk.view_change.clone() {
        turn.state.view_changes.insert(turn.me, change);
        turn.state.attempts = 1;
    }
    let numbers: Vec<_> = turn.disk.slots.keys().copied().collect();
    turn.state.next = numbers.last().copied().unwrap_or(0).max(turn.disk.executed).max(turn.disk.low()) + 1;
    for sequence in numbers {
        for vote in turn.own_votes(sequence) {
            turn.keep(vote);
        }
    }
    match turn.disk.born {
        true => turn.ask_all(),
        false => (turn.disk.born, turn.dirty) = (true, true),
    }
}

//! The pacemaker, apart from all that keeps the protocol safe (§4.4): it brings the replicas into one view for long enough.
//!
//! Whoever waits too long wants the next view, shows all others the highest certificate that it knows, and votes in no view
//! below any more. Who hears f + 1 that want a higher view joins them, and n − f enter it. So nobody runs ahead alone, and a
//! liar moves nobody. Each timeout doubles the time that a view gets, until something is executed.

use super::message::{Message, NewView};
use super::replica::Turn;
use super::rules::Rule;
use super::tree::{justifying, proven};
use super::{Config, State, Timer};
use crate::kernel::prelude::*;

/// How many views back a leader keeps votes, for a certificate that comes late.
const KEPT: u64 = 4;

/// The highest view that so many want, or a later one.
fn wanted_by(state: &State, count: usize) -> u64 {
    let mut views: Vec<_> = state.new_views.values().map(|one| one.view).collect();
    views.put_in_order_by(|one, other| other.cmp(one));
    views.get(count - 1).copied().unwrap_or(0)
}

/// How long a view gets after so many timeouts.
pub fn interval(config: &Config, failures: u32) -> Time {
    let doubled = config.view_timeout.saturating_mul(1 << failures.min(20));
    if config.fixed_timeout { config.view_timeout } else { doubled.min(config.longest_timeout) }
}

impl Turn<'_> {
    /// Whether it waits for something to be executed. Otherwise it needs no timer, and proposes nothing.
    pub(super) fn is_busy(&self) -> bool {
        !self.state.waiting.is_empty()
    }

    /// On to a higher view.
    pub(super) fn enter(&mut self, view: u64) {
        if view <= self.disk.view {
            return;
        }
        self.disk.view = view;
        self.disk.wish = self.disk.wish.max(view);
        self.dirty = true;
        self.state.timer = None;
        let oldest = view.saturating_sub(KEPT);
        self.state.votes.retain(|(vote, _), _| vote.view >= oldest);
        self.state.early.retain(|early, _| *early >= view || self.config.vote_once_per_height);
        self.out.rule(Rule::EnterView { view, leader: self.config.leader(view) });
    }

    fn new_view(&self, again: bool) -> NewView {
        let executed = self.disk.chain.len() as u64;
        NewView { view: self.disk.wish, justify: self.disk.generic.clone(), executed, again }
    }

    /// nextView interrupt: gives up the views below, and tells all which certificate it holds (Algorithm 2, line 36).
    pub(super) fn wish(&mut self, view: u64, again: bool) {
        self.disk.wish = self.disk.wish.max(view);
        self.dirty = true;
        let message = self.new_view(again);
        self.state.told = self.state.told.max(view);
        self.state.new_views.insert(self.me, message.clone());
        self.broadcast(Message::NewView(message));
        self.enter_wanted();
    }

    fn enter_wanted(&mut self) {
        let wanted = wanted_by(self.state, self.config.quorum);
        self.enter(wanted);
    }

    /// Basic HotStuff: each view begins with a message to its leader; who has just entered has nothing to tell others.
    pub(super) fn tell_leader(&mut self) -> bool {
        let view = self.disk.view;
        let due = self.config.is_basic() && self.is_busy() && self.state.told < view && self.disk.wish == view;
        if due {
            self.show_leader();
        }
        due
    }

    pub(super) fn show_leader(&mut self) {
        let view = self.disk.view;
        let (leader, message) = (self.config.leader(view), self.new_view(false));
        self.state.told = self.state.told.max(view);
        self.out.rule(Rule::TellLeader { view, leader, justify: self.disk.generic.view });
        self.state.new_views.insert(self.me, message.clone());
        self.send(leader, Message::NewView(message));
    }

    /// The view took too long.
    pub(super) fn on_timeout(&mut self) {
        self.state.timer = None;
        if !self.is_busy() {
            return;
        }
        let view = self.disk.view;
        let again = self.disk.wish > view;
        let next = if again { self.disk.wish } else { self.config.after_failure(view) };
        self.state.failures += 1;
        self.out.rule(Rule::Timeout { view, next, again });
        self.wish(next, true);
        self.fetch_again();
    }

    /// Somebody wants a view.
    pub(super) fn on_new_view(&mut self, from: NodeId, wanted: &NewView) {
        let view = wanted.view;
        let justify = &wanted.justify;
        let sound = !from.is_client()
            && justify.view < view
            && justify.phase == justifying(self.config)
            && proven(self.config, justify);
        if !sound {
            return self.out.rule(Rule::IgnoreNewView { from, view });
        }
        let newer = self.state.new_views.get(&from).is_none_or(|last| last.view <= view);
        if newer {
            self.state.new_views.insert(from, wanted.clone());
        }
        let have = self.state.new_views.values().filter(|one| one.view >= view).count() as u16;
        self.out.rule(Rule::HearNewView { from, view, justify: justify.view, have });
        self.learn_beside(from, justify);
        self.help(from, wanted);
        let joined = wanted_by(self.state, self.config.one_correct);
        if joined > self.disk.wish {
            self.out.rule(Rule::JoinView { view: joined });
            self.wish(joined, false);
        }
        self.enter_wanted();
    }

    /// Answers who is behind: with the newest certificates, and where it asks again, with what this replica wants itself.
    fn help(&mut self, to: NodeId, asker: &NewView) {
        let behind = asker.justify.view < self.disk.generic.view || asker.executed < self.disk.chain.len() as u64;
        if behind {
            let certificates = vec![self.disk.decided.clone(), self.disk.generic.clone()];
            self.out.rule(Rule::Help { to });
            self.send(to, Message::Newest(certificates));
        }
        if asker.again && self.disk.wish >= asker.view {
            let message = self.new_view(false);
            self.send(to, Message::NewView(message));
        }
    }

    /// The timer runs while there is something to wait for, anew in each view.
    pub(super) fn run_timer(&mut self) {
        let needed = self.is_busy().then_some(self.disk.view);
        if needed == self.state.timer {
            return;
        }
        self.state.timer = needed;
        match needed {
            Some(_) => {
                let wait = interval(self.config, self.state.failures);
                self.state.news.waits = Some((self.state.failures, wait));
                self.out.set_timer(Timer::View, wait);
            }
            None => self.out.cancel_timer(Timer::View),
        }
    }
}
